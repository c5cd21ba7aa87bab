import { beforeAll, expect, test } from "vitest";
import { call, makeOrganization, textOf } from "../support/worker-api.ts";

const HASH = "ab".repeat(32);
/** (1,000 × 2.50 + 100 × 10) per million USD is 0.0035, and 20 % more. */
const HOLD = "0.0042";

beforeAll(async () => {
  const made = await call("POST /v1/admin/model-pricing", {
    body: {
      provider: "openai",
      model: "gateway-test",
      input_price_per_million: "2.50",
      cached_input_price_per_million: "0.25",
      output_price_per_million: 10,
      max_output_tokens: 4_096,
      context_window: 100_000,
      endpoints: ["openai.chat", "openai.responses"],
    },
  });
  expect(made.status).toBe(201);
});

function reservation(requestId: string, rest: Readonly<Record<string, unknown>> = {}) {
  return {
    request_id: requestId,
    provider: "openai",
    model: "gateway-test",
    input_tokens: 1_000,
    max_output_tokens: 100,
    request_sha256: HASH,
    ...rest,
  };
}

test("reserve holds exactly the worst case, once per request; settle posts the cost and frees the rest", async () => {
  const { token } = await makeOrganization({ credit: "1" });
  const first = await call("POST /v1/gateway/wallets/reserve", { token, body: reservation("call-1") });
  expect(first.status).toBe(200);
  expect(first.body).toMatchObject({
    held_amount: HOLD,
    currency: "USD",
    exchange_rate: "1",
    wallet: { scope: "organization" },
  });
  const again = await call("POST /v1/gateway/wallets/reserve", { token, body: reservation("call-1") });
  expect(again.body).toEqual(first.body);
  const other = await call("POST /v1/gateway/wallets/reserve", {
    token,
    body: reservation("call-1", { input_tokens: 9 }),
  });
  expect(other.status).toBe(409);

  const reservationId = textOf(first.body["reservation_id"]);
  const checkpoint = await call("POST /v1/gateway/wallets/checkpoint", {
    token,
    body: { reservation_id: reservationId },
  });
  expect(checkpoint.body["reservation_id"]).toBe(reservationId);
  const end = {
    token,
    body: {
      reservation_id: reservationId,
      usage: { prompt_tokens: 1_000, completion_tokens: 50, prompt_tokens_details: { cached_tokens: 400 } },
    },
  };
  // 600 × 2.50 + 400 × 0.25 + 50 × 10, per million.
  const settled = await call("POST /v1/gateway/wallets/settle", end);
  expect(settled.body).toMatchObject({
    status: "settled",
    settled_amount: "0.0021",
    released_amount: "0.0021",
    pricing_source: "wallet_catalog",
    wallet: { available: "0.9979" },
  });
  expect((await call("POST /v1/gateway/wallets/settle", end)).body).toEqual(settled.body);
  const listed = await call("GET /v1/reservations?status=settled", { token });
  expect(listed.body["data"]).toMatchObject([{ request_id: "call-1", held_amount: HOLD, settled_amount: "0.0021" }]);
});

test("what decides the price besides the usage is held and settled exactly", async () => {
  const { token } = await makeOrganization({ credit: "10" });
  const context = { service_tier: "priority", regional: true, cache_ttl: "12h", web_search_calls: 2 };
  const model = { provider: "openai", model: "gpt-6.1-terra", endpoint: "openai.responses" };
  const held = await call("POST /v1/gateway/wallets/reserve", {
    token,
    body: reservation("in-context", { ...model, ...context }),
  });
  // (1,000 × 2.50 × 2 + 100 × 5 × 2) × 1.1 per million, two searches, and 20 % more.
  expect(held.body).toMatchObject({ held_amount: "0.03192" });
  const usage = {
    input_tokens: 1_000,
    input_tokens_details: { cache_write_tokens: 1_000 },
    output_tokens: 100,
    output_tokens_details: { reasoning_tokens: 0 },
  };
  const reservationId = held.body["reservation_id"];
  const checkpoint = await call("POST /v1/gateway/wallets/checkpoint", {
    token,
    body: { reservation_id: reservationId, usage, ...context },
  });
  expect(checkpoint.status).toBe(200);
  const settled = await call("POST /v1/gateway/wallets/settle", {
    token,
    body: { reservation_id: reservationId, usage, ...context },
  });
  expect(settled.body).toMatchObject({ settled_amount: "0.0266", flags: [] });
  const unknown = await call("POST /v1/gateway/wallets/reserve", {
    token,
    body: reservation("unknown-tier", { ...model, service_tier: "ultrafast" }),
  });
  expect([unknown.status, unknown.body["error"]?.["param"]]).toEqual([400, "service_tier"]);
});

