/** The books on the wire: what the ledger is, entry by entry, and whether its two copies and the spend log agree. */
import { z } from "zod";
import { formatNanos } from "../core/money.ts";
import { WALLET_SCOPES } from "../core/wallet.ts";
import { amountTextSchema, currencySchema, formatTime, timeTextSchema } from "./amount.ts";
import type { LedgerEntryRow } from "./ledger-message.ts";
import type { BooksView } from "./organization-rpc.ts";
import { numberedListQuerySchema } from "./wallet-api.ts";

export const booksSchema = z
  .strictObject({
    organization_id: z.string(),
    currency: currencySchema,
    last_sequence: z.int().meta({ description: "Of the newest entry; entries are numbered from 1." }),
    archived_through_sequence: z.int().meta({ description: "Entries up to here are in the copy alone." }),
    archived: z
      .array(z.strictObject({ account: z.string(), sum: amountTextSchema, last_sequence: z.int() }))
      .meta({ description: "What each account has had in those." }),
    wallets: z.array(
      z.strictObject({
        id: z.string(),
        scope: z.enum(WALLET_SCOPES),
        owner_id: z.string(),
        balance: amountTextSchema,
        held: amountTextSchema,
        open_holds: amountTextSchema.meta({ description: "The sum of what open reservations hold in it." }),
      }),
    ),
    unshipped_messages: z.int().meta({ description: "Written, and not known to be in the copy." }),
  })
  .meta({ id: "Books", description: "The ledger's own state at one instant." });

export function booksToWire(organizationId: string, books: BooksView): z.input<typeof booksSchema> {
  return {
    organization_id: organizationId,
    currency: books.currency,
    last_sequence: books.lastSequence,
    archived_through_sequence: books.archivedThroughSequence,
    archived: books.archived.map((sum) => ({
      account: sum.account,
      sum: formatNanos(sum.sumNanos),
      last_sequence: sum.lastSequence,
    })),
    wallets: books.wallets.map((wallet) => ({
      id: wallet.id,
      scope: wallet.scope,
      owner_id: wallet.ownerId,
      balance: formatNanos(wallet.balanceNanos),
      held: formatNanos(wallet.heldNanos),
      open_holds: formatNanos(wallet.openHoldsNanos),
    })),
    unshipped_messages: books.unshippedMessages,
  };
}

export const entryQuerySchema = numberedListQuerySchema.extend({
  source: z.enum(["object", "copy"]).meta({
    description: "`object`: what the ledger itself still has; `copy`: the database, which has all that was shipped.",
  }),
});

export const entrySchema = z
  .strictObject({
    id: z.string(),
    sequence: z.int(),
    type: z.string().meta({ example: "settle" }),
    currency: z.string(),
    reservation_id: z.string().nullable(),
    request_id: z.string().nullable(),
    actor: z.string(),
    note: z.string().nullable(),
    flags: z.array(z.string()),
    created_at: timeTextSchema,
    lines: z
      .array(
        z.strictObject({
          line: z.int(),
          account: z.string().meta({ description: "`wallet:<id>`, `external`, `usage` or `suspended`." }),
          amount: amountTextSchema.meta({ description: "Into the account is positive." }),
          balance_after: amountTextSchema.nullable(),
        }),
      )
      .meta({ description: "They sum to zero." }),
  })
  .meta({ id: "LedgerEntry" });

export function entryToWire(entry: LedgerEntryRow): z.input<typeof entrySchema> {
  return {
    id: entry.id,
    sequence: entry.sequence,
    type: entry.type,
    currency: entry.currency,
    reservation_id: entry.reservation_id,
    request_id: entry.request_id,
    actor: entry.actor,
    note: entry.note,
    flags: entry.flags,
    created_at: formatTime(entry.created_at_ms),
    lines: entry.lines.map(({ line, account, amount_nanos: amount, balance_after_nanos: after }) => ({
      line,
      account,
      amount: formatNanos(BigInt(amount)),
      balance_after: after === null ? null : formatNanos(BigInt(after)),
    })),
  };
}

export const BOOK_CHECKS = [
  "gap",
  "unbalanced_entry",
  "balance_after",
  "copy",
  "wallet_balance",
  "held",
  "spend_log",
] as const;

/** Where two accounts of the same thing part. */
export const bookDifferenceSchema = z
  .strictObject({
    organization_id: z.string(),
    check: z.enum(BOOK_CHECKS),
    sequence: z.int().nullable(),
    account: z.string().nullable().meta({ description: "A ledger account, or the reservation of a spend log row." }),
    expected: z.string(),
    found: z.string(),
  })
  .meta({ id: "BookDifference" });

export type BookDifference = z.infer<typeof bookDifferenceSchema>;

export const reconciliationSchema = z
  .strictObject({
    organization_id: z.string(),
    currency: currencySchema,
    balance: amountTextSchema.meta({ description: "Of all wallets." }),
    held: amountTextSchema,
    spent: z
      .array(z.strictObject({ currency: z.string(), by_ledger: amountTextSchema, by_spend_log: amountTextSchema }))
      .meta({ description: "What reservations have cost, by the ledger's copy and by the spend log." }),
    last_sequence: z.int(),
    copied_sequence: z.int().meta({ description: "Of the newest entry in the copy." }),
    archived_through_sequence: z.int(),
    unshipped_messages: z.int(),
    first_difference: bookDifferenceSchema.nullable(),
    checked_at: timeTextSchema,
  })
  .meta({ id: "Reconciliation" });

export type Reconciliation = z.input<typeof reconciliationSchema>;
