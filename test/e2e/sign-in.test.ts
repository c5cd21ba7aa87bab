/** A person signs up, verifies the address, signs in, and lets an application act for them: with the real bundle. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { createOrganization, type TestOrganization } from "../support/organization.ts";

const REDIRECT_URI = "http://127.0.0.1:7777/callback";
/** RFC 7636, Appendix B. */
const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const PASSWORD = "correct horse battery";
const mailSchema = z.object({ event: z.literal("mail.printed"), to: z.string(), text: z.string() });

let gateway: TestGateway;
let organization: TestOrganization;
let memberId = "";

beforeAll(async () => {
  gateway = await startTestGateway();
  // The person is a member of two organizations; the application belongs to the newer one.
  const older = await createOrganization(gateway, { credit: "10" });
  await older.call("POST", "/v1/members", { email: "ada@acme.example", name: "Ada elsewhere" });
  organization = await createOrganization(gateway, { credit: "10" });
  const member = await organization.call("POST", "/v1/members", { email: "ada@acme.example", name: "Ada" });
  memberId = String(member.body["id"]);
}, 120_000);

afterAll(async () => gateway.stop());

type Values = Readonly<Record<string, string>>;

const visit = (path: string, cookie = "") =>
  fetch(`${gateway.url}${path}`, { redirect: "manual", headers: { accept: "text/html", cookie } });
const submit = (path: string, values: Values, headers: Values = {}) =>
  fetch(`${gateway.url}${path}`, {
    method: "POST",
    redirect: "manual",
    headers: { accept: "text/html", origin: gateway.url, ...headers },
    body: new URLSearchParams(values),
  });

/** The query of the newest link that was mailed to an address. */
function mailedQuery(to: string): URLSearchParams {
  const mails = gateway.logs.flatMap((line) => {
    if (!line.includes("mail.printed")) return [];
    const mail = mailSchema.parse(JSON.parse(line));
    return mail.to === to ? [mail] : [];
  });
  const link = /https?:\S+/.exec(mails.at(-1)?.text ?? "")?.[0];
  if (link === undefined) throw new Error(`no mail to ${to}`);
  return new URL(link).searchParams;
}

async function mailedToken(to: string): Promise<string> {
  await expect.poll(() => gateway.logs.some((line) => line.includes(to))).toBe(true);
  return mailedQuery(to).get("token") ?? "";
}

function cookieOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

