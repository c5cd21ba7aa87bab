/** An upstream's answer that is no success: read, and judged whether it is about the caller, the moment or our account. */
import { dialectOf } from "../core/endpoint.ts";
import type { Failure } from "../core/failure.ts";
import type { AttemptOutcome } from "../core/target-health.ts";
import { classifyUpstreamFailure, refusesAccount } from "../provider/upstream-failure.ts";
import type { Exchange } from "./exchange.ts";
import { readAtMost } from "./read-request.ts";

const MAX_REFUSAL_BYTES = 1024 * 1024;

export interface Refusal {
  /** Null: it was not read, broke off, or is too long. */
  readonly bytes: Uint8Array | null;
  /** What replaces it, because it is about our account; null: it passes as it is. */
  readonly failure: Failure | null;
  /** What it says about the target; null: nothing, it is the caller's own fault. */
  readonly health: AttemptOutcome | null;
}

/** Another target may be able to do at once what this one could not. */
export function isOfTheMoment(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** Of an answer that nobody looks into. */
export function unreadRefusal({ status }: Response): Refusal {
  return { bytes: null, failure: null, health: isOfTheMoment(status) ? "failure" : null };
}

/** `sentKey`: the credential that was sent, so that it can be found in the text. `abort` ends an answer that does not come. */
export async function readRefusal(
  exchange: Exchange,
  response: Response,
  sentKey: string,
  abort: () => void,
): Promise<Refusal> {
  const { status } = response;
  const patience = setTimeout(abort, exchange.ports.config.upstreamTimeoutMs);
  const bytes = await readAtMost(response, MAX_REFUSAL_BYTES).catch(() => null);
  clearTimeout(patience);
  const dialect = dialectOf(exchange.facts.endpoint);
  const text = new TextDecoder().decode(bytes ?? new Uint8Array());
  const failure = isError(status) ? classifyUpstreamFailure(dialect, status, text, sentKey) : null;
  return { bytes, failure, health: healthOf(status, refusesAccount(dialect, status, text)) };
}

/** What is neither an answer nor an error, such as a redirect, is none. */
export function isError(status: number): boolean {
  return status >= 400 && status <= 599;
}

/** A 403 is no caller's fault, but may be about one model only: like a failure, it counts when it comes in a row. */
function healthOf(status: number, isAccountRefused: boolean): AttemptOutcome | null {
  if (isAccountRefused) return "account_error";
  return isOfTheMoment(status) || status === 403 ? "failure" : null;
}
