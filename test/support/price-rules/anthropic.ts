/** What an answer of Anthropic costs. Rates: the price list of the day, or a record of the table's own. */
import { priceNamed } from "../price-list.ts";
import { ANTHROPIC, type PriceRule } from "./rule.ts";

const OPUS = "claude-opus-5-5";
const SONNET = "claude-sonnet-5";
const HOUR = { cache_control: { type: "ephemeral", ttl: "1h" } };

const rule = (
  text: string,
  wire: string,
  model: string,
  bill: string | null,
  usd: string,
  rest: Pick<PriceRule, "request" | "at" | "price" | "flags"> = {},
): PriceRule => ({ rule: text, wire, endpoints: ANTHROPIC, model, bill, usd, ...rest });

const COUNTERS: readonly PriceRule[] = [
  rule("fresh input and output", "plain", OPUS, "1200 input × 4.00 + 310 output × 20.00", "0.011"),
  rule(
    "counters that are null count nothing",
    "null-counters",
    OPUS,
    "1200 input × 4.00 + 310 output × 20.00",
    "0.011",
  ),
  rule("counters of zero cost nothing", "zero", OPUS, "", "0.00"),
  rule("thinking is inside the output", "thinking", OPUS, "500 input × 4.00 + 1800 output × 20.00", "0.038"),
  rule("a refusal is billed for what it produced", "refusal", OPUS, "1200 input × 4.00 + 7 output × 20.00", "0.00494"),
  rule(
    "a counter that nobody knows is flagged",
    "unknown-counter",
    OPUS,
    "1200 input × 4.00 + 310 output × 20.00",
    "0.011",
    { flags: ["unknown_usage_counter"] },
  ),
  rule(
    "what is below a nano is rounded once, half-up, on the sum",
    "half-nano",
    "half-nano",
    "1 input × 4.00 + 1 cached_input × 0.0005 + 1 output × 20.00",
    "0.000024001",
    { price: { ...priceNamed(OPUS), rates: { ...priceNamed(OPUS).rates, cachedInput: 500_000n } } },
  ),
];

const CACHE: readonly PriceRule[] = [
  rule(
    "reads come beside the input, at the read rate",
    "cached-read",
    OPUS,
    "200 input × 4.00 + 8192 cached_input × 0.20 + 400 output × 20.00",
    "0.0104384",
  ),
  rule(
    "the model's own read rate decides",
    "read-fraction",
    "claude-fable-5-1",
    "200 input × 10.00 + 8192 cached_input × 0.25 + 400 output × 50.00",
    "0.024048",
  ),
  rule(
    "writes for five minutes come beside the input",
    "cache-write-5m",
    OPUS,
    "200 input × 4.00 + 4096 cache_write_5m × 5.00 + 400 output × 20.00",
    "0.02928",
  ),
  rule(
    "writes for an hour have a rate of their own",
    "cache-write-1h",
    OPUS,
    "200 input × 4.00 + 4096 cache_write_1h × 8.00 + 400 output × 20.00",
    "0.041568",
  ),
  rule(
    "what was written decides, not what was asked for",
    "cache-write-5m",
    OPUS,
    "200 input × 4.00 + 4096 cache_write_5m × 5.00 + 400 output × 20.00",
    "0.02928",
    { request: HOUR },
  ),
  rule(
    "both lifetimes and reads in one answer",
    "cache-write-both",
    OPUS,
    "200 input × 4.00 + 1000 cached_input × 0.20 + 2000 cache_write_5m × 5.00 + 3000 cache_write_1h × 8.00 + 400 output × 20.00",
    "0.043",
  ),
  rule(
    "a write without its split is of five minutes",
    "cache-write-unsplit",
    OPUS,
    "200 input × 4.00 + 4096 cache_write_5m × 5.00 + 400 output × 20.00",
    "0.02928",
  ),
  rule(
    "unless an hour was asked for",
    "cache-write-unsplit",
    OPUS,
    "200 input × 4.00 + 4096 cache_write_1h × 8.00 + 400 output × 20.00",
    "0.041568",
    { request: HOUR },
  ),
  rule(
    "what a split leaves over is of five minutes, and flagged",
    "cache-write-remainder",
    OPUS,
    "200 input × 4.00 + 1500 cache_write_5m × 5.00 + 2000 cache_write_1h × 8.00 + 400 output × 20.00",
    "0.0323",
    { request: HOUR, flags: ["inconsistent_usage"] },
  ),
  rule(
    "a sum that comes late, without a split, has the lifetime asked for",
    "cache-write-late",
    OPUS,
    "200 input × 4.00 + 4096 cache_write_1h × 8.00 + 400 output × 20.00",
    "0.041568",
    { request: HOUR },
  ),
  rule(
    "a request without output warms the cache, and pays the write",
    "warm-cache",
    OPUS,
    "12 input × 4.00 + 6000 cache_write_5m × 5.00",
    "0.030048",
    { request: { max_tokens: 0, cache_control: { type: "ephemeral" } } },
  ),
  rule(
    "published figures win over the multiples of the input rate",
    "rounded-rates",
    "claude-3-haiku-20240307",
    "200 input × 0.25 + 1000 cached_input × 0.03 + 2000 cache_write_5m × 0.30 + 400 output × 1.25",
    "0.00118",
  ),
];

