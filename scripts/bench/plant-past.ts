/** Gives an organization a past: copies of its first settled reservation and of its entry, straight into its object's storage. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Call it while the gateway is stopped. The copies are of the organization's only settled reservation. */
export async function plantPast(stateDir: string, organizationId: string, count: number): Promise<void> {
  const db = await openStorage(join(stateDir, "do/gateway-Organization"), organizationId);
  try {
    db.exec("BEGIN");
    const reservation = "(SELECT * FROM reservation WHERE status = 'settled' LIMIT 1)";
    const entry = `(SELECT entry.* FROM ledger_entry AS entry JOIN ${reservation} AS past ON past.id = entry.reservation_id)`;
    const lines = `(SELECT line.* FROM ledger_line AS line JOIN ${entry} AS entry ON entry.sequence = line.sequence)`;
    // The lines first: they are found by the one entry that there is.
    const lastEntry = lastNumber(db, "ledger_entry", "sequence");
    copyRows(db, "ledger_line", lines, count, lastEntry);
    copyRows(db, "ledger_entry", entry, count, lastEntry);
    copyRows(db, "reservation", reservation, count, lastNumber(db, "reservation", "number"));
    db.exec("COMMIT");
  } finally {
    db.close();
  }
}

async function openStorage(dir: string, organizationId: string): Promise<DatabaseSync> {
  for (const name of await readdir(dir)) {
    if (!/^[0-9a-f]{64}\.sqlite$/.test(name)) continue;
    const db = new DatabaseSync(join(dir, name), { enableForeignKeyConstraints: false });
    const found = db.prepare("SELECT 1 FROM identity WHERE organization_id = ?").get(organizationId);
    if (found !== undefined) return db;
    db.close();
  }
  throw new Error(`no storage of ${organizationId} in ${dir}`);
}

/** Gives ids that differ to the copies, and numbers that go on from `last`, an expression. */
function copyRows(db: DatabaseSync, table: string, rows: string, count: number, last: Numbering): void {
  const columns = db
    .prepare(`SELECT name FROM pragma_table_info('${table}')`)
    .all()
    .map(({ name }) => String(name));
  const values = columns.map((column) => {
    if (column === last.column) return `${last.value} + copy.number`;
    return column === "id" ? "past.id || '_' || copy.number" : `past.${column}`;
  });
  db.prepare(
    `WITH RECURSIVE copy (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM copy WHERE number < ?)
     INSERT INTO ${table} (${columns.join(", ")}) SELECT ${values.join(", ")} FROM copy, ${rows} AS past`,
  ).run(count);
}

interface Numbering {
  readonly column: string;
  readonly value: number;
}

function lastNumber(db: DatabaseSync, table: string, column: string): Numbering {
  const row = db.prepare(`SELECT max(${column}) AS last FROM ${table}`).get();
  return { column, value: Number(row?.["last"] ?? 0) };
}
