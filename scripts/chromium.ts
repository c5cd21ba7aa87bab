/** The Chromium that tests of pages drive: the system's own, installed by apt where it is missing. */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { pathToFileURL } from "node:url";

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const HINT = "Install Chromium (on Debian: apt-get install chromium), or name its program in CHROMIUM_PATH.";

/** The path of the program: CHROMIUM_PATH, or where systems have it. Throws, saying what to do, when it is not there. */
export function ensureChromium(): string {
  const named = process.env["CHROMIUM_PATH"];
  if (named !== undefined) {
    if (isProgram(named)) return named;
    throw new Error(`CHROMIUM_PATH names no program: ${named}`);
  }
  const found = PATHS.find(isProgram);
  if (found !== undefined) return found;
  install();
  const installed = PATHS.find(isProgram);
  if (installed === undefined) throw new Error(HINT);
  return installed;
}

function install(): void {
  if (process.getuid?.() !== 0) throw new Error(`There is no Chromium, and only root can install it. ${HINT}`);
  const packages = ["install", "--yes", "--no-install-recommends", "chromium"];
  for (const args of [["update"], packages]) {
    process.stderr.write(`apt-get ${args.join(" ")}\n`);
    const { status, error, stderr } = spawnSync("apt-get", ["--quiet", ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      stdio: ["ignore", "ignore", "pipe"],
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`apt-get ${args.join(" ")} failed: ${error?.message ?? stderr}. ${HINT}`);
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.stdout.write(`${ensureChromium()}\n`);
}
