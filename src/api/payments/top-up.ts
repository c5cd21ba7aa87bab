/**
 * `/top-up`: where a 402 leads. Whoever has the cost ticket is its caller, and pays into a wallet that can pay for the request: the
 * organization's, as in chat, or else their own. Paying in is all that the ticket allows.
 */
import { parseAmountNanos, type Nanos } from "../../core/money.ts";
import { amountForShortage, CONTACT_ADMIN, type FundableScope, type Funder } from "../../core/payment-settings.ts";
import { fail, invalid, ok, type Failure, type Result } from "../../core/failure.ts";
import type { FundingView, WalletView } from "../../contract/organization-rpc.ts";
import { failureResponse } from "../../provider/failure.ts";
import { AuditTrail, decideOnTrail } from "../audit-trail.ts";
import type { ApiDeps } from "../deps.ts";
import { oauthFailure, redirectTo } from "../pages/answers.ts";
import type { Form } from "../pages/form.ts";
import { answerPage, answerPageFailure } from "../pages/page.ts";
import { decide, readFunder, readFunding, type FundingContext } from "./funding.ts";
import { openSession } from "./open-session.ts";
import { topUpPage, unavailablePage } from "./pages.ts";

export const TOP_UP_PATH = "/top-up";

const INVALID_AMOUNT = invalid("amount", "invalid_value", "The amount is no decimal number.");

interface TopUp {
  readonly context: FundingContext;
  readonly ticketId: string;
  readonly view: FundingView;
  readonly wallet: WalletView & { readonly scope: FundableScope };
  readonly funder: Funder;
  readonly neededNanos: Nanos;
}

export async function showTopUp(deps: ApiDeps, request: Request): Promise<Response> {
  const found = await readTopUp(deps, request);
  if (!found.ok) return refusePage(deps, request, found.failure);
  const { context, view, wallet, neededNanos } = found.value;
  const body = topUpPage({
    organizationName: context.organizationName,
    walletName: wallet.name,
    currency: view.currency,
    model: view.model,
    neededNanos,
    presetNanos: context.settings.presetAmountsNanos,
  });
  return answerPage(body, { status: 200, nonce: deps.newSecret(), formTarget: new URL(request.url).origin });
}

export async function takeTopUp(deps: ApiDeps, request: Request, form: Form, requestId: string): Promise<Response> {
  const found = await readTopUp(deps, request);
  if (!found.ok) return refusePage(deps, request, found.failure);
  const { context, ticketId, wallet, funder, neededNanos } = found.value;
  const amount = form.get("amount");
  const amountNanos = amount === undefined ? neededNanos : parseAmountNanos(amount);
  if (amountNanos === null) return refusePage(deps, request, INVALID_AMOUNT);
  const id = deps.newId("pay");
  const trail = new AuditTrail(deps, { actor: ticketId, requestId });
  const opened = await decideOnTrail(trail, async (current) =>
    openSession(deps, current, {
      id,
      context,
      target: { scope: wallet.scope, ownerId: wallet.ownerId },
      funder,
      amountNanos,
      ticketId,
      returnUrl: null,
      saveMethod: false,
      origin: new URL(request.url).origin,
      actor: ticketId,
    }),
  );
  if (!opened.ok) return refusePage(deps, request, opened.failure);
  const { approvalUrl } = opened.value;
  return approvalUrl === null
    ? refusePage(deps, request, { kind: "payment_provider_unavailable" })
    : redirectTo(approvalUrl, 303);
}

async function readTopUp(deps: ApiDeps, request: Request): Promise<Result<TopUp>> {
  const { searchParams } = new URL(request.url);
  const organizationId = searchParams.get("organization") ?? "";
  const ticketId = searchParams.get("ticket") ?? "";
  const context = await readFunding(deps, organizationId);
  if (!context.ok) return context;
  const reply = await deps.organization(organizationId).ticketFunding(ticketId);
  if (reply.outcome === "refused") return fail(reply.failure);
  const view = reply.value;
  const funder = await readFunder(deps, organizationId, view.attribution.userId, false);
  const wallet = chooseWallet(context.value, view, funder);
  if (!wallet.ok) return wallet;
  const { settings } = context.value;
  const neededNanos = amountForShortage(view.holdNanos, wallet.value.availableNanos, view.currency, settings);
  return ok({ context: context.value, ticketId, view, wallet: wallet.value, funder, neededNanos });
}

/** The organization's where it may be funded, then the others from the most general on. */
function chooseWallet(context: FundingContext, view: FundingView, funder: Funder): Result<TopUp["wallet"]> {
  let message = CONTACT_ADMIN;
  for (const wallet of view.sources.toReversed()) {
    const { scope, ownerId } = wallet;
    if (scope === "seat") continue;
    const decision = decide(context, { scope, ownerId }, funder);
    if (decision.available) return ok({ ...wallet, scope });
    if (scope === "organization") message = decision.message;
  }
  return fail({ kind: "top_up_unavailable", reason: "not_available", message });
}

function refusePage(deps: ApiDeps, request: Request, failure: Failure): Response {
  const { status, body } = failureResponse("openai", failure, { requestId: "", nowMs: deps.nowMs() });
  if (failure.kind === "top_up_unavailable") {
    return answerPage(unavailablePage(failure.message), { status, nonce: deps.newSecret(), formTarget: null });
  }
  const { error } = body;
  const message = typeof error === "object" && error !== null && "message" in error ? String(error.message) : "";
  const isKnown = status === 400 || status === 403 || status === 404;
  return answerPageFailure(request, oauthFailure(isKnown ? status : 503, failure.kind, message), deps.newSecret());
}
