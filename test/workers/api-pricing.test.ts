import { expect, test } from "vitest";
import modelPrices from "../../src/contract/data/model-prices.json" with { type: "json" };
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
])("the price %j is refused", async (fields, param) => {
  const refused = await call("POST /v1/admin/model-pricing", { body: { ...PRICE, model: "refused", ...fields } });
  expect([refused.status, refused.body["error"]?.["param"]]).toEqual([400, param]);
});

test("a price beyond the ceiling needs force", async () => {
  const body = { ...PRICE, model: "dear", input_price_per_million: "1000.01", force: true };
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
