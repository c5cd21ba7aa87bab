/** `GET /v1/admin/doctor`: what of a deployment is missing or old. Changes nothing and shows no secret. */
import { desc } from "drizzle-orm";
import { formatTime } from "../contract/amount.ts";
import { doctorSchema, type Check } from "../contract/doctor-api.ts";
import { lintPolicyConfig } from "../contract/policy-config/lint.ts";
import { PROVIDERS } from "../core/endpoint.ts";
import { ok } from "../core/failure.ts";
import { findPrice, listPricesInForce, type PriceBook } from "../core/price-book.ts";
import { auditLog, gatewayConfigs, modelPrices } from "../platform/d1/control-schema.ts";
import { spendDays } from "../platform/d1/spend-schema.ts";
import { configsInForce } from "../platform/gateway-record.ts";
import type { ApiDeps } from "./deps.ts";
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
      description: `Databases and their newest tables, credentials of providers, prices, and the newest ${MAX_CONFIGS} configurations in force.`,
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
        guarded("control_db", async () => {
          await deps.db.select({ version: gatewayConfigs.version }).from(gatewayConfigs).limit(1);
          await deps.db.select({ sequence: auditLog.sequence }).from(auditLog).limit(1);
          return [{ name: "control_db", status: "ok", message: "answers, with its newest table" }];
        }),
        guarded("spend_db", async () => {
          await deps.spendDb.select().from(spendDays).limit(1);
          return [{ name: "spend_db", status: "ok", message: "answers, with its newest table" }];
        }),
        guarded("price_book", () => checkPrices(deps, nowMs)),
        guarded("configurations", () => checkConfigs(deps, nowMs)),
      ]);
      return ok({ checked_at: formatTime(nowMs), checks: [...checks.flat(), ...checkSecrets(deps)] });
    },
  );
}

function present(name: string, isThere: boolean, without: string): Check {
  return isThere
    ? { name, status: "ok", message: "is set" }
    : { name, status: "warn", message: `is not set: ${without}` };
}

function checkSecrets({ providersWithKey, webhooks }: ApiDeps): Check[] {
  return [
    ...PROVIDERS.map((provider) =>
      present(`${provider}_api_key`, providersWithKey.has(provider), "the managed target answers 502"),
    ),
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
