/** Answers that are longer than what was held for them: both official SDKs, on all three endpoints. */
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ENDPOINTS, type Endpoint } from "../../src/core/endpoint.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { createOrganization, nanosOf, until, type Json, type TestOrganization } from "../support/organization.ts";
import { bodyFor, MODELS, send } from "../support/traffic.ts";

let gateway: TestGateway;

beforeAll(async () => {
  // A stream of ten seconds takes several leases, as one of ten minutes does otherwise.
  gateway = await startTestGateway({ variables: { RESERVATION_LEASE_SECONDS: "3" } });
}, 120_000);

afterAll(async () => gateway.stop());

const CAP = 200;
const OUTPUT = 3_000;
/** A provider that ignores the cap, and is slow enough to notice that nobody reads on. */
const TEXT = `Hello [[demo: ignore_cap output_tokens=${OUTPUT} frames=300 frame_gap_ms=5]]`;

interface Ended {
  readonly text: string;
  readonly reason: string | null | undefined;
  readonly outputTokens: number | undefined;
}

/** Each SDK's own helper puts the stream together; a stream that it does not take for complete makes it throw. */
const TALK: Readonly<Record<Endpoint, (key: string, text: string) => Promise<Ended>>> = {
  async "openai.chat"(apiKey, content) {
    const client = new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
    const stream = client.chat.completions.stream({
      model: MODELS["openai.chat"],
      max_completion_tokens: CAP,
      messages: [{ role: "user", content }],
      stream_options: { include_usage: true },
    });
    const { choices, usage } = await stream.finalChatCompletion();
    const choice = choices[0];
    return {
      text: choice?.message.content ?? "",
      reason: choice?.finish_reason,
      outputTokens: usage?.completion_tokens,
    };
  },
  async "openai.responses"(apiKey, input) {
    const client = new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
    const stream = client.responses.stream({ model: MODELS["openai.responses"], max_output_tokens: CAP, input });
    const response = await stream.finalResponse();
    return {
      text: response.output_text,
      reason: response.incomplete_details?.reason ?? response.status,
      outputTokens: response.usage?.output_tokens,
    };
  },
  async "anthropic.messages"(apiKey, content) {
    const client = new Anthropic({ apiKey, baseURL: gateway.url, maxRetries: 0 });
    const stream = client.messages.stream({
      model: MODELS["anthropic.messages"],
      max_tokens: CAP,
      messages: [{ role: "user", content }],
    });
    const message = await stream.finalMessage();
    const block = message.content[0];
    return {
      text: block?.type === "text" ? block.text : "",
      reason: message.stop_reason,
      outputTokens: message.usage.output_tokens,
    };
  },
};

const REASONS: Readonly<Record<Endpoint, { readonly stopped: string; readonly whole: string }>> = {
  "openai.chat": { stopped: "length", whole: "stop" },
  "openai.responses": { stopped: "max_output_tokens", whole: "completed" },
  "anthropic.messages": { stopped: "max_tokens", whole: "end_turn" },
};

/** An organization with the money that one request holds, and `more`. */
async function organizationFor(
  endpoint: Endpoint,
  onHoldExhausted: "finish" | "stop",
  more: string | null,
  body: Readonly<Record<string, unknown>> = bodyFor(endpoint, { cap: CAP, stream: true, text: TEXT }),
): Promise<{ readonly organization: TestOrganization; readonly hold: bigint }> {
  const organization = await createOrganization(gateway);
  await organization.call("PUT", "/v1/wallets/settings", { on_hold_exhausted: onHoldExhausted });
  const estimate = await organization.call("POST", "/v1/unified-access/estimate", { endpoint, body });
  const hold = String(estimate.body["hold"]);
  for (const amount of more === null ? [hold] : [hold, more]) {
    const credit = await organization.call("POST", "/v1/wallets/credit", { amount, currency: "USD", note: "test" });
    if (credit.status >= 300) throw new Error(JSON.stringify(credit.body));
  }
  return { organization, hold: nanosOf(hold) };
}

async function onlyRow(organization: TestOrganization): Promise<Json> {
  const [row, ...others] = await organization.spendLogs(1);
  if (row === undefined || others.length > 0) throw new Error("not one spend log row");
  await until(async () => (await organization.reservations("open")).length === 0);
  return row;
}

