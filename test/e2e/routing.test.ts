/** Targets that a gateway's configuration declares: where requests go, at which prices, and what happens when one fails. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestGateway, UPSTREAM_KEYS, type TestGateway } from "../support/gateway.ts";
import {
  asJson,
  createOrganization,
  listOf,
  nanosOf,
  until,
  type Json,
  type TestOrganization,
} from "../support/organization.ts";
import { bodyFor, send } from "../support/traffic.ts";
import { chatAnswer, startUpstream, type Upstream } from "../support/upstream.ts";

const USAGE = { prompt_tokens: 1_000, completion_tokens: 500, total_tokens: 1_500 };
const STORED_KEY = "sk-of-the-organization-0123456789";

let gateway: TestGateway;
let upstreams: readonly [Upstream, Upstream, Upstream, Upstream];

beforeAll(async () => {
  gateway = await startTestGateway();
  upstreams = await Promise.all([startUpstream(), startUpstream(), startUpstream(), startUpstream()]);
}, 120_000);

afterAll(async () => {
  await gateway.stop();
  await Promise.all(upstreams.map(async (upstream) => upstream.stop()));
});

beforeEach(() => {
  for (const upstream of upstreams) {
    upstream.calls.length = 0;
    upstream.answer = chatAnswer(USAGE);
  }
});

interface Tenant extends TestOrganization {
  readonly gatewayId: string;
  push(providers: string, rest?: string): Promise<{ readonly status: number; readonly body: Json }>;
  chat(model: string, extra?: Parameters<typeof bodyFor>[1]): Promise<Response>;
  /** The row of the last request. */
  lastRow(count: number): Promise<Json>;
}

/** An organization with a gateway, its key, and a secret of its own. */
async function makeTenant(credit = "100"): Promise<Tenant> {
  const organization = await createOrganization(gateway, { credit });
  const made = await organization.call("POST", "/v1/gateways", { name: "Main" });
  const gatewayId = String(made.body["id"]);
  const key = await organization.call("POST", "/v1/keys", { name: "gw", type: "gateway", gateway_id: gatewayId });
  expect(key.status).toBe(201);
  expect((await organization.call("PUT", "/v1/secrets/own-key", { value: STORED_KEY })).status).toBeLessThan(300);
  const gatewayKey = String(key.body["key"]);
  return {
    ...organization,
    gatewayKey,
    gatewayId,
    push: async (providers, rest = "") => {
      const yaml = `pack: {name: test, version: 1.0.0}\nproviders:\n${providers}\npolicies: {chain: []}\n${rest}`;
      const response = await fetch(`${gateway.url}/v1/gateways/${gatewayId}/config`, {
        method: "PUT",
        headers: { authorization: `Bearer ${organization.accessKey}`, "content-type": "application/yaml" },
        body: yaml,
      });
      return { status: response.status, body: asJson(await response.json()) };
    },
    chat: async (model, extra = {}) =>
      send(gateway, gatewayKey, "openai.chat", bodyFor("openai.chat", { model, ...extra })),
    lastRow: async (count) => {
      const rows = await organization.spendLogs(count);
      expect(rows).toHaveLength(count);
      return rows[0] ?? {};
    },
  };
}

function target(index: 0 | 1 | 2 | 3, rest: string): string {
  return `    - {id: t${index}, provider: openai, base_url: "${upstreams[index].url}", secret_key_ref: {store: own-key}, ${rest}}`;
}

const PRICED = "pricing: {input_price_per_million: 1, output_price_per_million: 2}";

/** Nothing is held, and what left the wallet is what the log says. */
async function expectBalanced(tenant: Tenant): Promise<void> {
  await until(async () => nanosOf((await tenant.wallet())["held"]) === 0n);
  const wallet = await tenant.wallet();
  const rows = await tenant.list("/v1/spend/logs");
  const spent = rows.reduce((sum, row) => sum + nanosOf(row["total_cost"]), 0n);
  expect(nanosOf(wallet["held"])).toBe(0n);
  expect(nanosOf("100") - nanosOf(wallet["balance"])).toBe(spent);
}

