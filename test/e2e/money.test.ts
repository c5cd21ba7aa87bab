/** The promises about money, over HTTP, against the real bundle. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ENDPOINTS } from "../../src/core/endpoint.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
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

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({ variables: { RESERVATION_LEASE_SECONDS: "30" } });
}, 120_000);

afterAll(async () => gateway.stop());

async function holdOf(organization: TestOrganization, body: Json): Promise<bigint> {
  const estimate = await organization.call("POST", "/v1/unified-access/estimate", { endpoint: "openai.chat", body });
  expect(estimate.status).toBe(200);
  return nanosOf(estimate.body["hold"]);
}

const decimal = (nanos: bigint): string =>
  `${nanos / 1_000_000_000n}.${(nanos % 1_000_000_000n).toString().padStart(9, "0")}`;

const atRest = async (organization: TestOrganization): Promise<void> =>
  until(async () => (await organization.reservations("open")).length === 0);

async function ledgerSum(organization: TestOrganization, walletId: unknown): Promise<bigint> {
  let sum = 0n;
  let cursor = "";
  for (;;) {
    const { body } = await organization.call("GET", `/v1/wallets/${String(walletId)}/transactions?limit=200${cursor}`);
    for (const row of listOf(body["data"])) sum += nanosOf(row["amount"]);
    if (body["has_more"] !== true) return sum;
    cursor = `&cursor=${String(body["next_cursor"])}`;
  }
}

describe("a race for the last money", () => {
  it("lets exactly ten of two hundred through, and the books agree to the nano-dollar", async () => {
    const organization = await createOrganization(gateway);
    const body = bodyFor("openai.chat", { text: "Hello [[demo: delay_ms=2500]]" });
    const hold = await holdOf(organization, body);
    const credit = decimal(hold * 10n);
    await organization.call("POST", "/v1/wallets/credit", { amount: credit, currency: "USD", note: "ten" });
    gateway.demo.clear();

    const answers = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const response = await send(gateway, organization.gatewayKey, "openai.chat", body);
        return { status: response.status, body: asJson(await response.json()) };
      }),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    const refused = answers.filter(({ status }) => status === 402);
    expect(refused).toHaveLength(190);
    expect(new Set(refused.map((answer) => asJson(answer.body["cost_ticket"])["id"])).size).toBe(190);
    expect(gateway.demo.counts["/v1/chat/completions"]).toBe(10);

    await atRest(organization);
    const wallet = await organization.wallet();
    expect(wallet["held"]).toBe("0.00");
    const spent = hold * 10n - nanosOf(wallet["balance"]);
    expect(spent).toBeGreaterThan(0n);
    expect(nanosOf(wallet["balance"])).toBeGreaterThanOrEqual(0n);
    expect(await ledgerSum(organization, wallet["id"])).toBe(nanosOf(wallet["balance"]));

    const rows = await organization.spendLogs(200);
    expect(rows.filter((row) => row["status"] === "completed")).toHaveLength(10);
    expect(rows.filter((row) => row["status"] === "refused")).toHaveLength(190);
    expect(rows.reduce((sum, row) => sum + nanosOf(row["total_cost"]), 0n)).toBe(spent);
  });
});

describe("a cost ticket", () => {
  it("buys the same request once the money is there, and nothing else", async () => {
    const organization = await createOrganization(gateway, { credit: "0.000001" });
    const body = JSON.stringify(bodyFor("openai.chat"));
    const refused = await send(gateway, organization.gatewayKey, "openai.chat", body);
    expect(refused.status).toBe(402);
    const ticket = asJson(asJson(await refused.json())["cost_ticket"]);
    const headers = { "x-cost-ticket": String(ticket["id"]) };

    const early = await send(gateway, organization.gatewayKey, "openai.chat", body, { headers });
    expect(early.status).toBe(402);
    expect(asJson(asJson(await early.json())["cost_ticket"])["id"]).toBe(ticket["id"]);

    await organization.call("POST", "/v1/wallets/credit", { amount: "1", currency: "USD", note: "top up" });
    const paid = await send(gateway, organization.gatewayKey, "openai.chat", body, { headers });
    expect(paid.status).toBe(200);
    await paid.text();
    const reservation = paid.headers.get("x-keeptrusts-reservation");
    const rows = await organization.spendLogs(3);
    const row = rows.find((candidate) => candidate["reservation_id"] === reservation);
    expect(row?.["held_amount"]).toBe(ticket["estimated_cost"]);
  });
});

describe("amounts beyond 2^53 nano-units", () => {
  it("stay exact through API, object, queue and database", async () => {
    const credit = "9007199254.740993001";
    const organization = await createOrganization(gateway, { credit });
    expect((await organization.wallet())["balance"]).toBe(credit);
    const response = await send(gateway, organization.gatewayKey, "openai.chat", bodyFor("openai.chat"));
    const cost = nanosOf(response.headers.get("x-keeptrusts-cost"));
    await response.text();
    await atRest(organization);
    const wallet = await organization.wallet();
    expect(nanosOf(wallet["balance"])).toBe(nanosOf(credit) - cost);
    expect(await ledgerSum(organization, wallet["id"])).toBe(nanosOf(credit) - cost);
  });
});

describe.each(ENDPOINTS)("%s", (endpoint) => {
  it.each([false, true])("costs the same whether streamed or not (stream: %s)", async (stream) => {
    const organization = await createOrganization(gateway, { credit: "100" });
    const text = "Hello [[demo: output_tokens=50 input_tokens=2000 cached_tokens=500]]";
    const response = await send(gateway, organization.gatewayKey, endpoint, bodyFor(endpoint, { text, stream }));
    expect(response.status).toBe(200);
    await response.text();
    const [row] = await organization.spendLogs(1);
    // gpt-5.4-mini: 0.75, 0.075, 4.50 per million; claude-sonnet-5: 2, 0.2, 10.
    const expected =
      endpoint === "anthropic.messages"
        ? 1_500n * 2_000n + 500n * 200n + 50n * 10_000n
        : 1_500n * 750n + 500n * 75n + 50n * 4_500n;
    expect(row).toMatchObject({
      status: "completed",
      usage_source: "provider",
      pricing_source: "wallet_catalog",
      input_tokens: 1_500,
      cached_input_tokens: 500,
      output_tokens: 50,
      streamed: stream,
      endpoint,
    });
    expect(nanosOf(row?.["total_cost"])).toBe(expected);
    await atRest(organization);
    expect(nanosOf((await organization.wallet())["balance"])).toBe(100_000_000_000n - expected);
  });
});

describe("the cascade", () => {
  it("takes the user's money first, then the team's, then the organization's", async () => {
    const organization = await createOrganization(gateway, { credit: "100" });
    const hold = await holdOf(organization, bodyFor("openai.chat"));
    const allocate = (owner: Json): Promise<unknown> =>
      organization.call("POST", "/v1/wallets/allocate", {
        ...owner,
        amount: decimal(hold),
        currency: "USD",
        note: "one",
      });
    await allocate({ user_id: "alice" });
    await allocate({ team_id: "red" });
    const headers = { "x-user-id": "alice", "x-team-id": "red" };
    const scopes: (string | null)[] = [];
    // Every answer costs less than its hold, so that what is left of the first wallet covers no second hold.
    for (let call = 0; call < 3; call += 1) {
      const response = await send(gateway, organization.gatewayKey, "openai.chat", bodyFor("openai.chat"), { headers });
      await response.text();
      scopes.push(response.headers.get("x-keeptrusts-wallet-scope"));
      await atRest(organization);
    }
    expect(scopes).toEqual(["user", "team", "organization"]);
    const rows = await organization.spendLogs(3);
    expect(rows.map((row) => [row["user_id"], row["team_id"]])).toEqual(scopes.map(() => ["alice", "red"]));
  });
});

describe("another currency", () => {
  it("needs a rate, and freezes it on the reservation", async () => {
    const organization = await createOrganization(gateway, { credit: "100", currency: "JPY" });
    const missing = await send(gateway, organization.gatewayKey, "openai.chat", bodyFor("openai.chat"));
    expect(missing.status).toBe(503);
    expect(asJson(asJson(await missing.json())["error"])["code"]).toBe("exchange_rate_missing");

    await fetch(`${gateway.url}/v1/admin/exchange-rates`, {
      method: "PUT",
      headers: { authorization: `Bearer ${gateway.adminToken}`, "content-type": "application/json" },
      body: JSON.stringify({ JPY: "150.5" }),
    });
    const text = "Hello [[demo: output_tokens=50 input_tokens=2000]]";
    const response = await send(gateway, organization.gatewayKey, "openai.chat", bodyFor("openai.chat", { text }));
    expect(response.status).toBe(200);
    await response.text();
    const rows = await organization.spendLogs(2);
    const row = rows.find((candidate) => candidate["status"] === "completed");
    expect(row).toMatchObject({ currency: "JPY", exchange_rate: "150.5" });
    // 0.001725 USD at 150.5, rounded half up.
    expect(nanosOf(row?.["total_cost"])).toBe(259_612_500n);
  });
});
