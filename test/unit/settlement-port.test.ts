import { afterEach, describe, expect, it, vi } from "vitest";
import type { SettleCommand, SettleReply } from "../../src/contract/commands.ts";
import { fromSettleMessage, settleMessageSchema, toSettleMessage } from "../../src/contract/settle-message.ts";
import { EMPTY_BUCKETS, NO_CALLS } from "../../src/core/usage.ts";
import { createSettlementPort } from "../../src/platform/settlement-port.ts";
import type { SettlementQueue } from "../../src/platform/settlement-queue.ts";
import { ENDED, refused } from "../support/commands.ts";

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

type Send = SettlementQueue["send"];
const commandOf = (reservationId: string): SettleCommand => ({ ...COMMAND, reservationId, responseId: null });

/** `answer` decides each call's replies; every call is recorded by the ids that it carried. */
function portAnswering(
  answer: (commands: readonly SettleCommand[]) => Promise<readonly SettleReply[]>,
  send = vi.fn<Send>(async () => undefined),
) {
  const calls: string[][] = [];
  const reportError = vi.fn();
  const organization = () => ({
    async settleMany(commands: readonly SettleCommand[]) {
      calls.push(commands.map(({ reservationId }) => reservationId));
      return answer(commands);
    },
  });
  const sleep = async (durationMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, durationMs));
  const port = createSettlementPort({ organization, queue: { send }, nowMs: Date.now, sleep, reportError });
  return { port, send, reportError, calls };
}

describe("createSettlementPort", () => {
  afterEach(() => vi.useRealTimers());

  it("leaves the queue alone when the object answers, and reports a refusal", async () => {
    const { port, send, reportError } = portAnswering(async () => [refused("internal")]);
    await port.settle("org_1", COMMAND);
    expect(send).not.toHaveBeenCalled();
    expect(reportError).toHaveBeenCalledOnce();
  });

  it("queues the same command when the object cannot be had", async () => {
    const { port, send } = portAnswering(async () => [refused("wallet_unavailable")]);
    await port.settle("org_1", COMMAND);
    const [message] = send.mock.calls[0] ?? [];
    const read = fromSettleMessage(settleMessageSchema.parse(JSON.parse(JSON.stringify(message))));
    expect(read).toEqual({ kind: "settle", command: COMMAND });
  });

  it("reports, and does not throw, when the queue refuses as well", async () => {
    const send = vi.fn<Send>(async () => Promise.reject(new Error("Queue is overloaded")));
    const { port, reportError } = portAnswering(async () => [refused("wallet_unavailable")], send);
    await port.settle("org_1", COMMAND);
    expect(reportError).toHaveBeenCalledOnce();
  });

  it("sends a lone settlement at once, and together those that meet while one is under way", async () => {
    const gates: (() => void)[] = [];
    const { port, calls } = portAnswering(async (commands) => {
      await new Promise<void>((resolve) => gates.push(resolve));
      return commands.map(() => ENDED);
    });
    const all = ["a", "b", "c", "d"].map((id) => port.settle("org_1", commandOf(id)));
    const other = port.settle("org_2", commandOf("z"));
    expect(calls).toEqual([["a"], ["z"]]);
    gates.shift()?.();
    gates.shift()?.();
    await vi.waitFor(() => expect(calls).toHaveLength(3));
    expect(calls[2]).toEqual(["b", "c", "d"]);
    gates.shift()?.();
    await Promise.all([...all, other]);
  });

  it("waits a moment for company on a busy isolate, but not with what somebody may build on", async () => {
    const { port, calls } = portAnswering(async (commands) => commands.map(() => ENDED));
    await port.settle("org_1", commandOf("a"));
    const together = ["b", "c", "d"].map((id) => port.settle("org_1", commandOf(id)));
    expect(calls).toEqual([["a"]]);
    const urgent = port.settle("org_1", { ...commandOf("r"), responseId: "resp_1" });
    expect(calls).toEqual([["a"], ["r"]]);
    await Promise.all([...together, urgent]);
    expect(calls).toEqual([["a"], ["r"], ["b", "c", "d"]]);
  });

  it("queues each settlement of a shared call that the object did not take", async () => {
    let call = 0;
    const { port, send } = portAnswering(async (commands) => {
      call += 1;
      await Promise.resolve();
      return commands.map(() => (call === 1 ? ENDED : refused("wallet_unavailable")));
    });
    await Promise.all(["a", "b", "c"].map((id) => port.settle("org_1", commandOf(id))));
    expect(send.mock.calls.map(([message]) => message.command?.reservationId)).toEqual(["b", "c"]);
  });

  it("does not depend on a call that never ends", async () => {
    vi.useFakeTimers();
    let first = true;
    const { port, calls } = portAnswering(async (commands) => {
      if (first) {
        first = false;
        return new Promise(() => undefined);
      }
      return commands.map(() => ENDED);
    });
    void port.settle("org_1", commandOf("lost"));
    const waiting = [port.settle("org_1", commandOf("b")), port.settle("org_1", commandOf("c"))];
    await vi.advanceTimersByTimeAsync(2_100);
    await Promise.all(waiting);
    expect(calls.flat().toSorted()).toEqual(["b", "c", "lost"]);
    await vi.advanceTimersByTimeAsync(1_000);
    await port.settle("org_1", commandOf("d"));
    expect(calls.at(-1)).toEqual(["d"]);
  });
});

describe("settle messages", () => {
  it("carry every member, and an amount beyond 2^53", () => {
    const command = { ...COMMAND, usage: null, costUsdNanos: 9_007_199_254_740_993n };
    const queued = { kind: "settle", command } as const;
    const wire: unknown = JSON.parse(JSON.stringify(toSettleMessage("org_1", queued)));
    expect(fromSettleMessage(settleMessageSchema.parse(wire))).toEqual(queued);
  });
});