const TIERS: readonly PriceRule[] = [
  rule(
    "priority is committed capacity: list price, flagged",
    "tier-priority",
    OPUS,
    "4000 input × 4.00 + 1000 cached_input × 0.20 + 500 output × 20.00",
    "0.0262",
    { request: { service_tier: "auto" }, flags: ["contract_tier"] },
  ),
  rule(
    "batch halves every class",
    "tier-batch",
    OPUS,
    "4000 input × 2.00 + 1000 cached_input × 0.10 + 1000 cache_write_5m × 2.50 + 1000 cache_write_1h × 4.00 + 500 output × 10.00",
    "0.0196",
  ),
  rule(
    "a tier that nobody knows is flagged",
    "tier-new",
    OPUS,
    "4000 input × 4.00 + 1000 cached_input × 0.20 + 500 output × 20.00",
    "0.0262",
    { flags: ["unknown_service_tier"] },
  ),
  rule(
    "the speed chooses the fast rates",
    "speed-fast",
    OPUS,
    "4000 input × 8.00 + 1000 cached_input × 0.40 + 1000 cache_write_5m × 10.00 + 1000 cache_write_1h × 16.00 + 500 output × 40.00",
    "0.0784",
    { request: { speed: "fast" } },
  ),
  rule(
    "asked fast and served standard: the answer decides",
    "speed-standard",
    OPUS,
    "4000 input × 4.00 + 1000 cached_input × 0.20 + 500 output × 20.00",
    "0.0262",
    { request: { speed: "fast" } },
  ),
  rule(
    "an answer without a speed has the one that was asked for",
    "cached-read",
    OPUS,
    "200 input × 8.00 + 8192 cached_input × 0.40 + 400 output × 40.00",
    "0.0208768",
    { request: { speed: "fast" } },
  ),
  rule(
    "a speed that the model does not have is billed at list price and flagged",
    "speed-fast-not-offered",
    SONNET,
    "4000 input × 2.00 + 1000 cached_input × 0.20 + 500 output × 10.00",
    "0.0132",
    { flags: ["tier_not_offered"] },
  ),
];

const REGION: readonly PriceRule[] = [
  rule(
    "inference in the US costs a tenth more on every class",
    "geo-us",
    OPUS,
    "4000 input × 4.00 × 1.1 + 1000 cached_input × 0.20 × 1.1 + 1000 cache_write_5m × 5.00 × 1.1 + 1000 cache_write_1h × 8.00 × 1.1 + 500 output × 20.00 × 1.1",
    "0.04312",
    { request: { inference_geo: "us" } },
  ),
  rule(
    "also where only the answer says so",
    "geo-us",
    OPUS,
    "4000 input × 4.00 × 1.1 + 1000 cached_input × 0.20 × 1.1 + 1000 cache_write_5m × 5.00 × 1.1 + 1000 cache_write_1h × 8.00 × 1.1 + 500 output × 20.00 × 1.1",
    "0.04312",
  ),
  rule(
    "asked for the US and served anywhere: the answer decides",
    "geo-global",
    OPUS,
    "4000 input × 4.00 + 1000 cached_input × 0.20 + 500 output × 20.00",
    "0.0262",
    { request: { inference_geo: "us" } },
  ),
  rule(
    "the region comes after the speed, and scales no fee",
    "geo-us-search",
    OPUS,
    "4000 input × 8.00 × 1.1 + 500 output × 40.00 × 1.1 + 2 web_search at 0.01",
    "0.0772",
    { request: { speed: "fast", inference_geo: "us" } },
  ),
  rule(
    "models before 4.6 have no surcharge",
    "geo-us-no-surcharge",
    "claude-sonnet-4-5",
    "4000 input × 3.00 + 500 output × 15.00",
    "0.0195",
  ),
];

