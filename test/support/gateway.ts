/**
 * A gateway for end-to-end tests: the real bundle in the real runtime, on its own state folder and a free port, with a demo
 * provider of its own as the upstream of both dialects. Start one for each test file.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDemoProvider, type DemoProvider, type DemoProviderOptions } from "../../scripts/demo-provider/server.ts";
import { buildConsole, CONSOLE_DIR } from "../../scripts/console/build.ts";
import { bundleWorker } from "../../scripts/gateway/bundle.ts";
import { PROJECT_DIR } from "../../scripts/gateway/project.ts";
import { startGateway, type Gateway } from "../../scripts/gateway/start-gateway.ts";
import type { Fault } from "./faulty-organization.ts";

export const ADMIN_TOKEN = "platform-admin-token-of-the-tests";
/** What the gateway must send upstream; the demo provider refuses any other key. */
export const UPSTREAM_KEYS = { openai: "sk-upstream-openai", anthropic: "sk-ant-upstream" } as const;

const FAULTY_ENTRY = "test/support/worker-faulty/index.ts";

export interface TestGatewayOptions {
  /** Over the defaults of the tests. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly demo?: Omit<DemoProviderOptions, "port" | "keys">;
  /** Organizations' objects fail when a test says so: `failObjects`. */
  readonly faulty?: boolean;
  /** Serve the console too; it is built when its sources changed. */
  readonly console?: boolean;
}

export interface TestGateway {
  /** Without a trailing slash; the same after a restart. */
  readonly url: string;
  readonly adminToken: string;
  readonly demo: DemoProvider;
  /** Where databases, objects, queues and buckets keep their files. */
  readonly stateDir: string;
  /** The Worker's log lines. */
  readonly logs: readonly string[];
  /** Ends everything and removes the state. */
  stop(): Promise<void>;
  /** Ends the runtime as a crash would; `restart` brings it back. */
  kill(): Promise<void>;
  /** Starts again on the same state and port, after an orderly stop unless it was killed; other variables may be given. */
  restart(variables?: Readonly<Record<string, string>>): Promise<void>;
}

/** Of a `faulty` gateway: how objects fail from now on, one organization's or all; null: they work. */
export async function failObjects(gateway: TestGateway, fault: Fault | null, organization?: string): Promise<void> {
  const body = JSON.stringify({ fault, ...(organization === undefined ? {} : { organization }) });
  const answer = await fetch(`${gateway.url}/__fault`, { method: "POST", body });
  if (!answer.ok) throw new Error(await answer.text());
}

/** Starts a gateway and its demo provider, and returns when both answer. */
export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const [bundleDir, demo, stateDir] = await Promise.all([
    findBundle(options.faulty === true ? FAULTY_ENTRY : null),
    startDemoProvider({ ...options.demo, keys: UPSTREAM_KEYS }),
    mkdtemp(join(tmpdir(), "gateway-test-")),
  ]);
  if (options.console === true) await buildConsole(() => {});
  const logs: string[] = [];
  let variables: Readonly<Record<string, string>> = {
    PLATFORM_ADMIN_TOKEN: ADMIN_TOKEN,
    OPENAI_API_KEY: UPSTREAM_KEYS.openai,
    ANTHROPIC_API_KEY: UPSTREAM_KEYS.anthropic,
    OPENAI_UPSTREAM_URL: demo.url,
    ANTHROPIC_UPSTREAM_URL: demo.url,
    WEBHOOK_SIGNING_KEY: "webhook-signing-key-of-the-tests-0123",
    SECRETS_ENCRYPTION_KEY: "secrets-encryption-key-of-the-tests-01",
    AUTH_SECRET: "auth-secret-of-the-tests-0123456789ab",
    ALLOW_INSECURE_ADDRESSES: "true",
    ...options.variables,
  };
  const start = (port: number): Promise<Gateway> =>
    startGateway({
      stateDir,
      bundleDir,
      port,
      variables,
      log: (message) => logs.push(message),
      ...(options.console === true ? { consoleDir: CONSOLE_DIR } : {}),
    });
  const first = await start(0);
  let running: Gateway | null = first;
  const end = async (how: "stop" | "kill"): Promise<void> => {
    const ending = running;
    running = null;
    await ending?.[how]();
  };
  return {
    url: first.url,
    adminToken: ADMIN_TOKEN,
    demo,
    stateDir,
    logs,
    kill: () => end("kill"),
    restart: async (changed = {}) => {
      await end("stop");
      variables = { ...variables, ...changed };
      running = await start(first.port);
    },
    stop: async () => {
      await Promise.all([end("stop"), demo.close()]);
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}

/** The bundle of the present sources: built once, whichever test file comes first. */
async function findBundle(entry: string | null): Promise<string> {
  const cacheDir = join(
    PROJECT_DIR,
    "node_modules/.cache",
    entry === null ? "gateway-bundle" : "faulty-gateway-bundle",
  );
  const bundleDir = join(cacheDir, await describeSources());
  if (existsSync(bundleDir)) return bundleDir;
  await mkdir(cacheDir, { recursive: true });
  const buildDir = await mkdtemp(join(cacheDir, "build-"));
  await bundleWorker(buildDir, entry);
  // Another test file may have been faster; its bundle is the same.
  await rename(buildDir, bundleDir).catch(() => rm(buildDir, { recursive: true, force: true }));
  return bundleDir;
}

async function describeSources(): Promise<string> {
  const digest = createHash("sha256");
  for (const root of ["src", "durable-objects", "test/support", "wrangler.toml", "package-lock.json"]) {
    const path = join(PROJECT_DIR, root);
    const names = (await stat(path)).isDirectory() ? (await readdir(path, { recursive: true })).toSorted() : [""];
    for (const name of names) {
      const { mtimeMs, size } = await stat(join(path, name));
      digest.update(`${root}/${name} ${size} ${mtimeMs}\n`);
    }
  }
  return digest.digest("hex").slice(0, 16);
}
