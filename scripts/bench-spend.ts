/**
 * `npm run bench:spend`: a gateway with a million rows in its spend log; how long its summaries and pages take, by which indexes
 * they are found, and how soon the console's Spend page shows data. Prints a table in Markdown.
 */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { measureSpendPage } from "./bench/spend-page.ts";
import { quartiles } from "./bench/statistics.ts";
import { buildConsole, CONSOLE_DIR } from "./console/build.ts";
import { startGateway } from "./gateway/start-gateway.ts";
import { callApi, textOf } from "./seed/api.ts";

const ROWS = 1_000_000;
const DAYS = 90;
const ROUNDS = 15;
const PAGE_ROUNDS = 7;
const END_MS = Date.parse("2026-11-01T00:00:00Z");
const ADMIN_TOKEN = "bench-platform-admin";
const DAY_MS = 86_400_000;

/** Two thirds of the days of which whole days lie inside, with edges of every kind. */
const RANGE = { from: "2026-08-05T03:07:11Z", to: "2026-10-31T19:45:30Z", time_zone: "Asia/Kathmandu" };

async function main(): Promise<void> {
  const stateDir = await mkdtemp(join(tmpdir(), "spend-bench-"));
  const variables = {
    PLATFORM_ADMIN_TOKEN: ADMIN_TOKEN,
    AUTH_SECRET: "secret-of-the-spend-bench-0123456789ab",
    ALLOW_INSECURE_ADDRESSES: "true",
  };
  const logs: string[] = [];
  const consoleDir = CONSOLE_DIR;
  try {
    await buildConsole((message) => process.stderr.write(`${message}\n`));
    const empty = await startGateway({ stateDir, port: 0, variables });
    const made = await callApi(empty.url, ADMIN_TOKEN, "POST", "/v1/admin/organizations", { name: "Bench" });
    await empty.stop();
    const [id, token] = [textOf(made, "id"), textOf(made, "key")];
    const plans = await plant(stateDir, id);
    const log = (line: string): void => void logs.push(line);
    const gateway = await startGateway({ stateDir, port: 0, variables, consoleDir, log });
    try {
      process.stdout.write(`| ${ROWS} rows in ${DAYS} days | q1 ms | median ms | q3 ms |\n|---|---:|---:|---:|\n`);
      for (const [name, path] of questions()) await measure(name, `${gateway.url}${path}`, token);
      const range = { from: dayOf(END_MS - DAYS * DAY_MS), to: dayOf(END_MS) };
      const pages = await measureSpendPage({ url: gateway.url, token, logs, rounds: PAGE_ROUNDS, ...range });
      for (const [name, times] of pages) print(name, times);
      process.stdout.write(`\n${plans}\n`);
    } finally {
      await gateway.stop();
    }
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
}

function summary(query: Readonly<Record<string, string>>): string {
  return `/v1/spend/summary?${new URLSearchParams({ ...RANGE, ...query }).toString()}`;
}

function questions(): readonly (readonly [string, string])[] {
  const groupings = ["provider", "model", "team", "user", "key", "agent", "day"];
  const hours = { from: "2026-09-01", to: "2026-10-31" };
  const deepMs = END_MS - (DAYS - 1) * DAY_MS;
  return [
    ...groupings.map((by) => [`summary by ${by}`, summary({ group_by: by })] as const),
    ["summary by hour, 60 days", summary({ group_by: "hour", ...hours })],
    ["summary by user of one provider", summary({ group_by: "user", provider: "openai" })],
    ["first page of the log", "/v1/spend/logs?limit=50"],
    ["a page after 989,000 rows", `/v1/spend/logs?limit=50&cursor=${deepMs}.log_0`],
    ["a page of one user, deep", `/v1/spend/logs?limit=50&user_id=user_7&cursor=${deepMs}.log_0`],
    ["a page of one model and team", "/v1/spend/logs?limit=50&model=model_3&team_id=team_5"],
  ];
}

async function measure(name: string, url: string, token: string): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    // oxlint-disable-next-line no-await-in-loop -- one at a time is measured
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    // oxlint-disable-next-line no-await-in-loop -- the whole answer counts
    const text = await response.text();
    if (!response.ok) throw new Error(`${name}: ${response.status} ${text}`);
    times.push(performance.now() - start);
  }
  print(name, times);
}

function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

function print(name: string, times: readonly number[]): void {
  const { q1, median, q3 } = quartiles(times);
  process.stdout.write(`| ${name} | ${q1.toFixed(0)} | ${median.toFixed(0)} | ${q3.toFixed(0)} |\n`);
}

/** Straight into the database's file: two hundred users, twenty teams, forty models, two providers. Gives the plans of the reads. */
async function plant(stateDir: string, organizationId: string): Promise<string> {
  const db = await openSpendDatabase(join(stateDir, "d1"));
  try {
    db.exec("PRAGMA synchronous = OFF");
    db.exec("BEGIN");
    db.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1)
       INSERT INTO spend_logs (id, organization_id, request_id, created_at_ms, status, provider, model, requested_model, endpoint,
         streamed, key_id, user_id, team_id, agent_id, metadata_json, input_tokens, output_tokens, total_tokens, input_cost_nanos,
         cached_input_cost_nanos, cache_write_cost_nanos, output_cost_nanos, fees_cost_nanos, total_cost_nanos, currency,
         exchange_rate, usage_source, held_amount_nanos, attempts_json, estimated_avoided_cost_nanos, flags_json)
       SELECT 'log_' || i, ?2, 'req_' || i, ?3 - ?4 + i * ?4 / ?1, CASE WHEN i % 50 = 0 THEN 'refused' ELSE 'completed' END,
         CASE WHEN i % 3 = 0 THEN 'anthropic' ELSE 'openai' END, 'model_' || (i * 7 % 40), 'model_' || (i * 7 % 40), 'openai.chat', 1,
         'key_' || (i * 13 % 300), 'user_' || (i * 31 % 200), 'team_' || (i * 31 % 20), 'agt_' || (i % 10), '{}', 900, 300, 1200,
         i, 0, 0, i * 3, 0, i * 4, 'USD', '1', 'provider', i * 5, '[]', 0, '[]' FROM n`,
    ).run(ROWS, organizationId, END_MS, DAYS * DAY_MS);
    db.exec("COMMIT");
    db.exec("PRAGMA optimize");
    return [
      "spend_days WHERE organization_id = 'o' AND dimension = 'user' AND day_ms >= 1 AND day_ms < 2",
      "spend_quarters WHERE organization_id = 'o' AND quarter_ms >= 1 AND quarter_ms < 2",
      "spend_logs INDEXED BY spend_logs_by_age WHERE organization_id = 'o' AND created_at_ms >= 1 AND created_at_ms < 2",
    ]
      .map((from) => db.prepare(`EXPLAIN QUERY PLAN SELECT * FROM ${from}`).all())
      .map((plan) => `    ${plan.map(({ detail }) => String(detail)).join("; ")}`)
      .join("\n");
  } finally {
    db.close();
  }
}

async function openSpendDatabase(dir: string): Promise<DatabaseSync> {
  for (const name of await readdir(dir, { recursive: true })) {
    if (!/[0-9a-f]{64}\.sqlite$/.test(name)) continue;
    const db = new DatabaseSync(join(dir, name));
    if (db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'spend_quarters'").get() !== undefined) return db;
    db.close();
  }
  throw new Error(`no spend log in ${dir}`);
}

await main();
