/** `GET /v1/admin/doctor`: what of a deployment is missing or old. Changes nothing and shows no secret. */
import { desc } from "drizzle-orm";
import { formatTime } from "../contract/amount.ts";
import { doctorSchema, type Check } from "../contract/doctor-api.ts";
import { lintPolicyConfig } from "../contract/policy-config/lint.ts";
import { PROVIDERS } from "../core/endpoint.ts";
import { ok } from "../core/failure.ts";
import { findPrice, listPricesInForce, type PriceBook } from "../core/price-book.ts";
import { gatewayConfigs, modelPrices } from "../platform/d1/control-schema.ts";
import { findMissingMigrations } from "../platform/d1/migrations.ts";
import { configsInForce } from "../platform/gateway-record.ts";
import type { ApiDeps } from "./deps.ts";
import { checkPayments } from "./doctor-payments.ts";
import { addPlatformRoute, type Api } from "./route.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Providers change prices some times a year. */
const OLD_PRICES_DAYS = 90;
/** The newest ones; reading more would take a request too long. */
const MAX_CONFIGS = 200;

export function addDoctorRoute(api: Api, deps: ApiDeps): void {
  addPlatformRoute(
    api,
    deps,
    "GET /v1/admin/doctor",
    {
      summary: "Check the deployment",
      description: `Databases and their migrations, bindings, credentials of providers, prices, payments that wait for somebody, and the newest ${MAX_CONFIGS} configurations in force.`,
      tag: "Platform",
      answer: doctorSchema,
    },
    async ({ nowMs, requestId }) => {
      const guarded = async (name: string, check: () => Promise<readonly Check[]>): Promise<readonly Check[]> => {
        try {
          return await check();
        } catch (error) {
          deps.reportError(error, requestId);
          return [{ name, status: "fail", message: "cannot be read: is it bound, and are all migrations applied?" }];
        }
      };
      const checks = await Promise.all([
        guarded("control_db", async () => [migrated("control_db", await findMissingMigrations(deps.db, "control"))]),
        guarded("spend_db", async () => [migrated("spend_db", await findMissingMigrations(deps.spendDb, "spend"))]),
        guarded("price_book", () => checkPrices(deps, nowMs)),
        guarded("configurations", () => checkConfigs(deps, nowMs)),
        guarded("payments", () => checkPayments(deps.db, nowMs)),
      ]);
      const own = [...checkBindings(deps), ...checkSecrets(deps)];
      return ok({ checked_at: formatTime(nowMs), checks: [...checks.flat(), ...own] });
    },
  );
}

function migrated(name: string, missing: readonly string[]): Check {
  return missing.length === 0
    ? { name, status: "ok", message: "answers, with every migration applied" }
    : { name, status: "fail", message: `lacks migrations: ${missing.join(", ")}` };
}

function checkBindings({ missingBindings }: ApiDeps): Check[] {
  if (missingBindings.length === 0) return [{ name: "bindings", status: "ok", message: "are all there" }];
  return missingBindings.map((name) => ({ name, status: "fail", message: "is not bound: see wrangler.toml" }));
}

function present(name: string, isThere: boolean, without: string): Check {
  return isThere
    ? { name, status: "ok", message: "is set" }
    : { name, status: "warn", message: `is not set: ${without}` };
}

function checkSecrets({ providersWithKey, webhooks, secrets }: ApiDeps): Check[] {
  return [
    ...PROVIDERS.map((provider) =>
      present(`${provider}_api_key`, providersWithKey.has(provider), "the managed target answers 502"),
    ),
    present("secrets_encryption_key", secrets !== null, "organizations cannot store secrets for their targets"),
    present("webhook_signing_key", webhooks !== null, "no webhook is sent"),
  ];
}

async function checkPrices(deps: ApiDeps, nowMs: number): Promise<Check[]> {
  const name = "price_book";
  const count = listPricesInForce(await deps.prices.read(), nowMs).length;
  if (count === 0) return [{ name, status: "fail", message: "has no price in force: every request is refused" }];
  const rows = await deps.db
    .select({ atMs: modelPrices.createdAtMs })
    .from(modelPrices)
    .orderBy(desc(modelPrices.createdAtMs))
    .limit(1);
  const ageDays = Math.floor((nowMs - (rows[0]?.atMs ?? 0)) / DAY_MS);
  const isOld = ageDays > OLD_PRICES_DAYS;
  const message = `${count} prices in force, the newest ${ageDays} days old`;
  return [{ name, status: isOld ? "warn" : "ok", message }];
}

async function checkConfigs(deps: ApiDeps, nowMs: number): Promise<Check[]> {
  const rows = await deps.db
    .select({ gatewayId: gatewayConfigs.gatewayId, yaml: gatewayConfigs.yaml })
    .from(gatewayConfigs)
    .where(configsInForce(deps.db))
    .orderBy(desc(gatewayConfigs.createdAtMs))
    .limit(MAX_CONFIGS);
  const book = await deps.prices.read();
  const found = rows.flatMap(({ gatewayId, yaml }) => (yaml === null ? [] : checkConfig(book, nowMs, gatewayId, yaml)));
  const summary: Check = { name: "configurations", status: "ok", message: `${rows.length} looked at` };
  return [summary, ...found];
}

function checkConfig(book: PriceBook, nowMs: number, gatewayId: string, yaml: string): Check[] {
  const name = `configuration of ${gatewayId}`;
  const { config, warnings } = lintPolicyConfig(yaml);
  if (config === null) return [{ name, status: "fail", message: "is not understood: the gateway serves no model" }];
  const unpriced = config.providers.targets.flatMap(({ provider, pricing, model, models = [] }) => {
    if (pricing !== undefined) return [];
    const named = [...(model === undefined ? [] : [{ model_id: model, pricing: undefined }]), ...models];
    return named.filter((each) => {
      const isDeclared = models.some((other) => other.model_id === each.model_id && other.pricing !== undefined);
      return !isDeclared && findPrice(book, { model: each.model_id, provider, atMs: nowMs }) === null;
    });
  });
  return [
    ...[...new Set(unpriced.map((each) => each.model_id))].map((model): Check => ({
      name,
      status: "warn",
      message: `${model} has no price: refused unless allow_unpriced is set`,
    })),
    ...warnings.map(({ code, message }): Check => ({ name, status: "warn", message: `${code} ${message}` })),
  ];
}
