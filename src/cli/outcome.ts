/** What came of something that can go wrong; `message` is for people. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  /** `code` is that of the API's refusal. */
  | { readonly ok: false; readonly message: string; readonly code?: string };

/** Beside 0 (docs/kt.md). */
export const EXIT = {
  /** It could not be done, or `doctor` found what fails. */
  failed: 1,
  /** The configuration is invalid. */
  invalid: 2,
  /** The file and what is in force differ. */
  different: 3,
} as const;

/** Says on the standard error why it could not be done, and ends with exit code 1. */
export function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = EXIT.failed;
}

/** One JSON value on the standard output. */
export function writeJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
