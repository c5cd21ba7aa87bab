/** Copies ledger entries and spend logs from the organizations' outboxes to SPEND_DB. Repeats and any order change nothing. */
import { getTableColumns, sql } from "drizzle-orm";
import { ledgerMessageSchema, type LedgerEntryRow, type LedgerMessage } from "../contract/ledger-message.ts";
import type { SpendLogRow } from "../contract/spend-log.ts";
import { openSpendDatabase, type SpendDatabase } from "../platform/d1/database.ts";
import { spendLogValues } from "../platform/d1/spend-log-row.ts";
import { ledgerEntries, ledgerLines, spendLogs } from "../platform/d1/spend-schema.ts";
import { parkMessages } from "./dead-letter-consumer.ts";
import { retryDelaySeconds } from "./retry-delay.ts";

/** Statements of one batch: D1 limits a batch by its time, and one message has three. */
const MESSAGES_PER_BATCH = 20;

interface ReadMessage {
  readonly message: Message;
  readonly content: LedgerMessage;
}

/**
 * Stores each message once, in transactions of a few. What fails with its neighbours is tried alone, so that one bad row holds
 * up nobody; what cannot be read goes to the dead letters at once. Every message is acked or retried: nothing throws.
 */
export async function consumeLedger(
  batch: MessageBatch,
  env: { readonly SPEND_DB: D1Database },
  nowMs = Date.now(),
): Promise<void> {
  const db = openSpendDatabase(env.SPEND_DB);
  const readable: ReadMessage[] = [];
  const unreadable: Message[] = [];
  for (const message of batch.messages) {
    const parsed = ledgerMessageSchema.safeParse(message.body);
    if (parsed.success) readable.push({ message, content: parsed.data });
    else unreadable.push(message);
  }
  await parkMessages(db, batch.queue, unreadable, "unreadable", nowMs);
  const groups: ReadMessage[][] = [];
  for (let start = 0; start < readable.length; start += MESSAGES_PER_BATCH) {
    groups.push(readable.slice(start, start + MESSAGES_PER_BATCH));
  }
  await Promise.all(groups.map((group) => storeGroup(db, group)));
}

async function storeGroup(db: SpendDatabase, group: readonly ReadMessage[]): Promise<void> {
  if (await store(db, group)) {
    for (const { message } of group) message.ack();
    return;
  }
  await Promise.all(
    group.map(async (read) => {
      if (group.length > 1 && (await store(db, [read]))) read.message.ack();
      else read.message.retry({ delaySeconds: retryDelaySeconds(read.message.attempts) });
    }),
  );
}

/** One transaction. False: it failed, and nothing of it is stored. */
async function store(db: SpendDatabase, group: readonly ReadMessage[]): Promise<boolean> {
  const statements = group.flatMap(({ content }) => [
    ...(content.entry === null ? [] : entryStatements(db, content.entry)),
    ...(content.spend_log === null ? [] : [spendLogStatement(db, content.spend_log)]),
  ]);
  const [first, ...rest] = statements;
  if (first === undefined) return true;
  try {
    await db.batch([first, ...rest]);
    return true;
  } catch {
    return false;
  }
}

function entryStatements(db: SpendDatabase, entry: LedgerEntryRow) {
  const row = {
    id: entry.id,
    organizationId: entry.organization_id,
    sequence: entry.sequence,
    type: entry.type,
    currency: entry.currency,
    reservationId: entry.reservation_id,
    requestId: entry.request_id,
    actor: entry.actor,
    note: entry.note,
    flagsJson: JSON.stringify(entry.flags),
    createdAtMs: entry.created_at_ms,
  };
  const lines = entry.lines.map((line) => ({
    entryId: entry.id,
    line: line.line,
    account: line.account,
    amountNanos: BigInt(line.amount_nanos),
    balanceAfterNanos: line.balance_after_nanos === null ? null : BigInt(line.balance_after_nanos),
  }));
  return [
    // Another entry with the same sequence is a fault of the sender: it must fail, not vanish.
    db.insert(ledgerEntries).values(row).onConflictDoNothing({ target: ledgerEntries.id }),
    ...lines.map((line) =>
      db
        .insert(ledgerLines)
        .values(line)
        .onConflictDoNothing({ target: [ledgerLines.entryId, ledgerLines.line] }),
    ),
  ];
}

/**
 * A row is stored once. The one exception: a gateway elsewhere may report a request whose money it holds here, under the
 * same id (`spendLogIdOf`), before the ledger's own row comes. The ledger knows better and takes its place.
 */
function spendLogStatement(db: SpendDatabase, row: SpendLogRow) {
  return db
    .insert(spendLogs)
    .values(spendLogValues(row))
    .onConflictDoUpdate({
      target: spendLogs.id,
      set: Object.fromEntries(
        Object.entries(getTableColumns(spendLogs)).map(([name, column]) => [name, sql.raw(`excluded.${column.name}`)]),
      ),
      setWhere: sql`${spendLogs.reservationId} IS NULL AND excluded.reservation_id IS NOT NULL`,
    });
}
