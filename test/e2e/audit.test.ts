/** `npm run verify-audit` against the real bundle: money reaches the chain through a crash, and damage is told. */
import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PROJECT_DIR } from "../../scripts/gateway/project.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { createOrganization, until, type TestOrganization } from "../support/organization.ts";

let gateway: TestGateway;
let organization: TestOrganization;

beforeAll(async () => {
  gateway = await startTestGateway();
  organization = await createOrganization(gateway, { credit: "10" });
}, 120_000);

afterAll(async () => gateway.stop());

function verify(token: string, ...args: string[]): Promise<{ status: number | null; output: string }> {
  const child = spawn(process.execPath, [join(PROJECT_DIR, "scripts/verify-audit.ts"), ...args], {
    env: { ...process.env, KEEPTRUSTS_API_URL: `${gateway.url}/v1`, KEEPTRUSTS_API_TOKEN: token },
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

async function moneyRecords(): Promise<readonly unknown[]> {
  const { body } = await organization.call("GET", "/v1/audit-log?object_type=wallet&limit=200");
  const rows = body["data"];
  if (!Array.isArray(rows)) throw new TypeError("no list");
  return rows.map((row: { action: string; after: { amount: string } }) => `${row.action} ${row.after.amount}`);
}

/** Runs SQL on the database that holds the log, while the gateway is down. */
async function damage(statements: string): Promise<void> {
  await gateway.kill();
  const names = (await readdir(gateway.stateDir, { recursive: true })).filter((name) => name.endsWith(".sqlite"));
  for (const name of names) {
    const database = new DatabaseSync(join(gateway.stateDir, name));
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE name = 'audit_log'").all();
    if (tables.length > 0) database.exec(statements);
    database.close();
  }
  await gateway.restart();
}

it("has each movement of money once, also when the gateway dies before it was recorded", async () => {
  await Promise.all(
    ["1", "2", "3", "4"].map((amount) =>
      organization.call("POST", "/v1/wallets/allocate", { user_id: "ada", amount, currency: "USD" }),
    ),
  );
  await gateway.kill();
  await gateway.restart();
  await organization.call("POST", "/v1/wallets/reclaim", { user_id: "ada", amount: "10", currency: "USD" });
  await until(async () => (await moneyRecords()).length >= 6);
  const records = await moneyRecords();
  expect(records).toHaveLength(6);
  expect(records).toEqual(
    expect.arrayContaining([
      "wallet.allocate 1.00",
      "wallet.allocate 2.00",
      "wallet.allocate 3.00",
      "wallet.allocate 4.00",
      "wallet.credit 10.00",
      "wallet.reclaim 10.00",
    ]),
  );
});

let kept: string;

it("is whole, for the platform and for the organization itself", async () => {
  const all = await verify(gateway.adminToken);
  expect(all).toMatchObject({ status: 0 });
  expect(all.output).toMatch(/^platform: 0 records are whole, head 0:0+$/m);
  const own = await verify(organization.accessKey);
  expect(own.status).toBe(0);
  kept = /records are whole, head (\d+:[0-9a-f]{64})$/m.exec(own.output)?.[1] ?? "";
  expect(await verify(organization.accessKey, "--head", kept)).toMatchObject({ status: 0 });
});

it("tells where it was cut off, and where it was changed", async () => {
  const newest = Number(kept.split(":")[0]);
  await damage(`DELETE FROM audit_log WHERE organization_id = '${organization.id}' AND sequence = ${newest}`);
  const cut = await verify(gateway.adminToken, "--head", kept, organization.id);
  expect(cut).toEqual({
    status: 1,
    output: `${organization.id}: record ${newest} is missing: the chain went to ${newest} before\n`,
  });

  await damage(`UPDATE audit_log SET actor = 'key_x' WHERE organization_id = '${organization.id}' AND sequence = 2`);
  const changed = await verify(gateway.adminToken);
  expect(changed.status).toBe(1);
  expect(changed.output).toContain(`${organization.id}: record 2 was changed: its hash is`);
});

it("says what it cannot read", async () => {
  expect(await verify("kt_ak_org_x_nobody")).toMatchObject({ status: 2 });
  expect(await verify(gateway.adminToken, "org_nobody")).toMatchObject({ status: 2 });
});
