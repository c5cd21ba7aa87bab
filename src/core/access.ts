/** Whether a key may do what it is used for, and which models it reaches. */
import { denyingRule } from "./access-policy.ts";
import type { AccessDecision } from "./access-policy.ts";
import type { Endpoint, Provider } from "./endpoint.ts";
import { fail, ok } from "./failure.ts";
import type { Result } from "./failure.ts";
import { matchesPattern } from "./model-pattern.ts";
import type { Price } from "./price.ts";

export interface AccessKey {
  readonly id: string;
  readonly type: "gateway" | "access";
  readonly capabilities: readonly string[];
  /** Exact names or `prefix*`; empty: any. */
  readonly models: readonly string[];
  readonly expiresAtMs: number | null;
  readonly revokedAtMs: number | null;
}

/** What the key is used for: calling a model through us, holding money for a gateway elsewhere, or only asking. */
export type KeyPurpose = "model_traffic" | "control_plane" | "question";

/**
 * Checks that the key is known, in force and of the right kind (contract: Identity, Order of checks).
 * Only gateway keys carry model traffic; only the capability `control_plane` holds money for a gateway elsewhere.
 */
export function verifyKey<Key extends AccessKey>(
  key: Key | undefined,
  purpose: KeyPurpose,
  nowMs: number,
): Result<Key> {
  if (key === undefined) return fail({ kind: "unauthenticated", reason: "unknown" });
  if (key.revokedAtMs !== null && key.revokedAtMs <= nowMs) return fail({ kind: "unauthenticated", reason: "revoked" });
  if (key.expiresAtMs !== null && key.expiresAtMs <= nowMs) return fail({ kind: "unauthenticated", reason: "expired" });
  if (purpose === "model_traffic" && key.type !== "gateway") {
    return fail({ kind: "unauthenticated", reason: "wrong_type" });
  }
  if (purpose === "control_plane" && !key.capabilities.includes("control_plane")) {
    return fail({ kind: "capability_required", capability: "control_plane" });
  }
  return ok(key);
}

/** A list reaches a model by the name that was asked for, by the upstream's, or by the price book's own name of it. */
export function reachesModel(key: Pick<AccessKey, "models">, names: readonly string[]): boolean {
  return key.models.length === 0 || key.models.some((pattern) => names.some((name) => matchesPattern(pattern, name)));
}

/** The provider that serves an endpoint. */
export function providerOf(endpoint: Endpoint): Provider {
  return endpoint === "anthropic.messages" ? "anthropic" : "openai";
}

/** Longer names are no model of anybody and would only fill our tables. */
export const MAX_MODEL_NAME_LENGTH = 256;

/**
 * Decides whether the caller may use the model on the endpoint, through one target. `price` is what it costs there now;
 * `isKnown` tells a model without a price in force from one that nobody knows.
 */
export function resolveModel(input: {
  readonly key: Pick<AccessKey, "id" | "models">;
  readonly endpoint: Endpoint;
  readonly model: string;
  /** What the target calls it. */
  readonly targetModel: string;
  readonly price: Price | null;
  readonly isKnown: boolean;
  readonly allowUnpriced: boolean;
  /** Of the gateway's configuration. Null: it has none. */
  readonly gateway: { readonly id: string; readonly allowedModels: readonly string[] } | null;
  /** Of the access policies. */
  readonly decision: AccessDecision;
}): Result<Price | null> {
  const { key, endpoint, model, targetModel, price, gateway } = input;
  if (model === "" || model.length > MAX_MODEL_NAME_LENGTH) return fail({ kind: "model_not_found", model });
  if (price !== null && !price.endpoints.includes(endpoint)) return fail({ kind: "model_not_found", model });
  if (price === null && !input.isKnown && !input.allowUnpriced) return fail({ kind: "model_not_found", model });
  const names = [model, targetModel, ...(price === null ? [] : [price.model])];
  if (!reachesModel(key, names)) return fail({ kind: "access_denied", rule: `key ${key.id}`, model });
  if (gateway !== null && !reachesModel({ models: gateway.allowedModels }, names)) {
    return fail({ kind: "access_denied", rule: `gateway ${gateway.id}`, model });
  }
  if (input.decision.decision === "deny") {
    return fail({ kind: "access_denied", rule: denyingRule(input.decision), model });
  }
  if (price === null && !input.allowUnpriced) return fail({ kind: "price_unknown", model });
  return ok(price);
}
