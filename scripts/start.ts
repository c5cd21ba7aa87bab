/**
 * `npm start [-- --bare]`: the gateway on this machine.
 *
 * Without `--bare`: with a demo provider and one seeded organization, unless OPENAI_API_KEY or ANTHROPIC_API_KEY (from the
 * environment or .dev.vars) point that provider to the real one. With `--bare`: nothing but the gateway, every variable from
 * the environment. PORT (8787) and STATE_DIR (.state) apply to both.
 */
import { parseArgs } from "node:util";
import { buildConsole, CONSOLE_DIR } from "./console/build.ts";
import { startDemoProvider, type DemoProvider } from "./demo-provider/server.ts";
import { readOrCreateKey } from "./gateway/kept-key.ts";
import { startGateway, type Gateway } from "./gateway/start-gateway.ts";
import { readEnvironment, readVariables, type StartEnvironment } from "./gateway/variables.ts";
import { describeStart } from "./seed/describe-start.ts";
import { ensureDemoPerson, isMailOfPerson } from "./seed/person.ts";
import { readOrCreateDemo, seedOnce } from "./seed/seed.ts";

const { values: flags } = parseArgs({ options: { bare: { type: "boolean", default: false } } });
const KEPT_LINES = 100;
const lines: string[] = [];
const running: { gateway?: Gateway; provider?: DemoProvider; stopping?: boolean } = {};
stopWithParent();
try {
  await (flags.bare ? startBare() : startDemo());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  await stop(1);
}

async function startBare(): Promise<void> {
  const environment = readEnvironment(process.env);
  const gateway = await start(environment, readVariables(process.env));
  process.stdout.write(`gateway: ${gateway.url}\n`);
}

async function startDemo(): Promise<void> {
  const settings = { ...readDevVars(), ...process.env };
  const environment = readEnvironment(settings);
  const demo = await readOrCreateDemo(environment.stateDir);
  const provider = await startDemoProvider({ behaviour: { delay_ms: 150, frame_gap_ms: 15 }, keepRequests: 1_000 });
  running.provider = provider;
  const variables: Record<string, string> = { PLATFORM_ADMIN_TOKEN: demo.adminToken, ...readVariables(settings) };
  for (const name of ["OPENAI", "ANTHROPIC"]) {
    if (variables[`${name}_API_KEY`] !== undefined) continue;
    variables[`${name}_API_KEY`] = `sk-demo-${name.toLowerCase()}`;
    variables[`${name}_UPSTREAM_URL`] ??= provider.url;
  }
  const gateway = await start(environment, variables);
  const seeded = await seedOnce(gateway.url, environment.stateDir, {
    ...demo,
    adminToken: variables["PLATFORM_ADMIN_TOKEN"] ?? demo.adminToken,
  });
  await ensureDemoPerson(gateway.url, lines);
  process.stdout.write(describeStart(gateway.url, provider.url, variables, seeded));
}

function log(message: string): void {
  lines.push(message);
  if (!isMailOfPerson(message)) process.stderr.write(`${message}\n`);
  lines.splice(0, lines.length - KEPT_LINES);
}

async function start(environment: StartEnvironment, variables: Readonly<Record<string, string>>): Promise<Gateway> {
  await buildConsole(log);
  log("Building and starting the gateway …");
  // Endpoints and targets may be on this machine; what is signed and sealed survives a restart.
  const local = {
    ALLOW_INSECURE_ADDRESSES: "true",
    SIGN_UP_ORGANIZATIONS: "3",
    WEBHOOK_SIGNING_KEY: await readOrCreateKey(environment.stateDir, "webhook-signing-key"),
    SECRETS_ENCRYPTION_KEY: await readOrCreateKey(environment.stateDir, "secrets-encryption-key"),
    AUTH_SECRET: await readOrCreateKey(environment.stateDir, "auth-secret"),
    SANDBOX_PAYMENTS_KEY: await readOrCreateKey(environment.stateDir, "sandbox-payments-key"),
  };
  running.gateway = await startGateway({
    ...environment,
    variables: { ...local, ...variables },
    consoleDir: CONSOLE_DIR,
    log,
  });
  return running.gateway;
}

function readDevVars(): Record<string, string | undefined> {
  try {
    const before = new Set(Object.keys(process.env));
    process.loadEnvFile(".dev.vars");
    return Object.fromEntries(Object.entries(process.env).filter(([name]) => !before.has(name)));
  } catch {
    return {};
  }
}

/** Stops on a signal, and when the process that started this one is gone. */
function stopWithParent(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => void stop(0));
  process.once("disconnect", () => void stop(0));
  process.channel?.unref();
}

/** Ctrl-C comes more than once, from the terminal and from the parent; one stop is enough. */
async function stop(code: number): Promise<void> {
  if (running.stopping === true) return;
  running.stopping = true;
  await Promise.allSettled([running.gateway?.stop(), running.provider?.close()]);
  process.exit(code);
}
