/**
 * One model request from the first byte to the last: inspect → authorize → forward → meter → settle. One round trip to the
 * ledger comes before the upstream call; the settlement never delays the answer.
 */
import type { SettleCommand } from "../contract/commands.ts";
import { dialectOf, type Endpoint } from "../core/endpoint.ts";
import { fail, ok, type Failure, type Result } from "../core/failure.ts";
import type { ZdrMode } from "../core/zdr.ts";
import { answerForm, needsFirstByte } from "../provider/answer-form.ts";
import { adapterOf } from "../provider/dialects.ts";
import type { InspectedBody, ProviderAdapter } from "../provider/adapter.ts";
import { isServedRegionally } from "../core/regional-host.ts";
import { captureAnswer, NO_CAPTURE, type TakeCaptured } from "./answer-capture.ts";
import { openCacheTurn } from "./answer-cache.ts";
import { answerKept } from "./answer-kept.ts";
import { answerIncomplete, answerJson } from "./answer-json.ts";
import { answerStream } from "./answer-stream.ts";
import { authorizeRequest } from "./authorize-request.ts";
import { callTargets, type Answered } from "./call-targets.ts";
import { findCallerFailure } from "./caller-failure.ts";
import { errorName } from "./error-name.ts";
import { findKeeper } from "./event-keeper.ts";
import type { Exchange } from "./exchange.ts";
import { keepLease } from "./lease.ts";
import { peekBody } from "./peek-body.ts";
import { passUpstreamFailure } from "./pass-upstream-failure.ts";
import type { Lifetime, ProxyPorts } from "./ports.ts";
import { identifyCaller, readBody, readZdrMode, type RequestBody } from "./read-request.ts";
import { respondFailure } from "./respond.ts";
import { notCharged } from "./settlement.ts";
import { startTiming } from "./timing.ts";

/** Answers a request to one of the three metered endpoints, always with a response in the endpoint's dialect. */
export async function serveModelRequest(
  endpoint: Endpoint,
  request: Request,
  lifetime: Lifetime,
  ports: ProxyPorts,
): Promise<Response> {
  const requestId = ports.newId("req");
  const timing = startTiming(ports.nowMs);
  const { origin } = new URL(request.url);
  const refuse = (failure: Failure, shown = NO_CAPTURE): Response =>
    respondFailure(dialectOf(endpoint), failure, { requestId, nowMs: ports.nowMs(), origin }, timing, shown);

  const caller = await identifyCaller(request, ports);
  if (!caller.ok) return refuse(caller.failure);
  const ledger = ports.organization(caller.value.organizationId);
  const adapter = adapterOf(endpoint);

  const read = await readInspected(adapter, request, ports.config.maxBodyBytes);
  if (!read.ok) return refuse((await findCallerFailure(ledger, caller.value, endpoint, requestId)) ?? read.failure);
  const { body, inspected, zdrMode } = read.value;

  const reservationId = ports.newId("res");
  const facts = {
    ...inspected.facts,
    inputTokens: await adapter.estimateInput(inspected),
    regional: isServedRegionally(inspected.facts, adapter.provider, ports.config.upstreamUrls[adapter.provider]),
  };
  const { url, headers } = request;
  const cache = openCacheTurn({ caller: caller.value, endpoint, url, headers, bodyText: body.text }, ports);
  const kept = await cache.find();
  const health = ports.health.of(caller.value.organizationId, lifetime);
  const views = health.views();
  const admitted = await timing.measure("authorize", () =>
    authorizeRequest(
      {
        requestId,
        reservationId,
        credential: caller.value.credential,
        asserted: caller.value.asserted,
        facts,
        requestSha256: body.sha256,
        ticketId: request.headers.get("x-cost-ticket"),
        clamp: request.headers.get("x-keeptrusts-clamp") === "true",
        zdrMode,
        store: inspected.store,
        forwardedElsewhere: false,
        metadata: inspected.metadata,
        ...(views.length === 0 ? {} : { health: views }),
        ...(kept === null ? {} : { kept: kept.kept }),
      },
      ledger,
      lifetime,
    ),
  );
  const keeper = findKeeper({ ...caller.value, reservationId }, admitted, lifetime, ports);
  let settlement: SettleCommand | null = null;
  const listeners: TakeCaptured[] = keeper === null ? [] : [keeper.keepAnswer];
  if (admitted.outcome === "admitted" && cache.mayKeep(admitted.grant)) {
    const { grant } = admitted;
    listeners.push((answer) => lifetime.waitUntil(cache.keep(grant, answer, settlement)));
  }
  const capture = captureAnswer(ports.config.eventBodyLimitBytes, listeners);
  if (admitted.outcome === "refused") {
    keeper?.keepRequest(body);
    return refuse(admitted.failure, capture);
  }
  const { grant } = admitted;
  if (grant.servedFromCache === true && kept !== null) {
    keeper?.keepRequest(body);
    return answerKept(kept, { grant, timing, capture, nowMs: ports.nowMs() });
  }
  health.refresh();
  const lease = keepLease(grant, ledger, lifetime, ports);
  const exchange: Exchange = {
    request,
    requestId,
    organizationId: caller.value.organizationId,
    adapter,
    inspected,
    facts,
    bodyText: body.text,
    grant,
    ports,
    timing,
    health,
    lease,
    capture,
    refuse: (failure) => refuse(failure, capture),
    settle(command) {
      settlement = command;
      lease.end();
      lifetime.waitUntil(admitted.settle(command));
    },
  };
  try {
    return await forward(exchange, lifetime);
  } catch (error) {
    ports.log({ event: "proxy.internal_error", request_id: requestId, error: errorName(error) });
    exchange.settle(notCharged(exchange, { status: "upstream_error", flags: ["internal"] }));
    return exchange.refuse({ kind: "internal" });
  } finally {
    keeper?.keepRequest(body);
  }
}

