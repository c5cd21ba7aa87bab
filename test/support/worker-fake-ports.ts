/** The proxy on a ledger that grants everything, with upstreams that a test answers for, and a memory of targets that it reads. */
import type {
  AuthorizeCommand,
  AuthorizeReply,
  Grant,
  PlannedTarget,
  SettleCommand,
} from "../../src/contract/commands.ts";
import { refuse } from "../../src/contract/commands.ts";
import type { LogLine } from "../../src/contract/log-line.ts";
import type { TargetHealthView } from "../../src/core/target-health.ts";
import { createCacheHints } from "../../src/proxy/answer-cache.ts";
import type { ProxyPorts } from "../../src/proxy/ports.ts";
import { createProxyRoutes } from "../../src/proxy/routes.ts";
import type { Endpoint } from "../../src/core/endpoint.ts";

const TOKEN = `kt_gk_${"1".repeat(26)}_${"s".repeat(43)}`;

const MESSAGES = [{ role: "user", content: "Hello" }];
const REQUESTS: Readonly<Record<Endpoint, { readonly path: string; readonly body: object }>> = {
  "openai.chat": { path: "/v1/chat/completions", body: { model: "gpt-5.4-mini", messages: MESSAGES } },
  "openai.responses": { path: "/v1/responses", body: { model: "gpt-5.4-mini", input: "Hello" } },
  "anthropic.messages": {
    path: "/v1/messages",
    body: { model: "claude-sonnet-5", messages: MESSAGES, max_tokens: 10 },
  },
};

/** How a target answers; it may reject, and sees the signal of the call. */
export type Upstream = (url: string, init: RequestInit) => Promise<Response>;

export interface FakeProxyOptions {
  readonly targets: readonly PlannedTarget[];
  readonly upstream: Upstream;
  readonly views?: readonly TargetHealthView[];
  readonly isRefused?: boolean;
  readonly upstreamTimeoutMs?: number;
  readonly keys?: Readonly<Record<"openai" | "anthropic", string>>;
}

export function target(id: string, rest: Partial<PlannedTarget> = {}): PlannedTarget {
  return { id, provider: "openai", baseUrl: `https://${id}.test/v1`, model: "gpt-5.4-mini", price: null, ...rest };
}

export function createFakeProxy(options: FakeProxyOptions) {
  const authorized: AuthorizeCommand[] = [];
  const settled: SettleCommand[] = [];
  const lines: LogLine[] = [];
  /** What the memory of targets was told, and the calls of targets among it, in order. */
  const story: string[] = [];
  const lives: Promise<unknown>[] = [];
  let ids = 0;

  const authorize = async (command: AuthorizeCommand): Promise<AuthorizeReply> => {
    authorized.push(command);
    if (options.isRefused === true) return refuse({ kind: "unauthenticated", reason: "unknown" });
    return { outcome: "authorized", status: "open", grant: grantOf(command, options.targets) };
  };
  const never = async (): Promise<never> => Promise.reject(new Error("not asked in these tests"));
  const ports: ProxyPorts = {
    config: {
      maxBodyBytes: 1_000_000,
      eventBodyLimitBytes: 1_000,
      drainMs: 50,
      upstreamTimeoutMs: options.upstreamTimeoutMs ?? 60_000,
      upstreamUrls: { openai: "https://openai.test/v1", anthropic: "https://anthropic.test/v1" },
    },
    organization: () => ({
      authorize,
      settle: async (command) => void settled.push(command),
      checkpoint: never,
      admit: never,
      models: never,
      planUnreserved: never,
      beginUnreserved: never,
      settleUnreserved: never,
      abandon: never,
    }),
    findSession: never,
    fetchUpstream: async (url, init) => {
      story.push(`call ${new URL(url).hostname.split(".")[0]}`);
      return options.upstream(url, init);
    },
    credentialOf: async (_organizationId, { provider }) => {
      const credential = (options.keys ?? { openai: "sk-ours-openai", anthropic: "sk-ant-ours" })[provider];
      return credential === "" ? null : credential;
    },
    forgetCredential: () => undefined,
    health: {
      of: () => ({
        views: () => options.views ?? [],
        refresh: () => void story.push("refresh"),
        begin: ({ targetId }) => void story.push(`begin ${targetId}`),
        end: ({ targetId, gatewayId }, outcome) => void story.push(`end ${targetId} of ${gatewayId}: ${outcome}`),
      }),
    },
    answers: { find: async () => null, keep: async () => undefined },
    cacheHints: createCacheHints(),
    nowMs: () => 1_000,
    newId: (prefix) => `${prefix}_${(ids += 1)}`,
    keepBody: async () => undefined,
    log: (line) => lines.push(line),
  };
  const routes = createProxyRoutes(() => ports);

  /** Sends one request, reads its answer to the end and lets everything behind it come to an end. */
  async function send(endpoint: Endpoint = "openai.chat", signal: AbortSignal | null = null) {
    const { path, body } = REQUESTS[endpoint];
    const request = new Request(`https://edge.test${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal,
    });
    const waitUntil = (work: Promise<unknown>): void => void lives.push(work);
    const response = await routes.fetch(request, {}, { waitUntil, passThroughOnException() {}, props: {} });
    const text = await response.text();
    await Promise.all(lives);
    return { status: response.status, headers: response.headers, text };
  }

  return { send, authorized, settled, lines, story };
}

function grantOf(command: AuthorizeCommand, targets: readonly PlannedTarget[]): Grant {
  return {
    reservationId: command.reservationId,
    requestId: command.requestId,
    attribution: {
      keyId: "key_1",
      gatewayId: "gw_1",
      userId: null,
      teamId: null,
      serviceUserId: null,
      agentId: null,
      agentRunId: null,
    },
    wallet: null,
    heldNanos: 0n,
    currency: "USD",
    exchangeRate: "1",
    availableNanos: 0n,
    createdAtMs: 0,
    expiresAtMs: 120_000,
    leaseMs: 120_000,
    targets,
    outputCapTokens: null,
    clamped: false,
    onClientDisconnect: "abort",
    onHoldExhausted: "finish",
    zdrMode: "off",
    ticketId: null,
  };
}
