/** A streamed answer: relayed as it comes, metered in passing, settled once when it ends, however it ends. */
import type { SpendStatus } from "../contract/spend-log.ts";
import { formatNanos } from "../core/money.ts";
import type { MeterSnapshot } from "../provider/adapter.ts";
import type { Answered } from "./call-targets.ts";
import { meterContext } from "./meter-context.ts";
import type { Lifetime } from "./ports.ts";
import { relayStream, type RelayEnd } from "./relay-stream.ts";
import { answerHeaders, headOf } from "./respond.ts";
import { errorName } from "./error-name.ts";
import type { Exchange } from "./exchange.ts";
import { chargeMetered, notCharged, previewCost } from "./settlement.ts";
import { watchHold } from "./watch-hold.ts";

/** Returns at once; the relay and the settlement go on for as long as the stream does. */
export function answerStream(exchange: Exchange, call: Answered, lifetime: Lifetime): Response {
  const { readable, writable } = new IdentityTransformStream();
  exchange.capture.begin(headOf(call.response));
  lifetime.waitUntil(
    relayAndSettle(exchange, call, writable).catch((error: unknown) => {
      // A fault of ours: what it left open is settled at its last checkpoint when the lease is over.
      const { capture, lease, ports, requestId } = exchange;
      lease.end();
      capture.end(false);
      ports.log({ event: "proxy.stream_failed", request_id: requestId, error: errorName(error) });
    }),
  );
  return new Response(readable, {
    status: call.response.status,
    headers: answerHeaders(call.response.headers, exchange.grant, exchange.timing),
  });
}

async function relayAndSettle(
  exchange: Exchange,
  call: Answered,
  downstream: WritableStream<Uint8Array>,
): Promise<void> {
  const { grant, inspected, ports } = exchange;
  const context = meterContext(exchange, call.target);
  const meter = exchange.adapter.createStreamMeter({
    ...context,
    stripUsage: !inspected.includeUsage,
    mayStop: grant.onHoldExhausted === "stop",
  });
  const { outputCapTokens = null } = context;
  const hold = watchHold({
    grant,
    target: call.target,
    limitTokens: outputCapTokens === null ? null : outputCapTokens * exchange.facts.choices,
    meter,
    lease: exchange.lease,
  });
  let settled = false;
  const settleOnce = (end: RelayEnd): void => {
    if (settled) return;
    settled = true;
    settleStream(exchange, call, meter.snapshot(), end);
  };
  const failureContext = (): { requestId: string; nowMs: number } => ({
    requestId: exchange.requestId,
    nowMs: ports.nowMs(),
  });
  const end = await relayStream({
    upstream: call.response.body ?? new ReadableStream({ start: (controller) => controller.close() }),
    downstream,
    meter: {
      push: (chunk) => meter.push(chunk),
      end: () => meter.end(),
      isFinished: () => meter.isFinished(),
      openBytes: () => meter.openBytes(),
      stopEvents: () => meter.stopEvents(),
      errorEvent: (failure) => meter.errorEvent(failure, failureContext()),
    },
    hold,
    caller: exchange.request.signal,
    drainMs: grant.onClientDisconnect === "drain" ? ports.config.drainMs : 0,
    silenceMs: ports.config.upstreamTimeoutMs,
    // A caller may continue a response as soon as it has read its end, so the ledger must know of it before.
    onFinished: (outcome) => settleOnce({ outcome, delivered: true }),
    epilogue: () => costComment(exchange, meter.snapshot(), call.target.id),
    onPassing: (bytes) => exchange.capture.push(bytes),
    nowMs: ports.nowMs,
  });
  settleOnce(end);
  exchange.capture.end(end.outcome === "completed" && !meter.snapshot().errored);
}

function settleStream(exchange: Exchange, call: Answered, snapshot: MeterSnapshot, end: RelayEnd): void {
  const { outcome } = end;
  const flags = outcome === "completed" || outcome === "client_disconnected" ? [] : [outcome];
  const ending = { status: statusOf(end, snapshot), flags, attempts: call.attempts };
  const takenByNobody = !end.delivered && snapshot.usage === null;
  exchange.settle(takenByNobody ? notCharged(exchange, ending) : chargeMetered(exchange, snapshot, ending));
}

function statusOf(end: RelayEnd, snapshot: MeterSnapshot): SpendStatus {
  if (end.outcome === "client_disconnected") return "client_disconnected";
  const isWhole = end.outcome === "completed" || end.outcome === "hold_exhausted";
  return isWhole && !snapshot.errored ? "completed" : "upstream_error";
}

/** Asked for with `x-keeptrusts-include-cost: true`; SSE parsers skip comments. */
function costComment(exchange: Exchange, snapshot: MeterSnapshot, targetId: string): Uint8Array | null {
  if (exchange.request.headers.get("x-keeptrusts-include-cost") !== "true") return null;
  const costNanos = previewCost(exchange, snapshot, targetId);
  if (costNanos === null) return null;
  const { currency, reservationId } = exchange.grant;
  const cost = { cost: formatNanos(costNanos), currency, reservation_id: reservationId };
  return new TextEncoder().encode(`: keeptrusts-cost ${JSON.stringify(cost)}\n\n`);
}
