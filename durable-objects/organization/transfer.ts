/** Commands that move money between wallets, each exactly once. */
import { refuse } from "../../src/contract/commands.ts";
import type { TransferCommand, TransferReply, WalletAddress } from "../../src/contract/organization-rpc.ts";
import { isOwnerId } from "../../src/core/attribution.ts";
import { fail, invalid, ok } from "../../src/core/failure.ts";
import type { Failure, Result } from "../../src/core/failure.ts";
import { allocateEntry, creditEntry, reclaimEntry } from "../../src/core/ledger-entry.ts";
import type { LedgerEntry } from "../../src/core/ledger-entry.ts";
import { formatNanos, MAX_NANOS } from "../../src/core/money.ts";
import type { Nanos } from "../../src/core/money.ts";
import { availableNanos, isClosed } from "../../src/core/wallet.ts";
import type { Wallet } from "../../src/core/wallet.ts";
import { canPost, postEntry } from "./context.ts";
import type { CommandContext } from "./context.ts";
import { hashContent } from "./digest.ts";
import { viewWallet } from "./views.ts";

/** See `OrganizationRpc.transfer`. Only what was posted is remembered: a refused transfer may be tried again. */
export function transfer(context: CommandContext, command: TransferCommand): TransferReply {
  const { store, nowMs } = context;
  const contentSha256 = hashContent(command);
  const known = store.transfers.find(command.commandId);
  if (known !== null) {
    if (known.contentSha256 === contentSha256) return known.reply;
    return refuse({
      kind: "conflict",
      code: "idempotency_key_reused",
      message: "This idempotency key was used before with other content.",
    });
  }
  const moved = move(context, command);
  if (!moved.ok) return refuse(moved.failure);
  store.transfers.insert(command.commandId, { contentSha256, reply: moved.value }, nowMs);
  return moved.value;
}

function move(context: CommandContext, command: TransferCommand): Result<TransferReply> {
  const { store, directory, index } = context;
  if (command.currency !== directory.settings.currency) {
    return fail(
      invalid(
        "currency",
        "currency_mismatch",
        `The wallets of this organization are in ${directory.settings.currency}.`,
      ),
    );
  }
  if (command.amountNanos <= 0n || command.amountNanos > MAX_NANOS) {
    return fail(invalid("amount", "invalid_amount", "The amount must be positive and fit a wallet."));
  }
  const found = findTarget(context, command.target);
  if (!found.ok) return found;
  const target = found.value;
  if (isClosed(target)) return fail(CLOSED);
  const organization = store.wallets.organization();
  const planned = planEntry(context, command, target, organization);
  if (!planned.ok) return planned;
  const entry = postEntry(context, planned.value, {
    reservationId: null,
    requestId: null,
    actor: command.actor,
    note: command.note,
    flags: [],
  });
  store.outbox.add({ entry, spend_log: null });
  const view = (wallet: Wallet) => viewWallet(index, store.wallets.of(wallet));
  return ok({
    outcome: "posted",
    entryId: entry.id,
    wallet: view(target),
    organizationWallet: view(organization),
  });
}

function planEntry(
  context: CommandContext,
  command: TransferCommand,
  target: Wallet,
  organization: Wallet,
): Result<LedgerEntry> {
  const { type, amountNanos, currency } = command;
  if (type !== "credit" && target.id === organization.id) {
    return fail(invalid("team_id", "invalid_target", "Name the team or the user whose wallet it is."));
  }
  const payer = type === "allocate" ? organization : type === "reclaim" ? target : null;
  if (payer !== null && availableNanos(payer) < amountNanos) {
    return fail({
      kind: "insufficient_funds",
      ticket: null,
      requiredNanos: amountNanos,
      availableNanos: availableNanos(payer),
      currency,
      scope: payer.scope,
      topUp: { available: false, url: null },
    });
  }
  const entry = entryOf(type, target, organization, amountNanos);
  return canPost(context, entry) ? ok(entry) : fail(AMOUNT_OUT_OF_RANGE);
}

const CLOSED: Failure = {
  kind: "conflict",
  code: "wallet_closed",
  message: "This wallet is closed: its owner was removed.",
};

const ONLY_GRANTS = invalid(
  "wallet_id",
  "invalid_target",
  "This is the wallet of a seat: only the plan's monthly credit fills it. Name the user instead.",
);

export const AMOUNT_OUT_OF_RANGE = invalid(
  "amount",
  "amount_out_of_range",
  `The wallet would hold more than ${formatNanos(MAX_NANOS)}, the most that can be kept.`,
);

function entryOf(type: TransferCommand["type"], target: Wallet, organization: Wallet, amountNanos: Nanos): LedgerEntry {
  switch (type) {
    case "credit":
      return creditEntry(target.id, amountNanos);
    case "allocate":
      return allocateEntry(organization.id, target.id, amountNanos);
    case "reclaim":
      return reclaimEntry(organization.id, target.id, amountNanos);
  }
}

/** The wallet that is named, stored when its owner is seen for the first time. */
function findTarget(context: CommandContext, address: WalletAddress): Result<Wallet> {
  const { wallets } = context.store;
  const { walletId, teamId, userId } = address;
  if ([walletId, teamId, userId].filter((id) => id !== null).length > 1) {
    return fail(invalid("wallet_id", "ambiguous_target", "Name one of wallet_id, team_id and user_id."));
  }
  wallets.open(wallets.organization());
  if (walletId !== null) {
    const wallet = wallets.find(walletId);
    if (wallet === null) return fail({ kind: "not_found", what: "wallet" });
    return wallet.scope === "seat" ? fail(ONLY_GRANTS) : ok(wallet);
  }
  const ownerId = teamId ?? userId;
  if (ownerId === null) return ok(wallets.organization());
  if (!isOwnerId(ownerId))
    return fail(invalid(teamId === null ? "user_id" : "team_id", "invalid_id", "This is no id."));
  const owner = { scope: teamId === null ? "user" : "team", ownerId } as const;
  wallets.open(owner);
  return ok(wallets.of(owner));
}
