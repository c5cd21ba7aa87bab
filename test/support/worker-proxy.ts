/** The proxy on real objects and databases, with a provider of ours, a queue that is delivered by hand, and faults on demand. */
import { createMessageBatch } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { PlannedTarget } from "../../src/contract/commands.ts";
import type { SpendLogRow } from "../../src/contract/spend-log.ts";
import { createProxyRoutes } from "../../src/proxy/routes.ts";
import { consumeSettlements } from "../../src/queue/settlement-consumer.ts";
import { portsOf } from "../../src/worker-ports.ts";
import { createFaultyNamespace } from "./faulty-organization.ts";
import { call, makeOrganization, SECRETS_KEY, textOf } from "./worker-api.ts";
import { delivered } from "./worker-main.ts";
import { stubOf } from "./worker-organization.ts";

export const faults = createFaultyNamespace(stubOf);

/** What the provider was sent. */
export const upstreamCalls: Request[] = [];

interface Queued {
  readonly body: unknown;
  readonly delaySeconds: number;
}
/** What the settlements queue holds. */
export const queued: Queued[] = [];

/** Where every request goes, over what the object has planned; empty: as planned. */
export const configured: { targets: readonly Partial<PlannedTarget>[] } = { targets: [] };

function replan(planned: readonly PlannedTarget[]): readonly PlannedTarget[] {
  const [first] = planned;
  if (first === undefined || configured.targets.length === 0) return planned;
  return configured.targets.map((fields) => ({ ...first, ...fields }));
}

/** Faults of everything beside the objects. */
export const broken = { queue: false, controlDb: false, bodies: false };

const settlementQueue = {
  async send(body: unknown, options: { readonly delaySeconds: number }) {
    if (broken.queue) throw new Error("Queue is overloaded");
    queued.push({ body: JSON.parse(JSON.stringify(body)), delaySeconds: options.delaySeconds });
  },
};

const controlDb = new Proxy(env.CONTROL_DB, {
  get(target, name) {
    if (broken.controlDb) throw new Error("D1_ERROR: internal error");
    const member: unknown = Reflect.get(target, name, target);
    return typeof member === "function" ? member.bind(target) : member;
  },
});

const bodies = new Proxy(env.BODIES, {
  get(target, name) {
    if (broken.bodies) throw new Error("put: We encountered an internal error. Please try again. (10001)");
    const member: unknown = Reflect.get(target, name, target);
    return typeof member === "function" ? member.bind(target) : member;
  },
});

/** New ports, as of a new isolate: nothing of former requests is remembered. */
function startIsolate(variables: Readonly<Record<string, unknown>> = {}) {
  const bindings = Object.assign(Object.create(null), env, {
    ORGANIZATION: faults,
    SETTLEMENT_QUEUE: settlementQueue,
    CONTROL_DB: controlDb,
    BODIES: bodies,
    OPENAI_API_KEY: "sk-upstream",
    SECRETS_ENCRYPTION_KEY: SECRETS_KEY,
    AUTHORIZE_TIMEOUT_SECONDS: "1",
    ...variables,
  });
  const ports = portsOf(bindings).proxy;
  return createProxyRoutes(() => ({
    ...ports,
    organization: (organizationId) => {
      const ledger = ports.organization(organizationId);
      return {
        ...ledger,
        authorize: async (command) => {
          const reply = await ledger.authorize(command);
          if (reply.outcome === "refused") return reply;
          return { ...reply, grant: { ...reply.grant, targets: replan(reply.grant.targets) } };
        },
        admit: async (command) => {
          const reply = await ledger.admit(command);
          return reply.outcome === "refused" ? reply : { ...reply, targets: replan(reply.targets) };
        },
      };
    },
    fetchUpstream: async (url, init) => {
      const sent = new Request(url, init);
      upstreamCalls.push(sent.clone());
      const text = await sent.text();
      return failing.answer?.(sent) ?? answerOf(text);
    },
  }));
}

let isolate = startIsolate();

/** Ends what the former tests have begun, and forgets it. */
export async function restartIsolate(): Promise<void> {
  faults.heal();
  await Promise.all(lives.splice(0));
  Object.assign(broken, { queue: false, controlDb: false, bodies: false });
  Object.assign(failing, { status: 0, answer: null });
  configured.targets = [];
  queued.length = 0;
  upstreamCalls.length = 0;
  isolate = startIsolate();
}

/** From now on the gateway has these variables and bindings in the place of the usual ones. */
export function reconfigure(variables: Readonly<Record<string, unknown>>): void {
  isolate = startIsolate(variables);
}

/** Everything that outlives its answer. */
const lives: Promise<unknown>[] = [];

/** One request's cost at list price: 4 × 0.75 + 100 × 4.50 per million. */
export const COST_NANOS = 453_000n;
const MODEL = "gpt-5.4-mini";
const USAGE = { prompt_tokens: 4, completion_tokens: 100, total_tokens: 104 };

