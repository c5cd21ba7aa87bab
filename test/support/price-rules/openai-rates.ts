/** What a tier, a long prompt, a region and the calls of tools make of OpenAI's prices. */
import { priceNamed } from "../price-list.ts";
import { CHAT, OPENAI, RESPONSES, type PriceRule } from "./rule.ts";

const SOL = "gpt-6.1-sol";
const EU = "https://eu.api.openai.com/v1";
const SEARCH = { tools: [{ type: "web_search" }] };

type Sum = readonly [bill: string, usd: string];

const TIERED: Sum = [
  "2000 input × 2.00 + 1000 cached_input × 0.10 + 1000 cache_write_30m × 2.50 + 500 output × 10.00",
  "0.0116",
];
const HALVED: Sum = [
  "2000 input × 1.00 + 1000 cached_input × 0.05 + 1000 cache_write_30m × 1.25 + 500 output × 5.00",
  "0.0058",
];
const DOUBLED: Sum = [
  "2000 input × 4.00 + 1000 cached_input × 0.20 + 1000 cache_write_30m × 5.00 + 500 output × 20.00",
  "0.0232",
];

const tier = (rule: string, wire: string, asked: string | null, [bill, usd]: Sum, flags: readonly string[] = []) => ({
  rule,
  wire,
  endpoints: OPENAI,
  model: SOL,
  ...(asked === null ? {} : { request: { service_tier: asked } }),
  bill,
  usd,
  flags,
});

const TIERS: readonly PriceRule[] = [
  tier("flex is asked for and served", "tier-flex", "flex", HALVED),
  tier("batch can stand in an answer", "tier-batch", null, HALVED),
  tier("priority is the fast rate, asked for by its name", "tier-priority", "priority", DOUBLED),
  tier("and by the name of fast", "tier-priority", "fast", DOUBLED),
  tier("auto may be served fast", "tier-priority", "auto", DOUBLED),
  tier("asked fast and served default: the answer decides", "tier-default", "fast", TIERED),
  tier("asked flex and served default: the answer decides", "tier-default", "flex", TIERED),
  tier("asked nothing and served fast: the answer decides", "tier-priority", null, DOUBLED),
  tier("an answer that says auto is the standard tier", "tier-auto", "auto", TIERED),
  tier("scale is a contract without a public price", "tier-scale", "scale", TIERED, ["contract_tier"]),
  tier("a tier that nobody knows is flagged", "tier-new", null, TIERED, ["unknown_service_tier"]),
  tier("an answer without a tier has the one that was asked for", "tier-unsaid", "flex", HALVED),
  {
    rule: "a published tier rate wins over the factor",
    wire: "tier-flex-rounded",
    endpoints: OPENAI,
    model: "gpt-5.4",
    request: { service_tier: "flex" },
    bill: "3000 input × 1.25 + 1000 cached_input × 0.13 + 500 output × 7.50",
    usd: "0.00763",
  },
  {
    rule: "fast is 2.5 times list where it is published so",
    wire: "tier-priority-factor",
    endpoints: OPENAI,
    model: "gpt-5.5",
    request: { service_tier: "priority" },
    bill: "3000 input × 12.50 + 1000 cached_input × 1.25 + 500 output × 75.00",
    usd: "0.07625",
  },
  {
    rule: "a tier that the model does not have is billed at list price and flagged",
    wire: "tier-not-offered",
    endpoints: OPENAI,
    model: "gpt-4o",
    bill: "3000 input × 2.50 + 1000 cached_input × 1.25 + 500 output × 10.00",
    usd: "0.01375",
    flags: ["tier_not_offered"],
  },
];

const LONG_CONTEXT: readonly PriceRule[] = [
  {
    rule: "a prompt of exactly the threshold is short",
    wire: "long-at-threshold",
    endpoints: OPENAI,
    model: SOL,
    bill: "122000 input × 2.00 + 100000 cached_input × 0.10 + 50000 cache_write_30m × 2.50 + 1000 output × 10.00",
    usd: "0.389",
  },
  {
    rule: "one token more, cached and written ones counted, moves the whole request, output too",
    wire: "long-above-threshold",
    endpoints: OPENAI,
    model: SOL,
    bill: "122001 input × 4.00 + 100000 cached_input × 0.20 + 50000 cache_write_30m × 5.00 + 1000 output × 15.00",
    usd: "0.773004",
  },
  {
    rule: "fast and long have published rates together; the write follows their factor",
    wire: "fast-and-long",
    endpoints: OPENAI,
    model: SOL,
    request: { service_tier: "priority" },
    bill: "150000 input × 8.00 + 100000 cached_input × 0.40 + 50000 cache_write_30m × 5.00 × 2 + 1000 output × 30.00",
    usd: "1.77",
  },
  {
    rule: "without them the tier's factor applies to the long rates",
    wire: "flex-and-long",
    endpoints: OPENAI,
    model: "gpt-5.4",
    request: { service_tier: "flex" },
    bill: "200000 input × 5.00 × 0.5 + 100000 cached_input × 0.50 × 0.5 + 1000 output × 22.50 × 0.5",
    usd: "0.53625",
  },
];

