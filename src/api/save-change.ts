/**
 * Saves changes of an organization's records: with a record of the audit log in the same transaction, so that there is no
 * change without one, and so that the next request is decided by them.
 */
import { eq, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { fail, ok, type Failure, type Result } from "../core/failure.ts";
import { sealRecord } from "../platform/audit-record.ts";
import { isChainViolation } from "../platform/d1/audit-log.ts";
import { auditLog, organizations } from "../platform/d1/control-schema.ts";
import { isUniqueViolation } from "../platform/d1/database.ts";
import { ChainMoved, type AuditEvent } from "./audit-trail.ts";
import type { ApiDeps } from "./deps.ts";

export type Statement = BatchItem<"sqlite">;

/** Gives what keeps an answer for repeats of its request, to be written with the change (`Call.keep`). */
export type Keep<W> = (answer: W) => Promise<readonly Statement[]>;

/**
 * Runs the statements in one transaction with the record of `event`. Throws `ChainMoved` when the chain has grown since its head
 * was read, else what D1 throws; then nothing was saved.
 */
export async function saveRecorded(
  deps: ApiDeps,
  organizationId: string,
  event: AuditEvent,
  statements: readonly Statement[],
): Promise<void> {
  const { trail, ...recorded } = event;
  const head = await trail.open(organizationId);
  const draft = { organizationId, createdAtMs: deps.nowMs(), ...trail.author, ...recorded };
  const row = await sealRecord(head, draft);
  try {
    await deps.db.batch([deps.db.insert(auditLog).values(row), ...statements]);
  } catch (error) {
    if (isChainViolation(error)) throw new ChainMoved("another change was recorded first");
    throw error;
  }
  trail.saved(organizationId, row);
}

/**
 * As `saveRecorded`, with a new directory version, and has the organization's object read it before the change is answered.
 */
export async function saveChange(
  deps: ApiDeps,
  organizationId: string,
  event: AuditEvent,
  statements: readonly Statement[],
): Promise<void> {
  const bump = deps.db
    .update(organizations)
    .set({ directoryVersion: sql`${organizations.directoryVersion} + 1` })
    .where(eq(organizations.id, organizationId));
  await saveRecorded(deps, organizationId, event, [bump, ...statements]);
  await deps.organization(organizationId).refreshDirectory();
}

/** As `saveChange`; fails with `taken`, and nothing is saved, when another record has what must be unique. */
export async function saveUnique(
  deps: ApiDeps,
  organizationId: string,
  event: AuditEvent,
  statements: readonly Statement[],
  taken: Failure,
): Promise<Result<null>> {
  try {
    await saveChange(deps, organizationId, event, statements);
    return ok(null);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    return fail(taken);
  }
}
