/** What a command decides with: the storage, the directory and the instant. Nothing in it awaits. */
import type { Directory } from "../../src/contract/directory.ts";
import type { LedgerEntryRow } from "../../src/contract/ledger-message.ts";
import { accountName, isPostable, postLine } from "../../src/core/ledger-entry.ts";
import type { EntryType, LedgerEntry } from "../../src/core/ledger-entry.ts";
import type { ProviderStanding } from "../../src/core/payment-settings.ts";
import type { Wallet } from "../../src/core/wallet.ts";
import { considerAutoTopUp } from "./auto-top-up.ts";
import type { DirectoryIndex } from "./directory-index.ts";
import { notifyPosting } from "./notify.ts";
import type { Store } from "./store.ts";
import type { OAuthGrantStore } from "./store/oauth-grants.ts";
import type { RecentRequestStore } from "./store/recent-requests.ts";
import type { ResponseStore } from "./store/responses.ts";
import type { RotationStore } from "./store/rotation.ts";
import type { WalletStore } from "./store/wallets.ts";

/** What a request is decided with, up to and without the hold. The Worker has one too, for when the object does not answer. */
export interface PlanContext {
  readonly store: {
    readonly organizationId: string;
    readonly wallets: Pick<WalletStore, "of">;
    readonly responses: Pick<ResponseStore, "totalTokens">;
    readonly recent: Pick<RecentRequestStore, "useOf">;
    readonly rotation: Pick<RotationStore, "turnOf">;
    /** Null: tokens of applications are not known here. */
    readonly oauth: Pick<OAuthGrantStore, "findToken" | "findGrant"> | null;
  };
  readonly index: DirectoryIndex;
  readonly directory: Directory;
  readonly nowMs: number;
}

export interface CommandContext extends PlanContext {
  readonly store: Store;
  readonly leaseMs: number;
  /** How the active payment provider stands for the organization's currency; null: none is active. */
  paymentProvider(): ProviderStanding;
  /** A transaction within the command's: when it throws, only what it wrote is taken back. */
  transact<T>(work: () => T): T;
}

export interface EntryReference {
  readonly reservationId: string | null;
  readonly requestId: string | null;
  readonly actor: string;
  readonly note: string | null;
  readonly flags: readonly string[];
}

/** Whether every wallet can hold what the entry leaves in it. */
export function canPost({ store }: CommandContext, entry: LedgerEntry): boolean {
  return isPostable(entry, (walletId) => findWallet(store, walletId).balanceNanos);
}

/** What spends money. What goes back to payers is not charged again. */
const REFILLED_AFTER: ReadonlySet<EntryType> = new Set(["settle", "allocate"]);

/** Applies an entry to its wallets and writes it with the next sequence number. Gives the row for the outbox. */
export function postEntry(context: CommandContext, entry: LedgerEntry, reference: EntryReference): LedgerEntryRow {
  const { store } = context;
  const sequence = store.entries.nextSequence();
  const lines = entry.lines.map(({ account, amountNanos }, line) => {
    const wallet = account.kind === "wallet" ? findWallet(store, account.walletId) : null;
    const posted =
      wallet === null
        ? null
        : notifyPosting(context, postLine(wallet, entry.type, amountNanos), {
            type: entry.type,
            amountNanos,
            sequence,
          });
    if (posted !== null) {
      store.wallets.save(posted);
      if (REFILLED_AFTER.has(entry.type) && amountNanos < 0n) considerAutoTopUp(context, posted, null);
    }
    return {
      line,
      account: accountName(account),
      amount_nanos: amountNanos.toString(),
      balance_after_nanos: posted === null ? null : posted.balanceNanos.toString(),
    };
  });
  const row: LedgerEntryRow = {
    id: `ent_${store.organizationId.replace(/^org_/, "")}_${sequence}`,
    organization_id: store.organizationId,
    sequence,
    type: entry.type,
    currency: context.directory.settings.currency,
    reservation_id: reference.reservationId,
    request_id: reference.requestId,
    actor: reference.actor,
    note: reference.note,
    flags: [...reference.flags],
    created_at_ms: context.nowMs,
    lines,
  };
  store.entries.insert(row);
  return row;
}

/** Entries only name wallets that were stored before. */
function findWallet(store: Store, walletId: string): Wallet {
  const wallet = store.wallets.find(walletId);
  if (wallet === null) throw new Error(`an entry names the wallet ${walletId}, which does not exist`);
  return wallet;
}
