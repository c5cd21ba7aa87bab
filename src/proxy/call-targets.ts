/** Calls the planned targets in order until one answers; another one is tried only before the first byte of an answer. */
import type { PlannedTarget } from "../contract/commands.ts";
import type { Attempt } from "../contract/spend-log.ts";
import type { Failure } from "../core/failure.ts";
import { upstreamHeaders } from "../provider/headers.ts";
import { errorName } from "./error-name.ts";
import type { Exchange } from "./exchange.ts";
import type { ProxyPorts } from "./ports.ts";
import { asksForBeta } from "./read-request.ts";

export const MAX_ATTEMPTS = 3;

export interface Answered {
  readonly outcome: "answered";
  readonly response: Response;
  readonly target: PlannedTarget;
  /** What the target was called with; for finding it in what comes back. */
  readonly credential: string;
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
 * The last target's answer passes whatever it says; an earlier one's only when another target could not do better. Fails with
 * `upstream_unreachable`, `upstream_timeout`, or `upstream_account_error` when there is no credential that it may have.
 */
export async function callTargets(exchange: Exchange): Promise<Answered | Unanswered> {
  const targets = exchange.grant.targets.slice(0, MAX_ATTEMPTS);
  const attempts: Attempt[] = [];
  let failure: Failure = { kind: "upstream_unreachable" };
  for (const [index, target] of targets.entries()) {
    const call = await callTarget(exchange, target);
    attempts.push(call.attempt);
    if (call.response === null) {
      failure = call.failure;
      if (call.callerGone) return { outcome: "failed", failure, callerGone: true, attempts };
      continue;
    }
    const another = index + 1 < targets.length;
    if (!another || !isWorthFallback(call.response.status)) {
      const { response, credential, abort } = call;
      return { outcome: "answered", response, target, credential, attempts, abort };
    }
    await call.response.body?.cancel();
  }
  return { outcome: "failed", failure, callerGone: false, attempts };
}

/** Another target may be able to do what this one could not. */
function isWorthFallback(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

type TargetCall =
  | {
      readonly response: Response;
      readonly credential: string;
      readonly attempt: Attempt;
      readonly abort: () => void;
    }
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
  const base = target.baseUrl ?? ports.config.upstreamUrls[target.provider];
  const beta = asksForBeta(exchange.request.url) ? "?beta=true" : "";
  return `${base}${exchange.adapter.upstreamPath}${beta}`;
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
