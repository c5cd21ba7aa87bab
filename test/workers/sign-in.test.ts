/** Who is signed in, on real D1: secure cookies over https, and only current members with a verified address. */
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { openControlDatabase } from "../../src/platform/d1/database.ts";
import { findPreferredMembership } from "../../src/platform/session.ts";
import { createSignInPort, type SignInPort } from "../../src/platform/sign-in-port.ts";
import type { SignInMail } from "../../src/platform/sign-in.ts";
import { advanceClock, call, makeOrganization, textOf } from "../support/worker-api.ts";

const ORIGIN = "https://edge.test";
const SECRET = "auth-secret-of-the-tests-0123456789ab";
const PASSWORD = "correct horse battery";
const db = openControlDatabase(env.CONTROL_DB);
const mails: SignInMail[] = [];
const failures: unknown[] = [];
const background: Promise<unknown>[] = [];
const defer = (work: Promise<unknown>): void => void background.push(work);
const reportError = (error: unknown): void => void failures.push(error);
const sendMail = async (mail: SignInMail): Promise<void> => {
  mails.push(mail);
};

function makePort(secret = SECRET, send = sendMail): SignInPort {
  const port = createSignInPort({ db, secret, sendMail: send, defer, reportError });
  if (port === null) throw new Error("there is no sign-in");
  return port;
}

async function ask(port: SignInPort, path: string, body: object, origin = ORIGIN): Promise<Response> {
  const headers = { origin, "content-type": "application/json", "cf-connecting-ip": "192.0.2.7" };
  return port.answer(new Request(`${ORIGIN}/api/auth${path}`, { method: "POST", headers, body: JSON.stringify(body) }));
}

test("without the secret or mail there is no sign-in", () => {
  expect(createSignInPort({ db, secret: "", sendMail, defer, reportError })).toBeNull();
  expect(createSignInPort({ db, secret: SECRET, sendMail: null, defer, reportError })).toBeNull();
});

test("a session is somebody once the address is verified, with a cookie that only https and only this secret can use", async () => {
  const port = makePort();
  const person = { email: "Grace@acme.example", password: PASSWORD };
  expect((await ask(port, "/sign-up/email", { ...person, name: "Grace" }, "https://evil.example")).status).toBe(403);
  expect((await ask(port, "/sign-up/email", { ...person, password: "short", name: "Grace" })).status).toBe(400);
  expect((await ask(port, "/sign-up/email", { ...person, name: "Grace" })).status).toBe(200);
  expect((await ask(port, "/sign-in/email", person)).status).toBe(403);
  expect(mails.map(({ to }) => to)).toEqual(["grace@acme.example"]);
  const token = /token=([^&\s]+)/.exec(mails[0]?.text ?? "")?.[1] ?? "";
  await port.answer(new Request(`${ORIGIN}/api/auth/verify-email?token=${token}`));
  const answer = await ask(port, "/sign-in/email", person);
  const [set = ""] = answer.headers.getSetCookie();
  expect(set).toMatch(/^__Secure-.*; HttpOnly; Secure; SameSite=Lax$/i);
  const request = new Request(ORIGIN, { headers: { cookie: set.split(";")[0] ?? "" } });
  expect(await port.userOf(request)).toMatchObject({ email: "grace@acme.example" });
  expect(await makePort("another-secret-of-the-tests-0123456789").userOf(request)).toBeNull();
  expect(await port.userOf(new Request(ORIGIN))).toBeNull();
  await env.CONTROL_DB.prepare("UPDATE users SET email_verified = 0").run();
  expect(await port.userOf(request)).toBeNull();
});

test("a verified address is its member while the member and the organization are there", async () => {
  const { id, token } = await makeOrganization();
  const body = { email: "Lin@acme.example", name: "Lin" };
  const member = await call("POST /v1/members", { token, body });
  const memberId = textOf(member.body["id"]);
  const lin = { memberId, organizationId: id, name: "Lin" };
  expect(await findPreferredMembership(db, "lin@acme.example", null)).toMatchObject(lin);
  await call(`PATCH /v1/admin/organizations/${id}`, { body: { status: "suspended" } });
  expect(await findPreferredMembership(db, "lin@acme.example", null)).toBeNull();
  await call(`PATCH /v1/admin/organizations/${id}`, { body: { status: "active" } });
  expect(await findPreferredMembership(db, "lin@acme.example", null)).toMatchObject(lin);
  await call(`DELETE /v1/members/${memberId}`, { token });
  expect(await findPreferredMembership(db, "lin@acme.example", null)).toBeNull();
});

test("a mail that is not taken, and a database that fails, are told; what people do wrong is not", async () => {
  const fault = new Error("the mail was not taken");
  const port = makePort(SECRET, async () => {
    throw fault;
  });
  const person = { email: "mary@acme.example", password: PASSWORD, name: "Mary" };
  expect((await ask(port, "/sign-in/email", person)).status).toBe(401);
  expect(failures).toEqual([]);
  expect((await ask(port, "/sign-up/email", person)).status).toBe(200);
  await Promise.all(background);
  expect(failures).toEqual([fault]);
  await env.CONTROL_DB.prepare("ALTER TABLE user_accounts RENAME TO lost").run();
  try {
    await expect(ask(port, "/sign-in/email", person)).rejects.toThrow("user_accounts");
  } finally {
    await env.CONTROL_DB.prepare("ALTER TABLE lost RENAME TO user_accounts").run();
  }
  expect(failures).toEqual([fault]);
});

test("of several active organizations the preferred one counts, else the oldest member", async () => {
  const organizations = [await makeOrganization(), await makeOrganization(), await makeOrganization()] as const;
  for (const { token } of organizations.slice(0, 2)) {
    await call("POST /v1/members", { token, body: { email: "kim@acme.example" } });
    advanceClock(1_000);
  }
  const organizationOf = async (preferred: string | null) =>
    (await findPreferredMembership(db, "kim@acme.example", preferred))?.organizationId;
  const [first, second, foreign] = organizations;
  expect(await organizationOf(null)).toBe(first.id);
  expect(await organizationOf(second.id)).toBe(second.id);
  expect(await organizationOf(foreign.id)).toBe(first.id);
  await call(`PATCH /v1/admin/organizations/${second.id}`, { body: { status: "suspended" } });
  expect(await organizationOf(second.id)).toBe(first.id);
});
