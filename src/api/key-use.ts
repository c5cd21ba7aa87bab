/** When keys were last used: on our own API as it is noted here, in model traffic as the spend log tells. */
import { sql } from "drizzle-orm";
import { z } from "zod";
import { keyUses } from "../platform/d1/control-schema.ts";
import type { ControlDatabase, SpendDatabase } from "../platform/d1/database.ts";

/** How exact it is: a key that is always busy writes one row so often, in each isolate. */
const PRECISION_MS = 5 * 60_000;
const MAX_REMEMBERED = 10_000;

const noted = new WeakMap<ControlDatabase, Map<string, number>>();

/** Notes the use of a key; what is no key of ours, such as an application's grant, is not noted. Throws what D1 throws. */
export async function noteKeyUse(db: ControlDatabase, keyId: string, nowMs: number): Promise<void> {
  const known = noted.get(db) ?? new Map<string, number>();
  noted.set(db, known);
  if (nowMs - (known.get(keyId) ?? Number.NEGATIVE_INFINITY) < PRECISION_MS) return;
  if (known.size >= MAX_REMEMBERED) known.clear();
  known.set(keyId, nowMs);
  await db.run(sql`
    INSERT INTO key_uses (key_id, used_at_ms) SELECT id, ${nowMs} FROM keys WHERE id = ${keyId}
    ON CONFLICT (key_id) DO UPDATE SET used_at_ms = max(used_at_ms, excluded.used_at_ms)`);
}

const usesSchema = z.array(z.object({ key_id: z.string(), used_at_ms: z.int().nullable() }));

/** The last use of each of these keys of an organization; those that were never used are not in it. */
export async function readKeyUses(
  { db, spendDb }: { readonly db: ControlDatabase; readonly spendDb: SpendDatabase },
  organizationId: string,
  keyIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (keyIds.length === 0) return new Map();
  const ids = JSON.stringify(keyIds);
  // One look into the index for each key, however long its log is.
  const traffic = spendDb.all(sql`
    SELECT value AS key_id, (
      SELECT max(created_at_ms) FROM spend_logs WHERE organization_id = ${organizationId} AND key_id = value
    ) AS used_at_ms FROM json_each(${ids})`);
  const calls = db
    .select()
    .from(keyUses)
    .where(sql`${keyUses.keyId} IN (SELECT value FROM json_each(${ids}))`);
  const uses = new Map<string, number>();
  const add = (keyId: string, atMs: number | null): void => {
    if (atMs !== null) uses.set(keyId, Math.max(uses.get(keyId) ?? 0, atMs));
  };
  for (const { key_id, used_at_ms } of usesSchema.parse(await traffic)) add(key_id, used_at_ms);
  for (const { keyId, usedAtMs } of await calls) add(keyId, usedAtMs);
  return uses;
}
