/** What people see of the ledger. Reads only. */
import { refuse } from "../../src/contract/commands.ts";
import type {
  BalanceView,
  BooksView,
  Found,
  Page,
  PageQuery,
  ReservationQuery,
  ReservationView,
  SeatView,
  TransactionPage,
  WalletView,
} from "../../src/contract/organization-rpc.ts";
import { fundingOrder, onlyTeamOf } from "../../src/core/attribution.ts";
import { seatMonthNamed } from "../../src/core/seat.ts";
import { accountName } from "../../src/core/ledger-entry.ts";
import { availableNanos, isClosed, walletStatus } from "../../src/core/wallet.ts";
import type { Wallet, WalletSettings } from "../../src/core/wallet.ts";
import type { CommandContext } from "./context.ts";
import { checkCurrency } from "./currency.ts";
import { nameOfOwner, seatTakesPart } from "./directory-index.ts";
import type { DirectoryIndex } from "./directory-index.ts";
import { holdsOf } from "./store/reservations.ts";
import type { Reservation } from "./store/reservations.ts";

export function viewWallet(index: DirectoryIndex, wallet: Wallet): WalletView {
  const { settings } = index.directory;
  return {
    ...wallet,
    name: nameOfOwner(index, wallet),
    currency: settings.currency,
    availableNanos: availableNanos(wallet),
    status: walletStatus(wallet, settings.alertThresholdPercent),
  };
}

export function listWallets(context: CommandContext): WalletView[] {
  const open = context.store.wallets.list().filter((wallet) => !isClosed(wallet));
  return open.map((wallet) => viewWallet(context.index, wallet));
}

/** The cascade of an owner; a member's only team takes part, as it does for a request. */
export function viewBalance(
  context: CommandContext,
  owner: { readonly userId: string | null; readonly teamId: string | null },
): BalanceView {
  const { store, index, directory } = context;
  const teamId = owner.teamId ?? onlyTeamOf(owner.userId, directory.teams);
  const payer = { userId: owner.userId, teamId, serviceUserId: null };
  const order = fundingOrder(payer, store.organizationId, seatTakesPart(index, payer));
  const open = order.map((source) => store.wallets.of(source)).filter((wallet) => !isClosed(wallet));
  const sources = open.map((wallet) => viewWallet(index, wallet));
  const effective =
    sources.find((source) => source.availableNanos > 0n) ?? viewWallet(index, store.wallets.organization());
  return {
    currency: directory.settings.currency,
    sources,
    effective: { walletId: effective.id, scope: effective.scope },
  };
}

/** A member's seat as it is now. */
export function viewSeat({ store, index, directory }: CommandContext, memberId: string): SeatView {
  const grant = store.seats.live(memberId);
  return {
    wallet: viewWallet(index, store.wallets.of({ scope: "seat", ownerId: memberId })),
    grant:
      grant === null
        ? null
        : {
            amountNanos: grant.amountNanos,
            grantedAtMs: grant.grantedAtMs,
            expiresAtMs: seatMonthNamed(grant.month, directory.settings).endMs,
          },
  };
}

export function pageTransactions(context: CommandContext, walletId: string, query: PageQuery): Found<TransactionPage> {
  if (context.store.wallets.find(walletId) === null) {
    return refuse({ kind: "not_found", what: "wallet" });
  }
  const before = parseCursor(query.cursor);
  const rows = context.store.entries.page(walletId, before, query.limit + 1);
  const page = pageOf(rows, query.limit, (row) => row.sequence);
  return { outcome: "found", value: { ...page, archivedThroughSequence: context.store.archived.throughSequence() } };
}

/** Everything that must agree with the entries, the reservations and the copy. */
export function viewBooks({ store, directory }: CommandContext): BooksView {
  const { entries, archived, reservations, outbox, wallets } = store;
  const remaining = entries.sumWallets();
  const gone = new Map(archived.list().map(({ account, sumNanos }) => [account, sumNanos]));
  const holds = reservations.sumOpenHolds();
  return {
    currency: directory.settings.currency,
    lastSequence: entries.lastSequence(),
    archivedThroughSequence: archived.throughSequence(),
    archived: archived.list(),
    wallets: wallets.list().map(({ id, scope, ownerId, balanceNanos, heldNanos }) => {
      const account = accountName({ kind: "wallet", walletId: id });
      const linesNanos = (gone.get(account) ?? 0n) + (remaining.get(account) ?? 0n);
      return { id, scope, ownerId, balanceNanos, heldNanos, linesNanos, openHoldsNanos: holds.get(id) ?? 0n };
    }),
    unshippedMessages: outbox.count(),
  };
}

export function pageReservations({ store }: CommandContext, query: ReservationQuery): Page<ReservationView> {
  const { status, owner, walletId = null, limit, cursor } = query;
  if (owner !== undefined) {
    const rows = store.reservations.pageOf(owner, query, cursor, limit + 1);
    return withCursor(rows.map(viewReservation), limit, ({ id }) => id);
  }
  const rows =
    walletId === null
      ? store.reservations.page(status, parseCursor(cursor), limit + 1)
      : store.reservations.pageOfWallet(walletId, status, parseCursor(cursor), limit + 1);
  const page = pageOf(rows, query.limit, (row) => row.number);
  return { data: page.data.map(viewReservation), nextCursor: page.nextCursor };
}

/** Refused while the currency cannot change to that of `settings`. */
export function checkSettings({ store, directory }: CommandContext, settings: WalletSettings): Found<null> {
  const failure = checkCurrency(store, directory, settings.currency);
  return failure === null ? { outcome: "found", value: null } : refuse(failure);
}

function viewReservation(reservation: Reservation): ReservationView {
  return {
    id: reservation.id,
    status: reservation.status,
    requestId: reservation.requestId,
    walletId: reservation.walletId,
    walletScope: reservation.walletScope,
    heldNanos: reservation.heldNanos,
    holds: holdsOf(reservation),
    settledNanos: reservation.settledNanos,
    currency: reservation.currency,
    exchangeRate: reservation.exchangeRate,
    model: reservation.model,
    provider: reservation.provider,
    createdAtMs: reservation.createdAtMs,
    expiresAtMs: reservation.expiresAtMs,
  };
}

/** A cursor is the number of the last row that was shown; one that is unreadable begins at the newest. */
function parseCursor(cursor: string | null): number {
  return cursor !== null && /^\d{1,15}$/.test(cursor) ? Number(cursor) : Number.MAX_SAFE_INTEGER;
}

/** `rows` has one more than the page when there is a next one. */
function pageOf<T>(rows: readonly T[], limit: number, numberOf: (row: T) => number): Page<T> {
  return withCursor(rows, limit, (row) => String(numberOf(row)));
}

function withCursor<T>(rows: readonly T[], limit: number, cursorOf: (row: T) => string): Page<T> {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  return { data, nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}
