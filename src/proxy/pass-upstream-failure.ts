/** An upstream's refusal: passed to the caller unchanged, unless it is about our account or repeats our key. */
import { dialectOf } from "../core/endpoint.ts";
import { classifyUpstreamFailure } from "../provider/upstream-failure.ts";
import { captureBody } from "./answer-capture.ts";
import type { Answered } from "./call-targets.ts";
import { readAtMost } from "./read-request.ts";
import { answerHeaders, headOf } from "./respond.ts";
import type { Exchange } from "./exchange.ts";
import { notCharged } from "./settlement.ts";

const MAX_FAILURE_BYTES = 1024 * 1024;

/**
 * Releases the hold and answers. What is neither an answer nor an error, such as a redirect that would carry the request and
 * its credentials elsewhere, does not pass.
 */
export async function passUpstreamFailure(exchange: Exchange, call: Answered): Promise<Response> {
  const { grant, ports, timing } = exchange;
  const { response } = call;
  const bytes = await readAtMost(response, MAX_FAILURE_BYTES).catch(() => null);
  const ended = (flags: readonly string[]): void => {
    const ending = { status: "upstream_error", attempts: call.attempts, flags } as const;
    exchange.settle(notCharged(exchange, ending));
  };

  const dialect = dialectOf(exchange.facts.endpoint);
  const isError = response.status >= 400 && response.status <= 599;
  if (bytes === null || !isError) {
    ended(["upstream_incomplete"]);
    return exchange.refuse({ kind: "upstream_incomplete" });
  }
  const failure = classifyUpstreamFailure(dialect, response.status, new TextDecoder().decode(bytes), call.credential);
  if (failure !== null) {
    ended([failure.kind]);
    ports.log({ event: "upstream.account_error", provider: call.target.provider, status: response.status });
    return exchange.refuse(failure);
  }
  ended([]);
  captureBody(exchange.capture, headOf(response), bytes, false);
  return new Response(bytes, { status: response.status, headers: answerHeaders(response.headers, grant, timing) });
}
