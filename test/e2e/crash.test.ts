/** A gateway that is killed: after restart and lease no money is held, nothing is lost, nothing is there twice. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { createOrganization, listOf, nanosOf, until } from "../support/organization.ts";
import { bodyFor, send } from "../support/traffic.ts";

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({ variables: { RESERVATION_LEASE_SECONDS: "3" } });
}, 120_000);

afterAll(async () => gateway.stop());

describe("a provider that thinks for longer than a lease", () => {
  it.each([false, true])("keeps its money held, so that nobody else spends it (stream: %s)", async (stream) => {
    const organization = await createOrganization(gateway);
    const body = bodyFor("openai.chat", { stream, text: "Hello [[demo: delay_ms=7000 output_tokens=90]]" });
    const estimate = await organization.call("POST", "/v1/unified-access/estimate", { endpoint: "openai.chat", body });
    await organization.call("POST", "/v1/wallets/credit", {
      amount: estimate.body["hold"],
      currency: "USD",
      note: "one",
    });
    const slow = send(gateway, organization.gatewayKey, "openai.chat", body);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(await organization.reservations("open")).toHaveLength(1);
    expect((await send(gateway, organization.gatewayKey, "openai.chat", body)).status).toBe(402);
    const answer = await slow;
    expect(answer.status).toBe(200);
    await answer.text();
    const rows = await organization.spendLogs(2);
    expect(new Set(rows.map((row) => row["status"]))).toEqual(new Set(["completed", "refused"]));
    expect(rows).toHaveLength(2);
    expect(nanosOf((await organization.wallet())["balance"])).toBeGreaterThanOrEqual(0n);
  });
});

describe("kill -9 under load", () => {
  it("leaves no money held and books that agree", async () => {
    const organization = await createOrganization(gateway, { credit: "10" });
    const before = gateway.demo.requests.length;
    const load = Array.from({ length: 20 }, async (_, index) => {
      const stream = index % 2 === 0;
      const text = `Hello [[demo: ${stream ? "frames=200 frame_gap_ms=100" : "delay_ms=20000"} output_tokens=50]]`;
      const response = await send(
        gateway,
        organization.gatewayKey,
        "openai.chat",
        bodyFor("openai.chat", { stream, text }),
      );
      await response.text();
    });
    const settled = Promise.allSettled(load);
    await until(async () => gateway.demo.requests.length === before + 20);
    expect(await organization.reservations("open")).toHaveLength(20);
    await gateway.kill();
    expect((await settled).every(({ status }) => status === "rejected")).toBe(true);

    await gateway.restart();
    await until(async () => (await organization.reservations("open")).length === 0);
    expect(await organization.reservations("open")).toHaveLength(0);
    const wallet = await organization.wallet();
    expect(wallet["held"]).toBe("0.00");
    const { body } = await organization.call("GET", `/v1/wallets/${String(wallet["id"])}/transactions?limit=200`);
    const entries = listOf(body["data"]);
    expect(entries.reduce((sum, entry) => sum + nanosOf(entry["amount"]), 0n)).toBe(nanosOf(wallet["balance"]));
    const rows = await organization.spendLogs(20);
    expect(rows).toHaveLength(20);
    expect(rows.reduce((sum, row) => sum + nanosOf(row["total_cost"]), 0n)).toBe(
      10_000_000_000n - nanosOf(wallet["balance"]),
    );
    expect(new Set(entries.map((entry) => entry["entry_id"])).size).toBe(entries.length);
  });

  it.each(["kill", "stop"] as const)("loses no row of answered requests when it ends by %s at once", async (how) => {
    const organization = await createOrganization(gateway, { credit: "10" });
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const answer = await send(gateway, organization.gatewayKey, "openai.chat", bodyFor("openai.chat"));
        expect(answer.status).toBe(200);
        await answer.text();
      }),
    );
    if (how === "kill") await gateway.kill();
    await gateway.restart();
    const rows = await organization.spendLogs(20);
    expect(rows).toHaveLength(20);
    await until(async () => (await organization.reservations("open")).length === 0);
    const wallet = await organization.wallet();
    const { body } = await organization.call("GET", `/v1/wallets/${String(wallet["id"])}/transactions?limit=200`);
    const entries = listOf(body["data"]);
    expect(entries.reduce((sum, entry) => sum + nanosOf(entry["amount"]), 0n)).toBe(nanosOf(wallet["balance"]));
    expect(rows.reduce((sum, row) => sum + nanosOf(row["total_cost"]), 0n)).toBe(
      10_000_000_000n - nanosOf(wallet["balance"]),
    );
  });

  it("goes on with the same keys and the same money", async () => {
    const organization = await createOrganization(gateway, { credit: "10" });
    const first = await send(gateway, organization.gatewayKey, "openai.chat", bodyFor("openai.chat"));
    await first.text();
    await organization.spendLogs(1);
    const before = await organization.wallet();
    await gateway.kill();
    await gateway.restart();
    expect(await organization.wallet()).toEqual(before);
    const second = await send(gateway, organization.gatewayKey, "openai.chat", bodyFor("openai.chat"));
    expect(second.status).toBe(200);
    await second.text();
    expect(await organization.spendLogs(2)).toHaveLength(2);
  });
});
