// What the npm scripts run first, on whatever Node is installed (20.19 or later): installs dependencies when they are
// missing or older than the lockfile, then runs a script or a tool on the pinned Node of node_modules.
// Usage: node scripts/run.mjs <script.ts | tool> [arguments]
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = join(root, "node_modules", ".bin");
const [script, ...scriptArguments] = process.argv.slice(2);

if (isStale()) install();
run();

/** npm writes node_modules/.package-lock.json at the end of every install. */
function isStale() {
  const marker = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(marker) || !existsSync(join(bin, "node"))) return true;
  const lockfile = join(root, "package-lock.json");
  if (statSync(lockfile).mtimeMs <= statSync(marker).mtimeMs) return false;
  const wanted = JSON.parse(readFileSync(lockfile, "utf8")).packages;
  const installed = JSON.parse(readFileSync(marker, "utf8")).packages;
  return Object.entries(wanted).some(
    ([path, { optional, version }]) => path !== "" && !optional && installed[path]?.version !== version,
  );
}

function install() {
  process.stderr.write("Installing dependencies (about half a minute) …\n");
  const startedAtMs = Date.now();
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const { status } = spawnSync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    // What a script prints is often for another program; what npm says is not part of it.
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) process.exit(status ?? 1);
  process.stderr.write(`Installed in ${Math.round((Date.now() - startedAtMs) / 1000)} s.\n`);
}

function run() {
  const env = {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env.PATH ?? ""}`,
    WRANGLER_SEND_METRICS: "false",
    NO_UPDATE_NOTIFIER: "1",
  };
  const isTypeScript = script.endsWith(".ts");
  const command = join(bin, isTypeScript ? "node" : script);
  const args = isTypeScript ? [join(root, script), ...scriptArguments] : scriptArguments;
  // The channel closes when this process dies, however it dies; our scripts watch it.
  const stdio = ["inherit", "inherit", "inherit", ...(isTypeScript ? ["ipc"] : [])];
  const child = spawn(command, args, { cwd: root, env, stdio });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGKILL" ? 137 : 1)));
  child.on("error", (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  // Nobody tells when npm or its shell is killed: then this process, or that shell, has another parent.
  const shell = process.ppid;
  const npm = parentOf(shell);
  setInterval(() => {
    if (process.ppid !== shell || parentOf(shell) !== npm) child.kill("SIGTERM");
  }, 500).unref();
}

/** The parent's process id; null when it cannot be known. */
function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(
      stat
        .slice(stat.lastIndexOf(")") + 1)
        .trim()
        .split(" ")[1],
    );
  } catch {
    if (existsSync("/proc")) return null;
    const { stdout } = spawnSync("ps", ["-o", "ppid=", "-p", String(pid)], { encoding: "utf8" });
    return Number(stdout) || null;
  }
}
