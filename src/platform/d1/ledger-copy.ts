/**
 * Writes ledger messages to SPEND_DB: one statement for each table, its rows bound as one JSON text. A row is the array of its
 * wire members in the order of the columns: a column takes the member of its name, `<name>_json` the text of the member
 * `<name>`. Amounts stay decimal text until the column makes an int64 of them: a STRICT table refuses one that does not fit,
 * where a CAST would cut it off.
 */
import { getTableColumns, getTableName } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { LedgerMessage } from "../../contract/ledger-message.ts";
import { ledgerEntries, ledgerLines, spendLogs } from "./spend-schema.ts";

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

/** Stores all messages in one transaction; rows that are there already change nothing. Throws when nothing was stored. */
export async function copyLedger(db: D1Database, messages: readonly LedgerMessage[]): Promise<void> {
  const entries = messages.flatMap(({ entry }) => entry ?? []);
  const lines = entries.flatMap((entry) => entry.lines.map((line) => ({ entry_id: entry.id, ...line })));
  const logs = messages.flatMap(({ spend_log: log }) => log ?? []);
  const statements = [
    ...bindRows(db, INSERT_ENTRIES, entries),
    ...bindRows(db, INSERT_LINES, lines),
    ...bindRows(db, INSERT_SPEND_LOGS, logs),
  ];
  if (statements.length > 0) await db.batch(statements);
}

/** The statement for the rows; none for none. */
function bindRows(db: D1Database, insert: Insert, rows: readonly Readonly<Record<string, unknown>>[]) {
  if (rows.length === 0) return [];
  const values = rows.map((row) => insert.members.map((member) => row[member]));
  return [db.prepare(insert.sql).bind(JSON.stringify(values))];
}

/** Rows are parsed once, into JSONB: without MATERIALIZED, SQLite writes and parses the text again for each column. */
function insertOf(table: SQLiteTable, onConflict: string): Insert {
  const names = columnNames(table);
  return {
    sql:
      "WITH rows AS MATERIALIZED (SELECT jsonb(value) AS row FROM json_each(?1)) " +
      `INSERT INTO ${getTableName(table)} (${names.join(", ")}) ` +
      `SELECT ${names.map((_, index) => `row ->> ${index}`).join(", ")} FROM rows ` +
      // Without a WHERE, SQLite reads the ON of ON CONFLICT as a join's.
      `WHERE true ON CONFLICT ${onConflict}`,
    members: names.map((name) => name.replace(/_json$/, "")),
  };
}

function columnNames(table: SQLiteTable): readonly string[] {
  return Object.values(getTableColumns(table)).map((column) => column.name);
}
