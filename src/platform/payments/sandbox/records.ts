/** What the sandbox remembers, in CONTROL_DB: rows of JSON by its own references, and by our ids where a call must be idempotent. */
import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { CURRENCIES, type Nanos } from "../../../core/money.ts";
import type { ControlDatabase } from "../../d1/database.ts";
import { sandboxRecords } from "../../d1/payment-schema.ts";

const amount = z.union([z.bigint(), z.string().regex(/^\d{1,19}$/)]).transform((value) => BigInt(value));
const decline = z.strictObject({ code: z.string(), retryable: z.boolean() });
const method = z.strictObject({ customerReference: z.string(), methodReference: z.string(), label: z.string() });
const money = { sessionId: z.string(), amountNanos: amount, currency: z.enum(CURRENCIES) };

/** How a saved card behaves when it is charged. */
export const CARD_BEHAVIOURS = ["works", "declines", "dies", "pends", "pends_then_fails"] as const;
export type CardBehaviour = (typeof CARD_BEHAVIOURS)[number];

const SCHEMAS = {
  checkout: z.strictObject({
    ...money,
    organizationId: z.string(),
    description: z.string(),
    successUrl: z.string(),
    cancelUrl: z.string(),
    expiresAtMs: z.int(),
    saveMethod: z.boolean(),
    customerReference: z.string(),
    status: z.enum(["open", "captured", "failed", "canceled", "expired"]),
    paymentReference: z.string().nullable(),
    method: method.nullable(),
  }),
  charge: z.strictObject({
    ...money,
    paymentReference: z.string(),
    status: z.enum(["captured", "failed", "pending"]),
    decline: decline.nullable(),
    /** When a pending one is decided; null: it is. */
    decidedAtMs: z.int().nullable(),
    /** What a pending one comes to. */
    comesTo: z.enum(["captured", "failed"]),
  }),
  /** What of it was refunded, by our ids: told apart from what is about to be, so that two at once cannot be more than the whole. */
  payment: z.strictObject({ ...money, refunds: z.record(z.string(), amount) }),
  refund: z.strictObject({
    ...money,
    paymentReference: z.string(),
    status: z.enum(["succeeded", "pending", "failed"]),
  }),
  method: z.strictObject({
    ...method.shape,
    organizationId: z.string(),
    behaviour: z.enum(CARD_BEHAVIOURS),
    isRemoved: z.boolean(),
  }),
  dispute: z.strictObject({
    ...money,
    paymentReference: z.string(),
    status: z.enum(["opened", "won", "lost"]),
  }),
} as const;

/** All of a payment's refunds. */
export function refundedOf({ refunds }: SandboxState<"payment">): Nanos {
  return Object.values(refunds).reduce((sum, nanos) => sum + nanos, 0n);
}

export type SandboxKind = keyof typeof SCHEMAS;
export type SandboxState<K extends SandboxKind> = z.output<(typeof SCHEMAS)[K]>;

export interface SandboxRecord<K extends SandboxKind> {
  readonly reference: string;
  readonly state: SandboxState<K>;
}

export class SandboxRecords {
  readonly #db: ControlDatabase;

  constructor(db: ControlDatabase) {
    this.#db = db;
  }

  /** By its reference, whichever kind the caller expects: another kind is as good as none. */
  async find<K extends SandboxKind>(kind: K, reference: string): Promise<SandboxRecord<K> | null> {
    const condition = and(eq(sandboxRecords.kind, kind), eq(sandboxRecords.reference, reference));
    return this.#read(kind, await this.#db.select().from(sandboxRecords).where(condition));
  }

  async findByKey<K extends SandboxKind>(kind: K, idempotencyKey: string): Promise<SandboxRecord<K> | null> {
    const condition = and(eq(sandboxRecords.kind, kind), eq(sandboxRecords.idempotencyKey, idempotencyKey));
    return this.#read(kind, await this.#db.select().from(sandboxRecords).where(condition));
  }

  /** The record that is there afterwards: of two with one key the first. */
  async insert<K extends SandboxKind>(
    kind: K,
    reference: string,
    idempotencyKey: string | null,
    state: SandboxState<K>,
    createdAtMs: number,
  ): Promise<SandboxRecord<K>> {
    await this.#db
      .insert(sandboxRecords)
      .values({ reference, kind, idempotencyKey, stateJson: write(state), createdAtMs })
      .onConflictDoNothing();
    const found =
      idempotencyKey === null ? await this.find(kind, reference) : await this.findByKey(kind, idempotencyKey);
    if (found === null) throw new Error(`the sandbox has lost ${reference}`);
    return found;
  }

  /** False: it is not what was read any more, and nothing was changed. */
  async change<K extends SandboxKind>(
    { reference, state }: SandboxRecord<K>,
    changes: Partial<SandboxState<K>>,
  ): Promise<boolean> {
    const { meta } = await this.#db
      .update(sandboxRecords)
      .set({ stateJson: write({ ...state, ...changes }) })
      .where(and(eq(sandboxRecords.reference, reference), eq(sandboxRecords.stateJson, write(state))));
    return meta.changes > 0;
  }

  #read<K extends SandboxKind>(
    kind: K,
    rows: readonly (typeof sandboxRecords.$inferSelect)[],
  ): SandboxRecord<K> | null {
    const row = rows[0];
    if (row === undefined) return null;
    const state = SCHEMAS[kind].parse(JSON.parse(row.stateJson));
    // The schema of its kind has just been parsed; TypeScript does not follow the index.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return { reference: row.reference, state: state as SandboxState<K> };
  }
}

function write(state: object): string {
  const sorted = Object.fromEntries(Object.entries(state).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify(sorted, (_name, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
}
