/** Gateways as the directory has them: their own fields, with what their `policy-config.yaml` says in their place. */
import { eq, max } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { GatewayRecord } from "../contract/directory.ts";
import { tagsSchema } from "../contract/key.ts";
import { compilePolicyConfig } from "../contract/policy-config/compile.ts";
import { lintPolicyConfig } from "../contract/policy-config/lint.ts";
import { readCache, toCache } from "../contract/response-cache.ts";
import { NO_CEILINGS } from "../core/gateway-config.ts";
import type { GatewayConfig } from "../core/gateway-config.ts";
import type { CacheSettings } from "../core/response-cache.ts";
import { strictestZdr } from "../core/zdr.ts";
import type { ZdrMode } from "../core/zdr.ts";
import { gatewayConfigs, type gateways } from "./d1/control-schema.ts";
import type { ControlDatabase } from "./d1/database.ts";
import { logLine } from "./log.ts";

export type StoredConfig = Pick<typeof gatewayConfigs.$inferSelect, "gatewayId" | "version" | "yaml">;

type GatewayColumns = Pick<typeof gateways.$inferSelect, "id" | "tagsJson" | "zdrMode" | "cacheJson">;

interface ReadConfig {
  readonly config: GatewayConfig | null;
  readonly zdrMode: ZdrMode;
  /** Null: it says nothing. */
  readonly cache: CacheSettings | null;
  /** Why it cannot be read; null: it can. */
  readonly problem: string | null;
}

const NO_CONFIG: ReadConfig = { config: null, zdrMode: "off", cache: null, problem: null };

/** The condition on `gateway_configs` that leaves the highest version of each gateway. */
export function configsInForce(db: ControlDatabase): SQL {
  const others = alias(gatewayConfigs, "others");
  const highest = db
    .select({ version: max(others.version) })
    .from(others)
    .where(eq(others.gatewayId, gatewayConfigs.gatewayId));
  return eq(gatewayConfigs.version, highest);
}

/**
 * The stricter mode of the two; the configuration's cache in the place of the gateway's. A stored configuration that is not
 * understood any more, after a change of the schema, closes its gateway and no other: it serves no model, without retention.
 */
export function gatewayRecordOf(gateway: GatewayColumns, stored: StoredConfig | null): GatewayRecord {
  const { config, zdrMode, cache, problem } = stored === null ? NO_CONFIG : readStored(stored);
  if (problem !== null) {
    logLine({
      event: "gateway.config_unreadable",
      gateway_id: gateway.id,
      version: stored?.version ?? null,
      problem,
      consequence: "the gateway serves no model until another configuration is pushed",
    });
  }
  return {
    id: gateway.id,
    tags: tagsSchema.parse(JSON.parse(gateway.tagsJson)),
    zdrMode: strictestZdr(gateway.zdrMode, zdrMode),
    cache: cache ?? readCache(gateway.cacheJson),
    config,
    ...(stored === null ? {} : { configVersion: stored.version }),
  };
}

/** Versions never change, so each is read once by an isolate: a directory is read again with every change of a record. */
const read = new Map<string, ReadConfig>();
const MAX_REMEMBERED = 200;

function readStored(stored: StoredConfig): ReadConfig {
  const name = `${stored.gatewayId}/${stored.version}`;
  const known = read.get(name);
  if (known !== undefined) return known;
  if (read.size >= MAX_REMEMBERED) read.clear();
  const fresh = readConfig(stored);
  read.set(name, fresh);
  return fresh;
}

function readConfig({ gatewayId, yaml }: StoredConfig): ReadConfig {
  if (yaml === null) return NO_CONFIG;
  const { config, errors } = lintPolicyConfig(yaml);
  if (config === null) {
    const [first] = errors;
    return { ...CLOSED, problem: first === undefined ? "unknown" : `${first.code} at line ${first.line}` };
  }
  const compiled = compilePolicyConfig(config, gatewayId);
  if (compiled === null) return NO_CONFIG;
  return {
    config: compiled,
    zdrMode: config.unified_access.zdr_mode,
    cache: config.cache === undefined ? null : toCache(config.cache),
    problem: null,
  };
}

/** No target, and none of the deployment's: nothing is served. */
const CLOSED: Omit<ReadConfig, "problem"> = {
  config: {
    strategy: "ordered",
    allowFallbacks: false,
    ceilings: NO_CEILINGS,
    targets: [],
    usesManagedTargets: false,
    allowedModels: [],
    rateTiers: null,
    agentConstraints: [],
    eventRetentionDays: null,
  },
  zdrMode: "strict",
  cache: { enabled: false, ttlSeconds: 1 },
};
