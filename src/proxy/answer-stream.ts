/** A streamed answer: relayed as it comes, metered in passing, settled once when it ends, however it ends. */
import type { SpendStatus } from "../contract/spend-log.ts";
import { formatNanos } from "../core/money.ts";
import type { MeterSnapshot } from "../provider/adapter.ts";
import type { Answered } from "./call-targets.ts";
import { meterContext } from "./meter-context.ts";
import { relayStream, type RelayEnd } from "./relay-stream.ts";
import { answerHeaders } from "./respond.ts";
import { errorName, type Exchange } from "./exchange.ts";
import { chargeMetered, notCharged, previewCost } from "./settlement.ts";

/** Returns at once; the relay and the settlement go on for as long as the stream does. */
export function answerStream(exchange: Exchange, call: Answered): Response {
  const { readable, writable } = new IdentityTransformStream();
  exchange.lifetime.waitUntil(
    relayAndSettle(exchange, call, writable).catch((error: unknown) => {
      // The lease settles at the last checkpoint what a fault of ours left open.
      const { ports, requestId } = exchange;
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
  const meter = exchange.adapter.createStreamMeter({
    ...meterContext(exchange, call.target),
    stripUsage: !inspected.includeUsage,
  });
  let settlement: Promise<void> | null = null;
  const settleOnce = (end: RelayEnd): Promise<void> => {
    settlement ??= settleStream(exchange, call, meter.snapshot(), end);
    return settlement;
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
      errorEvent: (failure) => meter.errorEvent(failure, failureContext()),
    },
    caller: exchange.request.signal,
    drainMs: grant.onClientDisconnect === "drain" ? ports.config.drainMs : 0,
    silenceMs: ports.config.upstreamTimeoutMs,
    checkpointMs: Math.floor(grant.leaseMs / 3),
    onCheckpoint: () => checkpoint(exchange, meter.snapshot()),
    // A caller may continue a response as soon as it has read its end, so the ledger must know of it before.
    onFinished: (outcome) => void settleOnce({ outcome, delivered: true }),
    epilogue: () => costComment(exchange, meter.snapshot(), call.target.id),
    nowMs: ports.nowMs,
  });
  await settleOnce(end);
}

async function settleStream(exchange: Exchange, call: Answered, snapshot: MeterSnapshot, end: RelayEnd): Promise<void> {
  const { facts, ledger, ports, requestId } = exchange;
  const status = statusOf(end, snapshot);
  const { outcome } = end;
  const flags = outcome === "upstream_timeout" || outcome === "upstream_incomplete" ? [outcome] : [];
  ports.log({ event: "proxy.stream_ended", request_id: requestId, endpoint: facts.endpoint, status });
  const ending = { status, flags, attempts: call.attempts };
  const takenByNobody = !end.delivered && snapshot.usage === null;
  await ledger.settle(takenByNobody ? notCharged(exchange, ending) : chargeMetered(exchange, snapshot, ending));
}

function statusOf(end: RelayEnd, snapshot: MeterSnapshot): SpendStatus {
  if (end.outcome === "client_disconnected") return "client_disconnected";
  return end.outcome === "completed" && !snapshot.errored ? "completed" : "upstream_error";
}

/** A lost checkpoint costs nothing but precision: the next one, or the settlement, says the same and more. */
function checkpoint(exchange: Exchange, snapshot: MeterSnapshot): void {
  const { grant, ledger, lifetime, ports } = exchange;
  const usage = snapshot.deliveredOutput ? (snapshot.usage ?? snapshot.estimatedUsage) : null;
  lifetime.waitUntil(
    ledger.checkpoint({ reservationId: grant.reservationId, usage }).then(
      (reply) => {
        if (reply.outcome === "refused") {
          ports.log({ event: "proxy.checkpoint_refused", request_id: exchange.requestId, kind: reply.failure.kind });
        }
      },
      (error: unknown) => ports.log({ event: "proxy.checkpoint_failed", error: errorName(error) }),
    ),
  );
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
