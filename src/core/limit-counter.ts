/**
 * Limits on what may be used in a window, and the counters that they are tested against. A request takes the most that it can
 * use (`held`); its end puts what it really used in the place of that (`used`). For every limit `used + held ≤ limit` holds
 * under any interleaving, as long as nothing uses more than it took. Amounts are nano-units for `credits`, else whole numbers.
 */
import { windowAt } from "./calendar.ts";
import type { Calendar, CalendarWindow } from "./calendar.ts";
import { MAX_NANOS } from "./money.ts";

export const USE_UNITS = ["credits", "tokens", "requests"] as const;
export type UseUnit = (typeof USE_UNITS)[number];

/** What a request can use at most, or has used. Not negative. */
export type Use = Readonly<Record<UseUnit, bigint>>;

export const NO_USE: Use = { credits: 0n, tokens: 0n, requests: 0n };

/** `total` never starts anew; `run` counts for each run of an agent. */
export type LimitWindow = "total" | "run" | CalendarWindow;

/** A limit with the counter that it has at the instant of the request. */
export interface CountedLimit {
  readonly id: string;
  /** Whose counters it has, when they are not its own. */
  readonly counterId?: string | undefined;
  readonly unit: UseUnit;
  readonly window: LimitWindow;
  readonly limit: bigint;
  /** Another window, run, unit or currency has another counter; another limit does not. */
  readonly counterKey: string;
  /** When the window ends; null: never, or with the run. */
  readonly resetsAtMs: number | null;
  /** When nobody can ask for the counter any more; null: never. */
  readonly forgetAfterMs: number | null;
}

/** What the requests of one window have used, and what those that are under way have taken. */
export interface LimitCounter {
  readonly key: string;
  readonly used: bigint;
  readonly held: bigint;
  readonly forgetAfterMs: number | null;
}

/** What a reservation has taken of one counter. */
export interface Take {
  readonly limitId: string;
  readonly unit: UseUnit;
  readonly key: string;
  readonly held: bigint;
}

/** A limit as it stood when a request was decided. */
export interface EvaluatedLimit {
  readonly limit: CountedLimit;
  readonly used: bigint;
  readonly held: bigint;
  readonly requested: bigint;
  /** `used + held + requested ≤ limit`. */
  readonly fits: boolean;
}

export type TakeDecision =
  | { readonly outcome: "taken"; readonly takes: readonly Take[]; readonly counters: readonly LimitCounter[] }
  | { readonly outcome: "exceeded"; readonly evaluated: readonly EvaluatedLimit[] };

/** A window that is over is kept for a while: the clock of another machine may be behind. */
const PAST_WINDOW_MS = 24 * 60 * 60 * 1_000;
/** A run that was idle for so long has ended. */
const IDLE_RUN_MS = 30 * 24 * 60 * 60 * 1_000;

/** Finds the counter of a limit. Null: it counts for each run, and no run is named. */
export function countLimit(
  limit: Pick<CountedLimit, "id" | "counterId" | "unit" | "window" | "limit">,
  at: {
    readonly nowMs: number;
    readonly calendar: Calendar;
    readonly runId: string | null;
    /** Credits of another currency have another counter. */
    readonly currency: string;
  },
): CountedLimit | null {
  const { id, counterId, unit, window } = limit;
  const counted = (part: string, resetsAtMs: number | null, forgetAfterMs: number | null): CountedLimit => ({
    id,
    counterId,
    unit,
    window,
    limit: limit.limit,
    counterKey: `${keyPrefix(limit, at.currency)}${part}`,
    resetsAtMs,
    forgetAfterMs,
  });
  if (window === "total") return counted("", null, null);
  if (window === "run") return at.runId === null ? null : counted(at.runId, null, at.nowMs + IDLE_RUN_MS);
  const { startMs, endMs } = windowAt(window, at.nowMs, at.calendar);
  return counted(String(startMs), endMs, endMs + PAST_WINDOW_MS);
}

