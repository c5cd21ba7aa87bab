/**
 * What one isolate knows of targets, and tells of them. Two objects are asked for each organization: that of the managed targets
 * and its own. No request waits for either: what is known may be seconds old or nothing, and an object that throws, hangs or
 * forgets changes the order of targets, never an answer. What isolates share is plain data; each request makes calls of its own.
 */
import {
  boundedMs,
  MAX_REPORTS,
  MAX_TARGETS,
  type CalledTarget,
  type TargetHealthPort,
  type TargetReport,
  type TargetStanding,
} from "../contract/target-health.ts";
import { PROBE_MS, type AttemptOutcome, type TargetHealthView } from "../core/target-health.ts";
import { isManagedTarget } from "../core/target.ts";

const MANAGED = "managed";
/** Views are asked for again after so long, when a request comes. */
export const REFRESH_MS = 5_000;
/** Where nothing would change: an organization has no targets of its own, or all managed targets do well. */
export const QUIET_REFRESH_MS = 60_000;
/** What is older is as good as nothing. */
export const STALE_MS = 90_000;
/** Successes of a configured target are told this often, for its latency, while its circuit is closed. */
export const SAMPLE_MS = 5_000;
/** Between calls that tell something, so that an outage that everybody sees does not bring the object down. */
export const GAP_MS = 500;
export const CALL_TIMEOUT_MS = 2_000;
/** An object that failed is left alone for so long. */
export const PAUSE_MS = 5_000;
/** Whoever has been silent for longer was ended by the platform. */
const MAX_SILENT_MS = CALL_TIMEOUT_MS + GAP_MS + 1_000;
/** Of one request; others go on. */
const MAX_ROUNDS = 10;
/** Organizations that are remembered. */
const MAX_ORGANIZATIONS = 500;

/** Tells the object of that name what was seen, and gives how its targets stand. Rejects when it fails or answers nonsense. */
export type ExchangeHealth = (name: string, reports: readonly TargetReport[]) => Promise<readonly TargetStanding[]>;

export interface TargetHealthPorts {
  readonly exchange: ExchangeHealth;
  readonly nowMs: () => number;
  reportError(error: unknown): void;
}

interface Standing extends Omit<TargetHealthView, "isOpen"> {
  circuit: "closed" | "open" | "probe";
}

/** What has been seen of a target since it was told last. */
interface Untold {
  readonly target: Pick<TargetHealthView, "gatewayId" | "targetId">;
  /** Before it failed. Null: it did not, or so long ago that it tells nothing about a row of failures. */
  readonly succeededAtMs: number | null;
  readonly failures: number;
  readonly accountError: boolean;
  readonly latencyMs: number | null;
  readonly beganAtMs: number;
  /** It waits for the next call that is made anyway, or is itself a reason to make one. */
  readonly isDue: boolean;
}

/** What is known of the targets of one object. */
interface Scope {
  readonly name: string;
  standings: ReadonlyMap<string, Standing>;
  standingsAtMs: number;
  askedAtMs: number;
  /** When the object was last told something. */
  toldAtMs: number;
  readonly untold: Map<string, Untold>;
  /** When a success of a target was told last. */
  readonly sampledAtMs: Map<string, number>;
  /** When the request that talks to the object last began a call; null: none does. */
  talkingAtMs: number | null;
  pausedUntilMs: number;
}

