/** How an object's SQLite storage comes to its newest schema. */

/**
 * Applies the migrations that the storage does not have yet, in their order; the first is version 1. Synchronous and
 * idempotent: called first in an object's constructor.
 */
export function applyMigrations(storage: DurableObjectStorage, migrations: readonly string[]): void {
  storage.transactionSync(() => {
    const { sql } = storage;
    sql.exec("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY) STRICT");
    const applied = sql
      .exec<{ version: number }>("SELECT coalesce(max(version), 0) AS version FROM schema_version")
      .one();
    for (const [index, statements] of migrations.entries()) {
      const version = index + 1;
      if (version <= applied.version) continue;
      sql.exec(statements);
      sql.exec("INSERT INTO schema_version (version) VALUES (?)", version);
    }
  });
}
