/** From signing up to a chat, without a key: the person makes an organization, the platform funds it, and a model answers, with the real bundle. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { ADMIN_TOKEN, startTestGateway, type TestGateway } from "../support/gateway.ts";
import { mailedLink } from "../support/mails.ts";

const PERSON = { name: "Ada", email: "ada@acme.example", password: "correct horse battery" };

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({ variables: { SIGN_UP_ORGANIZATIONS: "1" } });
}, 120_000);
afterAll(async () => gateway.stop());

/** As a page of the gateway would. */
async function ask(method: string, path: string, body?: object, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${gateway.url}${path}`, {
    method,
    headers: { origin: gateway.url, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json: unknown = text === "" ? null : JSON.parse(text);
  return { status: response.status, body: json };
}

/** Sends a form of a page, and gives the cookies of the answer. */
async function submit(path: string, values: Readonly<Record<string, string>>): Promise<string> {
  const headers = { origin: gateway.url };
  const body = new URLSearchParams(values);
  const answer = await fetch(`${gateway.url}${path}`, { method: "POST", redirect: "manual", headers, body });
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

test("a person who signed up has an organization, money and a model's answer within a few requests, and no key", async () => {
  await submit("/sign-up", PERSON);
  const link = new URL(await mailedLink(gateway, PERSON.email, "Verify"));
  const cookie = await submit("/sign-in", { ...PERSON, token: link.searchParams.get("token") ?? "" });
  expect(cookie).toContain("session_token=");
  const asPerson = (method: string, path: string, body?: object, headers = {}) =>
    ask(method, path, body, { cookie, ...headers });

  expect((await asPerson("GET", "/v1/session")).body).toMatchObject({ organizations: [], platform_admin: false });
  const made = await asPerson("POST", "/v1/organizations", { name: "Acme" });
  expect(made.status).toBe(201);
  const { id, member_id: memberId } = z.object({ id: z.string(), member_id: z.string() }).parse(made.body);

  const question = { model: "gpt-5.4-mini", messages: [{ role: "user", content: "Hello" }], max_completion_tokens: 50 };
  const foreign = await asPerson("POST", "/v1/chat/completions", question, { origin: "https://evil.example" });
  expect(foreign.status).toBe(403);
  expect((await asPerson("POST", "/v1/chat/completions", question)).status).toBe(402);
  const money = { amount: "5", currency: "USD", note: "First" };
  expect((await asPerson("POST", "/v1/wallets/credit", money)).status).toBe(403);
  const platform = { authorization: `Bearer ${ADMIN_TOKEN}` };
  expect((await ask("POST", "/v1/admin/wallets/credit", { organization_id: id, ...money }, platform)).status).toBe(200);
  expect((await asPerson("POST", "/v1/chat/completions", question)).status).toBe(200);
  const spent = async () =>
    z.object({ data: z.array(z.unknown()) }).parse((await asPerson("GET", "/v1/spend/logs")).body);
  await expect
    .poll(async () => (await spent()).data, { timeout: 20_000 })
    .toMatchObject([{ user_id: memberId, status: "completed" }, { status: "refused" }]);

  expect((await asPerson("GET", "/v1/admin/organizations")).status).toBe(403);
  expect((await asPerson("POST", "/v1/platform/claim", { token: ADMIN_TOKEN })).status).toBe(201);
  expect((await asPerson("GET", "/v1/admin/organizations")).status).toBe(200);
}, 60_000);
