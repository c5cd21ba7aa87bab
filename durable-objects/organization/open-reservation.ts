/** Making a reservation: what a grant says, the hold in its wallet, and what is taken of the limits. */
import { refuse } from "../../src/contract/commands.ts";
import type { Attribution, AuthorizeCommand, AuthorizeReply, Grant } from "../../src/contract/commands.ts";
import { bodyRuleOf } from "../../src/core/event.ts";
import type { BodyRule } from "../../src/core/event.ts";
import { holdMoney } from "../../src/core/ledger-entry.ts";
import { decideStart, reservationConflict } from "../../src/core/reservation.ts";
import type { CacheSettings } from "../../src/core/response-cache.ts";
import { availableNanos } from "../../src/core/wallet.ts";
import type { Wallet } from "../../src/core/wallet.ts";
import type { BudgetTaking } from "./budgets.ts";
import type { CommandContext } from "./context.ts";
import { take } from "./limits.ts";
import { cascadeOf } from "./principal.ts";
import { cacheOf } from "./request-plan.ts";
import { seatMonthOf } from "./seats.ts";
import type { ReservationPlan } from "./store/reservations.ts";
import type { Takings } from "./takings.ts";

/** The first answer to a command that made a reservation, a refusal for another command, or null for a new one. */
export function findRepeat(context: CommandContext, reservationId: string, startSha256: string): AuthorizeReply | null {
  const existing = context.store.reservations.find(reservationId);
  switch (decideStart(existing, startSha256)) {
    case "start":
      return null;
    case "repeat":
      return existing === null ? null : { outcome: "authorized", grant: existing.plan.grant, status: existing.status };
    case "conflict":
      return refuse(reservationConflict("This request id was used before with other content."));
  }
}

/** Moves the hold into the wallet, takes from the limits and writes the reservation. */
export function holdFor(
  context: CommandContext,
  source: Wallet,
  taking: Takings,
  startSha256: string,
  plan: Omit<ReservationPlan, "grant"> & { readonly grant: Omit<Grant, "wallet" | "availableNanos"> },
): Grant {
  const { store } = context;
  const held = holdMoney(source, plan.grant.heldNanos);
  store.wallets.save(held);
  const grant: Grant = {
    ...plan.grant,
    wallet: { id: held.id, scope: held.scope },
    availableNanos: availableNanos(held),
  };
  return openReservation(context, { ...plan, grant }, taking, startSha256);
}

/** Writes the reservation with what it takes of the limits. */
export function openReservation(
  context: CommandContext,
  plan: ReservationPlan,
  taking: Takings,
  startSha256: string,
): Grant {
  const { rates } = taking;
  const grant = rates === undefined ? plan.grant : { ...plan.grant, rates };
  const opened = { ...plan, grant };
  context.store.reservations.insert(opened, take(context, taking), startSha256);
  context.store.recent.enter(opened);
  return grant;
}

/** The cascade, with a stored wallet for an owner that is seen for the first time (contract: Identity). */
export function openCascade(context: CommandContext, attribution: Attribution): Wallet[] {
  const cascade = cascadeOf(context, attribution);
  for (const wallet of cascade) context.store.wallets.open(wallet);
  return cascade;
}

/** What the tightest hard budget has left when this is taken; nothing without one. */
export function remainingAfter({ budgetRemainingNanos }: BudgetTaking): Pick<Grant, "budgetRemainingNanos"> {
  return budgetRemainingNanos === null ? {} : { budgetRemainingNanos };
}

/** What every grant says of its request and of the settings in force, whatever it holds. */
export function baseGrant(
  context: CommandContext,
  command: Pick<AuthorizeCommand, "requestId" | "reservationId" | "zdrMode" | "forwardedElsewhere">,
  attribution: Attribution,
) {
  const { directory, nowMs, leaseMs } = context;
  const keepsBodies = bodyRule(context, command) === "kept";
  return {
    reservationId: command.reservationId,
    requestId: command.requestId,
    attribution,
    currency: directory.settings.currency,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + leaseMs,
    leaseMs,
    onClientDisconnect: directory.settings.onClientDisconnect,
    onHoldExhausted: directory.settings.onHoldExhausted,
    zdrMode: command.zdrMode,
    ...(keepsBodies ? { keepsBodies } : {}),
    ...keeping(cacheOf(context, attribution, command.zdrMode)),
  };
}

function keeping(cache: CacheSettings | null): Pick<Grant, "cacheTtlSeconds"> {
  return cache === null ? {} : { cacheTtlSeconds: cache.ttlSeconds };
}

/** Whether the request's bodies are kept, by the settings in force. */
export function bodyRule(
  { directory }: CommandContext,
  { zdrMode, forwardedElsewhere }: Pick<AuthorizeCommand, "zdrMode" | "forwardedElsewhere">,
): BodyRule {
  return bodyRuleOf({ zdrMode, forwardedElsewhere, keepsBodies: directory.settings.keepEventBodies });
}

/** What a reservation remembers of the request as it came. */
export function requestOf(
  context: CommandContext,
  command: AuthorizeCommand,
  attribution: Attribution,
): Omit<ReservationPlan, "grant" | "matched" | "coveredTokens"> {
  const { endpoint, streamed, model } = command.facts;
  const { metadata, forwardedElsewhere } = command;
  const seatMonth = seatMonthOf(context, attribution);
  return { endpoint, streamed, requestedModel: model, metadata, forwardedElsewhere, seatMonth };
}
