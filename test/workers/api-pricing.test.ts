import { expect, test } from "vitest";
import modelPrices from "../../src/contract/data/model-prices.json" with { type: "json" };
import { spendDays } from "../../src/platform/d1/spend-schema.ts";
import { advanceClock, call, deps, makeOrganization, rowsOf, textOf } from "../support/worker-api.ts";

const PRICE = {
  provider: "openai",
  model: "priced",
  input_price_per_million: "1.00",
  output_price_per_million: "2.00",
  max_output_tokens: 1_000,
  endpoints: ["openai.chat"],
};

async function costAt(token: string, model: string, atMs: number) {
  const answer = await call("POST /v1/unified-access/cost", {
    token,
    body: {
      endpoint: "openai.chat",
      model,
      usage: { prompt_tokens: 1_000_000, completion_tokens: 0 },
      at: new Date(atMs).toISOString(),
    },
  });
  return answer.body["total_cost"] ?? answer.body["error"]?.["code"];
}

test("a fresh deployment has every price of the data file", async () => {
  const { token } = await makeOrganization();
  const catalog = await call("GET /v1/unified-access/models?limit=200", { token });
  const models = new Set<unknown>(rowsOf(catalog).map((model) => model["model"]));
  const now = deps.nowMs();
  for (const price of modelPrices) {
    const begun = !("effective_from" in price) || Date.parse(price.effective_from) <= now;
    const ended = "effective_to" in price && Date.parse(price.effective_to) <= now;
    if (begun && !ended) expect(models).toContain(price.model);
  }
  expect(catalog.body["data"]?.[0]).toMatchObject({ allowed: true });
});

test("a replaced price holds from now on; the past keeps its own, and so does an ended one", async () => {
  const { token } = await makeOrganization();
  const made = await call("POST /v1/admin/model-pricing", { body: PRICE });
  expect([made.status, made.body["effective_from"]]).toEqual([201, null]);
  const path = `/v1/admin/model-pricing/${textOf(made.body["id"])}`;
  const before = deps.nowMs();
  advanceClock(1_000);
  const replaced = await call(`PUT ${path}`, { body: { ...PRICE, input_price_per_million: "3.00" } });
  expect(replaced.body).toMatchObject({ id: made.body["id"], effective_from: new Date(deps.nowMs()).toISOString() });
  expect(await costAt(token, "priced", before)).toBe("1.00");
  expect(await costAt(token, "priced", deps.nowMs())).toBe("3.00");
  advanceClock(1_000);
  expect((await call(`DELETE ${path}`)).status).toBe(200);
  expect(await costAt(token, "priced", deps.nowMs() - 1)).toBe("3.00");
  expect(await costAt(token, "priced", deps.nowMs())).toBe("model_not_priced");
  expect((await call(`PUT ${path}`, { body: PRICE })).status).toBe(409);
});

test("a new period ends the running one of the same model or alias; overlaps and the past are refused", async () => {
  const { token } = await makeOrganization();
  const base = { ...PRICE, model: "dated", aliases: ["dated-latest"] };
  await call("POST /v1/admin/model-pricing", { body: base });
  const laterMs = deps.nowMs() + 3_600_000;
  const later = { ...base, input_price_per_million: "5.00", effective_from: new Date(laterMs).toISOString() };
  const added = await call("POST /v1/admin/model-pricing", { body: later });
  expect(added.status).toBe(201);
  expect(await costAt(token, "dated-latest", laterMs - 1)).toBe("1.00");
  expect(await costAt(token, "dated-latest", laterMs)).toBe("5.00");
  expect((await call("POST /v1/admin/model-pricing", { body: later })).body["error"]?.["code"]).toBe(
    "price_period_overlap",
  );
  const now = await call("POST /v1/admin/model-pricing", { body: { ...base, input_price_per_million: "4.00" } });
  expect(now.body["error"]?.["code"]).toBe("price_period_overlap");
  const past = { ...base, effective_from: "2020-01-01", effective_to: "2020-02-01" };
  expect((await call("POST /v1/admin/model-pricing", { body: past })).status).toBe(409);
  expect((await call(`DELETE /v1/admin/model-pricing/${textOf(added.body["id"])}`)).status).toBe(200);
  expect((await call(`GET /v1/admin/model-pricing/${textOf(added.body["id"])}`)).status).toBe(404);
});

