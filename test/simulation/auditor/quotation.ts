/** What must be held for a request, and which output cap goes with it. Source of the rules: the contract's model traffic. */
import type { RequestFacts } from "../../../src/core/request-facts.ts";
import type { PriceFields } from "../records.ts";
import { largest, nearest, NOTHING, plus, times, whole } from "./fractions.ts";
import type { Fraction } from "./fractions.ts";
import { callFee, isLong, tokenRate } from "./tariff.ts";
import type { Bucket, Conditions, Tier, Tool } from "./tariff.ts";

/** Held when nobody published what the model can put out. */
const UNPUBLISHED_MAXIMUM = 32_768;

export interface Terms {
  readonly fields: PriceFields;
  readonly facts: RequestFacts;
  /** 20 for twenty percent. */
  readonly bufferPercent: number;
  readonly exchangeRate: Fraction;
}

/** The worst case, with the buffer, in nano-units of the wallets' currency. */
export function holdFor({ fields, facts, bufferPercent, exchangeRate }: Terms, capTokens: number): bigint {
  const tokens = facts.inputTokens[fields.tokenizer];
  const conditions = conditionsOf(fields, facts, tokens);
  const dearest = (buckets: readonly Bucket[]): Fraction =>
    largest(conditions.flatMap((each) => buckets.map((bucket) => tokenRate(fields, each, bucket))));
  let worst = times(dearest(inputBuckets(fields, facts)), whole(tokens));
  for (const tool of ["webSearch", "fileSearch", "codeInterpreter"] as const satisfies readonly Tool[]) {
    const fee = callFee(fields, tool, facts.searchContextSize) ?? NOTHING;
    worst = plus(worst, times(fee, whole(facts.calls[tool])));
  }
  const outputs: readonly Bucket[] = facts.audioOutput === false ? ["output"] : ["output", "audioOutput"];
  worst = plus(worst, times(dearest(outputs), whole(capTokens), whole(facts.choices)));
  const buffer = { top: BigInt(Math.round((100 + bufferPercent) * 100)), bottom: 10_000n };
  return nearest(times(worst, exchangeRate, buffer));
}

function conditionsOf(fields: PriceFields, facts: RequestFacts, tokens: number): readonly Conditions[] {
  const tiers: Tier[] = [];
  if (facts.requestedTier === "auto") {
    tiers.push("standard");
    for (const tier of ["batch", "flex", "fast"] as const) if (fields.tiers?.[tier] !== undefined) tiers.push(tier);
  } else tiers.push(facts.requestedTier);
  // A long estimate may still turn out short.
  const lengths = isLong(fields, tokens) ? [false, true] : [false];
  return tiers.flatMap((tier) => lengths.map((long) => ({ tier, long, regional: facts.regional })));
}

function inputBuckets(fields: PriceFields, facts: RequestFacts): readonly Bucket[] {
  const buckets: Bucket[] = ["input", "cachedInput"];
  const asked = facts.cacheWrite === "automatic" ? (fields.provider === "openai" ? "30m" : "5m") : facts.cacheWrite;
  if (asked === "5m" || asked === "1h") buckets.push("cacheWrite5m");
  if (asked === "1h") buckets.push("cacheWrite1h");
  if (asked === "30m" || asked === "12h") buckets.push("cacheWrite30m");
  if (asked === "12h") buckets.push("cacheWrite12h");
  if (facts.audioInput !== false) buckets.push("audioInput");
  return buckets;
}

/** The largest cap whose hold the amount covers, found by trying: up to the model's maximum, or the caller's own cap. */
export function affordableCap(terms: Terms, amountNanos: bigint): number {
  let covered = 0;
  let tooMuch = Math.max(terms.fields.max_output_tokens ?? UNPUBLISHED_MAXIMUM, terms.facts.outputCapTokens ?? 0) + 1;
  if (amountNanos < 0n || holdFor(terms, 0) > amountNanos) return 0;
  while (tooMuch - covered > 1) {
    const middle = Math.floor((covered + tooMuch) / 2);
    if (holdFor(terms, middle) <= amountNanos) covered = middle;
    else tooMuch = middle;
  }
  return covered;
}

export interface CapRules {
  readonly defaultMaxOutputTokens: number | null;
  readonly enforceDefaultMaxOutput: boolean;
  readonly minimumOutputTokens: number;
  /** The organization's setting, or the caller's wish. */
  readonly mayLower: boolean;
  /** Of the access policies; null: none. */
  readonly limitTokens: number | null;
}

export interface CapDecision {
  readonly covered: boolean;
  readonly holdNanos: bigint;
  readonly heldCapTokens: number;
  readonly sentCapTokens: number | null;
  readonly clamped: boolean;
}

export function decideCap(terms: Terms, rules: CapRules, availableNanos: bigint): CapDecision {
  const [heldCap, sentCapTokens] = wantedCaps(terms, rules);
  const holdNanos = holdFor(terms, heldCap);
  if (holdNanos <= availableNanos)
    return { covered: true, holdNanos, heldCapTokens: heldCap, sentCapTokens, clamped: false };
  const affordable = affordableCap(terms, availableNanos);
  let least = Number.POSITIVE_INFINITY;
  if (terms.facts.outputCapTokens === null) least = rules.minimumOutputTokens;
  else if (rules.mayLower) least = terms.facts.endpoint === "openai.responses" ? 16 : 1;
  if (affordable < least) return { covered: false, holdNanos, heldCapTokens: heldCap, sentCapTokens, clamped: false };
  return {
    covered: true,
    holdNanos: holdFor(terms, affordable),
    heldCapTokens: affordable,
    sentCapTokens: affordable,
    clamped: true,
  };
}

/** What is held without a look at the money, and what is sent: null leaves the body as it is. */
function wantedCaps({ facts, fields }: Terms, rules: CapRules): readonly [held: number, sent: number | null] {
  if (facts.outputCapTokens !== null) return [facts.outputCapTokens, null];
  const maximum = fields.max_output_tokens ?? null;
  const usual = rules.defaultMaxOutputTokens;
  const limit = rules.limitTokens;
  const known = [maximum, usual, limit].filter((tokens) => tokens !== null);
  if (known.length === 0) return [UNPUBLISHED_MAXIMUM, UNPUBLISHED_MAXIMUM];
  const least = Math.min(...known);
  if (least === maximum) return [least, null];
  // What the organization only assumes is not sent; what a policy says always is.
  if (least === usual && least !== limit && !rules.enforceDefaultMaxOutput) return [least, null];
  return [least, least];
}

/** The most tokens of a request for which nothing is held. */
export function mostTokens(fields: PriceFields | null, facts: RequestFacts, sentCapTokens: number | null): number {
  const { o200k, claude, "claude-4-7": newer } = facts.inputTokens;
  const input = fields === null ? Math.max(o200k, claude, newer) : facts.inputTokens[fields.tokenizer];
  const cap = sentCapTokens ?? facts.outputCapTokens ?? fields?.max_output_tokens ?? UNPUBLISHED_MAXIMUM;
  return input + facts.choices * cap;
}
