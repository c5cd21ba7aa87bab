/** What decides the price of a usage object and is not in it, on the wire (contract: Estimate, Gateway API). */
import { z } from "zod";
import { SEARCH_CONTEXT_SIZES } from "../core/usage.ts";

const callCount = z.int().min(0).max(1_000_000);

/** Members of every body that carries a usage object. */
export const usageContextShape = {
  service_tier: z.string().max(40).nullable().optional().meta({ description: "As the provider's answer names it." }),
  cache_ttl: z
    .enum(["5m", "1h", "30m", "12h"])
    .nullable()
    .optional()
    .meta({ description: "The cache lifetime that the request asked for." }),
  regional: z.boolean().optional().meta({ description: "Served on a data-residency host." }),
  web_search_calls: callCount.optional().meta({ description: "Where the usage object does not count them (OpenAI)." }),
  search_context_size: z
    .enum(SEARCH_CONTEXT_SIZES)
    .nullable()
    .optional()
    .meta({ description: "Of `web_search_options`, on models whose search fee depends on it. By default medium." }),
  file_search_calls: callCount.optional(),
  code_interpreter_calls: callCount.optional().meta({ description: "Containers." }),
};

const usageContextSchema = z.object(usageContextShape);

/** The context of a body in the terms of usage normalization; what is absent is unknown, null or none. */
export function readUsageContext(body: z.output<typeof usageContextSchema>) {
  return {
    serviceTier: body.service_tier ?? null,
    cacheLifetime: body.cache_ttl ?? null,
    regional: body.regional ?? false,
    webSearchCalls: body.web_search_calls ?? 0,
    searchContextSize: body.search_context_size ?? null,
    fileSearchCalls: body.file_search_calls ?? 0,
    codeInterpreterCalls: body.code_interpreter_calls ?? 0,
  };
}
