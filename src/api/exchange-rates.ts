/** `/v1/admin/exchange-rates`: units of a currency per 1 USD. */
import { z } from "zod";
import { formatTime } from "../contract/amount.ts";
import { changePercent, ratesPreviewSchema, type RatesPreview } from "../contract/price-preview.ts";
import { PLATFORM_CHAIN } from "../core/audit-chain.ts";
import { convertUsd, parseExchangeRate } from "../core/exchange.ts";
import { fail, invalid, ok } from "../core/failure.ts";
import { compare, CURRENCIES, divide, formatNanos, plainDecimal, rational, type Currency } from "../core/money.ts";
import { exchangeRates } from "../platform/d1/control-schema.ts";
import { readCurrencyUse } from "../platform/d1/recent-use.ts";
import type { ApiDeps } from "./deps.ts";
import { changePlatform } from "./platform-change.ts";
import { recentSinceMs } from "./recent-since.ts";
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

const newRatesShape = z.strictObject({
  USD: rateSchema.optional(),
  EUR: rateSchema.optional(),
  GBP: rateSchema.optional(),
  JPY: rateSchema.optional(),
  AUD: rateSchema.optional(),
  CAD: rateSchema.optional(),
  CNY: rateSchema.optional(),
} satisfies Record<Currency, z.ZodType>);
const USD_RULE = { message: "USD is always 1", path: ["USD"] };
const isUsdOne = (rates: { readonly USD?: string | undefined }) => rates.USD === undefined || Number(rates.USD) === 1;

const previewRequestSchema = newRatesShape
  .refine(isUsdOne, USD_RULE)
  .meta({ id: "ExchangeRatesPreviewRequest", example: { EUR: "0.92" } });
const newRatesSchema = newRatesShape
  .extend({
    force: z
      .boolean()
      .default(false)
      .meta({ description: "Accept a rate more than ten times, or less than a tenth of, what it was." }),
  })
  .refine(isUsdOne, USD_RULE)
  .meta({ id: "NewExchangeRates", description: "Units of each currency per 1 USD.", example: { EUR: "0.92" } });
const ratesSchema = z
  .partialRecord(z.enum(CURRENCIES), z.string())
  .meta({ id: "ExchangeRates", description: "Units of each currency per 1 USD.", example: { EUR: "0.92" } });

export function addExchangeRateRoutes(api: Api, deps: ApiDeps): void {
  addPlatformRoute(
    api,
    deps,
    "POST /v1/admin/exchange-rates/preview",
    {
      summary: "Preview exchange rates",
      description: "What `PUT` would change, and what was spent in these currencies lately. It changes nothing.",
      tag: TAG,
      body: previewRequestSchema,
      answer: ratesPreviewSchema,
    },
    async ({ body, nowMs }) => ok(await previewRates(deps, body, nowMs)),
  );

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
      description:
        "Merges what the body names. In force for new reservations at once; open ones keep theirs. A rate more than ten times, or " +
        "less than a tenth of, what it was needs `force`. `/preview` answers what would change.",
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
        const slip = rows.find(({ currency, rate }) => isImplausibleStep(before[currency], rate));
        if (slip !== undefined && !body.force) {
          const message = `${slip.currency} was ${before[slip.currency]}; send force: true if ${slip.rate} is right.`;
          return fail(invalid(slip.currency, "invalid_value", message));
        }
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

/** More than ten times the rate before, or less than a tenth: a slip of the decimal point, or a rate upside down. */
function isImplausibleStep(before: string | undefined, after: string): boolean {
  const [was, is] = [parseExchangeRate(before ?? ""), parseExchangeRate(after)];
  if (was === null || is === null) return false;
  const step = divide(is, was);
  return compare(step, rational(10n)) > 0 || compare(step, rational(1n, 10n)) < 0;
}

async function previewRates(
  deps: ApiDeps,
  asked: z.output<typeof previewRequestSchema>,
  nowMs: number,
): Promise<RatesPreview> {
  const fromMs = recentSinceMs(nowMs);
  const [rates, use] = await Promise.all([readRates(deps), readCurrencyUse(deps.spendDb, fromMs)]);
  return {
    rates: FOREIGN.flatMap((currency) => {
      const after = asked[currency];
      if (after === undefined) return [];
      const before = rates[currency] ?? null;
      const used = use.find((row) => row.currency === currency);
      const billedNanos = used?.totalCostNanos ?? 0n;
      const [was, is] = [parseExchangeRate(before ?? ""), parseExchangeRate(after)];
      const recent = {
        since: formatTime(fromMs),
        requests: used?.requests ?? 0,
        billed: formatNanos(billedNanos),
        at_new_rate: was === null || is === null ? null : formatNanos(convertUsd(billedNanos, divide(is, was))),
      };
      const needsForce = isImplausibleStep(before ?? undefined, after);
      return [
        { currency, before, after, change_percent: changePercent(before, after), needs_force: needsForce, recent },
      ];
    }),
  };
}
