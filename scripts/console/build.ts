/** Builds the console with Vite, once for the present sources. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { PROJECT_DIR } from "../gateway/project.ts";

const run = promisify(execFile);

const SOURCE_DIR = join(PROJECT_DIR, "src/console");
export const CONSOLE_DIR = join(PROJECT_DIR, "dist/console");
/** Beside the folder: what is in it is served. */
const STAMP_FILE = join(PROJECT_DIR, "dist/console.stamp");

interface ManifestChunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
}

/** Builds into dist/console; `log` hears of it when there is something to do. Throws when the source does not build. */
export async function buildConsole(log: (message: string) => void): Promise<void> {
  const stamp = await digestSources();
  const isBuilt = existsSync(join(CONSOLE_DIR, "index.html"));
  if (isBuilt && (await readFile(STAMP_FILE, "utf8").catch(() => "")) === stamp) return;
  log("Building the console …");
  // In a process of its own: Vite takes NODE_ENV from whoever calls it, and a test's would build React for development.
  const vite = join(PROJECT_DIR, "node_modules/vite/bin/vite.js");
  await run(process.execPath, [vite, "build", "--logLevel", "warn"], {
    cwd: PROJECT_DIR,
    env: { ...process.env, NODE_ENV: "production" },
  });
  await writeFile(STAMP_FILE, stamp);
}

/** The page behind `/`. */
const FIRST_PAGE = "pages/overview/page.tsx";

/** Bytes of gzipped script that the browser needs for the first page: the entry, the page, and what they import statically. */
export async function measureFirstLoad(): Promise<number> {
  const manifest: Readonly<Record<string, ManifestChunk>> = JSON.parse(
    await readFile(join(CONSOLE_DIR, "manifest.json"), "utf8"),
  );
  const waiting = Object.keys(manifest).filter((name) => manifest[name]?.isEntry === true || name === FIRST_PAGE);
  const files = new Set<string>();
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const chunk = manifest[name];
    if (chunk === undefined || files.has(chunk.file)) continue;
    files.add(chunk.file);
    waiting.push(...(chunk.imports ?? []));
  }
  const sizes = await Promise.all(
    [...files].map(async (file) => gzipSync(await readFile(join(CONSOLE_DIR, file))).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Contents, not times: a checkout touches every file. */
async function digestSources(): Promise<string> {
  const names = (await readdir(SOURCE_DIR, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".md"))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  const digest = createHash("sha256");
  for (const file of [...names, join(PROJECT_DIR, "vite.config.ts"), join(PROJECT_DIR, "package-lock.json")]) {
    digest.update(file).update(await readFile(file));
  }
  return digest.digest("hex");
}
