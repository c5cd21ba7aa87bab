/** `POST /v1/messages` and `/v1/messages/count_tokens`. Shapes: Anthropic's API reference. */
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
import { countPrompt, countUsage } from "./messages-usage.ts";
import { writeId } from "./text.ts";

/** Fields of the other dialect that a proxy could let slip; the real API refuses every unknown one. */
const FOREIGN_FIELDS = ["store", "stream_options", "n", "max_completion_tokens", "max_output_tokens", "input"];

export const messages: Dialect = {
  provider: "anthropic",
  readLastUserText(body) {
    const last = readArray(body["messages"]).findLast((message) => readObject(message)?.["role"] === "user");
    return collectText(readObject(last)?.["content"]);
  },
  findFault: (body) => findFault(body, true),
  answer,
  writeErrorEvent,
};

export const countTokensDialect: Dialect = {
  ...messages,
  findFault: (body) => findFault(body, false),
  answer: (question) => jsonAnswer(200, { input_tokens: countPrompt(question).total }),
};

function writeErrorEvent(): StreamEvent {
  return streamEvent("error", { type: "error", error: { type: "overloaded_error", message: "Overloaded" } });
}

function findFault(body: JsonObject, capRequired: boolean): Refusal | null {
  for (const name of FOREIGN_FIELDS) {
    if (body[name] !== undefined) return refuse(400, `${name}: Extra inputs are not permitted`);
  }
  if (body["messages"] === undefined) return refuse(400, "messages: Field required");
  if (readArray(body["messages"]).length === 0) return refuse(400, "messages: at least one message is required");
  const cap = body["max_tokens"];
  if (capRequired && cap === undefined) return refuse(400, "max_tokens: Field required");
  if (capRequired && (readInteger(cap) ?? -1) < 0) {
    return refuse(400, "max_tokens: Input should be greater than or equal to 0");
  }
  return null;
}

interface Message {
  readonly head: JsonObject;
  readonly draft: Draft;
  readonly blocks: readonly JsonObject[];
  readonly stopReason: string;
  readonly usage: JsonObject;
  readonly question: Question;
}

function answer(question: Question): Answer {
  const message = compose(question);
  if (question.body["stream"] === true) return { kind: "stream", headers: {}, events: [...writeStream(message)] };
  return jsonAnswer(200, {
    ...message.head,
    content: message.blocks,
    stop_reason: message.stopReason,
    stop_sequence: null,
    usage: distortUsage(message.usage, question.behaviour.usage),
  });
}

function compose(question: Question): Message {
  const { behaviour, body, seed } = question;
  const last = readObject(readArray(body["messages"]).at(-1));
  const answersTool = readArray(last?.["content"]).some((part) => readObject(part)?.["type"] === "tool_result");
  const tool = pickTool(body, answersTool ? "tool" : null);
  const thinking = readText(readObject(body["thinking"])?.["type"]) ?? "disabled";
  const draft = draftAnswer(seed, readInteger(body["max_tokens"]), tool, thinking !== "disabled", behaviour);
  const model = readText(body["model"]) ?? "";
  return {
    head: {
      id: writeId("msg_01", `${seed} ${question.number}`),
      type: "message",
      role: "assistant",
      model: behaviour.texts.response_model ?? model,
    },
    draft,
    blocks: writeBlocks(question, draft),
    stopReason: { stop: "end_turn", length: "max_tokens", tool: "tool_use" }[draft.ended],
    usage: countUsage(question, draft),
    question,
  };
}

function writeBlocks(question: Question, draft: Draft): JsonObject[] {
  const { seed } = question;
  const blocks: JsonObject[] = [];
  if (draft.reasoningTokens > 0) {
    blocks.push({ type: "thinking", thinking: "Let me think about that.", signature: writeId("sig", seed) });
  }
  for (let call = 0; call < (question.behaviour.counts.web_search_calls ?? 0); call += 1) {
    const id = writeId("srvtoolu_01", `${seed} ${call}`);
    blocks.push({ type: "server_tool_use", id, name: "web_search", input: { query: "demo" } });
    blocks.push({ type: "web_search_tool_result", tool_use_id: id, content: [] });
  }
  if (draft.toolCall !== null) {
    const input = draft.ended === "length" ? {} : parseArguments(draft.toolCall.argumentPieces);
    blocks.push({ type: "tool_use", id: writeId("toolu_01", seed), name: draft.toolCall.name, input });
  } else if (draft.pieces.length > 0) {
    blocks.push({ type: "text", text: draft.pieces.join("") });
  }
  return blocks;
}

function* writeStream(message: Message): Generator<StreamEvent> {
  const { behaviour } = message.question;
  const first = { ...message.usage, output_tokens: Math.min(1, message.draft.outputTokens) };
  const start = {
    ...message.head,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: distortUsage(withoutServerTools(first), behaviour.usage),
  };
  yield streamEvent("message_start", { type: "message_start", message: start });
  for (const [index, block] of message.blocks.entries()) {
    const { opened, deltas } = openBlock(block, message.draft);
    yield streamEvent("content_block_start", { type: "content_block_start", index, content_block: opened });
    if (index === 0) yield streamEvent("ping", { type: "ping" });
    for (const delta of deltas) {
      yield streamEvent("content_block_delta", { type: "content_block_delta", index, delta });
    }
    yield streamEvent("content_block_stop", { type: "content_block_stop", index });
  }
  const usage = distortUsage(cumulative(message.usage), behaviour.usage);
  const delta = { stop_reason: message.stopReason, stop_sequence: null };
  yield streamEvent("message_delta", { type: "message_delta", delta, usage });
  yield streamEvent("message_stop", { type: "message_stop" }, true);
}

function openBlock(block: JsonObject, draft: Draft): { opened: JsonObject; deltas: readonly JsonValue[] } {
  switch (block["type"]) {
    case "text":
      return {
        opened: { type: "text", text: "" },
        deltas: draft.pieces.map((text) => ({ type: "text_delta", text })),
      };
    case "thinking":
      return {
        opened: { type: "thinking", thinking: "", signature: "" },
        deltas: [
          { type: "thinking_delta", thinking: block["thinking"] },
          { type: "signature_delta", signature: block["signature"] },
        ],
      };
    case "tool_use":
      return {
        opened: { ...block, input: {} },
        deltas: ["", ...(draft.toolCall?.argumentPieces ?? [])].map((piece) => ({
          type: "input_json_delta",
          partial_json: piece,
        })),
      };
    default:
      return { opened: block, deltas: [] };
  }
}

/** `message_delta` counts everything so far, and has neither lifetimes nor tiers. */
function cumulative(usage: JsonObject): JsonObject {
  const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens, output_tokens, server_tool_use } = usage;
  return { input_tokens, cache_creation_input_tokens, cache_read_input_tokens, output_tokens, server_tool_use };
}

function withoutServerTools(usage: JsonObject): JsonObject {
  return { ...usage, server_tool_use: undefined };
}

function parseArguments(pieces: readonly string[]): JsonValue {
  const value: JsonValue = JSON.parse(pieces.join(""));
  return value;
}
