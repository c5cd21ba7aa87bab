/** Reservations as rows, and back. */
import type { Grant, PlannedTarget } from "../../../src/contract/commands.ts";
import type { SpendLogRow } from "../../../src/contract/spend-log.ts";
import type { MatchedPolicy } from "../../../src/core/access-policy.ts";
import type { Endpoint } from "../../../src/core/endpoint.ts";
import type { WalletAmount } from "../../../src/core/ledger-entry.ts";
import type { Take, Use } from "../../../src/core/limit-counter.ts";
import type { Currency, Nanos } from "../../../src/core/money.ts";
import { mergeHolds } from "../../../src/core/hold-extension.ts";
import type { ReservationStatus } from "../../../src/core/reservation.ts";
import type { Usage } from "../../../src/core/usage.ts";
import type { WalletScope } from "../../../src/core/wallet.ts";
import { readStored } from "../stored-json.ts";
import type { Stored } from "../stored-json.ts";
import type { MatchedPolicyStore } from "./matched-policies.ts";
import type { PriceStore } from "./prices.ts";

/** What rows name by number. */
export interface KeptContents {
  readonly prices: PriceStore;
  readonly matchedPolicies: MatchedPolicyStore;
}

/** What a reservation was made for: the answer that was given, and what its spend log will say about the request. */
export interface ReservationPlan {
  readonly grant: Grant;
  readonly endpoint: Endpoint;
  readonly streamed: boolean;
  readonly requestedModel: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** By a gateway elsewhere, through the gateway API; else by our own proxy. */
  readonly forwardedElsewhere: boolean;
  /** The month of the seat credit that may pay for it; null: no seat does. */
  readonly seatMonth: string | null;
  /** The most tokens that it can use, in and out; 0 when nothing was known of it. */
  readonly coveredTokens: number;
  /** The access policies that allow it. */
  readonly matched: readonly MatchedPolicy[];
  /** The request was forwarded without a hold, because this object did not answer (`wallet_fail_mode`). */
  readonly unreserved?: true;
}

/** How it ended: what repeats are answered beside the amounts, and what a late settlement must know about an expiry. */
export interface ReservationEnding {
  readonly flags: readonly string[];
  readonly pricingSource: SpendLogRow["pricing_source"];
  readonly usedTokens: number;
  /** Null after any other end: no settlement can follow. */
  readonly expiry: {
    readonly debits: readonly WalletAmount[];
    /** What it counted in the place of its takes. */
    readonly counted: Use;
    /** The row that told of it. */
    readonly spendLog: SpendLogRow;
  } | null;
}

export interface Reservation {
  readonly id: string;
  readonly status: ReservationStatus;
  readonly requestId: string;
  readonly walletId: string | null;
  readonly walletScope: WalletScope | null;
  /** All holds together. */
  readonly heldNanos: Nanos;
  /** What is held beside the granted amount since then; see `holdsOf`. */
  readonly extension: readonly WalletAmount[];
  readonly settledNanos: Nanos;
  readonly currency: Currency;
  readonly exchangeRate: string;
  readonly provider: string;
  readonly model: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly startSha256: string;
  readonly endSha256: string | null;
  readonly plan: ReservationPlan;
  /** What it has taken of limit counters: its end corrects these and no others. */
  readonly takes: readonly Take[];
  readonly checkpoint: Checkpoint | null;
  readonly ending: ReservationEnding | null;
}

/** A reservation with its place in the order in which they were made. */
export interface NumberedReservation extends Reservation {
  readonly number: number;
}

/** What the other columns do not say of a plan. Only this file writes and reads it. */
type StoredPlan = Pick<
  Grant,
  | "attribution"
  | "zdrMode"
  | "leaseMs"
  | "outputCapTokens"
  | "clamped"
  | "onClientDisconnect"
  | "onHoldExhausted"
  | "ticketId"
  | "rates"
  | "cacheTtlSeconds"
  | "servedFromCache"
  | "keepsBodies"
> &
  Pick<
    ReservationPlan,
    "endpoint" | "streamed" | "metadata" | "forwardedElsewhere" | "seatMonth" | "coveredTokens" | "unreserved"
  > & {
    readonly availableNanos: string;
    readonly budgetRemainingNanos?: string;
    readonly matchedNumber: number;
    readonly targets: readonly StoredTarget[];
  };

type StoredTarget = Omit<PlannedTarget, "price"> & { readonly priceNumber: number | null };

/** What a running request has used so far, and of which target; null: the first. */
export interface Checkpoint {
  readonly usage: Usage;
  readonly targetId: string | null;
}

export type ReservationRow = {
  number: number;
  id: string;
  status: ReservationStatus;
  request_id: string;
  wallet_id: string | null;
  wallet_scope: WalletScope | null;
  held: string;
  settled: string;
  currency: Currency;
  exchange_rate: string;
  provider: string;
  model: string;
  created_at_ms: number;
  expires_at_ms: number;
  start_sha256: string;
  end_sha256: string | null;
  plan: string;
  extension: Stored<readonly WalletAmount[]> | null;
  takes: Stored<readonly Take[]> | null;
  checkpoint: Stored<Checkpoint> | null;
  ending: Stored<ReservationEnding> | null;
};

