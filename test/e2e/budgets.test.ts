/** A hard budget over HTTP, as both official SDKs meet it: never over it, never retried, and told of. */
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ENDPOINTS, type Endpoint } from "../../src/core/endpoint.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { createOrganization, listOf, nanosOf, until, type TestOrganization } from "../support/organization.ts";
import { bodyFor, MODELS, send } from "../support/traffic.ts";

const ROOM_FOR = 7;
const REQUESTS = 50;

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
}, 120_000);

afterAll(async () => gateway.stop());

beforeEach(() => gateway.demo.clear());

const decimal = (nanos: bigint): string =>
  `${nanos / 1_000_000_000n}.${(nanos % 1_000_000_000n).toString().padStart(9, "0")}`;

// The provider answers after all requests were decided: what a settlement gives back must not make room for an eighth.
const messages = [{ role: "user" as const, content: "Hello [[demo: delay_ms=4000]]" }];
const CHAT = { model: MODELS["openai.chat"], max_completion_tokens: 100, messages };
const MESSAGE = { model: MODELS["anthropic.messages"], max_tokens: 100, messages };

async function holdOf(organization: TestOrganization, endpoint: Endpoint, body: object): Promise<bigint> {
  const estimate = await organization.call("POST", "/v1/unified-access/estimate", { endpoint, body });
  expect(estimate.status).toBe(200);
  return nanosOf(estimate.body["hold"]);
}

async function setBudget(organization: TestOrganization, limitNanos: bigint): Promise<void> {
  const body = { name: "Month", scope: { type: "organization" }, windows: { monthly: decimal(limitNanos) } };
  expect((await organization.call("POST", "/v1/unified-access/budgets", body)).status).toBe(201);
}

/** The SDKs' options with their own retries on, and a count of what they sent. */
function counting(organization: TestOrganization) {
  const sent: string[] = [];
  const options = {
    apiKey: organization.gatewayKey,
    maxRetries: 5,
    fetch: async (input: string | URL | Request, init?: RequestInit) => {
      sent.push(input instanceof Request ? input.url : String(input));
      return fetch(input, init);
    },
  };
  return { sent, options };
}

async function outcomeOf(
  call: Promise<unknown>,
): Promise<"answered" | { readonly status: unknown; readonly headers: Headers | undefined }> {
  try {
    await call;
    return "answered";
  } catch (error) {
    if (error instanceof OpenAI.APIError || error instanceof Anthropic.APIError) return error;
    throw error;
  }
}

async function readAll(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const event of stream) expect(event).toBeTruthy();
}

/** Every other one is streamed. */
const callers: readonly (readonly [
  string,
  Endpoint,
  object,
  (options: ReturnType<typeof counting>["options"]) => (isStreamed: boolean) => Promise<unknown>,
])[] = [
  [
    "openai",
    "openai.chat",
    CHAT,
    (options) => {
      const client = new OpenAI({ ...options, baseURL: `${gateway.url}/v1` });
      return async (isStreamed) => {
        if (!isStreamed) return client.chat.completions.create(CHAT);
        return readAll(await client.chat.completions.create({ ...CHAT, stream: true }));
      };
    },
  ],
  [
    "anthropic",
    "anthropic.messages",
    MESSAGE,
    (options) => {
      const client = new Anthropic({ ...options, baseURL: gateway.url });
      return async (isStreamed) => {
        if (!isStreamed) return client.messages.create(MESSAGE);
        return readAll(await client.messages.create({ ...MESSAGE, stream: true }));
      };
    },
  ],
];

describe("fifty requests at once on a budget with room for seven", () => {
  it.each(callers)(
    "through the %s SDK: seven reach the provider, 43 get 429 once and hold nothing",
    async (_, endpoint, body, connect) => {
      const organization = await createOrganization(gateway, { credit: "1000" });
      const hold = await holdOf(organization, endpoint, body);
      await setBudget(organization, hold * BigInt(ROOM_FOR));
      const { sent, options } = counting(organization);
      const ask = connect(options);

      const asked = Array.from({ length: REQUESTS }, (__, index) => outcomeOf(ask(index % 2 === 1)));
      await until(async () => sent.length >= REQUESTS && (await organization.reservations("open")).length >= ROOM_FOR);
      const open = await organization.reservations("open");
      expect(open).toHaveLength(ROOM_FOR);
      expect(nanosOf((await organization.wallet())["held"])).toBe(hold * BigInt(ROOM_FOR));
      const outcomes = await Promise.all(asked);

      const refused = outcomes.filter((outcome) => outcome !== "answered");
      expect(outcomes.length - refused.length).toBe(ROOM_FOR);
      expect(refused.map(({ status }) => status)).toEqual(Array.from({ length: REQUESTS - ROOM_FOR }, () => 429));
      for (const { headers } of refused) {
        expect(headers?.get("x-should-retry")).toBe("false");
        expect(Number(headers?.get("retry-after"))).toBeGreaterThan(0);
      }
      expect(sent).toHaveLength(REQUESTS);
      expect(gateway.demo.requests).toHaveLength(ROOM_FOR);

      await until(async () => (await organization.reservations("open")).length === 0);
      expect(await organization.list("/v1/reservations")).toHaveLength(ROOM_FOR);
      expect((await organization.wallet())["held"]).toBe("0.00");
      const rows = await organization.spendLogs(REQUESTS);
      expect(rows.filter((row) => row["status"] === "completed")).toHaveLength(ROOM_FOR);
      expect(rows.filter((row) => row["status"] === "refused")).toHaveLength(REQUESTS - ROOM_FOR);
      const standing = await organization.call("GET", "/v1/unified-access/budgets/effective");
      const spent = rows.reduce((sum, row) => sum + nanosOf(row["total_cost"]), 0n);
      expect(standing.body["windows"]).toMatchObject([{ held: "0.00" }]);
      expect(listOf(standing.body["windows"]).map(({ used }) => nanosOf(used))).toEqual([spent]);

      await until(async () => (await organization.list("/v1/notifications?type=budget.exhausted")).length > 0);
      expect(await organization.list("/v1/notifications?type=budget.exhausted")).toMatchObject([
        { data: { name: "Month", window: "monthly", reason: "no_room" } },
      ]);
    },
    60_000,
  );
});

describe("x-keeptrusts-budget-remaining", () => {
  it.each(ENDPOINTS)("tells on %s what is left beside the hold, streamed and not", async (endpoint) => {
    const organization = await createOrganization(gateway, { credit: "1000" });
    const header = "x-keeptrusts-budget-remaining";
    const read = async (stream: boolean): Promise<string | null> => {
      const response = await send(gateway, organization.gatewayKey, endpoint, bodyFor(endpoint, { stream }));
      expect(response.status).toBe(200);
      await response.text();
      await until(async () => (await organization.reservations("open")).length === 0);
      return response.headers.get(header);
    };
    expect(await read(false)).toBeNull();
    expect(await read(true)).toBeNull();
    const hold = await holdOf(organization, endpoint, bodyFor(endpoint));
    await setBudget(organization, hold * 5n);
    expect(nanosOf(await read(false))).toBe(hold * 4n);
    const [settled] = await organization.reservations("settled");
    expect(nanosOf(await read(true))).toBe(hold * 4n - nanosOf(settled?.["settled_amount"]));
  });
});
