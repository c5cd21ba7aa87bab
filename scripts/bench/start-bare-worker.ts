/** Starts the bare Worker in the gateway's runtime, as the gateway is started. */
import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { listModules } from "../gateway/bundle.ts";
import { createLocalRuntime } from "../gateway/miniflare.ts";
import { PROJECT_DIR } from "../gateway/project.ts";

export const BARE_CONFIG = join(PROJECT_DIR, "scripts/bench/bare-worker.toml");

export interface BareWorker {
  /** Without a trailing slash. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Call it after `startGateway`, which leaves in the environment where workerd is. `stateDir` gets the bundle and
 * `workerd.pid`.
 */
export async function startBareWorker(stateDir: string, upstreamUrl: string): Promise<BareWorker> {
  const bundleDir = join(stateDir, "bundle");
  await mkdir(bundleDir, { recursive: true });
  const wrangler = join(PROJECT_DIR, "node_modules/wrangler/bin/wrangler.js");
  const args = [wrangler, "deploy", "--dry-run", "--config", BARE_CONFIG, "--outdir", bundleDir];
  await promisify(execFile)(process.execPath, args, {
    cwd: PROJECT_DIR,
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "true", NO_COLOR: "1" },
  });
  const all = await listModules(bundleDir);
  const modules = all.filter((module) => module.type === "ESModule");
  process.env["GATEWAY_PID_FILE"] = join(stateDir, "workerd.pid");
  const runtime = await createLocalRuntime({
    configPath: BARE_CONFIG,
    // The bundle's entry is named after its source.
    modules,
    modulesRoot: bundleDir,
    stateDir,
    host: "127.0.0.1",
    port: 0,
    variables: { UPSTREAM_URL: upstreamUrl },
    log: () => {},
    consoleDir: null,
  });
  const { origin } = await runtime.ready;
  return { url: origin, stop: () => runtime.dispose() };
}