describe("declared prices", () => {
  it.each([
    {
      name: "input, cached input and output",
      pricing: "{input_price_per_million: 0.15, cached_input_price_per_million: 0.075, output_price_per_million: 0.60}",
      usage: { ...USAGE, prompt_tokens_details: { cached_tokens: 400 } },
      // (600 × 0.15 + 400 × 0.075 + 500 × 0.60) / 10⁶
      cost: "0.00042",
    },
    {
      name: "multipliers",
      pricing:
        "{input_price_per_million: 0.006, output_price_per_million: 0.024, input_multiplier: 4.0, output_multiplier: 2.5}",
      usage: USAGE,
      // (1,000 × 4 × 0.006 + 500 × 2.5 × 0.024) / 10⁶
      cost: "0.000054",
    },
    {
      name: "the older names",
      pricing: "{prompt: 3, completion: 15}",
      usage: { ...USAGE, prompt_tokens_details: { cached_tokens: 400 } },
      // cached tokens at the input price: (1,000 × 3 + 500 × 15) / 10⁶
      cost: "0.0105",
    },
  ])("bill $name exactly, whatever the answer calls the model", async ({ pricing, usage, cost }) => {
    const tenant = await makeTenant();
    expect(await tenant.push(`  targets:\n${target(0, `model: contract-model, pricing: ${pricing}`)}`)).toMatchObject({
      status: 200,
    });
    upstreams[0].answer = chatAnswer(usage);
    expect((await tenant.chat("contract-model")).status).toBe(200);
    const row = await tenant.lastRow(1);
    expect(row).toMatchObject({ total_cost: cost, pricing_source: "config_declared", provider_target_id: "t0" });
    await expectBalanced(tenant);
  });

  it("prefer the model's own to the target's, and know a model by its aliases", async () => {
    const tenant = await makeTenant();
    const models =
      `models: [{model_id: big, aliases: [huge], pricing: {input_price_per_million: 10, output_price_per_million: 20}}, ` +
      `{model_id: small, aliases: [fast]}], ${PRICED}`;
    expect(await tenant.push(`  targets:\n${target(0, models)}`)).toMatchObject({ status: 200 });
    for (const [model, called, cost] of [
      ["huge", "big", "0.02"],
      ["big", "big", "0.02"],
      ["fast", "small", "0.002"],
    ] as const) {
      const before = upstreams[0].calls.length;
      expect((await tenant.chat(model)).status).toBe(200);
      expect(upstreams[0].calls.at(before)?.body["model"]).toBe(called);
      const rows = await tenant.spendLogs(before + 1);
      expect(rows.find((row) => row["requested_model"] === model)).toMatchObject({ total_cost: cost });
    }
    const listed = await fetch(`${gateway.url}/v1/models`, {
      headers: { authorization: `Bearer ${tenant.gatewayKey}` },
    });
    const names = listOf(asJson(await listed.json())["data"]).map(({ id }) => id);
    expect(names).toEqual(expect.arrayContaining(["big", "small"]));
    const catalog = await fetch(`${gateway.url}/v1/unified-access/models?limit=200`, {
      headers: { authorization: `Bearer ${tenant.gatewayKey}` },
    });
    const listedModels = listOf(asJson(await catalog.json())["data"]);
    expect(listedModels.find(({ model }) => model === "big")).toMatchObject({
      allowed: true,
      input_price_per_million: "10.00",
      aliases: expect.arrayContaining(["huge"]),
    });
  });

  it("give way to the upstream's own cost only where it is trusted", async () => {
    const tenant = await makeTenant();
    upstreams[0].answer = chatAnswer({ ...USAGE, cost: 0.00012345 });
    expect((await tenant.push(`  targets:\n${target(0, `model: m, ${PRICED}`)}`)).status).toBe(200);
    expect((await tenant.chat("m")).status).toBe(200);
    expect(await tenant.lastRow(1)).toMatchObject({ total_cost: "0.002", pricing_source: "config_declared" });
    await tenant.push(`  targets:\n${target(0, `model: m, trust_upstream_cost: true, ${PRICED}`)}`);
    expect((await tenant.chat("m")).headers.get("x-keeptrusts-cost")).toBe("0.00012345");
    const rows = await tenant.spendLogs(2);
    expect(rows.map((row) => row["total_cost"])).toContain("0.00012345");
    expect(rows.map((row) => row["pricing_source"])).toContain("upstream");
    await expectBalanced(tenant);
  });
});

