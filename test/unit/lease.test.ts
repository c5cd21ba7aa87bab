import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CheckpointCommand, CheckpointReply, Grant, Renewal } from "../../src/contract/commands.ts";
import { EMPTY_BUCKETS, NO_CALLS, type Usage } from "../../src/core/usage.ts";
import { keepLease } from "../../src/proxy/lease.ts";

const USAGE: Usage = {
  passes: [{ model: null, tokens: { ...EMPTY_BUCKETS, output: 7 } }],
  tier: "standard",
  regional: false,
  calls: NO_CALLS,
  reasoningTokens: 0,
  flags: [],
};

const GRANT: Pick<Grant, "reservationId" | "requestId" | "leaseMs"> = {
  reservationId: "res_1",
  requestId: "req_1",
  leaseMs: 3_000,
};

function keep(answer: () => Promise<CheckpointReply>) {
  const sent: CheckpointCommand[] = [];
  const events: string[] = [];
  const ledger = {
    checkpoint: async (command: CheckpointCommand) => {
      sent.push(command);
      return answer();
    },
  };
  const lease = keepLease(GRANT, ledger, { waitUntil: () => undefined }, { log: ({ event }) => events.push(event) });
  return { lease, sent, events };
}

const renewed = async (): Promise<CheckpointReply> => ({
  outcome: "renewed",
  expiresAtMs: 0,
  heldNanos: 10n,
  currency: "USD",
  coveredOutputTokens: null,
});

describe("keepLease", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("renews three times in a lease, from the grant on, with what was used so far", async () => {
    const { lease, sent } = keep(renewed);
    await vi.advanceTimersByTimeAsync(999);
    expect(sent).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    lease.follow(
      () => ({ usage: USAGE }),
      () => undefined,
    );
    await vi.advanceTimersByTimeAsync(2_000);
    expect(sent).toEqual([
      { reservationId: "res_1", usage: null },
      { reservationId: "res_1", usage: USAGE },
      { reservationId: "res_1", usage: USAGE },
    ]);
    lease.end();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent).toHaveLength(3);
  });

  it("renews at once when it is asked to, with what should be held, and tells the answer", async () => {
    const { lease, sent } = keep(renewed);
    const told: Renewal[] = [];
    lease.follow(
      () => ({ usage: USAGE, holdForOutputTokens: 4_000 }),
      (renewal) => told.push(renewal),
    );
    await lease.renew();
    expect(sent).toEqual([{ reservationId: "res_1", usage: USAGE, holdForOutputTokens: 4_000 }]);
    expect(told).toMatchObject([{ heldNanos: 10n }]);
    lease.end();
    await lease.renew();
    expect(sent).toHaveLength(1);
  });

  it("logs a renewal that was refused or failed, and goes on", async () => {
    let calls = 0;
    const { lease, sent, events } = keep(async () => {
      calls += 1;
      if (calls === 1) throw new Error("gone");
      return { outcome: "refused", failure: { kind: "wallet_unavailable" } };
    });
    await vi.advanceTimersByTimeAsync(3_000);
    lease.end();
    expect(sent).toHaveLength(3);
    expect(events).toEqual(["proxy.checkpoint_failed", "proxy.checkpoint_refused", "proxy.checkpoint_refused"]);
  });
});
