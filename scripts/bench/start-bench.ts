/** Starts both Workers against one provider, and an organization with enough money. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startGateway } from "../gateway/start-gateway.ts";
import { callApi, textOf } from "../seed/api.ts";
import type { Bench } from "./measure.ts";
import { startBareWorker } from "./start-bare-worker.ts";
import { startProvider } from "./start-provider.ts";

const ADMIN_TOKEN = "bench-platform-admin";

export interface RunningBench extends Bench {
  stop(): Promise<void>;
}

export async function startBench(): Promise<RunningBench> {
  const dir = await mkdtemp(join(tmpdir(), "gateway-bench-"));
  const provider = await startProvider();
  const gatewayDir = join(dir, "gateway");
  const bareDir = join(dir, "bare");
  const gateway = await startGateway({
    stateDir: gatewayDir,
    port: 0,
    variables: {
      PLATFORM_ADMIN_TOKEN: ADMIN_TOKEN,
      OPENAI_API_KEY: "sk-bench",
      ANTHROPIC_API_KEY: "sk-ant-bench",
      OPENAI_UPSTREAM_URL: provider.url,
      ANTHROPIC_UPSTREAM_URL: provider.url,
    },
  });
  const bare = await startBareWorker(bareDir, provider.url);
  return {
    gateway: { url: gateway.url, pid: await readPid(gatewayDir), restMs: 1_300 },
    bare: { url: bare.url, pid: await readPid(bareDir), restMs: 0 },
    keys: await seed(gateway.url),
    stop: async () => {
      await Promise.all([gateway.stop(), bare.stop(), provider.stop()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function seed(url: string): Promise<Bench["keys"]> {
  const organization = await callApi(url, ADMIN_TOKEN, "POST", "/v1/admin/organizations", { name: "Bench" });
  const control = textOf(organization, "key");
  const money = { amount: "1000000", currency: "USD", note: "Never the limit" };
  await callApi(url, control, "POST", "/v1/wallets/credit", money);
  const key = await callApi(url, control, "POST", "/v1/keys", { name: "bench", type: "gateway" });
  return { model: textOf(key, "key"), control };
}

async function readPid(stateDir: string): Promise<number> {
  return Number(await readFile(join(stateDir, "workerd.pid"), "utf8"));
}
