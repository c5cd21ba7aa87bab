/** Structured logs: one JSON object per line, for Workers Logs. Never a credential, never a word of a prompt or an answer. */

export type LogLine = Readonly<Record<string, string | number | boolean | null>> & { readonly event: string };

export function logLine(line: LogLine): void {
  // oxlint-disable-next-line no-console -- the console is where Workers Logs reads
  console.log(JSON.stringify(line));
}

/** An unexpected error: its class and where it came from; its message only when it is the platform's or our own code's. */
export function reportError(event: string, error: unknown, requestId: string | null = null): void {
  const known = error instanceof Error;
  // oxlint-disable-next-line no-console -- the console is where Workers Logs reads
  console.error(
    JSON.stringify({
      event,
      request_id: requestId,
      error: known ? error.name : typeof error,
      message: known ? error.message : null,
      stack: known ? (error.stack ?? null) : null,
    }),
  );
}
