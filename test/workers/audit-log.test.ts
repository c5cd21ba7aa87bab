/** Reading the audit log: what is in it, in which order, and who may see it. */
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { createApi } from "../../src/api/app.ts";
import { AuditTrail, ChainMoved, decideOnTrail } from "../../src/api/audit-trail.ts";
import { ok } from "../../src/core/failure.ts";
import { openControlDatabase } from "../../src/platform/d1/database.ts";
import { countRecords } from "../support/worker-audit-log.ts";
import { advanceClock, call, deps, errors, makeOrganization, rowsOf, send, textOf } from "../support/worker-api.ts";

async function makeTeam(token: string, name: string): Promise<string> {
  return textOf((await call("POST /v1/teams", { token, body: { name } })).body["id"]);
}

async function fileOf(name: string, options: Parameters<typeof send>[1] = {}): Promise<string> {
  return new TextDecoder().decode(await (await send(name, options)).arrayBuffer());
}

async function recordsOf(token: string, query = "") {
  return rowsOf(await call(`GET /v1/audit-log?limit=200${query}`, { token }));
}

/** CONTROL_DB that does something before it tells the head of a chain. */
function beforeReadingHeads(work: () => Promise<void>): D1Database {
  const waiting = (statement: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(statement, {
      get: (target, property) => {
        if (property === "bind") return (...values: unknown[]) => waiting(target.bind(...values));
        return async () => {
          await work();
          return property === "raw" ? target.raw() : target.all();
        };
      },
    });
  return new Proxy(env.CONTROL_DB, {
    get: (target, property) => {
      if (property === "batch") return target.batch.bind(target);
      return (text: string) =>
        text.includes('from "audit_log"') ? waiting(target.prepare(text)) : target.prepare(text);
    },
  });
}

describe("a record", () => {
  test("of something new has all of it, of a change what changed, of the end what was there", async () => {
    const { token } = await makeOrganization();
    const id = await makeTeam(token, "Blue");
    await call(`PATCH /v1/teams/${id}`, { token, body: { name: "Red" } });
    await call(`PATCH /v1/teams/${id}`, { token, body: { name: "Red" } });
    await call(`DELETE /v1/teams/${id}`, { token });
    const [gone, same, changed, made, first] = await recordsOf(token);
    expect(first).toMatchObject({ sequence: 1, action: "organization.create", actor: "platform_admin" });
    expect(made).toMatchObject({ action: "team.create", before: null, after: { id, name: "Blue", tags: [] } });
    expect(changed).toMatchObject({ action: "team.update", object_type: "team", object_id: id });
    expect([changed?.["before"], changed?.["after"]]).toEqual([{ name: "Blue" }, { name: "Red" }]);
    expect([same?.["before"], same?.["after"]]).toEqual([{}, {}]);
    expect(gone).toMatchObject({ action: "team.delete", before: { id, name: "Red", member_ids: [] }, after: null });
  });

  test("of an owner's end names the keys that went with it", async () => {
    const { token } = await makeOrganization();
    const member = await call("POST /v1/members", { token, body: { email: "ada@acme.example" } });
    const memberId = textOf(member.body["id"]);
    const key = await call("POST /v1/keys", { token, body: { name: "Ada's", type: "gateway", member_id: memberId } });
    await call(`DELETE /v1/members/${memberId}`, { token });
    const [gone] = await recordsOf(token);
    expect(gone?.["before"]).toMatchObject({ email: "ada@acme.example", key_ids: [key.body["id"]] });
  });

  test("of a price has every period that changed", async () => {
    const body = {
      provider: "openai",
      model: "audited-model",
      input_price_per_million: "1",
      output_price_per_million: "2",
      max_output_tokens: 1_000,
      context_window: 10_000,
      endpoints: ["openai.chat"],
    };
    const first = textOf((await call("POST /v1/admin/model-pricing", { body })).body["id"]);
    advanceClock(1_000);
    const next = textOf(
      (await call("POST /v1/admin/model-pricing", { body: { ...body, input_price_per_million: "3" } })).body["id"],
    );
    const [record] = rowsOf(await call("GET /v1/admin/audit-log"));
    expect(record).toMatchObject({
      organization_id: "platform",
      action: "price.create",
      object_id: next,
      before: { [first]: { effective_to: null } },
      after: { [first]: { effective_to: expect.any(String) }, [next]: { input_price_per_million: "3.00" } },
    });
  });
});

describe("a change and its record", () => {
  test("are saved together or not at all", async () => {
    const { token } = await makeOrganization();
    const hide = (from: string, to: string) => env.CONTROL_DB.prepare(`ALTER TABLE ${from} RENAME TO ${to}`).run();
    // Opened, read, and then it cannot be written: the insert fails, and with it the change.
    await env.CONTROL_DB.prepare(
      "CREATE TRIGGER refuse_records BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'no room'); END",
    ).run();
    expect((await call("POST /v1/teams", { token, body: { name: "Lost" } })).status).toBe(500);
    await env.CONTROL_DB.prepare("DROP TRIGGER refuse_records").run();
    expect(rowsOf(await call("GET /v1/teams", { token }))).toEqual([]);

    await hide("teams", "hidden_teams");
    const before = await countRecords();
    expect((await call("POST /v1/teams", { token, body: { name: "Lost" } })).status).toBe(500);
    await hide("hidden_teams", "teams");
    expect(await countRecords()).toBe(before);
    errors.splice(0);
  });

  test("a change that contradicts another leaves no record", async () => {
    const { token } = await makeOrganization();
    await makeTeam(token, "Blue");
    const before = await countRecords();
    expect((await call("POST /v1/teams", { token, body: { name: "Blue" } })).status).toBe(409);
    expect(await countRecords()).toBe(before);
  });

  test("thirty at once are all saved, one after the other in the chain", async () => {
    const { token } = await makeOrganization();
    const names = Array.from({ length: 30 }, (_, index) => `Team ${index}`);
    const made = await Promise.all(names.map((name) => call("POST /v1/teams", { token, body: { name } })));
    expect(new Set(made.map(({ status }) => status))).toEqual(new Set([201]));
    const records = await recordsOf(token);
    expect(records.map((record) => record["sequence"])).toEqual(Array.from({ length: 31 }, (_, index) => 31 - index));
    expect((await call("GET /v1/audit-log/verify", { token })).body).toMatchObject({ valid: true });
  });

  test("what a record says was before is what the record before it left", async () => {
    const { token } = await makeOrganization();
    const id = await makeTeam(token, "Start");
    const change = (body: object) => call(`PATCH /v1/teams/${id}`, { token, body });
    await Promise.all([
      ...["A", "B", "C", "D"].map((name) => change({ name })),
      ...["x", "y", "z"].map((tag) => change({ tags: [`team:${tag}`] })),
    ]);
    const records = (await recordsOf(token, "&object_type=team")).toReversed();
    expect(records).toHaveLength(8);
    const state = {};
    for (const record of records) {
      expect(state).toMatchObject(record["before"] ?? {});
      Object.assign(state, record["after"]);
    }
    expect((await call(`GET /v1/teams/${id}`, { token })).body).toEqual(state);
  });

  test("a change that comes while the chain's head is read is seen by what is decided after it", async () => {
    const { token } = await makeOrganization();
    const id = await makeTeam(token, "Start");
    let others = 1;
    const overtake = async (): Promise<void> => {
      if (others-- > 0) await call(`PATCH /v1/teams/${id}`, { token, body: { name: "Other" } });
    };
    const overtaken = createApi({ ...deps, db: openControlDatabase(beforeReadingHeads(overtake)) });
    await send(`PATCH /v1/teams/${id}`, { token, body: { name: "Mine" } }, overtaken);
    const [mine, other] = await recordsOf(token, "&action=team.update");
    expect(other).toMatchObject({ before: { name: "Start" }, after: { name: "Other" } });
    expect(mine).toMatchObject({ before: { name: "Other" }, after: { name: "Mine" } });
  });

  test("who is never first is told to try again, and nothing was changed", async () => {
    let attempts = 0;
    const answer = await decideOnTrail(new AuditTrail(deps, { actor: "key_x", requestId: "req_x" }), async () => {
      attempts += 1;
      throw new ChainMoved();
    });
    expect(attempts).toBe(20);
    expect(answer).toMatchObject({ ok: false, failure: { code: "concurrent_change", retryAfterSeconds: 1 } });
    const passed = await decideOnTrail(new AuditTrail(deps, { actor: "key_x", requestId: "req_x" }), async () => ok(1));
    expect(passed).toEqual(ok(1));
  });
});

describe("the list", () => {
  test("is in pages, newest first", async () => {
    const { token } = await makeOrganization();
    for (const name of ["A", "B", "C", "D"]) await makeTeam(token, name);
    const first = await call("GET /v1/audit-log?limit=2", { token });
    const second = await call(`GET /v1/audit-log?limit=2&cursor=${textOf(first.body["next_cursor"])}`, { token });
    const last = await call(`GET /v1/audit-log?limit=2&cursor=${textOf(second.body["next_cursor"])}`, { token });
    const sequences = [first, second, last].map((page) => rowsOf(page).map((row) => row["sequence"]));
    expect(sequences).toEqual([[5, 4], [3, 2], [1]]);
    expect(last.body).toMatchObject({ has_more: false, next_cursor: null });
  });

  test("is filtered by who, what, of which object, and when", async () => {
    const { id: organizationId, token } = await makeOrganization();
    const teamId = await makeTeam(token, "A");
    advanceClock(60_000);
    const laterMs = deps.nowMs();
    await call(`PATCH /v1/admin/organizations/${organizationId}`, { body: { name: "Renamed" } });
    await call(`PATCH /v1/teams/${teamId}`, { token, body: { name: "B" } });
    const found = async (query: string) => (await recordsOf(token, `&${query}`)).map((record) => record["action"]);
    const later = new Date(laterMs).toISOString();
    expect(await found("actor=platform_admin")).toEqual(["organization.update", "organization.create"]);
    expect(await found("action=team.update")).toEqual(["team.update"]);
    expect(await found(`object_type=team&object_id=${teamId}`)).toEqual(["team.update", "team.create"]);
    expect(await found(`from=${later}`)).toEqual(["team.update", "organization.update"]);
    expect(await found(`to=${later}`)).toEqual(["team.create", "organization.create"]);
    expect(await found(`from=${later}&actor=platform_admin`)).toEqual(["organization.update"]);
    for (const bad of ["action=team.destroy", "from=yesterday", "cursor=x", "limit=201", "nome=x"]) {
      const refused = await call(`GET /v1/audit-log?${bad}`, { token });
      expect([refused.status, refused.body["error"]?.["param"]]).toEqual([400, bad.split("=")[0]]);
    }
  });

  test("belongs to its organization, and to the platform", async () => {
    const [mine, theirs] = [await makeOrganization(), await makeOrganization()];
    const teamId = await makeTeam(mine.token, "Secret plans");
    for (const path of ["audit-log", "audit-log/export"]) {
      const seen = await fileOf(`GET /v1/${path}`, { token: theirs.token });
      expect(seen).not.toContain("Secret plans");
      expect(seen).not.toContain(teamId);
      const named = await call(`GET /v1/${path}?organization_id=${mine.id}`, { token: theirs.token });
      expect([named.status, named.body["error"]?.["param"]]).toEqual([400, "organization_id"]);
      expect((await call(`GET /v1/admin/${path}`, { token: mine.token })).status).toBe(403);
      expect((await call(`GET /v1/admin/${path}?organization_id=org_nobody`)).status).toBe(404);
      const all = await fileOf(`GET /v1/admin/${path}?organization_id=${mine.id}`);
      expect(all).toContain("Secret plans");
    }
    const gateway = await call("POST /v1/keys", { token: mine.token, body: { name: "G", type: "gateway" } });
    const refused = await call("GET /v1/audit-log", { token: textOf(gateway.body["key"]) });
    expect([refused.status, refused.body["error"]?.["code"]]).toEqual([403, "capability_required"]);
  });

  test("cannot be changed by anybody", async () => {
    const { token } = await makeOrganization();
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      for (const path of ["/v1/audit-log", "/v1/admin/audit-log", "/v1/audit-log/export"]) {
        expect((await send(`${method} ${path}`, { token, body: {} })).status, `${method} ${path}`).toBe(405);
      }
    }
  });
});

