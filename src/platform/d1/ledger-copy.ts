/**
 * Writes ledger messages to SPEND_DB: one statement for each table, its rows bound as one JSON text. A row is the array of its
 * wire members in the order of the columns: a column takes the member of its name, `<name>_json` the text of the member
 * `<name>`. Amounts stay decimal text until the column makes an int64 of them: a STRICT table refuses one that does not fit,
 * where a CAST would cut it off.
 */
import { getTableColumns, getTableName } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import { eventIdOfLog } from "../../contract/event.ts";
import type { LedgerMessage } from "../../contract/ledger-message.ts";
import type { EventPayload } from "../../contract/webhook.ts";
import { events, ledgerEntries, ledgerLines, notifications, spendLogs, webhookDeliveries } from "./spend-schema.ts";

interface Insert {
  readonly sql: string;
  readonly members: readonly string[];
}

// Another entry with the same sequence is a fault of the sender: it must fail, not vanish.
const INSERT_ENTRIES = insertOf(ledgerEntries, "(id) DO NOTHING");
const INSERT_LINES = insertOf(ledgerLines, "(entry_id, line) DO NOTHING");

/**
 * A row is stored once. The one exception: a gateway elsewhere may report a request whose money it holds here, under the
 * same id (`spendLogIdOf`), before the ledger's own row comes. The ledger knows better and takes its place.
 */
const INSERT_SPEND_LOGS = insertOf(
  spendLogs,
  `(id) DO UPDATE SET ${columnNames(spendLogs)
    .map((name) => `${name} = excluded.${name}`)
    .join(", ")} WHERE spend_logs.reservation_id IS NULL AND excluded.reservation_id IS NOT NULL`,
);

const INSERT_EVENTS = insertOf(events, "(id) DO NOTHING");

const INSERT_NOTIFICATIONS = insertOf(notifications, "(id) DO NOTHING", { returning: "id" });

/** Before the notifications: a webhook that was made after the event gets nothing when the message is repeated. */
const INSERT_DELIVERIES = insertOf(webhookDeliveries, "DO NOTHING", {
  where: (value) => `NOT EXISTS (SELECT 1 FROM notifications WHERE notifications.id = ${value("event_id")})`,
  returning: "id",
});

/** A delivery that a notification asks for, as the members of its row. */
export type PlannedDelivery = {
  readonly id: string;
  readonly organization_id: string;
  readonly webhook_id: string;
  readonly event_id: string;
  readonly type: string;
  readonly payload: EventPayload;
  readonly status: "pending";
  readonly attempts: readonly [];
  readonly created_at_ms: number;
  readonly next_attempt_at_ms: number;
};

/** Ids of what was stored for the first time. */
export interface CopiedNotifications {
  readonly notificationIds: readonly string[];
  readonly deliveryIds: readonly string[];
}

/**
 * Stores all messages in one transaction, with the deliveries that their notifications ask for; rows that are there already
 * change nothing. Throws when nothing was stored.
 */
export async function copyLedger(
  db: D1Database,
  messages: readonly LedgerMessage[],
  deliveries: readonly PlannedDelivery[] = [],
): Promise<CopiedNotifications> {
  const entries = messages.flatMap(({ entry }) => entry ?? []);
  const lines = entries.flatMap((entry) =>
    entry.lines.map((line) => ({ entry_id: entry.id, sequence: entry.sequence, ...line })),
  );
  const logs = messages.flatMap(({ spend_log: log }) => log ?? []);
  const ledger = [
    ...bindRows(db, INSERT_ENTRIES, entries),
    ...bindRows(db, INSERT_LINES, lines),
    ...bindRows(db, INSERT_SPEND_LOGS, logs),
    ...bindRows(db, INSERT_EVENTS, messages.flatMap(eventRowOf)),
  ];
  const asked = bindRows(db, INSERT_DELIVERIES, deliveries);
  const told = bindRows(
    db,
    INSERT_NOTIFICATIONS,
    messages.flatMap(({ notification }) => notification ?? []),
  );
  if (ledger.length + asked.length + told.length === 0) return { deliveryIds: [], notificationIds: [] };
  const results = await db.batch<{ id: string }>([...ledger, ...asked, ...told]);
  const idsFrom = (first: number, end: number): string[] =>
    results.slice(first, end).flatMap((result) => result.results.map(({ id }) => id));
  const toldFrom = ledger.length + asked.length;
  return { deliveryIds: idsFrom(ledger.length, toldFrom), notificationIds: idsFrom(toldFrom, results.length) };
}

/** What the event shares with the spend log row beside it is said once in a message. */
function eventRowOf({ event, spend_log: log }: LedgerMessage) {
  if (event === undefined || log === null) return [];
  const { id: logId, organization_id, created_at_ms } = log;
  return [{ ...event, id: eventIdOfLog(logId), log_id: logId, organization_id, created_at_ms }];
}

/** The statement for the rows; none for none. */
function bindRows(db: D1Database, insert: Insert, rows: readonly Readonly<Record<string, unknown>>[]) {
  if (rows.length === 0) return [];
  const values = rows.map((row) => insert.members.map((member) => row[member]));
  return [db.prepare(insert.sql).bind(JSON.stringify(values))];
}

/** Rows are parsed once, into JSONB: without MATERIALIZED, SQLite writes and parses the text again for each column. */
function insertOf(
  table: SQLiteTable,
  onConflict: string,
  options: { readonly where?: (value: (column: string) => string) => string; readonly returning?: string } = {},
): Insert {
  const names = columnNames(table);
  // Without a WHERE, SQLite reads the ON of ON CONFLICT as a join's.
  const where = options.where?.((column) => `row ->> ${names.indexOf(column)}`) ?? "true";
  return {
    sql:
      "WITH rows AS MATERIALIZED (SELECT jsonb(value) AS row FROM json_each(?1)) " +
      `INSERT INTO ${getTableName(table)} (${names.join(", ")}) ` +
      `SELECT ${names.map((_, index) => `row ->> ${index}`).join(", ")} FROM rows ` +
      `WHERE ${where} ON CONFLICT ${onConflict}` +
      (options.returning === undefined ? "" : ` RETURNING ${options.returning}`),
    members: names.map((name) => name.replace(/_json$/, "")),
  };
}

function columnNames(table: SQLiteTable): readonly string[] {
  return Object.values(getTableColumns(table)).map((column) => column.name);
}
