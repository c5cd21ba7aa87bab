/**
 * How targets did lately. It orders them and refuses nothing; losing it changes no correctness (design: Where state lives).
 *
 * A target's circuit is closed until it fails `FAILURES_TO_OPEN` times in a row, or refuses our account once; then it is open for a
 * cooldown; then a few probes at a time are let through, until one succeeds and closes it or one fails and opens it again. What
 * is known of a call is judged by when the call began: a late answer says nothing about a target that has changed since.
 */

/** One target, as a Worker knows it. */
export interface TargetHealthView {
  /** Null: a managed target, which all organizations share. */
  readonly gatewayId: string | null;
  readonly targetId: string;
  /** Tried after all others. */
  readonly isOpen: boolean;
  /** Time to the first byte, smoothed; null: not measured yet, or not lately. */
  readonly latencyMs: number | null;
}

/**
 * What a call says about its target: it answered; it could not, now; or it refuses our account, which only a person can change.
 * A refusal that is the caller's own fault, and a caller that left, say nothing.
 */
export type AttemptOutcome = "success" | "failure" | "account_error";

/** In a row, each at most `FAILURE_WINDOW_MS` after the one before. */
export const FAILURES_TO_OPEN = 5;
export const FAILURE_WINDOW_MS = 60_000;
export const COOLDOWN_MS = 30_000;
/** Credit and credentials are changed by people. */
export const ACCOUNT_COOLDOWN_MS = 300_000;
/** At the same time; one that tells nothing is given up after `PROBE_MS`. */
export const MAX_PROBES = 2;
export const PROBE_MS = 10_000;
/** Of a new measurement. */
const LATENCY_WEIGHT = 0.2;
/** Then it is measured anew: nothing else would ever show that a slow target has become fast. */
export const LATENCY_KEPT_MS = 600_000;

/** Plain JSON. */
export interface TargetHealth {
  /** Since the last success. */
  readonly failures: number;
  readonly failedAtMs: number | null;
  /** When the call began that succeeded last; what began before it is old news. */
  readonly succeededAtMs: number | null;
  /** Null: the circuit is closed. */
  readonly opened: { readonly atMs: number; readonly untilMs: number } | null;
  /** Until when each probe that was let through may tell something. */
  readonly probesUntilMs: readonly number[];
  readonly latency: { readonly smoothedMs: number; readonly atMs: number } | null;
}

export const UNKNOWN_HEALTH: TargetHealth = {
  failures: 0,
  failedAtMs: null,
  succeededAtMs: null,
  opened: null,
  probesUntilMs: [],
  latency: null,
};

/** The target answered a call that began at `beganAtMs`. `latencyMs`: to the first byte; null: not measured. */
export function noteSuccess(
  health: TargetHealth,
  call: { readonly beganAtMs: number; readonly latencyMs: number | null },
  nowMs: number,
): TargetHealth {
  const latency = call.latencyMs === null ? health.latency : smooth(health.latency, call.latencyMs, nowMs);
  if (isOldNews(health, call.beganAtMs)) return { ...health, latency };
  if (health.opened !== null && call.beganAtMs < health.opened.atMs) return { ...health, latency };
  return {
    ...health,
    failures: 0,
    failedAtMs: null,
    succeededAtMs: call.beganAtMs,
    opened: null,
    probesUntilMs: [],
    latency,
  };
}

/** So many calls in a row, the last of which began at `beganAtMs`, got no answer: not reached, too late, or 408, 429 or 5xx. */
export function noteFailures(health: TargetHealth, count: number, beganAtMs: number, nowMs: number): TargetHealth {
  if (isOldNews(health, beganAtMs)) return health;
  const { opened } = health;
  if (opened !== null) {
    const tellsOfNow = nowMs >= opened.untilMs && beganAtMs >= opened.atMs;
    return tellsOfNow ? open(health, nowMs, nowMs + COOLDOWN_MS) : health;
  }
  const isInRow = health.failedAtMs !== null && nowMs - health.failedAtMs <= FAILURE_WINDOW_MS;
  const failures = (isInRow ? health.failures : 0) + count;
  const failed = { ...health, failures, failedAtMs: nowMs };
  return failures >= FAILURES_TO_OPEN ? open(failed, nowMs, nowMs + COOLDOWN_MS) : failed;
}

/** The target refused our account in a call that began at `beganAtMs`: open at once, and for longer. */
export function noteAccountError(health: TargetHealth, beganAtMs: number, nowMs: number): TargetHealth {
  return isOldNews(health, beganAtMs) ? health : open(health, nowMs, nowMs + ACCOUNT_COOLDOWN_MS);
}

export interface Look {
  /** `probe`: open for all others. */
  readonly circuit: "closed" | "open" | "probe";
  /** With the probe that was given. */
  readonly health: TargetHealth;
  readonly latencyMs: number | null;
}

/** How the target stands for one asker. After the cooldown the first `MAX_PROBES` of them may try it. */
export function lookAt(health: TargetHealth, nowMs: number): Look {
  const { latency, opened } = health;
  const isMeasured = latency !== null && nowMs - latency.atMs <= LATENCY_KEPT_MS;
  const latencyMs = isMeasured ? Math.round(latency.smoothedMs) : null;
  if (opened === null) return { circuit: "closed", health, latencyMs };
  const probing = health.probesUntilMs.filter((untilMs) => untilMs > nowMs);
  if (nowMs < opened.untilMs || probing.length >= MAX_PROBES) return { circuit: "open", health, latencyMs };
  const probed = { ...health, probesUntilMs: [...probing, nowMs + PROBE_MS] };
  return { circuit: "probe", health: probed, latencyMs };
}

function isOldNews(health: TargetHealth, beganAtMs: number): boolean {
  return health.succeededAtMs !== null && beganAtMs < health.succeededAtMs;
}

function open(health: TargetHealth, atMs: number, untilMs: number): TargetHealth {
  return { ...health, opened: { atMs, untilMs }, probesUntilMs: [] };
}

function smooth(latency: TargetHealth["latency"], latencyMs: number, nowMs: number): TargetHealth["latency"] {
  const isFresh = latency !== null && nowMs - latency.atMs <= LATENCY_KEPT_MS;
  const before = isFresh ? latency.smoothedMs : latencyMs;
  return { smoothedMs: before + (latencyMs - before) * LATENCY_WEIGHT, atMs: nowMs };
}