describe("fallback", () => {
  const three = (): string =>
    `  targets:\n${[0, 1, 2, 3].map((index) => target(index === 0 ? 0 : index === 1 ? 1 : index === 2 ? 2 : 3, `model: m, ${PRICED.replace("2}", `${index + 2}}`)}`)).join("\n")}`;

  it.each([
    { name: "no connection", answer: null, error: /./, status: null },
    { name: "a server error", answer: { status: 503, body: {} }, error: /status 503/, status: 503 },
    { name: "a rate limit", answer: { status: 429, body: {} }, error: /status 429/, status: 429 },
    {
      name: "a refusal of our account",
      answer: { status: 402, body: { error: { message: "Please recharge your account" } } },
      error: /account_error/,
      status: 402,
    },
  ])("goes on to the next target after $name, charges once, and says why", async ({ answer, error, status }) => {
    const tenant = await makeTenant();
    expect((await tenant.push(three())).status).toBe(200);
    upstreams[0].answer = answer;
    expect((await tenant.chat("m")).status).toBe(200);
    const row = await tenant.lastRow(1);
    // 1,000 × 1 + 500 × 3: the price of the second.
    expect(row).toMatchObject({ total_cost: "0.0025", provider_target_id: "t1", status: "completed" });
    const attempts = listOf(row["attempts"]);
    expect(attempts).toMatchObject([
      { target_id: "t0", status, error: expect.stringMatching(error) },
      { target_id: "t1", status: 200, error: null },
    ]);
    expect(upstreams.map(({ calls }) => calls.length)).toEqual([1, 1, 0, 0]);
    await expectBalanced(tenant);
    const told = async () =>
      (await tenant.list("/v1/notifications")).filter(({ type }) => type === "upstream.account_error").length;
    if (status === 402) await until(async () => (await told()) === 1);
    expect(await told()).toBe(status === 402 ? 1 : 0);
  });

  it("never makes a fourth attempt, and passes the last error", async () => {
    const tenant = await makeTenant();
    await tenant.push(three());
    for (const upstream of upstreams) upstream.answer = { status: 503, body: { error: { message: "busy" } } };
    expect((await tenant.chat("m")).status).toBe(503);
    expect(upstreams.map(({ calls }) => calls.length)).toEqual([1, 1, 1, 0]);
    expect(await tenant.lastRow(1)).toMatchObject({ status: "upstream_error", total_cost: "0.00" });
    await expectBalanced(tenant);
  });

  it("answers 502 upstream_unreachable when no target can be reached", async () => {
    const tenant = await makeTenant();
    await tenant.push(three());
    for (const upstream of upstreams) upstream.answer = null;
    const response = await tenant.chat("m");
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { code: "upstream_unreachable" } });
  });

  it("never goes on after a byte was sent", async () => {
    const tenant = await makeTenant();
    await tenant.push(three());
    upstreams[0].answer = "stream_cut";
    const response = await tenant.chat("m", { stream: true });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("Hel");
    expect(upstreams.map(({ calls }) => calls.length)).toEqual([1, 0, 0, 0]);
    expect(await tenant.lastRow(1)).toMatchObject({ status: "upstream_error", provider_target_id: "t0" });
    await expectBalanced(tenant);
  });

  it("does not happen for a caller's own mistake, nor where it is not allowed", async () => {
    const tenant = await makeTenant();
    await tenant.push(three());
    upstreams[0].answer = { status: 400, body: { error: { message: "bad" } } };
    expect((await tenant.chat("m")).status).toBe(400);
    await tenant.push(`  routing: {allow_fallbacks: false}\n${three()}`);
    upstreams[0].answer = { status: 503, body: {} };
    expect((await tenant.chat("m")).status).toBe(503);
    expect(upstreams.map(({ calls }) => calls.length)).toEqual([2, 0, 0, 0]);
  });

  it("a refusal of our account by the only target is 502, and opens its circuit", async () => {
    const tenant = await makeTenant();
    await tenant.push(`  targets:\n${target(0, `model: m, ${PRICED}`)}\n${target(1, `model: other, ${PRICED}`)}`);
    upstreams[0].answer = { status: 402, body: { error: { message: "recharge" } } };
    const response = await tenant.chat("m");
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { code: "upstream_account_error" } });
    await until(async () =>
      gateway.logs.some((line) => line.includes("target.circuit_opened") && line.includes(tenant.gatewayId)),
    );
    expect(gateway.logs.some((line) => line.includes("target.circuit_opened") && line.includes(tenant.gatewayId))).toBe(
      true,
    );
  });

  it("tries a target last that failed five times in a row", async () => {
    const tenant = await makeTenant();
    await tenant.push(three());
    upstreams[0].answer = { status: 503, body: {} };
    for (let failure = 0; failure < 5; failure += 1) {
      // oxlint-disable-next-line no-await-in-loop -- in a row
      expect((await tenant.chat("m")).status).toBe(200);
    }
    const opened = (line: string): boolean => line.includes("target.circuit_opened") && line.includes(tenant.gatewayId);
    await until(async () => gateway.logs.some(opened));
    // The isolate learns of it behind a request.
    await until(async () => {
      const before = upstreams[0].calls.length;
      expect((await tenant.chat("m")).status).toBe(200);
      return upstreams[0].calls.length === before;
    });
    const before = upstreams[0].calls.length;
    expect((await tenant.chat("m")).status).toBe(200);
    expect(upstreams[0].calls.length).toBe(before);
  });

  it("holds for the dearest target: with money for the cheaper ones alone it is refused before anything is sent", async () => {
    const tenant = await makeTenant("0.001");
    const dear = PRICED.replace("2}", "1000}");
    await tenant.push(`  targets:\n${target(0, `model: m, ${PRICED}`)}\n${target(1, `model: m, ${dear}`)}`);
    const response = await tenant.chat("m");
    expect(response.status).toBe(402);
    expect(upstreams.map(({ calls }) => calls.length)).toEqual([0, 0, 0, 0]);
    await tenant.push(
      `  routing: {allow_fallbacks: false}\n  targets:\n${target(0, `model: m, ${PRICED}`)}\n${target(1, `model: m, ${dear}`)}`,
    );
    expect((await tenant.chat("m")).status).toBe(200);
  });
});

