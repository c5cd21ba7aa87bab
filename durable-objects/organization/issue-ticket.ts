/** Refusals for lack of money, with the cost ticket that freezes the price. */
import type { Attribution, AuthorizeCommand } from "../../src/contract/commands.ts";
import { fundingOrder } from "../../src/core/attribution.ts";
import { bestFunded } from "../../src/core/cascade.ts";
import { TICKET_LIFETIME_MS } from "../../src/core/cost-ticket.ts";
import { parseExchangeRate } from "../../src/core/exchange.ts";
import type { Failure, TopUpOffer } from "../../src/core/failure.ts";
import { decideFunding } from "../../src/core/payment-settings.ts";
import { affordableOutputTokens } from "../../src/core/quote.ts";
import { availableNanos } from "../../src/core/wallet.ts";
import { hasPendingTopUp } from "./auto-top-up.ts";
import type { CommandContext } from "./context.ts";
import { deriveId } from "./digest.ts";
import { seatTakesPart } from "./directory-index.ts";
import { cascadeOf } from "./principal.ts";
import { heldPrices } from "./request-plan.ts";
import type { MoneyPlan, RequestPlan } from "./request-plan.ts";
import type { StoredTicket } from "./store/tickets.ts";

type Shortage = Pick<RequestPlan, "targets" | "facts" | "exchangeRate" | "use"> & {
  readonly money: Exclude<MoneyPlan, { readonly outcome: "nothing_to_hold" }>;
};

/** Makes the ticket of a refused request. A repeat of the same request finds the ticket that it already got. */
export function issueTicket(
  context: CommandContext,
  command: AuthorizeCommand,
  attribution: Attribution,
  { targets, facts, exchangeRate, money, use }: Shortage,
): StoredTicket {
  const { store, directory, nowMs } = context;
  const id = deriveId("ctk", [store.organizationId, command.reservationId, command.requestSha256, attribution.keyId]);
  const existing = store.tickets.find(id);
  if (existing !== null && existing.reservationId === null && existing.expiresAtMs > nowMs) return existing;
  const ticket: StoredTicket = {
    id,
    requestSha256: command.requestSha256,
    attribution,
    reservationId: null,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + TICKET_LIFETIME_MS,
    holdNanos: money.holdNanos,
    currency: directory.settings.currency,
    exchangeRate,
    bufferBasisPoints: directory.settings.reserveBufferBasisPoints,
    targets,
    facts,
    coveredTokens: use.tokens,
    outputCapTokens: money.outputCapTokens,
    metadata: command.metadata,
  };
  store.tickets.save(ticket);
  return ticket;
}

/** The refusal that carries a ticket, with what the best funded source could pay for now. */
export function ticketShortage(context: CommandContext, ticket: StoredTicket): Failure {
  const best = bestFunded(cascadeOf(context, ticket.attribution));
  const available = best === null ? 0n : availableNanos(best);
  const held = heldPrices(ticket.targets);
  const rate = parseExchangeRate(ticket.exchangeRate);
  const affordable =
    held === null || rate === null
      ? 0
      : affordableOutputTokens({
          ...held,
          facts: ticket.facts,
          bufferBasisPoints: ticket.bufferBasisPoints,
          exchangeRate: rate,
          amountNanos: available,
        });
  return {
    kind: "insufficient_funds",
    ticket: {
      id: ticket.id,
      estimatedCostNanos: ticket.holdNanos,
      currency: ticket.currency,
      provider: ticket.targets[0]?.provider ?? "",
      model: ticket.facts.model,
      requestSha256: ticket.requestSha256,
      createdAtMs: ticket.createdAtMs,
      expiresAtMs: ticket.expiresAtMs,
      affordableOutputTokens: affordable,
    },
    requiredNanos: ticket.holdNanos,
    availableNanos: available,
    currency: ticket.currency,
    scope: best?.scope ?? "organization",
    topUp: offerTopUp(context, ticket),
  };
}

/** Whether the caller can pay into a wallet that pays for the request; who may is decided where they do, by the same rules. */
function offerTopUp(context: CommandContext, { id, attribution }: StoredTicket): TopUpOffer {
  const { store, directory, index } = context;
  const { payments, settings } = directory;
  if (payments === undefined) return { available: false, url: null };
  const funder = { isBilling: false, memberId: attribution.userId, ledTeamIds: [] };
  const provider = context.paymentProvider();
  const available = fundingOrder(attribution, store.organizationId, seatTakesPart(index, attribution)).some(
    ({ scope, ownerId }) =>
      scope !== "seat" &&
      decideFunding({
        provider,
        settings: payments,
        selfServiceUserTopUp: settings.selfServiceUserTopUp,
        target: { scope, ownerId },
        funder,
      }).available,
  );
  const query = new URLSearchParams({ organization: store.organizationId, ticket: id });
  const isPending = hasPendingTopUp(context, cascadeOf(context, attribution));
  return { available, url: available ? `/top-up?${query.toString()}` : null, ...(isPending ? { isPending } : {}) };
}
