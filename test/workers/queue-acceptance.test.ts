/**
 * What reaches SPEND_DB does not depend on how: every message three times, in any order, while the database fails half the
 * time, before or after it has stored, makes the same tables as one clean delivery.
 */
import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import type { LedgerMessage } from "../../src/contract/ledger-message.ts";
import { consumeLedger } from "../../src/queue/ledger-consumer.ts";

const QUEUE = "keeptrusts-ledger";
const NOW_MS = 1_780_000_000_000;
const TABLES = ["ledger_entries", "ledger_lines", "spend_logs", "notifications", "dead_letters"];

vi.spyOn(console, "error").mockReturnValue();

/** A small linear congruential generator (Numerical Recipes): a failure names its seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** Entries of two organizations, log rows with and without an entry, and a report that the ledger's own row replaces. */
function messagesOf(): LedgerMessage[] {
  const messages: LedgerMessage[] = [];
  for (const organizationId of ["org_a", "org_b"]) {
    for (let sequence = 1; sequence <= 60; sequence += 1) {
      const reservationId = sequence % 3 === 0 ? null : `res_${organizationId}_${sequence}`;
      const amount = String(sequence * 1_000_000_007);
      messages.push({
        entry: {
          id: `ent_${organizationId}_${sequence}`,
          organization_id: organizationId,
          sequence,
          type: reservationId === null ? "credit" : "settle",
          currency: "USD",
          reservation_id: reservationId,
          request_id: null,
          actor: "key_1",
          note: sequence % 5 === 0 ? "a note" : null,
          flags: sequence % 4 === 0 ? ["late"] : [],
          created_at_ms: NOW_MS + sequence,
          lines: [
            {
              line: 0,
              account: `wallet:${organizationId}`,
              amount_nanos: `-${amount}`,
              balance_after_nanos: `-${amount}`,
            },
            { line: 1, account: "usage", amount_nanos: amount, balance_after_nanos: null },
          ],
        },
        spend_log: reservationId === null ? null : logOf(organizationId, `log_${reservationId}`, reservationId, amount),
        outbox_number: sequence,
      });
    }
    messages.push({
      entry: null,
      spend_log: logOf(organizationId, `log_${organizationId}_refused`, null, "0"),
      outbox_number: 61,
    });
  }
  return messages;
}

function logOf(
  organizationId: string,
  id: string,
  reservationId: string | null,
  total: string,
): NonNullable<LedgerMessage["spend_log"]> {
  return {
    id,
    organization_id: organizationId,
    request_id: `req_${id}`,
    created_at_ms: NOW_MS,
    status: reservationId === null ? "refused" : "completed",
    provider: "openai",
    model: "gpt-5-mini",
    requested_model: "gpt-5-mini",
    requested_provider: null,
    provider_target_id: "managed-openai",
    endpoint: "openai.chat",
    streamed: true,
    key_id: "key_1",
    gateway_id: null,
    user_id: "user",
    team_id: null,
    service_user_id: null,
    agent_id: null,
    agent_run_id: null,
    metadata: { a: "b" },
    input_tokens: 1,
    cached_input_tokens: 0,
    cache_write_tokens: 0,
    output_tokens: 2,
    reasoning_tokens: 0,
    total_tokens: 3,
    input_cost_nanos: total,
    cached_input_cost_nanos: "0",
    cache_write_cost_nanos: "0",
    output_cost_nanos: "0",
    fees_cost_nanos: "0",
    total_cost_nanos: total,
    currency: "USD",
    exchange_rate: "1",
    pricing_source: "wallet_catalog",
    usage_source: "provider",
    wallet_id: "wal_1",
    wallet_scope: "user",
    reservation_id: reservationId,
    held_amount_nanos: total,
    latency_ms: 5,
    upstream_latency_ms: 4,
    attempts: [],
    estimated_avoided_cost_nanos: "0",
    flags: [],
  };
}

/** SPEND_DB that loses every second transaction: before it begins, or its answer after it was stored. */
function failingDatabase(random: () => number): D1Database {
  return new Proxy(env.SPEND_DB, {
    get: (target, property) => {
      if (property !== "batch") return target.prepare.bind(target);
      return async (statements: D1PreparedStatement[]) => {
        const chance = random();
        if (chance < 0.25) throw new Error("D1_ERROR: Network connection lost.");
        const answers = await target.batch(statements);
        if (chance < 0.5) throw new Error("D1_ERROR: Network connection lost.");
        return answers;
      };
    },
  });
}

/** Delivers until everything is acknowledged, as the queue would. Gives the confirmed numbers by organization. */
async function deliver(bodies: readonly LedgerMessage[], random: () => number, database: D1Database) {
  const confirmed = new Map<string, Set<number>>();
  let waiting = bodies.map((body, index) => ({
    id: `message_${index}`,
    timestamp: new Date(NOW_MS),
    attempts: 1,
    body,
  }));
  for (let rounds = 0; waiting.length > 0; rounds += 1) {
    if (rounds > 2_000) throw new Error(`${waiting.length} messages are never stored`);
    const size = 1 + Math.floor(random() * 100);
    const messages = waiting.slice(0, size);
    const batch = createMessageBatch(QUEUE, messages);
    await consumeLedger(batch, { SPEND_DB: database }, NOW_MS, async (organizationId, numbers) => {
      const known = confirmed.get(organizationId) ?? new Set();
      for (const number of numbers) known.add(number);
      confirmed.set(organizationId, known);
    });
    const { retryMessages } = await getQueueResult(batch, createExecutionContext());
    const again = new Set(retryMessages.map(({ msgId }) => msgId));
    const retried = messages.filter(({ id }) => again.has(id)).map((one) => ({ ...one, attempts: one.attempts + 1 }));
    waiting = shuffled([...waiting.slice(size), ...retried], random);
  }
  return confirmed;
}

async function dump() {
  const tables: Record<string, unknown> = {};
  for (const table of TABLES) {
    const { results } = await env.SPEND_DB.prepare(`SELECT * FROM ${table}`).all();
    tables[table] = results.map((row) => JSON.stringify(row)).toSorted();
  }
  return tables;
}

async function clear(): Promise<void> {
  for (const table of [...TABLES].toSorted((a, b) => (a === "ledger_lines" ? -1 : b === "ledger_lines" ? 1 : 0))) {
    await env.SPEND_DB.prepare(`DELETE FROM ${table}`).run();
  }
}

test.each([1, 2, 3, 4, 5])(
  "three times, in random order, with a database that fails half the time: seed %i",
  async (seed) => {
    const random = randomOf(seed);
    const messages = messagesOf();
    await clear();
    await deliver(messages, () => 0.999, env.SPEND_DB);
    const clean = await dump();
    expect(clean["ledger_entries"]).toHaveLength(120);
    await clear();
    const confirmed = await deliver(
      shuffled([...messages, ...messages, ...messages], random),
      random,
      failingDatabase(random),
    );
    expect(await dump()).toEqual(clean);
    const numbers = Array.from({ length: 61 }, (_, index) => index + 1);
    for (const organizationId of ["org_a", "org_b"]) {
      expect([...(confirmed.get(organizationId) ?? [])].toSorted((a, b) => a - b)).toEqual(numbers);
    }
  },
);
