/** The sign-in against those who guess, flood and listen, and what the audit log tells of it. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { advanceClock, call, errors, mails, makeOrganization, rowsOf, textOf } from "../support/worker-api.ts";
import {
  cookieOf,
  newNetwork,
  ORIGIN,
  pages,
  PASSWORD,
  settle,
  signUp,
  submit,
  visit,
} from "../support/worker-sign-in.ts";

const HOUR_MS = 3_600_000;
let organization: Awaited<ReturnType<typeof makeOrganization>>;

beforeAll(async () => {
  organization = await makeOrganization();
});

async function makeMember(email: string): Promise<string> {
  const made = await call("POST /v1/members", { token: organization.token, body: { email } });
  await settle();
  return textOf(made.body["id"]);
}

/** What the audit log has of a member since it was made, oldest first. */
async function actionsOf(memberId: string): Promise<unknown[]> {
  await settle();
  const records = rowsOf(await call(`GET /v1/audit-log?object_id=${memberId}`, { token: organization.token }));
  return records.map(({ action }) => action).toReversed();
}

test("nothing of the library is reachable but what pages need", async () => {
  const cookie = await signUp("lib@acme.example");
  const paths = ["/get-session", "/list-sessions", "/error", "/ok", "/verify-email", "/reset-password/x?callbackURL=/"];
  for (const path of paths) expect((await visit(`/api/auth${path}`, { cookie })).status).toBe(404);
  for (const path of ["/sign-in/email", "/update-user", "/change-email", "/delete-user", "/sign-up/email/", "/"]) {
    const answer = await submit(`/api/auth${path}`, {}, { cookie });
    expect(answer.status).toBe(404);
  }
});

test("what scripts ask about passkeys is for pages of this origin, with small bodies", async () => {
  const base = "/api/auth/passkey";
  const cookie = await signUp("keys@acme.example");
  expect((await visit(`${base}/generate-register-options`)).status).toBe(401);
  const foreign = { cookie, headers: { "sec-fetch-site": "cross-site" } };
  expect((await visit(`${base}/generate-register-options`, foreign)).status).toBe(403);
  const options = await visit(`${base}/generate-register-options`, { cookie });
  expect(await options.json()).toMatchObject({ rp: { id: "edge.test" }, user: { name: "keys@acme.example" } });
  const send = async (body: object) => {
    const headers = { "content-type": "application/json", origin: ORIGIN, cookie };
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    return (await pages.fetch(new Request(`${ORIGIN}${base}/verify-registration`, init))).status;
  };
  expect(await send({ response: {}, name: "x".repeat(101) })).toBe(400);
  expect(await send({ response: {}, name: "x".repeat(70_000) })).toBe(413);
  expect((await visit(`${base}/list-user-passkeys`, { cookie })).status).toBe(404);
});

test("a sign-up and a forgotten password answer the same, and mail after the answer, whoever has an account", async () => {
  await signUp("known@acme.example");
  mails.splice(0);
  for (const [path, fields] of [
    ["/sign-up", { name: "N", password: PASSWORD }],
    ["/reset-password", {}],
  ] as const) {
    const answers = [];
    for (const email of ["known@acme.example", "new@acme.example"]) {
      const answer = await submit(path, { ...fields, email });
      const html = (await answer.text()).replaceAll(/nonce="\w+"/g, "");
      answers.push([answer.status, html, answer.headers.getSetCookie()]);
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(mails).toEqual([]);
  }
  await settle();
  expect(mails.map(({ to, subject }) => `${to}: ${subject}`).toSorted()).toEqual([
    "known@acme.example: Choose a new password",
    "known@acme.example: You have an account",
    "new@acme.example: Choose a new password",
    "new@acme.example: Verify your address",
  ]);
  expect(errors).toEqual([]);
});

test("guesses are counted for the account wherever they come from, and the log tells of the first and the last", async () => {
  const email = "guessed@acme.example";
  const id = await makeMember(email);
  await signUp(email);
  const guess = (password: string) => submit("/sign-in", { email: ` ${email.toUpperCase()}`, password });
  const statuses = await Promise.all(
    Array.from({ length: 12 }, async (_, index) => (await guess(`a wrong guess ${index}`)).status),
  );
  expect(statuses.filter((status) => status === 401).length).toBe(10);
  const refused = await guess(PASSWORD);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "900"]);
  expect(await refused.text()).toContain("Too many attempts. Try again in 15 minutes.");
  const actions = await actionsOf(id);
  expect(actions.filter((action) => action === "member.fail_sign_in").length).toBe(2);
  advanceClock(HOUR_MS);
  expect((await guess(PASSWORD)).status).toBe(303);
  expect((await guess("one more wrong guess")).status).toBe(401);
});