const LONG_CONTEXT: readonly PriceRule[] = [
  rule(
    "a prompt of exactly the threshold is short",
    "long-at-threshold",
    "claude-haiku-5-5",
    "1000 input × 0.10 + 90000 cached_input × 0.01 + 5000 cache_write_5m × 0.125 + 4000 cache_write_1h × 0.20 + 400 output × 0.50",
    "0.002625",
  ),
  rule(
    "one token more, read and written ones counted, moves the whole request, output too",
    "long-above-threshold",
    "claude-haiku-5-5",
    "1001 input × 0.50 + 90000 cached_input × 0.05 + 5000 cache_write_5m × 0.625 + 4000 cache_write_1h × 1.00 + 400 output × 2.50",
    "0.0131255",
  ),
  rule(
    "length scales no fee",
    "long-search-unscaled",
    "claude-sonnet-4-5",
    "200001 input × 6.00 + 1000 output × 22.50 + 1 web_search at 0.01",
    "1.232506",
  ),
];

const FEES: readonly PriceRule[] = [
  rule(
    "searches cost each, and their results are input that comes late in a stream",
    "web-search",
    OPUS,
    "10682 input × 4.00 + 510 output × 20.00 + 2 web_search at 0.01",
    "0.072928",
    { request: { tools: [{ type: "web_search_20250305", name: "web_search", max_uses: 5 }] } },
  ),
  rule(
    "code runs in a container, whose time the usage does not count: flagged",
    "code-execution",
    OPUS,
    "2679 input × 4.00 + 120 output × 20.00",
    "0.013116",
    { flags: ["container_time_unmetered"] },
  ),
  rule(
    "beside web search or fetch the container is free",
    "code-execution-web",
    OPUS,
    "2679 input × 4.00 + 120 output × 20.00",
    "0.013116",
  ),
  rule("fetches are free", "web-fetch", OPUS, "10682 input × 4.00 + 510 output × 20.00", "0.052928"),
];

const ITERATIONS: readonly PriceRule[] = [
  rule("one pass is the top level", "iterations-one", SONNET, "1200 input × 2.00 + 310 output × 10.00", "0.0055"),
  rule(
    "a compaction is billed, though the top level leaves it out",
    "iterations-compaction",
    SONNET,
    "55196 input × 2.00 + 900 output × 10.00 + 2500 input × 2.00 + 300 output × 10.00",
    "0.127392",
  ),
  rule(
    "an advisor is billed at its own model; fees stay at the top",
    "iterations-advisor",
    SONNET,
    "500 input × 2.00 + 120 output × 10.00 + 3000 input × 5.00 + 1000 cached_input × 0.50 + 400 output × 25.00 + 800 input × 2.00 + 600 cache_write_1h × 4.00 + 200 output × 10.00 + 1 web_search at 0.01",
    "0.0437",
  ),
  rule(
    "a fallback is billed at its own model, beside the pass that refused",
    "iterations-fallback",
    OPUS,
    "800 input × 4.00 + 800 input × 2.00 + 200 output × 10.00",
    "0.0068",
  ),
  rule(
    "each pass has a prompt length of its own",
    "iterations-long",
    "claude-haiku-5-5",
    "60000 input × 0.10 + 100 output × 0.50 + 60000 input × 0.10 + 100 output × 0.50 + 100001 input × 0.50 + 100 output × 2.50",
    "0.0623505",
  ),
  rule(
    "a pass of a model without a price is billed as the model asked for, and flagged",
    "iterations-unknown-model",
    SONNET,
    "800 input × 2.00 + 200 output × 10.00 + 1000 input × 2.00 + 100 output × 10.00",
    "0.0066",
    { flags: ["fallback_model"] },
  ),
];

const MODELS: readonly PriceRule[] = [
  rule(
    "the price of the day, to its last millisecond",
    "dated",
    "claude-opus-4-6",
    "200001 input × 10.00 + 1000 output × 37.50",
    "2.03751",
    { at: "2026-03-12T23:59:59.999Z" },
  ),
  rule(
    "and that of the next, which knows no length",
    "dated",
    "claude-opus-4-6",
    "200001 input × 5.00 + 1000 output × 25.00",
    "1.025005",
    {
      at: "2026-03-13",
    },
  ),
  rule(
    "an answer by a name that nobody has priced is billed as the model asked for, and flagged",
    "unknown-dated-name",
    OPUS,
    "1200 input × 4.00 + 310 output × 20.00",
    "0.011",
    { flags: ["fallback_model"] },
  ),
  rule("a free model costs nothing", "plain", OPUS, "1200 input × 0 + 310 output × 0", "0.00", {
    price: { ...priceNamed(OPUS), free: true },
  }),
  rule("no price is never a price of zero", "nobody-knows", "claude-9-preview", null, "0.00"),
];

export const ANTHROPIC_RULES: readonly PriceRule[] = [
  ...COUNTERS,
  ...CACHE,
  ...TIERS,
  ...REGION,
  ...LONG_CONTEXT,
  ...FEES,
  ...ITERATIONS,
  ...MODELS,
];
