/** Streams in every way in which they can go wrong: one settlement each, true bytes, no silent cut. */
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ENDPOINTS, type Endpoint } from "../../src/core/endpoint.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { createOrganization, nanosOf, until, type Json, type TestOrganization } from "../support/organization.ts";
import { bodyFor, PATHS, send } from "../support/traffic.ts";

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({ variables: { STREAM_DRAIN_SECONDS: "5", UPSTREAM_TIMEOUT_SECONDS: "3" } });
}, 120_000);

afterAll(async () => gateway.stop());

/** One row, nothing held, and the balance says what the row says. */
async function expectOneSettlement(organization: TestOrganization, credit: string): Promise<Json> {
  const [row, ...others] = await organization.spendLogs(1);
  if (row === undefined) throw new Error("no spend log row");
  expect(others).toHaveLength(0);
  await until(async () => (await organization.reservations("open")).length === 0);
  const wallet = await organization.wallet();
  expect(wallet["held"]).toBe("0.00");
  expect(nanosOf(wallet["balance"])).toBe(nanosOf(credit) - nanosOf(row["total_cost"]));
  return row;
}

/** Sends straight to the provider and through the gateway, and returns both streams' bytes. */
async function bothWays(endpoint: Endpoint, body: string, organization: TestOrganization): Promise<[string, string]> {
  gateway.demo.clear();
  const through = await send(gateway, organization.gatewayKey, endpoint, body);
  const text = await through.text();
  const [received] = gateway.demo.requests;
  gateway.demo.clear();
  const direct = await fetch(gateway.demo.url + PATHS[endpoint], {
    method: "POST",
    headers: received?.headers ?? {},
    body: received?.body ?? "",
  });
  return [text, await direct.text()];
}

/** What differs from one answer to the next: ids and clocks. */
const unstable = (text: string): string =>
  text
    .replaceAll(/"(id|item_id|request_id|response_id|obfuscation)":"[^"]*"/g, '"$1":"…"')
    .replaceAll(/"(created|created_at|completed_at)":[\d.]+/g, '"$1":0');

