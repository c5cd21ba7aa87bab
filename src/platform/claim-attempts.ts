/** How often a user has tried to claim the platform role, so that nobody can try secrets. Counted beside the attempts to sign in. */
import { eq, sql } from "drizzle-orm";
import { signInAttempts } from "./d1/control-schema.ts";
import type { ControlDatabase } from "./d1/database.ts";

const MAX_ATTEMPTS = 5;
const WINDOW_MS = 15 * 60_000;

/**
 * Counts one attempt before it is looked at, so that of many at once only five are. Answers how long to wait, in seconds; null:
 * this one may be tried. Throws what D1 throws.
 */
export async function countClaim(db: ControlDatabase, userId: string, nowMs: number): Promise<number | null> {
  const { count, lastRequest } = signInAttempts;
  const isOver = sql`${lastRequest} <= ${nowMs - WINDOW_MS}`;
  const rows = await db
    .insert(signInAttempts)
    .values({ id: keyOf(userId), key: keyOf(userId), count: 1, lastRequest: nowMs })
    .onConflictDoUpdate({
      target: signInAttempts.key,
      set: {
        count: sql`CASE WHEN ${isOver} THEN 1 ELSE ${count} + 1 END`,
        lastRequest: sql`CASE WHEN ${isOver} THEN ${nowMs} ELSE ${lastRequest} END`,
      },
    })
    .returning({ count, beganAtMs: lastRequest });
  const row = rows[0];
  if (row === undefined || row.count <= MAX_ATTEMPTS) return null;
  return Math.ceil((row.beganAtMs + WINDOW_MS - nowMs) / 1_000);
}

/** Only failures count. */
export async function forgetClaims(db: ControlDatabase, userId: string): Promise<void> {
  await db.delete(signInAttempts).where(eq(signInAttempts.key, keyOf(userId)));
}

function keyOf(userId: string): string {
  return `platform claim of ${userId}`;
}
