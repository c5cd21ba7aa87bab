import { describe, expect, it, vi } from "vitest";
import type { SettleCommand, SettleReply } from "../../src/contract/commands.ts";
import { fromSettleMessage, settleMessageSchema, toSettleMessage } from "../../src/contract/settle-message.ts";
import { EMPTY_BUCKETS, NO_CALLS } from "../../src/core/usage.ts";
import { createSettlementPort, type SettlementQueue } from "../../src/platform/settlement-port.ts";

const COMMAND: SettleCommand = {
  reservationId: "res_1",
  status: "completed",
  usage: {
    passes: [{ model: "gpt-5.4-mini", tokens: { ...EMPTY_BUCKETS, input: 10, output: 5 } }],
    tier: "standard",
    regional: false,
    calls: NO_CALLS,
    searchContextSize: "high",
    reasoningTokens: 2,
    flags: [],
  },
  usageSource: "provider",
  costUsdNanos: null,
  targetId: "managed-openai",
  responseModel: "gpt-5.4-mini",
  responseId: "resp_1",
  attempts: [{ targetId: "managed-openai", provider: "openai", model: "m", status: 200, latencyMs: 12, error: null }],
  latencyMs: 15,
  upstreamLatencyMs: 12,
  flags: [],
};

const refused = (kind: "wallet_unavailable" | "internal"): SettleReply => ({ outcome: "refused", failure: { kind } });

type Send = SettlementQueue["send"];

function portAnswering(reply: SettleReply, send = vi.fn<Send>(async () => undefined)) {
  const reportError = vi.fn();
  const port = createSettlementPort({ settle: async () => reply }, { send }, "org_1", reportError);
  return { port, send, reportError };
}

describe("createSettlementPort", () => {
  it("leaves the queue alone when the object answers, and reports a refusal", async () => {
    const { port, send, reportError } = portAnswering(refused("internal"));
    await port.settle(COMMAND);
    expect(send).not.toHaveBeenCalled();
    expect(reportError).toHaveBeenCalledOnce();
  });

  it("queues the same command when the object cannot be had", async () => {
    const { port, send } = portAnswering(refused("wallet_unavailable"));
    await port.settle(COMMAND);
    const [message] = send.mock.calls[0] ?? [];
    expect(fromSettleMessage(settleMessageSchema.parse(JSON.parse(JSON.stringify(message))))).toEqual(COMMAND);
  });

  it("reports, and does not throw, when the queue refuses as well", async () => {
    const send = vi.fn<Send>(async () => Promise.reject(new Error("Queue is overloaded")));
    const { port, reportError } = portAnswering(refused("wallet_unavailable"), send);
    await port.settle(COMMAND);
    expect(reportError).toHaveBeenCalledOnce();
  });
});

describe("settle messages", () => {
  it("carry every member, and an amount beyond 2^53", () => {
    const command = { ...COMMAND, usage: null, costUsdNanos: 9_007_199_254_740_993n };
    const wire: unknown = JSON.parse(JSON.stringify(toSettleMessage("org_1", command)));
    expect(fromSettleMessage(settleMessageSchema.parse(wire))).toEqual(command);
  });
});
