/** A wallet whose owner is about to go: nothing holds, credits or allocates it any more, and what it has, or owes, goes to the organization. */
import { refuse } from "../../src/contract/commands.ts";
import type { CloseWalletCommand, CloseWalletReply, ClosableOwner } from "../../src/contract/organization-rpc.ts";
import type { Failure } from "../../src/core/failure.ts";
import { allocateEntry, reclaimEntry } from "../../src/core/ledger-entry.ts";
import type { LedgerEntry } from "../../src/core/ledger-entry.ts";
import { formatNanos } from "../../src/core/money.ts";
import type { Nanos } from "../../src/core/money.ts";
import type { Wallet } from "../../src/core/wallet.ts";
import { canPost, postEntry } from "./context.ts";
import type { CommandContext } from "./context.ts";
import type { DirectoryIndex } from "./directory-index.ts";
import type { Store } from "./store.ts";
import { AMOUNT_OUT_OF_RANGE } from "./transfer.ts";

/** How long the records may take to lose an owner whose wallet is closed. After that, one that they still have keeps its wallet. */
export const CLOSING_MS = 60_000;

/** See `OrganizationRpc.closeWallet`. A repeat closes what is closed already. */
export function closeWallet(context: CommandContext, { owner, reclaim, actor }: CloseWalletCommand): CloseWalletReply {
  const { store, nowMs } = context;
  const { wallets } = store;
  wallets.open(wallets.organization());
  wallets.open(owner);
  const wallet = wallets.of(owner);
  const { balanceNanos, heldNanos } = wallet;
  if (heldNanos > 0n) return refuse(inTheWay(context, wallet, reclaim ? "wallet_in_use" : "wallet_not_empty"));
  if (balanceNanos !== 0n && !reclaim) return refuse(inTheWay(context, wallet, "wallet_not_empty"));
  const movement = emptyingEntry(wallets.organization().id, wallet.id, balanceNanos);
  if (movement !== null && !canPost(context, movement)) return refuse(AMOUNT_OUT_OF_RANGE);
  wallets.save({ ...wallet, closedAtMs: nowMs });
  if (movement !== null) {
    const reference = { reservationId: null, requestId: null, actor, note: "wallet closed", flags: [] };
    store.outbox.add({ entry: postEntry(context, movement, reference), spend_log: null });
  }
  return { outcome: "closed", reclaimedNanos: balanceNanos };
}

/** A refund of spent money leaves a debt, which the organization pays: it must not go with the owner. */
function emptyingEntry(organizationWalletId: string, walletId: string, balanceNanos: Nanos): LedgerEntry | null {
  if (balanceNanos === 0n) return null;
  return balanceNanos > 0n
    ? reclaimEntry(organizationWalletId, walletId, balanceNanos)
    : allocateEntry(organizationWalletId, walletId, -balanceNanos);
}

/** The owner stays after all. */
export function reopenWallet({ store }: Pick<CommandContext, "store">, owner: ClosableOwner): { outcome: "reopened" } {
  store.wallets.open(owner);
  store.wallets.save({ ...store.wallets.of(owner), closedAtMs: null });
  return { outcome: "reopened" };
}

/**
 * Reopens what was closed for an owner that was not removed. `index` has the records as they were at `readAtMs` or later; who is not in
 * them then is gone for good.
 */
export function reopenKept(store: Store, index: DirectoryIndex, readAtMs: number): void {
  for (const wallet of store.wallets.closedUntil(readAtMs - CLOSING_MS)) {
    store.wallets.save({ ...wallet, closedAtMs: isKnown(index, wallet) ? null : 0 });
  }
}

function isKnown({ directory }: DirectoryIndex, { scope, ownerId }: Wallet): boolean {
  const owners = scope === "team" ? directory.teams : [...directory.members, ...directory.serviceUsers];
  return owners.some(({ id }) => id === ownerId);
}

function inTheWay(
  { directory }: CommandContext,
  { balanceNanos, heldNanos }: Wallet,
  code: "wallet_in_use" | "wallet_not_empty",
): Failure {
  const { currency } = directory.settings;
  const balance = formatNanos(balanceNanos);
  const held = formatNanos(heldNanos);
  const what = `Its wallet has ${balance} ${currency}, of which requests under way hold ${held}.`;
  return {
    kind: "conflict",
    code,
    message:
      code === "wallet_in_use"
        ? `${what} Revoke its keys, and repeat when they have ended.`
        : `${what} Repeat with ?reclaim=true to move it to the organization's wallet.`,
    details: { balance, held, currency },
  };
}
