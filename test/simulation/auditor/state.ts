/** What the auditor remembers: lists of everything that happened, and the records as the object last read them. */
import type { Attribution } from "../../../src/core/attribution.ts";
import type { RequestFacts } from "../../../src/core/request-facts.ts";
import type { Usage } from "../../../src/core/usage.ts";
import type { PriceRow, Records, SettingsFields } from "../records.ts";
import type { ToldOfWindow } from "./budget-telling.ts";
import { Books } from "./books.ts";
import type { AuditEntry, AuditWallet } from "./books.ts";
import type { LearnedId } from "./expectation.ts";
import type { AuditPayment } from "./paying.ts";
import type { AuditCounter, AuditTake, AuditUse } from "./limiting.ts";
import type { ExpectedRow } from "./log-rows.ts";
import type { AuditGrant } from "./seating.ts";

export interface AuditTicket {
  readonly id: LearnedId;
  /** The refused request that it was made for. */
  readonly requestKey: string;
  readonly requestSha256: string;
  readonly attribution: Attribution;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly holdNanos: bigint;
  readonly currency: string;
  readonly exchangeRate: string;
  readonly bufferPercent: number;
  readonly price: PriceRow;
  readonly facts: RequestFacts;
  readonly outputCapTokens: number | null;
  readonly coveredTokens: bigint;
  readonly metadata: Readonly<Record<string, string>>;
  isRedeemed: boolean;
}

export interface AuditHold {
  readonly wallet: AuditWallet;
  amount: bigint;
}

export interface AuditReservation {
  readonly id: string;
  readonly requestId: string;
  readonly startContent: string;
  readonly takes: AuditTake[];
  /** It went out without a hold, because the object did not answer. */
  readonly isUnreserved: boolean;
  readonly attribution: Attribution;
  readonly wallet: AuditWallet | null;
  /** What each wallet holds for it: the first is the one above; others came while it ran. */
  readonly holds: AuditHold[];
  readonly currency: string;
  readonly exchangeRate: string;
  readonly provider: "openai" | "anthropic";
  requestedModel: string;
  /** Strict zero data retention: what the caller made up is kept nowhere. */
  readonly isStrict: boolean;
  /** Null: the model has no price, and costs nothing. */
  readonly price: PriceRow | null;
  readonly endpoint: string;
  readonly streamed: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly forwardedElsewhere: boolean;
  readonly createdAtMs: number;
  /** The month of the seat's credit that was live then; null: none. */
  readonly seatMonth: string | null;
  /** What was answered. */
  grant: unknown;
  status: "open" | "settled" | "released" | "expired";
  expiresAtMs: number;
  settledNanos: bigint;
  endContent: string | null;
  endedAtMs: number;
  checkpoint: Usage | null;
  flags: readonly string[];
  pricingSource: string | null;
  /** What its expiry posted, and logged. */
  expiry: {
    readonly debits: readonly (readonly [name: string, amount: bigint])[];
    readonly row: ExpectedRow;
    readonly counted: AuditUse;
  } | null;
}

export interface AuditMessage {
  readonly entry: AuditEntry | null;
  readonly row: ExpectedRow | null;
  /** As it is on the wire. */
  readonly notification?: unknown;
}

/** All that is held for a reservation. */
export function heldFor({ holds }: Pick<AuditReservation, "holds">): bigint {
  let held = 0n;
  for (const { amount } of holds) held += amount;
  return held;
}

export class AuditState {
  readonly organizationId: string;
  readonly leaseMs: number;
  readonly books = new Books();
  readonly tickets: AuditTicket[] = [];
  readonly responses: { readonly id: string; readonly tokens: number; readonly expiresAtMs: number }[] = [];
  readonly counters: AuditCounter[] = [];
  /** What people know of windows of budgets. */
  readonly toldOfBudgets: ToldOfWindow[] = [];
  readonly grants: AuditGrant[] = [];
  /** Those that were credited. */
  readonly payments: AuditPayment[] = [];
  /** Sessions of those that never are. */
  readonly forgone = new Set<string>();
  /** By provider and hour. */
  readonly accountErrors = new Map<string, LearnedId>();
  readonly transfers: {
    readonly id: string;
    readonly content: string;
    readonly reply: unknown;
    readonly atMs: number;
  }[] = [];
  /** In the order of their outbox numbers, from 1. */
  readonly messages: AuditMessage[] = [];
  /** Those that are kept, in the order in which they were made. */
  reservations: AuditReservation[] = [];
  records: Records;

  constructor(records: Records, leaseMs: number) {
    this.records = records;
    this.organizationId = records.organizationId;
    this.leaseMs = leaseMs;
  }

  get settings(): Required<SettingsFields> {
    return {
      currency: "USD",
      reserve_buffer_pct: 20,
      alert_threshold_pct: 20,
      default_max_output_tokens: null,
      enforce_default_max_output: true,
      minimum_output_tokens: 1_024,
      clamp: false,
      on_hold_exhausted: "finish",
      on_client_disconnect: "abort",
      time_zone: "UTC",
      week_starts_on: "monday",
      allow_unpriced: false,
      ...this.records.settings,
    };
  }

  reservation(id: string): AuditReservation | null {
    for (const reservation of this.reservations) if (reservation.id === id) return reservation;
    return null;
  }

  open(): readonly AuditReservation[] {
    return this.reservations.filter(({ status }) => status === "open");
  }

  /** The wallets that may pay, in the order in which they are asked. */
  cascade(
    { userId, teamId, serviceUserId }: Pick<Attribution, "userId" | "teamId" | "serviceUserId">,
    withSeat: boolean,
  ): readonly AuditWallet[] {
    const wallets: AuditWallet[] = [];
    if (withSeat && userId !== null && serviceUserId === null) wallets.push(this.books.wallet("seat", userId));
    const person = serviceUserId ?? userId;
    if (person !== null) wallets.push(this.books.wallet("user", person));
    if (teamId !== null) wallets.push(this.books.wallet("team", teamId));
    wallets.push(this.organizationWallet());
    return wallets.filter(({ closedAtMs }) => closedAtMs === null);
  }

  organizationWallet(): AuditWallet {
    return this.books.wallet("organization", this.organizationId);
  }

  /** The rate that is frozen; null: there is none. */
  exchangeRate(): string | null {
    const { currency } = this.settings;
    return currency === "USD" ? "1" : (this.records.exchangeRates[currency] ?? null);
  }
}
