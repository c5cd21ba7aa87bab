import { createMessageBatch, getQueueResult, createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq, getTableColumns } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import { afterEach, expect, test, vi } from "vitest";
import { ledgerEntrySchema, ledgerLineSchema, type LedgerMessage } from "../../src/contract/ledger-message.ts";
import { spendLogSchema, type SpendLogRow } from "../../src/contract/spend-log.ts";
import { openSpendDatabase } from "../../src/platform/d1/database.ts";
import { spendLogColumns, spendLogOfValues } from "../../src/platform/d1/spend-log-row.ts";
import { ledgerEntries, ledgerLines, spendLogs } from "../../src/platform/d1/spend-schema.ts";
import { consumeDeadLetters } from "../../src/queue/dead-letter-consumer.ts";
import { consumeLedger } from "../../src/queue/ledger-consumer.ts";

const QUEUE = "keeptrusts-ledger";
const NOW_MS = 1_780_000_000_000;

const logged = vi.spyOn(console, "error").mockReturnValue();
afterEach(() => {
  logged.mockClear();
});

const INT64_MAX = "9223372036854775807";
const INT64_MIN = "-9223372036854775808";
const BEYOND_INT64 = "9223372036854775808";
const BEYOND_DOUBLE = "9007199254740993";

function ledgerMessage(sequence: number, id = `entry_${sequence}`, amountNanos = BEYOND_DOUBLE): LedgerMessage {
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
        { line: 0, account: "external", amount_nanos: `-${amountNanos}`, balance_after_nanos: null },
        { line: 1, account: "wallet:w", amount_nanos: amountNanos, balance_after_nanos: amountNanos },
      ],
    },
    spend_log: null,
  };
}

/** A row with something in every column. */
function spendLog(id: string, changes: Partial<SpendLogRow> = {}): SpendLogRow {
  return {
    id,
    organization_id: "org_queue",
    request_id: `request_${id}`,
    created_at_ms: NOW_MS,
    status: "completed",
    provider: "openai",
    model: "gpt-5-mini",
    requested_model: "gpt-5-mini",
    requested_provider: "openai",
    provider_target_id: "openai",
    endpoint: "openai.chat",
    streamed: true,
    key_id: "key",
    gateway_id: "gateway",
    user_id: "user",
    team_id: "team",
    service_user_id: "service_user",
    agent_id: "agent",
    agent_run_id: "agent_run",
    metadata: { "it's": '"quoted"', "$.a[0]": "ключ 🔑", "": "\\ \n \u0001" },
    input_tokens: 1,
    cached_input_tokens: 2,
    cache_write_tokens: 3,
    output_tokens: 4,
    reasoning_tokens: 5,
    total_tokens: Number.MAX_SAFE_INTEGER,
    input_cost_nanos: BEYOND_DOUBLE,
    cached_input_cost_nanos: `-${BEYOND_DOUBLE}`,
    cache_write_cost_nanos: INT64_MAX,
    output_cost_nanos: INT64_MIN,
    fees_cost_nanos: "9223372036854775806",
    total_cost_nanos: "0",
    currency: "USD",
    exchange_rate: "1.0850",
    pricing_source: "wallet_catalog",
    usage_source: "provider",
    wallet_id: "wallet",
    wallet_scope: "user",
    reservation_id: "reservation",
    held_amount_nanos: "999999999999999999",
    latency_ms: 7,
    upstream_latency_ms: 6,
    attempts: [
      { target_id: "openai", provider: "openai", model: "gpt-5-mini", status: null, latency_ms: 1, error: "refused" },
      { target_id: "openai", provider: "openai", model: "gpt-5-mini", status: 200, latency_ms: 5, error: null },
    ],
    estimated_avoided_cost_nanos: "1",
    flags: ["late", "overrun"],
    ...changes,
  };
}

function logMessage(row: SpendLogRow): LedgerMessage {
  return { entry: null, spend_log: row };
}

