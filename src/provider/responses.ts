/** `POST /v1/responses`. */
import { fail, ok, type Result } from "../core/failure.ts";
import type { CallCounts } from "../core/usage.ts";
import type { BodyChanges, InspectedBody, ProviderAdapter } from "./adapter.ts";
import { estimateInputTokens } from "./input-estimate.ts";
import { setMembers } from "./json-text.ts";
import { isObject, listOf, member, textOf } from "./json-value.ts";
import { FieldReader, parseBody } from "./read-body.ts";
import {
  readOpenaiCacheWrite,
  readOpenaiTier,
  readOutputCap,
  toolTypes,
  UNBOUNDED_TOOL_CALLS,
} from "./request-cost.ts";
import { meterResponsesJson } from "./responses-answer.ts";
import { ResponsesStreamMeter } from "./responses-stream.ts";
import { normalizeResponsesUsage } from "./usage-openai.ts";

function inspectResponses(text: string): Result<InspectedBody> {
  const parsed = parseBody(text);
  if (!parsed.ok) return parsed;
  const fields = new FieldReader(parsed.value);
  const model = fields.model();
  requireInput(fields);
  refuseUnsettled(fields);
  const streamed = fields.flag("stream") ?? false;
  const outputCapTokens = readOutputCap(fields, ["max_output_tokens"], 1);
  const requestedTier = readOpenaiTier(fields);
  const cacheWrite = readOpenaiCacheWrite(fields);
  const calls = boundCalls(fields);
  const previousResponseId = fields.text("previous_response_id");
  const conversationId = readConversation(fields);
  const store = fields.flag("store");
  const metadata = fields.metadata();
  if (fields.failure !== null) return fail(fields.failure);
  return ok({
    facts: {
      endpoint: "openai.responses",
      model,
      streamed,
      outputCapTokens,
      choices: 1,
      requestedTier,
      cacheWrite,
      regional: false,
      calls,
      audioInput: previousResponseId !== null || namesAudio(parsed.value["input"]),
      audioOutput: false,
      previousResponseId,
    },
    body: parsed.value,
    includeUsage: true,
    store,
    conversationId,
    metadata,
  });
}

function requireInput(fields: FieldReader): void {
  const input = fields.value("input");
  if (input === null) fields.refuse("input", "missing_required_parameter", "Missing required parameter: 'input'.");
  else if (typeof input !== "string" && !Array.isArray(input)) {
    fields.refuse("input", "invalid_type", "'input' must be a string or a list.");
  }
}

/** What would run or cost beyond what can be held and settled in this one exchange. */
function refuseUnsettled(fields: FieldReader): void {
  if (fields.flag("background") === true) {
    fields.refuse(
      "background",
      "background_not_supported",
      "Background responses are not supported. Leave 'background' out, or stream the response.",
    );
  }
  if (fields.value("prompt") !== null) {
    fields.refuse(
      "prompt",
      "stored_prompt_not_supported",
      "Stored prompts are not supported: their size is unknown and they belong to the provider account. Send the text in 'instructions' and 'input'.",
    );
  }
  for (const [index, tool] of fields.list("tools").entries()) {
    const type = textOf(member(tool, "type")) ?? "";
    const environment = textOf(member(member(tool, "environment"), "type")) ?? "local";
    if (type === "image_generation" || (type === "shell" && environment !== "local")) {
      fields.refuse(
        `tools[${index}]`,
        "tool_not_supported",
        `The hosted tool '${type}' is not supported: its cost is not part of the reported usage.`,
      );
    }
  }
}

function boundCalls(fields: FieldReader): CallCounts {
  const bound = fields.integer("max_tool_calls", 0) ?? UNBOUNDED_TOOL_CALLS;
  const types = toolTypes(fields);
  const callsOf = (prefix: string): number => (types.some((type) => type.startsWith(prefix)) ? bound : 0);
  return {
    webSearch: callsOf("web_search"),
    fileSearch: callsOf("file_search"),
    codeInterpreter: callsOf("code_interpreter"),
  };
}

/** True when an input item, or a part of one, is audio. */
function namesAudio(input: unknown): boolean {
  return listOf(input).some((item) =>
    [item, ...listOf(member(item, "content")), ...listOf(member(item, "output"))].some(
      (value) => member(value, "type") === "input_audio",
    ),
  );
}

function readConversation(fields: FieldReader): string | null {
  const conversation = fields.value("conversation");
  if (conversation === null || typeof conversation === "string") return conversation;
  const id = isObject(conversation) ? textOf(conversation["id"]) : null;
  if (id === null)
    fields.refuse("conversation", "invalid_type", "'conversation' must be an id or an object with an id.");
  return id;
}

function rewriteResponses(text: string, changes: BodyChanges): string {
  const values = new Map<string, string>();
  if (changes.model !== undefined) values.set("model", JSON.stringify(changes.model));
  if (changes.outputCapTokens !== undefined) values.set("max_output_tokens", String(changes.outputCapTokens));
  if (changes.store !== undefined) values.set("store", String(changes.store));
  return setMembers(text, values);
}

export const responsesAdapter: ProviderAdapter = {
  endpoint: "openai.responses",
  provider: "openai",
  upstreamPath: "/responses",
  inspectBody: inspectResponses,
  estimateInput: estimateInputTokens,
  rewriteBody: rewriteResponses,
  normalizeUsage: normalizeResponsesUsage,
  meterJson: meterResponsesJson,
  createStreamMeter: (options) => new ResponsesStreamMeter(options),
};
