/** The Worker's bindings, as `wrangler types` knows them, and its variables, parsed once per isolate. */
import { z } from "zod";
import type { Provider } from "./core/endpoint.ts";
import { ENV_KEY_SUFFIX, type UpstreamTrust } from "./core/target-address.ts";
import type { StripeSettings } from "./platform/payments/stripe.ts";

const seconds = z.coerce.number().int().positive();
const longSecret = z.union([z.literal(""), z.string().min(32)]).default("");

const configSchema = z.object({
  RESERVATION_LEASE_SECONDS: seconds.max(3_600).default(120),
  AUTHORIZE_TIMEOUT_SECONDS: seconds.max(60).default(5),
  STREAM_DRAIN_SECONDS: seconds.max(25).default(20),
  UPSTREAM_TIMEOUT_SECONDS: seconds.max(3_600).default(600),
  MAX_BODY_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .max(100 * 1024 * 1024)
    .default(32 * 1024 * 1024),
  EVENT_BODY_LIMIT_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .max(8 * 1024 * 1024)
    .default(1024 * 1024),
  OPENAI_UPSTREAM_URL: z.union([z.literal(""), z.url()]).default(""),
  ANTHROPIC_UPSTREAM_URL: z.union([z.literal(""), z.url()]).default(""),
  CORS_ALLOWED_ORIGINS: z.string().default("").transform(readOrigins),
  PUBLIC_URL: z.string().default("").transform(readPublicOrigin),
  ABUSE_LIMIT: z.custom<RateLimit>(isRateLimit).optional(),
  TRUSTED_UPSTREAM_HOSTS: z.string().default("").transform(readHosts),
  DECLARED_PRICES: z.enum(["", "any", "own_credentials"]).default(""),
  SIGN_UP_ORGANIZATIONS: z
    .union([z.enum(["", "off"]), z.coerce.number().int().min(0).max(1_000)])
    .default("")
    .transform((value) => (value === "" || value === "off" ? 0 : value)),
  PLATFORM_ADMIN_TOKEN: z.string().default(""),
  WEBHOOK_SIGNING_KEY: longSecret,
  SECRETS_ENCRYPTION_KEY: longSecret,
  AUTH_SECRET: longSecret,
  SANDBOX_PAYMENTS_KEY: longSecret,
  STRIPE_SECRET_KEY: z.string().default(""),
  STRIPE_WEBHOOK_SECRET: z.string().default("").transform(readList),
  STRIPE_API_URL: z.union([z.literal(""), z.url()]).default(""),
  STRIPE_DEPLOYMENT: z
    .string()
    .regex(/^[\w.-]{0,100}$/)
    .default(""),
  ALLOW_INSECURE_ADDRESSES: z.enum(["", "false", "true"]).default(""),
  NOTIFICATION_EMAIL_FROM: z.union([z.literal(""), z.email()]).default(""),
  EMAIL: z.custom<SendEmail>(isMailBinding).optional(),
});

function isMailBinding(value: unknown): boolean {
  return typeof value === "object" && value !== null && "send" in value;
}

function isRateLimit(value: unknown): boolean {
  return typeof value === "object" && value !== null && "limit" in value;
}

/** Origins of pages that may call the API from a browser; `*`: all. */
export type AllowedOrigins = "*" | ReadonlySet<string>;

export interface Config {
  readonly leaseMs: number;
  /** How long an organization's object may take to decide, all attempts together. */
  readonly authorizeTimeoutMs: number;
  readonly drainMs: number;
  readonly upstreamTimeoutMs: number;
  readonly maxBodyBytes: number;
  /** Of one body that the event log keeps; an isolate has 128 MB for all its requests. */
  readonly eventBodyLimitBytes: number;
  /** The address with `/v1`, without a trailing slash. */
  readonly upstreamUrls: Readonly<Record<Provider, string>>;
  /** How many organizations each person who signed up may make. 0: none. */
  readonly signUpOrganizations: number;
  readonly platformAdminToken: string;
  /** Empty: no webhooks. */
  readonly webhookSigningKey: string;
  /** Empty: organizations cannot store secrets. */
  readonly secretsEncryptionKey: string;
  /** Empty: nobody can sign in. */
  readonly authSecret: string;
  /** Signs the webhooks of the sandbox payment provider. Empty: there is no sandbox. */
  readonly sandboxPaymentsKey: string;
  readonly stripe: StripeSettings;
  /** Where targets may lie, and which of them get credentials of the deployment. */
  readonly trust: UpstreamTrust;
  /** Only targets with a secret of their organization may declare prices. */
  readonly pricesNeedOwnCredentials: boolean;
  /** Secrets of the deployment that targets may name, by name: they end in `_API_KEY`. */
  readonly apiKeys: ReadonlyMap<string, string>;
  readonly allowedOrigins: AllowedOrigins;
  /** Under which every request counts (docs/protection.md). Null: under the one that it names. */
  readonly publicOrigin: string | null;
  /** Counts attempts by address (docs/protection.md). Null: nobody does. */
  readonly abuseLimit: RateLimit | null;
  /** Null: no e-mail. */
  readonly mail: { readonly binding: SendEmail; readonly from: string } | null;
}

const parsed = new WeakMap<object, Config>();

