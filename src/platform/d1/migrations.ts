/** Which migrations a database lacks, by the bookkeeping of `wrangler d1 migrations apply`. */
import { sql } from "drizzle-orm";
import control from "../../../migrations/control/meta/_journal.json" with { type: "json" };
import spend from "../../../migrations/spend/meta/_journal.json" with { type: "json" };
import type { ControlDatabase, SpendDatabase } from "./database.ts";

const JOURNALS = { control, spend } as const;

/** Names of migrations of this release that were not applied, the oldest first. Throws when the database cannot be read. */
export async function findMissingMigrations(
  db: Pick<ControlDatabase | SpendDatabase, "all">,
  database: keyof typeof JOURNALS,
): Promise<readonly string[]> {
  const rows = await db.all<{ name: string }>(sql`SELECT name FROM d1_migrations`);
  const applied = new Set(rows.map(({ name }) => name.replace(/\.sql$/u, "")));
  return JOURNALS[database].entries.map(({ tag }) => tag).filter((tag) => !applied.has(tag));
}
