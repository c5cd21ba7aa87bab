import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { priceRecordShape } from "../../src/contract/price-fields.ts";
import { fromPrice, toPrice } from "../../src/contract/price-record.ts";
import { writeCostAnswer } from "../../src/contract/cost-answer.ts";
import { ENDPOINTS } from "../../src/core/endpoint.ts";
import { formatNanos, parseDecimalNanos } from "../../src/core/money.ts";
import { buildPriceBook, findPrice } from "../../src/core/price-book.ts";
import type { Price } from "../../src/core/price.ts";
import { priceUsage } from "../../src/core/pricing.ts";
import type { Usage } from "../../src/core/usage.ts";
import type { MeterContext, MeterSnapshot } from "../../src/provider/adapter.ts";
import { adapterOf } from "../../src/provider/dialects.ts";
import { isServedRegionally } from "../../src/core/regional-host.ts";
import { PRICES, TODAY_MS } from "../support/price-list.ts";
import { everyRate } from "../support/price-rules/every-rate.ts";
import { PRICE_RULES } from "../support/price-rules/rules.ts";
import { readWire, textOfBytes } from "./provider/support.ts";

const CASES = PRICE_RULES.flatMap((rule) => rule.endpoints.map((endpoint) => ({ ...rule, endpoint })));
type Case = (typeof CASES)[number];

function requestBody({ endpoint, model, request }: Case): object {
  const prompt = "Was kostet die Fahrt?";
  const messages = [{ role: "user", content: prompt }];
  switch (endpoint) {
    case "openai.chat":
      return { model, messages, ...request };
    case "openai.responses":
      return { model, input: prompt, ...request };
    case "anthropic.messages":
      return { model, messages, max_tokens: 4_096, ...request };
  }
}

/** What the proxy would know of the request: read by the code that reads it there. */
async function contextOf(each: Case): Promise<MeterContext> {
  const adapter = adapterOf(each.endpoint);
  const inspected = adapter.inspectBody(JSON.stringify(requestBody(each)));
  if (!inspected.ok) throw new Error(JSON.stringify(inspected.failure));
  const { facts } = inspected.value;
  return {
    tokenizer: each.endpoint === "anthropic.messages" ? "claude-4-7" : "o200k",
    facts: {
      ...facts,
      inputTokens: await adapter.estimateInput(inspected.value),
      regional: isServedRegionally(facts, adapter.provider, each.upstream ?? "https://api.openai.com/v1"),
    },
  };
}

function wireOf({ endpoint, wire }: Case, extension: "json" | "sse"): Uint8Array {
  return readWire(`prices/${endpoint}/${wire}.${extension}`);
}

async function meterWhole(each: Case): Promise<MeterSnapshot> {
  return adapterOf(each.endpoint).meterJson(textOfBytes(wireOf(each, "json")), await contextOf(each));
}

/** The stream in pieces of `chunkBytes`, which cut lines and characters anywhere. */
async function meterStream(each: Case, chunkBytes: number, stripUsage: boolean): Promise<MeterSnapshot> {
  const meter = adapterOf(each.endpoint).createStreamMeter({ ...(await contextOf(each)), stripUsage });
  const bytes = wireOf(each, "sse");
  for (let at = 0; at < bytes.length; at += chunkBytes) meter.push(bytes.slice(at, at + chunkBytes));
  meter.end();
  return meter.snapshot();
}

/** The asked model's price, and those of all others by the names that an answer gives. */
function priceOf({ endpoint, model, at, price }: Case): (name: string | null) => Price | null {
  const book = buildPriceBook(PRICES);
  const atMs = at === undefined ? TODAY_MS : Date.parse(at);
  const find = (name: string): Price | null =>
    findPrice(book, { model: name, atMs, provider: adapterOf(endpoint).provider });
  const own = price ?? find(model);
  return (name) =>
    name === null || name === model || own?.model === name || own?.aliases.includes(name) ? own : find(name);
}