test("a checkpoint extends the hold for a gateway elsewhere, as far as money goes", async () => {
  const { token } = await makeOrganization({ credit: "0.01" });
  const held = await call("POST /v1/gateway/wallets/reserve", { token, body: reservation("long") });
  const reservationId = textOf(held.body["reservation_id"]);
  const checkpoint = (more: Readonly<Record<string, unknown>>) =>
    call("POST /v1/gateway/wallets/checkpoint", { token, body: { reservation_id: reservationId, ...more } });
  const usage = { prompt_tokens: 1_000, completion_tokens: 150 };

  expect((await checkpoint({})).body).toMatchObject({ held_amount: HOLD, covered_output_tokens: null });
  // 1,000 × 2.50 + output × 10, per million.
  expect((await checkpoint({ usage })).body).toMatchObject({ held_amount: HOLD, covered_output_tokens: 170 });
  const asked = { usage, hold_for_output_tokens: 300 };
  expect((await checkpoint(asked)).body).toMatchObject({ held_amount: "0.0055", covered_output_tokens: 300 });
  expect((await checkpoint(asked)).body).toMatchObject({ held_amount: "0.0055", covered_output_tokens: 300 });
  const all = await checkpoint({ usage, hold_for_output_tokens: 5_000 });
  expect(all.body).toMatchObject({ held_amount: "0.01", currency: "USD", covered_output_tokens: 750 });
  const listed = await call("GET /v1/reservations?status=open", { token });
  expect(listed.body["data"]).toMatchObject([{ held_amount: "0.01", holds: [{ amount: "0.01" }] }]);

  const blind = await checkpoint({ hold_for_output_tokens: 300 });
  expect([blind.status, blind.body["error"]?.["param"]]).toEqual([400, "hold_for_output_tokens"]);
  const settled = await call("POST /v1/gateway/wallets/settle", {
    token,
    body: { reservation_id: reservationId, usage },
  });
  expect(settled.body).toMatchObject({ settled_amount: "0.004", released_amount: "0.006" });
});

test("release frees everything, and a given cost replaces pricing", async () => {
  const { token } = await makeOrganization({ credit: "1" });
  const a = await call("POST /v1/gateway/wallets/reserve", { token, body: reservation("a") });
  const released = await call("POST /v1/gateway/wallets/release", {
    token,
    body: { reservation_id: a.body["reservation_id"] },
  });
  expect(released.body).toMatchObject({ status: "released", settled_amount: "0.00", released_amount: HOLD });
  const b = await call("POST /v1/gateway/wallets/reserve", { token, body: reservation("b") });
  const settled = await call("POST /v1/gateway/wallets/settle", {
    token,
    body: { reservation_id: b.body["reservation_id"], cost: "0.001234567" },
  });
  expect(settled.body["settled_amount"]).toBe("0.001234567");
});

test("a refusal for funds has a ticket that can be redeemed once the money is there", async () => {
  const { token } = await makeOrganization();
  const refused = await call("POST /v1/gateway/wallets/reserve", { token, body: reservation("poor") });
  expect([refused.status, refused.body["error"]?.["code"]]).toEqual([402, "insufficient_funds"]);
  const ticket = refused.body["cost_ticket"];
  expect(ticket).toMatchObject({ estimated_cost: HOLD, request_sha256: HASH });
  const redeem = { token, body: { request_id: "poor-2", ticket_id: ticket?.["id"], request_sha256: HASH } };
  const short = await call("POST /v1/gateway/wallets/redeem-ticket", redeem);
  expect([short.status, short.body["cost_ticket"]?.["id"]]).toEqual([402, ticket?.["id"]]);
  await call("POST /v1/wallets/credit", { token, body: { amount: HOLD } });
  const mismatch = await call("POST /v1/gateway/wallets/redeem-ticket", {
    token,
    body: { ...redeem.body, request_sha256: "cd".repeat(32) },
  });
  expect([mismatch.status, mismatch.body["error"]?.["code"]]).toEqual([400, "cost_ticket_mismatch"]);
  const redeemed = await call("POST /v1/gateway/wallets/redeem-ticket", redeem);
  expect([redeemed.status, redeemed.body["held_amount"]]).toEqual([200, HOLD]);
});

