/** Reading counters of usage objects, which come from outside and may be anything. */
import type { CallCounts, ServiceTier, Usage } from "../core/usage.ts";
import type { UsageContext } from "./adapter.ts";

/** No real answer has a counter above this; one that does is a mistake or an attack (wire: counters are token counts). */
const MAX_COUNTER = 1_000_000_000;

/** The flag of counters that contradict each other. */
export const INCONSISTENT_USAGE = "inconsistent_usage";

/** The flag of a counter that nobody here knows: it may be something that the provider bills. */
const UNKNOWN_COUNTER = "unknown_usage_counter";

/** Blocks of counters lie at most this deep: usage, its iterations, one of them, its split of cache writes. */
const MAX_COUNTERS_DEPTH = 4;

/** Flags usage that counts, anywhere in it and above zero, what is not in `known`. */
export function flagUnknownCounters(usage: unknown, known: ReadonlySet<string>, flags: string[]): void {
  if (countsUnknown(usage, known, MAX_COUNTERS_DEPTH)) flags.push(UNKNOWN_COUNTER);
}

function countsUnknown(block: unknown, known: ReadonlySet<string>, depth: number): boolean {
  if (depth === 0 || typeof block !== "object" || block === null) return false;
  return Object.entries(block).some(([name, value]: [string, unknown]) =>
    typeof value === "number" ? value > 0 && !known.has(name) : countsUnknown(value, known, depth - 1),
  );
}

/** A whole number from 0 to `MAX_COUNTER`. */
export function isCounter(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= MAX_COUNTER;
}

/** Reads the counters of one usage object and remembers whether each of them could be used. */
export class CounterReader {
  #usable = true;

  get usable(): boolean {
    return this.#usable;
  }

  /** Absent and null are 0; anything but a whole number from 0 to 10⁹ makes the object unusable. */
  optional(value: unknown): number {
    return value === null || value === undefined ? 0 : this.required(value);
  }

  required(value: unknown): number {
    if (isCounter(value)) return value;
    this.#usable = false;
    return 0;
  }
}

/** What an answer's tier name means for the price; null for a name that nobody has documented. */
const TIERS: ReadonlyMap<string, ServiceTier> = new Map([
  ["default", "standard"],
  ["standard", "standard"],
  ["auto", "standard"],
  ["flex", "flex"],
  ["batch", "batch"],
  ["fast", "fast"],
  ["priority", "fast"],
  ["scale", "contract"],
]);

/** OpenAI: the answer's tier decides, whatever was asked for; the request's counts only when the answer names none. */
export function openaiTier(context: UsageContext, flags: string[]): ServiceTier {
  const named = context.serviceTier ?? null;
  if (named !== null) {
    const tier = TIERS.get(named);
    if (tier === undefined) flags.push("unknown_service_tier");
    return tier ?? "standard";
  }
  const requested = context.requestedTier ?? "standard";
  return requested === "auto" ? "standard" : requested;
}

/** Calls counted outside the usage object. */
export function contextCalls(context: UsageContext): CallCounts {
  return {
    webSearch: context.webSearchCalls ?? 0,
    fileSearch: context.fileSearchCalls ?? 0,
    codeInterpreter: context.codeInterpreterCalls ?? 0,
  };
}

/** The size of a search is part of the request alone: no answer repeats it. */
export function contextSearchSize({ searchContextSize }: UsageContext): Pick<Usage, "searchContextSize"> {
  return searchContextSize === null || searchContextSize === undefined ? {} : { searchContextSize };
}
