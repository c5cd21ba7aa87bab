/** Parks what the other consumers could not store: a dead-letter queue alone loses its messages after some days. */
import { openSpendDatabase, type SpendDatabase } from "../platform/d1/database.ts";
import { deadLetters } from "../platform/d1/spend-schema.ts";
import { reportError } from "../platform/log.ts";
import { confirmShipped, type ConfirmShipped } from "./confirm-shipped.ts";
import { retryDelaySeconds } from "./retry-delay.ts";

/** Why a message is parked; these are replayed. */
export const RETRIES_EXHAUSTED = "retries exhausted";
/** These wait for a person. */
export const UNREADABLE = "unreadable";

export async function consumeDeadLetters(
  batch: MessageBatch,
  env: { readonly SPEND_DB: D1Database },
  nowMs = Date.now(),
  confirm: ConfirmShipped | null = null,
): Promise<void> {
  const db = openSpendDatabase(env.SPEND_DB);
  const parked = await parkMessages(db, batch.queue, batch.messages, RETRIES_EXHAUSTED, nowMs);
  if (confirm !== null) await confirmShipped(parked, confirm);
}

/** Keeps each message as a row; one that cannot be kept is retried. Gives those that are kept. Nothing throws. */
export async function parkMessages(
  db: SpendDatabase,
  queue: string,
  messages: readonly Message[],
  reason: string,
  nowMs: number,
): Promise<readonly Message[]> {
  const parked = await Promise.all(
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
        return [message];
      } catch (error) {
        reportError("dead_letters.not_parked", error);
        message.retry({ delaySeconds: retryDelaySeconds(message.attempts) });
        return [];
      }
    }),
  );
  return parked.flat();
}
