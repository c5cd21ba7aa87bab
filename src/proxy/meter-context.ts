import type { PlannedTarget } from "../contract/commands.ts";
import type { MeterContext } from "../provider/adapter.ts";
import { newestTokenizer } from "../core/endpoint.ts";
import { isServedRegionally } from "../core/regional-host.ts";
import { baseUrlOf } from "./base-url.ts";
import type { Exchange } from "./exchange.ts";

/** What a meter must know about the request; a model without a price is counted by its provider's newest vocabulary. */
export function meterContext(exchange: Exchange, target: PlannedTarget): MeterContext {
  const tokenizer = target.price?.tokenizer ?? newestTokenizer(target.provider);
  const { grant, inspected, ports } = exchange;
  const baseUrl = baseUrlOf(target, ports.config);
  const facts = { ...exchange.facts, regional: isServedRegionally(inspected.facts, target.provider, baseUrl) };
  const outputCapTokens = grant.outputCapTokens ?? facts.outputCapTokens ?? target.price?.maxOutputTokens ?? null;
  return { facts, tokenizer, outputCapTokens };
}
