/** Whatever is done to the stored records, verification tells where. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { createApi } from "../../src/api/app.ts";
import { CHAIN_START } from "../../src/core/audit-chain.ts";
import { hashRow, type AuditRow } from "../../src/platform/audit-record.ts";
import { NO_FILTER } from "../../src/contract/audit.ts";
import { listRecordsAfter } from "../../src/platform/d1/audit-log.ts";
import { auditLog } from "../../src/platform/d1/control-schema.ts";
import { call, deps, makeOrganization, send, textOf, type Json } from "../support/worker-api.ts";
import { and, eq } from "drizzle-orm";

let id: string;
let token: string;
/** Six records, the newest of which the organization's object has seen; so it has of every other. */
beforeEach(async () => {
  ({ id, token } = await makeOrganization());
  for (const name of ["A", "B", "C", "D", "E"]) await call("POST /v1/teams", { token, body: { name } });
});

async function verify(query = ""): Promise<Json> {
  const reply = await call(`GET /v1/audit-log/verify?${query}`, { token });
  expect(reply.status).toBe(200);
  return reply.body;
}

const sql = (text: string, ...values: unknown[]) =>
  env.CONTROL_DB.prepare(text)
    .bind(...values)
    .run();

const rows = (): Promise<AuditRow[]> => listRecordsAfter(deps.db, id, NO_FILTER, { afterSequence: 0, limit: 100 });

/** As a forger who knows how it is done: every hash from a record on is made to fit. */
async function rechain(from: number): Promise<void> {
  let last = CHAIN_START;
  for (const row of await rows()) {
    const next = { ...row, previousHash: row.sequence < from ? row.previousHash : last.hash };
    const hash = row.sequence < from ? row.hash : await hashRow(next);
    await deps.db
      .update(auditLog)
      .set({ previousHash: next.previousHash, hash })
      .where(and(eq(auditLog.organizationId, id), eq(auditLog.sequence, row.sequence)));
    last = { sequence: row.sequence, hash };
  }
}

const faultOf = (body: Json) => body["first_fault"];

describe("a whole chain", () => {
  test("is valid, and its head is told", async () => {
    const body = await verify();
    const newest = (await rows()).at(-1);
    expect(body).toMatchObject({
      organization_id: id,
      valid: true,
      first_fault: null,
      checked_through_sequence: 6,
      next_after_sequence: null,
      anchors_checked: 5,
      head: { sequence: 6, hash: newest?.hash },
    });
  });

  test("is checked in portions", async () => {
    const first = await verify("limit=4");
    expect(first).toMatchObject({ valid: true, checked_through_sequence: 4, next_after_sequence: 4 });
    const second = await verify("limit=4&after_sequence=4");
    expect(second).toMatchObject({ valid: true, checked_through_sequence: 6, next_after_sequence: null });
    await sql("UPDATE audit_log SET actor = 'key_nobody' WHERE organization_id = ? AND sequence = 5", id);
    expect(faultOf(await verify("limit=4"))).toBeNull();
    expect(faultOf(await verify("limit=4&after_sequence=4"))).toEqual({ sequence: 5, check: "hash" });
    expect(faultOf(await verify("after_sequence=40"))).toMatchObject({ sequence: 40, check: "gap" });
  });

  test("also when it is empty", async () => {
    await sql("DELETE FROM audit_log WHERE organization_id = 'platform'");
    const { body } = await call("GET /v1/admin/audit-log/verify");
    expect(body).toMatchObject({ valid: true, head: null, checked_through_sequence: 0 });
  });

  test("is verified without the object's memory when that does not answer", async () => {
    const alone = createApi({
      ...deps,
      organization: (organizationId) => ({
        ...deps.organization(organizationId),
        auditAnchors: async () => ({ outcome: "refused", failure: { kind: "wallet_unavailable" } }),
      }),
    });
    const response = await send("GET /v1/audit-log/verify", { token }, alone);
    expect(await response.json()).toMatchObject({ valid: true, anchors_checked: null });
  });
});

test("what cannot be read of the chain never keeps the object from reading its records", async () => {
  const logged = vi.spyOn(console, "error").mockReturnValue();
  await sql("ALTER TABLE audit_log RENAME TO hidden_audit_log");
  await sql("UPDATE organizations SET name = 'Renamed', directory_version = directory_version + 1 WHERE id = ?", id);
  const refreshed = await deps.organization(id).auditAnchors({ afterSequence: 0, limit: 10 });
  await deps.organization(id).refreshDirectory();
  await sql("ALTER TABLE hidden_audit_log RENAME TO audit_log");
  expect(logged.mock.calls.flat().join("\n")).toContain("organization.audit_head_unread");
  logged.mockRestore();
  expect(await deps.organization(id).auditAnchors({ afterSequence: 0, limit: 10 })).toEqual(refreshed);
  expect(await verify()).toMatchObject({ valid: true, anchors_checked: 5 });
});

