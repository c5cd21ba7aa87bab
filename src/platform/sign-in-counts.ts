/** Counts of attempts in CONTROL_DB, each rule's in windows that begin with the first attempt. */
import { eq, inArray, lte, sql } from "drizzle-orm";
import { signInCounts } from "./d1/control-schema.ts";
import type { ControlDatabase } from "./d1/database.ts";
import { sha256Hex } from "./identifiers.ts";

export interface CountRule {
  readonly name: string;
  readonly max: number;
  readonly windowMs: number;
}

export interface Counted {
  /** With this one. */
  readonly count: number;
  readonly isAllowed: boolean;
  readonly retryAfterSeconds: number;
}

/** Counts one attempt of `whom`, whatever happens to it: of attempts at once each gets its own number. Throws when D1 does. */
export async function countAttempt(
  db: ControlDatabase,
  rule: CountRule,
  whom: string,
  nowMs: number,
): Promise<Counted> {
  const { count, windowEndsAtMs } = signInCounts;
  const end = nowMs + rule.windowMs;
  const isOver = sql`${windowEndsAtMs} <= ${nowMs}`;
  const rows = await db
    .insert(signInCounts)
    .values({ id: await idOf(rule, whom), count: 1, windowEndsAtMs: end })
    .onConflictDoUpdate({
      target: signInCounts.id,
      set: {
        count: sql`CASE WHEN ${isOver} THEN 1 ELSE ${count} + 1 END`,
        windowEndsAtMs: sql`CASE WHEN ${isOver} THEN ${end} ELSE ${windowEndsAtMs} END`,
      },
    })
    .returning({ count, windowEndsAtMs });
  const row = rows[0] ?? { count: 1, windowEndsAtMs: end };
  return {
    count: row.count,
    isAllowed: row.count <= rule.max,
    retryAfterSeconds: Math.max(1, Math.ceil((row.windowEndsAtMs - nowMs) / 1_000)),
  };
}

/** Begins anew: whoever it is has proved who they are. */
export async function forgetAttempts(db: ControlDatabase, rule: CountRule, whom: string): Promise<void> {
  await db.delete(signInCounts).where(eq(signInCounts.id, await idOf(rule, whom)));
}

async function idOf(rule: CountRule, whom: string): Promise<string> {
  return sha256Hex(JSON.stringify([rule.name, whom]));
}

/** Removes counts whose window has ended, at most `limit`. */
export async function purgeCounts(db: ControlDatabase, nowMs: number, limit: number): Promise<void> {
  const ended = db
    .select({ id: signInCounts.id })
    .from(signInCounts)
    .where(lte(signInCounts.windowEndsAtMs, nowMs))
    .limit(limit);
  await db.delete(signInCounts).where(inArray(signInCounts.id, ended));
}
