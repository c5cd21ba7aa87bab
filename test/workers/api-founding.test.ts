/** People who sign up make organizations of their own, so many and no more. */
import { expect, test } from "vitest";
import { createApi } from "../../src/api/app.ts";
import { readConfig } from "../../src/env.ts";
import { call, makeOrganization, rowsOf, textOf } from "../support/worker-api.ts";
import { callAs, makePerson, outcomeOf, sessionDeps, type Person } from "../support/worker-session.ts";

const found = (person: Person, body: unknown = { name: "Mine" }) => callAs(person, "POST /v1/organizations", { body });

test("the person owns it at once, in its currency and time zone, and it has no key", async () => {
  const person = await makePerson();
  const body = { name: "Acme", currency: "EUR", time_zone: "Europe/Berlin" };
  const made = await found(person, body);
  expect([made.status, made.body]).toMatchObject([
    201,
    { name: "Acme", currency: "EUR", owner_email: person.email, settings: { time_zone: "Europe/Berlin" } },
  ]);
  expect(JSON.stringify(made.body)).not.toContain("kt_ak");
  const session = await callAs(person, "GET /v1/session");
  expect(session.body["organizations"]).toMatchObject([
    { id: made.body["id"], member_id: made.body["member_id"], role: "owner" },
  ]);
  expect(rowsOf(await callAs(person, "GET /v1/keys"))).toEqual([]);
  const key = await callAs(person, "POST /v1/keys", { body: { name: "First", type: "gateway" } });
  expect(textOf(key.body["key"])).toMatch(/^kt_gk_/);
  const log = rowsOf(await callAs(person, "GET /v1/audit-log"));
  expect(log.map((row) => [row["action"], row["actor"]])).toEqual([
    ["key.create", made.body["member_id"]],
    ["organization.create", person.id],
  ]);
  expect((await callAs(person, "GET /v1/audit-log/verify")).body).toMatchObject({ valid: true });
  expect(rowsOf(await callAs(person, "GET /v1/unified-access/access-policies"))).toHaveLength(1);
});

test("each person makes three and no more, also with eight requests at once", async () => {
  const person = await makePerson();
  const sent = await Promise.all(Array.from({ length: 8 }, () => found(person)));
  expect(sent.filter(({ status }) => status === 201).length).toBeLessThanOrEqual(3);
  for (let tries = 0; tries < 4; tries += 1) await found(person);
  expect(outcomeOf(await found(person))).toBe("409 too_many_organizations");
  const session = await callAs(person, "GET /v1/session");
  expect(session.body).toMatchObject({ new_organizations: { allowed: 3, left: 0 } });
  expect(session.body["organizations"]).toHaveLength(3);
  expect((await found(await makePerson())).status).toBe(201);
});

test("only people found, with fields that are known", async () => {
  const { token } = await makeOrganization();
  expect(outcomeOf(await call("POST /v1/organizations", { token, body: { name: "x" } }))).toBe("403 sign_in_required");
  expect((await found(await makePerson("unverified@acme.example", false))).status).toBe(401);
  const person = await makePerson();
  for (const body of [{}, { name: "" }, { name: "x", time_zone: "Mars" }, { name: "x", owner_email: "a@b.example" }]) {
    expect((await found(person, body)).status).toBe(400);
  }
  expect((await callAs(person, "GET /v1/session")).body["organizations"]).toEqual([]);
});

test("a repeat with the same Idempotency-Key makes one", async () => {
  const person = await makePerson();
  const send = () =>
    callAs(person, "POST /v1/organizations", { body: { name: "Once" }, headers: { "idempotency-key": "once" } });
  const first = await send();
  expect((await send()).body).toEqual(first.body);
  expect((await callAs(person, "GET /v1/session")).body["organizations"]).toHaveLength(1);
});

test("it can be switched off, or limited otherwise", async () => {
  const off = createApi({ ...sessionDeps, signUpOrganizations: 0 });
  const refused = await callAs(await makePerson(), "POST /v1/organizations", { body: { name: "x" } }, off);
  expect(outcomeOf(refused)).toBe("409 sign_up_off");
  const limits = (["off", "0", "7", ""] as const).map(
    (value) => readConfig({ SIGN_UP_ORGANIZATIONS: value }).signUpOrganizations,
  );
  expect(limits).toEqual([0, 0, 7, 0]);
  expect(() => readConfig({ SIGN_UP_ORGANIZATIONS: "many" })).toThrow("SIGN_UP_ORGANIZATIONS");
});
