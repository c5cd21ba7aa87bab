/** Rows of wallets that refill themselves. */
import { and, eq, getTableColumns } from "drizzle-orm";
import type { AutoTopUpRecord } from "../../contract/directory.ts";
import type { WalletOwner } from "../../core/attribution.ts";
import { CURRENCIES, type Currency, type Nanos } from "../../core/money.ts";
import type { ControlDatabase } from "../d1/database.ts";
import { selectNanos } from "../d1/nanos-column.ts";
import { autoTopUps } from "../d1/payment-schema.ts";

const MINUTE_MS = 60_000;

/** Amounts are exact. */
export const AUTO_TOP_UP_COLUMNS = {
  ...getTableColumns(autoTopUps),
  thresholdNanos: selectNanos(autoTopUps.thresholdNanos),
  amountNanos: selectNanos(autoTopUps.amountNanos),
  dailyCapNanos: selectNanos(autoTopUps.dailyCapNanos),
};

type StoredRow = typeof autoTopUps.$inferSelect;
export type AutoTopUpRow = Omit<StoredRow, "currency"> & { readonly currency: Currency };

export function readAutoTopUp(row: StoredRow): AutoTopUpRow {
  const currency = CURRENCIES.find((known) => known === row.currency);
  if (currency === undefined)
    throw new Error(`an auto top-up of ${row.ownerId} has the unknown currency ${row.currency}`);
  return { ...row, currency };
}

/** `maximumNanos` is the largest payment that the organization allows. */
export function autoTopUpOfRow(stored: StoredRow, maximumNanos: Nanos): AutoTopUpRecord {
  const row = readAutoTopUp(stored);
  const { scope, ownerId, enabled, thresholdNanos, amountNanos, dailyCapNanos, currency, methodId, revision } = row;
  const cooldownMs = row.cooldownMinutes * MINUTE_MS;
  const rule = { thresholdNanos, amountNanos, dailyCapNanos, maximumNanos, cooldownMs };
  return { scope, ownerId, enabled, ...rule, currency, methodId, revision };
}

/** Null: the wallet has never had one. Throws what D1 throws. */
export async function findAutoTopUp(
  db: ControlDatabase,
  organizationId: string,
  { scope, ownerId }: WalletOwner,
): Promise<AutoTopUpRow | null> {
  if (scope === "seat") return null;
  const own = [eq(autoTopUps.organizationId, organizationId), eq(autoTopUps.scope, scope)];
  const rows = await db
    .select(AUTO_TOP_UP_COLUMNS)
    .from(autoTopUps)
    .where(and(...own, eq(autoTopUps.ownerId, ownerId)));
  return rows[0] === undefined ? null : readAutoTopUp(rows[0]);
}
