/** What a member and a team's lead see and do, and what of others they do not. */
import { env } from "cloudflare:workers";
import { and, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { capabilitiesOf, ROUTE_ACCESS } from "../../src/api/access-table.ts";
import { visibleSpend } from "../../src/api/visible-rows.ts";
import { ownSight } from "../../src/core/visibility.ts";
import { spendLogs } from "../../src/platform/d1/spend-schema.ts";
import { advanceClock, call, deps, rowsOf, textOf, type Json, type Reply } from "../support/worker-api.ts";
import { idsOf, makePeople, type People, type Person } from "../support/worker-people.ts";

let people: People;
beforeAll(async () => {
  people = await makePeople();
  // A range ends before now.
  advanceClock(1_000);
});

const ROUTES = Object.entries(ROUTE_ACCESS).map(([name, access]) => ({ name, access }));

/** The path with what is Eve's in it. */
function withIdsOfEve(name: string): string {
  const { eve, teamWalletIds } = people;
  const ids: Readonly<Record<string, string | undefined>> = {
    members: eve.memberId,
    teams: eve.teamId,
    keys: eve.gatewayKeyId,
    wallets: teamWalletIds[eve.teamId],
    notifications: eve.notificationId,
    "spend/logs": eve.spendLogId,
    events: eve.eventId,
    "oauth/grants": eve.grantId,
  };
  const collection = Object.keys(ids).find((path) => name.includes(`/v1/${path}/{`)) ?? "";
  return name
    .replace("{id}", ids[collection] ?? "some_id")
    .replace("{member_id}", eve.memberId)
    .replaceAll(/\{\w+\}/g, "1");
}

function bodyOf(name: string): unknown {
  if (name === "POST /v1/teams/{id}/members") return { member_id: people.eve.memberId };
  if (name === "POST /v1/keys") return { name: "k", type: "gateway", member_id: people.eve.memberId };
  return name.startsWith("GET") || name.startsWith("DELETE") ? undefined : {};
}

/** Nothing in the answer names Eve, except what was sent. */
function expectNothingOfEve(sent: string, reply: Reply): void {
  const { token: _token, name: _name, ...ids } = people.eve;
  const secrets = [...Object.values(ids), people.teamWalletIds[people.eve.teamId], "eve@acme.example", "model-eve"];
  const text = JSON.stringify(reply.body);
  for (const secret of secrets)
    if (secret !== undefined && !sent.includes(secret)) expect(text, sent).not.toContain(secret);
}

/** Everything that could have been changed. */
async function snapshot(): Promise<unknown> {
  const { token, eve } = people;
  const paths = ["members", "teams", `teams/${eve.teamId}/members`, "keys", "wallets", "reservations", "spend/logs"];
  const replies = await Promise.all(paths.map((path) => call(`GET /v1/${path}`, { token })));
  // That a key was used is all that its asking changes.
  return replies.map((reply) => rowsOf(reply).map(({ last_used_at: _lastUsedAt, ...row }) => row));
}

/** What is asked of all routes that need no key's capability. */
const ANY_KEY: Readonly<Record<string, number>> = {
  "GET /v1/wallets/balance": 200,
  "GET /v1/spend/logs": 200,
  "GET /v1/spend/logs/{id}": 404,
  "GET /v1/gateways/{id}/config": 403,
  "GET /v1/gateways/{id}/config/versions": 403,
  "GET /v1/gateways/{id}/config/versions/{version}": 403,
};

function expectedStatus(name: string, access: (typeof ROUTES)[number]["access"]): number | null {
  if (access === "public") return null;
  if (access === "any") return ANY_KEY[name] ?? null;
  const isOwn = capabilitiesOf(access).some((capability) => capability === "self" || capability === "team:lead");
  if (!isOwn || name === "POST /v1/keys") return 403;
  return name.includes("{id}") ? 404 : 200;
}

describe.each(["bob", "ada"] as const)("%s", (name) => {
  test("gets nothing of Eve's from any route, and changes nothing", async () => {
    const before = await snapshot();
    const { token } = people[name];
    const seen: [string, number][] = [];
    const expected: [string, number][] = [];
    for (const route of ROUTES) {
      const status = expectedStatus(route.name, route.access);
      if (status === null) continue;
      const path = withIdsOfEve(route.name);
      const reply = await call(path, { token, body: bodyOf(route.name) });
      expectNothingOfEve(path, reply);
      seen.push([route.name, reply.status]);
      expected.push([route.name, status]);
    }
    expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(expected));
    expect(seen.length).toBeGreaterThan(100);
    expect(await snapshot()).toEqual(before);
  });

  test("finds nothing by filters for Eve", async () => {
    const { token } = people[name];
    const { eve, token: admin } = people;
    for (const query of [`user_id=${eve.memberId}`, `team_id=${eve.teamId}`, "model=model-eve"]) {
      for (const list of ["spend/logs", "events"]) {
        const path = `GET /v1/${list}?${query}`;
        expect([path, rowsOf(await call(path, { token })), rowsOf(await call(path, { token: admin })).length]).toEqual([
          path,
          [],
          1,
        ]);
      }
      const file = await call(`GET /v1/spend/export?${query}`, { token });
      expect(textOf(file.body["file"]).trimEnd().split("\r\n")).toHaveLength(1);
    }
    const after = await call(`GET /v1/spend/export?after=${eve.spendLogId}`, { token });
    expect(textOf(after.body["file"]).trimEnd().split("\r\n")).toHaveLength(1);
    for (const query of [`user_id=${eve.memberId}`, `team_id=${eve.teamId}`]) {
      expect((await call(`GET /v1/wallets/balance?${query}`, { token })).status).toBe(403);
      expect((await call(`GET /v1/unified-access/budgets/effective?${query}`, { token })).status).toBe(403);
    }
    for (const query of ["agent_id=a", "gateway_id=g", `key_id=${eve.gatewayKeyId}`]) {
      expect((await call(`GET /v1/unified-access/budgets/effective?${query}`, { token })).status).toBe(403);
    }
  });
});

