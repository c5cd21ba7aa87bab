/** Parks what the other consumers could not store: a dead-letter queue alone loses its messages after some days. */
import { openSpendDatabase, type SpendDatabase } from "../platform/d1/database.ts";
import { deadLetters } from "../platform/d1/spend-schema.ts";
import { retryDelaySeconds } from "./retry-delay.ts";

/** Why a message is parked; these are replayed. */
export const RETRIES_EXHAUSTED = "retries exhausted";

export async function consumeDeadLetters(
  batch: MessageBatch,
  env: { readonly SPEND_DB: D1Database },
  nowMs = Date.now(),
): Promise<void> {
  await parkMessages(openSpendDatabase(env.SPEND_DB), batch.queue, batch.messages, RETRIES_EXHAUSTED, nowMs);
}

/** Keeps each message as a row; one that cannot be kept is retried. Nothing throws. */
export async function parkMessages(
  db: SpendDatabase,
  queue: string,
  messages: readonly Message[],
  reason: string,
  nowMs: number,
): Promise<void> {
  await Promise.all(
    messages.map(async (message) => {
      const row = {
        id: message.id,
        queue,
        bodyJson: JSON.stringify(message.body) ?? "null",
        reason,
        attempts: message.attempts,
        parkedAtMs: nowMs,
      };
      try {
        await db.insert(deadLetters).values(row).onConflictDoNothing();
        message.ack();
      } catch {
        message.retry({ delaySeconds: retryDelaySeconds(message.attempts) });
      }
    }),
  );
}
