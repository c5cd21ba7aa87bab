/** Structured logs: one JSON object per line, for Workers Logs. Never a credential, never a word of a prompt or an answer. */
import type { LogLine } from "../contract/log-line.ts";

export function logLine(line: LogLine): void {
  // oxlint-disable-next-line no-console -- the console is where Workers Logs reads
  console.log(JSON.stringify(line));
}

/** Shows a mail where none can be sent: only on a machine of one's own, since links in it are credentials. */
export function printMail(mail: { readonly to: string; readonly subject: string; readonly text: string }): void {
  // oxlint-disable-next-line no-console -- the console is the terminal here
  console.log(JSON.stringify({ event: "mail.printed", ...mail }));
}

/**
 * An unexpected error of the platform or of our own code, with the message of its innermost cause: drizzle's own messages
 * quote the values of the statement.
 */
export function reportError(event: string, error: unknown, requestId: string | null = null): void {
  const known = error instanceof Error ? error : null;
  // oxlint-disable-next-line no-console -- the console is where Workers Logs reads
  console.error(
    JSON.stringify({
      event,
      request_id: requestId,
      error: known?.name ?? typeof error,
      message: known === null ? null : innermostCause(known).message,
      stack: known?.stack?.replace(known.message, "") ?? null,
    }),
  );
}

function innermostCause(error: Error): Error {
  return error.cause instanceof Error ? innermostCause(error.cause) : error;
}
