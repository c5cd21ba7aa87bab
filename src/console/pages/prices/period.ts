/** Where a period of the price book stands in time. */
import type { StoredPrice } from "./queries.ts";

export type PeriodStatus = "planned" | "in force" | "ended";

export function periodStatus(
  { effective_from: from, effective_to: to }: Pick<StoredPrice, "effective_from" | "effective_to">,
  nowMs: number,
): PeriodStatus {
  if (from !== null && from !== undefined && Date.parse(from) > nowMs) return "planned";
  return to !== null && to !== undefined && Date.parse(to) <= nowMs ? "ended" : "in force";
}