describe.each(ENDPOINTS)("%s, longer than its hold", (endpoint) => {
  it("stops as at its output cap when no money is left, and costs no more than was held", async () => {
    const { organization, hold } = await organizationFor(endpoint, "stop", null);
    gateway.demo.clear();
    const ended = await TALK[endpoint](organization.gatewayKey, TEXT);
    expect(ended.reason).toBe(REASONS[endpoint].stopped);
    expect(ended.text.length).toBeGreaterThan(100);
    const row = await onlyRow(organization);
    expect(row).toMatchObject({ status: "completed", usage_source: "estimated", streamed: true });
    expect(row["flags"]).toEqual(["hold_exhausted"]);
    expect(row["output_tokens"]).toBe(ended.outputTokens);
    expect(row["output_tokens"]).toBeGreaterThan(CAP / 2);
    expect(row["output_tokens"]).toBeLessThan(CAP * 2);
    expect(nanosOf(row["total_cost"])).toBeLessThanOrEqual(hold);
    const wallet = await organization.wallet();
    expect(wallet["held"]).toBe("0.00");
    expect(nanosOf(wallet["balance"])).toBe(hold - nanosOf(row["total_cost"]));
    await until(async () => gateway.demo.requests[0]?.outcome === "client_aborted");
    expect(gateway.demo.requests[0]?.outcome).toBe("client_aborted");
  });

  it("goes on while there is money to hold, also where it would have to stop", async () => {
    const { organization, hold } = await organizationFor(endpoint, "stop", "10");
    const ended = await TALK[endpoint](organization.gatewayKey, TEXT);
    expect(ended).toMatchObject({ reason: REASONS[endpoint].whole, outputTokens: OUTPUT });
    const row = await onlyRow(organization);
    expect(row).toMatchObject({ status: "completed", usage_source: "provider", output_tokens: OUTPUT, flags: [] });
    expect(nanosOf(row["held_amount"])).toBeGreaterThan(hold);
    expect(nanosOf(row["held_amount"])).toBeGreaterThanOrEqual(nanosOf(row["total_cost"]));
    const wallet = await organization.wallet();
    expect(wallet["held"]).toBe("0.00");
    expect(nanosOf(wallet["balance"])).toBe(hold + nanosOf("10") - nanosOf(row["total_cost"]));
  });

  it("finishes without money where the organization wants that, and overdraws", async () => {
    const { organization, hold } = await organizationFor(endpoint, "finish", null);
    const ended = await TALK[endpoint](organization.gatewayKey, TEXT);
    expect(ended).toMatchObject({ reason: REASONS[endpoint].whole, outputTokens: OUTPUT });
    const row = await onlyRow(organization);
    expect(row).toMatchObject({ status: "completed", usage_source: "provider", output_tokens: OUTPUT });
    expect(row["flags"]).toEqual(["overrun", "overdraft"]);
    const wallet = await organization.wallet();
    expect(nanosOf(wallet["balance"])).toBe(hold - nanosOf(row["total_cost"]));
    expect(wallet["held"]).toBe("0.00");
  });
});

describe("a stream that takes several leases", () => {
  it.each(["finish", "stop"] as const)("keeps its money and holds more as it grows (%s)", async (setting) => {
    const endpoint = "openai.chat";
    const text = "Hello [[demo: output_tokens=4000 frames=200 frame_gap_ms=50]]";
    const body = bodyFor(endpoint, { cap: null, stream: true, text });
    // Held, and not sent: the provider may give what the model can.
    const organization = await createOrganization(gateway, { credit: "10" });
    await organization.call("PUT", "/v1/wallets/settings", {
      on_hold_exhausted: setting,
      default_max_output_tokens: 500,
      enforce_default_max_output: false,
    });
    gateway.demo.clear();
    const response = await send(gateway, organization.gatewayKey, endpoint, body);
    const first = (await organization.reservations("open"))[0];
    const heldNow = async (): Promise<bigint> => nanosOf((await organization.reservations("open"))[0]?.["held_amount"]);
    const reading = response.text();
    await until(async () => (await heldNow()) > nanosOf(first?.["held_amount"]));
    const stream = await reading;
    expect(gateway.demo.requests[0]?.body).not.toContain("max_completion_tokens");
    expect(stream).toContain("[DONE]");
    const row = await onlyRow(organization);
    expect(row).toMatchObject({ status: "completed", usage_source: "provider", output_tokens: 4_000, flags: [] });
    expect(nanosOf(row["held_amount"])).toBeGreaterThanOrEqual(nanosOf(row["total_cost"]));
    expect(nanosOf(row["held_amount"])).toBeGreaterThan(nanosOf(first?.["held_amount"]));
    expect(await organization.reservations("expired")).toHaveLength(0);
  });
});

describe("two streams and money for less than both", () => {
  it("share it, and together cost no more than there was", async () => {
    const endpoint = "openai.chat";
    const { organization, hold } = await organizationFor(endpoint, "stop", null);
    // Room for two holds, and for a part of what the two want beside.
    await organization.call("POST", "/v1/wallets/credit", { amount: "0.02", currency: "USD", note: "more" });
    const text = "Hello [[demo: ignore_cap output_tokens=5000 frames=500 frame_gap_ms=2]]";
    const talks = await Promise.all([1, 2].map(() => TALK[endpoint](organization.gatewayKey, text)));
    expect(talks.map(({ reason }) => reason)).toContain("length");
    const rows = await organization.spendLogs(2);
    expect(rows.flatMap((row) => row["flags"])).not.toContain("overdraft");
    const spent = rows.reduce((sum, row) => sum + nanosOf(row["total_cost"]), 0n);
    expect(spent).toBeLessThanOrEqual(hold + nanosOf("0.02"));
    await until(async () => (await organization.reservations("open")).length === 0);
    const wallet = await organization.wallet();
    expect(nanosOf(wallet["balance"])).toBe(hold + nanosOf("0.02") - spent);
    expect(nanosOf(wallet["balance"])).toBeGreaterThanOrEqual(0n);
  });
});
