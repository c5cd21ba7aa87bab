/** The organization of a run: principals, models and settings that follow from the seed. */
import type { Random } from "./random.ts";
import type { KeyRow, PriceFields, Records } from "./records.ts";
import { makeSettings } from "./step.ts";

export const MODELS = [
  "gpt-plain",
  "gpt-odd",
  "claude-full",
  "gpt-nano",
  "gpt-wide",
  "claude-bare",
  "gpt-free",
  "gpt-alias",
  "gpt-later",
  "gpt-unheard-of",
] as const;

const CHAT = ["openai.chat", "openai.responses"] as const;

/** Rates with awkward decimals, cache classes, tiers, long context, fees; a free model, and one that is not in force yet. */
const PRICES: readonly PriceFields[] = [
  {
    provider: "openai",
    model: "gpt-plain",
    input_price_per_million: "1.00",
    cached_input_price_per_million: "0.10",
    output_price_per_million: "10.00",
    max_output_tokens: 4_096,
    endpoints: CHAT,
    tokenizer: "o200k",
  },
  {
    provider: "openai",
    model: "gpt-odd",
    aliases: ["gpt-alias"],
    tags: ["class:odd"],
    input_price_per_million: "0.333333333",
    cached_input_price_per_million: "0.111111111",
    cache_write_30m_price_per_million: "0.416666667",
    audio_input_price_per_million: "7.77",
    output_price_per_million: "1.777777777",
    long_context: {
      threshold_tokens: 2_000,
      input_price_per_million: "0.666666667",
      output_price_per_million: "2.123456789",
    },
    tiers: {
      flex: { input_price_per_million: "0.166666666", output_price_per_million: "0.9" },
      fast: {
        input_price_per_million: "0.777777777",
        cached_input_price_per_million: "0.3",
        output_price_per_million: "3.1",
      },
      fast_long_context: { input_price_per_million: "1.3", output_price_per_million: "5.7" },
    },
    regional_multiplier: "1.1",
    per_call_fees: { web_search: "0.01", file_search: "0.0025" },
    max_output_tokens: 2_048,
    endpoints: CHAT,
    tokenizer: "o200k",
  },
  {
    provider: "anthropic",
    model: "claude-full",
    input_price_per_million: "3.00",
    cached_input_price_per_million: "0.30",
    cache_write_5m_price_per_million: "3.75",
    cache_write_1h_price_per_million: "6.00",
    output_price_per_million: "15.00",
    tiers: { batch: { input_price_per_million: "1.5", output_price_per_million: "7.5" } },
    regional_multiplier: "1.10",
    per_call_fees: { web_search: "0.01", web_search_low: "0.003", web_search_high: "0.0333" },
    max_output_tokens: 8_192,
    endpoints: ["anthropic.messages"],
    tokenizer: "claude",
  },
  {
    provider: "openai",
    model: "gpt-nano",
    input_price_per_million: "0.000000001",
    output_price_per_million: "0.0005",
    max_output_tokens: 1_000,
    endpoints: CHAT,
    tokenizer: "o200k",
  },
  {
    provider: "openai",
    model: "gpt-wide",
    input_price_per_million: "2.50",
    cached_input_price_per_million: "1.25",
    output_price_per_million: "10.01",
    audio_output_price_per_million: "20.02",
    endpoints: CHAT,
    tokenizer: "o200k",
  },
  {
    provider: "anthropic",
    model: "claude-bare",
    input_price_per_million: "0.80",
    output_price_per_million: "4.00",
    max_output_tokens: 4_096,
    endpoints: ["anthropic.messages"],
    tokenizer: "claude-4-7",
  },
  {
    provider: "openai",
    model: "gpt-free",
    input_price_per_million: "0.00",
    output_price_per_million: "0.00",
    max_output_tokens: 4_096,
    endpoints: ["openai.chat"],
    tokenizer: "o200k",
    free: true,
  },
];

const KEYS: readonly (Partial<KeyRow> & { readonly token: string })[] = [
  { token: "gateway", gatewayId: "gw_one", mayAssertIdentity: true, capabilities: ["control_plane"] },
  { token: "ada", memberId: "ada", tags: ["unit:lab"] },
  { token: "bob", memberId: "bob", teamId: "red" },
  { token: "robot", serviceUserId: "svc_robot", teamId: "blue" },
  { token: "narrow", serviceUserId: "svc_robot", models: ["gpt-o*", "claude-bare"], mayAssertIdentity: true },
  { token: "access", type: "access", capabilities: ["control_plane", "self"] },
  { token: "twin", gatewayId: "gw_one", mayAssertIdentity: true, capabilities: ["control_plane"], teamId: "red" },
  { token: "team", teamId: "blue", capabilities: ["control_plane"] },
];

/** A run begins here or up to a month later, so that months end in many of them. */
const FIRST_START_MS = Date.UTC(2036, 0, 1);
const DAY_MS = 86_400_000;

export interface World {
  readonly records: Records;
  readonly startMs: number;
}

export function makeWorld(random: Random, organizationId: string): World {
  const startMs = FIRST_START_MS + random.below(31 * 24) * 3_600_000;
  const currency = random.weighted([
    [6, "USD"],
    [2, "EUR"],
    [1, "JPY"],
  ] as const);
  const records: Records = {
    organizationId,
    version: 1,
    platformVersion: 1,
    status: "active",
    settings: { ...makeSettings(random), currency },
    memberIds: ["ada", "bob", "cyd"],
    serviceUserIds: ["svc_robot"],
    gatewayIds: ["gw_one"],
    teams: [
      { id: "blue", memberIds: ["bob"], tags: [] },
      { id: "red", memberIds: ["ada", "bob"], tags: ["unit:lab", "class:odd"] },
    ],
    keys: KEYS.map((key) => ({
      id: `key_${key.token}`,
      type: "gateway",
      memberId: null,
      serviceUserId: null,
      gatewayId: null,
      teamId: null,
      mayAssertIdentity: false,
      capabilities: [],
      models: [],
      expiresAtMs: null,
      revokedAtMs: null,
      tags: [],
      ...key,
    })),
    prices: [
      ...PRICES.map((fields) => ({ id: `price_${fields.model}`, fromMs: null, toMs: null, fields })),
      {
        id: "price_later",
        fromMs: startMs + DAY_MS,
        toMs: null,
        fields: {
          provider: "openai",
          model: "gpt-later",
          input_price_per_million: "1",
          output_price_per_million: "2",
          endpoints: CHAT,
          tokenizer: "o200k",
        },
      },
    ],
    policies: [
      {
        id: "pol_all",
        effect: "allow",
        enabled: true,
        subjects: {},
        resources: { models: ["*"] },
        limits: random.chance(25) ? { max_output_tokens: 400, max_cost_per_request: "0.004" } : {},
      },
    ],
    seats: random.chance(60)
      ? { count: random.between(1, 3), monthlyCreditNanos: 6_000_000n, memberIds: ["cyd", "ada"] }
      : { count: 0, monthlyCreditNanos: 0n, memberIds: [] },
    agents: [
      { id: "agt_one", status: "active", constraints: [] },
      {
        id: "agt_two",
        status: "active",
        constraints: [{ id: "con_start", type: "requests", window: "daily", limit: 5n }],
      },
    ],
    budgets: [],
    exchangeRates: { EUR: "0.92", JPY: "149.37" },
  };
  return { records, startMs };
}
