/** Settings of the response cache on the wire (contract: Model traffic, Cache). */
import { z } from "zod";
import { DEFAULT_CACHE } from "../core/response-cache.ts";
import type { CacheSettings } from "../core/response-cache.ts";

const MAX_TTL_SECONDS = 7 * 24 * 60 * 60;

export const cacheSchema = z
  .strictObject({
    enabled: z.boolean(),
    ttl_seconds: z.int().min(1).max(MAX_TTL_SECONDS).default(DEFAULT_CACHE.ttlSeconds),
  })
  .meta({
    id: "ResponseCache",
    description:
      "Whole answers are given again, free of cost, to exactly the same request; never under zero data retention.",
    example: { enabled: true, ttl_seconds: 3_600 },
  });

export type CacheWire = z.output<typeof cacheSchema>;

export function toCache(wire: CacheWire): CacheSettings {
  return { enabled: wire.enabled, ttlSeconds: wire.ttl_seconds };
}

export function fromCache(settings: CacheSettings): CacheWire {
  return { enabled: settings.enabled, ttl_seconds: settings.ttlSeconds };
}

/** A gateway's own settings, from its stored wire JSON. Null: it has the organization's. Throws when they are unreadable. */
export function readCache(json: string | null): CacheSettings | null {
  return json === null ? null : toCache(cacheSchema.parse(JSON.parse(json)));
}

export function showCache(json: string | null): CacheWire | null {
  const settings = readCache(json);
  return settings === null ? null : fromCache(settings);
}
