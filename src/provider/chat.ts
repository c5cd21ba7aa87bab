/** `POST /v1/chat/completions`. */
import { fail, ok, type Result } from "../core/failure.ts";
import type { BodyChanges, InspectedBody, ProviderAdapter } from "./adapter.ts";
import { ChatStreamMeter } from "./chat-stream.ts";
import { meterChatJson } from "./chat-answer.ts";
import { estimateInputTokens } from "./input-estimate.ts";
import { memberText, setMembers } from "./json-text.ts";
import { FieldReader, parseBody } from "./read-body.ts";
import { readOpenaiCacheWrite, readOpenaiTier, readOutputCap } from "./request-cost.ts";
import { normalizeChatUsage } from "./usage-openai.ts";

const CAP_FIELDS = ["max_completion_tokens", "max_tokens"] as const;
/** Bounds of `n` (OpenAI, CreateChatCompletionRequest). */
const MAX_CHOICES = 128;

function inspectChat(text: string): Result<InspectedBody> {
  const parsed = parseBody(text);
  if (!parsed.ok) return parsed;
  const fields = new FieldReader(parsed.value);
  const model = fields.model();
  fields.requireList("messages");
  fields.list("tools");
  const streamed = fields.flag("stream") ?? false;
  const outputCapTokens = readOutputCap(fields, CAP_FIELDS, 1);
  const choices = fields.integer("n", 1, MAX_CHOICES) ?? 1;
  const requestedTier = readOpenaiTier(fields);
  const cacheWrite = readOpenaiCacheWrite(fields);
  const streamOptions = fields.object("stream_options");
  const store = fields.flag("store");
  const metadata = fields.metadata();
  if (fields.failure !== null) return fail(fields.failure);
  return ok({
    facts: {
      endpoint: "openai.chat",
      model,
      streamed,
      outputCapTokens,
      choices,
      requestedTier,
      cacheWrite,
      regional: false,
      calls: {
        webSearch: alwaysSearches(model) || fields.value("web_search_options") !== null ? 1 : 0,
        fileSearch: 0,
        codeInterpreter: 0,
      },
      previousResponseId: null,
    },
    body: parsed.value,
    includeUsage: streamOptions?.["include_usage"] === true,
    store,
    conversationId: null,
    metadata,
  });
}

/** The search models of chat search once per request, asked or not. */
function alwaysSearches(model: string): boolean {
  return /-search-(?:preview|api)/.test(model);
}

function rewriteChat(text: string, changes: BodyChanges): string {
  const values = new Map<string, string>();
  if (changes.model !== undefined) values.set("model", JSON.stringify(changes.model));
  if (changes.outputCapTokens !== undefined) {
    const given = CAP_FIELDS.filter((name) => (memberText(text, name) ?? "null") !== "null");
    for (const name of given.length > 0 ? given : [CAP_FIELDS[0]]) values.set(name, String(changes.outputCapTokens));
  }
  if (changes.includeUsage === true) values.set("stream_options", streamOptionsWithUsage(text));
  if (changes.store !== undefined) values.set("store", String(changes.store));
  return setMembers(text, values);
}

function streamOptionsWithUsage(text: string): string {
  const options = memberText(text, "stream_options");
  return options === null || !options.startsWith("{")
    ? '{"include_usage":true}'
    : setMembers(options, new Map([["include_usage", "true"]]));
}

export const chatAdapter: ProviderAdapter = {
  endpoint: "openai.chat",
  provider: "openai",
  upstreamPath: "/chat/completions",
  inspectBody: inspectChat,
  estimateInput: estimateInputTokens,
  rewriteBody: rewriteChat,
  normalizeUsage: normalizeChatUsage,
  meterJson: meterChatJson,
  createStreamMeter: (options) => new ChatStreamMeter(options),
};
