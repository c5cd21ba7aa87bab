/** The targets that serve a model: those of the gateway's configuration, or the managed one of its provider. */
import { ANY_MODEL } from "./declared-price.ts";
import type { Provider } from "./endpoint.ts";
import type { ConfiguredModel, ConfiguredTarget, DeclaredPricing, GatewayConfig, SecretRef } from "./gateway-config.ts";

/** How a target would serve a model. */
export interface TargetMatch {
  readonly id: string;
  readonly provider: Provider;
  /** Null: the provider's own address, or the deployment's override of it. */
  readonly baseUrl: string | null;
  readonly secret: SecretRef | null;
  /** What the upstream calls the model. */
  readonly model: string;
  /** Other names that the configuration gives it. */
  readonly aliases: readonly string[];
  /** The configuration names the model; otherwise the target takes whatever its provider has. */
  readonly isNamed: boolean;
  /** Null: the price book's. */
  readonly pricing: DeclaredPricing | null;
  /** What its declared price is of: one for all models that the target does not name. */
  readonly pricedModel: string;
  readonly trustsUpstreamCost: boolean;
  readonly zeroDataRetention: boolean | null;
}

/** Tells where a request was sent from where another would go. */
export function nameTarget({ id, baseUrl, model }: Pick<TargetMatch, "id" | "baseUrl" | "model">): string {
  return JSON.stringify([id, baseUrl, model]);
}

/** A configured id never begins so: what begins so is a managed target. */
export const MANAGED_PREFIX = "managed-";

/** Whether it is the deployment's own target of a provider; any other belongs to a gateway's configuration. */
export function isManagedTarget(targetId: string): boolean {
  return targetId.startsWith(MANAGED_PREFIX);
}

/** In the order of the file. Empty: nothing serves the model (contract: Declarative config). */
export function findTargets(config: GatewayConfig | null, provider: Provider, model: string): readonly TargetMatch[] {
  if (config === null) return [managedTarget(provider, model)];
  const configured = config.targets
    .filter((target) => target.provider === provider)
    .flatMap((target) => matchTarget(target, model));
  return configured.length === 0 && config.usesManagedTargets ? [managedTarget(provider, model)] : configured;
}

/** The provider's own address with the deployment's credential. */
export function managedTarget(provider: Provider, model: string): TargetMatch {
  return {
    id: `${MANAGED_PREFIX}${provider}`,
    provider,
    baseUrl: null,
    secret: null,
    model,
    aliases: [],
    isNamed: false,
    pricing: null,
    pricedModel: ANY_MODEL,
    trustsUpstreamCost: false,
    zeroDataRetention: null,
  };
}

function matchTarget(target: ConfiguredTarget, model: string): readonly TargetMatch[] {
  const named = target.models.find(({ modelId, aliases }) => modelId === model || aliases.includes(model)) ?? null;
  if (named === null && target.models.length > 0) return [];
  return [matchModel(target, named ?? { modelId: model, aliases: [], pricing: null }, named !== null)];
}

function matchModel(target: ConfiguredTarget, model: ConfiguredModel, isNamed: boolean): TargetMatch {
  const { id, provider, baseUrl, secret, trustsUpstreamCost, zeroDataRetention } = target;
  return {
    id,
    provider,
    baseUrl,
    secret,
    model: model.modelId,
    aliases: model.aliases,
    isNamed,
    pricing: model.pricing ?? target.pricing,
    pricedModel: isNamed ? model.modelId : ANY_MODEL,
    trustsUpstreamCost,
    zeroDataRetention,
  };
}