test("a person signs up, verifies, signs in, consents, and the application sends a request as the member", async () => {
  const client = { name: "Editor", type: "public", redirect_uris: [REDIRECT_URI] };
  const made = await organization.call("POST", "/v1/unified-access/oauth-clients", client);
  const clientId = String(made.body["client_id"]);
  const query = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: REDIRECT_URI,
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
    scope: "inference",
  });
  const returnTo = `/v1/oauth/authorize?${query.toString()}`;
  const person = { email: "Ada@Acme.example", password: PASSWORD };

  const up = await submit("/sign-up", { ...person, name: "Ada L.", return_to: returnTo });
  expect([up.status, up.headers.getSetCookie()]).toEqual([200, []]);
  const token = await mailedToken("ada@acme.example");
  expect(mailedQuery("ada@acme.example").get("return_to")).toBe(returnTo);

  expect((await submit("/sign-in", person)).status).toBe(403);
  const wrong = await submit("/sign-in", { ...person, password: "somebody else's", token });
  expect([wrong.status, wrong.headers.getSetCookie()]).toEqual([401, []]);
  const signedIn = await submit("/sign-in", { ...person, token, return_to: returnTo });
  // Browsers would stop a redirect that goes on to the application: a page leads there.
  expect([signedIn.status, signedIn.headers.get("location")]).toEqual([200, null]);
  const onwards = /http-equiv="refresh" content="0;url=([^"]+)"/.exec(await signedIn.text())?.[1];
  expect(onwards?.replaceAll("&amp;", "&")).toBe(returnTo);
  expect(signedIn.headers.getSetCookie().join()).toMatch(/HttpOnly; SameSite=Lax/i);
  const cookie = cookieOf(signedIn);

  const page = await (await visit(returnTo, cookie)).text();
  const consent = /name="consent" value="([^"]+)"/.exec(page)?.[1] ?? "";
  expect(page).toContain("You are Ada of");
  const action = /action="([^"]+)"/.exec(page)?.[1] ?? "";
  const decided = await submit(action, { consent, decision: "approve" }, { cookie });
  const code = new URL(decided.headers.get("location") ?? "").searchParams.get("code") ?? "";
  const exchanged = await submit("/v1/oauth/token", {
    grant_type: "authorization_code",
    client_id: clientId,
    code,
    redirect_uri: REDIRECT_URI,
    code_verifier: VERIFIER,
  });
  const { access_token: accessToken } = z.object({ access_token: z.string() }).parse(await exchanged.json());
  const completion = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${accessToken}`, "content-type": "application/json" },
    body: JSON.stringify({
      model: "gpt-5-mini",
      max_completion_tokens: 5,
      messages: [{ role: "user", content: "Hi" }],
    }),
  });
  expect(completion.status).toBe(200);

  expect((await organization.call("DELETE", `/v1/members/${memberId}`)).status).toBe(200);
  expect((await visit(returnTo, cookie)).headers.get("location")).toContain("error=access_denied");
  const out = await submit("/sign-out", {}, { cookie });
  expect(out.status).toBe(303);
  expect(await (await visit("/sign-in", cookie)).text()).toContain("<h1>Sign in</h1>");
});

test("a new password by mail ends the former one and verifies the address", async () => {
  const person = { email: "bob@acme.example", password: PASSWORD };
  expect((await submit("/sign-up", { ...person, name: "Bob" })).status).toBe(200);
  const first = await mailedToken(person.email);
  expect((await submit("/reset-password", { email: person.email })).status).toBe(200);
  await expect.poll(() => mailedQuery(person.email).get("token")).not.toBe(first);
  const token = await mailedToken(person.email);
  const password = "another horse battery";
  expect((await submit("/reset-password", { token, password })).headers.get("location")).toBe("/sign-in");
  expect((await submit("/reset-password", { token, password })).status).toBe(400);
  expect((await submit("/sign-in", person)).status).toBe(401);
  const answer = await submit("/sign-in", { ...person, password, return_to: "//evil.example" });
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/sign-in"]);
  expect(await (await visit("/sign-in", cookieOf(answer))).text()).toContain("No organization has this address");
});

test("a form from another site, and a large body, change nothing", async () => {
  const person = { email: "eve@acme.example", password: PASSWORD, name: "Eve" };
  expect((await submit("/sign-up", person, { origin: "https://evil.example" })).status).toBe(403);
  expect((await submit("/sign-up", { ...person, name: "x".repeat(70_000) })).status).toBe(413);
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify(person);
  expect((await fetch(`${gateway.url}/api/auth/sign-up/email`, { method: "POST", headers, body })).status).toBe(404);
  expect(gateway.logs.some((line) => line.includes(person.email))).toBe(false);
});

test("pages cannot be framed and run no script; passwords that are guessed are soon refused", async () => {
  const answer = await visit("/sign-up?return_to=/%22%3E%3Cscript%3E");
  expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(answer.headers.get("x-frame-options")).toBe("DENY");
  expect(await answer.text()).not.toContain("<script>");
  const statuses: number[] = [];
  for (let guess = 0; guess < 11; guess++) {
    statuses.push((await submit("/sign-in", { email: "ada@acme.example", password: `guess ${guess}` })).status);
  }
  expect(statuses).toContain(401);
  expect(statuses.at(-1)).toBe(429);
});

test("without its secret nobody can sign in, and the answer says so", async () => {
  await gateway.restart({ AUTH_SECRET: "" });
  for (const path of ["/sign-in", "/sign-up", "/account"]) {
    const answer = await visit(path);
    expect([answer.status, await answer.text()]).toEqual([409, expect.stringContaining("AUTH_SECRET")]);
  }
});