function bill(each: Case, usage: Usage, prices = priceOf(each)) {
  const priced = priceUsage(usage, prices);
  return priced.outcome === "priced" ? writeCostAnswer(priced, "wallet_catalog", usage.flags) : null;
}

interface Term {
  readonly kind: string;
  readonly amount: number;
  /** Nano-USD per million tokens, or per call. */
  readonly rateNanos: bigint;
  readonly isFee: boolean;
}

function nanosOf(text: string): bigint {
  const nanos = parseDecimalNanos(text);
  if (nanos === null) throw new Error(`not a decimal: ${text}`);
  return nanos;
}

/** Reads the arithmetic of a bill; factors are decimals, so nine digits stay exact. */
function termsOf(text: string): readonly Term[] {
  return (text === "" ? [] : text.split(" + ")).map((term) => {
    const fee = /^(\d+) (\w+) at ([\d.]+)$/.exec(term);
    if (fee !== null) {
      return { kind: fee[2] ?? "", amount: Number(fee[1]), rateNanos: nanosOf(fee[3] ?? ""), isFee: true };
    }
    const [head = "", rate = "", ...factors] = term.split(" × ");
    const [amount = "", kind = ""] = head.split(" ");
    const rateNanos = factors.reduce((scaled, factor) => (scaled * nanosOf(factor)) / 1_000_000_000n, nanosOf(rate));
    return { kind, amount: Number(amount), rateNanos, isFee: false };
  });
}

/** The sum of a bill in nano-USD, half-up: on paper, without the code that prices. */
function totalOf(terms: readonly Term[]): bigint {
  const millionths = terms.reduce(
    (sum, { amount, rateNanos, isFee }) => sum + BigInt(amount) * rateNanos * (isFee ? 1_000_000n : 1n),
    0n,
  );
  return (millionths + 500_000n) / 1_000_000n;
}

/** The lines of a bill, one for each class and rate. */
function linesOf(terms: readonly Term[]): readonly string[] {
  const amounts = new Map<string, number>();
  for (const { kind, amount, rateNanos } of terms) {
    const line = `${kind} at ${formatNanos(rateNanos)}`;
    amounts.set(line, (amounts.get(line) ?? 0) + amount);
  }
  return [...amounts].map(([line, amount]) => `${amount} ${line}`).toSorted();
}

const CHUNKS = [1, 7, 64, 1_000, 1_000_000];

describe("what an answer costs", () => {
  test.each(CASES)("$endpoint: $rule ($wire)", async (each) => {
    const whole = await meterWhole(each);
    expect(whole).toMatchObject({ terminal: true, errored: false, flags: [] });
    if (whole.usage === null) throw new Error("the answer has no usage that can be priced");
    const cost = bill(each, whole.usage);
    if (each.bill === null) {
      expect(cost).toBeNull();
    } else {
      const terms = termsOf(each.bill);
      expect(formatNanos(totalOf(terms))).toBe(each.usd);
      expect(cost?.total_cost).toBe(each.usd);
      const lines = cost?.breakdown.map((line) =>
        "tokens" in line
          ? `${line.tokens} ${line.kind} at ${line.rate_per_million}`
          : `${line.count} ${line.kind} at ${line.rate}`,
      );
      expect(lines?.toSorted()).toEqual(linesOf(terms));
      expect(cost?.flags).toEqual(each.flags ?? []);
    }
    for (const chunkBytes of CHUNKS) {
      for (const stripUsage of [false, true]) {
        const streamed = await meterStream(each, chunkBytes, stripUsage);
        expect(streamed).toMatchObject({ terminal: true, errored: false, flags: [] });
        expect(streamed.usage).toEqual(whole.usage);
      }
    }
  });
});

test("every file of bytes has a rule, for the endpoint that it is of", () => {
  const used = new Set(CASES.flatMap(({ endpoint, wire }) => [`${endpoint}/${wire}.json`, `${endpoint}/${wire}.sse`]));
  const stored = ENDPOINTS.flatMap((endpoint) =>
    readdirSync(new URL(`../fixture/wire/prices/${endpoint}`, import.meta.url)).map((name) => `${endpoint}/${name}`),
  );
  expect(stored.toSorted()).toEqual([...used].toSorted());
});

