/** When keys, or what stands for one, last sent a request for a model. */
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { SpendDatabase } from "./database.ts";

const rowsSchema = z.array(z.object({ id: z.string(), at_ms: z.int().nullable() }));

/** By the id of the key, each found by its own index entry. Null: there is no row of it. */
export async function readLastRequests(
  db: SpendDatabase,
  organizationId: string,
  keyIds: readonly string[],
): Promise<ReadonlyMap<string, number | null>> {
  if (keyIds.length === 0) return new Map();
  const rows = await db.all(sql`
    SELECT value AS id, (SELECT created_at_ms FROM spend_logs WHERE organization_id = ${organizationId} AND key_id = value
      ORDER BY created_at_ms DESC LIMIT 1) AS at_ms
    FROM json_each(${JSON.stringify(keyIds)})`);
  return new Map(rowsSchema.parse(rows).map((row) => [row.id, row.at_ms]));
}
