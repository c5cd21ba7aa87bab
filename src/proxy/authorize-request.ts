/**
 * Asks the ledger whether a request may leave. When it does not answer, the organization's fail mode decides: nothing leaves,
 * or the request leaves with nothing held and is posted when the ledger is back (contract: Wallets, Fail mode).
 */
import type { AuthorizeCommand, Grant, LoggedRefusal, SettleCommand } from "../contract/commands.ts";
import type { Failure } from "../core/failure.ts";
import type { Lifetime, OrganizationLedger } from "./ports.ts";

export interface Admitted {
  readonly outcome: "admitted";
  readonly grant: Grant;
  /** Delivers the end to where the request was entered. */
  settle(command: SettleCommand): Promise<void>;
}

export async function authorizeRequest(
  command: AuthorizeCommand,
  ledger: OrganizationLedger,
  lifetime: Lifetime,
): Promise<Admitted | LoggedRefusal> {
  const reply = await ledger.authorize(command);
  if (reply.outcome === "authorized") {
    return { outcome: "admitted", grant: reply.grant, settle: (settlement) => ledger.settle(settlement) };
  }
  if (reply.failure.kind !== "wallet_unavailable") return reply;

  const plan = await ledger.planUnreserved(command);
  if (plan.outcome === "refused") {
    lifetime.waitUntil(ledger.abandon(plan.request, abandoned(command, plan.failure)));
    return { outcome: "refused", failure: plan.failure };
  }
  const { grant, request } = plan;
  await ledger.beginUnreserved(request);
  return { outcome: "admitted", grant, settle: (settlement) => ledger.settleUnreserved({ request, settlement }) };
}

/** Nothing left, so that nothing is charged; the hold of a reservation whose answer was lost goes back. */
function abandoned({ reservationId }: AuthorizeCommand, failure: Failure): SettleCommand {
  return {
    reservationId,
    status: "refused",
    usage: null,
    usageSource: "none",
    costUsdNanos: null,
    targetId: null,
    responseModel: null,
    responseId: null,
    attempts: [],
    latencyMs: null,
    upstreamLatencyMs: null,
    flags: [failure.kind],
  };
}
