/** What a change of the price book or of the exchange rates would alter, on the wire. */
import { z } from "zod";
import { PROVIDERS } from "../core/endpoint.ts";
import { CURRENCIES, divide, formatNanos, multiply, parseDecimalNanos, rational, roundHalfUp } from "../core/money.ts";
import type { Nanos } from "../core/money.ts";
import { checkPriceRecord, priceRecordRequestShape } from "./price-fields.ts";
import { fromPrice, listImplausible, PRICE_EXAMPLE, priceRecordSchema, toPrice } from "./price-record.ts";
import type { PriceRecord } from "./price-record.ts";
import { amountTextSchema, timeTextSchema } from "./amount.ts";

/** A record as `POST` takes it, or as `PUT` does for the period `id`; what would need `force` is answered, not refused. */
export const pricePreviewRequestSchema = priceRecordRequestShape
  .omit({ force: true })
  .extend({
    id: z.string().min(1).max(100).optional().meta({ description: "The period that would be replaced; absent: none." }),
  })
  .superRefine(checkPriceRecord)
  .transform(({ id, ...record }) => ({
    id: id ?? null,
    record: fromPrice(toPrice(record)),
    needsForce: listImplausible(record).map(({ path, message }) => ({ field: path.join("."), message })),
  }))
  .meta({ id: "ModelPricePreviewRequest", example: PRICE_EXAMPLE });

const percentSchema = z.string().nullable().meta({
  description: "To two decimals; null where there is no number before, or it is 0.",
  example: "-20.00",
});

const changeSchema = z.strictObject({
  field: z.string().meta({ example: "tiers.flex.input_price_per_million" }),
  before: z.unknown().meta({ description: "Null: nothing." }),
  after: z.unknown(),
  change_percent: percentSchema,
});

/** Old and new cost in USD; null: no price. */
const beforeAndAfter = z.strictObject({ before: amountTextSchema.nullable(), after: amountTextSchema });

const usedSchema = z.strictObject({
  since: timeTextSchema.meta({ description: "The beginning of a day in UTC, thirty days ago." }),
  requests: z.int(),
  billed: z
    .array(z.strictObject({ currency: z.enum(CURRENCIES), total_cost: amountTextSchema }))
    .meta({ description: "What these requests cost." }),
});

export const pricePreviewSchema = z
  .strictObject({
    provider: z.enum(PROVIDERS),
    model: z.string(),
    effective_from: timeTextSchema.nullable().meta({ description: "When the new price would begin; null: from ever." }),
    before: priceRecordSchema.nullable().meta({ description: "The price that it would replace; null: there is none." }),
    after: priceRecordSchema,
    changes: z.array(changeSchema).meta({ description: "Every field that would change." }),
    periods: z
      .array(
        z.strictObject({
          id: z.string().nullable().meta({ description: "Null: given when the change is made." }),
          change: z.enum(["added", "changed"]),
          effective_from: timeTextSchema.nullable(),
          effective_to: timeTextSchema.nullable(),
        }),
      )
      .meta({ description: "The periods that would be written." }),
    thousand_tokens: z
      .strictObject({ input: beforeAndAfter, output: beforeAndAfter })
      .meta({ description: "USD for 1,000 tokens at base rates: a price in the wrong unit shows here." }),
    needs_force: z.array(z.strictObject({ field: z.string(), message: z.string() })),
    recent: usedSchema.extend({
      at_base_rates: beforeAndAfter.meta({
        description:
          "USD for the same tokens at the base rates of both, without tiers, long context, regions and fees.",
      }),
    }),
  })
  .meta({ id: "ModelPricePreview" });

export type PricePreview = z.input<typeof pricePreviewSchema>;

export const ratesPreviewSchema = z
  .strictObject({
    rates: z.array(
      z.strictObject({
        currency: z.enum(CURRENCIES),
        before: z.string().nullable().meta({ description: "Null: there is no rate, and no hold in this currency." }),
        after: z.string(),
        change_percent: percentSchema,
        needs_force: z.boolean(),
        recent: usedSchema.omit({ billed: true }).extend({
          billed: amountTextSchema.meta({ description: "In this currency." }),
          at_new_rate: amountTextSchema
            .nullable()
            .meta({ description: "The same, had the new rate been the one before." }),
        }),
      }),
    ),
  })
  .meta({ id: "ExchangeRatesPreview", description: "Open reservations and tickets keep their rates." });

export type RatesPreview = z.input<typeof ratesPreviewSchema>;

/** Every field in which two records differ; a block that one of them lacks is null, field by field, there. */
export function listChanges(before: PriceRecord | null, after: PriceRecord): PricePreview["changes"] {
  const old = before === null ? new Map<string, unknown>() : fieldsOf(before);
  const next = fieldsOf(after);
  return [...new Set([...next.keys(), ...old.keys()])].flatMap((field) => {
    const [was, is] = [old.get(field) ?? null, next.get(field) ?? null];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    return [{ field, before: was, after: is, change_percent: changePercent(was, is) }];
  });
}

function fieldsOf(record: object, prefix = ""): Map<string, unknown> {
  return new Map(
    Object.entries(record).flatMap(([name, value]: [string, unknown]) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? [...fieldsOf(value, `${prefix}${name}.`)]
        : [[prefix + name, value] as const],
    ),
  );
}

/** From one decimal to another, to two decimals, half-up; null where there is nothing to compare. */
export function changePercent(before: unknown, after: unknown): string | null {
  const [was, is] = [decimalOf(before), decimalOf(after)];
  if (was === null || is === null || was === 0n) return null;
  const hundredths = roundHalfUp(multiply(divide(rational(is - was), rational(was)), rational(10_000n)));
  return formatNanos(hundredths * 10_000_000n);
}

function decimalOf(value: unknown): Nanos | null {
  return typeof value === "string" ? parseDecimalNanos(value) : null;
}
