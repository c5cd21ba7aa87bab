/** One structured line of the log; never a credential, never a word of a prompt or an answer. */
export type LogLine = Readonly<Record<string, string | number | boolean | null>> & { readonly event: string };
