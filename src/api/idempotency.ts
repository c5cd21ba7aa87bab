/**
 * `Idempotency-Key`: a mutation that is repeated with the same key by the same caller happens once, and gets the first answer,
 * byte for byte, for 24 hours (contract: Conventions; IETF draft httpapi-idempotency-key-header).
 *
 * A request claims its key with one write. The claim is a lease: a request that died leaves it to the next repeat after a
 * minute, and a repeat before that is told to wait. How nothing happens twice:
 * - A change in D1 keeps its answer in its own transaction (`Call.keep`): either both are stored or neither, and when
 *   the claim was lost to a repeat meanwhile, the whole transaction fails.
 * - A command to an organization's object has an id that follows from the key, or the caller's own request id: whoever executes
 *   it again gets its first answer from the object, and keeps that.
 *
 * Answers can hold a secret that is shown once, so they are sealed with what the caller alone holds, the bearer token and the
 * key; neither is stored. A session's token is stored, so it is its HMAC with AUTH_SECRET. A repeat with another token of the same
 * key of ours, after a rotation, or in another session, cannot be answered and is refused: nothing is done twice.
 */
import { and, eq, inArray, isNull, lte, sql } from "drizzle-orm";
import type { Failure } from "../core/failure.ts";
import { idempotentAnswers } from "../platform/d1/control-schema.ts";
import { isViolationOf, type ControlDatabase } from "../platform/d1/database.ts";
import { sha256Hex } from "../platform/identifiers.ts";
import { openText, sealText, type SealingSecret } from "../platform/sealed-text.ts";
import type { Statement } from "./save-change.ts";

const LIFETIME_MS = 24 * 60 * 60 * 1_000;
/** Longer than a request takes: a statement of D1 has 30 s. */
const LEASE_MS = 60_000;
const MAX_PURGED_ROWS = 5_000;

/** What makes two requests the same one. */
export interface IdempotentRequest {
  /** `key_…`, `platform_admin`, or who is signed in. */
  readonly actor: string;
  readonly idempotencyKey: string;
  /** The bearer token, or the secret of the session. */
  readonly token: string;
  /** Method, path with query, and body. */
  readonly content: readonly [method: string, target: string, body: string];
}

export interface KeptAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** The right to execute a request, held by one at a time. */
export interface Claim {
  readonly id: string;
  readonly contentSha256: string;
  /** When it was taken: no other claim of the same key has the same. */
  readonly takenAtMs: number;
  readonly secret: SealingSecret;
}

export type Claiming =
  | { readonly outcome: "claimed"; readonly claim: Claim }
  | { readonly outcome: "answered"; readonly answer: KeptAnswer }
  | { readonly outcome: "refused"; readonly failure: Failure };

export const IN_PROGRESS: Failure = {
  kind: "conflict",
  code: "idempotency_in_progress",
  message: "The first request with this idempotency key is still under way.",
  retryAfterSeconds: 1,
};

const REUSED: Failure = {
  kind: "conflict",
  code: "idempotency_key_reused",
  message: "This idempotency key was used before with other content.",
};

const SEALED: Failure = {
  kind: "conflict",
  code: "idempotency_answer_sealed",
  message:
    "A request with this idempotency key was answered before, to another token of the same key or in another session. " +
    "Nothing was done again; only that token or session can read the answer.",
};

/** Takes the key for this request, or says what became of the one that has it. */
export async function claimAnswer(db: ControlDatabase, request: IdempotentRequest, nowMs: number): Promise<Claiming> {
  const { actor, idempotencyKey, token, content } = request;
  const claim: Claim = {
    id: await sha256Hex(JSON.stringify([actor, idempotencyKey])),
    contentSha256: await sha256Hex(JSON.stringify(content)),
    takenAtMs: nowMs,
    secret: { token, salt: idempotencyKey },
  };
  if (await takeRow(db, claim)) return { outcome: "claimed", claim };
  const rows = await db.select().from(idempotentAnswers).where(eq(idempotentAnswers.id, claim.id));
  const row = rows[0];
  // It was given up this very moment.
  if (row === undefined) return { outcome: "refused", failure: IN_PROGRESS };
  if (row.contentSha256 !== claim.contentSha256) return { outcome: "refused", failure: REUSED };
  if (row.status === null || row.answer === null) return { outcome: "refused", failure: IN_PROGRESS };
  const text = await openText(row.answer, claim.secret, contextOf(claim, row.status));
  if (text === null) return { outcome: "refused", failure: SEALED };
  const { headers, body }: Omit<KeptAnswer, "status"> = JSON.parse(text);
  return { outcome: "answered", answer: { status: row.status, headers, body } };
}

