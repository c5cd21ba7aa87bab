/**
 * How the targets of one organization did lately, or the managed ones of all organizations; see README.md. Losing it costs a
 * few calls of a target that is down, nothing else.
 */
import { createDurable } from "itty-durable/itty-durable.js";
import {
  MAX_TARGETS,
  targetReportsSchema,
  type TargetReport,
  type TargetStanding,
} from "../../src/contract/target-health.ts";
import { lookAt, noteAccountError, noteFailures, noteSuccess, UNKNOWN_HEALTH } from "../../src/core/target-health.ts";
import { logLine } from "../../src/platform/log.ts";
import { knownTargetsSchema, type KnownTarget } from "./known-target.ts";

/** What nobody has called for so long is forgotten. */
const FORGET_AFTER_MS = 86_400_000;

export class TargetHealth extends createDurable() {
  /** Everything that itty-durable keeps: the least recently told first. */
  known: readonly KnownTarget[] = [];

  /** What was stored by another version, and no longer reads, is forgotten. */
  override async onLoad(): Promise<void> {
    const stored = knownTargetsSchema.safeParse(this.known);
    this.known = stored.success ? stored.data : [];
  }

  /**
   * Notes what an isolate has seen, and tells it how all targets stand. After a cooldown the first who ask get a probe each.
   * Throws when `reports` are not what `targetReportsSchema` says.
   */
  async exchange(reports: unknown): Promise<TargetStanding[]> {
    const told = targetReportsSchema.parse(reports);
    const nowMs = Date.now();
    if (told.length > 0) {
      const before = this.known;
      this.known = noteAll(before, told, nowMs);
      logChanges(String(this.id), before, this.known, nowMs);
      await this.persist();
    }
    const looks = this.known.map((target) => ({ target, ...lookAt(target.health, nowMs) }));
    this.known = looks.map(({ target, health }) => ({ ...target, health }));
    return looks.map(({ target, circuit, latencyMs }) => ({
      gateway_id: target.gatewayId,
      target_id: target.targetId,
      circuit,
      latency_ms: latencyMs,
    }));
  }
}

function noteAll(known: readonly KnownTarget[], reports: readonly TargetReport[], nowMs: number): KnownTarget[] {
  const targets = new Map(known.map((target) => [keyOf(target.gatewayId, target.targetId), target]));
  for (const report of reports) {
    const key = keyOf(report.gateway_id, report.target_id);
    const health = note(targets.get(key)?.health ?? UNKNOWN_HEALTH, report, nowMs);
    targets.delete(key);
    targets.set(key, { gatewayId: report.gateway_id, targetId: report.target_id, toldAtMs: nowMs, health });
  }
  const fresh = [...targets.values()].filter(({ toldAtMs }) => nowMs - toldAtMs < FORGET_AFTER_MS);
  return fresh.slice(-MAX_TARGETS);
}

function note(health: KnownTarget["health"], report: TargetReport, nowMs: number): KnownTarget["health"] {
  const beganAtMs = nowMs - report.began_ago_ms;
  const { latency_ms: latencyMs } = report;
  const noted = report.succeeded ? noteSuccess(health, { beganAtMs, latencyMs }, nowMs) : health;
  const failed = report.failures > 0 ? noteFailures(noted, report.failures, beganAtMs, nowMs) : noted;
  return report.account_error ? noteAccountError(failed, beganAtMs, nowMs) : failed;
}

/** Once for each circuit that opened or closed, whichever isolate saw why. */
function logChanges(
  object: string,
  before: readonly KnownTarget[],
  after: readonly KnownTarget[],
  nowMs: number,
): void {
  const opened = new Set(openKeys(before));
  for (const { gatewayId, targetId, health } of after) {
    if (opened.has(keyOf(gatewayId, targetId)) === (health.opened !== null)) continue;
    const event = health.opened === null ? "target.circuit_closed" : "target.circuit_opened";
    const seconds = health.opened === null ? null : Math.round((health.opened.untilMs - nowMs) / 1_000);
    logLine({ event, object, gateway_id: gatewayId, target_id: targetId, seconds });
  }
}

function openKeys(known: readonly KnownTarget[]): string[] {
  return known.flatMap(({ gatewayId, targetId, health }) =>
    health.opened === null ? [] : [keyOf(gatewayId, targetId)],
  );
}

/** No id has a slash. */
function keyOf(gatewayId: string | null, targetId: string): string {
  return `${gatewayId ?? ""}/${targetId}`;
}
