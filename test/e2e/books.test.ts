/** `npm run verify-ledger` against the real bundle: silent about sound books, precise about damaged ones. */
import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PROJECT_DIR } from "../../scripts/gateway/project.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { createOrganization, until, type TestOrganization } from "../support/organization.ts";
import { bodyFor, send } from "../support/traffic.ts";

let gateway: TestGateway;
let organization: TestOrganization;

beforeAll(async () => {
  gateway = await startTestGateway({ variables: { RESERVATION_LEASE_SECONDS: "30" } });
  organization = await createOrganization(gateway, { credit: "10" });
  await organization.call("POST", "/v1/wallets/allocate", { user_id: "ada", amount: "2", currency: "USD" });
}, 120_000);

afterAll(async () => gateway.stop());

function verify(...ids: string[]): Promise<{ status: number | null; output: string }> {
  const child = spawn(process.execPath, [join(PROJECT_DIR, "scripts/verify-ledger.ts"), ...ids], {
    env: { ...process.env, KEEPTRUSTS_API_URL: `${gateway.url}/v1`, KEEPTRUSTS_API_TOKEN: gateway.adminToken },
  });
  let output = "";
  const collect = (text: Buffer): void => {
    output += String(text);
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  return new Promise((resolve) => {
    child.on("close", (status) => {
      resolve({ status, output });
    });
  });
}

async function request(count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const init = index % 2 === 0 ? { headers: { "x-user-id": "ada" } } : {};
      const answer = await send(gateway, organization.gatewayKey, "openai.chat", bodyFor("openai.chat"), init);
      expect(answer.status).toBe(200);
      await answer.text();
    }),
  );
}

/** Runs SQL on the database that holds the copy, while the gateway is down. */
async function damage(statements: string): Promise<void> {
  await gateway.kill();
  const names = (await readdir(gateway.stateDir, { recursive: true })).filter((name) => name.endsWith(".sqlite"));
  for (const name of names) {
    const database = new DatabaseSync(join(gateway.stateDir, name));
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE name = 'spend_logs'").all();
    if (tables.length > 0) database.exec(statements);
    database.close();
  }
  await gateway.restart();
}

it("agrees while requests run, and afterwards", async () => {
  await request(4);
  const [during] = await Promise.all([verify(), request(30)]);
  expect(during).toMatchObject({ status: 0 });
  await organization.spendLogs(34);
  const { status, output } = await verify(organization.id);
  expect(output).toContain(`${organization.id}: 36 entries, 2 wallets, 34 rows of the spend log agree`);
  expect(status).toBe(0);
});

it("tells the first difference of damaged books, and reconciliation the same", async () => {
  await until(async () => (await organization.call("GET", "/v1/reconciliation")).body["unshipped_messages"] === 0);
  const third = `entry_id = (SELECT id FROM ledger_entries WHERE organization_id = '${organization.id}' AND sequence = 3)`;
  await damage(`UPDATE ledger_lines SET balance_after_nanos = balance_after_nanos + 1 WHERE line = 0 AND ${third}`);
  const { status, output } = await verify();
  expect(output).toContain(`organization ${organization.id}, sequence 3, wallet:wal_`);
  expect(status).toBe(1);
  const { body } = await organization.call("GET", "/v1/reconciliation");
  expect(body["first_difference"]).toMatchObject({ check: "balance_after", sequence: 3 });

  await damage(`UPDATE ledger_lines SET balance_after_nanos = balance_after_nanos - 1 WHERE line = 0 AND ${third};
    DELETE FROM spend_logs WHERE id = (SELECT min(id) FROM spend_logs WHERE organization_id = '${organization.id}')`);
  const lost = await verify(organization.id);
  expect(lost.output).toMatch(
    /sequence \d+, res_\w+ in USD: the spend log agrees with the ledger: expected 0\.\d+, found 0\.00/,
  );
  expect(lost.status).toBe(1);
});

it("says when the gateway cannot be read", async () => {
  expect(await verify("org_nowhere")).toMatchObject({ status: 2, output: expect.stringContaining("404") });
});