async function readSpendLog(id: string): Promise<SpendLogRow | null> {
  const rows = await openSpendDatabase(env.SPEND_DB)
    .select(spendLogColumns)
    .from(spendLogs)
    .where(eq(spendLogs.id, id));
  return rows[0] === undefined ? null : spendLogOfValues(rows[0]);
}

async function deliver(bodies: readonly unknown[], consume = consumeLedger, database = env.SPEND_DB) {
  const messages = bodies.map((body, index) => ({
    id: `message_${crypto.randomUUID()}_${index}`,
    timestamp: new Date(NOW_MS),
    attempts: 1,
    body,
  }));
  const batch = createMessageBatch(QUEUE, messages);
  await consume(batch, { SPEND_DB: database }, NOW_MS);
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
  expect(logged).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("UNIQUE constraint failed"));
  expect(await env.SPEND_DB.prepare("SELECT id FROM ledger_entries WHERE sequence = 71").first("id")).toBe("entry_71");
});

test("dead letters are kept", async () => {
  const before = Number(await count("dead_letters"));
  expect(await deliver([ledgerMessage(80)], consumeDeadLetters)).toEqual({ acked: 1, retried: 0 });
  expect(await count("dead_letters")).toBe(before + 1);
});

/** The columns that the members of a wire row fill; a list or a record is kept as `<name>_json`. */
function columnsFor(members: readonly string[]): Set<string> {
  const kept: Readonly<Record<string, string>> = {
    flags: "flags_json",
    metadata: "metadata_json",
    attempts: "attempts_json",
  };
  return new Set(members.map((member) => kept[member] ?? member));
}

test.each<[string, SQLiteTable, readonly string[]]>([
  ["spend_logs", spendLogs, spendLogSchema.keyof().options],
  ["ledger_entries", ledgerEntries, ledgerEntrySchema.omit({ lines: true }).keyof().options],
  ["ledger_lines", ledgerLines, ["entry_id", "sequence", ...ledgerLineSchema.keyof().options]],
])("every member of the wire has its column, and every column its member: %s", async (name, table, members) => {
  const declared = Object.values(getTableColumns(table)).map((column) => column.name);
  expect(new Set(declared)).toEqual(columnsFor(members));
  const stored = await env.SPEND_DB.prepare(`SELECT name FROM pragma_table_info('${name}')`).raw();
  expect(new Set(stored.flat())).toEqual(new Set(declared));
});

test("a spend log comes back as it was sent, to the last digit and letter", async () => {
  const full = spendLog("log_full");
  const nulls = Object.entries(spendLogSchema.shape).flatMap(([name, schema]) =>
    schema.safeParse(null).success ? [[name, null]] : [],
  );
  expect(nulls.length).toBeGreaterThan(20);
  const empty = spendLog("log_empty", {
    ...Object.fromEntries(nulls),
    streamed: false,
    metadata: {},
    attempts: [],
    flags: [],
  });
  expect(await deliver([logMessage(full), logMessage(empty)])).toEqual({ acked: 2, retried: 0 });
  expect(await readSpendLog("log_full")).toEqual(full);
  expect(await readSpendLog("log_empty")).toEqual(empty);
});

test("text that UTF-8 cannot hold does not make a row unreadable", async () => {
  const row = spendLog("log_odd", { requested_model: "a\ud800b", metadata: { key: "\udc00" } });
  expect(await deliver([logMessage(row)])).toEqual({ acked: 1, retried: 0 });
  expect((await readSpendLog("log_odd"))?.requested_model).toMatch(/^a\ufffd+b$/);
});

test.each([
  ["one delivery", true],
  ["two deliveries", false],
])("the ledger's row takes the place of a reported one, and nothing takes its own: %s", async (name, together) => {
  const id = `log_${name}`;
  const reported = spendLog(id, { reservation_id: null, total_cost_nanos: "1" });
  const settled = spendLog(id, { total_cost_nanos: "2" });
  const later = [reported, spendLog(id, { reservation_id: "another", total_cost_nanos: "3" })];
  const deliveries = together ? [[reported, settled, ...later]] : [[reported], [settled], later];
  for (const rows of deliveries) {
    // oxlint-disable-next-line no-await-in-loop -- one delivery after the other
    expect(await deliver(rows.map(logMessage))).toEqual({ acked: rows.length, retried: 0 });
  }
  expect(await readSpendLog(id)).toEqual(settled);
});