test("only control_plane holds money, and only in its own organization", async () => {
  const mine = await makeOrganization({ credit: "1" });
  const theirs = await makeOrganization({ credit: "1" });
  const plain = await call("POST /v1/keys", { token: mine.token, body: { name: "k", type: "gateway" } });
  const refused = await call("POST /v1/gateway/wallets/reserve", {
    token: textOf(plain.body["key"]),
    body: reservation("x"),
  });
  expect([refused.status, refused.body["error"]?.["code"]]).toEqual([403, "capability_required"]);
  const held = await call("POST /v1/gateway/wallets/reserve", { token: theirs.token, body: reservation("y") });
  const foreign = await call("POST /v1/gateway/wallets/release", {
    token: mine.token,
    body: { reservation_id: held.body["reservation_id"] },
  });
  expect(foreign.status).toBe(404);
});

test.each([
  [{ reservation_id: "res_1" }, "usage"],
  [{ reservation_id: "res_1", usage: {}, cost: "1" }, "usage"],
  [{ reservation_id: "res_1", usage: { prompt_tokens: -1, completion_tokens: 1 } }, "usage"],
  [{ reservation_id: "res_1", cost: "-1" }, "cost"],
])("the settlement %j is refused", async (body, param) => {
  const { token } = await makeOrganization();
  const refused = await call("POST /v1/gateway/wallets/settle", { token, body });
  expect([refused.status, refused.body["error"]?.["param"]]).toEqual([400, param]);
});

test("the estimate is what reserve would hold, and holds nothing", async () => {
  const { token } = await makeOrganization({ credit: "1" });
  const body = { model: "gateway-test", max_completion_tokens: 100, messages: [{ role: "user", content: "Hello" }] };
  const estimate = await call("POST /v1/unified-access/estimate", { token, body: { endpoint: "openai.chat", body } });
  expect(estimate.body).toMatchObject({ currency: "USD", payer: { scope: "organization" } });
  const balance = await call("GET /v1/wallets/balance", { token });
  expect(balance.body).toMatchObject({ held: "0.00", available: "1.00" });
  const refused = await call("POST /v1/unified-access/estimate", {
    token,
    body: { endpoint: "openai.chat", body: {} },
  });
  expect([refused.status, refused.body["error"]?.["param"]]).toEqual([400, "model"]);
});

test("a gateway with two targets is charged at the price of the one that served", async () => {
  const { token } = await makeOrganization({ credit: "1" });
  const gatewayId = textOf((await call("POST /v1/gateways", { token, body: { name: "Elsewhere" } })).body["id"]);
  const targetOf = (id: string, price: number) => ({
    id,
    provider: "openai",
    secret_key_ref: { env: "OPENAI_API_KEY" },
    pricing: { input_price_per_million: price, output_price_per_million: price },
  });
  const config = {
    pack: { name: "elsewhere", version: "1" },
    policies: { chain: [] },
    providers: { targets: [targetOf("cheap", 1), targetOf("dear", 100)] },
  };
  expect(await call(`PUT /v1/gateways/${gatewayId}/config`, { token, body: config })).toMatchObject({ status: 200 });
  const made = await call("POST /v1/keys", {
    token,
    body: { name: "elsewhere", type: "access", gateway_id: gatewayId, capabilities: ["control_plane"] },
  });
  const key = textOf(made.body["key"]);
  const reserved = await call("POST /v1/gateway/wallets/reserve", { token: key, body: reservation("two") });
  expect(reserved.body).toMatchObject({
    held_amount: "0.132",
    targets: [{ id: "cheap" }, { id: "dear", provider: "openai", model: "gateway-test" }],
  });
  const end = {
    reservation_id: textOf(reserved.body["reservation_id"]),
    usage: { prompt_tokens: 1_000, completion_tokens: 10 },
  };
  const other = { ...end, target_id: "managed-openai" };
  for (const path of ["checkpoint", "settle"]) {
    const refused = await call(`POST /v1/gateway/wallets/${path}`, { token: key, body: other });
    expect(refused).toMatchObject({ status: 400, body: { error: { code: "unknown_target", param: "target_id" } } });
  }
  const settled = await call("POST /v1/gateway/wallets/settle", { token: key, body: { ...end, target_id: "dear" } });
  expect(settled.body).toMatchObject({ settled_amount: "0.101", pricing_source: "config_declared" });
});
