/** Usage that comes without its endpoint. */
import type { Endpoint } from "../core/endpoint.ts";
import { fail, ok, type Result } from "../core/failure.ts";
import type { Usage } from "../core/usage.ts";
import { normalizeUsage } from "../provider/dialects.ts";
import { invalid } from "../provider/read-body.ts";

type RawUsage = Readonly<Record<string, unknown>>;

/**
 * Which endpoint's usage this is. Chat counts `prompt_tokens`; Responses and Messages both count `input_tokens`, and the
 * former alone has a total and details. Without those nothing was cached, and both mean the same.
 */
export function endpointOfUsage(usage: RawUsage): Endpoint {
  if ("prompt_tokens" in usage || "completion_tokens" in usage) return "openai.chat";
  const responses = "total_tokens" in usage || "input_tokens_details" in usage || "output_tokens_details" in usage;
  return responses ? "openai.responses" : "anthropic.messages";
}

/** Usage in disjoint buckets, or `invalid_request` about `usage`. */
export function readUsage(raw: RawUsage, endpoint: Endpoint | undefined, model: string | null): Result<Usage> {
  const usage = normalizeUsage(endpoint ?? endpointOfUsage(raw), raw, { model });
  return usage === null
    ? fail(
        invalid(
          "usage",
          "invalid_usage",
          "`usage` is not a usage object whose counters are whole numbers from 0 to 10^9.",
        ),
      )
    : ok(usage);
}
