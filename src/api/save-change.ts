/** Saves changes of an organization's records so that the next request is decided by them. */
import { eq, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { fail, ok, type Failure, type Result } from "../core/failure.ts";
import { organizations } from "../platform/d1/control-schema.ts";
import { isUniqueViolation } from "../platform/d1/database.ts";
import type { ApiDeps } from "./deps.ts";

export type Statement = BatchItem<"sqlite">;

/** Gives what keeps an answer for repeats of its request, to be written with the change (`CallContext.keep`). */
export type Keep<W> = (answer: W) => Promise<readonly Statement[]>;

/**
 * Runs the statements in one transaction with a new directory version, then has the organization's object read it, before
 * the change is answered. Throws what D1 throws; then nothing was saved.
 */
export async function saveChange(
  deps: ApiDeps,
  organizationId: string,
  statements: readonly Statement[],
): Promise<void> {
  const bump = deps.db
    .update(organizations)
    .set({ directoryVersion: sql`${organizations.directoryVersion} + 1` })
    .where(eq(organizations.id, organizationId));
  await deps.db.batch([bump, ...statements]);
  await deps.organization(organizationId).refreshDirectory();
}

/** As `saveChange`; fails with `taken`, and nothing is saved, when another record has what must be unique. */
export async function saveUnique(
  deps: ApiDeps,
  organizationId: string,
  statements: readonly Statement[],
  taken: Failure,
): Promise<Result<null>> {
  try {
    await saveChange(deps, organizationId, statements);
    return ok(null);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    return fail(taken);
  }
}
