/** The control plane on real bindings, with a clock that tests move. */
import { env } from "cloudflare:workers";
import type { OAuthServer } from "../../durable-objects/oauth-server/oauth-server.ts";
import { createApi } from "../../src/api/app.ts";
import type { ApiDeps } from "../../src/api/deps.ts";
import type { Session } from "../../src/platform/session.ts";
import { openControlDatabase, openSpendDatabase } from "../../src/platform/d1/database.ts";
import { createEventBodies } from "../../src/platform/event-bodies.ts";
import { newId, newSecret } from "../../src/platform/identifiers.ts";
import { createOrganizationClient, type OrganizationNamespace } from "../../src/platform/organization-client.ts";
import { createPayments } from "../../src/platform/payments/create-payments.ts";
import { createPriceBookCache } from "../../src/platform/price-book-cache.ts";
import { createSecretSealer } from "../../src/platform/secret-sealer.ts";
import type { Mail } from "../../src/queue/notification-mail.ts";
import { attempt, retry, type WebhookDeliveryPorts } from "../../src/platform/webhook-delivery.ts";
import { signer, testSender } from "./worker-endpoints.ts";
import { stubOf } from "./worker-organization.ts";

/** SECRETS_ENCRYPTION_KEY. */
export const SECRETS_KEY = "secrets-encryption-key-of-the-tests-01";

export const ADMIN_TOKEN = "test-platform-admin-token";

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, untyped as a caller sees it. */
  readonly body: Json;
}

/** JSON that a test may look into without narrowing every step. */
export interface Json {
  readonly [name: string]: Json;
}

/** A member that must be a string. */
export function textOf(json: unknown): string {
  if (typeof json !== "string") throw new TypeError(`not a string: ${JSON.stringify(json)}`);
  return json;
}

/** The rows of a list. */
export function rowsOf(reply: Reply): readonly Json[] {
  const rows: unknown = reply.body["data"];
  if (!Array.isArray(rows)) throw new TypeError("not a list");
  return rows;
}

export function oauthServerOf(organizationId: string): DurableObjectStub<OAuthServer> {
  const objects: DurableObjectNamespace<OAuthServer> = env.OAUTH_SERVER;
  return objects.getByName(organizationId);
}

/** Who is signed in, whatever the request. */
export const signedIn: { session: Session | null } = { session: null };

/** Mails that were sent. */
export const mails: Mail[] = [];

/** No mail is taken while there is one. */
export const mailFault: { error: Error | null } = { error: null };

const deferred: (() => Promise<void>)[] = [];

/** Does what was left for after the answers. */
export async function runDeferred(): Promise<void> {
  const works = deferred.splice(0);
  for (const work of works) await work();
}

const clock = { nowMs: Date.now() };

/** Moves the control plane's clock; the organizations' objects keep their own. */
export function advanceClock(durationMs: number): void {
  clock.nowMs += durationMs;
}

const namespace: OrganizationNamespace = { getByName: stubOf };
export const errors: unknown[] = [];

const db = openControlDatabase(env.CONTROL_DB);
/** Signs the sandbox's webhooks. */
export const SANDBOX_KEY = "sandbox-payments-key-of-the-tests-001";
const spendDb = openSpendDatabase(env.SPEND_DB);

/** Deliveries that were scheduled, in seconds from then; nothing attempts them by itself. */
export const scheduled: { readonly ids: readonly string[]; readonly delaySeconds: number }[] = [];

export const webhookDelivery: WebhookDeliveryPorts = {
  db,
  spendDb,
  send: testSender(() => clock.nowMs),
  nowMs: () => clock.nowMs,
  schedule: async (ids, delaySeconds) => {
    scheduled.push({ ids, delaySeconds });
  },
};

const clientOf = (organizationId: string) =>
  createOrganizationClient(namespace, organizationId, {
    sleep: async () => {},
    random: () => 0,
    authorizeTimeoutMs: 5_000,
    onError: (error) => errors.push(error),
  });

export const payments = createPayments({
  sandboxPaymentsKey: SANDBOX_KEY,
  stripe: { secretKey: "", webhookSecrets: [], apiUrl: "", deployment: "tests", allowInsecure: false },
  db,
  // Looked up on every call: tests put their own in.
  organization: (organizationId) => deps.organization(organizationId),
  nowMs: () => clock.nowMs,
  newId: (prefix) => newId(prefix, clock.nowMs),
  reportError: (_event, error) => errors.push(error),
});

export const deps: ApiDeps = {
  db,
  spendDb,
  payments,
  webhooks: {
    secretOf: (webhookId, version) => signer.secretOf(webhookId, version),
    attempt: (row) => attempt(webhookDelivery, row),
    retry: (row) => retry(webhookDelivery, row),
    allowInsecure: false,
  },
  eventBodies: createEventBodies(env.BODIES),
  secrets: createSecretSealer(SECRETS_KEY),
  prices: createPriceBookCache(db),
  upstreamUrls: { openai: "https://api.openai.com/v1", anthropic: "https://api.anthropic.com/v1" },
  missingBindings: [],
  pricesNeedOwnCredentials: false,
  providersWithKey: new Set(["openai"]),
  trust: {
    upstreamUrls: { openai: "https://api.openai.com/v1", anthropic: "https://api.anthropic.com/v1" },
    trustedHosts: [],
    allowInsecure: false,
  },
  signUpOrganizations: 3,
  platformAdminToken: ADMIN_TOKEN,
  organization: clientOf,
  oauthServer: oauthServerOf,
  sendMail: async (mail) => {
    if (mailFault.error !== null) throw mailFault.error;
    mails.push(mail);
  },
  defer: (work) => void deferred.push(work),
  signIn: null,
  sessionOf: async () => signedIn.session,
  nowMs: () => clock.nowMs,
  newId: (prefix) => newId(prefix, clock.nowMs),
  newSecret,
  reportError: (error) => errors.push(error),
};

const api = createApi(deps);

export interface CallOptions {
  readonly token?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls `METHOD /path`; the platform admin calls unless a token is given, nobody when it is null. */
export async function call(name: string, options: CallOptions = {}): Promise<Reply> {
  return readReply(await send(name, options));
}

export async function readReply(response: Response): Promise<Reply> {
  const text = new TextDecoder().decode(await response.arrayBuffer());
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  return {
    status: response.status,
    headers: response.headers,
    body: JSON.parse(isJson ? text : JSON.stringify({ file: text })),
  };
}

/** As `call`, with the answer as it comes. */
export async function send(name: string, options: CallOptions = {}, on = api): Promise<Response> {
  const [method = "GET", path = "/"] = name.split(" ");
  const { token = ADMIN_TOKEN, body } = options;
  return on.fetch(
    new Request(`https://edge.test${path}`, {
      method,
      headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...options.headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    }),
  );
}

/** A new organization with money, and its access key. */
export async function makeOrganization(
  settings: { readonly currency?: string; readonly credit?: string } = {},
): Promise<{ readonly id: string; readonly token: string }> {
  const made = await call("POST /v1/admin/organizations", {
    body: { name: "Acme", currency: settings.currency ?? "USD" },
  });
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  const organization = { id: textOf(made.body["id"]), token: textOf(made.body["key"]) };
  if (settings.credit !== undefined) {
    await call("POST /v1/wallets/credit", { token: organization.token, body: { amount: settings.credit } });
  }
  return organization;
}
