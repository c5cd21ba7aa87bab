/** What the pages about models ask. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Endpoint } from "../../api/catalog.ts";
import { api, read, type Wire } from "../../api/client.ts";
import type { CalculatedUsage } from "./route.ts";

export const EXAMPLE = { input: 1_000, output: 500 } as const;

/** What a request of that usage costs: the provider's own usage object, priced by the API. */
export function costQuery(model: string, endpoint: Endpoint, usage: CalculatedUsage) {
  const body: Wire<"CostRequest"> = {
    endpoint,
    model,
    usage: usageObjectOf(endpoint, usage),
    ...(usage.tier === undefined ? {} : { service_tier: TIER_NAMES[usage.tier] }),
    ...(usage.regional === true ? { regional: true } : {}),
    ...(usage.at === undefined ? {} : { at: usage.at }),
    ...(endpoint === "anthropic.messages" ? {} : { web_search_calls: usage.searches ?? 0 }),
  };
  return queryOptions({
    queryKey: ["models", "cost", body],
    queryFn: async ({ signal }) => read(api.POST("/v1/unified-access/cost", { body, signal })),
    placeholderData: keepPreviousData,
  });
}

/** As OpenAI's answers name them. */
const TIER_NAMES = { batch: "batch", flex: "flex", fast: "priority" } as const;

/** `input` has all of the prompt; Anthropic counts what comes from and goes to the cache beside it. */
function usageObjectOf(endpoint: Endpoint, usage: CalculatedUsage): Record<string, unknown> {
  const { input = EXAMPLE.input, output = EXAMPLE.output, written = 0, searches = 0 } = usage;
  const cached = Math.min(usage.cached ?? 0, input);
  switch (endpoint) {
    case "openai.chat":
      return {
        prompt_tokens: input,
        completion_tokens: output,
        total_tokens: input + output,
        prompt_tokens_details: { cached_tokens: cached },
      };
    case "openai.responses":
      return {
        input_tokens: input,
        output_tokens: output,
        total_tokens: input + output,
        input_tokens_details: { cached_tokens: cached },
      };
    case "anthropic.messages": {
      const fresh = Math.max(input - cached - written, 0);
      return {
        input_tokens: fresh,
        cache_read_input_tokens: cached,
        cache_creation_input_tokens: Math.min(written, input - cached),
        output_tokens: output,
        ...(searches === 0 ? {} : { server_tool_use: { web_search_requests: searches } }),
      };
    }
  }
}

export interface AskedEstimate {
  readonly endpoint: Endpoint;
  readonly model: string;
  readonly prompt: string;
  readonly maxOutputTokens: number;
}

/** What would be held for the person's own request, and who would pay. Null: nothing is asked yet. */
export function estimateQuery(asked: AskedEstimate | null) {
  return queryOptions({
    queryKey: ["models", "estimate", asked],
    queryFn: async ({ signal }) => {
      if (asked === null) throw new TypeError("nothing is asked");
      const body = { endpoint: asked.endpoint, body: requestOf(asked) };
      return read(api.POST("/v1/unified-access/estimate", { body, signal }));
    },
    enabled: asked !== null,
    staleTime: 0,
  });
}

function requestOf({ endpoint, model, prompt, maxOutputTokens }: AskedEstimate): Record<string, unknown> {
  const messages = [{ role: "user", content: prompt }];
  if (endpoint === "openai.responses") return { model, input: prompt, max_output_tokens: maxOutputTokens };
  if (endpoint === "anthropic.messages") return { model, messages, max_tokens: maxOutputTokens };
  return { model, messages, max_completion_tokens: maxOutputTokens };
}
