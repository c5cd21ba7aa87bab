/** A whole answer: read, metered, settled behind the caller's back, passed on byte for byte with its cost. */
import type { MeterSnapshot } from "../provider/adapter.ts";
import { captureBody } from "./answer-capture.ts";
import type { Answered } from "./call-targets.ts";
import { meterContext } from "./meter-context.ts";
import { readAtMost } from "./read-request.ts";
import { answerHeaders, headOf } from "./respond.ts";
import type { Exchange } from "./exchange.ts";
import { chargeMetered, notCharged, previewCost } from "./settlement.ts";

/** Far above any text answer, and far below an isolate's memory. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

const decoder = new TextDecoder();

/** Settles by the provider's usage, also when the caller has left meanwhile: the answer was made and is billed. */
export async function answerJson(exchange: Exchange, call: Answered): Promise<Response> {
  const { timing } = exchange;
  const bytes = await timing.measure("upstream", () => readAnswer(exchange, call));
  if (bytes === null) return answerIncomplete(exchange, call);
  const snapshot = exchange.adapter.meterJson(decoder.decode(bytes), meterContext(exchange, call.target));
  const status = statusOf(exchange, snapshot);
  const charge = chargeMetered(exchange, snapshot, { status, attempts: call.attempts });
  exchange.settle(charge);
  const costNanos = previewCost(exchange, snapshot, call.target.id);
  captureBody(exchange.capture, headOf(call.response), bytes, status === "completed");
  return new Response(bytes, {
    status: call.response.status,
    headers: answerHeaders(call.response.headers, exchange.grant, timing, costNanos),
  });
}

/** Nothing that can be charged came: the connection broke, or the answer was too long. */
export function answerIncomplete(exchange: Exchange, call: Answered): Response {
  const status = exchange.request.signal.aborted ? "client_disconnected" : "upstream_error";
  exchange.settle(notCharged(exchange, { status, attempts: call.attempts, flags: ["upstream_incomplete"] }));
  return exchange.refuse({ kind: "upstream_incomplete" });
}

function statusOf(exchange: Exchange, snapshot: MeterSnapshot): "completed" | "client_disconnected" | "upstream_error" {
  if (exchange.request.signal.aborted) return "client_disconnected";
  return snapshot.errored || !snapshot.terminal ? "upstream_error" : "completed";
}

/** Null when the connection broke, the answer was too long, or the caller left and the drain ran out. */
async function readAnswer(exchange: Exchange, call: Answered): Promise<Uint8Array | null> {
  const { config } = exchange.ports;
  const caller = exchange.request.signal;
  const timers = [setTimeout(call.abort, config.upstreamTimeoutMs)];
  const leave = (): void => void timers.push(setTimeout(call.abort, config.drainMs));
  if (caller.aborted) leave();
  else caller.addEventListener("abort", leave);
  try {
    return await readAtMost(call.response, MAX_ANSWER_BYTES);
  } catch {
    return null;
  } finally {
    for (const timer of timers) clearTimeout(timer);
    caller.removeEventListener("abort", leave);
  }
}
