/** Sign-in, sign-up and new passwords: plain forms over better-auth's endpoints (docs/sign-in.md). */
import { z } from "zod";
import type { ApiDeps } from "../deps.ts";
import { refuse } from "../respond.ts";
import type { Api } from "../route.ts";
import { oauthFailure, redirectTo } from "../oauth/answers.ts";
import { isCrossSite } from "../oauth/authorize.ts";
import { readForm, readText, type Form } from "../oauth/form.ts";
import { answerPage, answerPageFailure } from "../oauth/page.ts";
import { mailSentPage, resetPage, signedInPage, signInPage, signUpPage, type PageValues } from "./pages.ts";
import { readReturnPath } from "./return-path.ts";

type SignIn = NonNullable<ApiDeps["signIn"]>;
type Show = (values: PageValues) => string;

interface Step {
  readonly deps: ApiDeps;
  readonly signIn: SignIn;
  readonly request: Request;
}

interface Page {
  show(step: Step, values: PageValues): Promise<Response>;
  take(step: Step, form: Form, returnTo: string): Promise<Response>;
}

const PAGES: Readonly<Record<string, Page>> = {
  "/sign-in": { show: showSignIn, take: takeSignIn },
  "/sign-up": { show: async (step, values) => page(step, signUpPage(values)), take: takeSignUp },
  "/reset-password": { show: async (step, values) => page(step, resetPage(values)), take: takeReset },
  "/sign-out": { show: async () => redirectTo("/sign-in", 302), take: takeSignOut },
};

const refusalSchema = z.object({ message: z.string().optional(), code: z.string().optional() });

export function addSignInRoutes(api: Api, deps: ApiDeps): void {
  for (const [path, shown] of Object.entries(PAGES)) {
    api.all(path, async (c) => answerPath(deps, shown, c.req.raw, c.get("requestId")));
  }
  api.all("/api/auth/*", async (c) => answerLibrary(deps, c.req.raw, c.get("requestId")));
}

async function answerPath(deps: ApiDeps, shown: Page, request: Request, requestId: string): Promise<Response> {
  const { signIn } = deps;
  const fail = (status: 400 | 403 | 413, error: string, description: string): Response =>
    answerPageFailure(request, oauthFailure(status, error, description), deps.newSecret());
  if (request.method !== "GET" && request.method !== "POST") {
    return refuse({ kind: "method_not_allowed", allowed: ["GET", "POST"] }, { requestId, nowMs: deps.nowMs() });
  }
  const url = new URL(request.url);
  if (signIn === null || !isSafe(deps, url)) return refuseSignIn(deps, signIn, requestId);
  const step = { deps, signIn, request };
  if (request.method === "GET") {
    const returnTo = readReturnPath(url.searchParams.get("return_to"));
    return shown.show(step, { returnTo, token: url.searchParams.get("token"), message: null });
  }
  if (isCrossSite(request)) return fail(403, "access_denied", "The form was not sent from its own page.");
  const form = await readForm(request);
  if (!form.ok) return answerPageFailure(request, form.failure, deps.newSecret());
  return shown.take(step, form.value, readReturnPath(form.value.get("return_to") ?? null));
}

async function answerLibrary(deps: ApiDeps, request: Request, requestId: string): Promise<Response> {
  const { signIn } = deps;
  if (signIn === null || !isSafe(deps, new URL(request.url))) return refuseSignIn(deps, signIn, requestId);
  const text = await readText(request);
  if (text === null) {
    return answerPageFailure(request, oauthFailure(413, "invalid_request", "The body is too large."), deps.newSecret());
  }
  const { method, headers, url } = request;
  return signIn.answer(new Request(url, { method, headers, ...(text === "" ? {} : { body: text }) }));
}

/** Passwords and cookies travel encrypted, or not off this machine. */
function isSafe(deps: ApiDeps, { protocol, hostname }: URL): boolean {
  return protocol === "https:" || deps.trust.allowInsecure || ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}

