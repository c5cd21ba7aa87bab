/** `npm start -- --bare`, as a process: settings from the environment, state that survives, nothing left behind. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test, vi } from "vitest";
import { PROJECT_DIR } from "../../scripts/gateway/project.ts";

const ADMIN_TOKEN = "admin-token-of-the-start-test";
const stateDir = await mkdtemp(join(tmpdir(), "start-test-"));
const port = await findFreePort();
const url = `http://127.0.0.1:${port}`;
let running: ChildProcess | null = null;

afterAll(async () => {
  running?.kill("SIGTERM");
  if (running?.exitCode === null && running.signalCode === null) await once(running, "exit");
  await rm(stateDir, { recursive: true, force: true });
});

/** Starts as a user would and returns when `GET /healthz` answers. */
async function start(): Promise<ChildProcess> {
  const child = spawn("npm", ["start", "--", "--bare"], {
    cwd: PROJECT_DIR,
    stdio: "ignore",
    env: { ...process.env, PORT: String(port), STATE_DIR: stateDir, PLATFORM_ADMIN_TOKEN: ADMIN_TOKEN },
  });
  running = child;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}`);
    if (await isHealthy()) return child;
    await sleep(50);
  }
}

test("state survives SIGKILL, and the killed start frees the port for the next one", async () => {
  const first = await start();
  const created = await callAdmin("POST", { name: "Survivor" });
  expect(created.status).toBe(201);
  first.kill("SIGKILL");
  await once(first, "exit");
  // Nothing orphaned answers for long; a start at once waits for it.
  await vi.waitFor(async () => expect(await isHealthy()).toBe(false), { timeout: 10_000 });
  await start();
  const list: unknown = await (await callAdmin("GET")).json();
  expect(list).toMatchObject({ data: [{ name: "Survivor" }] });
});

test("SIGTERM ends it and everything that it started", async () => {
  const child = running;
  child?.kill("SIGTERM");
  if (child !== null) await once(child, "exit");
  await vi.waitFor(async () => expect(await isHealthy()).toBe(false), { timeout: 10_000 });
});

async function callAdmin(method: string, body?: object): Promise<Response> {
  return fetch(`${url}/v1/admin/organizations`, {
    method,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function isHealthy(): Promise<boolean> {
  return fetch(`${url}/healthz`).then(
    (response) => response.ok,
    () => false,
  );
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
