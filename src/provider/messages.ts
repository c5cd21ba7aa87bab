/** `POST /v1/messages`, and the free `POST /v1/messages/count_tokens`. */
import { fail, ok, type Result } from "../core/failure.ts";
import type { BodyChanges, InspectedBody, ProviderAdapter } from "./adapter.ts";
import { estimateInputTokens } from "./input-estimate.ts";
import { setMembers } from "./json-text.ts";
import { isObject, member, textOf } from "./json-value.ts";
import { meterMessagesJson } from "./messages-answer.ts";
import { MessagesStreamMeter } from "./messages-stream.ts";
import { FieldReader, parseBody } from "./read-body.ts";
import { readAnthropicCacheWrite, readOutputCap, UNBOUNDED_TOOL_CALLS } from "./request-cost.ts";
import { normalizeMessagesUsage } from "./usage-anthropic.ts";

function inspectMessages(text: string): Result<InspectedBody> {
  const parsed = parseBody(text);
  if (!parsed.ok) return parsed;
  const fields = new FieldReader(parsed.value);
  const model = fields.model();
  fields.requireList("messages");
  const streamed = fields.flag("stream") ?? false;
  // Zero is allowed: it warms the cache, and the write is billed.
  const outputCapTokens = readOutputCap(fields, ["max_tokens"], 0);
  if (fields.value("max_tokens") === null) {
    fields.refuse("max_tokens", "missing_required_parameter", "Missing required parameter: 'max_tokens'.");
  }
  fields.choice("service_tier", ["auto", "standard_only"]);
  const speed = fields.choice("speed", ["standard", "fast"]);
  const geography = fields.text("inference_geo");
  refuseOtherModels(fields);
  const webSearch = boundSearches(fields);
  const metadata = fields.metadata();
  if (fields.failure !== null) return fail(fields.failure);
  return ok({
    facts: {
      endpoint: "anthropic.messages",
      model,
      streamed,
      outputCapTokens,
      choices: 1,
      requestedTier: speed === "fast" ? "fast" : "standard",
      cacheWrite: readAnthropicCacheWrite(parsed.value),
      regional: geography === "us",
      calls: { webSearch, fileSearch: 0, codeInterpreter: 0 },
      audioInput: false,
      audioOutput: false,
      previousResponseId: null,
    },
    body: parsed.value,
    includeUsage: true,
    store: null,
    conversationId: null,
    metadata,
  });
}

/** Fields that run models other than the one that was checked and priced. */
function refuseOtherModels(fields: FieldReader): void {
  if (fields.value("fallbacks") !== null) {
    fields.refuse(
      "fallbacks",
      "fallbacks_not_supported",
      "'fallbacks' is not supported: it would run models that were neither checked nor priced. Name fallbacks in the gateway's configuration.",
    );
  }
  for (const [index, tool] of fields.list("tools").entries()) {
    const type = textOf(member(tool, "type")) ?? "";
    if (type.startsWith("advisor")) {
      fields.refuse(
        `tools[${index}]`,
        "tool_not_supported",
        "Advisor tools are not supported: they would run a model that was neither checked nor priced.",
      );
    }
  }
}

/** Paid searches: the sum of `max_uses` over the web search tools; a tool without it counts as `UNBOUNDED_TOOL_CALLS`. */
function boundSearches(fields: FieldReader): number {
  let bound = 0;
  for (const [index, tool] of fields.list("tools").entries()) {
    if (!isObject(tool) || !(textOf(tool["type"]) ?? "").startsWith("web_search")) continue;
    const uses = tool["max_uses"] ?? null;
    if (uses === null) bound += UNBOUNDED_TOOL_CALLS;
    else if (typeof uses === "number" && Number.isSafeInteger(uses) && uses > 0) bound += uses;
    else fields.refuse(`tools[${index}].max_uses`, "invalid_value", "'max_uses' must be a whole number of at least 1.");
  }
  return Math.min(bound, Number.MAX_SAFE_INTEGER);
}

/** Reads the model out of a `count_tokens` body, the one field that its access check needs. */
export function inspectCountTokens(text: string): Result<{ readonly model: string }> {
  const parsed = parseBody(text);
  if (!parsed.ok) return parsed;
  const fields = new FieldReader(parsed.value);
  const model = fields.model();
  fields.requireList("messages");
  return fields.failure === null ? ok({ model }) : fail(fields.failure);
}

/** Also for `count_tokens`, where only `model` can change. */
function rewriteMessages(text: string, changes: BodyChanges): string {
  const values = new Map<string, string>();
  if (changes.model !== undefined) values.set("model", JSON.stringify(changes.model));
  if (changes.outputCapTokens !== undefined) values.set("max_tokens", String(changes.outputCapTokens));
  return setMembers(text, values);
}

export const messagesAdapter: ProviderAdapter = {
  endpoint: "anthropic.messages",
  provider: "anthropic",
  upstreamPath: "/messages",
  inspectBody: inspectMessages,
  estimateInput: estimateInputTokens,
  rewriteBody: rewriteMessages,
  normalizeUsage: normalizeMessagesUsage,
  meterJson: meterMessagesJson,
  createStreamMeter: (options) => new MessagesStreamMeter(options),
};
