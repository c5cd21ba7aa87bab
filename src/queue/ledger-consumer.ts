/** Copies ledger entries and spend logs from the organizations' outboxes to SPEND_DB. Repeats and any order change nothing. */
import { ledgerMessageSchema, type LedgerMessage } from "../contract/ledger-message.ts";
import { openSpendDatabase } from "../platform/d1/database.ts";
import { copyLedger } from "../platform/d1/ledger-copy.ts";
import { reportError } from "../platform/log.ts";
import { confirmShipped, type ConfirmShipped } from "./confirm-shipped.ts";
import { parkMessages, UNREADABLE } from "./dead-letter-consumer.ts";
import { retryDelaySeconds } from "./retry-delay.ts";

interface ReadMessage {
  readonly message: Message;
  readonly content: LedgerMessage;
}

/**
 * Stores each message once, all in one transaction. What fails together is tried in halves, so that one bad row holds up nobody;
 * what cannot be read goes to the dead letters at once. Every message is acked or retried, and what is kept is confirmed to
 * the object that sent it: nothing throws.
 */
export async function consumeLedger(
  batch: MessageBatch,
  env: { readonly SPEND_DB: D1Database },
  nowMs = Date.now(),
  confirm: ConfirmShipped | null = null,
): Promise<void> {
  const readable: ReadMessage[] = [];
  const unreadable: Message[] = [];
  for (const message of batch.messages) {
    const parsed = ledgerMessageSchema.safeParse(message.body);
    if (parsed.success) readable.push({ message, content: parsed.data });
    else unreadable.push(message);
  }
  const parked = await parkMessages(openSpendDatabase(env.SPEND_DB), batch.queue, unreadable, UNREADABLE, nowMs);
  const stored = await storeOrHalve(env.SPEND_DB, readable);
  if (confirm !== null) await confirmShipped([...parked, ...stored], confirm);
}

/** Halving also ends what is too much for one statement: D1 binds at most 2 MB. */
async function storeOrHalve(db: D1Database, group: readonly ReadMessage[]): Promise<readonly Message[]> {
  try {
    await copyLedger(
      db,
      group.map(({ content }) => content),
    );
    for (const { message } of group) message.ack();
    return group.map(({ message }) => message);
  } catch (error) {
    if (group.length > 1 && (await isAnswering(db))) {
      const middle = Math.ceil(group.length / 2);
      const first = await storeOrHalve(db, group.slice(0, middle));
      return [...first, ...(await storeOrHalve(db, group.slice(middle)))];
    }
    reportError("ledger.not_stored", error);
    for (const { message } of group) message.retry({ delaySeconds: retryDelaySeconds(message.attempts) });
    return [];
  }
}

/** A database that is down is not to be asked for every half. */
async function isAnswering(db: D1Database): Promise<boolean> {
  try {
    await db.prepare("SELECT 1").run();
    return true;
  } catch {
    return false;
  }
}
