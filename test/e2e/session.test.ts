/** From signing up to a chat, without a key: the person makes an organization, funds it and asks a model, with the real bundle. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { ADMIN_TOKEN, startTestGateway, type TestGateway } from "../support/gateway.ts";

const PERSON = { name: "Ada", email: "ada@acme.example", password: "correct horse battery" };
const mailSchema = z.object({ event: z.literal("mail.printed"), to: z.string(), text: z.string() });

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
  return { status: response.status, cookies: response.headers.getSetCookie(), body: json };
}

async function mailedToken(): Promise<string> {
  const find = () => gateway.logs.find((line) => line.includes("mail.printed"));
  await expect.poll(find).toBeDefined();
  const link = /https?:\S+/.exec(mailSchema.parse(JSON.parse(find() ?? "")).text)?.[0] ?? "";
  return new URL(link).searchParams.get("token") ?? "";
}

test("a person who signed up has an organization, money and a model's answer within a few requests, and no key", async () => {
  await ask("POST", "/api/auth/sign-up/email", PERSON);
  await ask("GET", `/api/auth/verify-email?token=${await mailedToken()}`);
  const signedIn = await ask("POST", "/api/auth/sign-in/email", PERSON);
  const cookie = signedIn.cookies.map((one) => one.split(";")[0]).join("; ");
  expect(cookie).toContain("session_token=");
  const asPerson = (method: string, path: string, body?: object, headers = {}) =>
    ask(method, path, body, { cookie, ...headers });

  expect((await asPerson("GET", "/v1/session")).body).toMatchObject({ organizations: [], platform_admin: false });
  const made = await asPerson("POST", "/v1/organizations", { name: "Acme" });
  expect(made.status).toBe(201);
  const { member_id: memberId } = z.object({ member_id: z.string() }).parse(made.body);
  expect((await asPerson("POST", "/v1/wallets/credit", { amount: "5", currency: "USD", note: "First" })).status).toBe(
    200,
  );

  const question = { model: "gpt-5.4-mini", messages: [{ role: "user", content: "Hello" }], max_completion_tokens: 50 };
  const foreign = await asPerson("POST", "/v1/chat/completions", question, { origin: "https://evil.example" });
  expect(foreign.status).toBe(403);
  expect((await asPerson("POST", "/v1/chat/completions", question)).status).toBe(200);
  const spent = async () =>
    z.object({ data: z.array(z.unknown()) }).parse((await asPerson("GET", "/v1/spend/logs")).body);
  await expect.poll(async () => (await spent()).data, { timeout: 20_000 }).toMatchObject([{ user_id: memberId }]);

  expect((await asPerson("GET", "/v1/admin/organizations")).status).toBe(403);
  expect((await asPerson("POST", "/v1/platform/claim", { token: ADMIN_TOKEN })).status).toBe(201);
  expect((await asPerson("GET", "/v1/admin/organizations")).status).toBe(200);
}, 60_000);
