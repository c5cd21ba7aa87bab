/** Whether the ledger, its copy and the spend log tell the same. */
import type { BookDifference, Reconciliation } from "../contract/ledger-api.ts";
import { formatTime } from "../contract/amount.ts";
import type { BooksView } from "../contract/organization-rpc.ts";
import { fail, ok, type Result } from "../core/failure.ts";
import { accountName } from "../core/ledger-entry.ts";
import { formatNanos } from "../core/money.ts";
import { readCopiedBooks, type CopiedBooks } from "../platform/d1/reconciliation.ts";
import type { ApiDeps } from "./deps.ts";

/** The copy is read before the object: while both move, an entry may reach the copy in between. */
const MAX_ATTEMPTS = 3;

export async function reconcile(deps: ApiDeps, organizationId: string, attempt = 1): Promise<Result<Reconciliation>> {
  const copy = await readCopiedBooks(deps.spendDb, organizationId);
  const reply = await deps.organization(organizationId).books();
  if (reply.outcome === "refused") return fail(reply.failure);
  const books = reply.value;
  const hasMoved = copy.lastSequence < books.lastSequence && books.unshippedMessages === 0;
  if (hasMoved && attempt < MAX_ATTEMPTS) return reconcile(deps, organizationId, attempt + 1);
  const difference = findDifference(copy, books);
  return ok({
    organization_id: organizationId,
    currency: books.currency,
    balance: formatNanos(sumOf(books, "balanceNanos")),
    held: formatNanos(sumOf(books, "heldNanos")),
    spent: copy.spent.map(({ currency, ledgerNanos, logNanos }) => ({
      currency,
      by_ledger: formatNanos(ledgerNanos),
      by_spend_log: formatNanos(logNanos),
    })),
    last_sequence: books.lastSequence,
    copied_sequence: copy.lastSequence,
    archived_through_sequence: books.archivedThroughSequence,
    unshipped_messages: books.unshippedMessages,
    first_difference: difference === null ? null : { organization_id: organizationId, ...difference },
    checked_at: formatTime(deps.nowMs()),
  });
}

type Difference = Omit<BookDifference, "organization_id">;

function findDifference(copy: CopiedBooks, books: BooksView): Difference | null {
  return findCopyFault(copy) ?? findLag(copy, books) ?? findWalletFault(copy, books) ?? findSpendFault(copy);
}

function findCopyFault({ firstGap, unbalanced, brokenChain }: CopiedBooks): Difference | null {
  if (firstGap !== null) {
    return { check: "gap", sequence: firstGap, account: null, expected: String(firstGap), found: "nothing" };
  }
  if (unbalanced !== null) {
    const found = formatNanos(BigInt(unbalanced.sum));
    return { check: "unbalanced_entry", sequence: unbalanced.sequence, account: null, expected: "0.00", found };
  }
  if (brokenChain === null) return null;
  const { sequence, account, expected, found } = brokenChain;
  return { check: "balance_after", sequence, account, ...amounts(BigInt(expected), BigInt(found)) };
}

/** What is not shipped yet is no fault. */
function findLag(copy: CopiedBooks, books: BooksView): Difference | null {
  const isBehind = copy.lastSequence < books.lastSequence && books.unshippedMessages === 0;
  if (!isBehind && copy.lastSequence <= books.lastSequence) return null;
  const sequence = Math.min(copy.lastSequence, books.lastSequence) + 1;
  const [expected, found] = [String(books.lastSequence), String(copy.lastSequence)];
  return { check: "copy", sequence, account: null, expected, found };
}

function findWalletFault(copy: CopiedBooks, books: BooksView): Difference | null {
  for (const wallet of books.wallets) {
    const account = accountName({ kind: "wallet", walletId: wallet.id });
    if (wallet.balanceNanos !== wallet.linesNanos) {
      const told = amounts(wallet.linesNanos, wallet.balanceNanos);
      return { check: "wallet_balance", sequence: null, account, ...told };
    }
    if (wallet.heldNanos !== wallet.openHoldsNanos) {
      return { check: "held", sequence: null, account, ...amounts(wallet.openHoldsNanos, wallet.heldNanos) };
    }
    const copied = copy.walletSums.get(account) ?? 0n;
    if (copy.lastSequence === books.lastSequence && copied !== wallet.balanceNanos) {
      return { check: "copy", sequence: null, account, ...amounts(wallet.balanceNanos, copied) };
    }
  }
  return null;
}

function findSpendFault({ unequalSpend }: CopiedBooks): Difference | null {
  if (unequalSpend === null) return null;
  const { reservationId, ledger, log } = unequalSpend;
  return { check: "spend_log", sequence: null, account: reservationId, ...amounts(BigInt(ledger), BigInt(log)) };
}

function amounts(expectedNanos: bigint, foundNanos: bigint) {
  return { expected: formatNanos(expectedNanos), found: formatNanos(foundNanos) };
}

function sumOf(books: BooksView, column: "balanceNanos" | "heldNanos"): bigint {
  return books.wallets.reduce((sum, wallet) => sum + wallet[column], 0n);
}
