/** The audit log in CONTROL_DB: reading it, and appending to it. Nothing here changes or deletes a row. */
import { and, asc, desc, eq, gt, gte, lt, sql, type SQL } from "drizzle-orm";
import type { AuditFilter } from "../../contract/audit.ts";
import { CHAIN_START, type ChainHead } from "../../core/audit-chain.ts";
import type { AuditRow } from "../audit-record.ts";
import { auditLog } from "./control-schema.ts";
import { isViolationOf, type ControlDatabase } from "./database.ts";

/** The newest record of a chain; `CHAIN_START` when it has none. Throws when D1 does. */
export async function readChainHead(db: ControlDatabase, organizationId: string): Promise<ChainHead> {
  const rows = await selectHead(db, organizationId);
  return rows[0] ?? CHAIN_START;
}

/** At most one row. */
export function selectHead(db: ControlDatabase, organizationId: string) {
  return db
    .select({ sequence: auditLog.sequence, hash: auditLog.hash })
    .from(auditLog)
    .where(eq(auditLog.organizationId, organizationId))
    .orderBy(desc(auditLog.sequence))
    .limit(1);
}

/** The hash of one record; null: there is no such record. */
export async function readHash(db: ControlDatabase, organizationId: string, sequence: number): Promise<string | null> {
  const rows = await db
    .select({ hash: auditLog.hash })
    .from(auditLog)
    .where(and(eq(auditLog.organizationId, organizationId), eq(auditLog.sequence, sequence)));
  return rows[0]?.hash ?? null;
}

/** True when a record could not be appended because another one has its number by now. */
export function isChainViolation(error: unknown): boolean {
  return isViolationOf(error, "audit_log.sequence");
}

/** True when what a record comes from is recorded already. */
export function isSourceViolation(error: unknown): boolean {
  return isViolationOf(error, "audit_log.source_id");
}

/** Which of these sources are recorded, and the head at the same instant. */
export async function readSources(
  db: ControlDatabase,
  organizationId: string,
  sourceIds: readonly string[],
): Promise<{ readonly head: ChainHead; readonly recorded: ReadonlySet<string> }> {
  const [heads, rows] = await db.batch([
    selectHead(db, organizationId),
    db
      .select({ sourceId: auditLog.sourceId })
      .from(auditLog)
      .where(
        and(
          eq(auditLog.organizationId, organizationId),
          // One parameter, however many there are.
          sql`${auditLog.sourceId} IN (SELECT value FROM json_each(${JSON.stringify(sourceIds)}))`,
        ),
      ),
  ]);
  return { head: heads[0] ?? CHAIN_START, recorded: new Set(rows.flatMap(({ sourceId }) => sourceId ?? [])) };
}

/** Records that pass the filter, newest first, before a number. */
export async function listRecords(
  db: ControlDatabase,
  organizationId: string,
  filter: AuditFilter,
  page: { readonly beforeSequence: number | null; readonly limit: number },
): Promise<AuditRow[]> {
  const before = page.beforeSequence === null ? undefined : lt(auditLog.sequence, page.beforeSequence);
  return db
    .select()
    .from(auditLog)
    .where(and(eq(auditLog.organizationId, organizationId), before, ...conditionsOf(filter)))
    .orderBy(desc(auditLog.sequence))
    .limit(page.limit);
}

/** Records that pass the filter, oldest first, after a number. */
export async function listRecordsAfter(
  db: ControlDatabase,
  organizationId: string,
  filter: AuditFilter,
  page: { readonly afterSequence: number; readonly limit: number },
): Promise<AuditRow[]> {
  return db
    .select()
    .from(auditLog)
    .where(
      and(
        eq(auditLog.organizationId, organizationId),
        gt(auditLog.sequence, page.afterSequence),
        ...conditionsOf(filter),
      ),
    )
    .orderBy(asc(auditLog.sequence))
    .limit(page.limit);
}

function conditionsOf(filter: AuditFilter): (SQL | undefined)[] {
  const { actor, action, object_type: objectType, object_id: objectId, from, to } = filter;
  return [
    actor === undefined ? undefined : eq(auditLog.actor, actor),
    action === undefined ? undefined : eq(auditLog.action, action),
    objectType === undefined ? undefined : eq(auditLog.objectType, objectType),
    objectId === undefined ? undefined : eq(auditLog.objectId, objectId),
    from === undefined ? undefined : gte(auditLog.createdAtMs, from),
    to === undefined ? undefined : lt(auditLog.createdAtMs, to),
  ];
}