describe("the export", () => {
  test("has every record as it is hashed, oldest first", async () => {
    const { token } = await makeOrganization();
    for (const name of ["A", "B", 'C, "c"\n=1+1']) await makeTeam(token, name.replace("\n", " "));
    const file = await send("GET /v1/audit-log/export", { token });
    expect([file.status, file.headers.get("content-type")]).toEqual([200, "application/x-ndjson; charset=utf-8"]);
    const lines = new TextDecoder()
      .decode(await file.arrayBuffer())
      .trimEnd()
      .split("\n");
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual((await recordsOf(token)).toReversed());
    for (const line of lines) {
      const { hash }: { hash: string } = JSON.parse(line);
      const digest = await crypto.subtle.digest("SHA-256", Buffer.from(line.replace(`"hash":"${hash}",`, "")));
      expect(Buffer.from(digest).toString("hex")).toBe(hash);
    }

    const csv = await send("GET /v1/audit-log/export?format=csv", { token });
    expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const [header, ...rows] = (await csv.text()).trimEnd().split("\r\n");
    expect(header).toBe(
      "organization_id,sequence,created_at,actor,action,object_type,object_id,request_id,source_id,before,after,previous_hash,hash",
    );
    expect(rows).toHaveLength(4);
    expect(rows[3]).toContain(',"{""created_at"":');
    expect(rows[3]).toContain(String.raw`""name"":""C, \""c\"" =1+1""`);
  });

  test("is bounded, goes on after a record, and is filtered", async () => {
    const { token } = await makeOrganization();
    for (const name of ["A", "B", "C"]) await makeTeam(token, name);
    const sequences = async (query: string) =>
      (await fileOf(`GET /v1/audit-log/export?${query}`, { token }))
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => Number(/"sequence":(\d+)/.exec(line)?.[1]));
    expect(await sequences("limit=2")).toEqual([1, 2]);
    expect(await sequences("limit=2&after_sequence=2")).toEqual([3, 4]);
    expect(await sequences("after_sequence=4")).toEqual([]);
    expect(await sequences("action=team.create")).toEqual([2, 3, 4]);
    expect((await send("GET /v1/audit-log/export?limit=10001", { token })).status).toBe(400);
    expect((await send("GET /v1/audit-log/export?format=xml", { token })).status).toBe(400);
  });

  test("is sent page by page", async () => {
    const { id, token } = await makeOrganization();
    const record =
      "SELECT organization_id, sequence, created_at_ms, actor, action, object_type, object_id, request_id, source_id,";
    await env.CONTROL_DB.prepare(
      `WITH RECURSIVE number(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM number WHERE n < 601)
       INSERT INTO audit_log SELECT organization_id, n, created_at_ms, actor, action, object_type, object_id, request_id, NULL,
       before_json, after_json, previous_hash, hash FROM (${record} before_json, after_json, previous_hash, hash FROM audit_log
       WHERE organization_id = ?1 AND sequence = 1), number`,
    )
      .bind(id)
      .run();
    const text = await fileOf("GET /v1/audit-log/export?limit=600", { token });
    const sequences = text
      .trimEnd()
      .split("\n")
      .map((line) => /"sequence":(\d+)/.exec(line)?.[1]);
    expect(sequences).toEqual(Array.from({ length: 600 }, (_, index) => String(index + 1)));
  });
});

test("nothing failed unseen", () => {
  expect(errors).toEqual([]);
});