describe("tampering shows", () => {
  test.each([
    ["actor", "actor = 'key_nobody'"],
    ["action", "action = 'team.delete'"],
    ["object", "object_id = 'team_other'"],
    ["time", "created_at_ms = created_at_ms + 1"],
    ["time that is none", "created_at_ms = 9000000000000000"],
    ["request", "request_id = NULL"],
    ["source", "source_id = 'entry_x'"],
    ["content", "after_json = replace(after_json, '\"B\"', '\"Z\"')"],
    ["content that is no JSON", "after_json = '{'"],
    ["beginning", "before_json = '{}'"],
    ["hash", "hash = replace(hash, substr(hash, 1, 1), 'g')"],
  ])("in an edited %s", async (_name, change) => {
    await sql(`UPDATE audit_log SET ${change} WHERE organization_id = ? AND sequence = 3`, id);
    expect(await verify()).toMatchObject({ valid: false, first_fault: { sequence: 3, check: "hash" } });
    expect((await call("GET /v1/audit-log", { token })).status).toBe(200);
  });

  test("in an edited record whose own hash was made to fit", async () => {
    await sql("UPDATE audit_log SET actor = 'key_nobody' WHERE organization_id = ? AND sequence = 3", id);
    const row = (await rows())[2];
    if (row === undefined) throw new Error("no record");
    await sql("UPDATE audit_log SET hash = ? WHERE organization_id = ? AND sequence = 3", await hashRow(row), id);
    expect(faultOf(await verify())).toMatchObject({ sequence: 3, check: "anchor" });
    const foreign = await call(`GET /v1/admin/audit-log/verify?organization_id=${id}&limit=2&after_sequence=3`);
    expect(foreign.body).toMatchObject({ first_fault: { sequence: 4, check: "previous_hash" } });
  });

  test("in a record that is deleted in the middle, or first", async () => {
    await sql("DELETE FROM audit_log WHERE organization_id = ? AND sequence = 4", id);
    expect(faultOf(await verify())).toEqual({ sequence: 4, check: "gap" });
    await sql("DELETE FROM audit_log WHERE organization_id = ? AND sequence = 1", id);
    expect(faultOf(await verify())).toEqual({ sequence: 1, check: "gap" });
  });

  test("in a deleted record that the following ones close up", async () => {
    await sql("DELETE FROM audit_log WHERE organization_id = ? AND sequence = 3", id);
    for (const sequence of [4, 5, 6]) {
      await sql(
        "UPDATE audit_log SET sequence = ? WHERE organization_id = ? AND sequence = ?",
        sequence - 1,
        id,
        sequence,
      );
    }
    expect(faultOf(await verify())).toEqual({ sequence: 3, check: "previous_hash" });
  });

  test("in records that change places", async () => {
    for (const [from, to] of [
      [3, 1_000],
      [4, 3],
      [1_000, 4],
    ]) {
      await sql("UPDATE audit_log SET sequence = ? WHERE organization_id = ? AND sequence = ?", to, id, from);
    }
    expect(faultOf(await verify())).toEqual({ sequence: 3, check: "previous_hash" });
  });

  test("in a record that is put in between", async () => {
    for (const sequence of [6, 5, 4]) {
      await sql(
        "UPDATE audit_log SET sequence = ? WHERE organization_id = ? AND sequence = ?",
        sequence + 1,
        id,
        sequence,
      );
    }
    const before = (await rows())[2];
    if (before === undefined) throw new Error("no record");
    const forged = { ...before, sequence: 4, actor: "key_nobody", previousHash: before.hash };
    await deps.db.insert(auditLog).values({ ...forged, hash: await hashRow(forged) });
    expect(faultOf(await verify())).toMatchObject({ sequence: 4, check: "anchor" });
    await sql("UPDATE audit_log SET hash = ? WHERE organization_id = ? AND sequence = 4", "0".repeat(64), id);
    expect(faultOf(await verify())).toEqual({ sequence: 4, check: "hash" });
  });

  test("in a chain that was written anew from some record on", async () => {
    const { head } = await verify();
    await sql("UPDATE audit_log SET actor = 'key_nobody' WHERE organization_id = ? AND sequence = 3", id);
    await rechain(3);
    expect(await verify()).toMatchObject({ valid: false, first_fault: { sequence: 3, check: "anchor" } });
    const kept = `head=6:${textOf(head?.["hash"])}`;
    expect(faultOf(await verify(`after_sequence=6&${kept}`))).toEqual({ sequence: 6, check: "head" });
    // What comes later does not cover it up.
    await call("POST /v1/teams", { token, body: { name: "F" } });
    expect(faultOf(await verify())).toMatchObject({ sequence: 3, check: "anchor" });
  });

  test("in a chain whose end is cut off, by what the object has seen", async () => {
    await sql("DELETE FROM audit_log WHERE organization_id = ? AND sequence > 4", id);
    expect(await verify()).toMatchObject({
      valid: false,
      first_fault: { sequence: 5, check: "anchor" },
      head: { sequence: 4 },
    });
  });

  test("in a chain whose end is cut off, by a head that was kept", async () => {
    for (const rate of ["0.91", "0.92", "0.93"]) await call("PUT /v1/admin/exchange-rates", { body: { EUR: rate } });
    const { head } = (await call("GET /v1/admin/audit-log/verify")).body;
    const sequence = Number(head?.["sequence"]);
    const kept = `head=${sequence}:${textOf(head?.["hash"])}`;
    expect((await call(`GET /v1/admin/audit-log/verify?${kept}`)).body).toMatchObject({ valid: true });
    await sql("DELETE FROM audit_log WHERE organization_id = 'platform' AND sequence = ?", sequence);
    expect((await call("GET /v1/admin/audit-log/verify")).body).toMatchObject({ valid: true });
    expect(faultOf((await call(`GET /v1/admin/audit-log/verify?${kept}`)).body)).toEqual({ sequence, check: "head" });
    const cut = await call("GET /v1/admin/audit-log/verify?head=x");
    expect([cut.status, cut.body["error"]?.["param"]]).toEqual([400, "head"]);
  });
});
