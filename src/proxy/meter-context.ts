import type { PlannedTarget } from "../contract/commands.ts";
import type { MeterContext } from "../provider/adapter.ts";
import { isServedRegionally } from "../core/regional-host.ts";
import type { Exchange } from "./exchange.ts";

/** What a meter must know about the request; a model without a price is counted by its provider's newest vocabulary. */
export function meterContext(exchange: Exchange, target: PlannedTarget): MeterContext {
  const tokenizer = target.price?.tokenizer ?? (target.provider === "openai" ? "o200k" : "claude-4-7");
  const { grant, inspected, ports } = exchange;
  const baseUrl = target.baseUrl ?? ports.config.upstreamUrls[target.provider];
  const facts = { ...exchange.facts, regional: isServedRegionally(inspected.facts, target.provider, baseUrl) };
  const outputCapTokens = grant.outputCapTokens ?? facts.outputCapTokens ?? target.price?.maxOutputTokens ?? null;
  return { facts, tokenizer, outputCapTokens };
}