const list = async (person: Person, path: string) => idsOf(await call(`GET /v1/${path}`, { token: person.token }));

test("a member sees its own", async () => {
  const { bob, organizationId } = people;
  const { token } = bob;
  expect((await call("GET /v1/organization", { token })).body).toEqual({
    id: organizationId,
    name: "Acme",
    status: "active",
    currency: "USD",
    time_zone: "UTC",
  });
  expect(await list(bob, "spend/logs")).toEqual([bob.spendLogId]);
  expect(await list(bob, "events")).toEqual([bob.eventId]);
  expect(await list(bob, "reservations")).toEqual([bob.reservationId]);
  expect(await list(bob, "notifications")).toEqual([bob.notificationId]);
  expect((await list(bob, "wallets")).toSorted()).toEqual([bob.walletId, bob.seatWalletId].toSorted());
  expect((await list(bob, "keys")).toSorted()).toEqual([bob.accessKeyId, bob.gatewayKeyId].toSorted());
  expect(await list(bob, "teams")).toEqual([bob.teamId]);
  expect(await list(bob, "members")).toEqual([bob.memberId]);
  for (const path of [
    `members/${bob.memberId}`,
    `members/${bob.memberId}/seat`,
    `teams/${bob.teamId}`,
    `wallets/${bob.walletId}/transactions`,
    `spend/logs/${bob.spendLogId}`,
    `events/${bob.eventId}`,
    `keys/${bob.gatewayKeyId}`,
    `wallets/balance?team_id=${bob.teamId}`,
  ]) {
    expect([path, (await call(`GET /v1/${path}`, { token })).status]).toEqual([path, 200]);
  }
  for (const path of [
    `members/${people.ada.memberId}`,
    `members/${people.ada.memberId}/seat`,
    `wallets/${people.teamWalletIds[bob.teamId]}/transactions`,
    `spend/logs/${people.ada.spendLogId}`,
    `keys/${people.ada.gatewayKeyId}`,
  ]) {
    expect([path, (await call(`GET /v1/${path}`, { token })).status]).toEqual([path, 404]);
  }
  expect((await call(`GET /v1/teams/${bob.teamId}/members`, { token })).status).toBe(403);
});

