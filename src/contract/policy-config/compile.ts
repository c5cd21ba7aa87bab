/** What a checked `policy-config.yaml` means for the gateway that it belongs to (contract: Declarative config). */
import type { z } from "zod";
import type { UsageConstraint } from "../../core/agent-constraint.ts";
import type { ConfiguredModel, ConfiguredTarget, DeclaredPricing, GatewayConfig } from "../../core/gateway-config.ts";
import { NANOS_PER_UNIT, ONE, rational, smaller } from "../../core/money.ts";
import type { Nanos, Rational } from "../../core/money.ts";
import { toRateLimits } from "../rate-limits.ts";
import type { PolicyConfig, pricingSchema, targetSchema } from "./schema.ts";

type Pricing = z.output<typeof pricingSchema>;
type Target = z.output<typeof targetSchema>;

/**
 * Compiles a configuration that has no lint errors. Null: the pack is not enabled, so nothing of it applies.
 * `gatewayId` names the counters of its agents' constraints, which so outlast a new version.
 */
export function compilePolicyConfig(config: PolicyConfig, gatewayId: string): GatewayConfig | null {
  if (!config.pack.enabled) return null;
  const { routing, targets } = config.providers;
  const { prompt, completion, request } = routing.max_price ?? {};
  return {
    strategy: routing.strategy,
    allowFallbacks: routing.allow_fallbacks,
    ceilings: { promptNanos: prompt ?? null, completionNanos: completion ?? null, requestNanos: request ?? null },
    targets: targets.map(compileTarget),
    usesManagedTargets: config.unified_access.enabled,
    allowedModels: config.unified_access.allowed_models,
    rateTiers: compileRateTiers(config.rate_limits),
    agentConstraints: compileAgents(gatewayId, config.agents),
    eventRetentionDays: eventRetentionOf(config),
  };
}

/** Days for which events are kept at least. Null: the chain has no audit logger. */
function eventRetentionOf({ policies, policy }: PolicyConfig): number | null {
  if (!policies.chain.includes("audit-logger")) return null;
  return policy["audit-logger"]?.retention_days ?? null;
}

/** A target as it is planned, also of a pack that is not enabled. */
export function compileTarget(target: Target): ConfiguredTarget {
  return {
    id: target.id,
    provider: target.provider,
    baseUrl: target.base_url === undefined ? null : trimBaseUrl(target.base_url),
    secret: compileSecret(target.secret_key_ref),
    models: compileModels(target),
    pricing: compilePricing(target.pricing),
    trustsUpstreamCost: target.trust_upstream_cost,
    zeroDataRetention: target.data_policy?.zero_data_retention ?? null,
  };
}

/** Without slashes at its end. Both dialects live under `/v1`, so an address that is only a host gets it. */
function trimBaseUrl(baseUrl: string): string {
  const trimmed = baseUrl.replace(/\/+$/, "");
  return URL.parse(trimmed)?.pathname === "/" ? `${trimmed}/v1` : trimmed;
}

function compileSecret(ref: Target["secret_key_ref"]): ConfiguredTarget["secret"] {
  if (ref?.env !== undefined) return { kind: "env", name: ref.env };
  return ref?.store === undefined ? null : { kind: "store", name: ref.store };
}

/** `model` first, with what `models` says of it, then the others in their order. A model that is listed twice is one. */
function compileModels({ model, models = [] }: Target): readonly ConfiguredModel[] {
  const listed = new Map<string, ConfiguredModel>();
  if (model !== undefined) listed.set(model, { modelId: model, aliases: [], pricing: null });
  for (const { model_id: modelId, aliases, pricing } of models) {
    const before = listed.get(modelId);
    listed.set(modelId, {
      modelId,
      aliases: [...new Set([...(before?.aliases ?? []), ...aliases])],
      pricing: before?.pricing ?? compilePricing(pricing),
    });
  }
  return [...listed.values()];
}

/** The schema demands one of the two names of a price, so that what is missing here was refused there. */
function compilePricing(pricing: Pricing | undefined): DeclaredPricing | null {
  const inputNanos = pricing?.input_price_per_million ?? pricing?.prompt;
  const outputNanos = pricing?.output_price_per_million ?? pricing?.completion;
  if (pricing === undefined || inputNanos === undefined || outputNanos === undefined) return null;
  return {
    inputNanos,
    cachedInputNanos: pricing.cached_input_price_per_million ?? null,
    outputNanos,
    inputMultiplier: multiplierOf(pricing.input_multiplier),
    cachedInputMultiplier: multiplierOf(pricing.cached_input_multiplier),
    outputMultiplier: multiplierOf(pricing.output_multiplier),
  };
}

/** A decimal as the schema reads it, in 10⁻⁹. */
function multiplierOf(nanos: Nanos | undefined): Rational {
  return nanos === undefined ? ONE : rational(nanos, NANOS_PER_UNIT);
}

function compileRateTiers(limits: PolicyConfig["rate_limits"]): GatewayConfig["rateTiers"] {
  if (limits === undefined) return null;
  return {
    perKey: toRateLimits(limits.per_key),
    perUser: toRateLimits(limits.per_user),
    perTeam: toRateLimits(limits.per_team),
    gateway: toRateLimits(limits.gateway),
  };
}

/** Of two limits of an agent on the same thing the lower one counts: they would count in one counter. */
function compileAgents(gatewayId: string, agents: PolicyConfig["agents"]): GatewayConfig["agentConstraints"] {
  const byAgent = Map.groupBy(agents, ({ id }) => id);
  return [...byAgent].map(([agentId, listed]) => {
    const constraints = new Map<string, UsageConstraint>();
    for (const { type, window, limit } of listed.flatMap((each) => each.constraints)) {
      const id = `${gatewayId}:${agentId}:${type}:${window}`;
      constraints.set(id, { id, type, window, limit: smaller(limit, constraints.get(id)?.limit ?? limit) });
    }
    return { agentId, constraints: [...constraints.values()] };
  });
}