test("of two changes at the same time one decides first, and the other after it", async () => {
  const body = { ...PRICE, model: "raced" };
  const replies = await Promise.all([
    call("POST /v1/admin/model-pricing", { body }),
    call("POST /v1/admin/model-pricing", { body }),
  ]);
  expect(replies.map((reply) => reply.status)).toEqual([201, 201]);
  const listed = await call("GET /v1/admin/model-pricing?model=raced");
  const open = rowsOf(listed).filter((price) => price["effective_to"] === null);
  expect(open).toHaveLength(1);
});

test.each([
  [{ input_price_per_million: "1000.01" }, "input_price_per_million"],
  [{ input_price_per_million: "0" }, "input_price_per_million"],
  [{ endpoints: ["anthropic.messages"] }, "endpoints.0"],
  [{ colour: "red" }, "colour"],
  [{ per_call_fees: { web_search: "10.01" } }, "per_call_fees.web_search"],
  [{ regional_multiplier: "11" }, "regional_multiplier"],
])("the price %j is refused", async (fields, param) => {
  const refused = await call("POST /v1/admin/model-pricing", { body: { ...PRICE, model: "refused", ...fields } });
  expect([refused.status, refused.body["error"]?.["param"]]).toEqual([400, param]);
});

test("a price beyond the ceilings needs force", async () => {
  const dear = {
    input_price_per_million: "1000.01",
    per_call_fees: { web_search: "10.01" },
    regional_multiplier: "11",
  };
  const body = { ...PRICE, model: "dear", ...dear, force: true };
  expect((await call("POST /v1/admin/model-pricing", { body })).status).toBe(201);
});

test("exchange rates merge, and are in force for the next hold", async () => {
  const { token } = await makeOrganization({ currency: "EUR", credit: "10" });
  await call("POST /v1/admin/model-pricing", { body: { ...PRICE, model: "abroad" } });
  const reserve = (requestId: string) =>
    call("POST /v1/gateway/wallets/reserve", {
      token,
      body: {
        request_id: requestId,
        provider: "openai",
        model: "abroad",
        input_tokens: 1_000_000,
        max_output_tokens: 1,
        request_sha256: "ab".repeat(32),
      },
    });
  const missing = await reserve("without a rate".replaceAll(" ", "-"));
  expect([missing.status, missing.body["error"]?.["code"]]).toEqual([503, "exchange_rate_missing"]);
  await call("PUT /v1/admin/exchange-rates", { body: { GBP: "0.8" } });
  const rates = await call("PUT /v1/admin/exchange-rates", { body: { EUR: "0.92" } });
  expect(rates.body).toEqual({ USD: "1", GBP: "0.8", EUR: "0.92" });
  const held = await reserve("with-a-rate");
  // (1,000,000 × 1 + 1 × 2) per million USD, 20 % more, in euros.
  expect(held.body).toMatchObject({ held_amount: "1.104002208", exchange_rate: "0.92", currency: "EUR" });
  const numbers = await call("PUT /v1/admin/exchange-rates", { body: { JPY: 149.3, CAD: 0.0000001 } });
  expect(numbers.body).toMatchObject({ USD: "1", EUR: "0.92", GBP: "0.8", JPY: "149.3", CAD: "0.0000001" });
  expect((await call("PUT /v1/admin/exchange-rates", { body: { EUR: "0" } })).status).toBe(400);
  expect((await call("PUT /v1/admin/exchange-rates", { body: { USD: "2" } })).status).toBe(400);
});