function refuseSignIn(deps: ApiDeps, signIn: SignIn | null, requestId: string): Response {
  const [code, message] =
    signIn === null
      ? ["sign_in_not_configured", "This deployment has no AUTH_SECRET or no mail, so nobody can sign in."]
      : ["https_required", "Sign in over https."];
  return refuse({ kind: "conflict", code, message }, { requestId, nowMs: deps.nowMs() });
}

function page({ deps, request }: Step, body: string, status = 200): Response {
  return answerPage(body, { status, nonce: deps.newSecret(), formTarget: new URL(request.url).origin });
}

async function showSignIn(step: Step, values: PageValues): Promise<Response> {
  const email = await step.signIn.emailOf(step.request);
  if (email === null) return page(step, signInPage(values));
  const session = await step.deps.sessionOf(step.request, null);
  return page(step, signedInPage(email, session?.name ?? null));
}

/** A mail's token verifies the address only together with the password. */
async function takeSignIn(step: Step, form: Form, returnTo: string): Promise<Response> {
  const body = { email: form.get("email"), password: form.get("password") };
  let answer = await ask(step, "/sign-in/email", body);
  const token = form.get("token") ?? null;
  if (token !== null && answer.status === 403 && (await readRefusal(answer)).code === "EMAIL_NOT_VERIFIED") {
    const verified = await ask(step, `/verify-email?${new URLSearchParams({ token }).toString()}`, null);
    answer = verified.ok ? await ask(step, "/sign-in/email", body) : verified;
  }
  if (!answer.ok) return again(step, signInPage, { returnTo, token, message: null }, answer);
  return withCookies(redirectTo(returnTo, 303), answer);
}

async function takeSignUp(step: Step, form: Form, returnTo: string): Promise<Response> {
  const answer = await ask(step, "/sign-up/email", {
    name: form.get("name"),
    email: form.get("email"),
    password: form.get("password"),
    callbackURL: returnTo,
  });
  if (!answer.ok) return again(step, signUpPage, { returnTo, token: null, message: null }, answer);
  return page(step, mailSentPage());
}

async function takeReset(step: Step, form: Form, returnTo: string): Promise<Response> {
  const token = form.get("token") ?? null;
  const answer =
    token === null
      ? await ask(step, "/request-password-reset", { email: form.get("email") })
      : await ask(step, "/reset-password", { token, newPassword: form.get("password") });
  if (!answer.ok) return again(step, resetPage, { returnTo, token, message: null }, answer);
  return token === null ? page(step, mailSentPage()) : redirectTo("/sign-in", 303);
}

async function takeSignOut(step: Step): Promise<Response> {
  return withCookies(redirectTo("/sign-in", 303), await ask(step, "/sign-out", {}));
}

/** Null: GET. Through its handler, which counts attempts; the page's origin was tested already. */
async function ask({ signIn, request }: Step, path: string, body: object | null): Promise<Response> {
  const { origin } = new URL(request.url);
  const headers = new Headers({ origin, "content-type": "application/json" });
  for (const name of ["cookie", "cf-connecting-ip", "user-agent"]) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const init = body === null ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
  return signIn.answer(new Request(`${origin}/api/auth${path}`, init));
}

async function again(step: Step, show: Show, values: PageValues, answer: Response): Promise<Response> {
  const { message } = await readRefusal(answer);
  return page(step, show({ ...values, message: message ?? "That did not work. Try again." }), answer.status);
}

async function readRefusal(answer: Response): Promise<z.infer<typeof refusalSchema>> {
  const text = await answer.clone().text();
  try {
    return refusalSchema.parse(JSON.parse(text));
  } catch {
    return {};
  }
}

function withCookies(answer: Response, from: Response): Response {
  for (const cookie of from.headers.getSetCookie()) answer.headers.append("set-cookie", cookie);
  return answer;
}