test("a lead sees what its team spends, and of its members' money and events nothing", async () => {
  const { ada, bob } = people;
  const teamWalletId = textOf(people.teamWalletIds[ada.teamId]);
  expect((await list(ada, "spend/logs")).toSorted()).toEqual([ada.spendLogId, bob.spendLogId].toSorted());
  expect((await list(ada, "reservations")).toSorted()).toEqual([ada.reservationId, bob.reservationId].toSorted());
  expect((await list(ada, "wallets")).toSorted()).toEqual([ada.walletId, ada.seatWalletId, teamWalletId].toSorted());
  expect(await list(ada, `wallets/${teamWalletId}/transactions`)).toHaveLength(1);
  expect((await list(ada, "members")).toSorted()).toEqual([ada.memberId, bob.memberId].toSorted());
  expect(await list(ada, "events")).toEqual([ada.eventId]);
  expect(await list(ada, "notifications")).toEqual([ada.notificationId]);
  expect(await list(ada, "keys")).not.toContain(bob.gatewayKeyId);
  for (const path of [
    `wallets/${bob.walletId}/transactions`,
    `members/${bob.memberId}/seat`,
    `events/${bob.eventId}`,
  ]) {
    expect([path, (await call(`GET /v1/${path}`, { token: ada.token })).status]).toEqual([path, 404]);
  }
});

test("a key for model traffic shows no team's rows, whoever leads it", async () => {
  const { ada, token } = people;
  const body = { name: "sdk", type: "gateway", member_id: ada.memberId };
  const made = await call("POST /v1/keys", { token, body });
  const reply = await call("GET /v1/spend/logs", { token: textOf(made.body["key"]) });
  expect(idsOf(reply)).toEqual([ada.spendLogId]);
  await call(`DELETE /v1/keys/${textOf(made.body["id"])}`, { token });
});

test.each(["provider", "model", "team", "user", "key", "agent", "day", "hour"])(
  "the summary by %s is the sum of the rows that are seen",
  async (groupBy) => {
    const summaryOf = async (person: Person): Promise<Json> =>
      (await call(`GET /v1/spend/summary?group_by=${groupBy}`, { token: person.token })).body;
    const bobs = await summaryOf(people.bob);
    expect(bobs).toMatchObject({ total_cost: "0.02", requests: 1, rest: null });
    const adas = await summaryOf(people.ada);
    expect(adas).toMatchObject({ total_cost: "0.12", requests: 2, top_provider: "openai" });
    const evesModels = JSON.stringify([bobs, adas]);
    for (const secret of [people.eve.memberId, people.eve.teamId, "model-eve"])
      expect(evesModels).not.toContain(secret);
  },
);

test("pages of reservations go on where they ended, and count nobody else's", async () => {
  const { ada } = people;
  const first = await call("GET /v1/reservations?limit=1", { token: ada.token });
  expect(first.body).toMatchObject({ has_more: true, next_cursor: idsOf(first)[0] });
  const second = await call(`GET /v1/reservations?limit=1&cursor=${textOf(first.body["next_cursor"])}`, {
    token: ada.token,
  });
  expect(second.body).toMatchObject({ has_more: false, next_cursor: null });
  expect([...idsOf(first), ...idsOf(second)].toSorted()).toEqual(
    [ada.reservationId, people.bob.reservationId].toSorted(),
  );
  const foreign = await call(`GET /v1/reservations?cursor=${people.eve.reservationId}`, { token: ada.token });
  expect(idsOf(foreign)).toHaveLength(2);
});

