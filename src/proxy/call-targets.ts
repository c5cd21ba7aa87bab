/** Calls the planned targets in order until one answers; another one is tried only before the first byte of an answer. */
import type { PlannedTarget } from "../contract/commands.ts";
import type { Attempt } from "../contract/spend-log.ts";
import type { Failure } from "../core/failure.ts";
import type { AttemptOutcome } from "../core/target-health.ts";
import { MAX_ATTEMPTS } from "../core/routing.ts";
import { upstreamHeaders } from "../provider/headers.ts";
import { baseUrlOf } from "./base-url.ts";
import { errorName } from "./error-name.ts";
import type { Exchange } from "./exchange.ts";
import type { ProxyPorts } from "./ports.ts";
import { isOfTheMoment, readRefusal, unreadRefusal, type Refusal } from "./read-refusal.ts";
import { asksForBeta } from "./read-request.ts";

export interface Answered {
  readonly outcome: "answered";
  readonly response: Response;
  readonly target: PlannedTarget;
  /** Null: the answer is a success. */
  readonly refusal: Refusal | null;
  readonly attempts: readonly Attempt[];
  /** Ends the upstream's connection. */
  readonly abort: () => void;
}

export interface Unanswered {
  readonly outcome: "failed";
  readonly failure: Failure;
  readonly callerGone: boolean;
  readonly attempts: readonly Attempt[];
}

/**
 * The last target's answer passes whatever it says; an earlier one's only when another target could not do better: not when it
 * was not reached, was too late, has no capacity now, or refuses our account. Fails with `upstream_unreachable`,
 * `upstream_timeout`, or `upstream_account_error` when there is no credential that it may have.
 */
export async function callTargets(exchange: Exchange): Promise<Answered | Unanswered> {
  const targets = exchange.grant.targets.slice(0, MAX_ATTEMPTS);
  const attempts: Attempt[] = [];
  let failure: Failure = { kind: "upstream_unreachable" };
  for (const [index, target] of targets.entries()) {
    const watch = watchTarget(exchange, target);
    const call = await callTarget(exchange, target);
    if (call.response === null) {
      attempts.push(call.attempt);
      failure = call.failure;
      if (call.callerGone) return { outcome: "failed", failure, callerGone: true, attempts };
      // Without a credential the target was not called.
      if (failure.kind !== "upstream_account_error") watch.end("failure", call.attempt.latencyMs);
      continue;
    }
    const { response, abort } = call;
    const another = index + 1 < targets.length;
    const refusal = response.ok ? null : await judgeRefusal(exchange, call, another);
    watch.end(refusal === null ? "success" : refusal.health, call.attempt.latencyMs);
    if (refusal !== null && refusal.failure !== null) {
      exchange.ports.log({ event: "upstream.account_error", provider: target.provider, status: response.status });
    }
    const isLeft = another && refusal !== null && isWorthFallback(response.status, refusal);
    attempts.push({ ...call.attempt, error: refusal === null ? null : reasonOf(response.status, refusal, isLeft) });
    if (!isLeft) return { outcome: "answered", response, target, refusal, attempts, abort };
  }
  return { outcome: "failed", failure, callerGone: false, attempts };
}

/** The target's call, as far as the memory of how targets did is concerned. */
function watchTarget(exchange: Exchange, target: PlannedTarget) {
  const { grant, health, ports } = exchange;
  const called = { gatewayId: grant.attribution.gatewayId, targetId: target.id };
  const beganAtMs = ports.nowMs();
  health.begin(called);
  return {
    /** Null: the call said nothing about the target. */
    end(outcome: AttemptOutcome | null, latencyMs: number): void {
      if (outcome !== null) health.end(called, outcome, { beganAtMs, latencyMs });
    },
  };
}

/** When another target follows, what has no capacity now is not waited for to say more. */
async function judgeRefusal(exchange: Exchange, call: AnsweredCall, another: boolean): Promise<Refusal> {
  const { response, credential, abort } = call;
  if (!another || !isSilentlyLeft(response.status)) return readRefusal(exchange, response, credential, abort);
  // One that broke off already needs no end.
  await response.body?.cancel().catch(() => undefined);
  return unreadRefusal(response);
}

/** Of what 429 and 4xx mean only the text can tell. */
function isSilentlyLeft(status: number): boolean {
  return isOfTheMoment(status) && status !== 429;
}