/** One for each isolate. */
export function createTargetHealthPort(ports: TargetHealthPorts): TargetHealthPort {
  const managed = newScope(MANAGED);
  const organizations = new Map<string, Scope>();

  /** Only of organizations whose requests were admitted: a token may name any. */
  function scopeOf(organizationId: string): Scope {
    const known = organizations.get(organizationId);
    if (known !== undefined) return known;
    const [oldest] = organizations.keys();
    if (oldest !== undefined && organizations.size >= MAX_ORGANIZATIONS) organizations.delete(oldest);
    const scope = newScope(`organization:${organizationId}`);
    organizations.set(organizationId, scope);
    return scope;
  }

  /** Tells what is untold and asks how targets stand, again while something is due. Never rejects. */
  async function talk(scope: Scope): Promise<void> {
    for (let round = 1; round <= MAX_ROUNDS; round++) {
      const nowMs = ports.nowMs();
      scope.talkingAtMs = nowMs;
      const waitMs = hasDue(scope) ? scope.toldAtMs + GAP_MS - nowMs : 0;
      if (waitMs > 0) await sleep(waitMs);
      const isAnswered = await exchange(scope);
      if (!isAnswered || !hasDue(scope)) break;
    }
    scope.talkingAtMs = null;
  }

  async function exchange(scope: Scope): Promise<boolean> {
    const nowMs = ports.nowMs();
    scope.talkingAtMs = nowMs;
    scope.askedAtMs = nowMs;
    const reports = takeReports(scope, nowMs);
    if (reports.length > 0) scope.toldAtMs = nowMs;
    try {
      const answer = await inTime(ports.exchange(scope.name, reports));
      scope.standings = new Map(
        answer.map(({ gateway_id: gatewayId, target_id: targetId, circuit, latency_ms: latencyMs }) => [
          keyOf({ gatewayId, targetId }),
          { gatewayId, targetId, circuit, latencyMs },
        ]),
      );
      scope.standingsAtMs = ports.nowMs();
      return true;
    } catch (error) {
      ports.reportError(error);
      scope.pausedUntilMs = ports.nowMs() + PAUSE_MS;
      return false;
    }
  }

  function mayTalk(scope: Scope, nowMs: number): boolean {
    const isTalking = scope.talkingAtMs !== null && nowMs - scope.talkingAtMs <= MAX_SILENT_MS;
    return !isTalking && nowMs >= scope.pausedUntilMs;
  }

  return {
    of(organizationId, background) {
      const scopeOfTarget = ({ targetId }: CalledTarget): Scope =>
        isManagedTarget(targetId) ? managed : scopeOf(organizationId);
      const talkInBackground = (scope: Scope): void => {
        if (mayTalk(scope, ports.nowMs())) background.waitUntil(talk(scope));
      };
      return {
        views() {
          const own = organizations.get(organizationId);
          const nowMs = ports.nowMs();
          return [...viewsOf(managed, nowMs), ...(own === undefined ? [] : viewsOf(own, nowMs))];
        },
        refresh() {
          const nowMs = ports.nowMs();
          for (const scope of [managed, scopeOf(organizationId)]) {
            if (isRefreshDue(scope, nowMs)) talkInBackground(scope);
          }
        },
        begin(target) {
          const standing = scopeOfTarget(target).standings.get(keyOf(addressOf(target)));
          if (standing?.circuit === "probe") standing.circuit = "open";
        },
        end(target, outcome, call) {
          const scope = scopeOfTarget(target);
          if (note(scope, addressOf(target), outcome, call, ports.nowMs())) talkInBackground(scope);
        },
      };
    },
  };
}

function newScope(name: string): Scope {
  return {
    name,
    standings: new Map(),
    standingsAtMs: Number.NEGATIVE_INFINITY,
    askedAtMs: Number.NEGATIVE_INFINITY,
    toldAtMs: Number.NEGATIVE_INFINITY,
    untold: new Map(),
    sampledAtMs: new Map(),
    talkingAtMs: null,
    pausedUntilMs: Number.NEGATIVE_INFINITY,
  };
}

function isRefreshDue(scope: Scope, nowMs: number): boolean {
  return nowMs - scope.askedAtMs >= (isQuiet(scope) ? QUIET_REFRESH_MS : REFRESH_MS) || hasDue(scope);
}

function isQuiet({ name, standings }: Scope): boolean {
  return name === MANAGED ? [...standings.values()].every(({ circuit }) => circuit === "closed") : standings.size === 0;
}

