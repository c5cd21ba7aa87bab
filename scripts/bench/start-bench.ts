/** Starts both Workers against one provider, and an organization with enough money. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startGateway } from "../gateway/start-gateway.ts";
import { callApi, textOf } from "../seed/api.ts";
import { Connection } from "./connection.ts";
import { reserveAndSettle, type Bench } from "./measure.ts";
import { plantPast } from "./plant-past.ts";
import { MATCHING, plantPolicies, type Matching } from "./plant-policies.ts";
import { startBareWorker } from "./start-bare-worker.ts";
import { startProvider } from "./start-provider.ts";

/** A busy month of a small organization. */
export const PAST_RESERVATIONS = 100_000;

const ADMIN_TOKEN = "bench-platform-admin";

export interface RunningBench extends Bench {
  stop(): Promise<void>;
}

export async function startBench(): Promise<RunningBench> {
  const dir = await mkdtemp(join(tmpdir(), "gateway-bench-"));
  const provider = await startProvider();
  const gatewayDir = join(dir, "gateway");
  const bareDir = join(dir, "bare");
  const variables = {
    PLATFORM_ADMIN_TOKEN: ADMIN_TOKEN,
    OPENAI_API_KEY: "sk-bench",
    ANTHROPIC_API_KEY: "sk-ant-bench",
    OPENAI_UPSTREAM_URL: provider.url,
    ANTHROPIC_UPSTREAM_URL: provider.url,
  };
  const { keys, pastOrganizationId, policyOrganizationIds } = await seed(gatewayDir, variables);
  await plantPast(gatewayDir, pastOrganizationId, PAST_RESERVATIONS);
  await plantPolicies(gatewayDir, policyOrganizationIds.few, "few");
  await plantPolicies(gatewayDir, policyOrganizationIds.many, "many");
  const gateway = await startGateway({ stateDir: gatewayDir, port: 0, variables });
  for (const matching of ["few", "many"] as const) {
    await expectPolicies(gateway.url, keys.controlWithPolicies[matching], matching);
  }
  const bare = await startBareWorker(bareDir, provider.url);
  return {
    gateway: { url: gateway.url, pid: await readPid(gatewayDir), restMs: 1_300 },
    bare: { url: bare.url, pid: await readPid(bareDir), restMs: 0 },
    keys,
    stop: async () => {
      await Promise.all([gateway.stop(), bare.stop(), provider.stop()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

interface Seeded {
  readonly keys: Bench["keys"];
  readonly pastOrganizationId: string;
  readonly policyOrganizationIds: Readonly<Record<Matching, string>>;
}

/**
 * One organization for everything, one that has settled a first reservation and is to get a past, and two that are to get
 * budgets and access policies.
 */
async function seed(stateDir: string, variables: Readonly<Record<string, string>>): Promise<Seeded> {
  const gateway = await startGateway({ stateDir, port: 0, variables });
  const young = await createOrganization(gateway.url, "Bench");
  const old = await createOrganization(gateway.url, "Bench with a past");
  const few = await createOrganization(gateway.url, "Bench with policies, few of which match");
  const many = await createOrganization(gateway.url, "Bench with policies, many of which match");
  const key = await callApi(gateway.url, young.control, "POST", "/v1/keys", { name: "bench", type: "gateway" });
  const connection = await Connection.open(gateway.url);
  await reserveAndSettle(connection, old.control, "bench-past");
  connection.close();
  await gateway.stop();
  const keys = {
    model: textOf(key, "key"),
    control: young.control,
    controlWithPast: old.control,
    controlWithPolicies: { few: few.control, many: many.control },
  };
  return { keys, pastOrganizationId: old.id, policyOrganizationIds: { few: few.id, many: many.id } };
}

async function createOrganization(
  url: string,
  name: string,
): Promise<{ readonly id: string; readonly control: string }> {
  const organization = await callApi(url, ADMIN_TOKEN, "POST", "/v1/admin/organizations", { name });
  const control = textOf(organization, "key");
  const money = { amount: "1000000", currency: "USD", note: "Never the limit" };
  await callApi(url, control, "POST", "/v1/wallets/credit", money);
  return { id: textOf(organization, "id"), control };
}

/** What is measured must be there. */
async function expectPolicies(url: string, key: string, matching: Matching): Promise<void> {
  const standing = await callApi(url, key, "GET", "/v1/unified-access/budgets/effective");
  const windows = Array.isArray(standing["windows"]) ? standing["windows"].length : 0;
  if (windows !== MATCHING[matching]) throw new Error(`${windows} windows count instead of ${MATCHING[matching]}`);
}

async function readPid(stateDir: string): Promise<number> {
  return Number(await readFile(join(stateDir, "workerd.pid"), "utf8"));
}
