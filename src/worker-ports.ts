/** Makes what the proxy and the control plane need out of one isolate's bindings. */
import { waitUntil } from "cloudflare:workers";
import { indexDirectory } from "../durable-objects/organization/directory-index.ts";
import { planUnreserved } from "../durable-objects/organization/unreserved-plan.ts";
import type { ApiDeps, WebhookPorts } from "./api/deps.ts";
import { AttemptLimiter } from "./api/protection/attempts.ts";
import type { ProtectionPorts } from "./api/protection/protect.ts";
import { fail } from "./core/failure.ts";
import { PROVIDERS } from "./core/endpoint.ts";
import { PROVIDER_KEYS } from "./core/target-address.ts";
import { readConfig, type Config } from "./env.ts";
import {
  openControlDatabase,
  openSpendDatabase,
  type ControlDatabase,
  type SpendDatabase,
} from "./platform/d1/database.ts";
import { createCredentials, type Credentials } from "./platform/credentials.ts";
import { readStoredSecret } from "./platform/d1/stored-secret.ts";
import { createDirectoryCache } from "./platform/directory-cache.ts";
import { loadDirectory } from "./platform/directory-loader.ts";
import { newId, newSecret } from "./platform/identifiers.ts";
import { logLine, printMail, reportError } from "./platform/log.ts";
import { createAnswerStore } from "./platform/answer-store.ts";
import { createBodyPort } from "./platform/body-port.ts";
import { createEventBodies } from "./platform/event-bodies.ts";
import { createAuthorizePort } from "./platform/authorize-port.ts";
import { createOrganizationClient, type OrganizationClient } from "./platform/organization-client.ts";
import { createPayments, type Payments } from "./platform/payments/create-payments.ts";
import { createPriceBookCache } from "./platform/price-book-cache.ts";
import { createSecretSealer, type SecretSealer } from "./platform/secret-sealer.ts";
import { findPreferredMembership, findSession } from "./platform/session.ts";
import { createSettlementPort } from "./platform/settlement-port.ts";
import { createSignInPort } from "./platform/sign-in-port.ts";
import { createTargetHealthClient } from "./platform/target-health-client.ts";
import { createTargetHealthPort } from "./platform/target-health-port.ts";
import { createUnreservedPlanner, type PlanUnreserved } from "./platform/unreserved-planner.ts";
import { createUnreservedPort } from "./platform/unreserved-port.ts";
import { attempt, retry, type WebhookDeliveryPorts } from "./platform/webhook-delivery.ts";
import { scheduleDeliveries } from "./platform/webhook-schedule.ts";
import { createWebhookSender, WEBHOOK_TIMEOUT_MS } from "./platform/webhook-sender.ts";
import { createWebhookSigner } from "./platform/webhook-signer.ts";
import { createCacheHints } from "./proxy/answer-cache.ts";
import type { ProxyPorts } from "./proxy/ports.ts";
import type { Mail, SendMail } from "./queue/notification-mail.ts";
import { createNotificationPorts, type NotificationPorts } from "./queue/notification-ports.ts";

export interface WorkerPorts {
  readonly api: ApiDeps;
  readonly proxy: ProxyPorts;
  /** Of every request. */
  readonly protection: ProtectionPorts;
  readonly notifications: NotificationPorts;
  readonly payments: Payments;
  /** Null: nothing can sign. */
  readonly webhooks: WebhookDeliveryPorts | null;
}

/** Everything that wrangler.toml binds. */
const BINDINGS = [
  "CONTROL_DB",
  "SPEND_DB",
  "ORGANIZATION",
  "OAUTH_SERVER",
  "TARGET_HEALTH",
  "LEDGER_QUEUE",
  "SETTLEMENT_QUEUE",
  "WEBHOOK_QUEUE",
  "BODIES",
  "ABUSE_LIMIT",
] as const satisfies readonly (keyof Env)[];

const made = new WeakMap<Env, WorkerPorts>();

/** One set of ports for each set of bindings; throws when a variable is unusable. */
export function portsOf(env: Env): WorkerPorts {
  const known = made.get(env);
  if (known !== undefined) return known;
  const ports = makePorts(env);
  made.set(env, ports);
  return ports;
}

