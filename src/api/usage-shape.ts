/** Usage that comes without its endpoint. */
import { readUsageContext } from "../contract/usage-context.ts";
import type { Endpoint } from "../core/endpoint.ts";
import { fail, invalid, ok, type Result } from "../core/failure.ts";
import type { Usage } from "../core/usage.ts";
import { normalizeUsage } from "../provider/dialects.ts";

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

/** A body that may carry a usage object, its endpoint, the model that answered, and what else decides its price. */
type UsageBody = Parameters<typeof readUsageContext>[0] & {
  readonly usage?: RawUsage | undefined;
  readonly endpoint?: Endpoint | undefined;
  readonly model?: string | undefined;
};

/** Usage in disjoint buckets, null when the body has none, or `invalid_request` about `usage`. */
export function readUsage(body: UsageBody): Result<Usage | null> {
  const raw = body.usage;
  if (raw === undefined) return ok(null);
  const context = { ...readUsageContext(body), model: body.model ?? null };
  const usage = normalizeUsage(body.endpoint ?? endpointOfUsage(raw), raw, context);
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
