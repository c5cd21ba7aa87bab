/** Signed-in people call the API as members, with the capabilities of their role, from our own pages alone. */
import { beforeAll, expect, test } from "vitest";
import { allows, ROUTE_ACCESS } from "../../src/api/access-table.ts";
import { capabilitiesOfRole } from "../../src/contract/role.ts";
import { advanceClock, call, makeOrganization, rowsOf, textOf } from "../support/worker-api.ts";
import { callAs, makeMember, makePerson, makeSession, ORIGIN, type Person } from "../support/worker-session.ts";

const ROUTES = Object.entries(ROUTE_ACCESS).map(([name, access]) => ({ name, access }));

let organization: { readonly id: string; readonly token: string };

beforeAll(async () => {
  organization = await makeOrganization({ credit: "10" });
});

test("nobody is signed in without a cookie, with a forged one, or with an address that is not verified", async () => {
  expect((await callAs(null, "GET /v1/session")).status).toBe(401);
  const person = await makePerson();
  const forged = person.cookie.replace(/session_token=.{8}/, "session_token=00000000");
  expect((await callAs({ cookie: forged }, "GET /v1/session")).status).toBe(401);
  expect((await callAs(await makePerson("unverified@acme.example", false), "GET /v1/session")).status).toBe(401);
  expect((await callAs(person, "GET /v1/session")).status).toBe(200);
  const withKey = await callAs(person, "GET /v1/session", {
    headers: { authorization: `Bearer ${organization.token}` },
  });
  expect([withKey.status, withKey.body["error"]?.["code"]]).toEqual([403, "sign_in_required"]);
});

test("a session tells every organization of the person, with role, capabilities and teams", async () => {
  const person = await makeMember(organization.token, "billing_admin");
  const team = await call("POST /v1/teams", { token: organization.token, body: { name: "Research" } });
  const teamId = textOf(team.body["id"]);
  await call(`POST /v1/teams/${teamId}/members`, {
    token: organization.token,
    body: { member_id: person.memberId, role: "lead" },
  });
  advanceClock(1_000);
  const other = await makeOrganization();
  const second = await call("POST /v1/members", { token: other.token, body: { email: person.email, role: "owner" } });
  const shown = await callAs(person, "GET /v1/session");
  expect(shown.body).toEqual({
    user: { id: person.id, email: person.email, name: "Ada" },
    organization_id: organization.id,
    organizations: [
      {
        id: organization.id,
        name: expect.any(String),
        status: "active",
        member_id: person.memberId,
        role: "billing_admin",
        capabilities: ["org:billing", "org:read", "self"],
        teams: [{ id: teamId, name: "Research", role: "lead" }],
      },
      {
        id: other.id,
        name: expect.any(String),
        status: "active",
        member_id: second.body["id"],
        role: "owner",
        capabilities: ["org:admin", "org:billing", "org:read", "agents:read", "agents:write", "team:lead", "self"],
        teams: [],
      },
    ],
    platform_admin: false,
    new_organizations: { allowed: 3, left: 3 },
  });
  const chosen = { "x-keeptrusts-organization": other.id };
  expect((await callAs(person, "GET /v1/session", { headers: chosen })).body["organization_id"]).toBe(other.id);
  const loner = await callAs(await makePerson(), "GET /v1/session");
  expect([loner.body["organization_id"], loner.body["organizations"]]).toEqual([null, []]);
});

test("each role reaches the routes of its capabilities, and no other", async () => {
  for (const role of ["owner", "admin", "billing_admin", "member"] as const) {
    const person = await makeMember(organization.token, role);
    const held = new Set(capabilitiesOfRole(role));
    for (const { name, access } of ROUTES.filter(({ access: a }) => a !== "public" && a !== "signed_in")) {
      // No body and no such object: what gets through is 400 or 404.
      const { status, body } = await callAs(person, name.replaceAll(/\{\w+\}/g, "id"));
      const code = body["error"]?.["code"] ?? null;
      if (access === "any") expect([name, status]).not.toEqual([name, 401]);
      else if (allows(access, held)) expect([role, name, code]).not.toContain("capability_required");
      else expect([role, name, status, code]).toEqual([role, name, 403, "capability_required"]);
    }
  }
}, 60_000);

