/** An upstream's refusal: passed to the caller unchanged, unless it is about our account or repeats our key. */
import { captureBody } from "./answer-capture.ts";
import type { Answered } from "./call-targets.ts";
import { isError, type Refusal } from "./read-refusal.ts";
import { answerHeaders, headOf } from "./respond.ts";
import type { Exchange } from "./exchange.ts";
import { notCharged } from "./settlement.ts";

/**
 * Releases the hold and answers. What is neither an answer nor an error, such as a redirect that would carry the request and
 * its credentials elsewhere, does not pass.
 */
export function passUpstreamFailure(exchange: Exchange, call: Answered, { bytes, failure }: Refusal): Response {
  const { grant, timing } = exchange;
  const { response } = call;
  const ended = (flags: readonly string[]): void => {
    const ending = { status: "upstream_error", attempts: call.attempts, flags } as const;
    exchange.settle(notCharged(exchange, ending));
  };

  if (bytes === null || !isError(response.status)) {
    ended(["upstream_incomplete"]);
    return exchange.refuse({ kind: "upstream_incomplete" });
  }
  if (failure !== null) {
    ended([failure.kind]);
    return exchange.refuse(failure);
  }
  ended([]);
  captureBody(exchange.capture, headOf(response), bytes, false);
  return new Response(bytes, { status: response.status, headers: answerHeaders(response.headers, grant, timing) });
}
