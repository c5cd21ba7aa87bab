/** Wallets, transactions and reservations on the wire (contract: Wallets, Names on the wire). */
import { z } from "zod";
import { formatNanos } from "../core/money.ts";
import { RESERVATION_STATUSES } from "../core/reservation.ts";
import { WALLET_SCOPES } from "../core/wallet.ts";
import { amountTextSchema, currencySchema, formatTime, positiveAmountSchema, timeTextSchema } from "./amount.ts";
import { idSchema } from "./id.ts";
import { listQuerySchema } from "./list.ts";
import type { BalanceView, Page, ReservationView, TransactionView, WalletView } from "./organization-rpc.ts";

const walletScopeSchema = z.enum(WALLET_SCOPES);

/** Of the newest reservations of an organization so many are looked at for those of one owner. */
export const SEARCHED_RESERVATIONS = 5_000;

export const walletSchema = z
  .strictObject({
    id: z.string(),
    scope: walletScopeSchema,
    owner_id: z.string(),
    name: z.string(),
    currency: currencySchema,
    balance: amountTextSchema,
    held: amountTextSchema,
    available: amountTextSchema,
    total_allocated: amountTextSchema,
    total_spent: amountTextSchema,
    status: z.enum(["healthy", "low", "depleted"]),
  })
  .meta({ id: "Wallet" });

export type WalletWire = z.infer<typeof walletSchema>;

export function walletToWire(wallet: WalletView): WalletWire {
  return {
    id: wallet.id,
    scope: wallet.scope,
    owner_id: wallet.ownerId,
    name: wallet.name,
    currency: wallet.currency,
    balance: formatNanos(wallet.balanceNanos),
    held: formatNanos(wallet.heldNanos),
    available: formatNanos(wallet.availableNanos),
    total_allocated: formatNanos(wallet.totalAllocatedNanos),
    total_spent: formatNanos(wallet.totalSpentNanos),
    status: wallet.status,
  };
}

export const balanceQuerySchema = z.strictObject({
  user_id: idSchema.optional(),
  team_id: idSchema.optional(),
});

export const balanceSchema = z
  .strictObject({
    currency: currencySchema,
    balance: amountTextSchema.meta({ description: "Of the effective source." }),
    held: amountTextSchema,
    available: amountTextSchema,
    effective_scope: walletScopeSchema,
    effective_wallet_id: z.string(),
    alert_state: z.enum(["healthy", "low", "depleted"]),
    sources: z.array(walletSchema).meta({ description: "In the order in which they are asked." }),
  })
  .meta({ id: "Balance" });

/** The cascade, and the numbers of the source that pays first. */
export function balanceToWire(view: BalanceView): z.infer<typeof balanceSchema> | null {
  const effective = view.sources.find((source) => source.id === view.effective.walletId);
  if (effective === undefined) return null;
  const wallet = walletToWire(effective);
  return {
    currency: view.currency,
    balance: wallet.balance,
    held: wallet.held,
    available: wallet.available,
    effective_scope: wallet.scope,
    effective_wallet_id: wallet.id,
    alert_state: wallet.status,
    sources: view.sources.map(walletToWire),
  };
}

export const transactionSchema = z
  .strictObject({
    id: z.string(),
    entry_id: z.string(),
    sequence: z.int(),
    type: z.string().meta({ example: "settle" }),
    amount: amountTextSchema.meta({ description: "Signed: into the wallet is positive." }),
    balance_after: amountTextSchema,
    currency: currencySchema,
    reservation_id: z.string().nullable(),
    actor: z.string(),
    note: z.string().nullable(),
    created_at: timeTextSchema,
  })
  .meta({ id: "Transaction" });

export function transactionToWire(view: TransactionView): z.infer<typeof transactionSchema> {
  return {
    id: view.id,
    entry_id: view.entryId,
    sequence: view.sequence,
    type: view.type,
    amount: formatNanos(view.amountNanos),
    balance_after: formatNanos(view.balanceAfterNanos),
    currency: view.currency,
    reservation_id: view.reservationId,
    actor: view.actor,
    note: view.note,
    created_at: formatTime(view.createdAtMs),
  };
}

export const reservationSchema = z
  .strictObject({
    id: z.string(),
    status: z.enum(RESERVATION_STATUSES),
    request_id: z.string(),
    wallet_id: z.string().nullable(),
    wallet_scope: walletScopeSchema.nullable(),
    held_amount: amountTextSchema.meta({ description: "Of all holds together." }),
    holds: z.array(z.strictObject({ wallet_id: z.string(), amount: amountTextSchema })).meta({
      description: "One for each wallet. A long answer can hold money in several; they are used up in this order.",
    }),
    settled_amount: amountTextSchema,
    currency: currencySchema,
    exchange_rate: z.string().meta({ description: "Units of the wallet's currency per 1 USD.", example: "1" }),
    model: z.string(),
    provider: z.string(),
    created_at: timeTextSchema,
    expires_at: timeTextSchema,
  })
  .meta({ id: "Reservation" });

