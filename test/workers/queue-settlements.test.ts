import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { SettleCommand, SettleReply } from "../../src/contract/commands.ts";
import { toSettleMessage } from "../../src/contract/settle-message.ts";
import { consumeDeadLetters } from "../../src/queue/dead-letter-consumer.ts";
import { replayDeadLetters } from "../../src/queue/dead-letter-replay.ts";
import { consumeSettlements } from "../../src/queue/settlement-consumer.ts";
import { ENDED, refused } from "../support/commands.ts";

const COMMAND: SettleCommand = {
  reservationId: "res_1",
  status: "completed",
  usage: null,
  usageSource: "none",
  costUsdNanos: 12n,
  targetId: null,
  responseModel: null,
  responseId: null,
  attempts: [],
  latencyMs: null,
  upstreamLatencyMs: null,
  flags: [],
};

const QUEUED = { kind: "settle", command: COMMAND } as const;
const unused = () => Promise.reject(new Error("not called"));

async function deliver(bodies: readonly unknown[], answer: SettleReply) {
  const settled: (readonly [string, SettleCommand])[] = [];
  const parked: unknown[] = [];
  const messages = bodies.map((body, index) => ({ id: `s_${index}`, timestamp: new Date(), attempts: 1, body }));
  const batch = createMessageBatch("keeptrusts-settlements", messages);
  await consumeSettlements(batch, {
    organization: (organizationId) => ({
      settle: async (command) => {
        settled.push([organizationId, command]);
        return answer;
      },
      settleUnreserved: unused,
      beginUnreserved: unused,
    }),
    parkUnreadable: async (message) => {
      parked.push(message.body);
      message.ack();
    },
  });
  const result = await getQueueResult(batch, createExecutionContext());
  return { settled, parked, acked: result.explicitAcks, retried: result.retryMessages.map(({ msgId }) => msgId) };
}

test("a queued settlement reaches its organization's object", async () => {
  const { settled, acked } = await deliver([toSettleMessage("org_1", QUEUED)], ENDED);
  expect(settled).toEqual([["org_1", COMMAND]]);
  expect(acked).toEqual(["s_0"]);
});

test("a refusal of the object is an answer; an object that cannot be had is asked again", async () => {
  const message = toSettleMessage("org_1", QUEUED);
  const answered = await deliver([message], {
    outcome: "refused",
    failure: { kind: "not_found", what: "reservation" },
  });
  expect(answered.acked).toEqual(["s_0"]);
  const unavailable = await deliver([message], refused("wallet_unavailable"));
  expect(unavailable.retried).toEqual(["s_0"]);
});

test("an unreadable settlement is parked at once and holds up nobody", async () => {
  const { acked, parked, settled } = await deliver([{ nonsense: true }, toSettleMessage("org_1", QUEUED)], ENDED);
  expect(parked).toEqual([{ nonsense: true }]);
  expect(settled).toEqual([["org_1", COMMAND]]);
  expect(acked).toEqual(["s_0", "s_1"]);
});

test("an object that does not answer is soon left alone, and holds up no other organization", async () => {
  const asked: string[] = [];
  const bodies = Array.from({ length: 10 }, (_, index) => toSettleMessage(index === 9 ? "org_2" : "org_1", QUEUED));
  const messages = bodies.map((body, index) => ({ id: `s_${index}`, timestamp: new Date(), attempts: 1, body }));
  const batch = createMessageBatch("keeptrusts-settlements", messages);
  await consumeSettlements(batch, {
    organization: (organizationId) => ({
      settle: async () => {
        asked.push(organizationId);
        return organizationId === "org_1" ? refused("wallet_unavailable") : ENDED;
      },
      settleUnreserved: unused,
      beginUnreserved: unused,
    }),
    parkUnreadable: unused,
  });
  const result = await getQueueResult(batch, createExecutionContext());
  expect(asked.filter((id) => id === "org_1")).toHaveLength(3);
  expect(result.explicitAcks).toEqual(["s_9"]);
  expect(result.retryMessages).toHaveLength(9);
});

test("parked messages go back to the queue they came from, and are forgotten once it took them", async () => {
  const park = async (queue: string, id: string): Promise<void> => {
    const batch = createMessageBatch(queue, [{ id, timestamp: new Date(), attempts: 20, body: { of: queue } }]);
    await consumeDeadLetters(batch, env);
  };
  await park("keeptrusts-ledger-dead", "d_1");
  await park("keeptrusts-settlements-dead", "d_2");
  const sent: unknown[] = [];
  const queue = (name: string, works: boolean) =>
    Object.assign(Object.create(env.LEDGER_QUEUE), {
      async send(body: unknown) {
        if (!works) throw new Error("Queue is overloaded");
        sent.push([name, body]);
      },
    });
  const parked = async () => env.SPEND_DB.prepare("SELECT count(*) AS n FROM dead_letters").first("n");

  const bindings = { SPEND_DB: env.SPEND_DB, SETTLEMENT_QUEUE: queue("settlements", true) };
  await expect(replayDeadLetters({ ...bindings, LEDGER_QUEUE: queue("ledger", false) })).rejects.toThrow("overloaded");
  expect(await parked()).toBe(2);
  expect(await replayDeadLetters({ ...bindings, LEDGER_QUEUE: queue("ledger", true) })).toBe(2);
  expect(sent).toEqual([
    ["ledger", { of: "keeptrusts-ledger-dead" }],
    ["settlements", { of: "keeptrusts-settlements-dead" }],
  ]);
  expect(await parked()).toBe(0);
});