test("a member sees its own by session, and makes a key of its own", async () => {
  const person = await makeMember(organization.token, "member");
  expect(rowsOf(await callAs(person, "GET /v1/members")).map((row) => row["id"])).toEqual([person.memberId]);
  const made = await callAs(person, "POST /v1/keys", { body: { name: "laptop", type: "gateway" } });
  expect([made.status, made.body["member_id"]]).toEqual([201, person.memberId]);
  expect(rowsOf(await callAs(person, "GET /v1/keys")).map((row) => row["id"])).toEqual([made.body["id"]]);
  const recorded = rowsOf(await call("GET /v1/audit-log?limit=1", { token: organization.token }));
  expect(recorded[0]).toMatchObject({ action: "key.create", actor: person.memberId });
});

test("a member's changes are recorded under the member's id", async () => {
  const admin = await makeMember(organization.token, "admin");
  const made = await callAs(admin, "POST /v1/teams", { body: { name: "By a person" } });
  expect(made.status).toBe(201);
  const log = await callAs(admin, `GET /v1/audit-log?actor=${admin.memberId}`);
  expect(rowsOf(log).map((row) => [row["action"], row["object_id"]])).toEqual([["team.create", made.body["id"]]]);
});

test("the header chooses among organizations, and finds none that is not the person's", async () => {
  const other = await makeOrganization();
  const foreign = await makeOrganization();
  const person = await makeMember(organization.token, "admin");
  advanceClock(1_000);
  await call("POST /v1/members", { token: other.token, body: { email: person.email, role: "admin" } });
  const idWith = async (chosen: string) =>
    callAs(person, "GET /v1/organization", { headers: { "x-keeptrusts-organization": chosen } });
  expect((await callAs(person, "GET /v1/organization")).body["id"]).toBe(organization.id);
  expect((await idWith(other.id)).body["id"]).toBe(other.id);
  for (const chosen of [foreign.id, "org_unknown", "x"]) {
    const { status, body } = await idWith(chosen);
    expect([status, body["error"]?.["code"]]).toEqual([404, "not_found"]);
  }
  const loner = await callAs(await makePerson(), "GET /v1/organization");
  expect([loner.status, loner.body["error"]?.["code"]]).toEqual([404, "not_found"]);
  const foreignTeam = await call("POST /v1/teams", { token: foreign.token, body: { name: "Theirs" } });
  const got = await callAs(person, `GET /v1/teams/${textOf(foreignTeam.body["id"])}`);
  expect(got.status).toBe(404);
});

test("a changed role and a removal act on the very next request", async () => {
  const person = await makeMember(organization.token, "admin");
  const path = `/v1/members/${person.memberId}`;
  const create = async (name: string) => (await callAs(person, "POST /v1/teams", { body: { name } })).status;
  expect(await create("Before")).toBe(201);
  await call(`PATCH ${path}`, { token: organization.token, body: { role: "member" } });
  expect(await create("After")).toBe(403);
  expect((await callAs(person, "GET /v1/wallets/balance")).status).toBe(200);
  await call(`DELETE ${path}`, { token: organization.token });
  expect((await callAs(person, "GET /v1/wallets/balance")).status).toBe(404);
  expect((await callAs(person, "GET /v1/session")).body["organizations"]).toEqual([]);
});

test("a suspended organization is 403, and gives way to an active one unless it is chosen", async () => {
  const closed = await makeOrganization();
  const person = await makeMember(closed.token, "owner");
  await call(`PATCH /v1/admin/organizations/${closed.id}`, { body: { status: "suspended" } });
  const refused = await callAs(person, "GET /v1/organization");
  expect([refused.status, refused.body["error"]?.["code"]]).toEqual([403, "organization_suspended"]);
  await call("POST /v1/members", { token: organization.token, body: { email: person.email, role: "admin" } });
  expect((await callAs(person, "GET /v1/organization")).body["id"]).toBe(organization.id);
  const chosen = { headers: { "x-keeptrusts-organization": closed.id } };
  expect((await callAs(person, "GET /v1/organization", chosen)).status).toBe(403);
});

