/** Gives parked messages another chance: what could not be stored during an outage is stored after it, without anybody's help. */
import { and, asc, eq, inArray } from "drizzle-orm";
import { openSpendDatabase } from "../platform/d1/database.ts";
import { deadLetters } from "../platform/d1/spend-schema.ts";
import { RETRIES_EXHAUSTED } from "./dead-letter-consumer.ts";

const MESSAGES_PER_RUN = 50;

export interface ReplayBindings {
  readonly SPEND_DB: D1Database;
  readonly LEDGER_QUEUE: Queue;
  readonly SETTLEMENT_QUEUE: Queue;
}

/**
 * Sends the oldest parked messages to the queues they came from, then forgets them: sent twice is harmless, lost is not.
 * Ledger messages that could not be read stay for a person to look at. Returns how many were sent.
 */
export async function replayDeadLetters(env: ReplayBindings): Promise<number> {
  const db = openSpendDatabase(env.SPEND_DB);
  const queues: Readonly<Record<string, Queue>> = {
    "keeptrusts-ledger-dead": env.LEDGER_QUEUE,
    "keeptrusts-settlements-dead": env.SETTLEMENT_QUEUE,
  };
  const parked = await db
    .select({ id: deadLetters.id, queue: deadLetters.queue, bodyJson: deadLetters.bodyJson })
    .from(deadLetters)
    .where(and(eq(deadLetters.reason, RETRIES_EXHAUSTED), inArray(deadLetters.queue, Object.keys(queues))))
    .orderBy(asc(deadLetters.parkedAtMs), asc(deadLetters.id))
    .limit(MESSAGES_PER_RUN);
  const sent: string[] = [];
  for (const { id, queue, bodyJson } of parked) {
    await queues[queue]?.send(JSON.parse(bodyJson), { contentType: "json" });
    sent.push(id);
  }
  if (sent.length > 0) await db.delete(deadLetters).where(inArray(deadLetters.id, sent));
  return sent.length;
}