function makePorts(env: Env): WorkerPorts {
  const config = readConfig(env);
  const organization = (organizationId: string): OrganizationClient =>
    createOrganizationClient(env.ORGANIZATION, organizationId, {
      sleep,
      random: Math.random,
      authorizeTimeoutMs: config.authorizeTimeoutMs,
      onError: (error) => reportError("organization.call_failed", error),
    });
  const db = openControlDatabase(env.CONTROL_DB);
  const authorizations = createAuthorizePort({
    organization,
    authorizeTimeoutMs: config.authorizeTimeoutMs,
    nowMs: Date.now,
  });
  const spendDb = openSpendDatabase(env.SPEND_DB);
  const webhooks = makeWebhooks(env, config, db, spendDb);
  const secrets = config.secretsEncryptionKey === "" ? null : createSecretSealer(config.secretsEncryptionKey);
  const credentials = makeCredentials(config, db, secrets);
  const settlements = createSettlementPort({
    organization,
    queue: env.SETTLEMENT_QUEUE,
    nowMs: Date.now,
    sleep,
    reportError: (error) => reportError("settlement.not_delivered", error),
  });
  const unreserved = createUnreservedPort({
    organization,
    queue: env.SETTLEMENT_QUEUE,
    sleep,
    reportError: (error) => reportError("unreserved.not_delivered", error),
  });
  const plan = makeUnreservedPlanner(env, config);
  const eventBodies = createEventBodies(env.BODIES);
  const kept = createBodyPort({
    bodies: eventBodies,
    nowMs: Date.now,
    sleep,
    reportError: (error) => reportError("event.body_not_stored", error),
  });
  const sendMail = signInMailOf(config);
  const signIn = createSignInPort({
    db,
    secret: config.authSecret,
    sendMail,
    defer: waitUntil,
    reportError: (error) => reportError("sign_in.failed", error),
  });
  const payments = createPayments({
    sandboxPaymentsKey: config.sandboxPaymentsKey,
    stripe: config.stripe,
    db,
    organization,
    nowMs: Date.now,
    newId: (prefix) => newId(prefix, Date.now()),
    reportError,
  });
  return {
    payments,
    api: {
      db,
      spendDb,
      payments,
      prices: createPriceBookCache(db),
      upstreamUrls: config.upstreamUrls,
      providersWithKey: new Set(PROVIDERS.filter((provider) => config.apiKeys.has(PROVIDER_KEYS[provider]))),
      trust: config.trust,
      pricesNeedOwnCredentials: config.pricesNeedOwnCredentials,
      missingBindings: BINDINGS.filter((name) => env[name] === undefined),
      signUpOrganizations: config.signUpOrganizations,
      platformAdminToken: config.platformAdminToken,
      webhooks: webhooks?.api ?? null,
      eventBodies,
      secrets,
      organization,
      sendMail,
      defer: (work) => waitUntil(work().catch((error: unknown) => reportError("api.deferred_failed", error))),
      signIn,
      sessionOf: async (request, preferredOrganizationId) => {
        const user = signIn === null ? null : await signIn.userOf(request);
        return user === null ? null : findPreferredMembership(db, user.email, preferredOrganizationId);
      },
      oauthServer: (organizationId) => env.OAUTH_SERVER.getByName(organizationId),
      nowMs: Date.now,
      newId: (prefix) => newId(prefix, Date.now()),
      newSecret,
      reportError: (error, requestId) => reportError("api.internal_error", error, requestId),
    },
    proxy: {
      config,
      organization: (organizationId) => ({
        ...organization(organizationId),
        authorize: (command) => authorizations.authorize(organizationId, command),
        settle: (command) => settlements.settle(organizationId, command),
        planUnreserved: (command) => plan(organizationId, command),
        beginUnreserved: (request) => unreserved.begin(organizationId, request),
        settleUnreserved: (command) => unreserved.settle(organizationId, command),
        abandon: (request, settlement) => unreserved.abandon(organizationId, request, settlement),
      }),
      findSession: async (request) => {
        try {
          return await findSession(request, { db, signIn });
        } catch (error) {
          reportError("session.not_read", error);
          return fail({ kind: "internal" });
        }
      },
      health: createTargetHealthPort({
        exchange: createTargetHealthClient(env.TARGET_HEALTH),
        nowMs: Date.now,
        reportError: (error) => reportError("target_health.failed", error),
      }),
      answers: createAnswerStore((error) => reportError("cache.failed", error)),
      cacheHints: createCacheHints(),
      fetchUpstream: (url, init) => fetch(url, init),
      credentialOf: (organizationId, target) => credentials.credentialOf(organizationId, target),
      forgetCredential: (organizationId, target) => credentials.forget(organizationId, target),
      nowMs: Date.now,
      newId: (prefix) => newId(prefix, Date.now()),
      keepBody: (address, part, body) => kept.keep(address, part, body),
      log: logLine,
    },
    protection: {
      allowedOrigins: config.allowedOrigins,
      publicOrigin: config.publicOrigin,
      attempts: new AttemptLimiter({
        counter: config.abuseLimit,
        nowMs: Date.now,
        reportError: (error) => reportError("protection.counter_failed", error),
      }),
      nowMs: Date.now,
      newId: (prefix) => newId(prefix, Date.now()),
    },
    notifications: createNotificationPorts({
      db,
      hasWebhooks: webhooks !== null,
      schedule: (ids, delaySeconds) => scheduleDeliveries(env.WEBHOOK_QUEUE, ids, delaySeconds),
      sendMail: sendMailOf(config),
      newId: (prefix) => newId(prefix, Date.now()),
      nowMs: Date.now,
      reportError,
    }),
    webhooks: webhooks?.delivery ?? null,
  };
}

