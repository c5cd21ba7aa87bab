/** What an organization's own people and the platform admin see of its money: the same reads, once. */
import type { z } from "zod";
import { formatTime } from "../contract/amount.ts";
import { pageOf, pageOfAll, type listQuerySchema } from "../contract/list.ts";
import {
  balanceToWire,
  pageToWire,
  reservationToWire,
  transactionToWire,
  walletToWire,
  type reservationQuerySchema,
  type walletListQuerySchema,
} from "../contract/wallet-api.ts";
import type { WalletView } from "../contract/organization-rpc.ts";
import type { WalletOwner } from "../core/attribution.ts";
import { fail, ok, type Result } from "../core/failure.ts";
import { dailyRate, runsOutAtMs } from "../core/forecast.ts";
import { formatNanos } from "../core/money.ts";
import { SEES_ORGANIZATION, seesWallet, type Visibility } from "../core/visibility.ts";
import { readTransactionCopies, readWalletSpending } from "../platform/d1/ledger-entries.ts";
import type { ApiDeps } from "./deps.ts";
import { checkOwner } from "./owner-wallet.ts";

type ListQuery = z.output<typeof listQuerySchema>;

/** The organization's wallet, then the teams', then the users'; those that are seen. */
export async function readWallets(
  deps: ApiDeps,
  organizationId: string,
  query: z.output<typeof walletListQuerySchema>,
  sight: Visibility = SEES_ORGANIZATION,
) {
  const wallets = await deps.organization(organizationId).wallets();
  if (wallets.outcome === "refused") return fail(wallets.failure);
  const { scope } = query;
  const seen = wallets.value.filter(
    (wallet) => seesWallet(sight, wallet) && (scope === undefined || wallet.scope === scope),
  );
  return ok(pageOfAll(seen, query, (wallet) => `${wallet.scope}:${wallet.ownerId}`, walletToWire));
}

/** One that the caller does not see is `not_found`. */
export async function readWallet(
  deps: ApiDeps,
  organizationId: string,
  walletId: string,
  sight: Visibility,
): Promise<Result<WalletView>> {
  const wallets = await deps.organization(organizationId).wallets();
  if (wallets.outcome === "refused") return fail(wallets.failure);
  const wallet = wallets.value.find(({ id }) => id === walletId);
  return wallet !== undefined && seesWallet(sight, wallet) ? ok(wallet) : fail({ kind: "not_found", what: "wallet" });
}

/** The pace is that of a week, or of a wallet's life when it is younger, of a day at least. */
const PACE_MS = 7 * 24 * 60 * 60 * 1_000;
const SHORTEST_PACE_MS = 24 * 60 * 60 * 1_000;
/** A wallet with more postings in that time has a pace without the older ones. */
const MAX_PACE_LINES = 20_000;

/** How fast the wallet is spent, and when it will be empty at that pace. */
export async function forecastWallet(deps: ApiDeps, organizationId: string, wallet: WalletView, nowMs: number) {
  const address = { organizationId, walletId: wallet.id };
  const range = { fromMs: nowMs - PACE_MS, maxLines: MAX_PACE_LINES };
  const { spentNanos, sinceMs } = await readWalletSpending(deps.spendDb, address, range);
  const fromMs = Math.min(sinceMs ?? nowMs, nowMs - SHORTEST_PACE_MS);
  const pace = { spentNanos, durationMs: nowMs - fromMs };
  const depletesAtMs = runsOutAtMs(wallet.availableNanos, pace, nowMs);
  return {
    wallet_id: wallet.id,
    currency: wallet.currency,
    available: formatNanos(wallet.availableNanos),
    from: formatTime(fromMs),
    to: formatTime(nowMs),
    spent: formatNanos(spentNanos),
    daily_rate: formatNanos(dailyRate(pace)),
    depletes_at: depletesAtMs === null ? null : formatTime(depletesAtMs),
  };
}

/** Whether the caller sees the wallet; one that it does not see is `not_found`. Whether there is one is for the ledger to say. */
export async function checkWallet(
  deps: ApiDeps,
  organizationId: string,
  walletId: string,
  sight: Visibility,
): Promise<Result<null>> {
  if (sight.sees === "organization") return ok(null);
  const wallet = await readWallet(deps, organizationId, walletId, sight);
  return wallet.ok ? ok(null) : wallet;
}

export interface CascadeOwner {
  readonly userId: string | null;
  readonly teamId: string | null;
}

/** The cascade of an owner; both null is the organization's own wallet alone. Another organization's owner is `not_found`. */
export async function readBalance(deps: ApiDeps, organizationId: string, { userId, teamId }: CascadeOwner) {
  const owners: WalletOwner[] = [
    ...(userId === null ? [] : [{ scope: "user" as const, ownerId: userId }]),
    ...(teamId === null ? [] : [{ scope: "team" as const, ownerId: teamId }]),
  ];
  const checked = await Promise.all(owners.map((owner) => checkOwner(deps, organizationId, owner)));
  const refused = checked.find((result) => !result.ok);
  if (refused !== undefined) return refused;
  const view = await deps.organization(organizationId).balance({ userId, teamId });
  if (view.outcome === "refused") return fail(view.failure);
  const balance = balanceToWire(view.value);
  return balance === null ? fail({ kind: "internal" as const }) : ok(balance);
}

/** Newest first: what the object still has, and below that SPEND_DB's copy, which has all that has left the object. */
export async function readTransactions(deps: ApiDeps, organizationId: string, walletId: string, query: ListQuery) {
  const { limit, cursor = null } = query;
  const reply = await deps.organization(organizationId).transactions(walletId, { limit, cursor });
  if (reply.outcome === "refused") return fail(reply.failure);
  const { data, nextCursor, archivedThroughSequence } = reply.value;
  if (nextCursor !== null || archivedThroughSequence === 0) return ok(pageToWire(reply.value, transactionToWire));
  const before = Math.min(archivedThroughSequence + 1, cursor === null ? Number.MAX_SAFE_INTEGER : Number(cursor));
  const missing = limit + 1 - data.length;
  const copies = await readTransactionCopies(deps.spendDb, { organizationId, walletId }, before, missing);
  return ok(pageOf([...data, ...copies], limit, (row) => String(row.sequence), transactionToWire));
}

/** Newest first; those that are seen. */
export async function readReservations(
  deps: ApiDeps,
  organizationId: string,
  query: z.output<typeof reservationQuerySchema>,
  sight: Visibility = SEES_ORGANIZATION,
) {
  const { limit, cursor = null, status = null, wallet_id: walletId = null } = query;
  const of = sight.sees === "organization" ? {} : { owner: sight };
  const page = await deps.organization(organizationId).reservations({ limit, cursor, status, walletId, ...of });
  return page.outcome === "refused" ? fail(page.failure) : ok(pageToWire(page.value, reservationToWire));
}
