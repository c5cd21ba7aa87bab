/** Cloudflare, Durable Objects: Limits. */
const MAX_PARAMETERS = 100;

/**
 * Inserts rows with as few statements as the runtime allows. `into` names the table and its columns, in the rows' order;
 * `onConflict` is what becomes of rows that are there already.
 */
export function insertRows(
  sql: SqlStorage,
  into: string,
  rows: readonly (readonly SqlStorageValue[])[],
  onConflict = "",
): void {
  const columns = rows[0]?.length ?? 0;
  if (columns === 0) return;
  const parameters = `(${Array.from({ length: columns }, () => "?").join()})`;
  const rowsAtOnce = Math.floor(MAX_PARAMETERS / columns);
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    const some = rows.slice(start, start + rowsAtOnce);
    sql.exec(`INSERT INTO ${into} VALUES ${some.map(() => parameters).join()} ${onConflict}`, ...some.flat());
  }
}