describe.each(ENDPOINTS)("%s", (endpoint) => {
  it.each(["", "chunking=bytes", "chunking=mid_utf8", "crlf"])(
    "passes the provider's stream unchanged (%s)",
    async (how) => {
      const organization = await createOrganization(gateway, { credit: "10" });
      const text = `Hello [[demo: text=héllo·wörld·😀·日本語 ${how}]]`;
      const extra = endpoint === "openai.chat" ? { stream_options: { include_usage: true } } : {};
      const body = JSON.stringify(bodyFor(endpoint, { stream: true, text, extra }));
      const [through, direct] = await bothWays(endpoint, body, organization);
      expect(direct).toContain("日");
      expect(unstable(through)).toBe(unstable(direct));
      expect(await expectOneSettlement(organization, "10")).toMatchObject({
        status: "completed",
        usage_source: "provider",
      });
    },
  );

  it("passes a whole answer unchanged", async () => {
    const organization = await createOrganization(gateway, { credit: "10" });
    const [through, direct] = await bothWays(endpoint, JSON.stringify(bodyFor(endpoint)), organization);
    expect(unstable(through)).toBe(unstable(direct));
  });

  it.each([1, 2, 8])("settles once when the caller leaves after %s events", async (events) => {
    const organization = await createOrganization(gateway, { credit: "10" });
    gateway.demo.clear();
    const leaving = new AbortController();
    const body = bodyFor(endpoint, {
      stream: true,
      cap: 4_000,
      text: "Hello [[demo: output_tokens=3000 frames=300 frame_gap_ms=40]]",
    });
    const response = await send(gateway, organization.gatewayKey, endpoint, body, { signal: leaving.signal });
    const reader = response.body?.getReader();
    let seen = "";
    while (seen.split("\n\n").length <= events) seen += new TextDecoder().decode((await reader?.read())?.value);
    leaving.abort();

    await until(async () => gateway.demo.requests[0]?.outcome === "client_aborted");
    expect(gateway.demo.requests[0]?.outcome).toBe("client_aborted");
    const row = await expectOneSettlement(organization, "10");
    expect(row["status"]).toBe("client_disconnected");
    if (events === 8) {
      expect(row["usage_source"]).toBe("estimated");
      expect(nanosOf(row["total_cost"])).toBeGreaterThan(0n);
      expect(row["output_tokens"]).toBeLessThan(1_000);
    }
  });

  it("settles once when the caller leaves before the first byte", async () => {
    const organization = await createOrganization(gateway, { credit: "10" });
    const leaving = new AbortController();
    const body = bodyFor(endpoint, { stream: true, text: "Hello [[demo: ttft_ms=1500]]" });
    const response = await send(gateway, organization.gatewayKey, endpoint, body, { signal: leaving.signal });
    expect(response.status).toBe(200);
    leaving.abort();
    const row = await expectOneSettlement(organization, "10");
    // A write into the socket of a caller that has just gone may still succeed, so the cost is zero or the first event's.
    expect(row["status"]).toBe("client_disconnected");
    expect(row["output_tokens"] ?? 0).toBeLessThan(10);
  });

  it("reads on to the provider's own usage when the organization drains", async () => {
    const organization = await createOrganization(gateway, { credit: "10" });
    await organization.call("PUT", "/v1/wallets/settings", { on_client_disconnect: "drain" });
    const leaving = new AbortController();
    const text = "Hello [[demo: output_tokens=60 frames=30 frame_gap_ms=30]]";
    const response = await send(gateway, organization.gatewayKey, endpoint, bodyFor(endpoint, { stream: true, text }), {
      signal: leaving.signal,
    });
    await response.body?.getReader().read();
    leaving.abort();
    const row = await expectOneSettlement(organization, "10");
    expect(row).toMatchObject({ usage_source: "provider", output_tokens: 60 });
  });

  it.each(["cut_after=6", "end_after=6", "no_terminal", "hang_after=6"])(
    "never lets a broken stream look complete (%s)",
    async (fault) => {
      const organization = await createOrganization(gateway, { credit: "10" });
      const text = `Hello [[demo: ${fault} frames=20 frame_gap_ms=5]]`;
      const response = await send(
        gateway,
        organization.gatewayKey,
        endpoint,
        bodyFor(endpoint, { stream: true, text }),
      );
      const stream = await response.text();
      expect(stream).not.toContain("[DONE]");
      expect(stream.trimEnd().split("\n\n").at(-1)).toContain("error");
      const row = await expectOneSettlement(organization, "10");
      expect(row["status"]).toBe("upstream_error");
      expect(nanosOf(row["total_cost"])).toBeGreaterThan(0n);
    },
  );

  it.each([false, true])(
    "never settles a delivered answer at zero when its usage is missing (stream: %s)",
    async (stream) => {
      const organization = await createOrganization(gateway, { credit: "10" });
      const body = bodyFor(endpoint, { stream, text: "Hello [[demo: usage=missing output_tokens=40]]" });
      await (await send(gateway, organization.gatewayKey, endpoint, body)).text();
      const row = await expectOneSettlement(organization, "10");
      expect(row).toMatchObject({ status: "completed", usage_source: "estimated" });
      expect(row["flags"]).toContain("usage_missing");
      expect(nanosOf(row["total_cost"])).toBeGreaterThan(0n);
    },
  );

  it("does not believe negative usage", async () => {
    const organization = await createOrganization(gateway, { credit: "10" });
    await (
      await send(
        gateway,
        organization.gatewayKey,
        endpoint,
        bodyFor(endpoint, { text: "Hello [[demo: usage=negative]]" }),
      )
    ).text();
    const row = await expectOneSettlement(organization, "10");
    expect(row["usage_source"]).toBe("estimated");
    expect(nanosOf(row["total_cost"])).toBeGreaterThan(0n);
  });

  it.each([
    ["status=500", 500],
    ["status=429 retry_after=2", 429],
    ["status=400", 400],
  ])("passes the provider's refusal and charges nothing (%s)", async (fault, status) => {
    const organization = await createOrganization(gateway, { credit: "10" });
    const response = await send(
      gateway,
      organization.gatewayKey,
      endpoint,
      bodyFor(endpoint, { text: `Hello [[demo: ${fault}]]` }),
    );
    expect(response.status).toBe(status);
    await response.text();
    expect(await expectOneSettlement(organization, "10")).toMatchObject({
      status: "upstream_error",
      total_cost: "0.00",
    });
  });

  it.each(["status=401", "status=402", "status=429 error_code=insufficient_quota"])(
    "keeps trouble with our account to itself (%s)",
    async (fault) => {
      if (endpoint === "anthropic.messages" && fault.includes("insufficient_quota")) return;
      const organization = await createOrganization(gateway, { credit: "10" });
      const response = await send(
        gateway,
        organization.gatewayKey,
        endpoint,
        bodyFor(endpoint, { text: `Hello [[demo: ${fault}]]` }),
      );
      expect(response.status).toBe(502);
      expect(response.headers.get("x-should-retry")).toBe("false");
      expect(await response.text()).not.toMatch(/quota|api key|credit/i);
      expect(await expectOneSettlement(organization, "10")).toMatchObject({
        status: "upstream_error",
        total_cost: "0.00",
      });
    },
  );

  it("answers 504 when the provider never does, and 502 when it hangs up", async () => {
    const organization = await createOrganization(gateway, { credit: "10" });
    const silent = await send(
      gateway,
      organization.gatewayKey,
      endpoint,
      bodyFor(endpoint, { text: "Hello [[demo: hang]]" }),
    );
    expect(silent.status).toBe(504);
    const reset = await send(
      gateway,
      organization.gatewayKey,
      endpoint,
      bodyFor(endpoint, { text: "Hello [[demo: reset]]" }),
    );
    expect(reset.status).toBe(502);
    await silent.text();
    await reset.text();
    await until(async () => (await organization.reservations("open")).length === 0);
    expect(await organization.wallet()).toMatchObject({ held: "0.00", balance: "10.00" });
  });
});

