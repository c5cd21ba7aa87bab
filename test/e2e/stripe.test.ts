/** Money by Stripe: the real bundle with Stripe's own library, against the stand-in on a port of this machine. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { asJson, createOrganization, until, type TestOrganization } from "../support/organization.ts";
import type { EventObject } from "../support/stripe/objects.ts";
import { startStripeServer, type StripeServer } from "../support/stripe/server.ts";

const SECRET_KEY = "sk_test_of_the_e2e_tests";
const WEBHOOK_SECRET = "whsec_of_the_e2e_tests";

let gateway: TestGateway;
let server: StripeServer;

beforeAll(async () => {
  server = await startStripeServer({ secretKey: SECRET_KEY, webhookSecret: WEBHOOK_SECRET, nowMs: Date.now });
  gateway = await startTestGateway({
    variables: {
      STRIPE_SECRET_KEY: SECRET_KEY,
      STRIPE_WEBHOOK_SECRET: `whsec_the_one_before,${WEBHOOK_SECRET}`,
      STRIPE_API_URL: server.url,
    },
  });
  const chosen = await callAdmin("PUT", "/v1/admin/payments/config", { provider: "stripe" });
  expect(chosen).toMatchObject({ provider: "stripe" });
}, 120_000);

afterAll(async () => Promise.all([gateway.stop(), server.close()]));

async function callAdmin(method: string, path: string, body: unknown) {
  const response = await fetch(gateway.url + path, {
    method,
    headers: { authorization: `Bearer ${gateway.adminToken}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return asJson(await response.json());
}

async function deliver(event: EventObject, signing: { readonly secrets?: readonly string[] } = {}): Promise<number> {
  const { body, headers } = await server.stripe.deliver(event, signing);
  const init = { method: "POST", headers, body: new TextDecoder().decode(body) };
  const response = await fetch(`${gateway.url}/v1/payments/webhooks/stripe`, init);
  await response.text();
  return response.status;
}

async function openCheckout(organization: TestOrganization) {
  const made = await organization.call("POST", "/v1/payments/create-checkout", { amount: "25.00" });
  expect(made.status).toBe(201);
  const sessionId = String(made.body["session_id"]);
  const session = [...server.stripe.account.sessions.values()].find(
    ({ client_reference_id }) => client_reference_id === sessionId,
  );
  if (session === undefined) throw new Error("Stripe has no such session");
  expect(made.body["approval_url"]).toBe(session.url);
  return { sessionId, reference: session.id };
}

const balanceOf = async (organization: TestOrganization) => (await organization.wallet())["balance"];

it("a checkout that is paid at Stripe is credited once, whatever order its events come in and how often", async () => {
  const organization = await createOrganization(gateway);
  server.stripe.failNext("lose_answer");
  const { sessionId, reference } = await openCheckout(organization);
  const seen = server.stripe.account.events.length;
  server.stripe.account.pay(reference);
  const events = server.stripe.account.events.slice(seen);
  const types = events.map(({ type }) => type);
  expect(types).toEqual(["charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]);
  const [first] = events;
  if (first === undefined) throw new Error("there are no events");
  expect(await deliver(first, { secrets: ["whsec_forged"] })).toBe(400);
  expect(await balanceOf(organization)).toBe("0.00");

  const deliveries = [...events.toReversed(), ...events, ...events].map((event) => deliver(event));
  expect(new Set(await Promise.all(deliveries))).toEqual(new Set([200]));
  await until(async () => (await balanceOf(organization)) === "25.00");
  const credited = await organization.call("GET", `/v1/payments/sessions/${sessionId}`);
  expect(credited.body).toMatchObject({ status: "completed", captured_amount: "25.00", provider: "stripe" });
  expect(await balanceOf(organization)).toBe("25.00");
});

it("without a webhook a confirmation finds the payment; a refund and a dispute at Stripe's console reach the wallet", async () => {
  const organization = await createOrganization(gateway);
  const { sessionId, reference } = await openCheckout(organization);
  server.stripe.account.pay(reference);
  const confirmed = await organization.call("POST", "/v1/payments/confirm-checkout", { session_id: sessionId });
  expect(confirmed.body).toMatchObject({ status: "completed" });
  expect(await balanceOf(organization)).toBe("25.00");

  const refunded = await callAdmin("POST", "/v1/admin/payments/refund", { session_id: sessionId, amount: "5.00" });
  expect(refunded).toMatchObject({ status: "succeeded" });
  await until(async () => (await balanceOf(organization)) === "20.00");
  const intent = server.stripe.account.sessions.get(reference)?.payment_intent ?? "";
  server.stripe.account.refund(intent, 1_000);
  const [made, foreign] = server.stripe.account.events.filter(({ type }) => type === "refund.created");
  for (const event of [foreign, made, foreign]) if (event !== undefined) expect(await deliver(event)).toBe(200);
  expect(await balanceOf(organization)).toBe("10.00");

  const dispute = server.stripe.account.dispute(intent);
  const opened = server.stripe.account.events.at(-1);
  if (opened !== undefined) expect(await deliver(opened)).toBe(200);
  expect(await balanceOf(organization)).toBe("0.00");
  server.stripe.account.endDispute(dispute, "won");
  for (const event of server.stripe.account.events.slice(-2)) expect(await deliver(event)).toBe(200);
  expect(await balanceOf(organization)).toBe("10.00");
});

it("no log line has a key, a secret or a signature", () => {
  const lines = gateway.logs.join("\n");
  for (const secret of [SECRET_KEY, WEBHOOK_SECRET, "whsec_", "v1="]) expect(lines).not.toContain(secret);
});