export const COLUMNS = `number, id, status, request_id, wallet_id, wallet_scope, CAST(held_nanos AS TEXT) AS held,
  CAST(settled_nanos AS TEXT) AS settled, currency, exchange_rate, provider, model, created_at_ms, expires_at_ms,
  start_sha256, end_sha256, plan, takes, extension, checkpoint, ending`;

/** The JSON of the `plan` column. */
export function writePlan(plan: ReservationPlan, { prices, matchedPolicies }: KeptContents): string {
  const { grant } = plan;
  const stored: StoredPlan = {
    attribution: grant.attribution,
    zdrMode: grant.zdrMode,
    availableNanos: grant.availableNanos.toString(),
    ...(grant.budgetRemainingNanos === undefined
      ? {}
      : { budgetRemainingNanos: grant.budgetRemainingNanos.toString() }),
    leaseMs: grant.leaseMs,
    outputCapTokens: grant.outputCapTokens,
    clamped: grant.clamped,
    onClientDisconnect: grant.onClientDisconnect,
    onHoldExhausted: grant.onHoldExhausted,
    ticketId: grant.ticketId,
    ...(grant.rates === undefined ? {} : { rates: grant.rates }),
    ...(grant.cacheTtlSeconds === undefined ? {} : { cacheTtlSeconds: grant.cacheTtlSeconds }),
    ...(grant.servedFromCache === undefined ? {} : { servedFromCache: grant.servedFromCache }),
    endpoint: plan.endpoint,
    streamed: plan.streamed,
    metadata: plan.metadata,
    forwardedElsewhere: plan.forwardedElsewhere,
    seatMonth: plan.seatMonth,
    coveredTokens: plan.coveredTokens,
    matchedNumber: matchedPolicies.keep(plan.matched),
    ...(plan.unreserved === true ? { unreserved: true } : {}),
    ...(grant.keepsBodies === true ? { keepsBodies: true } : {}),
    targets: grant.targets.map(({ price, ...target }) => ({
      ...target,
      priceNumber: price === null ? null : prices.keep(price),
    })),
  };
  return JSON.stringify(stored);
}

export function toReservation(row: ReservationRow, kept: KeptContents): NumberedReservation {
  const extension = row.extension === null ? [] : readStored(row.extension);
  return {
    number: row.number,
    id: row.id,
    status: row.status,
    requestId: row.request_id,
    walletId: row.wallet_id,
    walletScope: row.wallet_scope,
    heldNanos: extension.reduce((sum, { amountNanos }) => sum + amountNanos, BigInt(row.held)),
    extension,
    settledNanos: BigInt(row.settled),
    currency: row.currency,
    exchangeRate: row.exchange_rate,
    provider: row.provider,
    model: row.model,
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
    startSha256: row.start_sha256,
    endSha256: row.end_sha256,
    plan: readPlan(row, kept),
    takes: row.takes === null ? [] : readStored(row.takes),
    checkpoint: row.checkpoint === null ? null : readStored(row.checkpoint),
    ending: row.ending === null ? null : readStored(row.ending),
  };
}

/** What it holds, once for each wallet, in the order in which the holds are used up. */
export function holdsOf({ walletId, extension, plan }: Reservation): readonly WalletAmount[] {
  if (walletId === null) return [];
  return mergeHolds([{ walletId, amountNanos: plan.grant.heldNanos }], extension);
}

function readPlan(row: ReservationRow, { prices, matchedPolicies }: KeptContents): ReservationPlan {
  const stored: StoredPlan = JSON.parse(row.plan);
  const {
    endpoint,
    streamed,
    metadata,
    forwardedElsewhere,
    seatMonth,
    coveredTokens,
    matchedNumber,
    unreserved,
    targets,
    budgetRemainingNanos,
    ...granted
  } = stored;
  return {
    endpoint,
    streamed,
    metadata,
    forwardedElsewhere,
    seatMonth,
    coveredTokens,
    matched: matchedPolicies.read(matchedNumber),
    ...(unreserved === true ? { unreserved } : {}),
    requestedModel: row.model,
    grant: {
      ...granted,
      reservationId: row.id,
      requestId: row.request_id,
      wallet:
        row.wallet_id === null || row.wallet_scope === null ? null : { id: row.wallet_id, scope: row.wallet_scope },
      // As it was granted: what was held later is beside it.
      heldNanos: BigInt(row.held),
      currency: row.currency,
      exchangeRate: row.exchange_rate,
      availableNanos: BigInt(stored.availableNanos),
      ...(budgetRemainingNanos === undefined ? {} : { budgetRemainingNanos: BigInt(budgetRemainingNanos) }),
      createdAtMs: row.created_at_ms,
      // As it was granted: the column moves with every checkpoint.
      expiresAtMs: row.created_at_ms + stored.leaseMs,
      targets: targets.map(({ priceNumber, ...target }) => ({
        ...target,
        price: priceNumber === null ? null : prices.read(priceNumber),
      })),
    },
  };
}