/** What the provider answers next time, in place of an answer. */
export const failing: { status: number; answer: ((sent: Request) => Response) | null } = { status: 0, answer: null };

function answerOf(body: string): Response {
  if (failing.status !== 0) return Response.json({ error: { message: "no" } }, { status: failing.status });
  const id = "chatcmpl-1";
  if (!body.includes('"stream":true')) {
    const message = { role: "assistant", content: "Hello." };
    return Response.json({
      id,
      object: "chat.completion",
      model: MODEL,
      choices: [{ index: 0, message, finish_reason: "stop" }],
      usage: USAGE,
    });
  }
  const chunk = (rest: object): string =>
    `data: ${JSON.stringify({ id, object: "chat.completion.chunk", model: MODEL, ...rest })}\n\n`;
  const frames = [
    chunk({ choices: [{ index: 0, delta: { role: "assistant", content: "Hello." }, finish_reason: null }] }),
    chunk({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }),
    chunk({ choices: [], usage: USAGE }),
    "data: [DONE]\n\n",
  ];
  return new Response(frames.join(""), { headers: { "content-type": "text/event-stream" } });
}

export interface Tenant {
  readonly id: string;
  readonly accessKey: string;
  readonly gatewayKey: string;
  readonly gatewayKeyId: string;
}

export async function makeTenant(
  settings: Readonly<Record<string, unknown>> = {},
  rest: { readonly credit?: string; readonly currency?: string } = {},
): Promise<Tenant> {
  const { id, token } = await makeOrganization({ credit: "10", ...rest });
  await call("PUT /v1/wallets/settings", { token, body: settings });
  const key = await call("POST /v1/keys", { token, body: { name: "k", type: "gateway", may_assert_identity: true } });
  return { id, accessKey: token, gatewayKey: textOf(key.body["key"]), gatewayKeyId: textOf(key.body["id"]) };
}

export interface SentAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Ends when the Worker would: everything that outlives the answer is done. */
  readonly lifeOver: Promise<unknown>;
}

/** Sends one chat request and reads its answer to the end. */
export async function chat(
  tenant: Pick<Tenant, "gatewayKey">,
  options: {
    readonly method?: "GET" | "POST";
    readonly path?: string;
    readonly stream?: boolean;
    readonly body?: Readonly<Record<string, unknown>>;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Promise<SentAnswer> {
  const own: Promise<unknown>[] = [];
  const lifetime = {
    waitUntil: (work: Promise<unknown>) => void own.push(work),
    passThroughOnException: () => {},
    props: {},
  };
  const body = JSON.stringify({
    model: MODEL,
    messages: [{ role: "user", content: "secret words" }],
    max_completion_tokens: 100,
    ...(options.stream === true ? { stream: true } : {}),
    ...options.body,
  });
  const request = new Request(`https://edge.test${options.path ?? "/v1/chat/completions"}`, {
    method: options.method ?? "POST",
    headers: { authorization: `Bearer ${tenant.gatewayKey}`, "content-type": "application/json", ...options.headers },
    ...(options.method === "GET" ? {} : { body }),
  });
  const response = await isolate.fetch(request, {}, lifetime);
  const text = await response.text();
  const over = async (): Promise<void> => {
    // What outlives the answer may itself start more of it.
    for (let done = 0; done < own.length;) {
      const begun = own.length;
      await Promise.all(own.slice(done));
      done = begun;
    }
  };
  const lifeOver = over();
  lives.push(lifeOver);
  return { status: response.status, headers: response.headers, text, lifeOver };
}

/** Delivers everything that the queue holds, twice, as a queue may; returns how many messages were answered. */
export async function deliverQueue(times = 2): Promise<number> {
  const messages = queued.splice(0);
  let acked = 0;
  for (let delivery = 0; delivery < times; delivery += 1) {
    const batch = createMessageBatch(
      "keeptrusts-settlements",
      messages.map(({ body }, index) => ({ id: `m_${index}`, timestamp: new Date(), attempts: 1, body })),
    );
    const left = new Set(batch.messages);
    for (const message of batch.messages) {
      message.ack = () => void left.delete(message);
    }
    await consumeSettlements(batch, {
      organization: (organizationId) => stubOf(organizationId),
      parkUnreadable: async (message) => Promise.reject(new Error(`unreadable: ${JSON.stringify(message.body)}`)),
    });
    acked = batch.messages.length - left.size;
  }
  return acked;
}

/** The spend log of an organization as the consumer would store it: each id once. */
export function rowsOfTenant({ id }: Pick<Tenant, "id">): readonly SpendLogRow[] {
  const rows = delivered.flatMap(({ spend_log }) => (spend_log?.organization_id === id ? [spend_log] : []));
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}
