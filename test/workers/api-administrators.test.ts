/** The platform role of people: claimed once with the deployment's secret, then given and taken by those who have it. */
import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { createApi } from "../../src/api/app.ts";
import { ADMIN_TOKEN, advanceClock, call, makeOrganization, rowsOf, textOf } from "../support/worker-api.ts";
import { callAs, makeMember, makePerson, outcomeOf, sessionDeps, type Person } from "../support/worker-session.ts";

beforeEach(async () => {
  await env.CONTROL_DB.prepare("DELETE FROM platform_administrators").run();
});

const MINUTE_MS = 60_000;
const claim = (person: Person, token = ADMIN_TOKEN) => callAs(person, "POST /v1/platform/claim", { body: { token } });

test("the first person with the secret gets the role, and no second one", async () => {
  const [first, second] = [await makePerson(), await makePerson()];
  expect(outcomeOf(await callAs(first, "GET /v1/admin/organizations"))).toBe("403 capability_required");
  const claimed = await claim(first);
  expect([claimed.status, claimed.body]).toEqual([
    201,
    { user_id: first.id, email: first.email, name: "Ada", created_at: expect.any(String) },
  ]);
  expect((await callAs(first, "GET /v1/session")).body["platform_admin"]).toBe(true);
  expect((await callAs(second, "GET /v1/session")).body["platform_admin"]).toBe(false);
  expect(outcomeOf(await claim(second))).toBe("409 platform_claimed");
  expect(outcomeOf(await claim(first))).toBe("409 platform_claimed");
  expect((await callAs(second, "GET /v1/admin/organizations")).status).toBe(403);
});

test("of eight claims at once one wins", async () => {
  const people = await Promise.all(Array.from({ length: 8 }, () => makePerson()));
  const answers = await Promise.all(people.map((person) => claim(person)));
  expect(answers.map(outcomeOf).toSorted()).toEqual(["201", ...Array<string>(7).fill("409 platform_claimed")]);
  const rows = await env.CONTROL_DB.prepare("SELECT user_id FROM platform_administrators").all();
  expect(rows.results).toHaveLength(1);
});

test("wrong secrets are refused, five in a quarter of an hour; then even the right one waits", async () => {
  const person = await makePerson();
  const guesses = await Promise.all(Array.from({ length: 8 }, (_, index) => claim(person, `guess-${index}`)));
  expect(guesses.map(outcomeOf).toSorted()).toEqual([
    ...Array<string>(5).fill("400 wrong_token"),
    ...Array<string>(3).fill("429 too_many_attempts"),
  ]);
  const waiting = await claim(person);
  expect(outcomeOf(waiting)).toBe("429 too_many_attempts");
  expect(Number(waiting.headers.get("retry-after"))).toBeGreaterThan(0);
  // Another person is not kept from it.
  expect(outcomeOf(await claim(await makePerson(), "wrong"))).toBe("400 wrong_token");
  advanceClock(15 * MINUTE_MS);
  expect((await claim(person)).status).toBe(201);
});

test("only verified people claim, never a key", async () => {
  const { token } = await makeOrganization();
  expect((await claim(await makePerson("unverified@acme.example", false))).status).toBe(401);
  for (const key of [token, ADMIN_TOKEN]) {
    const reply = await call("POST /v1/platform/claim", { token: key, body: { token: ADMIN_TOKEN } });
    expect(outcomeOf(reply)).toBe("403 sign_in_required");
  }
});

test("a session with the role reaches the routes of the platform, under the person's id", async () => {
  const person = await makePerson();
  await claim(person);
  const made = await callAs(person, "POST /v1/admin/organizations", { body: { name: "By hand" } });
  expect(made.status).toBe(201);
  const log = await callAs(person, `GET /v1/admin/audit-log?organization_id=${textOf(made.body["id"])}`);
  expect(rowsOf(log).map((row) => [row["action"], row["actor"]])).toEqual([["organization.create", person.id]]);
  // Its own organizations it reaches as their member alone.
  expect((await callAs(person, "GET /v1/organization")).status).toBe(404);
  const foreign = { headers: { origin: "https://evil.example" }, body: { name: "x" } };
  expect(outcomeOf(await callAs(person, "POST /v1/admin/organizations", foreign))).toBe("403 cross_origin");
});

test("the role is given by address, listed, and taken on the next request; each is in the platform's chain", async () => {
  const [first, second] = [await makePerson(), await makeMember((await makeOrganization()).token, "member")];
  await claim(first);
  const give = (email: string) => callAs(first, "POST /v1/admin/administrators", { body: { email } });
  expect(outcomeOf(await give("nobody@acme.example"))).toBe("400 not_found");
  await makePerson("new@acme.example", false);
  expect(outcomeOf(await give("new@acme.example"))).toBe("400 not_found");
  expect((await give(second.email.toUpperCase())).status).toBe(201);
  expect(outcomeOf(await give(second.email))).toBe("409 already_administrator");
  const listed = rowsOf(await callAs(second, "GET /v1/admin/administrators")).map((row) => row["user_id"]);
  expect(listed).toEqual([first.id, second.id].toSorted());
  expect((await callAs(second, `DELETE /v1/admin/administrators/${first.id}`)).status).toBe(200);
  expect((await callAs(first, "GET /v1/admin/administrators")).status).toBe(403);
  expect(outcomeOf(await callAs(second, `DELETE /v1/admin/administrators/${first.id}`))).toBe("404 not_found");
  expect(outcomeOf(await callAs(second, `DELETE /v1/admin/administrators/${second.id}`))).toBe(
    "409 last_administrator",
  );
  const log = rowsOf(await call("GET /v1/admin/audit-log?limit=3")).map((row) => [row["action"], row["actor"]]);
  expect(log).toEqual([
    ["platform_administrator.delete", second.id],
    ["platform_administrator.create", first.id],
    ["platform_administrator.claim", first.id],
  ]);
  expect(await call("GET /v1/admin/audit-log/verify")).toMatchObject({ status: 200, body: { valid: true } });
});

test("two that take each other's role at once leave one", async () => {
  const [first, second] = [await makePerson(), await makePerson()];
  await claim(first);
  await callAs(first, "POST /v1/admin/administrators", { body: { email: second.email } });
  const answers = await Promise.all([
    callAs(first, `DELETE /v1/admin/administrators/${second.id}`),
    callAs(second, `DELETE /v1/admin/administrators/${first.id}`),
  ]);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  const left = await env.CONTROL_DB.prepare("SELECT user_id FROM platform_administrators").all();
  expect(left.results).toHaveLength(1);
});

test("a deployment without the secret has nothing to claim with", async () => {
  const bare = createApi({ ...sessionDeps, platformAdminToken: "" });
  const person = await makePerson();
  const outcomes: string[] = [];
  for (const token of ["", "undefined", ADMIN_TOKEN]) {
    outcomes.push(outcomeOf(await callAs(person, "POST /v1/platform/claim", { body: { token } }, bare)));
  }
  expect(outcomes).toEqual(["400 invalid_value", "400 wrong_token", "400 wrong_token"]);
});
