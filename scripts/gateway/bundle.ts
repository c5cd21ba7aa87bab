/** Builds the Worker as `wrangler deploy` would upload it. */
import { execFile } from "node:child_process";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { PROJECT_DIR } from "./project.ts";

const run = promisify(execFile);

/** What workerd is to make of a file, by its extension. */
const MODULE_TYPES: Readonly<Record<string, "ESModule" | "CompiledWasm" | "Text" | "Data">> = {
  js: "ESModule",
  mjs: "ESModule",
  wasm: "CompiledWasm",
  txt: "Text",
  html: "Text",
  sql: "Text",
  bin: "Data",
};

export interface BundleModule {
  readonly type: "ESModule" | "CompiledWasm" | "Text" | "Data";
  readonly path: string;
}

/** Bundles the Worker, or another entry, into `outDir`; throws with wrangler's own message when the source does not build. */
export async function bundleWorker(outDir: string, entry: string | null = null): Promise<void> {
  const wrangler = join(PROJECT_DIR, "node_modules/wrangler/bin/wrangler.js");
  const args = [wrangler, "deploy", ...(entry === null ? [] : [entry]), "--dry-run", "--outdir", outDir];
  // wrangler asks for the console's folder, which this bundle does not need.
  await mkdir(join(PROJECT_DIR, "dist/console"), { recursive: true });
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "true", NO_COLOR: "1" };
  try {
    await run(process.execPath, args, { cwd: PROJECT_DIR, env, maxBuffer: 16 * 1024 * 1024 });
  } catch (error) {
    const { stdout = "", stderr = "" } = error instanceof Error && "stderr" in error ? readOutput(error) : {};
    throw new Error(`the Worker does not build\n${stdout}${stderr}`, { cause: error });
  }
}

/** The modules of a bundle, the entry first. */
export async function listModules(outDir: string): Promise<readonly BundleModule[]> {
  const names = (await readdir(outDir, { recursive: true })).toSorted();
  const modules = names.flatMap((name) => {
    const type = MODULE_TYPES[name.split(".").at(-1) ?? ""];
    return type === undefined ? [] : [{ type, path: join(outDir, name) }];
  });
  const entry = modules.filter((module) => module.path === join(outDir, "index.js"));
  return [...entry, ...modules.filter((module) => !entry.includes(module))];
}

function readOutput(error: object): { stdout: string; stderr: string } {
  const text = (name: string): string => String(Object.getOwnPropertyDescriptor(error, name)?.value ?? "");
  return { stdout: text("stdout"), stderr: text("stderr") };
}
