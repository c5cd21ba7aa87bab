/** Applies D1 migrations to a local database, with the same bookkeeping as `wrangler d1 migrations apply`. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { WORKER_NAME, type LocalDatabase, type LocalRuntime } from "./miniflare.ts";
import { PROJECT_DIR } from "./project.ts";

const DATABASES = { CONTROL_DB: "migrations/control", SPEND_DB: "migrations/spend" } as const;

const STATEMENT_BREAK = /-->\s*statement-breakpoint/;

/** Whether the state folder has every migration of the repository. */
export async function isMigrated(stateDir: string): Promise<boolean> {
  const applied = await readFile(join(stateDir, "migrations.json"), "utf8").catch(() => null);
  return applied === (await describeMigrations());
}

/** Brings both databases up to date, and notes it in the state folder. */
export async function migrate(runtime: LocalRuntime, stateDir: string): Promise<void> {
  const described = await describeMigrations();
  await Promise.all(
    Object.entries(DATABASES).map(async ([binding, dir]) =>
      applyMigrations(await runtime.getD1Database(binding, WORKER_NAME), join(PROJECT_DIR, dir)),
    ),
  );
  await writeFile(join(stateDir, "migrations.json"), described);
}

async function describeMigrations(): Promise<string> {
  const names = await Promise.all(Object.values(DATABASES).map((dir) => listMigrations(join(PROJECT_DIR, dir))));
  return JSON.stringify(names);
}

async function listMigrations(dir: string): Promise<string[]> {
  return (await readdir(dir)).filter((name) => name.endsWith(".sql")).toSorted();
}

/** Applies what is new in `dir`, each file in one transaction; returns how many files that were. */
async function applyMigrations(db: LocalDatabase, dir: string): Promise<number> {
  await db
    .prepare(
      "CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)",
    )
    .run();
  const { results } = await db.prepare("SELECT name FROM d1_migrations").all();
  const applied = new Set(results.map((row) => row["name"]));
  const names = (await listMigrations(dir)).filter((name) => !applied.has(name));
  for (const name of names) {
    const sql = await readFile(join(dir, name), "utf8");
    const statements = sql
      .split(STATEMENT_BREAK)
      .map((statement) => statement.trim())
      .filter((statement) => statement !== "");
    await db.batch([
      ...statements.map((statement) => db.prepare(statement)),
      db.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name),
    ]);
  }
  return names.length;
}
