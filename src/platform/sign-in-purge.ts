/** Removes what the sign-in does not need any more. Called by the cron trigger. */
import { inArray, lte } from "drizzle-orm";
import { signInAttempts, userSessions, userVerifications } from "./d1/control-schema.ts";
import type { ControlDatabase } from "./d1/database.ts";
import { purgeCounts } from "./sign-in-counts.ts";

/** Of each kind in one run; the rest waits for the next one. */
const MAX_PURGED_ROWS = 1_000;
/** Longer than any window that the library counts in. */
const ATTEMPT_LIFETIME_MS = 60 * 60_000;

/** Expired sessions, links and challenges, and counts that ended, at most `limit` of each. Throws what D1 throws. */
export async function purgeSignIn(db: ControlDatabase, nowMs: number, limit = MAX_PURGED_ROWS): Promise<void> {
  const now = new Date(nowMs);
  const sessions = db
    .select({ id: userSessions.id })
    .from(userSessions)
    .where(lte(userSessions.expiresAt, now))
    .limit(limit);
  const verifications = db
    .select({ id: userVerifications.id })
    .from(userVerifications)
    .where(lte(userVerifications.expiresAt, now))
    .limit(limit);
  const attempts = db
    .select({ id: signInAttempts.id })
    .from(signInAttempts)
    .where(lte(signInAttempts.lastRequest, nowMs - ATTEMPT_LIFETIME_MS))
    .limit(limit);
  await db.batch([
    db.delete(userSessions).where(inArray(userSessions.id, sessions)),
    db.delete(userVerifications).where(inArray(userVerifications.id, verifications)),
    db.delete(signInAttempts).where(inArray(signInAttempts.id, attempts)),
  ]);
  await purgeCounts(db, nowMs, limit);
}
