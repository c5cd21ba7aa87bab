import { afterEach, expect, test, vi } from "vitest";
import type { SettleCommand, SettleReply, UnreservedRequest } from "../../src/contract/commands.ts";
import { priceRecordSchema, toPrice } from "../../src/contract/price-record.ts";
import { fromSettleMessage, settleMessageSchema, toSettleMessage } from "../../src/contract/settle-message.ts";
import { rational } from "../../src/core/money.ts";
import { EMPTY_BUCKETS, NO_CALLS } from "../../src/core/usage.ts";
import type { SettlementQueue } from "../../src/platform/settlement-queue.ts";
import { createUnreservedPort } from "../../src/platform/unreserved-port.ts";
import { ENDED, refused } from "../support/commands.ts";

const PRICE = {
  ...toPrice(
    priceRecordSchema.parse({
      provider: "openai",
      model: "m",
      input_price_per_million: "2.50",
      cached_input_price_per_million: "0.000000001",
      output_price_per_million: "15",
      long_context: { threshold_tokens: 1_000, input_price_per_million: "5", output_price_per_million: "20" },
      tiers: { flex: { input_price_per_million: "1", output_price_per_million: "7" } },
      regional_multiplier: "1.1",
      per_call_fees: { web_search: "0.01" },
      effective_from: "2026-01-01T00:00:00.000Z",
      endpoints: ["openai.chat"],
      tokenizer: "o200k",
    }),
  ),
  id: "price_1",
  multipliers: { input: rational(1n, 3n) },
};

const REQUEST: UnreservedRequest = {
  requestId: "req_1",
  reservationId: "res_1",
  attribution: {
    keyId: "key_1",
    gatewayId: null,
    userId: "ada",
    teamId: null,
    serviceUserId: null,
    agentId: null,
    agentRunId: null,
  },
  endpoint: "openai.chat",
  streamed: true,
  zdrMode: "off",
  requestedModel: "m",
  metadata: { a: "b" },
  currency: "EUR",
  exchangeRate: "0.92",
  targets: [
    { id: "managed-openai", provider: "openai", baseUrl: null, model: "m", price: PRICE },
    { id: "free", provider: "openai", baseUrl: "https://x.test/v1", model: "n", price: null },
  ],
  createdAtMs: 1_800_000_000_000,
};

const SETTLEMENT: SettleCommand = {
  reservationId: "res_1",
  status: "completed",
  usage: {
    passes: [{ model: "m", tokens: { ...EMPTY_BUCKETS, input: 10 } }],
    tier: "standard",
    regional: false,
    calls: NO_CALLS,
    reasoningTokens: 0,
    flags: [],
  },
  usageSource: "provider",
  costUsdNanos: null,
  targetId: "managed-openai",
  responseModel: "m",
  responseId: null,
  attempts: [],
  latencyMs: 1,
  upstreamLatencyMs: 1,
  flags: [],
};

test.each([
  { kind: "begin_unreserved", request: REQUEST } as const,
  { kind: "settle_unreserved", command: { request: REQUEST, settlement: SETTLEMENT } } as const,
  { kind: "settle_unreserved", command: { request: { ...REQUEST, targets: [] }, settlement: SETTLEMENT } } as const,
])("a message carries every member and every price exactly ($kind)", (queued) => {
  const wire: unknown = JSON.parse(JSON.stringify(toSettleMessage("org_1", queued)));
  expect(fromSettleMessage(settleMessageSchema.parse(wire))).toEqual(queued);
});

test("a message without an end and without a request is unreadable", () => {
  expect(settleMessageSchema.safeParse({ organizationId: "org_1", command: null }).success).toBe(false);
});

afterEach(() => vi.useRealTimers());

type Send = SettlementQueue["send"];

function portOf(replies: readonly SettleReply[], send = vi.fn<Send>(async () => undefined)) {
  const seen = { asked: 0, pausesMs: [] as number[], errors: 0 };
  const port = createUnreservedPort({
    organization: () => ({
      settleUnreserved: async () => {
        seen.asked += 1;
        return replies[seen.asked - 1] ?? refused("wallet_unavailable");
      },
    }),
    queue: { send },
    sleep: async (durationMs) => {
      seen.pausesMs.push(durationMs);
    },
    reportError: () => {
      seen.errors += 1;
    },
  });
  return { port, send, seen };
}

const COMMAND = { request: REQUEST, settlement: SETTLEMENT };
const overloaded: Send = async () => Promise.reject(new Error("Queue is overloaded"));

test("the object is asked first, and a refusal is its answer", async () => {
  const taken = portOf([ENDED]);
  await taken.port.settle("org_1", COMMAND);
  expect(taken.send).not.toHaveBeenCalled();
  const denied = portOf([refused("internal")]);
  await denied.port.settle("org_1", COMMAND);
  expect(denied.send).not.toHaveBeenCalled();
  expect(denied.seen).toEqual({ asked: 1, pausesMs: [], errors: 1 });
});

test("then the queue, and then both again", async () => {
  const queued = portOf([]);
  await queued.port.settle("org_1", COMMAND);
  expect(queued.send).toHaveBeenCalledOnce();
  expect(queued.seen.asked).toBe(1);
  const later = portOf([refused("wallet_unavailable"), ENDED], vi.fn<Send>(overloaded));
  await later.port.settle("org_1", COMMAND);
  expect(later.seen).toEqual({ asked: 2, pausesMs: [1_000], errors: 1 });
  const never = portOf([], vi.fn<Send>(overloaded));
  await never.port.settle("org_1", COMMAND);
  expect(never.seen).toEqual({ asked: 3, pausesMs: [1_000, 4_000], errors: 3 });
});

test("a beginning waits a second at most for the queue, and comes after most ends", async () => {
  const { port, send } = portOf(
    [],
    vi.fn<Send>(async () => new Promise(() => {})),
  );
  await port.begin("org_1", REQUEST);
  expect(send.mock.calls[0]?.[1]).toEqual({ delaySeconds: 60, contentType: "json" });
});

test("what was refused never asks the object, and says no more than is known of the caller", async () => {
  const { port, send, seen } = portOf([]);
  await port.abandon("org_1", { ...REQUEST, targets: [] }, SETTLEMENT);
  await port.abandon("org_1", null, SETTLEMENT);
  expect(seen.asked).toBe(0);
  const kinds = send.mock.calls.map(([message]) => fromSettleMessage(settleMessageSchema.parse(message)).kind);
  expect(kinds).toEqual(["settle_unreserved", "settle"]);
});
