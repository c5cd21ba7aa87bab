/** `/v1/oauth/authorize`: GET shows what an application asks for, POST is the user's decision. */
import { formatOAuthToken } from "../../contract/oauth-token.ts";
import { positiveAmountSchema } from "../../contract/amount.ts";
import { isCrossSite } from "../../contract/caller-headers.ts";
import { fail, ok, type Result } from "../../core/failure.ts";
import { formatNanos, MAX_NANOS } from "../../core/money.ts";
import { GRANT_ID_PREFIX, type SpendCap } from "../../core/oauth-grant.ts";
import { readSettings } from "../../platform/directory-loader.ts";
import { sha256Hex } from "../../platform/identifiers.ts";
import type { Session } from "../../platform/session.ts";
import { AuditTrail, decideOnTrail } from "../audit-trail.ts";
import type { ApiDeps } from "../deps.ts";
import { findOrganization } from "../organization-rows.ts";
import { saveRecorded } from "../save-change.ts";
import { oauthFailure, redirectTo, type OAuthFailure } from "../pages/answers.ts";
import { redirectBack } from "./application-answers.ts";
import { readAuthorizationRequest } from "./authorization-request.ts";
import { answerConsentPage, answerCrowdedPage, CAP_WINDOWS } from "./consent-page.ts";
import { readForm, type Form } from "../pages/form.ts";
import { answerPageFailure } from "../pages/page.ts";

/** Where people sign in; it sends them back to `return_to`, which is a path of ours. */
const SIGN_IN_PATH = "/sign-in";

const CONSENT_LIFETIME_MS = 10 * 60_000;

/** Shows the consent page to the signed-in user. */
export async function showConsent(deps: ApiDeps, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const read = await readAuthorizationRequest(deps, url.searchParams);
  if (read.outcome === "refused") return answerPageFailure(request, read.failure, deps.newSecret());
  if (read.outcome === "sent_back") {
    return redirectBack(
      { ...read, issuer: url.origin },
      { error: read.error, error_description: read.description },
      302,
    );
  }
  const session = await deps.sessionOf(request, read.client.organizationId);
  if (session === null) {
    const query = new URLSearchParams({ return_to: url.pathname + url.search });
    return redirectTo(`${SIGN_IN_PATH}?${query.toString()}`, 302);
  }
  const organization = await findOrganization(deps, read.client.organizationId);
  if (!organization.ok || session.organizationId !== read.client.organizationId) {
    const description = "The user is no member of the organization that the client belongs to.";
    const denied = { error: "access_denied", error_description: description };
    return redirectBack({ ...read.request, issuer: url.origin }, denied, 302);
  }
  const consent = deps.newSecret();
  const opened = await deps.oauthServer(session.organizationId).openConsent({
    consentSha256: await sha256Hex(consent),
    memberId: session.memberId,
    request: read.request,
    expiresAtMs: deps.nowMs() + CONSENT_LIFETIME_MS,
    // Another site can lead a browser here as often as it likes: it must not close what the user is looking at.
    mayCloseOldest: !isCrossSite(request),
  });
  if (opened === "full") return answerCrowdedPage(url.pathname + url.search, deps.newSecret());
  return answerConsentPage(
    {
      ...read.request,
      organizationId: session.organizationId,
      organizationName: organization.value.name,
      memberName: session.name,
      currency: readSettings(organization.value).currency,
      consent,
    },
    deps.newSecret(),
  );
}

/** Takes the decision of the page's form: once, from the user who was shown it, about what it showed. */
export async function decideConsent(deps: ApiDeps, request: Request, requestId: string): Promise<Response> {
  const refuse = (failure: OAuthFailure): Response => answerPageFailure(request, failure, deps.newSecret());
  if (isCrossSite(request))
    return refuse(oauthFailure(403, "access_denied", "The form was not sent from its own page."));
  const session = await deps.sessionOf(request, new URL(request.url).searchParams.get("organization_id"));
  if (session === null)
    return refuse(oauthFailure(401, "login_required", "Sign in, and begin again in the application."));
  const form = await readForm(request);
  if (!form.ok) return refuse(form.failure);
  const decision = form.value.get("decision");
  const consent = form.value.get("consent");
  if (consent === undefined || (decision !== "approve" && decision !== "deny")) {
    return refuse(oauthFailure(400, "invalid_request", "The form is incomplete."));
  }
  // Whoever denies is not asked for an amount that makes sense.
  const spendCap = decision === "deny" ? ok(null) : readSpendCap(form.value);
  if (!spendCap.ok) return refuse(spendCap.failure);

  const code = formatOAuthToken("code", session.organizationId, deps.newSecret());
  const grantId = deps.newId(GRANT_ID_PREFIX);
  const approval = { grantId, codeSha256: await sha256Hex(code), spendCap: spendCap.value };
  const reply = await deps.oauthServer(session.organizationId).decideConsent({
    consentSha256: await sha256Hex(consent),
    memberId: session.memberId,
    approval: decision === "approve" ? approval : null,
  });
  if (reply.outcome === "unknown") {
    return refuse(oauthFailure(400, "invalid_request", "This page was decided already, or is too old. Begin again."));
  }
  const to = { ...reply.request, issuer: new URL(request.url).origin };
  if (decision === "deny")
    return redirectBack(to, { error: "access_denied", error_description: "The user said no." }, 303);
  await recordGrant(deps, session, requestId, {
    id: grantId,
    client_id: to.clientId,
    member_id: session.memberId,
    scopes: to.scopes,
    spend_cap: spendCap.value === null ? null : formatNanos(spendCap.value.amountNanos),
    spend_cap_window: spendCap.value?.window ?? null,
  });
  return redirectBack(to, { code }, 303);
}

async function recordGrant(
  deps: ApiDeps,
  { memberId, organizationId }: Session,
  requestId: string,
  grant: Readonly<Record<string, unknown>> & { readonly id: string },
): Promise<void> {
  const recorded = await decideOnTrail(new AuditTrail(deps, { actor: memberId, requestId }), async (trail) => {
    await saveRecorded(deps, organizationId, trail.record("oauth_grant.create", grant.id, null, grant), []);
    return ok(null);
  });
  if (!recorded.ok) throw new Error(`the consent could not be recorded: ${recorded.failure.kind}`);
}

/** An empty amount is no cap. */
function readSpendCap(form: Form): Result<SpendCap | null, OAuthFailure> {
  const text = form.get("spend_cap")?.trim() ?? "";
  if (text === "") return ok(null);
  const amount = positiveAmountSchema.safeParse(text);
  if (!amount.success || amount.data > MAX_NANOS) {
    return fail(
      oauthFailure(400, "invalid_request", "spend_cap: expected a decimal above zero with at most nine decimals."),
    );
  }
  const named = form.get("spend_cap_window") ?? "monthly";
  const window = CAP_WINDOWS.find((known) => known === named);
  if (window === undefined) {
    return fail(oauthFailure(400, "invalid_request", `spend_cap_window: expected one of ${CAP_WINDOWS.join(", ")}.`));
  }
  return ok({ amountNanos: amount.data, window });
}
