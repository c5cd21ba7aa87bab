/** Signed-in people: users and sessions as better-auth stores them, with cookies that it has signed. */
import { createHmac, randomUUID } from "node:crypto";
import { env } from "cloudflare:workers";
import { createApi } from "../../src/api/app.ts";
import type { Api } from "../../src/api/route.ts";
import type { ApiDeps } from "../../src/api/deps.ts";
import { newId } from "../../src/platform/identifiers.ts";
import { createSignInPort } from "../../src/platform/sign-in-port.ts";
import { call, deps, readReply, send, textOf, type Reply } from "./worker-api.ts";

export const ORIGIN = "https://edge.test";
/** AUTH_SECRET. */
export const AUTH_SECRET = "auth-secret-of-the-tests-0123456789ab";
const DAY_MS = 24 * 3_600_000;

const signIn = createSignInPort({
  db: deps.db,
  secret: AUTH_SECRET,
  sendMail: async () => {},
  defer: () => {},
  reportError: (error) => {
    throw error;
  },
});

export const sessionDeps: ApiDeps = { ...deps, signIn };
const api = createApi(sessionDeps);

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly cookie: string;
}

/** A user with a session of a day. */
export async function makePerson(email = `${randomUUID()}@acme.example`, isVerified = true): Promise<Person> {
  const id = newId("usr", Date.now());
  const nowMs = Date.now();
  await env.CONTROL_DB.prepare(
    "INSERT INTO users (id, name, email, email_verified, created_at_ms, updated_at_ms) VALUES (?, ?, ?, ?, ?, ?)",
  )
    .bind(id, "Ada", email, isVerified ? 1 : 0, nowMs, nowMs)
    .run();
  return { id, email, cookie: await makeSession(id) };
}

/** The cookie of one more session of the user. */
export async function makeSession(userId: string): Promise<string> {
  const token = randomUUID().replaceAll("-", "");
  const nowMs = Date.now();
  await env.CONTROL_DB.prepare(
    `INSERT INTO user_sessions (id, user_id, token, expires_at_ms, created_at_ms, updated_at_ms)
      VALUES (?, ?, ?, ?, ?, ?)`,
  )
    .bind(randomUUID(), userId, token, nowMs + 7 * DAY_MS, nowMs, nowMs)
    .run();
  const signature = createHmac("sha256", AUTH_SECRET).update(token).digest("base64");
  return `__Secure-better-auth.session_token=${encodeURIComponent(`${token}.${signature}`)}`;
}

/** A person and their member in the organization of an access key. */
export async function makeMember(
  token: string,
  role: string,
  email?: string,
): Promise<Person & { readonly memberId: string }> {
  const person = await makePerson(email);
  const made = await call("POST /v1/members", { token, body: { email: person.email, role } });
  return { ...person, memberId: textOf(made.body["id"]) };
}

export interface SessionCall {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls as a page of ours would, with the person's cookie. */
export async function callAs(
  person: Pick<Person, "cookie"> | null,
  name: string,
  options: SessionCall = {},
  on: Api = api,
): Promise<Reply> {
  const cookie = person === null ? {} : { cookie: person.cookie };
  const headers = { ...cookie, origin: ORIGIN, ...options.headers };
  return readReply(await send(name, { token: null, body: options.body, headers }, on));
}

/** Status and code of a refusal: `409 email_taken`; only the status of anything else. */
export function outcomeOf({ status, body }: Reply): string {
  const code: unknown = body["error"]?.["code"];
  return typeof code === "string" ? `${status} ${code}` : String(status);
}
