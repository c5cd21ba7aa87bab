/** Which settings of the environment reach the local gateway. */

/** Of wrangler.toml and its secrets. Keys of further targets (`secret_key_ref: {env: …}`) end in `_API_KEY`. */
const VARIABLES = new Set([
  "PLATFORM_ADMIN_TOKEN",
  "OPENAI_UPSTREAM_URL",
  "ANTHROPIC_UPSTREAM_URL",
  "RESERVATION_LEASE_SECONDS",
  "AUTHORIZE_TIMEOUT_SECONDS",
  "STREAM_DRAIN_SECONDS",
  "UPSTREAM_TIMEOUT_SECONDS",
  "MAX_BODY_BYTES",
  "EVENT_BODY_LIMIT_BYTES",
  "WEBHOOK_SIGNING_KEY",
  "SECRETS_ENCRYPTION_KEY",
  "AUTH_SECRET",
  "SANDBOX_PAYMENTS_KEY",
  "STRIPE_SECRET_KEY",
  "STRIPE_WEBHOOK_SECRET",
  "STRIPE_API_URL",
  "STRIPE_DEPLOYMENT",
  "TRUSTED_UPSTREAM_HOSTS",
  "CORS_ALLOWED_ORIGINS",
  "PUBLIC_URL",
  "DECLARED_PRICES",
  "SIGN_UP_ORGANIZATIONS",
  "ALLOW_INSECURE_ADDRESSES",
  "NOTIFICATION_EMAIL_FROM",
]);

type Environment = Readonly<Record<string, string | undefined>>;

export interface StartEnvironment {
  readonly stateDir: string;
  readonly port: number;
}

/** PORT and STATE_DIR; throws when the port is none. */
export function readEnvironment(environment: Environment): StartEnvironment {
  const port = Number(environment["PORT"] ?? 8787);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error("PORT is not a port number");
  return { port, stateDir: environment["STATE_DIR"] ?? ".state" };
}

/** The Worker's variables; empty ones count as missing. */
export function readVariables(environment: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value !== undefined && value !== "" && (VARIABLES.has(name) || name.endsWith("_API_KEY")) ? [[name, value]] : [],
    ),
  );
}
