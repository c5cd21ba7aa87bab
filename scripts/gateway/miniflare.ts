/**
 * The local runtime, as small an interface as we need. It is wrangler's own copy of miniflare, called as wrangler calls it,
 * because `wrangler dev` puts a second workerd in front of the Worker (half the throughput, measured) and
 * `createTestHarness` keeps no state.
 */
import { pathToFileURL } from "node:url";
import { unstable_getMiniflareWorkerOptions as readWorkerOptions } from "wrangler";
import type { BundleModule } from "./bundle.ts";
import { requireFromWrangler } from "./project.ts";

export interface LocalStatement {
  bind(...values: readonly unknown[]): LocalStatement;
  run(): Promise<unknown>;
  all(): Promise<{ results: readonly Readonly<Record<string, unknown>>[] }>;
}

export interface LocalDatabase {
  prepare(sql: string): LocalStatement;
  batch(statements: readonly LocalStatement[]): Promise<unknown>;
}

export interface LocalRuntime {
  readonly ready: Promise<URL>;
  getD1Database(binding: string, worker: string): Promise<LocalDatabase>;
  getWorker(name: string): Promise<{ scheduled(event: { cron: string }): Promise<unknown> }>;
  dispose(): Promise<void>;
}

export interface LocalRuntimeOptions {
  readonly configPath: string;
  readonly modules: readonly BundleModule[];
  readonly modulesRoot: string;
  readonly stateDir: string;
  readonly host: string;
  readonly port: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly log: (message: string) => void;
  /** The folder of the console. Null: requests reach the Worker without the router of assets before it. */
  readonly consoleDir: string | null;
}

export const WORKER_NAME = "gateway";

interface MiniflareModule {
  readonly Miniflare: new (options: object) => LocalRuntime;
  readonly convertV4MiniflareOptions: (options: object) => object;
  readonly Log: new (level: number) => object;
  readonly LogLevel: { readonly ERROR: number };
}

/** The path of workerd, wrangler's own. */
export function findWorkerd(): string {
  const loaded: { default: string } = requireFromWrangler("workerd");
  return loaded.default;
}

/** Starts the runtime; `ready` of the result says when it listens. */
export async function createLocalRuntime(options: LocalRuntimeOptions): Promise<LocalRuntime> {
  const { Miniflare, Log, LogLevel, convertV4MiniflareOptions }: MiniflareModule = await import(
    pathToFileURL(requireFromWrangler.resolve("miniflare")).href
  );
  // The rules were for the bundler; the bundle lists its modules.
  const workerOptions: Readonly<Record<string, unknown>> = readWorkerOptions(options.configPath).workerOptions;
  const { modulesRules: _rules, bindings, assets, ...worker } = workerOptions;
  return new Miniflare(
    convertV4MiniflareOptions({
      host: options.host,
      port: options.port,
      log: new Log(LogLevel.ERROR),
      logRequests: false,
      cf: false,
      resourcePersistencePath: options.stateDir,
      handleStructuredLogs: (entry: { message: string }) => options.log(entry.message),
      workers: [
        {
          ...worker,
          name: WORKER_NAME,
          modules: options.modules,
          modulesRoot: options.modulesRoot,
          ...(options.consoleDir === null || typeof assets !== "object"
            ? {}
            : { assets: { ...assets, directory: options.consoleDir } }),
          bindings: { ...(typeof bindings === "object" ? bindings : {}), ...options.variables },
        },
      ],
    }),
  );
}