async function forward(exchange: Exchange, lifetime: Lifetime): Promise<Response> {
  const call = await exchange.timing.measure("upstream", () => callTargets(exchange));
  if (call.outcome === "failed") {
    const { attempts, failure } = call;
    const ending = call.callerGone
      ? ({ status: "client_disconnected", attempts } as const)
      : ({ status: "upstream_error", attempts, flags: [failure.kind] } as const);
    exchange.settle(notCharged(exchange, ending));
    return exchange.refuse(failure);
  }
  if (call.refusal !== null) return passUpstreamFailure(exchange, call, call.refusal);
  return answerByForm(exchange, call, lifetime);
}

/** What is labelled a stream is one, and its headers do not wait for its first byte; any other answer is looked at. */
async function answerByForm(exchange: Exchange, call: Answered, lifetime: Lifetime): Promise<Response> {
  const { streamed } = exchange.facts;
  const label = call.response.headers.get("content-type");
  if (answerForm(label, NOT_AN_OBJECT, false) === "stream") return answerStream(exchange, call, lifetime);
  if (!streamed) return answerJson(exchange, call);
  const { body } = call.response;
  if (body === null) return answerJson(exchange, call);
  const patience = setTimeout(call.abort, exchange.ports.config.upstreamTimeoutMs);
  const peeked = await peekBody(body, (bytes) => needsFirstByte(label, bytes, streamed)).catch(() => null);
  clearTimeout(patience);
  if (peeked === null) return answerIncomplete(exchange, call);
  const response = new Response(peeked.body, call.response);
  return answerForm(label, peeked.firstBytes, streamed) === "stream"
    ? answerStream(exchange, { ...call, response }, lifetime)
    : answerJson(exchange, { ...call, response });
}

/** Bytes that leave the decision to the label. */
const NOT_AN_OBJECT = new TextEncoder().encode(":");

/** Refuses here what asks for something that cannot be had, because the object never sees a body. */
async function readInspected(
  adapter: ProviderAdapter,
  request: Request,
  limitBytes: number,
): Promise<Result<{ readonly body: RequestBody; readonly inspected: InspectedBody; readonly zdrMode: ZdrMode }>> {
  const body = await readBody(request, limitBytes);
  if (!body.ok) return body;
  const zdrMode = readZdrMode(request.headers);
  if (!zdrMode.ok) return zdrMode;
  const inspected = adapter.inspectBody(body.value.text);
  if (!inspected.ok) return inspected;
  const { conversationId } = inspected.value;
  if (conversationId !== null) return fail({ kind: "not_found", what: `conversation ${conversationId}` });
  return ok({ body: body.value, inspected: inspected.value, zdrMode: zdrMode.value });
}