type Counted = Pick<CountedLimit, "id" | "counterId" | "unit" | "window">;

/** What the keys of all counters of a limit begin with, whatever the window's start or the run. */
function keyPrefix({ id, counterId, unit, window }: Counted, currency: string): string {
  const unitName = unit === "credits" ? `credits.${currency}` : unit;
  return `${counterId ?? id}|${unitName}|${window}|`;
}

/** Whether this was taken of the limit: in its window of when the request began, also after a change of the calendar. */
export function isTakenOf(take: Take, limit: Counted, currency: string): boolean {
  return take.key.startsWith(keyPrefix(limit, currency));
}

/** Tests every limit. All must pass; a request that is refused takes nothing. `counterOf` gives null for an unused counter. */
export function decideTakes(
  limits: readonly CountedLimit[],
  counterOf: (key: string) => LimitCounter | null,
  requested: Use,
): TakeDecision {
  const evaluated = limits.map((limit) => evaluate(limit, counterOf(limit.counterKey), requested[limit.unit]));
  if (evaluated.some(({ fits }) => !fits)) return { outcome: "exceeded", evaluated };
  return {
    outcome: "taken",
    takes: evaluated.map(({ limit, requested: held }) => ({
      limitId: limit.id,
      unit: limit.unit,
      key: limit.counterKey,
      held,
    })),
    counters: evaluated.map(({ limit, used, held, requested: more }) => ({
      key: limit.counterKey,
      used,
      held: held + more,
      forgetAfterMs: limit.forgetAfterMs,
    })),
  };
}

/** How a limit stands, with what a request would take of it. */
export function evaluate(limit: CountedLimit, counter: LimitCounter | null, requested: bigint): EvaluatedLimit {
  const { used, held } = counter ?? { used: 0n, held: 0n };
  return { limit, used, held, requested, fits: used + held + requested <= limit.limit };
}

/** What is left of a limit; zero when it is exceeded. */
export function roomOf(limit: Pick<CountedLimit, "limit">, counter: LimitCounter | null): bigint {
  return counter === null ? atLeastZero(limit.limit) : atLeastZero(limit.limit - counter.used - counter.held);
}

/**
 * The counter after a reservation's end: its hold is given back and what it used is counted. After an expiry `counted` is what
 * that has counted already, and a late end corrects it.
 */
export function endTake(counter: LimitCounter, take: Take, used: Use, counted: Use | null): LimitCounter {
  return counted === null
    ? { ...counter, held: atLeastZero(counter.held - take.held), used: bound(counter.used + used[take.unit]) }
    : { ...counter, used: bound(counter.used + used[take.unit] - counted[take.unit]) };
}

/** The counter after a use that no reservation has held; it counts also beyond the limit. */
export function countUse(limit: CountedLimit, counter: LimitCounter | null, used: bigint): LimitCounter {
  const { held, used: before } = counter ?? { held: 0n, used: 0n };
  return { key: limit.counterKey, held, used: bound(before + used), forgetAfterMs: limit.forgetAfterMs };
}

/** The exceeded limit that lasts longest: what is over before it does not help. */
export function bindingLimit(evaluated: readonly EvaluatedLimit[]): EvaluatedLimit | null {
  const lastsUntilMs = ({ limit }: EvaluatedLimit): number => limit.resetsAtMs ?? Number.POSITIVE_INFINITY;
  return (
    evaluated
      .filter(({ fits }) => !fits)
      .reduce<EvaluatedLimit | null>(
        (longest, each) => (longest === null || lastsUntilMs(each) > lastsUntilMs(longest) ? each : longest),
        null,
      ) ?? null
  );
}

/** Counters stop at what can be stored: whoever is there is over every limit. */
function bound(amount: bigint): bigint {
  return amount > MAX_NANOS ? MAX_NANOS : atLeastZero(amount);
}

function atLeastZero(amount: bigint): bigint {
  return amount < 0n ? 0n : amount;
}