test("an address is mailed three times an hour at most, whoever asks", async () => {
  mails.splice(0);
  const ask = async () => (await submit("/reset-password", { email: "flooded@acme.example" })).status;
  expect([await ask(), await ask(), await ask(), await ask()]).toEqual([200, 200, 200, 429]);
  const ip = newNetwork();
  const statuses = [];
  for (let index = 0; index < 6; index++) {
    const fields = { name: "N", email: `flood-${index}@acme.example`, password: PASSWORD };
    statuses.push((await submit("/sign-up", fields, { ip })).status);
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  await settle();
});

test("a link verifies the address that it was sent to, and no other", async () => {
  await submit("/sign-up", { name: "N", email: "one@acme.example", password: PASSWORD });
  await submit("/sign-up", { name: "N", email: "two@acme.example", password: PASSWORD });
  await settle();
  const token = /token=([^&\s]+)/.exec(mails.findLast(({ to }) => to === "one@acme.example")?.text ?? "")?.[1] ?? "";
  expect((await submit("/sign-in", { email: "two@acme.example", password: PASSWORD, token })).status).toBe(403);
  const { results } = await env.CONTROL_DB.prepare(
    "SELECT email FROM users WHERE email_verified = 1 AND email LIKE '%@acme.example' AND email < 'u' AND email > 'o'",
  ).all();
  expect(results).toEqual([]);
  expect((await submit("/sign-in", { email: "one@acme.example", password: PASSWORD, token })).status).toBe(303);
});

test("what a person does at the sign-in is in the log of the organization, without secrets", async () => {
  const email = "story@acme.example";
  const id = await makeMember(email);
  const cookie = await signUp(email);
  await submit("/sign-out", {}, { cookie });
  await settle();
  const other = cookieOf(await submit("/sign-in", { email, password: PASSWORD }));
  await env.CONTROL_DB.prepare(
    `INSERT INTO passkeys (id, user_id, credential_id, public_key, counter, device_type, backed_up)
      SELECT 'stolen', id, 'stolen', 'key', 0, 'singleDevice', 0 FROM users WHERE email = ?`,
  )
    .bind(email)
    .run();
  await submit("/reset-password", { email });
  await settle();
  const token = /token=([^&\s]+)/.exec(mails.at(-1)?.text ?? "")?.[1] ?? "";
  const password = "another horse battery";
  expect((await submit("/reset-password", { token, password })).headers.get("location")).toBe("/sign-in");
  expect((await visit("/account", { cookie: other })).status).toBe(303);
  expect((await env.CONTROL_DB.prepare("SELECT id FROM passkeys").all()).results).toEqual([]);
  expect(await actionsOf(id)).toEqual([
    "member.create",
    "member.send_invitation",
    "member.sign_up",
    "member.sign_in",
    "member.accept_invitation",
    "member.sign_out",
    "member.sign_in",
    "member.reset_password",
  ]);
  const { results } = await env.CONTROL_DB.prepare("SELECT * FROM audit_log WHERE object_id = ?").bind(id).all();
  const stored = JSON.stringify(results);
  for (const secret of [PASSWORD, password, token, cookie.split("=")[1] ?? "?"]) expect(stored).not.toContain(secret);
  const [record] = rowsOf(await call("GET /v1/audit-log?action=member.sign_up", { token: organization.token }));
  expect(record).toMatchObject({ actor: "unknown", after: { user_agent: "Browser/1.0" } });
});

test("people see and end their sessions, and nobody else's", async () => {
  const email = "sessions@acme.example";
  const id = await makeMember(email);
  const mine = await signUp(email);
  const phone = cookieOf(
    await submit("/sign-in", { email, password: PASSWORD }, { headers: { "user-agent": "<b>Phone</b>" } }),
  );
  const stranger = await signUp("stranger@acme.example");
  const shown = await (await visit("/account", { cookie: mine })).text();
  expect(shown).toContain("&lt;b&gt;Phone&lt;/b&gt;");
  const phoneId = /name="session" value="((?!others)[^"]+)"/.exec(shown)?.[1] ?? "";
  await submit("/account/sessions", { session: phoneId }, { cookie: stranger });
  expect((await visit("/account", { cookie: phone })).status).toBe(200);
  const forged = { headers: { origin: "https://evil.example" }, cookie: mine };
  expect((await submit("/account/sessions", { session: phoneId }, forged)).status).toBe(403);
  expect((await submit("/account/sessions", { session: phoneId }, { cookie: mine })).status).toBe(303);
  expect((await visit("/account", { cookie: phone })).headers.get("location")).toBe("/sign-in?return_to=%2Faccount");
  expect((await visit("/account", { cookie: mine })).status).toBe(200);
  expect(await actionsOf(id)).toContain("member.revoke_session");
});

test("a new password needs the one of now and ends the other sessions; a name is the account's", async () => {
  const email = "changes@acme.example";
  const id = await makeMember(email);
  const mine = await signUp(email);
  const phone = cookieOf(await submit("/sign-in", { email, password: PASSWORD }));
  const change = (now: string) =>
    submit("/account/password", { current_password: now, new_password: "a brand new password" }, { cookie: mine });
  expect((await change("not the password")).status).toBe(400);
  const short = { current_password: PASSWORD, new_password: "short" };
  expect(await (await submit("/account/password", short, { cookie: mine })).text()).toContain("at least 12 characters");
  const changed = await change(PASSWORD);
  expect([changed.status, changed.headers.get("location")]).toEqual([303, "/account"]);
  expect((await visit("/account", { cookie: phone })).status).toBe(303);
  expect((await visit("/account", { cookie: mine })).status).toBe(303);
  const cookie = cookieOf(changed);
  expect((await submit("/account/name", { name: " Lin " }, { cookie })).status).toBe(303);
  expect((await submit("/account/name", { name: " " }, { cookie })).status).toBe(400);
  expect(await (await visit("/account", { cookie })).text()).toContain('value="Lin"');
  expect((await submit("/sign-in", { email, password: PASSWORD })).status).toBe(401);
  expect(await actionsOf(id)).toContain("member.change_password");
});

test("a session is a new one with each sign-in, in a cookie that scripts and other sites do not have", async () => {
  const email = "fixed@acme.example";
  await signUp(email);
  const planted = "__Secure-better-auth.session_token=planted.planted";
  const answer = await submit("/sign-in", { email, password: PASSWORD }, { cookie: planted });
  expect(cookieOf(answer)).not.toContain("planted");
  for (const cookie of answer.headers.getSetCookie()) {
    expect(cookie).toMatch(/^__Secure-/);
    expect(cookie).toMatch(/HttpOnly; Secure; SameSite=Lax/i);
  }
  expect((await visit("/account", { cookie: planted })).status).toBe(303);
});