test("the budgets that stand for a member are its own, and a lead's team's", async () => {
  const { ada, bob, eve, token } = people;
  for (const [name, scope] of [
    ["Bob", { type: "user", id: bob.memberId }],
    ["Eve", { type: "user", id: eve.memberId }],
    ["Team", { type: "team", id: bob.teamId }],
  ] as const) {
    const body = { name, scope, windows: { monthly: "10" } };
    expect((await call("POST /v1/unified-access/budgets", { token, body })).status).toBe(201);
  }
  const namesFor = async (person: Person, query = "") => {
    const reply = await call(`GET /v1/unified-access/budgets/effective${query}`, { token: person.token });
    const windows: unknown = reply.body["windows"];
    const rows: readonly Json[] = Array.isArray(windows) ? windows : [];
    return rows.map((row) => textOf(row["name"])).toSorted();
  };
  expect(await namesFor(bob)).toEqual(["Bob"]);
  expect(await namesFor(bob, `?team_id=${bob.teamId}`)).toEqual(["Bob", "Team"]);
  expect(await namesFor(ada, `?team_id=${ada.teamId}`)).toEqual(["Team"]);
});

test("a lead adds and removes members of the own team, and makes no leads", async () => {
  const { ada, bob, eve, token } = people;
  const path = `/v1/teams/${ada.teamId}/members`;
  const asAda = (name: string, body?: unknown) => call(name, { token: ada.token, body });
  expect(rowsOf(await asAda(`GET ${path}`))).toHaveLength(2);
  expect((await asAda(`POST ${path}`, { member_id: eve.memberId, role: "lead" })).status).toBe(403);
  expect((await asAda(`POST ${path}`, { member_id: ada.memberId, role: "member" })).status).toBe(403);
  expect((await asAda(`DELETE ${path}/${ada.memberId}`)).status).toBe(403);
  expect((await asAda(`POST ${path}`, { member_id: eve.memberId })).status).toBe(201);
  const recorded = await call(`GET /v1/audit-log?limit=1`, { token });
  expect(rowsOf(recorded)[0]).toMatchObject({ action: "team_member.create", actor: ada.accessKeyId });
  expect((await asAda(`DELETE ${path}/${eve.memberId}`)).status).toBe(200);
  expect((await call(`DELETE ${path}/${ada.memberId}`, { token: bob.token })).status).toBe(403);
  expect((await asAda(`POST /v1/wallets/allocate`, { team_id: ada.teamId, amount: "1" })).status).toBe(403);
  expect(rowsOf(await call(`GET ${path}`, { token }))).toHaveLength(2);
});

test("a lead that steps down loses them at once", async () => {
  const { ada, bob, token } = people;
  await call(`POST /v1/teams/${ada.teamId}/members`, { token, body: { member_id: ada.memberId, role: "member" } });
  expect((await call(`GET /v1/teams/${ada.teamId}/members`, { token: ada.token })).status).toBe(403);
  expect(await list(ada, "spend/logs")).toEqual([ada.spendLogId]);
  await call(`POST /v1/teams/${ada.teamId}/members`, { token, body: { member_id: ada.memberId, role: "lead" } });
  expect(await list(ada, "spend/logs")).toContain(bob.spendLogId);
});

test("sums of a caller's own rows read no others", async () => {
  const { bob, organizationId } = people;
  const sight = ownSight({ id: bob.accessKeyId, memberId: bob.memberId, serviceUserId: null, teamId: null }, [
    { teamId: bob.teamId, role: "lead" },
  ]);
  const { sql: text, params } = deps.spendDb
    .select({ id: spendLogs.id })
    .from(spendLogs)
    .where(and(sql`+organization_id = ${organizationId}`, visibleSpend(sight, organizationId)))
    .toSQL();
  const plan = await env.SPEND_DB.prepare(`EXPLAIN QUERY PLAN ${text}`)
    .bind(...params)
    .all<{ detail: string }>();
  const used = plan.results.map(({ detail }) => /INDEX (spend_logs_\w+)/.exec(detail)?.[1] ?? null);
  expect(used.filter((index) => index !== null)).toEqual([
    "spend_logs_by_key",
    "spend_logs_by_user",
    "spend_logs_by_team",
  ]);
});