test("an amount is exact to the end of int64; one beyond is refused, not cut off", async () => {
  const bodies = [
    ledgerMessage(100, "entry_100", INT64_MAX),
    ledgerMessage(101, "entry_101", BEYOND_INT64),
    logMessage(spendLog("log_beyond", { total_cost_nanos: BEYOND_INT64 })),
    logMessage(spendLog("log_within", { total_cost_nanos: INT64_MIN })),
  ];
  expect(await deliver(bodies)).toEqual({ acked: 2, retried: 2 });
  const amounts = await env.SPEND_DB.prepare(
    `SELECT entry_id, CAST(amount_nanos AS TEXT) AS amount, CAST(balance_after_nanos AS TEXT) AS balance
     FROM ledger_lines WHERE entry_id IN ('entry_100', 'entry_101') ORDER BY line`,
  ).all();
  expect(amounts.results).toEqual([
    { entry_id: "entry_100", amount: `-${INT64_MAX}`, balance: null },
    { entry_id: "entry_100", amount: INT64_MAX, balance: INT64_MAX },
  ]);
  expect(await readSpendLog("log_beyond")).toBeNull();
  expect((await readSpendLog("log_within"))?.total_cost_nanos).toBe(INT64_MIN);
});

/** SPEND_DB, counting its transactions; `broken` ones never reach it. */
function watchedDatabase({ broken = false } = {}) {
  let calls = 0;
  const database = new Proxy(env.SPEND_DB, {
    get(target, property) {
      if (property === "prepare") return (sql: string) => target.prepare(broken ? "SELECT missing" : sql);
      if (property !== "batch") return undefined;
      return async (statements: D1PreparedStatement[]) => {
        calls += 1;
        if (broken) throw new Error("D1_ERROR: Network connection lost.");
        return target.batch(statements);
      };
    },
  });
  return { database, calls: () => calls };
}

test("a full batch is one transaction; one bad row of a hundred is found by halving", async () => {
  const good = Array.from({ length: 100 }, (_, index) => ledgerMessage(1000 + index));
  const whole = watchedDatabase();
  expect(await deliver(good, consumeLedger, whole.database)).toEqual({ acked: 100, retried: 0 });
  expect(whole.calls()).toBe(1);

  const mixed = Array.from({ length: 100 }, (_, index) =>
    index === 37 ? ledgerMessage(1000, "entry_contradiction") : ledgerMessage(2000 + index),
  );
  const halved = watchedDatabase();
  expect(await deliver(mixed, consumeLedger, halved.database)).toEqual({ acked: 99, retried: 1 });
  expect(halved.calls()).toBeLessThanOrEqual(15);
  const stored = await env.SPEND_DB.prepare("SELECT count(*) AS n FROM ledger_entries WHERE sequence >= 2000").first(
    "n",
  );
  expect(stored).toBe(99);
});

test("dead letters that a broken database does not take are told of and stay in their queue", async () => {
  const { database } = watchedDatabase({ broken: true });
  expect(await deliver([{ broken: 1 }, { broken: 2 }], consumeDeadLetters, database)).toEqual({ acked: 0, retried: 2 });
  expect(logged).toHaveBeenCalledWith(expect.stringContaining("dead_letters.not_parked"));
});

test("a database that is down is asked once for a batch, and all of it is retried", async () => {
  const { database, calls } = watchedDatabase({ broken: true });
  const bodies = Array.from({ length: 100 }, (_, index) => ledgerMessage(3000 + index));
  expect(await deliver(bodies, consumeLedger, database)).toEqual({ acked: 0, retried: 100 });
  expect(calls()).toBe(1);
  expect(logged).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("Network connection lost"));
});
