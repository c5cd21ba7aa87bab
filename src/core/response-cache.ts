/**
 * When an answer that was kept may be given again (contract: Model traffic, Cache). An answer is kept for one organization and
 * one exact request; whoever may send the request may have the answer, at no cost.
 */
import type { ZdrMode } from "./zdr.ts";

export interface CacheSettings {
  readonly enabled: boolean;
  readonly ttlSeconds: number;
}

export const DEFAULT_CACHE: CacheSettings = { enabled: false, ttlSeconds: 3_600 };

/** What is known of a kept answer. */
export interface KeptAnswer {
  readonly keptAtMs: number;
  /** The output cap, per choice, that the gateway wrote into the request that was answered; null: it had its own or none. */
  readonly outputCapTokens: number | null;
  /** The target that answered (`nameTarget`). */
  readonly servedBy: string;
}

/** The settings of the gateway, or else the organization's. Null: nothing may be kept or given; so it is without retention. */
export function cacheInForce(
  ofGateway: CacheSettings | null,
  ofOrganization: CacheSettings,
  zdrMode: ZdrMode,
): CacheSettings | null {
  const settings = ofGateway ?? ofOrganization;
  return settings.enabled && zdrMode === "off" ? settings : null;
}

/**
 * Whether the answer is fresh and is one that this request could get: a lower cap makes another answer, and so does a target that
 * it would not be sent to. `servers` are names of targets.
 */
export function mayServe(
  kept: KeptAnswer,
  { ttlSeconds }: CacheSettings,
  request: { readonly outputCapTokens: number | null; readonly servers: readonly string[] },
  nowMs: number,
): boolean {
  return (
    nowMs < kept.keptAtMs + ttlSeconds * 1_000 &&
    kept.outputCapTokens === request.outputCapTokens &&
    request.servers.includes(kept.servedBy)
  );
}
