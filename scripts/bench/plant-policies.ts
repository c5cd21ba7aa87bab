/** Gives an organization many budgets and access policies, straight into the control database. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Of each kind. */
export const POLICIES = 500;

/** How many of each kind speak about the request that is measured; every budget has one window. */
export const MATCHING = { few: 4, many: 36 } as const;
export type Matching = keyof typeof MATCHING;

/** Call it while the gateway is stopped; the object reads them when it starts. */
export async function plantPolicies(stateDir: string, organizationId: string, matching: Matching): Promise<void> {
  const db = await openControlDatabase(join(stateDir, "d1"));
  try {
    db.exec("BEGIN");
    const insert = db.prepare(
      "INSERT INTO policies (id, organization_id, kind, name, body_json, created_at_ms) VALUES (?, ?, ?, ?, ?, 0)",
    );
    for (let number = 0; number < POLICIES; number += 1) {
      const isMatching = number < MATCHING[matching];
      for (const [kind, body] of [
        ["budget", budget(number, isMatching)],
        ["access", accessPolicy(number, isMatching)],
      ] as const) {
        const name = `${kind} ${number}`;
        insert.run(
          `bench_${matching}_${kind}_${number}`,
          organizationId,
          kind,
          name,
          JSON.stringify({ name, ...body }),
        );
      }
    }
    db.prepare("UPDATE organizations SET directory_version = directory_version + 1 WHERE id = ?").run(organizationId);
    db.exec("COMMIT");
  } finally {
    db.close();
  }
}

const SCOPES = ["user", "team", "agent", "key", "model", "tag"] as const;

function budget(number: number, isMatching: boolean): object {
  const type = SCOPES[number % SCOPES.length] ?? "user";
  const id = type === "tag" ? `bench:${number}` : `bench-${number}`;
  return {
    scope: isMatching ? { type: "organization" } : { type, id },
    windows: { [isMatching ? "monthly" : "daily"]: "1000000" },
  };
}

function accessPolicy(number: number, isMatching: boolean): object {
  const models = isMatching ? ["gpt-5*"] : [`bench-${number}*`];
  return {
    effect: isMatching ? "allow" : "deny",
    subjects: isMatching ? {} : { teams: [`bench-${number}`] },
    resources: { models },
  };
}

async function openControlDatabase(dir: string): Promise<DatabaseSync> {
  for (const name of await readdir(dir, { recursive: true })) {
    if (!name.endsWith(".sqlite")) continue;
    const db = new DatabaseSync(join(dir, name), { enableForeignKeyConstraints: false });
    const found = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'policies'").get();
    if (found !== undefined) return db;
    db.close();
  }
  throw new Error(`no control database in ${dir}`);
}
