/** `/v1/admin/exchange-rates`: units of a currency per 1 USD. */
import { z } from "zod";
import { PLATFORM_CHAIN } from "../core/audit-chain.ts";
import { parseExchangeRate } from "../core/exchange.ts";
import { ok } from "../core/failure.ts";
import { CURRENCIES, plainDecimal } from "../core/money.ts";
import { exchangeRates } from "../platform/d1/control-schema.ts";
import type { ApiDeps } from "./deps.ts";
import { changePlatform } from "./platform-change.ts";
import { addPlatformRoute, type Api } from "./route.ts";

const TAG = "Prices";
const USD_RATE = "1";
const FOREIGN = CURRENCIES.filter((currency) => currency !== "USD");

const RATE_RULE = "expected a decimal above zero with at most nine decimals, as string or number";
const rateSchema = z
  .union([z.string(), z.number()], { error: RATE_RULE })
  .transform(plainDecimal)
  .refine((text) => parseExchangeRate(text) !== null, RATE_RULE)
  .meta({ description: "A decimal above zero with at most nine decimals.", example: "0.92" });
const newRatesSchema = z
  .partialRecord(z.enum(CURRENCIES), rateSchema)
  .refine((rates) => rates.USD === undefined || Number(rates.USD) === 1, { message: "USD is always 1", path: ["USD"] })
  .meta({ id: "NewExchangeRates", description: "Units of each currency per 1 USD.", example: { EUR: "0.92" } });
const ratesSchema = z
  .partialRecord(z.enum(CURRENCIES), z.string())
  .meta({ id: "ExchangeRates", description: "Units of each currency per 1 USD.", example: { EUR: "0.92" } });

export function addExchangeRateRoutes(api: Api, deps: ApiDeps): void {
  addPlatformRoute(
    api,
    deps,
    "GET /v1/admin/exchange-rates",
    { summary: "Get the exchange rates", tag: TAG, answer: ratesSchema },
    async () => ok(await readRates(deps)),
  );

  addPlatformRoute(
    api,
    deps,
    "PUT /v1/admin/exchange-rates",
    {
      summary: "Set exchange rates",
      description: "Merges what the body names. In force for new reservations at once; open ones keep theirs.",
      tag: TAG,
      body: newRatesSchema,
      answer: ratesSchema,
    },
    async ({ body, nowMs, keep, trail }) =>
      changePlatform(deps, "exchange rates set", { keep, trail }, async () => {
        const rows = FOREIGN.flatMap((currency) => {
          const rate = body[currency];
          return rate === undefined ? [] : [{ currency, rate, updatedAtMs: nowMs }];
        });
        const statements = rows.map((row) =>
          deps.db
            .insert(exchangeRates)
            .values(row)
            .onConflictDoUpdate({ target: exchangeRates.currency, set: { rate: row.rate, updatedAtMs: nowMs } }),
        );
        const named = Object.fromEntries(rows.map((row) => [row.currency, row.rate]));
        const before = await readRates(deps);
        const answer = { ...before, ...named };
        const recorded = { action: "exchange_rates.update", objectId: PLATFORM_CHAIN, before, after: answer } as const;
        return ok({ statements, recorded, answer });
      }),
  );
}

async function readRates(deps: ApiDeps): Promise<z.input<typeof ratesSchema>> {
  const rows = await deps.db.select().from(exchangeRates);
  return { USD: USD_RATE, ...Object.fromEntries(rows.map((row) => [row.currency, row.rate])) };
}
