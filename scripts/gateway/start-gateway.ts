/** Runs the gateway on this machine: bundle, runtime, migrations, readiness. State lies in one folder and survives. */
import { mkdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bundleWorker, listModules } from "./bundle.ts";
import { isMigrated, migrate } from "./migrate.ts";
import { createLocalRuntime, findWorkerd, WORKER_NAME, type LocalRuntime } from "./miniflare.ts";
import { PROJECT_DIR } from "./project.ts";

const GUARD = join(PROJECT_DIR, "scripts/gateway/workerd-guard.sh");
const HOST = "127.0.0.1";
const CRON = "*/5 * * * *";
const CRON_INTERVAL_MS = 5 * 60_000;
/** How long the rest of a killed gateway may hold the port and the state folder. */
const TAKEOVER_MS = 10_000;
const READY_MS = 30_000;

export interface GatewayOptions {
  readonly stateDir: string;
  /** 0: any free port. */
  readonly port: number;
  /** Over the variables of wrangler.toml. */
  readonly variables: Readonly<Record<string, string>>;
  /** A bundle that is already built; without it one is built into the state folder. */
  readonly bundleDir?: string;
  /** The folder of a built console, to be served too. */
  readonly consoleDir?: string;
  /** Receives the Worker's log lines. */
  readonly log?: (message: string) => void;
}

export interface Gateway {
  /** Without a trailing slash. */
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
  /** Ends the runtime as a crash would, in the middle of whatever it does. */
  kill(): Promise<void>;
}

/** Starts the gateway and returns when `GET /healthz` answers. Throws when the port or the state folder is in use. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const stateDir = resolve(options.stateDir);
  await mkdir(stateDir, { recursive: true });
  const bundleDir = resolve(options.bundleDir ?? join(stateDir, "bundle"));
  if (options.bundleDir === undefined) await bundleWorker(bundleDir);
  const pidFile = join(stateDir, "workerd.pid");
  await waitForPredecessor(pidFile);
  if (options.port !== 0) await waitForPort(options.port);

  const place = { stateDir, bundleDir, pidFile };
  // Whoever polls a known port must not meet a gateway with half of its tables; a free port nobody knows yet.
  if (options.port !== 0 && !(await isMigrated(stateDir))) {
    const closed = await startRuntime({ ...options, port: 0 }, place);
    await migrate(closed, stateDir);
    await closed.dispose();
  }
  const runtime = await startRuntime(options, place);
  const url = (await runtime.ready).origin;
  if (!(await isMigrated(stateDir))) await migrate(runtime, stateDir);
  await waitUntilHealthy(url);
  const cron = setInterval(() => void runScheduled(runtime, options.log), CRON_INTERVAL_MS).unref();
  const stop = async (): Promise<void> => {
    clearInterval(cron);
    await runtime.dispose();
    await rm(pidFile, { force: true });
  };
  return {
    url,
    port: Number(new URL(url).port),
    stop,
    kill: async () => {
      const pid = await readPid(pidFile);
      if (pid !== null) process.kill(pid, "SIGKILL");
      await stop();
    },
  };
}

/** The guard reads its settings from the environment, which is this process's: one start at a time. */
let lastStart: Promise<unknown> = Promise.resolve();

interface Place {
  readonly stateDir: string;
  readonly bundleDir: string;
  readonly pidFile: string;
}

async function startRuntime(options: GatewayOptions, place: Place): Promise<LocalRuntime> {
  const { bundleDir, pidFile, stateDir } = place;
  const modules = await listModules(bundleDir);
  const start = lastStart.then(async () => {
    process.env["MINIFLARE_WORKERD_PATH"] = GUARD;
    process.env["GATEWAY_WORKERD"] = findWorkerd();
    process.env["GATEWAY_PID_FILE"] = pidFile;
    const runtime = await createLocalRuntime({
      configPath: join(PROJECT_DIR, "wrangler.toml"),
      modules,
      modulesRoot: bundleDir,
      stateDir,
      host: HOST,
      port: options.port,
      variables: options.variables,
      log: options.log ?? (() => {}),
      consoleDir: options.consoleDir ?? null,
    });
    await runtime.ready;
    return runtime;
  });
  lastStart = start.catch(() => {});
  return start;
}

async function waitUntilHealthy(url: string): Promise<void> {
  let last = "no answer";
  for (const deadlineMs = Date.now() + READY_MS; Date.now() < deadlineMs; await sleep(50)) {
    try {
      const response = await fetch(`${url}/healthz`);
      last = `${response.status} ${await response.text()}`;
      if (response.ok) return;
    } catch (error) {
      last = String(error);
    }
  }
  throw new Error(`the gateway is not ready: GET /healthz: ${last}`);
}

/** Two runtimes on one state folder would corrupt it: waits for a dying one, refuses beside a living one. */
async function waitForPredecessor(pidFile: string): Promise<void> {
  const pid = await readPid(pidFile);
  if (pid === null) return;
  for (const deadlineMs = Date.now() + TAKEOVER_MS; isRunning(pid); await sleep(50)) {
    if (Date.now() > deadlineMs) throw new Error(`process ${pid} still runs on this state folder; see ${pidFile}`);
  }
}

async function waitForPort(port: number): Promise<void> {
  for (const deadlineMs = Date.now() + TAKEOVER_MS; !(await isFree(port)); await sleep(100)) {
    if (Date.now() > deadlineMs) throw new Error(`port ${port} is taken; choose another one with PORT`);
  }
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const probe = createServer();
    probe.once("error", () => answer(false));
    probe.listen(port, HOST, () => probe.close(() => answer(true)));
  });
}

async function readPid(pidFile: string): Promise<number | null> {
  const pid = Number(await readFile(pidFile, "utf8").catch(() => ""));
  return Number.isInteger(pid) && pid > 0 ? pid : null;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Locally nothing fires cron triggers. */
async function runScheduled(runtime: LocalRuntime, log: GatewayOptions["log"]): Promise<void> {
  try {
    const worker = await runtime.getWorker(WORKER_NAME);
    await worker.scheduled({ cron: CRON });
  } catch (error) {
    log?.(`scheduled: ${String(error)}`);
  }
}
