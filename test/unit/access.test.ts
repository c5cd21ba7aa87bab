import { describe, expect, it } from "vitest";
import { reachesModel, resolveModel, verifyKey } from "../../src/core/access.ts";
import type { AccessKey, KeyPurpose } from "../../src/core/access.ts";
import { NO_LIMITS } from "../../src/core/access-policy.ts";
import { matchesPattern } from "../../src/core/model-pattern.ts";
import { priceNamed } from "../support/price-list.ts";

function keyOf(rest: Partial<AccessKey> = {}): AccessKey {
  return { id: "key_1", type: "gateway", capabilities: [], models: [], expiresAtMs: null, revokedAtMs: null, ...rest };
}

describe("verifyKey", () => {
  it.each<{ name: string; key: Partial<AccessKey>; purpose: KeyPurpose; ok: boolean }>([
    { name: "a gateway key for model traffic", key: {}, purpose: "model_traffic", ok: true },
    { name: "an access key for model traffic", key: { type: "access" }, purpose: "model_traffic", ok: false },
    { name: "an access key with a question", key: { type: "access" }, purpose: "question", ok: true },
    { name: "a key without control_plane", key: {}, purpose: "control_plane", ok: false },
    { name: "a key with control_plane", key: { capabilities: ["control_plane"] }, purpose: "control_plane", ok: true },
    { name: "a key before its expiry", key: { expiresAtMs: 101 }, purpose: "model_traffic", ok: true },
    { name: "a key at its expiry", key: { expiresAtMs: 100 }, purpose: "model_traffic", ok: false },
    { name: "a key that will be revoked", key: { revokedAtMs: 101 }, purpose: "model_traffic", ok: true },
    { name: "a key that is revoked", key: { revokedAtMs: 100 }, purpose: "model_traffic", ok: false },
  ])("$name: $ok", ({ key, purpose, ok }) => {
    expect(verifyKey(keyOf(key), purpose, 100).ok).toBe(ok);
  });
});

describe("patterns", () => {
  it.each([
    { pattern: "gpt-5", name: "gpt-5", matches: true },
    { pattern: "gpt-5", name: "gpt-5-mini", matches: false },
    { pattern: "gpt-5*", name: "gpt-5-mini", matches: true },
    { pattern: "*", name: "anything", matches: true },
    { pattern: "g*t", name: "gpt", matches: false },
    { pattern: "gpt.5", name: "gpt-5", matches: false },
  ])("$pattern and $name: $matches", ({ pattern, name, matches }) => {
    expect(matchesPattern(pattern, name)).toBe(matches);
  });

  it("reaches a model by any of its names, and any model without patterns", () => {
    expect(reachesModel({ models: ["gpt-5"] }, ["alias", "gpt-5"])).toBe(true);
    expect(reachesModel({ models: ["gpt-5"] }, ["alias"])).toBe(false);
    expect(reachesModel({ models: [] }, ["alias"])).toBe(true);
  });
});

describe("resolveModel", () => {
  const price = priceNamed("gpt-3.5-turbo");
  const request = {
    key: keyOf(),
    endpoint: "openai.chat" as const,
    model: "gpt-3.5-turbo",
    targetModel: "gpt-3.5-turbo",
    gateway: null,
    price,
    isKnown: true,
    allowUnpriced: false,
    decision: { decision: "allow" as const, matched: [], limits: NO_LIMITS, rated: [] },
  };

  it.each([
    { name: "a name that nobody knows", change: { price: null, isKnown: false }, kind: "model_not_found" },
    { name: "a model without a price in force", change: { price: null }, kind: "price_unknown" },
    {
      name: "an endpoint that does not serve it",
      change: { endpoint: "anthropic.messages" as const },
      kind: "model_not_found",
    },
    {
      name: "a model that the key does not reach",
      change: { key: keyOf({ models: ["claude-*"] }) },
      kind: "access_denied",
    },
    {
      name: "a model that the gateway's configuration leaves out",
      change: { gateway: { id: "gw_1", allowedModels: ["claude-*", "gpt-4o"] } },
      kind: "access_denied",
    },
    {
      name: "an endless name",
      change: { model: "x".repeat(257), price: null, allowUnpriced: true },
      kind: "model_not_found",
    },
  ])("refuses $name", ({ change, kind }) => {
    expect(resolveModel({ ...request, ...change })).toMatchObject({ ok: false, failure: { kind } });
  });

  it("gives the price, or none where the organization allows that", () => {
    expect(resolveModel(request)).toEqual({ ok: true, value: price });
    const unknown = { ...request, model: "new", price: null, isKnown: false, allowUnpriced: true };
    expect(resolveModel(unknown)).toEqual({ ok: true, value: null });
  });
});
