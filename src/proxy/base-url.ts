import type { PlannedTarget } from "../contract/commands.ts";
import type { ProxyConfig } from "./ports.ts";

/** Where a target is called: its own address, or the deployment's for its provider. */
export function baseUrlOf(
  { baseUrl, provider }: Pick<PlannedTarget, "baseUrl" | "provider">,
  { upstreamUrls }: Pick<ProxyConfig, "upstreamUrls">,
): string {
  return baseUrl ?? upstreamUrls[provider];
}