test.each([
  [
    "openai.chat",
    "input cached_input cache_write_30m cache_write_12h audio_input output audio_output web_search",
    ["batch", "contract", "fast", "flex", "standard"],
  ],
  [
    "openai.responses",
    "input cached_input cache_write_30m cache_write_12h output web_search file_search code_interpreter",
    ["batch", "contract", "fast", "flex", "standard"],
  ],
  [
    "anthropic.messages",
    "input cached_input cache_write_5m cache_write_1h output web_search",
    ["batch", "contract", "fast", "standard"],
  ],
] as const)(
  "%s: everything that it can carry is in a bill, in every tier and region",
  async (endpoint, kinds, tiers) => {
    const own = CASES.filter((each) => each.endpoint === endpoint);
    const billed = own.flatMap((each) => termsOf(each.bill ?? "").map(({ kind }) => kind));
    expect(new Set(billed)).toEqual(new Set(kinds.split(" ")));
    const usages = await Promise.all(own.map(async (each) => (await meterWhole(each)).usage));
    expect([...new Set(usages.map((usage) => usage?.tier ?? ""))].toSorted()).toEqual(tiers);
    expect(usages.some((usage) => usage?.regional === true)).toBe(true);
  },
);

/** Fields of a price that no bill can show. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  // They bound requests and count estimates.
  "max_output_tokens",
  "context_window",
  "endpoints",
  "tokenizer",
  "tags",
  // Only Anthropic tells these two lifetimes apart, and it has no such tier.
  "tiers.flex.cache_write_5m_price_per_million",
  "tiers.flex.cache_write_1h_price_per_million",
]);

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The paths of everything that a record can say, `long_context.threshold_tokens`. */
function pathsOf(record: Fields, prefix = ""): string[] {
  return Object.entries(record).flatMap(([name, value]) =>
    isFields(value) ? pathsOf(value, `${prefix}${name}.`) : [prefix + name],
  );
}

/** The record with another value at the path; null: it has no such place. */
function withField(record: Fields, [name = "", ...rest]: readonly string[], value: unknown): Fields | null {
  if (rest.length === 0) return name in record ? { ...record, [name]: value } : null;
  const inner = record[name];
  const changed = isFields(inner) ? withField(inner, rest, value) : null;
  return changed === null ? null : { ...record, [name]: changed };
}

/** One of each kind of value; those that a field cannot have are left out. */
const OTHER_VALUES = ["77.7", 1, 100_000_000, true, [], "2001-01-01", "2101-01-01", "openai", "anthropic", "another"];

function changesBill(each: Case, usage: Usage, path: string): boolean {
  const { endpoint, model, at } = each;
  const atMs = at === undefined ? TODAY_MS : Date.parse(at);
  const { provider } = adapterOf(endpoint);
  const price = each.price ?? findPrice(buildPriceBook(PRICES), { model, atMs, provider });
  if (price === null) return false;
  const billWith = (own: Price) => {
    const book = buildPriceBook([...PRICES.filter((other) => other.model !== price.model), own]);
    return bill(each, usage, (name) => findPrice(book, { model: name ?? model, atMs, provider }));
  };
  const record = fromPrice(price);
  const before = JSON.stringify(billWith(toPrice(record)));
  return OTHER_VALUES.some((value) => {
    const changed = priceRecordShape.safeParse(withField(record, path.split("."), value));
    return changed.success && JSON.stringify(billWith(toPrice(changed.data))) !== before;
  });
}

test("every field of a price that can change a bill changes one of the table", async () => {
  const metered = await Promise.all(CASES.map(async (each) => ({ each, usage: (await meterWhole(each)).usage })));
  const unseen = pathsOf(fromPrice(everyRate("openai"))).filter(
    (path) => !metered.some(({ each, usage }) => usage !== null && changesBill(each, usage, path)),
  );
  expect(new Set(unseen)).toEqual(WITHOUT_EFFECT);
});
