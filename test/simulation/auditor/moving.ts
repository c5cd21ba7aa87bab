/** What credits, allocations and reclaims must do, and what the wallets must look like. */
import type { TransferCommand } from "../../../src/contract/organization-rpc.ts";
import { free, LARGEST } from "./books.ts";
import type { AuditWallet, Movement } from "./books.ts";
import { canonical, WalletId } from "./expectation.ts";
import type { WalletIds } from "./expectation.ts";
import type { AuditState } from "./state.ts";
import { postAndTell } from "./telling.ts";

export function expectTransfer(state: AuditState, command: TransferCommand, ids: WalletIds, nowMs: number): unknown {
  const content = canonical(command);
  const known = state.transfers.find(({ id }) => id === command.commandId);
  if (known !== undefined) {
    return known.content === content ? known.reply : refused("conflict", { code: "idempotency_key_reused" });
  }
  const reply = move(state, command, ids, nowMs);
  if (reply.posted) state.transfers.push({ id: command.commandId, content, reply: reply.answer, atMs: nowMs });
  return reply.answer;
}

function move(
  state: AuditState,
  command: TransferCommand,
  ids: WalletIds,
  nowMs: number,
): { readonly posted: boolean; readonly answer: unknown } {
  const no = (kind: string, members: object) => ({ posted: false, answer: refused(kind, members) });
  const { type, amountNanos: amount, currency } = command;
  if (currency !== state.settings.currency) return no("invalid_request", { code: "currency_mismatch" });
  if (amount <= 0n || amount > LARGEST) return no("invalid_request", { code: "invalid_amount" });
  const organization = state.organizationWallet();
  const { walletId, teamId, userId } = command.target;
  if ([walletId, teamId, userId].filter((id) => id !== null).length > 1) {
    return no("invalid_request", { code: "ambiguous_target" });
  }
  organization.isStored = true;
  const wallet = findWallet(state, command, ids);
  if (wallet === null) return no("not_found", { what: "wallet" });
  if (wallet.scope === "seat") return no("invalid_request", { code: "invalid_target" });
  wallet.isStored = true;
  if (wallet.closedAtMs !== null) return no("conflict", { code: "wallet_closed" });
  if (type !== "credit" && wallet === organization) return no("invalid_request", { code: "invalid_target" });
  const payer = type === "credit" ? null : type === "allocate" ? organization : wallet;
  if (payer !== null && free(payer) < amount) {
    const required = { requiredNanos: amount, availableNanos: free(payer), scope: payer.scope, ticket: null };
    return no("insufficient_funds", required);
  }
  const movement: Movement = {
    type,
    lines:
      type === "credit"
        ? [
            ["external", -amount],
            [wallet.name, amount],
          ]
        : type === "allocate"
          ? [
              [organization.name, -amount],
              [wallet.name, amount],
            ]
          : [
              [wallet.name, -amount],
              [organization.name, amount],
            ],
  };
  if (!state.books.fits(movement)) return no("invalid_request", { code: "amount_out_of_range" });
  const entry = postAndTell(state, movement, {
    currency,
    reservationId: null,
    requestId: null,
    actor: command.actor,
    note: command.note,
    flags: [],
    atMs: nowMs,
  });
  state.messages.push({ entry, row: null });
  const answer = {
    outcome: "posted",
    entryId: `ent_${state.organizationId.replace("org_", "")}_${entry.sequence}`,
    wallet: expectWallet(state, wallet),
    organizationWallet: expectWallet(state, organization),
  };
  return { posted: true, answer };
}

function findWallet(state: AuditState, { target }: TransferCommand, ids: WalletIds): AuditWallet | null {
  if (target.walletId !== null) {
    for (const wallet of state.books.wallets) {
      if (wallet.isStored && ids.get(wallet.name) === target.walletId) return wallet;
    }
    return null;
  }
  if (target.teamId !== null) return state.books.wallet("team", target.teamId);
  return target.userId === null ? state.organizationWallet() : state.books.wallet("user", target.userId);
}

function refused(kind: string, members: object): unknown {
  return { outcome: "refused", failure: { kind, ...members } };
}

/** A wallet as it is shown. */
export function expectWallet(state: AuditState, wallet: AuditWallet): Readonly<Record<string, unknown>> {
  const left = free(wallet);
  const isLow = left * 100n <= wallet.funded * BigInt(state.settings.alert_threshold_pct);
  return {
    id: new WalletId(wallet.name),
    scope: wallet.scope,
    ownerId: wallet.owner,
    balanceNanos: wallet.balance,
    heldNanos: wallet.held,
    availableNanos: left,
    totalAllocatedNanos: wallet.allocated,
    totalSpentNanos: wallet.spent,
    lastFundedBalanceNanos: wallet.funded,
    alerted: wallet.told,
    currency: state.settings.currency,
    status: left <= 0n ? "depleted" : isLow ? "low" : "healthy",
  };
}