/** Sends a request over a socket of its own and resets the connection before any answer. */
async function resetConnection(endpoint: Endpoint, key: string, body: Json, afterMs: number): Promise<void> {
  const { hostname, port } = new URL(gateway.url);
  const text = JSON.stringify(body);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, "connect");
  socket.write(
    `POST ${PATHS[endpoint]} HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${key}\r\n` +
      `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  socket.resetAndDestroy();
}

describe("a connection that is reset before the answer", () => {
  it("settles a whole answer by the provider's usage: it was made and is billed", async () => {
    const organization = await createOrganization(gateway, { credit: "10" });
    const body = bodyFor("openai.chat", { text: "Hello [[demo: delay_ms=1000 output_tokens=30]]" });
    await resetConnection("openai.chat", organization.gatewayKey, body, 400);
    const row = await expectOneSettlement(organization, "10");
    expect(row).toMatchObject({ status: "client_disconnected", usage_source: "provider", output_tokens: 30 });
  });

  it("releases a stream of which nothing came", async () => {
    const organization = await createOrganization(gateway, { credit: "10" });
    const body = bodyFor("openai.chat", { stream: true, text: "Hello [[demo: delay_ms=2000]]" });
    await resetConnection("openai.chat", organization.gatewayKey, body, 400);
    const row = await expectOneSettlement(organization, "10");
    expect(row).toMatchObject({ status: "client_disconnected", total_cost: "0.00" });
  });
});

describe("answers of an odd form", () => {
  it.each(["Text/Event-Stream", "text/event-stream;charset=utf-8", "application/json", "text/plain"])(
    "meters a stream of type %s",
    async (type) => {
      const organization = await createOrganization(gateway, { credit: "10" });
      const text = `Hello [[demo: {"content_type": "${type}", "output_tokens": 20}]]`;
      const body = bodyFor("openai.chat", { stream: true, text });
      await (await send(gateway, organization.gatewayKey, "openai.chat", body)).text();
      expect(await expectOneSettlement(organization, "10")).toMatchObject({
        usage_source: "provider",
        output_tokens: 20,
      });
    },
  );

  it("never passes a redirect, which would carry the request elsewhere", async () => {
    const organization = await createOrganization(gateway, { credit: "10" });
    const body = bodyFor("openai.chat", { text: "Hello [[demo: status=307]]" });
    const response = await send(gateway, organization.gatewayKey, "openai.chat", body);
    expect(response.status).toBe(502);
    await response.text();
    expect(await expectOneSettlement(organization, "10")).toMatchObject({
      status: "upstream_error",
      total_cost: "0.00",
    });
  });
});

describe("a long stream", () => {
  it("passes whole, and its cost comes as a comment when asked for", async () => {
    const organization = await createOrganization(gateway, { credit: "100" });
    const body = bodyFor("openai.chat", {
      stream: true,
      cap: 100_000,
      text: "Hello [[demo: output_tokens=60000 frames=20000]]",
    });
    const response = await send(gateway, organization.gatewayKey, "openai.chat", body, {
      headers: { "x-keeptrusts-include-cost": "true" },
    });
    const stream = await response.text();
    expect(stream).toContain("data: [DONE]\n\n: keeptrusts-cost ");
    const row = await expectOneSettlement(organization, "100");
    expect(row["output_tokens"]).toBe(60_000);
    expect(stream).toContain(`"cost":"${String(row["total_cost"])}"`);
  });
});
