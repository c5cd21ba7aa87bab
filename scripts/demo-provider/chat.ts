/** `POST /v1/chat/completions`. Shapes: OpenAI's API reference (`chat.completion`, `chat.completion.chunk`). */
import {
  collectText,
  jsonAnswer,
  refuse,
  streamEvent,
  type Answer,
  type Dialect,
  type Question,
  type Refusal,
  type StreamEvent,
} from "./answer.ts";
import { distortUsage } from "./behaviour.ts";
import { draftAnswer, pickTool, type Draft } from "./draft.ts";
import { readArray, readInteger, readObject, readText, type JsonObject, type JsonValue } from "./json.ts";
import { countInput } from "./openai-usage.ts";
import { writeId } from "./text.ts";

export const chat: Dialect = {
  provider: "openai",
  readLastUserText(body) {
    const last = readArray(body["messages"]).findLast((message) => readObject(message)?.["role"] === "user");
    return collectText(readObject(last)?.["content"]);
  },
  findFault,
  answer,
  writeErrorEvent: () =>
    streamEvent(null, {
      error: { message: "The server had an error.", type: "server_error", param: null, code: null },
    }),
};

function findFault(body: JsonObject): Refusal | null {
  if (readArray(body["messages"]).length === 0) {
    return refuse(400, "Missing required parameter: 'messages'.", "messages", "missing_required_parameter");
  }
  if (body["stream_options"] !== undefined && body["stream_options"] !== null && body["stream"] !== true) {
    return refuse(400, "The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options");
  }
  for (const name of ["max_tokens", "max_completion_tokens"]) {
    const cap = body[name];
    if (cap !== undefined && cap !== null && (readInteger(cap) ?? 0) < 1) {
      return refuse(400, `Invalid '${name}': expected an integer of at least 1.`, name, "integer_below_min_value");
    }
  }
  const choices = readInteger(body["n"] ?? 1) ?? 0;
  return choices < 1 || choices > 128 ? refuse(400, "Invalid 'n': expected 1 to 128.", "n", "invalid_value") : null;
}

interface Completion {
  readonly head: JsonObject;
  readonly drafts: readonly Draft[];
  readonly usage: JsonObject | null | undefined;
  readonly seed: string;
}

function answer(question: Question): Answer {
  const completion = complete(question);
  const { body } = question;
  if (body["stream"] === true) {
    const includeUsage = readObject(body["stream_options"])?.["include_usage"] === true;
    const stream = writeStream(completion, includeUsage);
    return { kind: "stream", headers: {}, events: [...stream] };
  }
  const { head, drafts, usage } = completion;
  const choices = drafts.map((draft, index) => ({
    index,
    message: writeMessage(draft, `${completion.seed} ${index}`),
    logprobs: null,
    finish_reason: finishReason(draft),
  }));
  return jsonAnswer(200, { ...head, object: "chat.completion", choices, usage });
}

function complete(question: Question): Completion {
  const { behaviour, body, seed } = question;
  const messages = readArray(body["messages"]);
  const model = readText(body["model"]) ?? "";
  const cap = readInteger(body["max_completion_tokens"]) ?? readInteger(body["max_tokens"]);
  const tool = pickTool(body, readText(readObject(messages.at(-1))?.["role"]));
  const drafts = Array.from({ length: readInteger(body["n"]) ?? 1 }, (_, index) =>
    draftAnswer(`${seed} ${index}`, cap, tool, false, behaviour),
  );
  const prompt = messages.map((message) => `<${collectText(message)}>`).join("");
  const input = countInput(question, prompt, model, 0);
  const output = sum(drafts.map((draft) => draft.outputTokens));
  const usage: JsonObject = {
    prompt_tokens: input.tokens,
    completion_tokens: output,
    total_tokens: input.tokens + output,
    prompt_tokens_details: { ...input.details, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: sum(drafts.map((draft) => draft.reasoningTokens)),
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
  const requestedTier = readText(body["service_tier"]);
  const tier = behaviour.texts.service_tier ?? (requestedTier === "auto" ? "default" : requestedTier);
  const head = {
    id: writeId("chatcmpl-", `${seed} ${question.number}`),
    created: Math.floor(question.nowMs / 1_000),
    model: behaviour.texts.response_model ?? model,
    system_fingerprint: "fp_demo",
    ...(tier === null ? {} : { service_tier: tier }),
  };
  return { head, drafts, usage: distortUsage(usage, behaviour.usage), seed };
}

function* writeStream(completion: Completion, includeUsage: boolean): Generator<StreamEvent> {
  const { drafts, usage, seed } = completion;
  const head = { ...completion.head, object: "chat.completion.chunk" };
  const pending = includeUsage ? { usage: null } : {};
  const chunk = (index: number, delta: JsonObject, reason: string | null): StreamEvent =>
    streamEvent(null, { ...head, choices: [{ index, delta, logprobs: null, finish_reason: reason }], ...pending });

  for (const index of drafts.keys()) yield chunk(index, { role: "assistant", content: "", refusal: null }, null);
  for (const [index, draft] of drafts.entries()) {
    for (const piece of draft.pieces) yield chunk(index, { content: piece }, null);
    if (draft.toolCall !== null) {
      const opening = { name: draft.toolCall.name, arguments: "" };
      const id = writeId("call_", `${seed} ${index}`);
      yield chunk(index, { tool_calls: [{ index: 0, id, type: "function", function: opening }] }, null);
      for (const piece of draft.toolCall.argumentPieces) {
        yield chunk(index, { tool_calls: [{ index: 0, function: { arguments: piece } }] }, null);
      }
    }
    yield chunk(index, {}, finishReason(draft));
  }
  if (includeUsage && usage !== undefined) yield streamEvent(null, { ...head, choices: [], usage });
  yield { name: null, data: "[DONE]", terminal: true };
}

function writeMessage(draft: Draft, seed: string): JsonObject {
  const { toolCall } = draft;
  if (toolCall === null) {
    return { role: "assistant", content: draft.pieces.join(""), refusal: null, annotations: [] };
  }
  const call: JsonValue = {
    id: writeId("call_", seed),
    type: "function",
    function: { name: toolCall.name, arguments: toolCall.argumentPieces.join("") },
  };
  return { role: "assistant", content: null, refusal: null, tool_calls: [call] };
}

function finishReason(draft: Draft): string {
  return { stop: "stop", length: "length", tool: "tool_calls" }[draft.ended];
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
