/**
 * Copies ledger entries, spend logs and notifications from the organizations' outboxes to SPEND_DB. Repeats and any order
 * change nothing.
 */
import {
  ledgerMessageSchema,
  type AutoTopUpMessage,
  type LedgerEntryRow,
  type LedgerMessage,
} from "../contract/ledger-message.ts";
import { openSpendDatabase } from "../platform/d1/database.ts";
import { copyLedger, type PlannedDelivery } from "../platform/d1/ledger-copy.ts";
import { reportError } from "../platform/log.ts";
import { confirmShipped, type ConfirmShipped } from "./confirm-shipped.ts";
import { parkMessages, UNREADABLE } from "./dead-letter-consumer.ts";
import { announceStored, type NotificationPorts } from "./notification-ports.ts";
import { retryDelaySeconds } from "./retry-delay.ts";

/** Puts what people moved into the audit log, each entry once. Throws when that cannot be done now. */
export type RecordMoney = (entries: readonly LedgerEntryRow[]) => Promise<void>;

/** Charges a saved payment method, once by the message's id. What it throws is reported: the ledger sends the message again. */
export type StartAutoTopUp = (message: AutoTopUpMessage) => Promise<void>;

interface ReadMessage {
  readonly message: Message;
  readonly content: LedgerMessage;
}

interface PlannedMessage extends ReadMessage {
  readonly deliveries: readonly PlannedDelivery[];
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
  notifications: NotificationPorts | null = null,
  recordMoney: RecordMoney | null = null,
  startAutoTopUp: StartAutoTopUp | null = null,
): Promise<void> {
  const readable: ReadMessage[] = [];
  const unreadable: Message[] = [];
  for (const message of batch.messages) {
    const parsed = ledgerMessageSchema.safeParse(message.body);
    if (parsed.success) readable.push({ message, content: parsed.data });
    else unreadable.push(message);
  }
  const parked = await parkMessages(openSpendDatabase(env.SPEND_DB), batch.queue, unreadable, UNREADABLE, nowMs);
  const planned = await planDeliveries(readable, notifications);
  const stored = await storeOrHalve(env.SPEND_DB, planned, notifications, recordMoney);
  if (confirm !== null) await confirmShipped([...parked, ...stored], confirm);
  if (startAutoTopUp !== null) await startAutoTopUps(readable, stored, startAutoTopUp);
}

/** Last, so that no provider of payments keeps anybody's message waiting. */
async function startAutoTopUps(
  readable: readonly ReadMessage[],
  stored: readonly Message[],
  start: StartAutoTopUp,
): Promise<void> {
  const kept = new Set(stored);
  const wanted = readable
    .filter(({ message }) => kept.has(message))
    .flatMap(({ content }) => content.auto_top_up ?? []);
  await Promise.all(
    wanted.map((message) =>
      start(message).catch((error: unknown) => {
        reportError("auto_top_up.not_started", error);
      }),
    ),
  );
}

/** Adds the deliveries that notifications ask for. Who wants them must be known first: until then their messages wait. */
async function planDeliveries(
  messages: readonly ReadMessage[],
  ports: NotificationPorts | null,
): Promise<readonly PlannedMessage[]> {
  const told = messages.flatMap(({ content }) => content.notification ?? []);
  const unplanned = messages.map((message) => ({ ...message, deliveries: [] }));
  if (told.length === 0 || ports === null) return unplanned;
  try {
    const planned = Map.groupBy(await ports.planDeliveries(told), (delivery) => delivery.event_id);
    return messages.map((message) => ({
      ...message,
      deliveries: planned.get(message.content.notification?.id ?? "") ?? [],
    }));
  } catch (error) {
    reportError("notifications.not_planned", error);
    const waiting = messages.filter(({ content }) => content.notification !== undefined);
    for (const { message } of waiting) message.retry({ delaySeconds: retryDelaySeconds(message.attempts) });
    return unplanned.filter(({ content }) => content.notification === undefined);
  }
}

/** Halving also ends what is too much for one statement: D1 binds at most 2 MB. */
async function storeOrHalve(
  db: D1Database,
  group: readonly PlannedMessage[],
  ports: NotificationPorts | null,
  recordMoney: RecordMoney | null,
): Promise<readonly Message[]> {
  try {
    const contents = group.map(({ content }) => content);
    // First: what is stored in SPEND_DB is announced only by the attempt that has stored it.
    await recordMoney?.(contents.flatMap(({ entry }) => entry ?? []));
    const copied = await copyLedger(
      db,
      contents,
      group.flatMap(({ deliveries }) => deliveries),
    );
    for (const { message } of group) message.ack();
    if (ports !== null) await announceOrReport(contents, copied, ports);
    return group.map(({ message }) => message);
  } catch (error) {
    if (group.length > 1 && (await isAnswering(db))) {
      const middle = Math.ceil(group.length / 2);
      const first = await storeOrHalve(db, group.slice(0, middle), ports, recordMoney);
      return [...first, ...(await storeOrHalve(db, group.slice(middle), ports, recordMoney))];
    }
    reportError("ledger.not_stored", error);
    for (const { message } of group) message.retry({ delaySeconds: retryDelaySeconds(message.attempts) });
    return [];
  }
}

/** What is stored stays so: a fault here must not make it look as if it were not. The rows of deliveries are due anyway. */
async function announceOrReport(...announced: Parameters<typeof announceStored>): Promise<void> {
  try {
    await announceStored(...announced);
  } catch (error) {
    reportError("notifications.not_announced", error);
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
