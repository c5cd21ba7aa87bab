/**
 * The periods of the price book: which rows a change adds, changes and removes. A change never reprices the past (contract:
 * Prices and spend): an ended period stays as it is, and a running one can only end.
 */
import type { PriceRecord } from "../contract/price-record.ts";
import { fail, ok, type Failure, type Result } from "../core/failure.ts";

export interface PricePeriod {
  readonly id: string;
  readonly record: PriceRecord;
  /** Inclusive; null is open. */
  readonly fromMs: number | null;
  /** Exclusive; null is open. */
  readonly toMs: number | null;
}

export interface PricePlan {
  readonly added: readonly PricePeriod[];
  /** Same id, new content. */
  readonly changed: readonly PricePeriod[];
  readonly removedIds: readonly string[];
}

/** A new period beside `known`; `draft.id` is the new id. */
export function planAddition(known: readonly PricePeriod[], draft: PricePeriod, nowMs: number): Result<PricePlan> {
  const siblings = known.filter((period) => sharesName(period, draft));
  const isFirst = siblings.length === 0;
  const added = { ...draft, fromMs: draft.fromMs ?? (isFirst ? null : nowMs) };
  if (hasEnded(added, added.fromMs ?? Number.NEGATIVE_INFINITY)) return fail(backwards());
  const running = siblings.find((period) => contains(period, added.fromMs));
  if (running !== undefined && startOf(running) === startOf(added)) return fail(overlap(running));
  if (running !== undefined && startOf(added) < nowMs) return fail(repricesPast());
  const closed = running === undefined ? [] : [{ ...running, toMs: added.fromMs }];
  const later = siblings.find((period) => period !== running && overlaps(period, added));
  if (later !== undefined) return fail(overlap(later));
  return ok({ added: [added], changed: closed, removedIds: [] });
}

/** New content for the period `draft.id`. A running one ends now as a row of its own, `historyId`, and goes on under its id. */
export function planReplacement(
  known: readonly PricePeriod[],
  draft: PricePeriod,
  historyId: string,
  nowMs: number,
): Result<PricePlan> {
  const old = known.find((period) => period.id === draft.id);
  if (old === undefined) return fail({ kind: "not_found", what: "price" });
  if (hasEnded(old, nowMs)) return fail(ended());
  if (old.record.provider !== draft.record.provider || old.record.model !== draft.record.model) {
    return fail(invalidField("model", "A period keeps its provider and model. Add a period for another model."));
  }
  const isRunning = startOf(old) < nowMs;
  if (isRunning && draft.fromMs !== null && draft.fromMs !== old.fromMs) {
    return fail(invalidField("effective_from", "The period has begun; leave `effective_from` out, or as it is."));
  }
  const fromMs = isRunning ? nowMs : (draft.fromMs ?? old.fromMs);
  const next = { ...draft, fromMs };
  if (!isRunning && startOf(next) < nowMs) return fail(repricesPast());
  if (hasEnded(next, startOf(next))) return fail(backwards());
  const other = known.find((period) => period.id !== old.id && sharesName(period, next) && overlaps(period, next));
  if (other !== undefined) return fail(overlap(other));
  const history = isRunning ? [{ ...old, id: historyId, toMs: nowMs }] : [];
  return ok({ added: history, changed: [next], removedIds: [] });
}

/** A running period ends now; one that has not begun goes. */
export function planRemoval(known: readonly PricePeriod[], id: string, nowMs: number): Result<PricePlan> {
  const old = known.find((period) => period.id === id);
  if (old === undefined) return fail({ kind: "not_found", what: "price" });
  if (hasEnded(old, nowMs)) return fail(ended());
  return startOf(old) >= nowMs
    ? ok({ added: [], changed: [], removedIds: [id] })
    : ok({ added: [], changed: [{ ...old, toMs: nowMs }], removedIds: [] });
}

function startOf(period: PricePeriod): number {
  return period.fromMs ?? Number.NEGATIVE_INFINITY;
}

function endOf(period: PricePeriod): number {
  return period.toMs ?? Number.POSITIVE_INFINITY;
}

function hasEnded(period: PricePeriod, atMs: number): boolean {
  return endOf(period) <= atMs;
}

function contains(period: PricePeriod, atMs: number | null): boolean {
  const instant = atMs ?? Number.NEGATIVE_INFINITY;
  return startOf(period) <= instant && instant < endOf(period);
}

function overlaps(a: PricePeriod, b: PricePeriod): boolean {
  return startOf(a) < endOf(b) && startOf(b) < endOf(a);
}

/** The same provider, and a model name or alias in common. */
function sharesName(a: PricePeriod, b: PricePeriod): boolean {
  if (a.record.provider !== b.record.provider) return false;
  const names = new Set([a.record.model, ...a.record.aliases]);
  return [b.record.model, ...b.record.aliases].some((name) => names.has(name));
}

function overlap(other: PricePeriod): Failure {
  return {
    kind: "conflict",
    code: "price_period_overlap",
    message: `The period overlaps the period ${other.id} of ${other.record.model}. Change that one, or its dates.`,
  };
}

function ended(): Failure {
  return {
    kind: "conflict",
    code: "price_period_ended",
    message: "The period has ended. Requests were settled by it, so it stays as it is.",
  };
}

function repricesPast(): Failure {
  return {
    kind: "conflict",
    code: "price_in_the_past",
    message: "The model has a price at that time already. A new price can begin now or later.",
  };
}

function backwards(): Failure {
  return invalidField("effective_to", "`effective_to` must be after the period's beginning.");
}

function invalidField(param: string, message: string): Failure {
  return { kind: "invalid_request", param, code: "invalid_value", message };
}