/** A key that nobody holds: never used, expired, or held by a request with the same content that died. */
async function takeRow(db: ControlDatabase, { id, contentSha256, takenAtMs }: Claim): Promise<boolean> {
  const fresh = {
    contentSha256,
    status: null,
    answer: null,
    createdAtMs: takenAtMs,
    expiresAtMs: takenAtMs + LIFETIME_MS,
  };
  const { expiresAtMs, status, createdAtMs } = idempotentAnswers;
  const taken = await db
    .insert(idempotentAnswers)
    .values({ id, ...fresh })
    .onConflictDoUpdate({
      target: idempotentAnswers.id,
      set: fresh,
      setWhere: sql`${expiresAtMs} <= ${takenAtMs} OR (${status} IS NULL AND ${createdAtMs} <= ${takenAtMs - LEASE_MS}
        AND ${idempotentAnswers.contentSha256} = ${contentSha256})`,
    })
    .returning({ id: idempotentAnswers.id });
  return taken.length > 0;
}

/**
 * What keeps an answer in the transaction of the change that it tells of. When the claim was lost, a text goes
 * where the STRICT table takes an integer alone: the transaction fails, and `isClaimLost` knows it.
 */
export async function keepStatements(db: ControlDatabase, claim: Claim, answer: KeptAnswer): Promise<Statement[]> {
  const { status, createdAtMs } = idempotentAnswers;
  const isHeld = sql`${status} IS NULL AND ${createdAtMs} = ${claim.takenAtMs}`;
  const kept = {
    status: sql`CASE WHEN ${isHeld} THEN ${answer.status} ELSE 'lost' END`,
    answer: await sealAnswer(claim, answer),
  };
  // In a list: a query of drizzle's that is returned from an async function would be executed.
  return [db.update(idempotentAnswers).set(kept).where(eq(idempotentAnswers.id, claim.id))];
}

export function isClaimLost(error: unknown): boolean {
  return isViolationOf(error, "idempotent_answers.status");
}

/** Keeps an answer that no transaction has kept. */
export async function keepAnswer(db: ControlDatabase, claim: Claim, answer: KeptAnswer): Promise<void> {
  await db
    .update(idempotentAnswers)
    .set({ status: answer.status, answer: await sealAnswer(claim, answer) })
    .where(heldBy(claim));
}

/** The request decided nothing: the next one with the key begins anew. */
export async function releaseClaim(db: ControlDatabase, claim: Claim): Promise<void> {
  await db.delete(idempotentAnswers).where(heldBy(claim));
}

/** Whether a repeat is to get the same refusal: not when it was refused for the moment, or for who it was. */
export function isFinal(failure: Failure, status: number): boolean {
  if (status >= 500 || status === 429) return false;
  if (failure.kind === "conflict") return failure.retryAfterSeconds === undefined;
  return failure.kind !== "unauthenticated" && failure.kind !== "organization_suspended";
}

/** Removes what is older than 24 hours, some at a time. Called by the cron trigger. */
export async function purgeExpiredAnswers(db: ControlDatabase, nowMs: number): Promise<void> {
  const expired = db
    .select({ id: idempotentAnswers.id })
    .from(idempotentAnswers)
    .where(lte(idempotentAnswers.expiresAtMs, nowMs))
    .limit(MAX_PURGED_ROWS);
  await db.delete(idempotentAnswers).where(inArray(idempotentAnswers.id, expired));
}

function heldBy({ id, takenAtMs }: Claim) {
  return and(
    eq(idempotentAnswers.id, id),
    eq(idempotentAnswers.createdAtMs, takenAtMs),
    isNull(idempotentAnswers.status),
  );
}

async function sealAnswer(claim: Claim, { status, headers, body }: KeptAnswer): Promise<Buffer> {
  return Buffer.from(await sealText(JSON.stringify({ headers, body }), claim.secret, contextOf(claim, status)));
}

function contextOf({ id, contentSha256 }: Claim, status: number): string {
  return JSON.stringify([id, contentSha256, status]);
}