const REGION: readonly PriceRule[] = [
  {
    rule: "a data-residency host costs a tenth more on every token class",
    wire: "cache-write",
    endpoints: OPENAI,
    model: SOL,
    upstream: EU,
    bill: "1928 input × 2.00 × 1.1 + 1024 cached_input × 0.10 × 1.1 + 2048 cache_write_30m × 2.50 × 1.1 + 100 output × 10.00 × 1.1",
    usd: "0.01108624",
  },
  {
    rule: "the region comes after the tier",
    wire: "tier-flex",
    endpoints: OPENAI,
    model: SOL,
    request: { service_tier: "flex" },
    upstream: EU,
    bill: "2000 input × 1.00 × 1.1 + 1000 cached_input × 0.05 × 1.1 + 1000 cache_write_30m × 1.25 × 1.1 + 500 output × 5.00 × 1.1",
    usd: "0.00638",
  },
  {
    rule: "models before GPT-5.4 have no surcharge",
    wire: "cached-read-unpriced",
    endpoints: OPENAI,
    model: "gpt-4o-2024-05-13",
    upstream: EU,
    bill: "1976 input × 5.00 + 1024 cached_input × 5.00 + 100 output × 15.00",
    usd: "0.0165",
  },
];

const searchOf = (size: string | null, fee: string, usd: string): PriceRule => ({
  rule: `a search-preview model takes a fee per request: ${size ?? "no size asked for"}`,
  wire: "search-preview",
  endpoints: CHAT,
  model: "gpt-4o-search-preview",
  ...(size === null ? {} : { request: { web_search_options: { search_context_size: size } } }),
  bill: `80 input × 2.50 + 120 output × 10.00 + 1 web_search at ${fee}`,
  usd,
});

const FEES: readonly PriceRule[] = [
  searchOf(null, "0.035", "0.0364"),
  searchOf("low", "0.03", "0.0314"),
  searchOf("medium", "0.035", "0.0364"),
  searchOf("high", "0.05", "0.0514"),
  {
    rule: "a search model searches once per request",
    wire: "search-api",
    endpoints: CHAT,
    model: "gpt-5-search-api",
    bill: "80 input × 1.25 + 120 output × 10.00 + 1 web_search at 0.01",
    usd: "0.0113",
  },
  {
    rule: "every web search item costs, whatever it did, but for one that failed",
    wire: "web-search",
    endpoints: RESPONSES,
    model: SOL,
    request: SEARCH,
    bill: "9000 input × 2.00 + 400 output × 10.00 + 3 web_search at 0.01",
    usd: "0.052",
  },
  {
    rule: "every file search item costs",
    wire: "file-search",
    endpoints: RESPONSES,
    model: SOL,
    request: { tools: [{ type: "file_search", vector_store_ids: ["vs_1"] }] },
    bill: "9000 input × 2.00 + 400 output × 10.00 + 2 file_search at 0.0025",
    usd: "0.027",
  },
  {
    rule: "a code interpreter costs per container, however often it ran",
    wire: "code-interpreter",
    endpoints: RESPONSES,
    model: SOL,
    request: { tools: [{ type: "code_interpreter", container: { type: "auto" } }] },
    bill: "9000 input × 2.00 + 400 output × 10.00 + 2 code_interpreter at 0.03",
    usd: "0.082",
  },
  {
    rule: "calls of remote MCP servers have no fee",
    wire: "mcp-free",
    endpoints: RESPONSES,
    model: SOL,
    bill: "9000 input × 2.00 + 400 output × 10.00",
    usd: "0.022",
  },
  {
    rule: "neither tier, length nor region scales a fee",
    wire: "fees-unscaled",
    endpoints: RESPONSES,
    model: SOL,
    request: { ...SEARCH, service_tier: "flex" },
    upstream: EU,
    bill: "300000 input × 4.00 × 0.5 × 1.1 + 1000 output × 15.00 × 0.5 × 1.1 + 1 web_search at 0.01 + 1 file_search at 0.0025 + 1 code_interpreter at 0.03",
    usd: "0.71075",
  },
  {
    rule: "calls of a tool without a fee cost nothing and are flagged",
    wire: "file-search",
    endpoints: RESPONSES,
    model: SOL,
    price: { ...priceNamed(SOL), feesNanos: { ...priceNamed(SOL).feesNanos, fileSearch: null } },
    bill: "9000 input × 2.00 + 400 output × 10.00 + 2 file_search at 0",
    usd: "0.022",
    flags: ["fee_unknown"],
  },
];

export const OPENAI_RATE_RULES: readonly PriceRule[] = [...TIERS, ...LONG_CONTEXT, ...REGION, ...FEES];
