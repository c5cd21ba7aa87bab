/** Settings of gateways in words. */
import type { Gateway } from "./queries.ts";

export const ZDR_WORDS = {
  off: "as requests say",
  passthrough: "passthrough",
  strict: "strict",
} as const satisfies Record<Gateway["zdr_mode"], string>;

export function cacheWords(cache: Gateway["cache"]): string {
  if (cache === null) return "as the organization";
  return cache.enabled ? `on, ${cache.ttl_seconds} s` : "off";
}
