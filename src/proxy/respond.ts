/** Headers that every answer of the proxy carries, and refusals in the caller's dialect. */
import type { Grant } from "../contract/commands.ts";
import type { Dialect } from "../core/endpoint.ts";
import type { Failure } from "../core/failure.ts";
import { formatNanos, type Nanos } from "../core/money.ts";
import { failureResponse, type FailureContext } from "../provider/failure.ts";
import { downstreamHeaders, rateHeaders, type HeaderValues } from "../provider/headers.ts";
import { captureBody, NO_CAPTURE, type AnswerCapture, type AnswerHead } from "./answer-capture.ts";
import type { Timing } from "./timing.ts";

/** A refusal; JSON also for `stream: true`, so that SDKs see its status. */
export function respondFailure(
  dialect: Dialect,
  failure: Failure,
  context: FailureContext,
  timing: Timing,
  capture: AnswerCapture = NO_CAPTURE,
): Response {
  const { status, headers, body } = failureResponse(dialect, failure, context);
  const text = JSON.stringify(body);
  if (capture !== NO_CAPTURE) {
    captureBody(capture, { status, contentType: "application/json" }, new TextEncoder().encode(text), false);
  }
  return new Response(text, {
    status,
    headers: { ...headers, "cache-control": "no-store", "server-timing": timing.header() },
  });
}

/** Of an answer that passes. */
export function headOf({ status, headers }: Response): AnswerHead {
  return { status, contentType: headers.get("content-type") };
}

/** The upstream's headers as far as they may pass, and ours: ids, what is left, how long it took. */
export function answerHeaders(
  upstream: Headers,
  grant: Grant,
  timing: Timing,
  costNanos: Nanos | null = null,
): HeaderValues {
  const headers = downstreamHeaders(upstream);
  headers["x-request-id"] = grant.requestId;
  headers["request-id"] = grant.requestId;
  headers["cache-control"] = "no-store";
  headers["server-timing"] = timing.header();
  headers["x-keeptrusts-reservation"] = grant.reservationId;
  if (grant.wallet !== null) headers["x-keeptrusts-wallet-scope"] = grant.wallet.scope;
  if (grant.unreserved === true) headers["x-keeptrusts-unreserved"] = "true";
  else headers["x-keeptrusts-balance-available"] = formatNanos(grant.availableNanos);
  if (grant.servedFromCache === true) headers["x-keeptrusts-cache"] = "hit";
  else if (grant.cacheTtlSeconds !== undefined) headers["x-keeptrusts-cache"] = "miss";
  if (grant.rates !== undefined) Object.assign(headers, rateHeaders(grant.rates));
  if (grant.budgetRemainingNanos !== undefined) {
    headers["x-keeptrusts-budget-remaining"] = formatNanos(grant.budgetRemainingNanos);
  }
  if (grant.clamped && grant.outputCapTokens !== null) {
    headers["x-keeptrusts-clamped-max-tokens"] = String(grant.outputCapTokens);
  }
  if (costNanos !== null) headers["x-keeptrusts-cost"] = formatNanos(costNanos);
  return headers;
}
