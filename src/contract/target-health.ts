/**
 * What crosses between Workers and the objects that remember how targets did: what an isolate has seen, and how the targets stand.
 * Arguments travel in a header, so that they are few, short and ASCII.
 */
import { z } from "zod";
import type { AttemptOutcome, TargetHealthView } from "../core/target-health.ts";
import { idSchema } from "./id.ts";

/** In one call: far below what the headers of a request may hold. */
export const MAX_REPORTS = 32;
/** That one object remembers. */
export const MAX_TARGETS = 256;
const MAX_MS = 3_600_000;

const target = {
  /** Null: a managed target. */
  gateway_id: idSchema.nullable(),
  target_id: idSchema,
};
const durationMs = z.int().min(0).max(MAX_MS);

/** What an isolate has seen of a target since it told last: a success, then failures in a row, then a refusal of our account. */
export const targetReportSchema = z.strictObject({
  ...target,
  succeeded: z.boolean(),
  failures: z.int().min(0).max(1_000_000),
  account_error: z.boolean(),
  /** To the first byte, of the latest success; null: not measured. */
  latency_ms: durationMs.nullable(),
  /** How long ago the latest of these calls began. */
  began_ago_ms: durationMs,
});
export type TargetReport = z.infer<typeof targetReportSchema>;

export const targetReportsSchema = z.array(targetReportSchema).max(MAX_REPORTS);

/** `probe`: this isolate may try the target once; it is open for the others. */
export const targetStandingsSchema = z
  .array(
    z.object({ ...target, circuit: z.enum(["closed", "open", "probe"]), latency_ms: z.number().min(0).nullable() }),
  )
  .max(MAX_TARGETS);
export type TargetStanding = z.infer<typeof targetStandingsSchema>[number];

/** A duration as it may be told: whole, and not longer than anything that is remembered. */
export function boundedMs(ms: number): number {
  return Math.min(MAX_MS, Math.max(0, Math.round(ms)));
}

/** The part of a request's life that goes on behind its answer. */
export interface Background {
  waitUntil(work: Promise<unknown>): void;
}

/** A target as the plan of a request names it. */
export interface CalledTarget {
  /** The gateway of the request; what it configures is its own. */
  readonly gatewayId: string | null;
  readonly targetId: string;
}

/** How targets did, as one request of an organization sees and tells it. Nothing waits and nothing throws. */
export interface RequestHealth {
  /** Of the managed targets and of those of the organization, as far as this isolate knows. */
  views(): readonly TargetHealthView[];
  /** The request was admitted: what is old is asked for again, behind its back. */
  refresh(): void;
  /** The target is about to be called; what only a probe may try is then closed to the next request. */
  begin(target: CalledTarget): void;
  /** What became of a call that began at `beganAtMs`. */
  end(
    target: CalledTarget,
    outcome: AttemptOutcome,
    call: { readonly beganAtMs: number; readonly latencyMs: number },
  ): void;
}

export interface TargetHealthPort {
  of(organizationId: string, background: Background): RequestHealth;
}
