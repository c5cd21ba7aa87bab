import { createMessageBatch, getQueueResult, createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { LedgerMessage } from "../../src/contract/ledger-message.ts";
import { consumeDeadLetters } from "../../src/queue/dead-letter-consumer.ts";
import { consumeLedger } from "../../src/queue/ledger-consumer.ts";

const QUEUE = "keeptrusts-ledger";
const NOW_MS = 1_780_000_000_000;

function ledgerMessage(sequence: number, id = `entry_${sequence}`): LedgerMessage {
  return {
    entry: {
      id,
      organization_id: "org_queue",
      sequence,
      type: "credit",
      currency: "USD",
      reservation_id: null,
      request_id: null,
      actor: "platform_admin",
      note: "it's money",
      flags: [],
      created_at_ms: NOW_MS,
      lines: [
        { line: 0, account: "external", amount_nanos: "-9007199254740993", balance_after_nanos: null },
        { line: 1, account: "wallet:w", amount_nanos: "9007199254740993", balance_after_nanos: "9007199254740993" },
      ],
    },
    spend_log: null,
  };
}

async function deliver(bodies: readonly unknown[], consume = consumeLedger) {
  const messages = bodies.map((body, index) => ({
    id: `message_${crypto.randomUUID()}_${index}`,
    timestamp: new Date(NOW_MS),
    attempts: 1,
    body,
  }));
  const batch = createMessageBatch(QUEUE, messages);
  await consume(batch, env, NOW_MS);
  const result = await getQueueResult(batch, createExecutionContext());
  return { acked: result.explicitAcks.length, retried: result.retryMessages.length };
}

async function count(table: string): Promise<unknown> {
  return env.SPEND_DB.prepare(`SELECT count(*) AS n FROM ${table}`).first("n");
}

test("entries are stored once, in any order, exact beyond 2^53", async () => {
  const bodies = Array.from({ length: 50 }, (_, index) => ledgerMessage(50 - index));
  expect(await deliver(bodies)).toEqual({ acked: 50, retried: 0 });
  expect(await deliver(bodies.slice(10))).toEqual({ acked: 40, retried: 0 });
  expect([await count("ledger_entries"), await count("ledger_lines")]).toEqual([50, 100]);
  const sums = await env.SPEND_DB.prepare(
    "SELECT account, CAST(sum(amount_nanos) AS TEXT) AS total FROM ledger_lines GROUP BY account ORDER BY account",
  ).all();
  expect(sums.results).toEqual([
    { account: "external", total: "-450359962737049650" },
    { account: "wallet:w", total: "450359962737049650" },
  ]);
});

test("an unreadable message is parked at once and holds up nobody", async () => {
  expect(await deliver([{ nonsense: true }, ledgerMessage(60)])).toEqual({ acked: 2, retried: 0 });
  const parked = await env.SPEND_DB.prepare("SELECT reason, body_json FROM dead_letters").all();
  expect(parked.results).toEqual([{ reason: "unreadable", body_json: '{"nonsense":true}' }]);
});

test("a contradiction is retried later, and its neighbours are stored", async () => {
  await deliver([ledgerMessage(70)]);
  const result = await deliver([ledgerMessage(70, "entry_other"), ledgerMessage(71)]);
  expect(result).toEqual({ acked: 1, retried: 1 });
  expect(await env.SPEND_DB.prepare("SELECT id FROM ledger_entries WHERE sequence = 71").first("id")).toBe("entry_71");
});

test("dead letters are kept", async () => {
  const before = Number(await count("dead_letters"));
  expect(await deliver([ledgerMessage(80)], consumeDeadLetters)).toEqual({ acked: 1, retried: 0 });
  expect(await count("dead_letters")).toBe(before + 1);
});
