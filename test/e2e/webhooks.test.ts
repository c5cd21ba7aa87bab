/** From a request that spends the last money to a signed event at a server of the customer's. */
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { asJson, createOrganization, listOf, nanosOf, until, type TestOrganization } from "../support/organization.ts";
import { bodyFor, send } from "../support/traffic.ts";
import { startWebhookServer, type WebhookServer } from "../support/webhook-server.ts";

let gateway: TestGateway;
let server: WebhookServer;

beforeAll(async () => {
  [gateway, server] = await Promise.all([startTestGateway(), startWebhookServer()]);
}, 120_000);

afterAll(async () => Promise.all([gateway.stop(), server.close()]));

const decimal = (nanos: bigint): string =>
  `${nanos / 1_000_000_000n}.${(nanos % 1_000_000_000n).toString().padStart(9, "0")}`;

const body = bodyFor("openai.chat", { cap: 20 });

/** Requests one after the other until the money does not cover one any more. */
async function spendDown(organization: TestOrganization): Promise<number> {
  for (let answered = 0; ; answered += 1) {
    const response = await send(gateway, organization.gatewayKey, "openai.chat", body);
    await response.text();
    if (response.status === 402) return answered;
    expect(response.status).toBe(200);
    await until(async () => (await organization.reservations("open")).length === 0);
  }
}

it("a wallet that is spent down makes one low and one depleted event, and again after funding", async () => {
  const organization = await createOrganization(gateway);
  const made = await organization.call("POST", "/v1/webhooks", {
    name: "Finance",
    url: server.url,
    events: ["wallet.low_balance", "wallet.depleted"],
  });
  expect(made.status).toBe(201);
  const webhook = new Webhook(String(made.body["secret"]));
  const read = () =>
    server.requests.map((request) => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      return asJson(webhook.verify(request.body, headers));
    });
  const typesOf = () => read().map((event) => String(event["type"]));

  const estimate = await organization.call("POST", "/v1/unified-access/estimate", { endpoint: "openai.chat", body });
  const credit = { amount: decimal(nanosOf(estimate.body["hold"]) * 10n), currency: "USD", note: "money for some" };
  await organization.call("POST", "/v1/wallets/credit", credit);
  expect(await spendDown(organization)).toBeGreaterThan(9);
  await until(async () => server.requests.length >= 2);
  expect(typesOf().toSorted()).toEqual(["wallet.depleted", "wallet.low_balance"]);

  await organization.call("POST", "/v1/wallets/credit", credit);
  await spendDown(organization);
  await until(async () => server.requests.length >= 4);
  const twice = ["wallet.depleted", "wallet.depleted", "wallet.low_balance", "wallet.low_balance"];
  expect(typesOf().toSorted()).toEqual(twice);
  expect(new Set(server.requests.map(({ headers }) => headers["webhook-id"])).size).toBe(4);

  const notifications = await organization.list("/v1/notifications");
  expect(notifications.map((row) => String(row["type"])).toSorted()).toEqual(twice);
  expect(notifications.map((row) => String(row["id"])).toSorted()).toEqual(
    read()
      .map((event) => String(event["id"]))
      .toSorted(),
  );
  const deliveries = await organization.list(`/v1/webhooks/${String(made.body["id"])}/deliveries`);
  expect(deliveries.map((row) => [row["status"], listOf(row["attempts"]).length])).toEqual(
    Array.from({ length: 4 }, () => ["delivered", 1]),
  );
});

it("an event that an endpoint refuses comes again after some seconds, the same", async () => {
  const organization = await createOrganization(gateway, { credit: "1" });
  const secret = await organization.call("POST", "/v1/webhooks", { name: "Flaky", url: server.url });
  expect(secret.status).toBe(201);
  const before = server.requests.length;
  server.answer(500);
  await organization.call("POST", "/v1/teams", { name: "Research" });
  const [team] = await organization.list("/v1/teams");
  await organization.call("POST", "/v1/wallets/allocate", { team_id: team?.["id"], amount: "0.9", currency: "USD" });
  await until(async () => server.requests.length > before);
  server.answer(204);
  await until(async () => server.requests.length > before + 1);
  const [first, second, ...others] = server.requests.slice(before);
  expect(others).toEqual([]);
  expect(second?.body).toBe(first?.body);
  expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
  let deliveries = await organization.list(`/v1/webhooks/${String(secret.body["id"])}/deliveries`);
  await until(async () => {
    deliveries = await organization.list(`/v1/webhooks/${String(secret.body["id"])}/deliveries`);
    return deliveries[0]?.["status"] === "delivered";
  });
  expect(listOf(deliveries[0]?.["attempts"]).map((attempt) => attempt["status"])).toEqual([500, 204]);
});

it("what people are told of a refused provider account names no credential", async () => {
  const organization = await createOrganization(gateway, { credit: "1" });
  const text = "Hello [[demo: status=401]]";
  const response = await send(gateway, organization.gatewayKey, "openai.chat", bodyFor("openai.chat", { text }));
  expect(response.status).toBe(502);
  let rows = await organization.list("/v1/notifications");
  await until(async () => {
    rows = await organization.list("/v1/notifications");
    return rows.length > 0;
  });
  expect(rows).toMatchObject([{ type: "upstream.account_error", data: { provider: "openai", status: 401 } }]);
  expect(JSON.stringify(rows)).not.toContain("sk-upstream");
});
