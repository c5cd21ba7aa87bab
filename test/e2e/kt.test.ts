/** The `kt` command against a running gateway. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { runKt, type Ended } from "../support/kt.ts";
import { asJson, createOrganization, until, type TestOrganization } from "../support/organization.ts";
import { bodyFor, send } from "../support/traffic.ts";

const folder = mkdtempSync(join(tmpdir(), "kt-"));
let gateway: TestGateway;
let organization: TestOrganization;

beforeAll(async () => {
  gateway = await startTestGateway();
  organization = await createOrganization(gateway, { credit: "10" });
}, 120_000);

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await gateway.stop();
});

async function run(args: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const own = { KEEPTRUSTS_API_URL: gateway.url, KEEPTRUSTS_API_TOKEN: organization.accessKey };
  return runKt(folder, args, { ...own, ...variables });
}

it("shows the wallets in the order in which they pay", async () => {
  const { status, stdout, stderr } = await run(["wallet", "balance"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const [titles, ...rows] = stdout.trimEnd().split("\n");
  expect(titles?.split(/\s{2,}/)).toEqual(["SCOPE", "NAME", "BALANCE", "HELD", "AVAILABLE", "STATUS"]);
  expect(rows.at(-2)).toMatch(/^organization +.* 10\.00 +0\.00 +10\.00 +healthy$/);
  expect(rows.at(-1)).toBe("Amounts in USD. organization pays next.");
});

it("shows the catalog with its prices", async () => {
  const { status, stdout } = await run(["models"]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^openai +gpt-4o-mini +0\.15 +0\.075 +0\.60 +16384 +yes$/m);
});

it("shows what a request would hold, as the API says it", async () => {
  const body = { model: "gpt-4o-mini", max_tokens: 1_000, messages: [{ role: "user", content: "Hello" }] };
  writeFileSync(join(folder, "body.json"), JSON.stringify(body));
  const args = ["estimate", "--endpoint", "openai.chat", "--file", "body.json"];
  const shown = await run(args);
  expect(shown).toMatchObject({ status: 0, stderr: "" });
  const { stdout } = await run([...args, "--json"]);
  const answer = asJson(JSON.parse(stdout));
  expect(shown.stdout).toContain(`Holds ${String(answer["hold"])} USD. Paid by organization (`);
  expect(shown.stdout).toMatch(/^managed-openai +openai +gpt-4o-mini +0\.\d+ USD$/m);
});

it("shows what was spent, to the last digit", async () => {
  const response = await send(gateway, organization.gatewayKey, "openai.chat", bodyFor("openai.chat"));
  expect(response.status).toBe(200);
  await response.text();
  const cost = response.headers.get("x-keeptrusts-cost") ?? "";
  await until(async () => (await run(["spend"])).stdout.includes(cost));
  const { stdout } = await run(["spend", "--group-by", "provider", "--time-zone", "Asia/Kathmandu"]);
  expect(stdout).toMatch(/^PROVIDER +REQUESTS +TOKENS +COST USD$/m);
  expect(stdout).toMatch(new RegExp(`^openai +1 +\\d+ +${cost.replace(".", "\\.")}$`, "m"));
  expect(stdout).toMatch(new RegExp(`^total +1 +\\d+ +${cost.replace(".", "\\.")}$`, "m"));
  expect(stdout).toMatch(/Asia\/Kathmandu\.$/m);
});

it.each([
  ["no key", { KEEPTRUSTS_API_TOKEN: "" }, /^No key: set KEEPTRUSTS_API_TOKEN, or give --api-token\.$/],
  ["a wrong key", { KEEPTRUSTS_API_TOKEN: "kt_ak_no_such" }, /^127\.0\.0\.1:\d+ says 401: /],
  ["nobody there", { KEEPTRUSTS_API_URL: "http://127.0.0.1:1" }, /^127\.0\.0\.1:1 cannot be asked: /],
  ["no address", { KEEPTRUSTS_API_URL: "ftp://x" }, /^ftp:\/\/x is no http address\.$/],
])("%s: 1, with the reason on the standard error and without the key", async (_name, variables, reason) => {
  const { status, stdout, stderr } = await run(["models"], variables);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr.trimEnd()).toMatch(reason);
  expect(stderr).not.toContain("kt_ak_");
});

it("passes on what the API refuses", async () => {
  const { status, stderr } = await run(["spend", "--from", "yesterday"]);
  expect(status).toBe(1);
  expect(stderr).toMatch(/says 400: .*from/);
});

it("pushes a configuration, compares and pulls it; refuses what is invalid or made from another version", async () => {
  const headers = { authorization: `Bearer ${organization.accessKey}` };
  const made = await fetch(`${gateway.url}/v1/gateways`, { method: "POST", headers, body: '{"name":"kt"}' });
  const id = String(asJson(await made.json())["id"]);
  const yaml = (packVersion: string) => `pack: {name: shop, version: "${packVersion}"}\npolicies: {chain: []}\n`;
  writeFileSync(join(folder, "one.yaml"), yaml("1"));
  writeFileSync(join(folder, "two.yaml"), yaml("2"));
  writeFileSync(join(folder, "bad.yaml"), `${yaml("3")}provider: {}\n`);
  const agents = "agents: [{id: agt_none, constraints: [{type: requests, window: daily, limit: 1}]}]\n";
  writeFileSync(join(folder, "agents.yaml"), yaml("4") + agents);
  const policy = (command: string, ...args: readonly string[]) => run(["policy", command, "--gateway", id, ...args]);
  const push = (file: string, ...args: readonly string[]) => policy("push", "--file", file, ...args);

  expect(await policy("pull")).toMatchObject({ status: 1, stderr: "The gateway has no configuration.\n" });
  const first = await push("one.yaml", "--expected-version", "0");
  expect(first).toEqual({ status: 0, stdout: "Version 1 is in force.\n", stderr: "" });
  expect(await push("one.yaml")).toMatchObject({ status: 0, stdout: "Version 1 is in force already.\n" });
  expect(await policy("diff", "--file", "one.yaml")).toMatchObject({ status: 0, stdout: "As version 1.\n" });
  expect(await policy("diff", "--file", "two.yaml")).toMatchObject({
    status: 3,
    stdout:
      "Version 1 (-) and the file (+) differ from line 1 on:\n" +
      '-pack: {name: shop, version: "1"}\n+pack: {name: shop, version: "2"}\n',
  });
  expect(await push("two.yaml", "--expected-version", "7")).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("says 409: Version 1 is in force, not 7."),
  });
  expect(await push("bad.yaml")).toMatchObject({ status: 2, stderr: expect.stringContaining("bad.yaml:3:1 E002") });
  expect(await push("agents.yaml")).toMatchObject({ status: 2, stderr: expect.stringContaining("E005 agents[0].id") });
  expect(await policy("pull")).toEqual({ status: 0, stdout: yaml("1"), stderr: "" });
  const { stdout } = await push("two.yaml", "--json");
  expect(asJson(JSON.parse(stdout))).toMatchObject({ version: 2, changed: true, warnings: [] });
}, 60_000);

it("checks the deployment with the platform admin's token, one line each", async () => {
  const { status, stdout, stderr } = await run(["doctor"], { KEEPTRUSTS_API_TOKEN: gateway.adminToken });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^ok {4}control_db: answers, with every migration applied$/m);
  expect(stdout).toMatch(/^ok {4}bindings: are all there$/m);
  expect(stdout).toMatch(/^ok {4}openai_api_key: is set$/m);
  expect(stdout).toMatch(/^ok {4}clock: \d+ s from the one here$/m);
  expect(await run(["doctor"])).toMatchObject({ status: 1, stdout: "" });
});
