/** Changes of prices and exchange rates: read, decide, write against the version that was read, and tell the organizations. */
import { asc } from "drizzle-orm";
import { PLATFORM_CHAIN } from "../core/audit-chain.ts";
import { fail, type Result } from "../core/failure.ts";
import { sealRecord } from "../platform/audit-record.ts";
import { readChainHead } from "../platform/d1/audit-log.ts";
import { auditLog, organizations, platformVersions } from "../platform/d1/control-schema.ts";
import { isUniqueViolation } from "../platform/d1/database.ts";
import { readPlatformVersion } from "../platform/price-book-cache.ts";
import type { AuditEvent, AuditTrail } from "./audit-trail.ts";
import type { ApiDeps } from "./deps.ts";
import type { Keep, Statement } from "./save-change.ts";

const MAX_ATTEMPTS = 5;
const ORGANIZATIONS_AT_ONCE = 20;
/** A Worker may make 1,000 calls; whoever is not told re-reads within 15 s. */
const MAX_TOLD_ORGANIZATIONS = 500;

export interface PlatformChange<T> {
  readonly statements: readonly Statement[];
  readonly recorded: Pick<AuditEvent, "action" | "objectId" | "before" | "after">;
  readonly answer: T;
}

/**
 * Saves what `decide` wants, with its record in the platform's chain and its answer (`Call.keep`). When another change was
 * saved since `decide` has read, nothing is written, and it decides again; after five rounds the answer is `conflict`.
 */
export async function changePlatform<T>(
  deps: ApiDeps,
  reason: string,
  { keep, trail }: { readonly keep: Keep<T>; readonly trail: AuditTrail },
  decide: () => Promise<Result<PlatformChange<T>>>,
  attempt = 1,
): Promise<Result<T>> {
  const version = await readPlatformVersion(deps.db);
  const head = await readChainHead(deps.db, PLATFORM_CHAIN);
  const change = await decide();
  if (!change.ok) return change;
  const row = await sealRecord(head, {
    organizationId: PLATFORM_CHAIN,
    createdAtMs: deps.nowMs(),
    sourceId: null,
    ...trail.author,
    ...change.value.recorded,
  });
  try {
    await deps.db.batch([
      deps.db.insert(auditLog).values(row),
      deps.db.insert(platformVersions).values({ version: version + 1, reason, changedAtMs: deps.nowMs() }),
      ...change.value.statements,
      ...(await keep(change.value.answer)),
    ]);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    if (attempt < MAX_ATTEMPTS) return changePlatform(deps, reason, { keep, trail }, decide, attempt + 1);
    return fail({
      kind: "conflict",
      code: "concurrent_change",
      message: "Others change the price book. Try again.",
      retryAfterSeconds: 1,
    });
  }
  await refreshOrganizations(deps);
  return { ok: true, value: change.value.answer };
}

async function refreshOrganizations(deps: ApiDeps): Promise<void> {
  const rows = await deps.db
    .select({ id: organizations.id })
    .from(organizations)
    .orderBy(asc(organizations.id))
    .limit(MAX_TOLD_ORGANIZATIONS);
  const waiting = rows.map((row) => row.id);
  const refreshNext = async (): Promise<void> => {
    const id = waiting.shift();
    if (id === undefined) return;
    await deps.organization(id).refreshDirectory();
    await refreshNext();
  };
  await Promise.all(Array.from({ length: ORGANIZATIONS_AT_ONCE }, refreshNext));
}