interface Webhooks {
  readonly api: WebhookPorts;
  readonly delivery: WebhookDeliveryPorts;
}

function makeWebhooks(env: Env, config: Config, db: ControlDatabase, spendDb: SpendDatabase): Webhooks | null {
  const { webhookSigningKey } = config;
  const { allowInsecure } = config.trust;
  if (webhookSigningKey === "") return null;
  const signer = createWebhookSigner(webhookSigningKey);
  const send = createWebhookSender({
    signer,
    fetchEndpoint: (url, init) => fetch(url, init),
    allowInsecure,
    timeoutMs: WEBHOOK_TIMEOUT_MS,
    nowMs: Date.now,
  });
  const delivery: WebhookDeliveryPorts = {
    db,
    spendDb,
    send,
    nowMs: Date.now,
    schedule: (ids, delaySeconds) => scheduleDeliveries(env.WEBHOOK_QUEUE, ids, delaySeconds),
  };
  return {
    delivery,
    api: {
      secretOf: (webhookId, version) => signer.secretOf(webhookId, version),
      attempt: (row) => attempt(delivery, row),
      retry: (row) => retry(delivery, row),
      allowInsecure,
    },
  };
}

function makeCredentials(config: Config, db: ControlDatabase, sealer: SecretSealer | null): Credentials {
  return createCredentials({
    trust: config.trust,
    apiKeys: config.apiKeys,
    readSecret: async (organizationId, name) =>
      sealer === null ? null : readStoredSecret(db, sealer, organizationId, name),
    nowMs: Date.now,
    sleep,
    log: logLine,
    reportError: (error) => reportError("upstream.credential_not_read", error),
  });
}

function sendMailOf({ mail }: Config): SendMail | null {
  if (mail === null) return null;
  const { binding, from } = mail;
  return async ({ to, subject, text }) => {
    await binding.send({ from, to, subject, text });
  };
}

/** Without a mail binding a gateway on somebody's own machine shows what it would send. */
function signInMailOf(config: Config): SendMail | null {
  const printed = config.trust.allowInsecure ? async (mail: Mail) => printMail(mail) : null;
  return sendMailOf(config) ?? printed;
}

/** The object's own decisions, in the Worker, for when the object does not answer. */
function makeUnreservedPlanner(env: Env, config: Config): PlanUnreserved {
  return createUnreservedPlanner({
    directories: createDirectoryCache({
      load: async (organizationId) => {
        const directory = await loadDirectory(env.CONTROL_DB, organizationId);
        return directory === null ? null : indexDirectory(directory);
      },
      nowMs: Date.now,
      sleep,
      reportError: reportUndecided,
    }),
    decide: (index, command) => planUnreserved(index, command, { nowMs: Date.now(), leaseMs: config.leaseMs }),
    reportError: reportUndecided,
  });
}

function reportUndecided(error: unknown): void {
  reportError("unreserved.not_decided", error);
}

async function sleep(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