export function reservationToWire(view: ReservationView): z.infer<typeof reservationSchema> {
  return {
    id: view.id,
    status: view.status,
    request_id: view.requestId,
    wallet_id: view.walletId,
    wallet_scope: view.walletScope,
    held_amount: formatNanos(view.heldNanos),
    holds: view.holds.map((hold) => ({ wallet_id: hold.walletId, amount: formatNanos(hold.amountNanos) })),
    settled_amount: formatNanos(view.settledNanos),
    currency: view.currency,
    exchange_rate: view.exchangeRate,
    model: view.model,
    provider: view.provider,
    created_at: formatTime(view.createdAtMs),
    expires_at: formatTime(view.expiresAtMs),
  };
}

function cursorLike(pattern: RegExp) {
  return z
    .string()
    .regex(pattern, "not the `next_cursor` of a page")
    .optional()
    .meta({ description: "`next_cursor` of the page before." });
}

/** Lists whose rows the ledger numbers. */
export const numberedListQuerySchema = listQuerySchema.extend({ cursor: cursorLike(/^\d{1,15}$/) });

/** A list that is not the whole organization's goes on from a reservation, whose number would count the others'. */
export const reservationQuerySchema = listQuerySchema.extend({
  cursor: cursorLike(/^(\d{1,15}|res_\w{1,64})$/),
  status: z.enum(RESERVATION_STATUSES).optional(),
  wallet_id: idSchema.optional().meta({
    description: `Those that hold money in it, or did: the open ones, and among the newest ${SEARCHED_RESERVATIONS}.`,
  }),
});

/** Wallets of one scope, or of all. */
export const walletListQuerySchema = listQuerySchema.extend({ scope: walletScopeSchema.optional() });

export const walletForecastSchema = z
  .strictObject({
    wallet_id: z.string(),
    currency: currencySchema,
    available: amountTextSchema,
    from: timeTextSchema.meta({ description: "Where the time begins of which the pace is taken." }),
    to: timeTextSchema.meta({ description: "Now." }),
    spent: amountTextSchema.meta({ description: "What requests have cost this wallet in that time." }),
    daily_rate: amountTextSchema.meta({ description: "The same for 24 hours, rounded to a nano-unit." }),
    depletes_at: timeTextSchema.nullable().meta({
      description:
        "When nothing is available any more at that pace. Null: nothing is spent, nothing is left, or it lasts ten years and more.",
    }),
  })
  .meta({ id: "WalletForecast" });

/** A page of the object in the shape of every list. */
export function pageToWire<T, W>(page: Page<T>, toWire: (row: T) => W) {
  return { data: page.data.map(toWire), has_more: page.nextCursor !== null, next_cursor: page.nextCursor };
}

const transferFields = {
  amount: positiveAmountSchema,
  currency: currencySchema
    .optional()
    .meta({ description: "Must be the organization's; that one when it is left out." }),
  note: z.string().max(500).optional(),
};

export const creditSchema = z
  .strictObject({
    wallet_id: idSchema.optional(),
    team_id: idSchema.optional(),
    user_id: idSchema.optional(),
    ...transferFields,
  })
  .meta({
    id: "Credit",
    description: "Without any wallet: the organization's own.",
    example: { amount: "100.00", currency: "USD", note: "invoice 4711" },
  });

export const adminCreditSchema = creditSchema
  .extend({ organization_id: z.string() })
  .meta({ id: "AdminCredit", example: { organization_id: "org_01k9m3v7x2c4d6f8h0j2k4m6n8", amount: "100.00" } });

export const allocationSchema = z
  .strictObject({ team_id: idSchema.optional(), user_id: idSchema.optional(), ...transferFields })
  .meta({
    id: "Allocation",
    example: { team_id: "team_01k9m3v7x2c4d6f8h0j2k4m6n8", amount: "25.00", currency: "USD" },
  });

export const adminAllocationSchema = allocationSchema.extend({ organization_id: z.string() }).meta({
  id: "AdminAllocation",
  example: {
    organization_id: "org_01k9m3v7x2c4d6f8h0j2k4m6n8",
    team_id: "team_01k9m3v7x2c4d6f8h0j2k4m6n8",
    amount: "25.00",
  },
});

export const transferAnswerSchema = z
  .strictObject({
    entry_id: z.string(),
    wallet: walletSchema,
    organization_wallet: walletSchema,
  })
  .meta({ id: "Transfer" });