/** Another target may be able to do what this one could not. */
function isWorthFallback(status: number, { failure }: Refusal): boolean {
  return isOfTheMoment(status) || failure !== null;
}

/** For the spend log: why another target was tried, or what the caller is not told. */
function reasonOf(status: number, { failure }: Refusal, isLeft: boolean): string | null {
  if (failure !== null) return "account_error";
  return isLeft ? `status ${status}` : null;
}

interface AnsweredCall {
  readonly response: Response;
  readonly credential: string;
  readonly attempt: Attempt;
  readonly abort: () => void;
}

type TargetCall =
  | AnsweredCall
  | { readonly response: null; readonly attempt: Attempt; readonly failure: Failure; readonly callerGone: boolean };

async function callTarget(exchange: Exchange, target: PlannedTarget): Promise<TargetCall> {
  const { ports, request, organizationId } = exchange;
  const beganAtMs = ports.nowMs();
  const attempt = (status: number | null, error: string | null): Attempt => ({
    targetId: target.id,
    provider: target.provider,
    // Without a price it may be a text of the caller's own, and strict zero data retention keeps none.
    model: exchange.grant.zdrMode === "strict" && target.price === null ? "" : target.model,
    status,
    latencyMs: ports.nowMs() - beganAtMs,
    error,
  });
  const credential = await ports.credentialOf(organizationId, target);
  if (credential === null) {
    ports.log({ event: "upstream.no_credential", provider: target.provider });
    const failure: Failure = { kind: "upstream_account_error" };
    return { response: null, attempt: attempt(null, "no_credential"), failure, callerGone: false };
  }

  const { controller, stop } = abortOnTimeoutOrDeparture(exchange);
  try {
    const response = await ports.fetchUpstream(targetUrl(exchange, target, ports), {
      method: "POST",
      headers: upstreamHeaders(exchange.facts.endpoint, request.headers, credential),
      body: outgoingBody(exchange, target),
      redirect: "manual",
      signal: controller.signal,
    });
    if (response.status === 401) ports.forgetCredential(organizationId, target);
    return { response, credential, attempt: attempt(response.status, null), abort: () => controller.abort() };
  } catch (error) {
    const reason: unknown = controller.signal.reason;
    const timedOut = reason === "timeout";
    const failure: Failure = { kind: timedOut ? "upstream_timeout" : "upstream_unreachable" };
    const name = controller.signal.aborted ? String(reason) : errorName(error);
    return { response: null, attempt: attempt(null, name), failure, callerGone: reason === "client_disconnected" };
  } finally {
    stop();
  }
}

/**
 * Until headers arrive: aborts after the upstream timeout, or when the caller leaves. A caller of a stream takes the upstream
 * with it at once; a whole answer is waited for as long as a drain may take, because the provider bills it either way.
 */
function abortOnTimeoutOrDeparture(exchange: Exchange): { controller: AbortController; stop: () => void } {
  const { config } = exchange.ports;
  const caller = exchange.request.signal;
  const controller = new AbortController();
  const timers = [setTimeout(() => controller.abort("timeout"), config.upstreamTimeoutMs)];
  const leave = (): void => {
    const patienceMs = exchange.facts.streamed && exchange.grant.onClientDisconnect === "abort" ? 0 : config.drainMs;
    timers.push(setTimeout(() => controller.abort("client_disconnected"), patienceMs));
  };
  if (caller.aborted) leave();
  else caller.addEventListener("abort", leave);
  return {
    controller,
    stop() {
      for (const timer of timers) clearTimeout(timer);
      caller.removeEventListener("abort", leave);
    },
  };
}

function targetUrl(exchange: Exchange, target: PlannedTarget, ports: ProxyPorts): string {
  const beta = asksForBeta(exchange.request.url) ? "?beta=true" : "";
  return `${baseUrlOf(target, ports.config)}${exchange.adapter.upstreamPath}${beta}`;
}

/** The caller's own text, changed only where it must be. */
function outgoingBody(exchange: Exchange, target: PlannedTarget): string {
  const { grant, inspected, facts } = exchange;
  return exchange.adapter.rewriteBody(exchange.bodyText, {
    ...(target.model === facts.model ? {} : { model: target.model }),
    ...(grant.outputCapTokens === null ? {} : { outputCapTokens: grant.outputCapTokens }),
    ...(facts.streamed && !inspected.includeUsage ? { includeUsage: true as const } : {}),
    ...(grant.zdrMode === "off" || target.provider === "anthropic" ? {} : { store: false }),
  });
}
