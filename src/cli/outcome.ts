/** What came of something that can go wrong; `message` is for people. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  /** `code` is that of the API's refusal. */
  | { readonly ok: false; readonly message: string; readonly code?: string };

/** Says on the standard error why it could not be done, and ends with exit code 1. */
export function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