function hasDue(scope: Scope): boolean {
  for (const { isDue } of scope.untold.values()) if (isDue) return true;
  return false;
}

/** Only what orders: a target that nothing is known of needs no view. */
function viewsOf(scope: Scope, nowMs: number): TargetHealthView[] {
  const ageMs = nowMs - scope.standingsAtMs;
  if (ageMs > STALE_MS) return [];
  const views: TargetHealthView[] = [];
  for (const { gatewayId, targetId, circuit, latencyMs } of scope.standings.values()) {
    const isOpen = circuit === "open" || (circuit === "probe" && ageMs > PROBE_MS);
    if (isOpen || latencyMs !== null) views.push({ gatewayId, targetId, isOpen, latencyMs });
  }
  return views;
}

/** True when the object is to be told now. */
function note(
  scope: Scope,
  target: Untold["target"],
  outcome: AttemptOutcome,
  call: { readonly beganAtMs: number; readonly latencyMs: number },
  nowMs: number,
): boolean {
  const key = keyOf(target);
  const before = scope.untold.get(key);
  if (before === undefined && scope.untold.size >= MAX_TARGETS) return false;
  const { beganAtMs } = call;
  if (outcome === "success") {
    const closes = (scope.standings.get(key)?.circuit ?? "closed") !== "closed";
    const isSampled =
      scope.name !== MANAGED && nowMs - (scope.sampledAtMs.get(key) ?? Number.NEGATIVE_INFINITY) >= SAMPLE_MS;
    const isDue = before?.isDue === true || closes || isSampled;
    const { latencyMs } = call;
    const seen = { target, succeededAtMs: nowMs, failures: 0, accountError: false, latencyMs, beganAtMs, isDue };
    scope.untold.set(key, seen);
    return isDue;
  }
  const isAccountError = outcome === "account_error";
  const succeededAtMs = before?.succeededAtMs ?? Number.NEGATIVE_INFINITY;
  const isFresh = nowMs - succeededAtMs <= SAMPLE_MS;
  scope.untold.set(key, {
    target,
    succeededAtMs: isFresh ? succeededAtMs : null,
    failures: (before?.failures ?? 0) + (isAccountError ? 0 : 1),
    accountError: isAccountError || (before?.accountError ?? false),
    latencyMs: isFresh ? (before?.latencyMs ?? null) : null,
    beganAtMs,
    isDue: true,
  });
  return true;
}

function takeReports(scope: Scope, nowMs: number): TargetReport[] {
  const told = [...scope.untold].slice(0, MAX_REPORTS);
  for (const [key, { succeededAtMs }] of told) {
    scope.untold.delete(key);
    if (scope.sampledAtMs.size >= MAX_TARGETS) scope.sampledAtMs.clear();
    if (succeededAtMs !== null) scope.sampledAtMs.set(key, nowMs);
  }
  return told.map(([, seen]) => ({
    gateway_id: seen.target.gatewayId,
    target_id: seen.target.targetId,
    succeeded: seen.succeededAtMs !== null,
    failures: seen.failures,
    account_error: seen.accountError,
    latency_ms: seen.latencyMs === null ? null : boundedMs(seen.latencyMs),
    began_ago_ms: boundedMs(nowMs - seen.beganAtMs),
  }));
}

/** Managed targets are those of no gateway, whichever a request comes through. */
function addressOf({ gatewayId, targetId }: CalledTarget): Untold["target"] {
  return { gatewayId: isManagedTarget(targetId) ? null : gatewayId, targetId };
}

/** No id has a slash. */
function keyOf({ gatewayId, targetId }: Untold["target"]): string {
  return `${gatewayId ?? ""}/${targetId}`;
}

async function sleep(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}

async function inTime<T>(call: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CALL_TIMEOUT_MS} ms`)), CALL_TIMEOUT_MS);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer ?? undefined);
  }
}