describe("strategies and ceilings", () => {
  it("lowest_price takes the cheapest for this request", async () => {
    const tenant = await makeTenant();
    const dear = "pricing: {input_price_per_million: 5, output_price_per_million: 5}";
    await tenant.push(
      `  routing: {strategy: lowest_price}\n  targets:\n${target(0, `model: m, ${dear}`)}\n${target(1, `model: m, ${PRICED}`)}`,
    );
    expect((await tenant.chat("m")).status).toBe(200);
    expect(upstreams.map(({ calls }) => calls.length)).toEqual([0, 1, 0, 0]);
  });

  it("round_robin takes turns", async () => {
    const tenant = await makeTenant();
    await tenant.push(
      `  routing: {strategy: round_robin}\n  targets:\n${target(0, `model: m, ${PRICED}`)}\n${target(1, `model: m, ${PRICED}`)}`,
    );
    for (let turn = 0; turn < 6; turn += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect((await tenant.chat("m")).status).toBe(200);
    }
    expect(upstreams.map(({ calls }) => calls.length)).toEqual([3, 3, 0, 0]);
  });

  it("max_price skips what is over it, and refuses with every target's projection when all are", async () => {
    const tenant = await makeTenant();
    const dear = "pricing: {input_price_per_million: 1, output_price_per_million: 900}";
    const targets = `  targets:\n${target(0, `model: m, ${dear}`)}\n${target(1, `model: m, ${PRICED}`)}`;
    await tenant.push(`  routing: {max_price: {completion: 0.01}}\n${targets}`);
    expect((await tenant.chat("m")).status).toBe(200);
    expect(upstreams.map(({ calls }) => calls.length)).toEqual([0, 1, 0, 0]);
    await tenant.push(`  routing: {max_price: {completion: 0.0001}}\n${targets}`);
    const refused = await tenant.chat("m");
    expect(refused.status).toBe(400);
    // The cap of 100 tokens at 900 and at 2 USD per million.
    expect(await refused.json()).toMatchObject({
      error: {
        code: "price_ceiling_exceeded",
        targets: [
          { id: "t0", projected_cost: "0.09", ceiling: "0.0001" },
          { id: "t1", projected_cost: "0.0002", ceiling: "0.0001" },
        ],
      },
    });
  });
});

