/** A gateway on a throw-away state folder and free ports, with one organization and its keys. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { formatNanos, type Nanos } from "../../src/core/money.ts";
import { startDemoProvider, type DemoProvider } from "../demo-provider/server.ts";
import { startGateway } from "../gateway/start-gateway.ts";
import { callApi, textOf, type Json } from "../seed/api.ts";
import { listIn, nanosIn, toObject } from "./json.ts";

export const CHAT_PATH = "/v1/chat/completions";
const ADMIN_TOKEN = "demo-platform-admin";
const WAIT_MS = 15_000;

export interface ModelAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

export interface Stage {
  readonly provider: DemoProvider;
  /** The organization's own API. */
  readonly api: (method: string, path: string, body?: Json) => Promise<Json>;
  /** Sends the demo's chat request, with an output cap of `maxTokens`. */
  readonly ask: (maxTokens: number, headers?: Readonly<Record<string, string>>) => Promise<ModelAnswer>;
  readonly credit: (amountNanos: Nanos, note: string) => Promise<void>;
  /** The organization's wallet as the API shows it, when nothing of it is held any more. */
  readonly settledWallet: () => Promise<Json>;
  readonly close: () => Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const stateDir = await mkdtemp(join(tmpdir(), "gateway-demo-"));
  const provider = await startDemoProvider();
  const gateway = await startGateway({
    stateDir,
    port: 0,
    variables: {
      PLATFORM_ADMIN_TOKEN: ADMIN_TOKEN,
      SANDBOX_PAYMENTS_KEY: "sandbox-payments-key-of-the-demo-0001",
      OPENAI_API_KEY: "sk-demo",
      ANTHROPIC_API_KEY: "sk-ant-demo",
      OPENAI_UPSTREAM_URL: provider.url,
      ANTHROPIC_UPSTREAM_URL: provider.url,
    },
  });
  const organization = await callApi(gateway.url, ADMIN_TOKEN, "POST", "/v1/admin/organizations", { name: "Demo" });
  const api: Stage["api"] = (method, path, body) =>
    callApi(gateway.url, textOf(organization, "key"), method, path, body);
  const gatewayKey = textOf(await api("POST", "/v1/keys", { name: "demo", type: "gateway" }), "key");
  return {
    provider,
    api,
    ask: (maxTokens, headers = {}) => ask(gateway.url, gatewayKey, maxTokens, headers),
    credit: async (amountNanos, note) => {
      await api("POST", "/v1/wallets/credit", { amount: formatNanos(amountNanos), currency: "USD", note });
    },
    settledWallet: async () =>
      waitFor(
        async () => organizationWallet(await api("GET", "/v1/wallets")),
        (wallet) => nanosIn(wallet, "held") === 0n,
      ),
    close: async () => {
      await Promise.all([gateway.stop(), provider.close()]);
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}

/** Asks again until the answer will do; after a while the last answer has to, and the promises say what is wrong with it. */
export async function waitFor<Answer>(
  read: () => Promise<Answer>,
  willDo: (answer: Answer) => boolean,
): Promise<Answer> {
  const deadlineMs = Date.now() + WAIT_MS;
  for (;;) {
    const answer = await read();
    if (willDo(answer) || Date.now() > deadlineMs) return answer;
    await sleep(50);
  }
}

async function ask(
  url: string,
  key: string,
  maxTokens: number,
  headers: Readonly<Record<string, string>>,
): Promise<ModelAnswer> {
  const response = await fetch(`${url}${CHAT_PATH}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
    body: JSON.stringify({
      model: "gpt-5.4-mini",
      max_completion_tokens: maxTokens,
      messages: [{ role: "user", content: "Explain double-entry bookkeeping." }],
    }),
  });
  return { status: response.status, headers: response.headers, body: toObject(await response.json()) };
}

function organizationWallet(list: Json): Json {
  const found = listIn(list, "data").find((wallet) => wallet["scope"] === "organization");
  if (found === undefined) throw new Error("the organization has no wallet");
  return found;
}
