/**
 * `npm run demo`: what the gateway promises, on a gateway of its own that leaves nothing behind. Fifty requests at once
 * against money for ten; a refusal with a ticket, redeemed after a top-up; a refusal by a budget; the ledger.
 * Exits with 1 when a promise is broken.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { formatNanos, parseDecimalNanos, type Nanos } from "../src/core/money.ts";
import { startDemoProvider } from "./demo-provider/server.ts";
import { startGateway } from "./gateway/start-gateway.ts";
import { callApi, textOf, type Json } from "./seed/api.ts";

const REQUESTS = 50;
const ROOM = 10;
const CHAT = "/v1/chat/completions";
const ADMIN_TOKEN = "demo-platform-admin";
/** Longer than the burst takes, so that every hold stands while the others are asked. */
const PROVIDER_DELAY_MS = 3_000;

const stateDir = await mkdtemp(join(tmpdir(), "gateway-demo-"));
const provider = await startDemoProvider();
const gateway = await startGateway({
  stateDir,
  port: 0,
  variables: {
    PLATFORM_ADMIN_TOKEN: ADMIN_TOKEN,
    OPENAI_API_KEY: "sk-demo",
    ANTHROPIC_API_KEY: "sk-ant-demo",
    OPENAI_UPSTREAM_URL: provider.url,
    ANTHROPIC_UPSTREAM_URL: provider.url,
  },
});
const organization = await callApi(gateway.url, ADMIN_TOKEN, "POST", "/v1/admin/organizations", { name: "Race" });
const accessKey = textOf(organization, "key");
const gatewayKey = textOf(await api("POST", "/v1/keys", { name: "race", type: "gateway" }), "key");
let broken = 0;
try {
  await race();
  await redeemTicket();
  await meetBudget();
  await showLedger();
} finally {
  await Promise.all([gateway.stop(), provider.close()]);
  await rm(stateDir, { recursive: true, force: true });
}
process.exit(broken === 0 ? 0 : 1);

async function race(): Promise<void> {
  const refusal = await ask(100);
  const hold = nanosOf(objectIn(objectIn(refusal.body, "error"), "cost_ticket"), "estimated_cost");
  await credit(hold * BigInt(ROOM), "Room for ten");
  say(`\nA wallet with room for ${ROOM}: each request holds ${formatNanos(hold)} USD. ${REQUESTS} requests at once:`);
  provider.next({ delay_ms: PROVIDER_DELAY_MS }, { times: REQUESTS });
  const answers = await Promise.all(Array.from({ length: REQUESTS }, () => ask(100)));
  const count = (status: number): number => answers.filter((answer) => answer.status === status).length;
  say(`  ${count(200)} answered, ${count(402)} refused, ${provider.counts[CHAT] ?? 0} reached the provider`);
  promise(count(200) === ROOM && count(402) === REQUESTS - ROOM, `${ROOM} pass, the rest are refused with 402`);
  promise(provider.counts[CHAT] === ROOM, "the provider saw no other request");
  provider.clear();
}

async function redeemTicket(): Promise<void> {
  await waitUntilSettled();
  const refusal = await ask(100_000);
  const ticket = objectIn(objectIn(refusal.body, "error"), "cost_ticket");
  const missing = nanosOf(ticket, "estimated_cost") - nanosOf(await readWallet(), "available");
  say(`\nA request for 100,000 tokens: ${refusal.status}, ticket ${textOf(ticket, "id")}`);
  promise(refusal.status === 402, "a request that the wallet cannot pay is refused with a ticket");
  await credit(missing, "Top-up for the ticket");
  const redeemed = await ask(100_000, { "x-cost-ticket": textOf(ticket, "id") });
  say(`  after a top-up of ${formatNanos(missing)} USD: ${redeemed.status}`);
  promise(redeemed.status === 200, "the ticket is good for the amount that it names");
}

async function meetBudget(): Promise<void> {
  await waitUntilSettled();
  await credit(1_000_000_000n, "Money is not the limit now");
  await api("POST", "/v1/unified-access/budgets", {
    name: "A tight day",
    scope: { type: "organization" },
    windows: { daily: "0.000001" },
  });
  const refusal = await ask(100);
  const [budget] = arrayIn(objectIn(refusal.body, "error"), "budgets");
  say(`\nA budget of 0.000001 USD a day: ${refusal.status}, ${JSON.stringify(budget)}`);
  promise(refusal.status === 429, "a spent budget refuses, whatever the wallet holds");
}

async function showLedger(): Promise<void> {
  await waitUntilSettled();
  const wallet = await readWallet();
  const { data } = await api("GET", `/v1/wallets/${textOf(wallet, "id")}/transactions?limit=200`);
  let sum = 0n;
  say("\nThe ledger of the wallet:");
  for (const entry of Array.isArray(data) ? data.map(toObject).toReversed() : []) {
    sum += nanosOf(entry, "amount");
    const columns = [textOf(entry, "type").padEnd(8), textOf(entry, "amount").padStart(14)];
    say(`  ${columns.join("  ")}  balance ${textOf(entry, "balance_after")}`);
  }
  const balance = nanosOf(wallet, "balance");
  promise(sum === balance, "the entries sum up to the balance");
  promise(nanosOf(wallet, "held") === 0n, "nothing is left on hold");
  say(`\noverspend ${formatNanos(balance < 0n ? -balance : 0n)}`);
  if (balance < 0n) broken += 1;
}

async function ask(maxTokens: number, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${gateway.url}${CHAT}`, {
    method: "POST",
    headers: { authorization: `Bearer ${gatewayKey}`, "content-type": "application/json", ...headers },
    body: JSON.stringify({
      model: "gpt-5.4-mini",
      max_completion_tokens: maxTokens,
      messages: [{ role: "user", content: "Explain double-entry bookkeeping." }],
    }),
  });
  return { status: response.status, body: toObject(await response.json()) };
}

async function waitUntilSettled(): Promise<void> {
  for (let tries = 0; tries < 100 && nanosOf(await readWallet(), "held") !== 0n; tries += 1) await sleep(50);
}

async function readWallet(): Promise<Json> {
  const wallets = arrayIn(await api("GET", "/v1/wallets"), "data").map(toObject);
  return wallets.find((wallet) => wallet["scope"] === "organization") ?? {};
}

async function credit(amountNanos: Nanos, note: string): Promise<void> {
  await api("POST", "/v1/wallets/credit", { amount: formatNanos(amountNanos), currency: "USD", note });
}

function api(method: string, path: string, body?: Json): Promise<Json> {
  return callApi(gateway.url, accessKey, method, path, body);
}

function promise(kept: boolean, text: string): void {
  if (!kept) broken += 1;
  say(`  ${kept ? "kept" : "BROKEN"}: ${text}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function nanosOf(object: Json, name: string): Nanos {
  const nanos = parseDecimalNanos(textOf(object, name));
  if (nanos === null) throw new Error(`${name} is not an amount`);
  return nanos;
}

function objectIn(object: Json, name: string): Json {
  return toObject(object[name]);
}

function arrayIn(object: Json, name: string): readonly unknown[] {
  const value = object[name];
  return Array.isArray(value) ? value : [];
}

function toObject(value: unknown): Json {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
