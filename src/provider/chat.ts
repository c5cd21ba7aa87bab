/** `POST /v1/chat/completions`. */
import { fail, ok, type Result } from "../core/failure.ts";
import type { RequestFacts } from "../core/request-facts.ts";
import { SEARCH_CONTEXT_SIZES, type SearchContextSize } from "../core/usage.ts";
import type { BodyChanges, InspectedBody, ProviderAdapter } from "./adapter.ts";
import { ChatStreamMeter } from "./chat-stream.ts";
import { meterChatJson } from "./chat-answer.ts";
import { estimateInputTokens } from "./input-estimate.ts";
import { changeMembers, setMembers } from "./json-text.ts";
import { listOf, member } from "./json-value.ts";
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
  const searchContextSize = readChatSearch(fields, model);
  const audio = readChatAudio(fields);
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
      calls: { webSearch: searchContextSize === null ? 0 : 1, fileSearch: 0, codeInterpreter: 0 },
      ...(searchContextSize === null ? {} : { searchContextSize }),
      ...audio,
      previousResponseId: null,
    },
    body: parsed.value,
    includeUsage: streamOptions?.["include_usage"] === true,
    store,
    conversationId: null,
    metadata,
  });
}

/**
 * The size of the one search of a request; null: it does not search. The search models of chat search once per request,
 * asked or not; others when `web_search_options` is there (OpenAI, web search in chat completions).
 */
function readChatSearch(fields: FieldReader, model: string): SearchContextSize | null {
  const options = fields.object("web_search_options");
  if (options === null) return /-search-(?:preview|api)/.test(model) ? "medium" : null;
  const size = options["search_context_size"] ?? "medium";
  const known = SEARCH_CONTEXT_SIZES.find((candidate) => candidate === size);
  if (known === undefined) {
    const names = SEARCH_CONTEXT_SIZES.join(", ");
    const message = `'web_search_options.search_context_size' must be one of: ${names}.`;
    fields.refuse("web_search_options.search_context_size", "invalid_value", message);
  }
  return known ?? null;
}

const SILENT_PARTS = new Set<unknown>(["text", "image_url", "refusal", "file"]);

/**
 * Whether audio rates can apply. Input: a part of a kind that is not known to be silent, or an earlier spoken answer that a
 * message names. Output: `modalities` or `audio` ask for it (OpenAI, audio generation).
 */
function readChatAudio(fields: FieldReader): Pick<RequestFacts, "audioInput" | "audioOutput"> {
  return {
    audioInput: fields.list("messages").some(mayBeHeard),
    audioOutput: fields.list("modalities").some((modality) => modality !== "text") || fields.value("audio") !== null,
  };
}

function mayBeHeard(message: unknown): boolean {
  if ((member(message, "audio") ?? null) !== null) return true;
  return listOf(member(message, "content")).some((part) => !SILENT_PARTS.has(member(part, "type")));
}

function rewriteChat(text: string, changes: BodyChanges): string {
  if (Object.keys(changes).length === 0) return text;
  return changeMembers(text, (read) => {
    const values = new Map<string, string>();
    if (changes.model !== undefined) values.set("model", JSON.stringify(changes.model));
    if (changes.outputCapTokens !== undefined) {
      const given = CAP_FIELDS.filter((name) => (read(name) ?? "null") !== "null");
      for (const name of given.length > 0 ? given : [CAP_FIELDS[0]]) values.set(name, String(changes.outputCapTokens));
    }
    if (changes.includeUsage === true) values.set("stream_options", optionsWithUsage(read("stream_options")));
    if (changes.store !== undefined) values.set("store", String(changes.store));
    return values;
  });
}

function optionsWithUsage(options: string | null): string {
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
