/** What the form of a price holds, and the price that it stands for. */
import { z } from "zod";
import type { Wire } from "../../api/client.ts";
import { FEE_FIELDS, RATE_FIELDS, RATE_SETS, ratesOf, type RateField, type RateSet } from "../models/rates.ts";
import type { StoredPrice } from "./queries.ts";

const amount = z.string().regex(/^(|\d+(\.\d{1,9})?)$/, "A decimal with at most nine places, or nothing.");
/** A day, which begins at midnight UTC, or an instant. */
const instant = z
  .string()
  .refine((text) => text === "" || (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text))), {
    message: "A day such as 2026-12-01, or an instant such as 2026-12-01T12:00:00Z.",
  });
const wholeNumber = z.string().regex(/^(|[1-9]\d{0,11})$/, "A whole number, or nothing.");

export const priceFormSchema = z
  .object({
    provider: z.enum(["openai", "anthropic"]),
    model: z.string().trim().min(1, "Name the model as the provider does.").max(200, "At most 200 characters."),
    aliases: z.array(z.string()),
    endpoints: z.array(z.enum(["openai.chat", "openai.responses", "anthropic.messages"])),
    tags: z.array(z.string()),
    tokenizer: z.enum(["o200k", "claude", "claude-4-7"]).nullable(),
    context_window: wholeNumber,
    max_output_tokens: wholeNumber,
    regional_multiplier: amount,
    free: z.boolean(),
    sets: z.array(z.enum(["long_context", "batch", "flex", "fast", "fast_long_context"])),
    threshold_tokens: wholeNumber,
    rates: z.record(z.string(), amount),
    fees: z.record(z.string(), amount),
    effective_from: instant,
    effective_to: instant,
  })
  .refine(({ sets, threshold_tokens: threshold }) => !sets.includes("long_context") || threshold !== "", {
    path: ["threshold_tokens"],
    message: "From how many tokens of the prompt on?",
  });

export type PriceForm = z.output<typeof priceFormSchema>;
export type OtherSet = Exclude<RateSet, "base">;

/** Where the form keeps a rate. A name has no dot: dots are paths to the form. */
export function rateKey(set: RateSet, field: RateField): string {
  return `${set} ${field}`;
}

/** Null: an empty form. */
export function formOf(price: StoredPrice | null): PriceForm {
  return {
    provider: price?.provider ?? "openai",
    model: price?.model ?? "",
    aliases: price?.aliases ?? [],
    endpoints: price?.endpoints ?? [],
    tags: price?.tags ?? [],
    tokenizer: price?.tokenizer ?? null,
    context_window: textOf(price?.context_window),
    max_output_tokens: textOf(price?.max_output_tokens),
    regional_multiplier: textOf(price?.regional_multiplier),
    free: price?.free ?? false,
    sets: OTHER_SETS.filter((set) => price !== null && ratesOf(price, set) !== null),
    threshold_tokens: textOf(price?.long_context?.threshold_tokens),
    rates: Object.fromEntries(
      RATE_SETS.flatMap(([set]) =>
        RATE_FIELDS.map(([field]) => [
          rateKey(set, field),
          textOf(price === null ? null : ratesOf(price, set)?.[field]),
        ]),
      ),
    ),
    fees: Object.fromEntries(FEE_FIELDS.map(([field]) => [field, textOf(price?.per_call_fees?.[field])])),
    effective_from: textOf(price?.effective_from),
    effective_to: textOf(price?.effective_to),
  };
}

export const OTHER_SETS = ["long_context", "batch", "flex", "fast", "fast_long_context"] as const satisfies OtherSet[];

function textOf(value: string | number | null | undefined): string {
  return value === null || value === undefined ? "" : String(value);
}

/**
 * The body of a change and of its preview, which begins now or at `effective_from`. Without fees a price that was there keeps none;
 * a new one gets the provider's own.
 */
export function priceOf(form: PriceForm, isNew: boolean): Wire<"ModelPriceRequest"> {
  const fees = filled(FEE_FIELDS.map(([field]) => [field, form.fees[field] ?? ""]));
  const sets = new Set<RateSet>(form.sets);
  const tiers = (["batch", "flex", "fast", "fast_long_context"] as const).filter((tier) => sets.has(tier));
  return {
    provider: form.provider,
    model: form.model.trim(),
    aliases: form.aliases,
    ...(form.endpoints.length === 0 ? {} : { endpoints: form.endpoints }),
    tags: form.tags,
    ...(form.tokenizer === null ? {} : { tokenizer: form.tokenizer }),
    context_window: countOf(form.context_window),
    max_output_tokens: countOf(form.max_output_tokens),
    regional_multiplier: form.regional_multiplier === "" ? null : form.regional_multiplier,
    free: form.free,
    ...(form.free ? {} : pricesOf(form, "base")),
    long_context: sets.has("long_context")
      ? { threshold_tokens: Number(form.threshold_tokens), ...requiredPricesOf(form, "long_context") }
      : null,
    tiers: Object.fromEntries(tiers.map((tier) => [tier, requiredPricesOf(form, tier)])),
    ...(isNew && Object.keys(fees).length === 0 ? {} : { per_call_fees: fees }),
    ...(form.effective_from === "" ? {} : { effective_from: form.effective_from }),
    effective_to: form.effective_to === "" ? null : form.effective_to,
  };
}

function pricesOf({ rates }: PriceForm, set: RateSet): Readonly<Partial<Record<RateField, string>>> {
  return filled(RATE_FIELDS.map(([field]) => [field, rates[rateKey(set, field)] ?? ""]));
}

/** Other sets are whole: what is empty costs nothing. */
function requiredPricesOf(form: PriceForm, set: OtherSet) {
  return { input_price_per_million: "0", output_price_per_million: "0", ...pricesOf(form, set) };
}

function filled(entries: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(entries.filter(([, text]) => text !== ""));
}

function countOf(text: string): number | null {
  return text === "" ? null : Number(text);
}
