/** Outages of organizations' objects under the real bundle: who is refused, what leaves, and that the books agree afterwards. */
import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { failObjects, startTestGateway, type TestGateway } from "../support/gateway.ts";
import { createOrganization, nanosOf, until, type Json, type TestOrganization } from "../support/organization.ts";
import { bodyFor, send } from "../support/traffic.ts";

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({ faulty: true, variables: { AUTHORIZE_TIMEOUT_SECONDS: "1" } });
}, 120_000);

afterAll(async () => gateway.stop());
afterEach(async () => failObjects(gateway, null));

async function openOrganization(): Promise<TestOrganization> {
  const organization = await createOrganization(gateway, { credit: "10" });
  await organization.call("PUT", "/v1/wallets/settings", { wallet_fail_mode: "open" });
  return organization;
}

/** Waits for all rows, and checks that they, the wallet and its holds agree. */
async function closedBooks(organization: TestOrganization, count: number): Promise<readonly Json[]> {
  const rows = await organization.spendLogs(count);
  expect(rows).toHaveLength(count);
  await until(async () => (await organization.wallet())["held"] === "0.00");
  const wallet = await organization.wallet();
  expect(wallet["held"]).toBe("0.00");
  expect(rows.reduce((sum, row) => sum + nanosOf(row["total_cost"]), 0n)).toBe(
    10_000_000_000n - nanosOf(wallet["balance"]),
  );
  expect(new Set(rows.map((row) => row["request_id"])).size).toBe(count);
  return rows;
}

const isUnreserved = (row: Json): boolean => JSON.stringify(row["flags"]).includes("unreserved");

it("open: 50 requests at once while the outage ends are all answered and posted once", async () => {
  const organization = await openOrganization();
  await failObjects(gateway, "unreachable", organization.id);
  const load = Array.from({ length: 50 }, async (_, index) => {
    await new Promise((resolve) => setTimeout(resolve, index * 20));
    const text = "Hello [[demo: delay_ms=300 output_tokens=20]]";
    const answer = await send(
      gateway,
      organization.gatewayKey,
      "openai.chat",
      bodyFor("openai.chat", { stream: index % 2 === 0, text }),
    );
    await answer.text();
    return answer;
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  await failObjects(gateway, null);
  const answers = await Promise.all(load);
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
  const unreserved = answers.filter(({ headers }) => headers.get("x-keeptrusts-unreserved") === "true");
  const rows = await closedBooks(organization, 50);
  expect(unreserved.length).toBeGreaterThan(0);
  expect(unreserved.length).toBeLessThan(50);
  expect(rows.filter(isUnreserved)).toHaveLength(unreserved.length);
  expect(new Set(rows.map((row) => row["status"]))).toEqual(new Set(["completed"]));
});

it("closed: the SDK is refused, waits as it is told, and succeeds when the object is back", async () => {
  const organization = await createOrganization(gateway, { credit: "10" });
  const before = gateway.demo.requests.length;
  await failObjects(gateway, "overloaded", organization.id);
  const statuses: number[] = [];
  const client = new OpenAI({
    apiKey: organization.gatewayKey,
    baseURL: `${gateway.url}/v1`,
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      statuses.push(response.status);
      await failObjects(gateway, null);
      return response;
    },
  });
  const answer = await client.chat.completions.create({
    model: "gpt-5.4-mini",
    max_completion_tokens: 100,
    messages: [{ role: "user", content: "Hello" }],
  });
  expect(answer.choices[0]?.message.content).not.toBe("");
  expect(statuses).toEqual([503, 200]);
  expect(gateway.demo.requests).toHaveLength(before + 1);
  const rows = await closedBooks(organization, 2);
  expect(new Set(rows.map((row) => row["status"]))).toEqual(new Set(["completed", "refused"]));
});

it("closed: a hold whose answer was lost is free long before its lease is over", async () => {
  const organization = await createOrganization(gateway, { credit: "10" });
  const before = gateway.demo.requests.length;
  await failObjects(gateway, "answer_lost", organization.id);
  const answer = await send(gateway, organization.gatewayKey, "openai.chat", bodyFor("openai.chat"));
  expect(answer.status).toBe(503);
  await failObjects(gateway, null);
  const [row] = await closedBooks(organization, 1);
  expect(row).toMatchObject({ status: "refused", total_cost: "0.00", flags: ["wallet_unavailable", "no_charge"] });
  expect(await organization.reservations("released")).toHaveLength(1);
  expect(gateway.demo.requests).toHaveLength(before);
});

it("open: an object that is slow for longer than a request takes", async () => {
  const organization = await openOrganization();
  await failObjects(gateway, "slow", organization.id);
  const answer = await send(gateway, organization.gatewayKey, "openai.chat", bodyFor("openai.chat", { stream: true }));
  expect(answer.status).toBe(200);
  expect(answer.headers.get("x-keeptrusts-unreserved")).toBe("true");
  expect(await answer.text()).toContain("[DONE]");
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  await failObjects(gateway, null);
  const [row] = await closedBooks(organization, 1);
  expect(row).toMatchObject({ status: "completed", streamed: true, flags: ["unreserved"] });
  expect(nanosOf(row?.["total_cost"])).toBeGreaterThan(0n);
});

it("the gateway API holds nothing without the ledger, in either mode", async () => {
  const organization = await openOrganization();
  const key = await organization.call("POST", "/v1/keys", {
    name: "gw",
    type: "gateway",
    capabilities: ["control_plane"],
    may_assert_identity: true,
  });
  await failObjects(gateway, "unreachable", organization.id);
  const answer = await fetch(`${gateway.url}/v1/gateway/wallets/reserve`, {
    method: "POST",
    headers: { authorization: `Bearer ${String(key.body["key"])}`, "content-type": "application/json" },
    body: JSON.stringify({
      request_id: "req-1",
      provider: "openai",
      model: "gpt-5.4-mini",
      input_tokens: 10,
      max_output_tokens: 10,
      request_sha256: "a".repeat(64),
    }),
  });
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("1");
});