/** What was used lately: a day of the roll-up. */
async function addUse(model: string, currency: string, costNanos: bigint, daysAgo = 1): Promise<void> {
  const nothing = { refusedRequests: 0, reasoningTokens: 0, feesCostNanos: 0n, estimatedAvoidedCostNanos: 0n };
  await deps.spendDb.insert(spendDays).values({
    organizationId: "org_used",
    dimension: "model",
    dayMs: (Math.floor(deps.nowMs() / 86_400_000) - daysAgo) * 86_400_000,
    value: model,
    provider: "openai",
    currency,
    requests: 3,
    inputTokens: 2_000_000,
    cachedInputTokens: 1_000_000,
    cacheWriteTokens: 0,
    outputTokens: 500_000,
    totalTokens: 3_500_000,
    inputCostNanos: costNanos,
    cachedInputCostNanos: 0n,
    cacheWriteCostNanos: 0n,
    outputCostNanos: 0n,
    totalCostNanos: costNanos,
    ...nothing,
  });
}

test("a preview tells what a new price would change, and changes nothing", async () => {
  const base = { ...PRICE, model: "previewed", aliases: ["previewed-latest"], cached_input_price_per_million: "0.10" };
  const made = await call("POST /v1/admin/model-pricing", { body: base });
  await addUse("previewed-latest", "USD", 3_100_000_000n);
  await addUse("previewed", "EUR", 2_000_000_000n, 30);
  await addUse("previewed", "USD", 9_000_000_000n, 31);
  advanceClock(1_000);
  const from = new Date(deps.nowMs() + 3_600_000).toISOString();
  const next = {
    ...base,
    input_price_per_million: "0.80",
    output_price_per_million: "1500",
    tiers: { flex: { input_price_per_million: "0.5", output_price_per_million: "1" } },
    effective_from: from,
  };
  const preview = await call("POST /v1/admin/model-pricing/preview", { body: next });
  expect(preview.status).toBe(200);
  expect(preview.body).toMatchObject({
    provider: "openai",
    model: "previewed",
    effective_from: from,
    before: { input_price_per_million: "1.00" },
    after: { input_price_per_million: "0.80" },
    periods: [
      { id: null, change: "added", effective_from: from, effective_to: null },
      { id: made.body["id"], change: "changed", effective_from: null, effective_to: from },
    ],
    thousand_tokens: {
      input: { before: "0.001", after: "0.0008" },
      output: { before: "0.002", after: "1.50" },
    },
    needs_force: [{ field: "output_price_per_million", message: "more than 1000 USD per million tokens" }],
    recent: {
      requests: 6,
      billed: [
        { currency: "EUR", total_cost: "2.00" },
        { currency: "USD", total_cost: "3.10" },
      ],
      // Twice 2 M × 1.00 + 1 M × 0.10 + 0.5 M × 2.00, and with 0.80 and 1,500.
      at_base_rates: { before: "6.20", after: "1503.40" },
    },
  });
  expect(preview.body["changes"]).toEqual(
    expect.arrayContaining([
      { field: "input_price_per_million", before: "1.00", after: "0.80", change_percent: "-20.00" },
      { field: "output_price_per_million", before: "2.00", after: "1500.00", change_percent: "74900.00" },
      { field: "tiers.flex.input_price_per_million", before: null, after: "0.50", change_percent: null },
      { field: "effective_from", before: null, after: from, change_percent: null },
    ]),
  );
  const listed = await call("GET /v1/admin/model-pricing?model=previewed");
  expect(rowsOf(listed)).toEqual([made.body]);
});

