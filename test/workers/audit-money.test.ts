/** Movements of money in the audit log: each exactly once, however the queue delivers them. */
import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import type { LedgerEntryRow, LedgerMessage } from "../../src/contract/ledger-message.ts";
import { consumeLedger } from "../../src/queue/ledger-consumer.ts";
import { recordMoney } from "../../src/queue/money-audit.ts";
import { consume } from "../support/worker-audit-log.ts";
import { call, deps, makeOrganization, rowsOf } from "../support/worker-api.ts";

const logged = vi.spyOn(console, "error").mockReturnValue();
afterEach(() => {
  logged.mockClear();
});

function message(organizationId: string, sequence: number, changes: Partial<LedgerEntryRow> = {}): LedgerMessage {
  return {
    entry: {
      id: `entry_${organizationId}_${sequence}`,
      organization_id: organizationId,
      sequence,
      type: "credit",
      currency: "USD",
      reservation_id: null,
      request_id: null,
      actor: "key_billing",
      note: "invoice 4711",
      flags: [],
      created_at_ms: deps.nowMs(),
      lines: [
        { line: 0, account: "external", amount_nanos: "-1500000000", balance_after_nanos: null },
        { line: 1, account: "wallet:wal_org", amount_nanos: "1500000000", balance_after_nanos: "4000000000" },
      ],
      ...changes,
    },
    spend_log: null,
  };
}

const moneyOf = async (organizationId: string) =>
  rowsOf(await call(`GET /v1/admin/audit-log?object_type=wallet&limit=200&organization_id=${organizationId}`));

const isWhole = async (organizationId: string) =>
  (await call(`GET /v1/admin/audit-log/verify?organization_id=${organizationId}`)).body["valid"];

test("a credit tells who, how much, why, and the balance before and after", async () => {
  const { id } = await makeOrganization();
  const credit = message(id, 1);
  await consume([credit]);
  expect(await moneyOf(id)).toMatchObject([
    {
      actor: "key_billing",
      action: "wallet.credit",
      object_id: "wal_org",
      request_id: null,
      source_id: credit.entry?.id,
      created_at: new Date(credit.entry?.created_at_ms ?? 0).toISOString(),
      before: { balances: { wal_org: "2.50" } },
      after: { balances: { wal_org: "4.00" }, amount: "1.50", currency: "USD", note: "invoice 4711" },
    },
  ]);
});

test("an allocation and a reclaim name the wallet that they are for, and both balances", async () => {
  const { id } = await makeOrganization();
  const line = (account: string, amount: string, after: string) => ({
    account: `wallet:${account}`,
    amount_nanos: `${amount}000000000`,
    balance_after_nanos: `${after}000000000`,
  });
  const allocated = [
    { line: 0, ...line("wal_org", "-3", "7") },
    { line: 1, ...line("wal_team", "3", "3") },
  ];
  const reclaimed = [
    { line: 0, ...line("wal_team", "-1", "2") },
    { line: 1, ...line("wal_org", "1", "8") },
  ];
  await consume([
    message(id, 1, { type: "allocate", lines: allocated }),
    message(id, 2, { type: "reclaim", lines: reclaimed }),
  ]);
  expect(await moneyOf(id)).toMatchObject([
    {
      action: "wallet.reclaim",
      object_id: "wal_team",
      before: { balances: { wal_team: "3.00", wal_org: "7.00" } },
      after: { amount: "1.00", balances: { wal_team: "2.00", wal_org: "8.00" } },
    },
    { action: "wallet.allocate", object_id: "wal_team", after: { amount: "3.00" } },
  ]);
});

test("what nobody asked for is no action: settlements and the months of seats", async () => {
  const { id } = await makeOrganization();
  const types = ["settle", "seat_grant", "seat_expiry"];
  await consume(types.map((type, index) => message(id, index + 1, { type })));
  expect(await moneyOf(id)).toEqual([]);
});

test("repeats, other orders and two consumers at once record each once", async () => {
  const [a, b] = [await makeOrganization(), await makeOrganization()];
  const messages = Array.from({ length: 20 }, (_, index) => message(index % 2 === 0 ? a.id : b.id, index + 1));
  await Promise.all([
    consume(messages),
    consume(messages.toReversed()),
    consume([...messages.slice(5), ...messages.slice(0, 9)]),
    ...["A", "B", "C", "D"].map((name) => call("POST /v1/teams", { token: a.token, body: { name } })),
  ]);
  await consume(messages);
  for (const { id } of [a, b]) {
    const sources = (await moneyOf(id)).map((record) => record["source_id"]);
    expect(sources).toHaveLength(10);
    expect(new Set(sources).size).toBe(10);
    expect(await isWhole(id)).toBe(true);
  }
});

test("a message whose record cannot be written comes again, others go on", async () => {
  const { id } = await makeOrganization();
  const settled = message(id, 1, { type: "settle" });
  const credit = message(id, 2);
  const batch = createMessageBatch(
    "keeptrusts-ledger",
    [settled, credit].map((body, index) => ({ id: `m${index}`, timestamp: new Date(), attempts: 1, body })),
  );
  await consumeLedger(batch, env, deps.nowMs(), null, null, async (entries) => {
    if (entries.some(({ type }) => type === "credit")) throw new Error("CONTROL_DB is down");
  });
  const result = await getQueueResult(batch, createExecutionContext());
  expect(result.explicitAcks).toEqual(["m0"]);
  expect(result.retryMessages.map(({ msgId }) => msgId)).toEqual(["m1"]);
  const copied = await env.SPEND_DB.prepare("SELECT id FROM ledger_entries WHERE organization_id = ?").bind(id).all();
  expect(copied.results.map((row) => row["id"])).toEqual([settled.entry?.id]);
  await consume([credit]);
  expect(await moneyOf(id)).toHaveLength(1);
});

test("a record that is there already is not looked for twice in vain", async () => {
  const { id } = await makeOrganization();
  const entry = message(id, 1).entry;
  if (entry === null) throw new Error("no entry");
  await recordMoney(deps.db, [entry, entry]);
  await recordMoney(deps.db, [entry]);
  expect(await moneyOf(id)).toHaveLength(1);
});