/** Reads the variables of `env`; throws, naming the variable, when one is unusable. */
export function readConfig(env: object): Config {
  const known = parsed.get(env);
  if (known !== undefined) return known;
  const vars = configSchema.parse(env);
  const upstreamUrls = {
    openai: withVersion(vars.OPENAI_UPSTREAM_URL, "https://api.openai.com/v1"),
    anthropic: withVersion(vars.ANTHROPIC_UPSTREAM_URL, "https://api.anthropic.com/v1"),
  };
  const config: Config = {
    leaseMs: vars.RESERVATION_LEASE_SECONDS * 1_000,
    authorizeTimeoutMs: vars.AUTHORIZE_TIMEOUT_SECONDS * 1_000,
    drainMs: vars.STREAM_DRAIN_SECONDS * 1_000,
    upstreamTimeoutMs: vars.UPSTREAM_TIMEOUT_SECONDS * 1_000,
    maxBodyBytes: vars.MAX_BODY_BYTES,
    eventBodyLimitBytes: vars.EVENT_BODY_LIMIT_BYTES,
    upstreamUrls,
    signUpOrganizations: vars.SIGN_UP_ORGANIZATIONS,
    platformAdminToken: vars.PLATFORM_ADMIN_TOKEN,
    webhookSigningKey: vars.WEBHOOK_SIGNING_KEY,
    secretsEncryptionKey: vars.SECRETS_ENCRYPTION_KEY,
    authSecret: vars.AUTH_SECRET,
    sandboxPaymentsKey: vars.SANDBOX_PAYMENTS_KEY,
    stripe: {
      secretKey: vars.STRIPE_SECRET_KEY,
      webhookSecrets: vars.STRIPE_WEBHOOK_SECRET,
      apiUrl: vars.STRIPE_API_URL,
      deployment: vars.STRIPE_DEPLOYMENT || "keeptrusts-edge",
      allowInsecure: vars.ALLOW_INSECURE_ADDRESSES === "true",
    },
    trust: {
      upstreamUrls,
      trustedHosts: vars.TRUSTED_UPSTREAM_HOSTS,
      allowInsecure: vars.ALLOW_INSECURE_ADDRESSES === "true",
    },
    pricesNeedOwnCredentials: vars.DECLARED_PRICES === "own_credentials",
    apiKeys: readApiKeys(env),
    allowedOrigins: vars.CORS_ALLOWED_ORIGINS,
    publicOrigin: vars.PUBLIC_URL,
    abuseLimit: vars.ABUSE_LIMIT ?? null,
    mail:
      vars.EMAIL === undefined || vars.NOTIFICATION_EMAIL_FROM === ""
        ? null
        : { binding: vars.EMAIL, from: vars.NOTIFICATION_EMAIL_FROM },
  };
  parsed.set(env, config);
  return config;
}

function readList(text: string): readonly string[] {
  return text.split(",").flatMap((entry) => (entry.trim() === "" ? [] : [entry.trim()]));
}

/** Hosts of a comma list, as they stand in an address; an issue where one is none. */
function readHosts(text: string, context: z.RefinementCtx): readonly string[] {
  const entries = text.split(",").map((entry) => entry.trim());
  return entries.filter(Boolean).flatMap((entry) => {
    const url = URL.parse(`https://${entry}`);
    const isHost = url !== null && url.href === `https://${url.host}/` && /^[a-z0-9.:[\]-]+$/.test(url.host);
    if (isHost) return [url.host];
    context.addIssue({ code: "custom", message: `expected names of hosts, with or without a port, not ${entry}` });
    return [];
  });
}

/** The origin of the gateway's address, with or without a slash at its end; an issue where it is more than that. */
function readPublicOrigin(text: string, context: z.RefinementCtx): string | null {
  if (text === "") return null;
  const url = URL.parse(text);
  const isOfWeb = url !== null && /^https?:$/.test(url.protocol);
  if (isOfWeb && url.href === `${url.origin}/` && [url.href, url.origin].includes(text)) return url.origin;
  context.addIssue({ code: "custom", message: `expected an address such as https://gateway.example, not ${text}` });
  return null;
}

/** Origins of a comma list, as browsers send them; an issue where one is none. */
function readOrigins(text: string, context: z.RefinementCtx): AllowedOrigins {
  const entries = text.split(",").map((entry) => entry.trim());
  const origins = new Set(entries.filter(Boolean));
  if (origins.has("*") && origins.size === 1) return "*";
  for (const origin of origins) {
    if (isOrigin(origin)) continue;
    const message = `expected origins such as https://app.example, separated by commas, or * alone, not ${origin}`;
    context.addIssue({ code: "custom", message });
  }
  return origins;
}

/** Addresses of the web are compared as browsers write them; other schemes (`tauri://localhost`) as they are. */
function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  if (url === null) return false;
  return url.protocol.startsWith("http") ? url.origin === text : /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.:-]+$/.test(text);
}

function readApiKeys(env: object): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  for (const [name, value] of Object.entries(env)) {
    if (name.endsWith(ENV_KEY_SUFFIX) && typeof value === "string" && value !== "") keys.set(name, value);
  }
  return keys;
}

/** SDKs disagree whether a base URL ends in `/v1`; both forms are accepted. */
function withVersion(url: string, fallback: string): string {
  if (url === "") return fallback;
  const trimmed = url.replace(/\/+$/, "");
  return trimmed.endsWith("/v1") ? trimmed : `${trimmed}/v1`;
}
