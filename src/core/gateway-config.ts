/**
 * What a gateway's `policy-config.yaml` means, as plain data: where its requests go, at which prices, and what applies on the way
 * (contract: Declarative config). Made by `src/contract/policy-config/compile.ts`, carried in the directory.
 */
import type { UsageConstraint } from "./agent-constraint.ts";
import type { Provider } from "./endpoint.ts";
import type { Nanos, Rational } from "./money.ts";
import type { RateNanos } from "./price.ts";
import type { RateLimits } from "./rate-limit.ts";

export const ROUTING_STRATEGIES = ["ordered", "lowest_price", "lowest_latency", "round_robin"] as const;
export type RoutingStrategy = (typeof ROUTING_STRATEGIES)[number];

/** Contract rates in nano-USD per million tokens: cost = tokens × multiplier × rate. */
export interface DeclaredPricing {
  readonly inputNanos: RateNanos;
  /** Null: cached tokens cost what input costs. */
  readonly cachedInputNanos: RateNanos | null;
  readonly outputNanos: RateNanos;
  readonly inputMultiplier: Rational;
  readonly cachedInputMultiplier: Rational;
  readonly outputMultiplier: Rational;
}

/** Where a credential lies: a secret of the deployment, or one of the organization. */
export interface SecretRef {
  readonly kind: "env" | "store";
  readonly name: string;
}

export interface ConfiguredModel {
  /** What the upstream calls it. */
  readonly modelId: string;
  readonly aliases: readonly string[];
  /** Null: the target's. */
  readonly pricing: DeclaredPricing | null;
}

export interface ConfiguredTarget {
  /** Unique in the configuration; never begins with `MANAGED_PREFIX`. */
  readonly id: string;
  readonly provider: Provider;
  /** With `/v1`, without a slash at the end. Null: the provider's own address, or the deployment's override of it. */
  readonly baseUrl: string | null;
  /** Null: the deployment's credential for the provider. */
  readonly secret: SecretRef | null;
  /** The models that it serves, `model` of the file first. Empty: any model of its provider. */
  readonly models: readonly ConfiguredModel[];
  readonly pricing: DeclaredPricing | null;
  /** Costs in its answers are believed. */
  readonly trustsUpstreamCost: boolean;
  /** False: the upstream keeps what it is sent. Null: nothing is declared. */
  readonly zeroDataRetention: boolean | null;
}

/** In nano-USD, of the projected cost of one request. Null: none. */
export interface PriceCeilings {
  readonly promptNanos: Nanos | null;
  readonly completionNanos: Nanos | null;
  readonly requestNanos: Nanos | null;
}

export const NO_CEILINGS: PriceCeilings = { promptNanos: null, completionNanos: null, requestNanos: null };

export interface GatewayConfig {
  readonly strategy: RoutingStrategy;
  readonly allowFallbacks: boolean;
  readonly ceilings: PriceCeilings;
  readonly targets: readonly ConfiguredTarget[];
  /** Models that no target names are served by the managed target of their provider. */
  readonly usesManagedTargets: boolean;
  /** Exact names or `prefix*`; empty: any. */
  readonly allowedModels: readonly string[];
  /**
   * In the place of the organization's tiers, for requests through this gateway; what is null has the organization's. `gateway`: of
   * all of them together.
   */
  readonly rateTiers: {
    readonly perKey: RateLimits;
    readonly perUser: RateLimits;
    readonly perTeam: RateLimits;
    readonly gateway: RateLimits;
  } | null;
  /** Bound the agents' requests through this gateway, beside their own constraints. */
  readonly agentConstraints: readonly { readonly agentId: string; readonly constraints: readonly UsageConstraint[] }[];
  /** Events are kept at least so long; null: as the organization says. */
  readonly eventRetentionDays: number | null;
}
