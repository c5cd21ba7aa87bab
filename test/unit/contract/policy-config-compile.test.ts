import { expect, test } from "vitest";
import { compilePolicyConfig } from "../../../src/contract/policy-config/compile.ts";
import { lintPolicyConfig } from "../../../src/contract/policy-config/lint.ts";
import type { GatewayConfig } from "../../../src/core/gateway-config.ts";

const PACK = "pack: {name: shop, version: 1.0.0}\n";
const CHAIN = "policies: {chain: []}\n";

function compile(yaml: string): GatewayConfig | null {
  const { config, errors } = lintPolicyConfig(yaml);
  if (config === null) throw new Error(JSON.stringify(errors));
  return compilePolicyConfig(config, "gw_1");
}

const targetsOf = (lines: string) => compile(`${PACK}${CHAIN}providers:\n  targets:\n${lines}`)?.targets;

test("the smallest configuration routes to the managed targets and limits nothing", () => {
  expect(compile(`${PACK}${CHAIN}`)).toEqual({
    strategy: "ordered",
    allowFallbacks: true,
    ceilings: { promptNanos: null, completionNanos: null, requestNanos: null },
    targets: [],
    usesManagedTargets: true,
    allowedModels: [],
    rateTiers: null,
    agentConstraints: [],
    eventRetentionDays: null,
  });
});

test("the documents' minimal example: one target with one model, events for a year", () => {
  const config = compile(`pack:
  name: cost-and-spend-providers-1
  version: 1.0.0
  enabled: true
providers:
  targets:
    - id: openai-gpt4o
      provider: openai
      model: gpt-4o
policies:
  chain:
    - audit-logger
policy:
  audit-logger:
    immutable: true
    retention_days: 365
    log_all_access: true
`);
  expect(config).toMatchObject({ eventRetentionDays: 365, usesManagedTargets: true });
  expect(config?.targets).toEqual([
    {
      id: "openai-gpt4o",
      provider: "openai",
      baseUrl: null,
      secret: null,
      models: [{ modelId: "gpt-4o", aliases: [], pricing: null }],
      pricing: null,
      trustsUpstreamCost: false,
      zeroDataRetention: null,
    },
  ]);
});

test("the documents' multipliers: one audio token billed as four", () => {
  const [target] =
    targetsOf(`    - id: audio
      provider: openai
      pricing: {input_price_per_million: 0.006, output_price_per_million: 0.024, input_multiplier: 4.0, cached_input_multiplier: 0.3}
`) ?? [];
  const pricing = target?.pricing;
  expect(pricing).toMatchObject({ inputNanos: 6_000_000n, cachedInputNanos: null, outputNanos: 24_000_000n });
  const { inputMultiplier: input, cachedInputMultiplier: cached, outputMultiplier: output } = pricing ?? {};
  expect((input?.numerator ?? 0n) / (input?.denominator ?? 1n)).toBe(4n);
  expect((cached?.numerator ?? 0n) * 10n).toBe((cached?.denominator ?? 0n) * 3n);
  expect(output).toEqual({ numerator: 1n, denominator: 1n });
});

test("the documents' routing with ceilings, the older price names, and a credential by its name", () => {
  const config = compile(`${PACK}${CHAIN}providers:
  routing:
    strategy: ordered
    allow_fallbacks: false
    max_price: {prompt: 0.01, completion: 0.04, request: 0.05}
  targets:
    - id: openai-primary
      provider: openai
      model: gpt-4o-mini
      secret_key_ref: {env: OPENAI_API_KEY}
      pricing: {prompt: 0.15, completion: 0.60}
`);
  expect(config).toMatchObject({
    allowFallbacks: false,
    ceilings: { promptNanos: 10_000_000n, completionNanos: 40_000_000n, requestNanos: 50_000_000n },
    targets: [
      {
        secret: { kind: "env", name: "OPENAI_API_KEY" },
        pricing: { inputNanos: 150_000_000n, outputNanos: 600_000_000n },
      },
    ],
  });
});

test("model and models are one list, the single model first, each model once", () => {
  const targets = targetsOf(`    - id: a
      provider: anthropic
      model: claude-b
      secret_key_ref: {store: contract}
      data_policy: {zero_data_retention: true}
      trust_upstream_cost: true
      models:
        - {model_id: claude-a, aliases: [fast]}
        - {model_id: claude-b, aliases: [smart, smart], pricing: {input_price_per_million: 3, output_price_per_million: 15}}
`);
  expect(targets?.[0]).toMatchObject({
    secret: { kind: "store", name: "contract" },
    zeroDataRetention: true,
    trustsUpstreamCost: true,
    models: [
      { modelId: "claude-b", aliases: ["smart"], pricing: { inputNanos: 3_000_000_000n } },
      { modelId: "claude-a", aliases: ["fast"], pricing: null },
    ],
  });
});

test.each([
  ["https://llm.example.com/v1", "https://llm.example.com/v1"],
  ["https://llm.example.com/v1//", "https://llm.example.com/v1"],
  ["https://llm.example.com/", "https://llm.example.com/v1"],
  ["https://llm.example.com/v1beta/openai", "https://llm.example.com/v1beta/openai"],
])("the address %s goes to %s", (given, kept) => {
  expect(targetsOf(`    - {id: a, provider: openai, base_url: "${given}"}\n`)?.[0]?.baseUrl).toBe(kept);
});

test("a pack that is not enabled means nothing", () => {
  expect(compile("pack: {name: shop, version: 1.0.0, enabled: false}\npolicies: {chain: []}\n")).toBeNull();
});

test("the audit logger counts only in the chain", () => {
  const policy = "policy: {audit-logger: {retention_days: 30}}\n";
  expect(compile(`${PACK}${CHAIN}${policy}`)?.eventRetentionDays).toBeNull();
  expect(compile(`${PACK}policies: {chain: [audit-logger]}\n${policy}`)?.eventRetentionDays).toBe(30);
});

test("tiers of rate limits: what is not named is not limited", () => {
  const tiers = compile(`${PACK}${CHAIN}rate_limits:\n  per_user: {rpm: 5}\n  gateway: {tpm: 9}\n`)?.rateTiers;
  const none = { rpm: null, tpm: null, maxParallelRequests: null };
  expect(tiers).toEqual({ perKey: none, perUser: { ...none, rpm: 5 }, perTeam: none, gateway: { ...none, tpm: 9 } });
});

test("ids of agents' constraints follow from what they limit, so that a new version keeps them; of two on the same thing the lower one counts", () => {
  const yaml = `${PACK}${CHAIN}agents:
  - {id: agt_1, constraints: [{type: requests, window: daily, limit: 9}, {type: credits, window: total, limit: "2.5"}]}
  - {id: agt_2, constraints: [{type: tokens, window: run, limit: 1000}]}
  - {id: agt_1, constraints: [{type: requests, window: daily, limit: 4}]}
`;
  expect(compile(yaml)?.agentConstraints).toEqual([
    {
      agentId: "agt_1",
      constraints: [
        { id: "gw_1:agt_1:requests:daily", type: "requests", window: "daily", limit: 4n },
        { id: "gw_1:agt_1:credits:total", type: "credits", window: "total", limit: 2_500_000_000n },
      ],
    },
    {
      agentId: "agt_2",
      constraints: [{ id: "gw_1:agt_2:tokens:run", type: "tokens", window: "run", limit: 1_000n }],
    },
  ]);
});
