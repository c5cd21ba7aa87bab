/** The pages of payers: the sandbox's checkout, where they come back to, and the top-up that a cost ticket leads to. */
import { isCrossSite } from "../../contract/caller-headers.ts";
import { oauthFailure, redirectTo } from "../pages/answers.ts";
import { readForm, type Form } from "../pages/form.ts";
import { answerPage, answerPageFailure } from "../pages/page.ts";
import { SANDBOX_PATH } from "../../platform/payments/sandbox/provider.ts";
import { cardBehaviourOf, isTillAction } from "../../platform/payments/sandbox/till.ts";
import { findSession } from "../../platform/payments/session-rows.ts";
import type { ApiDeps } from "../deps.ts";
import { refuse } from "../respond.ts";
import type { Api } from "../route.ts";
import { confirmSession } from "./checkout.ts";
import { returnPage, sandboxPage } from "./pages.ts";
import { showTopUp, takeTopUp, TOP_UP_PATH } from "./top-up.ts";

export function addPaymentPages(api: Api, deps: ApiDeps): void {
  api.all(`${SANDBOX_PATH}/:reference`, async (c) =>
    answer(deps, c.req.raw, c.get("requestId"), (form) =>
      answerSandbox(deps, c.req.raw, c.req.param("reference"), form),
    ),
  );
  api.get("/payments/return", async (c) => answerReturn(deps, c.req.raw));
  api.all(TOP_UP_PATH, async (c) => {
    const requestId = c.get("requestId");
    return answer(deps, c.req.raw, requestId, (form) =>
      form === null ? showTopUp(deps, c.req.raw) : takeTopUp(deps, c.req.raw, form, requestId),
    );
  });
}

/** Null: it is GET. A form must come from its own page. */
async function answer(
  deps: ApiDeps,
  request: Request,
  requestId: string,
  work: (form: Form | null) => Promise<Response>,
): Promise<Response> {
  if (request.method === "GET") return work(null);
  const context = { requestId, nowMs: deps.nowMs() };
  if (request.method !== "POST") return refuse({ kind: "method_not_allowed", allowed: ["GET", "POST"] }, context);
  const foreign = oauthFailure(403, "access_denied", "The form was not sent from its own page.");
  if (isCrossSite(request)) return answerPageFailure(request, foreign, deps.newSecret());
  const form = await readForm(request);
  return form.ok ? work(form.value) : answerPageFailure(request, form.failure, deps.newSecret());
}

async function answerSandbox(deps: ApiDeps, request: Request, reference: string, form: Form | null): Promise<Response> {
  const { sandbox } = deps.payments;
  const absent = oauthFailure(404, "not_found", "There is no such checkout.");
  const found = await sandbox?.records.find("checkout", reference);
  if (sandbox === null || found === null || found === undefined) {
    return answerPageFailure(request, absent, deps.newSecret());
  }
  if (form === null) return page(deps, request, sandboxPage(found, deps.nowMs()));
  const action = form.get("action");
  if (!isTillAction(action)) {
    const unknown = oauthFailure(400, "invalid_request", "The form has no action that this page knows.");
    return answerPageFailure(request, unknown, deps.newSecret());
  }
  const after = (await sandbox.till.act(reference, action, cardBehaviourOf(form.get("card")))) ?? found;
  const { status, successUrl, cancelUrl } = after.state;
  if (action.endsWith("dispute")) return page(deps, request, sandboxPage(after, deps.nowMs()));
  if (status === "open") return page(deps, request, sandboxPage(after, deps.nowMs()));
  return redirectTo(status === "captured" ? successUrl : cancelUrl, 303);
}

/** Whoever has the session's id is its payer, and sees how it stands; nothing else. */
async function answerReturn(deps: ApiDeps, request: Request): Promise<Response> {
  const id = new URL(request.url).searchParams.get("session_id") ?? "";
  const session = await findSession(deps.db, id);
  if (session === null) {
    const absent = oauthFailure(404, "not_found", "There is no such payment.");
    return answerPageFailure(request, absent, deps.newSecret());
  }
  await confirmSession(deps, session);
  return page(deps, request, returnPage((await findSession(deps.db, id)) ?? session));
}

function page(deps: ApiDeps, request: Request, body: string): Response {
  return answerPage(body, { status: 200, nonce: deps.newSecret(), formTarget: new URL(request.url).origin });
}
