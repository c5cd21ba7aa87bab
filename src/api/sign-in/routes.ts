/** Sign-in, sign-up, new passwords and people's own account: plain forms over better-auth (docs/sign-in.md). */
import { isCrossSite } from "../../contract/caller-headers.ts";
import type { ApiDeps } from "../deps.ts";
import { answerFailure, oauthFailure, redirectTo } from "../pages/answers.ts";
import { readForm, type Form } from "../pages/form.ts";
import { answerPageFailure } from "../pages/page.ts";
import { refuse } from "../respond.ts";
import type { Api } from "../route.ts";
import { showAccount, takeName, takePassword, takePasskeys, takeSessions } from "./account.ts";
import { takeReset, takeSignIn, takeSignOut, takeSignUp } from "./forms.ts";
import { answerPasskey, PASSKEY_PATHS } from "./passkeys.ts";
import { SIGN_IN_SCRIPT } from "./passkey-scripts.ts";
import { resetPage, signedInPage, signInPage, signUpPage, type PageValues } from "./pages.ts";
import { readReturnPath } from "./return-path.ts";
import { page, type Step } from "./step.ts";

interface Page {
  show(step: Step, values: PageValues): Promise<Response>;
  take(step: Step, form: Form, returnTo: string): Promise<Response>;
}

const toAccount = async () => redirectTo("/account", 302);

const PAGES: Readonly<Record<string, Page>> = {
  "/sign-in": { show: showSignIn, take: takeSignIn },
  "/sign-up": { show: async (step, values) => page(step, signUpPage(values)), take: takeSignUp },
  "/reset-password": { show: async (step, values) => page(step, resetPage(values)), take: takeReset },
  "/sign-out": { show: async () => redirectTo("/sign-in", 302), take: takeSignOut },
  "/account": { show: showAccount, take: showAccount },
  "/account/name": { show: toAccount, take: takeName },
  "/account/password": { show: toAccount, take: takePassword },
  "/account/passkeys": { show: toAccount, take: takePasskeys },
  "/account/sessions": { show: toAccount, take: takeSessions },
};

export function addSignInRoutes(api: Api, deps: ApiDeps): void {
  for (const [path, shown] of Object.entries(PAGES)) {
    api.all(path, async (c) => answerPath(deps, shown, c.req.raw, c.get("requestId")));
  }
  for (const [path, method] of PASSKEY_PATHS) {
    api.on(method, path, async (c) => answerScript(deps, path, c.req.raw, c.get("requestId")));
  }
}

/** What scripts of our pages ask the library: nothing else of it can be reached. */
async function answerScript(deps: ApiDeps, path: string, request: Request, requestId: string): Promise<Response> {
  const { signIn } = deps;
  if (signIn === null || !isSafe(deps, new URL(request.url))) return refuseSignIn(deps, signIn, requestId);
  if (isCrossSite(request)) {
    return answerFailure(oauthFailure(403, "access_denied", "The request was not sent from its own page."));
  }
  return answerPasskey({ deps, signIn, request, requestId }, path);
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
  const step = { deps, signIn, request, requestId };
  if (request.method === "GET") {
    const [returnTo, token, email] = ["return_to", "token", "email"].map((name) => url.searchParams.get(name));
    return shown.show(step, {
      returnTo: readReturnPath(returnTo ?? null),
      token: token ?? null,
      email: email?.slice(0, 254) ?? null,
      message: null,
    });
  }
  if (isCrossSite(request)) return fail(403, "access_denied", "The form was not sent from its own page.");
  const form = await readForm(request);
  if (!form.ok) return answerPageFailure(request, form.failure, deps.newSecret());
  return shown.take(step, form.value, readReturnPath(form.value.get("return_to") ?? null));
}

/** Passwords and cookies travel encrypted, or not off this machine. */
function isSafe(deps: ApiDeps, { protocol, hostname }: URL): boolean {
  return protocol === "https:" || deps.trust.allowInsecure || ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}

function refuseSignIn(deps: ApiDeps, signIn: ApiDeps["signIn"], requestId: string): Response {
  const [code, message] =
    signIn === null
      ? ["sign_in_not_configured", "This deployment has no AUTH_SECRET or no mail, so nobody can sign in."]
      : ["https_required", "Sign in over https."];
  return refuse({ kind: "conflict", code, message }, { requestId, nowMs: deps.nowMs() });
}

async function showSignIn(step: Step, values: PageValues): Promise<Response> {
  const user = await step.signIn.userOf(step.request);
  if (user === null) return page(step, signInPage(values), 200, SIGN_IN_SCRIPT);
  const session = await step.deps.sessionOf(step.request, null);
  return page(step, signedInPage(user.email, session?.name ?? null));
}
