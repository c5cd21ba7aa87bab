/** Whether the books agree, and the first place where they do not. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { copyLedger } from "../../src/platform/d1/ledger-copy.ts";
import { call, makeOrganization, rowsOf, textOf, type Json } from "../support/worker-api.ts";
import { delivered } from "../support/worker-main.ts";
import { stubOf } from "../support/worker-organization.ts";

const USAGE = { prompt_tokens: 1_000, completion_tokens: 500, total_tokens: 1_500 };

let id: string;
let token: string;

/** An organization with a team, three settled requests and one that runs, all of it in the copy. */
beforeEach(async () => {
  ({ id, token } = await makeOrganization({ credit: "10" }));
  const team = await call("POST /v1/teams", { token, body: { name: "T" } });
  await call("POST /v1/wallets/allocate", { token, body: { team_id: textOf(team.body["id"]), amount: "4" } });
  for (const request of ["one", "two", "three", "running"]) {
    const body = {
      request_id: request,
      provider: "openai",
      model: "gpt-5-mini",
      input_tokens: 1_000,
      max_output_tokens: 1_000,
      request_sha256: "ab".repeat(32),
    };
    const reserved = await call("POST /v1/gateway/wallets/reserve", { token, body });
    if (request === "running") break;
    const settle = { reservation_id: textOf(reserved.body["reservation_id"]), usage: USAGE };
    expect((await call("POST /v1/gateway/wallets/settle", { token, body: settle })).status).toBe(200);
  }
  const own = () => delivered.filter(({ entry, spend_log: log }) => (entry ?? log)?.organization_id === id);
  await expect.poll(() => new Set(own().map(({ entry }) => entry?.sequence)).size, { timeout: 10_000 }).toBe(5);
  await copyLedger(env.SPEND_DB, own());
  await expect.poll(async () => (await check()).body["unshipped_messages"], { timeout: 10_000 }).toBe(0);
});

const check = () => call("GET /v1/reconciliation", { token });

describe("sound books", () => {
  test("agree, for the organization and for the platform admin", async () => {
    const own = await check();
    expect(own.body).toMatchObject({
      organization_id: id,
      currency: "USD",
      balance: "9.99625",
      last_sequence: 5,
      copied_sequence: 5,
      archived_through_sequence: 0,
      unshipped_messages: 0,
      spent: [{ currency: "USD", by_ledger: "0.00375", by_spend_log: "0.00375" }],
      first_difference: null,
    });
    expect(Number(own.body["held"])).toBeGreaterThan(0);
    const admin = await call(`GET /v1/admin/reconciliation?organization_id=${id}`);
    expect(admin.body).toEqual({ data: [own.body], has_more: false, next_cursor: null });
    const all = await call("GET /v1/admin/reconciliation?limit=1");
    expect(rowsOf(all)).toHaveLength(1);
    expect((await call("GET /v1/admin/reconciliation?organization_id=org_no")).status).toBe(404);
  });

  test("are read entry by entry, from both sides, and so are the spend logs", async () => {
    const read = async (source: string): Promise<Json[]> => {
      const first = await call(`GET /v1/admin/ledger/entries?organization_id=${id}&source=${source}&limit=3`);
      const cursor = textOf(first.body["next_cursor"]);
      const path = `/v1/admin/ledger/entries?organization_id=${id}&source=${source}&limit=3&cursor=${cursor}`;
      const next = await call(`GET ${path}`);
      expect(next.body["next_cursor"]).toBeNull();
      return [...rowsOf(first), ...rowsOf(next)];
    };
    const entries = await read("object");
    expect(entries.map((entry) => entry["sequence"])).toEqual([1, 2, 3, 4, 5]);
    expect(entries[0]).toMatchObject({ type: "credit", lines: [{ account: "external", amount: "-10.00" }, {}] });
    expect(await read("copy")).toEqual(entries);
    const logs = await call(`GET /v1/admin/spend/logs?organization_id=${id}`);
    expect(logs.body).toEqual((await call("GET /v1/spend/logs", { token })).body);
    const books = await call(`GET /v1/admin/ledger?organization_id=${id}`);
    expect(books.body).toMatchObject({ last_sequence: 5, archived: [], unshipped_messages: 0 });
  });
});

describe("damage in the copy is found", () => {
  const LINE = "entry_id = (SELECT id FROM ledger_entries WHERE organization_id = ?1 AND sequence = 3)";
  test.each([
    [
      "a changed amount",
      [`UPDATE ledger_lines SET amount_nanos = amount_nanos - 1 WHERE line = 0 AND ${LINE}`],
      "unbalanced_entry",
      3,
    ],
    [
      "a changed balance",
      [`UPDATE ledger_lines SET balance_after_nanos = balance_after_nanos + 1 WHERE line = 0 AND ${LINE}`],
      "balance_after",
      3,
    ],
    [
      "a missing entry",
      [
        `DELETE FROM ledger_lines WHERE ${LINE}`,
        "DELETE FROM ledger_entries WHERE organization_id = ?1 AND sequence = 3",
      ],
      "gap",
      3,
    ],
    ["missing lines", [`DELETE FROM ledger_lines WHERE ${LINE}`], "unbalanced_entry", 3],
    ["a missing row", ["DELETE FROM spend_logs WHERE organization_id = ?1 AND request_id = 'two'"], "spend_log", null],
    [
      "a changed cost",
      [
        "UPDATE spend_logs SET total_cost_nanos = total_cost_nanos + 1 WHERE organization_id = ?1 AND request_id = 'two'",
      ],
      "spend_log",
      null,
    ],
    [
      "an extra entry",
      [
        "INSERT INTO ledger_entries (id, organization_id, sequence, type, currency, actor, flags_json, created_at_ms) VALUES ('ent_extra_' || ?1, ?1, 6, 'credit', 'USD', 'x', '[]', 0)",
        "INSERT INTO ledger_lines (entry_id, line, sequence, account, amount_nanos) VALUES ('ent_extra_' || ?1, 0, 6, 'external', -1), ('ent_extra_' || ?1, 1, 6, 'usage', 1)",
      ],
      "copy",
      6,
    ],
    [
      "a missing end",
      [
        "DELETE FROM ledger_lines WHERE entry_id = (SELECT id FROM ledger_entries WHERE organization_id = ?1 AND sequence = 5)",
        "DELETE FROM ledger_entries WHERE organization_id = ?1 AND sequence = 5",
      ],
      "copy",
      5,
    ],
  ] as const)("%s", async (_name, damages, name, sequence) => {
    for (const damage of damages) await env.SPEND_DB.prepare(damage).bind(id).run();
    const { body } = await check();
    expect(body["first_difference"]).toMatchObject({ organization_id: id, check: name, sequence });
  });
});

test.each([
  ["a balance", "UPDATE wallet SET balance_nanos = balance_nanos + 1 WHERE scope = 'team'", "wallet_balance"],
  ["a hold", "UPDATE wallet SET held_nanos = held_nanos + 1 WHERE scope = 'organization'", "held"],
])("damage in the object is found: %s", async (_name, damage, name) => {
  const stub = stubOf(id);
  await runInDurableObject(stub, (_instance, { storage }) => {
    storage.sql.exec(damage);
  });
  // Its memory of rows is as old as the damage.
  await runInDurableObject(stub, (_instance, state) => {
    state.abort("start again");
  }).catch(() => undefined);
  const { body } = await check();
  expect(body["first_difference"]).toMatchObject({ check: name, sequence: null });
});