test("with a cookie, only our own pages change something", async () => {
  const person = await makeMember(organization.token, "admin");
  const tries: readonly (readonly [Readonly<Record<string, string>>, number])[] = [
    [{ origin: "https://evil.example" }, 403],
    [{ origin: "null" }, 403],
    [{ origin: "https://sub.edge.test" }, 403],
    [{ origin: "http://edge.test" }, 403],
    [{ origin: "" }, 403],
    [{ origin: "https://evil.example", "sec-fetch-site": "cross-site" }, 403],
    [{ origin: ORIGIN, "sec-fetch-site": "same-site" }, 403],
    [{ origin: "", "sec-fetch-site": "none" }, 403],
    [{ origin: ORIGIN }, 201],
    [{ origin: "", "sec-fetch-site": "same-origin" }, 201],
  ];
  for (const [index, [headers, status]] of tries.entries()) {
    const body = { name: `Team ${index}` };
    const reply = await callAs(person, "POST /v1/teams", { headers, body });
    expect([headers, reply.status]).toEqual([headers, status]);
    if (status === 403) expect(reply.body["error"]?.["code"]).toBe("cross_origin");
    expect(reply.headers.has("access-control-allow-credentials")).toBe(false);
  }
  for (const name of ["PATCH /v1/organization", `DELETE /v1/members/${person.memberId}`, "PUT /v1/wallets/settings"]) {
    const reply = await callAs(person, name, { headers: { origin: "https://evil.example" }, body: {} });
    expect([name, reply.status]).toEqual([name, 403]);
  }
  expect((await callAs(person, "GET /v1/organization", { headers: { origin: "https://evil.example" } })).status).toBe(
    200,
  );
});

test("beside a key the cookie is ignored, whatever the key is worth", async () => {
  const owner = await makeMember(organization.token, "owner");
  const key = await call("POST /v1/keys", {
    token: organization.token,
    body: { name: "k", type: "access", capabilities: [] },
  });
  for (const [value, status] of [
    [textOf(key.body["key"]), 403],
    ["kt_ak_unknown", 401],
  ] as const) {
    for (const headers of [{ authorization: `Bearer ${value}` }, { "x-api-key": value }]) {
      expect((await callAs(owner, "GET /v1/organization", { headers })).status).toBe(status);
    }
  }
  const basic = { headers: { authorization: "Basic YTpi" } };
  expect((await callAs(owner, "GET /v1/organization", basic)).status).toBe(401);
  // A key needs no origin.
  const elsewhere = { authorization: `Bearer ${organization.token}`, origin: "https://evil.example" };
  expect((await callAs(owner, "POST /v1/teams", { headers: elsewhere, body: { name: "By key" } })).status).toBe(201);
});

test("an Idempotency-Key holds for the member, and its answer for the session", async () => {
  const person = await makeMember(organization.token, "owner");
  const again = async (who: Pick<Person, "cookie">) =>
    callAs(who, "POST /v1/keys", {
      headers: { "idempotency-key": "make-one" },
      body: { name: "Mine", type: "gateway", member_id: person.memberId },
    });
  const first = await again(person);
  expect(first.status).toBe(201);
  const repeat = await again(person);
  expect(repeat.headers.get("idempotency-replayed")).toBe("true");
  expect(repeat.body).toEqual(first.body);
  const elsewhere = await again({ cookie: await makeSession(person.id) });
  expect([elsewhere.status, elsewhere.body["error"]?.["code"]]).toEqual([409, "idempotency_answer_sealed"]);
  const another = await again(await makeMember(organization.token, "owner"));
  expect([another.status, another.body["id"] === first.body["id"]]).toEqual([201, false]);
});

test("a member sees the own wallets and what they may use", async () => {
  const person = await makeMember(organization.token, "member");
  await call("POST /v1/wallets/allocate", {
    token: organization.token,
    body: { user_id: person.memberId, amount: "2" },
  });
  const balance = await callAs(person, "GET /v1/wallets/balance");
  expect([balance.status, balance.body["effective_scope"]]).toEqual([200, "user"]);
  const models = await callAs(person, "GET /v1/unified-access/models");
  expect(models.status).toBe(200);
  expect((await callAs(person, "GET /v1/spend/logs")).body["data"]).toEqual([]);
});