test("a preview of a replacement, of a first price, and of what would be refused", async () => {
  const base = { ...PRICE, model: "replaced" };
  const first = await call("POST /v1/admin/model-pricing/preview", { body: base });
  expect(first.body).toMatchObject({ before: null, effective_from: null, needs_force: [], recent: { requests: 0 } });
  expect(first.body["recent"]).toMatchObject({ billed: [], at_base_rates: { before: null, after: "0.00" } });
  const made = await call("POST /v1/admin/model-pricing", { body: base });
  advanceClock(1_000);
  const now = new Date(deps.nowMs()).toISOString();
  const body = { ...base, id: made.body["id"], input_price_per_million: "3.00" };
  const replaced = await call("POST /v1/admin/model-pricing/preview", { body });
  expect(replaced.body).toMatchObject({
    effective_from: now,
    changes: [
      { field: "input_price_per_million", before: "1.00", after: "3.00", change_percent: "200.00" },
      { field: "effective_from", before: null, after: now, change_percent: null },
    ],
    periods: [
      { id: null, change: "added", effective_from: null, effective_to: now },
      { id: made.body["id"], change: "changed", effective_from: now, effective_to: null },
    ],
  });
  const past = { ...base, effective_from: "2020-01-01", effective_to: "2020-02-01" };
  expect((await call("POST /v1/admin/model-pricing/preview", { body: past })).status).toBe(409);
  const unknown = { ...base, id: "price_none" };
  expect((await call("POST /v1/admin/model-pricing/preview", { body: unknown })).status).toBe(404);
  const free = { ...base, input_price_per_million: "0" };
  const refused = await call("POST /v1/admin/model-pricing/preview", { body: free });
  expect([refused.status, refused.body["error"]?.["param"]]).toEqual([400, "input_price_per_million"]);
});

test("exchange rates: a preview, and a step of more than ten times needs force", async () => {
  const before = await call("PUT /v1/admin/exchange-rates", { body: { AUD: "1.5", CNY: "7", force: true } });
  expect(before.status).toBe(200);
  await addUse("used-abroad", "AUD", 3_000_000_000n);
  const preview = await call("POST /v1/admin/exchange-rates/preview", { body: { AUD: "1.8", CNY: "0.69" } });
  expect(preview.body["rates"]).toMatchObject([
    {
      currency: "AUD",
      before: "1.5",
      after: "1.8",
      change_percent: "20.00",
      needs_force: false,
      recent: { requests: 3, billed: "3.00", at_new_rate: "3.60" },
    },
    {
      currency: "CNY",
      before: "7",
      after: "0.69",
      change_percent: "-90.14",
      needs_force: true,
      recent: { requests: 0, billed: "0.00", at_new_rate: "0.00" },
    },
  ]);
  const refused = await call("PUT /v1/admin/exchange-rates", { body: { AUD: "1.8", CNY: "0.69" } });
  expect([refused.status, refused.body["error"]?.["param"]]).toEqual([400, "CNY"]);
  expect((await call("GET /v1/admin/exchange-rates")).body).toMatchObject({ AUD: "1.5", CNY: "7" });
  expect((await call("PUT /v1/admin/exchange-rates", { body: { AUD: "15", CNY: "0.7" } })).status).toBe(200);
  const forced = await call("PUT /v1/admin/exchange-rates", { body: { CNY: "70", force: true } });
  expect(forced.body).toMatchObject({ AUD: "15", CNY: "70" });
  expect((await call("PUT /v1/admin/exchange-rates", { body: { XXX: "2" } })).status).toBe(400);
});

test("changes of prices and rates are in the audit log, with what was before; previews are not", async () => {
  const body = { ...PRICE, model: "recorded" };
  await call("POST /v1/admin/model-pricing/preview", { body });
  await call("POST /v1/admin/exchange-rates/preview", { body: { GBP: "0.8" } });
  const made = await call("POST /v1/admin/model-pricing", { body });
  await call("PUT /v1/admin/exchange-rates", { body: { GBP: "0.8", force: true } });
  await call("PUT /v1/admin/exchange-rates", { body: { GBP: "0.81" } });
  const log = await call("GET /v1/admin/audit-log?limit=3");
  expect(rowsOf(log)).toMatchObject([
    { action: "exchange_rates.update", before: { GBP: "0.8" }, after: { GBP: "0.81" } },
    { action: "exchange_rates.update" },
    { action: "price.create", before: {}, after: { [textOf(made.body["id"])]: { model: "recorded" } } },
  ]);
});
