/** Renews the lease of a running request, and holds more money for one whose output reaches its hold. */
import { refuse } from "../../src/contract/commands.ts";
import type { CheckpointCommand, CheckpointReply } from "../../src/contract/commands.ts";
import {
  boundTargetTokens,
  coveredOutputTokens,
  mergeHolds,
  outputTokensOf,
  planExtension,
  withOutputTokens,
  withoutOutput,
} from "../../src/core/hold-extension.ts";
import type { CostOfOutput } from "../../src/core/hold-extension.ts";
import { holdMoney } from "../../src/core/ledger-entry.ts";
import type { WalletAmount } from "../../src/core/ledger-entry.ts";
import { smaller } from "../../src/core/money.ts";
import type { Nanos } from "../../src/core/money.ts";
import { reservationConflict } from "../../src/core/reservation.ts";
import { chargeFor, IMPLAUSIBLE_COST, isPlausible } from "./charge.ts";
import type { CommandContext } from "./context.ts";
import { takeMore } from "./limits.ts";
import { payersOf } from "./payment.ts";
import { findReservation, namesOtherTarget, UNKNOWN_TARGET } from "./settle.ts";
import type { Checkpoint, Reservation } from "./store/reservations.ts";
import { roomToHold } from "./takings.ts";

/** See `OrganizationRpc.checkpoint`. */
export function checkpoint(context: CommandContext, command: CheckpointCommand): CheckpointReply {
  const { store, nowMs, leaseMs } = context;
  const reservation = findReservation(context, command);
  if (reservation === null) return refuse({ kind: "not_found", what: "reservation" });
  if (reservation.status !== "open") return refuse(reservationConflict(`The reservation is ${reservation.status}.`));
  const { usage, targetId = null, holdForOutputTokens = null } = command;
  if (namesOtherTarget(reservation, command)) return refuse(UNKNOWN_TARGET);
  const news = usage === null ? null : { usage, targetId };
  // Priced now, so that what expiry would settle is known to be payable.
  const charge = chargeAt(context, reservation, news);
  if (!isPlausible(charge)) return refuse(IMPLAUSIBLE_COST);
  const isNews = chargeAt(context, reservation, reservation.checkpoint).totalNanos <= charge.totalNanos;
  const held =
    usage === null || holdForOutputTokens === null
      ? []
      : extendHold(context, reservation, costOfOutput(context, reservation, { usage, targetId }), {
          usedTokens: outputTokensOf(usage),
          wantedTokens: holdForOutputTokens,
        });
  const addedNanos = held.reduce((sum, { amountNanos }) => sum + amountNanos, 0n);
  const expiresAtMs = Math.max(reservation.expiresAtMs, nowMs + leaseMs);
  store.reservations.renew(reservation.id, {
    expiresAtMs,
    checkpoint: isNews ? news : null,
    extension: held.length === 0 ? null : mergeHolds(reservation.extension, held),
    takes: takeMore(context, reservation, addedNanos),
  });
  const heldNanos = reservation.heldNanos + addedNanos;
  const covered = news === null ? null : coveredOutputTokens(heldNanos, costOfOutput(context, reservation, news));
  return {
    outcome: "renewed",
    expiresAtMs,
    heldNanos,
    currency: reservation.currency,
    coveredOutputTokens: covered === Number.POSITIVE_INFINITY ? null : covered,
  };
}

function chargeAt(context: CommandContext, reservation: Reservation, at: Checkpoint | null) {
  return chargeFor(context, reservation, { ...(at ?? NOTHING_YET), costUsdNanos: null });
}

const NOTHING_YET = { usage: null, targetId: null };

/** What the request costs with more or less output than it has so far, as a settlement would price it. */
function costOfOutput(
  context: CommandContext,
  reservation: Reservation,
  { usage, targetId }: Checkpoint,
): CostOfOutput {
  const silent = withoutOutput(usage);
  return (outputTokens) =>
    chargeAt(context, reservation, { usage: withOutputTokens(silent, outputTokens), targetId }).totalNanos;
}

/**
 * Moves more money into the hold, from the wallet that held first, then up the cascade, as far as money and the limits of
 * credits go. What others hold is out of reach. Gives what was added.
 */
function extendHold(
  context: CommandContext,
  reservation: Reservation,
  costOf: CostOfOutput,
  wish: { readonly usedTokens: number; readonly wantedTokens: number },
): readonly WalletAmount[] {
  const { store, directory } = context;
  // What has no wallet costs nothing; amounts in another currency are never mixed.
  if (reservation.walletId === null || reservation.currency !== directory.settings.currency) return [];
  const targetNanos: Nanos = costOf(boundTargetTokens(wish.wantedTokens, wish.usedTokens));
  const sources = payersOf(context, reservation).map((payer) => ({
    walletId: payer.walletId,
    availableNanos: payer.availableNanos - payer.heldNanos,
  }));
  const roomNanos = roomToHold(context, reservation);
  const limitNanos = roomNanos === null ? targetNanos : reservation.heldNanos + roomNanos;
  const added = planExtension(reservation.heldNanos, smaller(targetNanos, limitNanos), sources);
  for (const { walletId, amountNanos } of added) {
    const wallet = store.wallets.find(walletId);
    if (wallet !== null) store.wallets.save(holdMoney(wallet, amountNanos));
  }
  return added;
}