describe("credentials and reach", () => {
  it("sends the organization's own secret, and never the deployment's to an address that is not the provider's", async () => {
    const tenant = await makeTenant();
    await tenant.push(`  targets:\n${target(0, `model: m, ${PRICED}`)}`);
    expect((await tenant.chat("m")).status).toBe(200);
    expect(upstreams[0].calls[0]?.authorization).toBe(`Bearer ${STORED_KEY}`);
    const env = `{id: e, provider: openai, model: m, base_url: "https://llm.example.com/v1", secret_key_ref: {env: OPENAI_API_KEY}, ${PRICED}}`;
    const refused = await tenant.push(`  targets:\n    - ${env}`);
    expect(refused.status).toBe(400);
    expect(JSON.stringify(refused.body)).toContain("config_invalid");
    const unknown = target(0, "model: m").replace("own-key", "no-such-key");
    expect(JSON.stringify(await tenant.push(`  targets:\n${unknown}`))).toContain("there is no secret no-such-key");
  });

  it("serves what no target names through the managed target, unless that is off or the list leaves it out", async () => {
    const tenant = await makeTenant();
    const own = `  targets:\n${target(0, `model: m, ${PRICED}`)}`;
    await tenant.push(own);
    expect((await tenant.chat("gpt-5.4-mini")).status).toBe(200);
    await tenant.push(own, "unified_access: {allowed_models: [m]}");
    expect((await tenant.chat("gpt-5.4-mini")).status).toBe(403);
    await tenant.push(own, "unified_access: {enabled: false}");
    expect((await tenant.chat("gpt-5.4-mini")).status).toBe(404);
    expect((await tenant.chat("m")).status).toBe(200);
    expect(UPSTREAM_KEYS.openai).not.toBe(STORED_KEY);
  });

  it("no alias slips past a deny, and a denied target is left out", async () => {
    const tenant = await makeTenant();
    await tenant.push(
      `  targets:\n${target(0, `models: [{model_id: secret-model, aliases: [harmless]}], ${PRICED}`)}\n${target(1, `models: [{model_id: open-model, aliases: [harmless]}], ${PRICED}`)}`,
    );
    const deny = { name: "no secret model", effect: "deny", resources: { models: ["secret-model"] } };
    expect((await tenant.call("POST", "/v1/unified-access/access-policies", deny)).status).toBe(201);
    expect((await tenant.chat("harmless")).status).toBe(200);
    expect((await tenant.chat("secret-model")).status).toBe(403);
    expect(upstreams.map(({ calls }) => calls.length)).toEqual([0, 1, 0, 0]);
  });
});

it("with DECLARED_PRICES=own_credentials only targets with a secret of the organization declare prices", async () => {
  const tenant = await makeTenant();
  await gateway.restart({ DECLARED_PRICES: "own_credentials" });
  expect((await tenant.push(`  targets:\n${target(0, `model: m, ${PRICED}`)}`)).status).toBe(200);
  const managed = `{id: e, provider: openai, model: m, ${PRICED}}`;
  const refused = await tenant.push(`  targets:\n    - ${managed}`);
  expect(refused.status).toBe(400);
  expect(JSON.stringify(refused.body)).toContain(
    "prices are declared only for targets with a secret of the organization",
  );
  expect((await tenant.push("  targets:\n    - {id: e, provider: openai, model: gpt-5.4-mini}")).status).toBe(200);
});
