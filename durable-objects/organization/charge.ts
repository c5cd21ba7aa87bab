/** What a reservation costs: priced at the prices and the exchange rate of the moment when the money was held. */
import type { SettleCommand } from "../../src/contract/commands.ts";
import { convertUsd, parseExchangeRate } from "../../src/core/exchange.ts";
import { invalid } from "../../src/core/failure.ts";
import { MAX_PLAUSIBLE_NANOS } from "../../src/core/money.ts";
import type { Rational } from "../../src/core/money.ts";
import { priceUsage } from "../../src/core/pricing.ts";
import type { CommandContext } from "./context.ts";
import { pricesAt } from "./request-plan.ts";
import type { Charge } from "./spend-log-row.ts";
import type { Reservation } from "./store/reservations.ts";

export const IMPLAUSIBLE_COST = invalid(
  "usage",
  "implausible_cost",
  "The cost is negative, or more than any request can cost.",
);

export function isPlausible({ totalNanos }: Charge): boolean {
  return totalNanos >= 0n && totalNanos <= MAX_PLAUSIBLE_NANOS;
}

export const NO_CHARGE: Charge = { totalNanos: 0n, parts: [], pricingSource: null, flags: [] };

/** Prices what was used, or takes the cost that the command gives, in the currency of the reservation. */
export function chargeFor(
  context: CommandContext,
  reservation: Reservation,
  used: Pick<SettleCommand, "usage" | "costUsdNanos" | "targetId">,
): Charge {
  const { grant } = reservation.plan;
  const rate = frozenRate(reservation);
  if (used.costUsdNanos !== null) {
    return {
      totalNanos: convertUsd(used.costUsdNanos, rate),
      parts: [],
      pricingSource: "upstream",
      flags: ["cost_given"],
    };
  }
  const target = grant.targets.find(({ id }) => id === used.targetId) ?? grant.targets[0];
  if (used.usage === null || target === undefined) return NO_CHARGE;
  if (target.price === null) return unpriced(used.usage.flags);
  const prices = pricesAt(context, target, reservation.createdAtMs);
  const priced = priceUsage(used.usage, prices, { exchangeRate: rate });
  if (priced.outcome === "unpriced") return unpriced(used.usage.flags);
  return {
    totalNanos: priced.totalNanos,
    parts: priced.parts,
    pricingSource: target.declared === true ? "config_declared" : "wallet_catalog",
    flags: [...used.usage.flags, ...priced.flags],
  };
}

/** Only what was parsed is stored. */
function frozenRate({ id, exchangeRate }: Reservation): Rational {
  const rate = parseExchangeRate(exchangeRate);
  if (rate === null) throw new Error(`the reservation ${id} has no exchange rate`);
  return rate;
}

function unpriced(flags: readonly string[]): Charge {
  return { ...NO_CHARGE, flags: [...flags, "unpriced"] };
}
