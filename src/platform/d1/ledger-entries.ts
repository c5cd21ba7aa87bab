/** Reads SPEND_DB's copy of the ledger. Amounts come as decimal text: a number of D1 is exact to 2^53 only. */
import { sql } from "drizzle-orm";
import { z } from "zod";
import { ledgerEntrySchema, ledgerLineSchema, type LedgerEntryRow } from "../../contract/ledger-message.ts";
import type { TransactionView } from "../../contract/organization-rpc.ts";
import { toTransactionView, type TransactionRow } from "../../contract/transaction-row.ts";
import { accountName } from "../../core/ledger-entry.ts";
import { CURRENCIES } from "../../core/money.ts";
import type { SpendDatabase } from "./database.ts";

/** Entries after one sequence number and up to another. */
export interface EntryRange {
  readonly afterSequence: number;
  readonly throughSequence: number;
  readonly limit?: number;
}

/** As they are stored, so also one without lines. */
const storedEntrySchema = ledgerEntrySchema.extend({
  flags: z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text))),
  lines: z.string().transform((text) => z.array(ledgerLineSchema).parse(JSON.parse(text))),
});

/** In order, with their lines. */
export async function readLedgerEntries(
  db: SpendDatabase,
  organizationId: string,
  { afterSequence, throughSequence, limit = -1 }: EntryRange,
): Promise<LedgerEntryRow[]> {
  const rows = await db.all(sql`
    SELECT id, organization_id, sequence, type, currency, reservation_id, request_id, actor, note, flags_json AS flags,
      created_at_ms, (
        SELECT json_group_array(json(line_json)) FROM (
          SELECT json_object('line', line, 'account', account, 'amount_nanos', CAST(amount_nanos AS TEXT),
            'balance_after_nanos', CAST(balance_after_nanos AS TEXT)) AS line_json
          FROM ledger_lines WHERE entry_id = ledger_entries.id ORDER BY line)) AS lines
    FROM ledger_entries
    WHERE organization_id = ${organizationId} AND sequence > ${afterSequence} AND sequence <= ${throughSequence}
    ORDER BY sequence LIMIT ${limit}`);
  return z.array(storedEntrySchema).parse(rows);
}

const transactionRowSchema: z.ZodType<TransactionRow> = z.object({
  line: z.int(),
  amount: z.string(),
  balance_after: z.string(),
  entry_id: z.string(),
  sequence: z.int(),
  type: z.string(),
  currency: z.enum(CURRENCIES),
  reservation_id: z.string().nullable(),
  actor: z.string(),
  note: z.string().nullable(),
  created_at_ms: z.int(),
});

/** A wallet's lines, newest first, before a sequence number: as the object shows those that it still has. */
export async function readTransactionCopies(
  db: SpendDatabase,
  wallet: { readonly organizationId: string; readonly walletId: string },
  beforeSequence: number,
  limit: number,
): Promise<TransactionView[]> {
  const rows = await db.all(sql`
    SELECT line.line AS line, CAST(line.amount_nanos AS TEXT) AS amount,
      CAST(line.balance_after_nanos AS TEXT) AS balance_after, entry.id AS entry_id, entry.sequence AS sequence,
      entry.type AS type, entry.currency AS currency, entry.reservation_id AS reservation_id, entry.actor AS actor,
      entry.note AS note, entry.created_at_ms AS created_at_ms
    FROM ledger_lines AS line JOIN ledger_entries AS entry ON entry.id = line.entry_id
    WHERE line.account = ${accountName({ kind: "wallet", walletId: wallet.walletId })} AND line.sequence < ${beforeSequence}
      AND entry.organization_id = ${wallet.organizationId}
    ORDER BY line.sequence DESC LIMIT ${limit}`);
  return z.array(transactionRowSchema).parse(rows).map(toTransactionView);
}

const spendingSchema = z.tuple([z.object({ spent: z.string().transform(BigInt), since_ms: z.int().nullable() })]);

/** What requests have cost a wallet of late. */
export interface WalletSpending {
  readonly spentNanos: bigint;
  /** Since when: `fromMs`, or later when the wallet is younger or has more than `maxLines` lines since then. Null: it has none. */
  readonly sinceMs: number | null;
}

/** Of its newest `maxLines` lines, those that were posted at `fromMs` or later. */
export async function readWalletSpending(
  db: SpendDatabase,
  wallet: { readonly organizationId: string; readonly walletId: string },
  { fromMs, maxLines }: { readonly fromMs: number; readonly maxLines: number },
): Promise<WalletSpending> {
  const rows = await db.all(sql`
    SELECT CAST(coalesce(sum(CASE WHEN type = 'settle' AND created_at_ms >= ${fromMs} THEN -amount_nanos END), 0) AS TEXT) AS spent,
      min(created_at_ms) AS since_ms
    FROM (
      SELECT line.amount_nanos AS amount_nanos, entry.type AS type, entry.created_at_ms AS created_at_ms
      FROM ledger_lines AS line JOIN ledger_entries AS entry ON entry.id = line.entry_id
      WHERE line.account = ${accountName({ kind: "wallet", walletId: wallet.walletId })}
        AND entry.organization_id = ${wallet.organizationId}
      ORDER BY line.sequence DESC LIMIT ${maxLines})`);
  const [{ spent, since_ms: sinceMs }] = spendingSchema.parse(rows);
  return { spentNanos: spent, sinceMs: sinceMs === null ? null : Math.max(sinceMs, fromMs) };
}
