/** The few endpoints of the library that scripts of our pages ask: adding a passkey, and signing in with one. */
import { z } from "zod";
import { answerFailure, NO_STORE, oauthFailure } from "../pages/answers.ts";
import { MAX_FORM_BYTES } from "../pages/form.ts";
import { readText } from "../read-bounded.ts";
import { deferEvent, deferSignedIn } from "./events.ts";
import { withCookies, type Step } from "./step.ts";

const BASE = "/api/auth/passkey";
const ADDED = `${BASE}/verify-registration`;
const SIGNED_IN = `${BASE}/verify-authentication`;

export const PASSKEY_PATHS: ReadonlyMap<string, "GET" | "POST"> = new Map([
  [`${BASE}/generate-authenticate-options`, "GET"],
  [SIGNED_IN, "POST"],
  [`${BASE}/generate-register-options`, "GET"],
  [ADDED, "POST"],
]);

const MAX_NAME_CHARACTERS = 100;
const addedSchema = z.object({ response: z.unknown(), name: z.string().trim().max(MAX_NAME_CHARACTERS).optional() });
const signedInSchema = z.object({ user: z.object({ email: z.string().toLowerCase(), emailVerified: z.boolean() }) });

/** The library's answer, without what it tells of the session when it has made one. */
export async function answerPasskey(step: Step, path: string): Promise<Response> {
  const body = await readText(step.request, MAX_FORM_BYTES);
  if (body === null) return answerFailure(oauthFailure(413, "invalid_request", "The body is too large."));
  if (path === ADDED && !isAdded(body)) {
    return answerFailure(oauthFailure(400, "invalid_request", "name: expected at most 100 characters."));
  }
  const { method, headers, url } = step.request;
  const answer = await step.signIn.answer(new Request(url, { method, headers, ...(body === "" ? {} : { body }) }));
  if (!answer.ok || method === "GET") return answer;
  if (path === SIGNED_IN) {
    const { user } = signedInSchema.parse(await answer.json());
    if (user.emailVerified) deferSignedIn(step, user.email, "passkey");
  } else {
    const user = await step.signIn.userOf(step.request);
    if (user !== null) deferEvent(step, user.email, { action: "member.add_passkey", isProved: true });
  }
  return withCookies(Response.json({}, { headers: NO_STORE }), answer);
}

function isAdded(body: string): boolean {
  try {
    return addedSchema.safeParse(JSON.parse(body)).success;
  } catch {
    return false;
  }
}
