/** The cron trigger removes what the sign-in does not need any more, some at a time. */
import { createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import worker from "../../src/index.ts";
import { openControlDatabase } from "../../src/platform/d1/database.ts";
import { countAttempt } from "../../src/platform/sign-in-counts.ts";
import { purgeSignIn } from "../../src/platform/sign-in-purge.ts";

const HOUR_MS = 3_600_000;
const db = openControlDatabase(env.CONTROL_DB);
const sql = (query: string, ...values: (string | number)[]) =>
  env.CONTROL_DB.prepare(query)
    .bind(...values)
    .run();

/** Three of each kind that ended at `endMs`, and one that is still needed. */
async function fill(endMs: number): Promise<void> {
  await sql(
    "INSERT OR IGNORE INTO users (id, name, email, email_verified, created_at_ms, updated_at_ms) VALUES ('u', 'U', 'u@acme.example', 1, 0, 0)",
  );
  for (const [name, end] of Object.entries({ a: endMs, b: endMs, c: endMs, kept: endMs + 2 * HOUR_MS })) {
    await sql(
      "INSERT INTO user_sessions (id, user_id, token, expires_at_ms, created_at_ms, updated_at_ms) VALUES (?, 'u', ?, ?, 0, 0)",
      name,
      name,
      end,
    );
    await sql(
      "INSERT INTO user_verifications (id, identifier, value, expires_at_ms, created_at_ms, updated_at_ms) VALUES (?, 'i', 'v', ?, 0, 0)",
      name,
      end,
    );
    await sql(
      "INSERT INTO sign_in_attempts (id, key, count, last_request_ms) VALUES (?, ?, 1, ?)",
      name,
      name,
      end - HOUR_MS,
    );
    await countAttempt(db, { name: "rule", max: 1, windowMs: HOUR_MS }, name, end - HOUR_MS);
  }
}

async function countRows(): Promise<number[]> {
  const tables = ["user_sessions", "user_verifications", "sign_in_attempts", "sign_in_counts"];
  const counts = [];
  for (const table of tables) {
    const { results } = await env.CONTROL_DB.prepare(`SELECT count(*) AS value FROM ${table}`).all();
    counts.push(Number(results[0]?.["value"]));
  }
  return counts;
}

test("what has expired goes, at most as many rows as are asked for, and what is needed stays", async () => {
  const endMs = Date.now();
  await fill(endMs);
  await purgeSignIn(db, endMs - 1);
  expect(await countRows()).toEqual([4, 4, 4, 4]);
  await purgeSignIn(db, endMs, 2);
  expect(await countRows()).toEqual([2, 2, 2, 2]);
  await purgeSignIn(db, endMs, 2);
  expect(await countRows()).toEqual([1, 1, 1, 1]);
});

test("the cron trigger does it", async () => {
  await sql("DELETE FROM user_sessions");
  await sql(
    "INSERT INTO user_sessions (id, user_id, token, expires_at_ms, created_at_ms, updated_at_ms) VALUES ('old', 'u', 'old', 1, 0, 0)",
  );
  await worker.scheduled(createScheduledController(), env);
  const { results } = await env.CONTROL_DB.prepare("SELECT id FROM user_sessions").all();
  expect(results).toEqual([]);
});
