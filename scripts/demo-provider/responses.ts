/** `POST /v1/responses`. Shapes: OpenAI's API reference (`response`, `ResponseStreamEvent`). */
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
import { readArray, readInteger, readObject, readText, type JsonObject } from "./json.ts";
import { countInput } from "./openai-usage.ts";
import { writeId } from "./text.ts";

export const responses: Dialect = {
  provider: "openai",
  readLastUserText(body) {
    const input = body["input"];
    if (typeof input === "string") return input;
    const last = readArray(input).findLast((item) => (readObject(item)?.["role"] ?? "user") === "user");
    return typeof last === "string" ? last : collectText(readObject(last)?.["content"]);
  },
  findFault,
  answer,
  writeErrorEvent: (sequenceNumber) =>
    streamEvent("error", {
      type: "error",
      code: "server_error",
      message: "The server had an error.",
      param: null,
      sequence_number: sequenceNumber,
    }),
};

function findFault(body: JsonObject): Refusal | null {
  const input = body["input"];
  if (input === undefined || (Array.isArray(input) && input.length === 0)) {
    return refuse(400, "Missing required parameter: 'input'.", "input", "missing_required_parameter");
  }
  const cap = body["max_output_tokens"];
  if (cap !== undefined && cap !== null && (readInteger(cap) ?? 0) < 16) {
    const message = "Invalid 'max_output_tokens': expected a value >= 16.";
    return refuse(400, message, "max_output_tokens", "integer_below_min_value");
  }
  if (readObject(body["stream_options"])?.["include_usage"] !== undefined) {
    const message = "Unknown parameter: 'stream_options.include_usage'.";
    return refuse(400, message, "stream_options.include_usage", "unknown_parameter");
  }
  return null;
}

/** The response object at each stage of its life. */
interface Life {
  readonly id: string;
  readonly begun: JsonObject;
  readonly ended: JsonObject;
  readonly draft: Draft;
  readonly items: readonly JsonObject[];
}

function answer(question: Question): Answer {
  const { body, storedTokens } = question;
  const previous = readText(body["previous_response_id"]);
  if (previous !== null && !storedTokens.has(previous)) {
    const error = {
      message: `Previous response with id '${previous}' not found.`,
      type: "invalid_request_error",
      param: "previous_response_id",
      code: "previous_response_not_found",
    };
    return jsonAnswer(400, { error });
  }
  const life = live(question, previous === null ? 0 : (storedTokens.get(previous) ?? 0));
  if (body["stream"] === true) return { kind: "stream", headers: {}, events: [...writeStream(life)] };
  return jsonAnswer(200, life.ended);
}

function live(question: Question, earlierTokens: number): Life {
  const { behaviour, body, seed, storedTokens } = question;
  const model = readText(body["model"]) ?? "";
  const lastType = readText(readObject(readArray(body["input"]).at(-1))?.["type"]);
  const tool = pickTool(body, lastType === "function_call_output" ? "tool" : null);
  const draft = draftAnswer(seed, readInteger(body["max_output_tokens"]), tool, false, behaviour);
  const input = countInput(
    question,
    collectText(body["instructions"]) + collectText(body["input"]),
    model,
    earlierTokens,
  );
  const total = input.tokens + draft.outputTokens;
  const usage: JsonObject = {
    input_tokens: input.tokens,
    input_tokens_details: input.details,
    output_tokens: draft.outputTokens,
    output_tokens_details: { reasoning_tokens: draft.reasoningTokens },
    total_tokens: total,
  };
  const id = writeId("resp_", `${seed} ${question.number}`);
  const stored = body["store"] !== false;
  if (stored) storedTokens.set(id, total);
  const requestedTier = readText(body["service_tier"]) ?? "auto";
  const tier = behaviour.texts.service_tier ?? (requestedTier === "auto" ? "default" : requestedTier);
  const head = {
    id,
    object: "response",
    created_at: Math.floor(question.nowMs / 1_000),
    error: null,
    instructions: body["instructions"] ?? null,
    max_output_tokens: body["max_output_tokens"] ?? null,
    model: behaviour.texts.response_model ?? model,
    parallel_tool_calls: body["parallel_tool_calls"] ?? true,
    previous_response_id: body["previous_response_id"] ?? null,
    reasoning: body["reasoning"] ?? { effort: null, summary: null },
    store: stored,
    temperature: body["temperature"] ?? 1,
    text: body["text"] ?? { format: { type: "text" } },
    tool_choice: body["tool_choice"] ?? "auto",
    tools: body["tools"] ?? [],
    top_p: body["top_p"] ?? 1,
    truncation: body["truncation"] ?? "disabled",
    metadata: body["metadata"] ?? {},
  };
  const cut = draft.ended === "length";
  const items = writeItems(question, draft, cut ? "incomplete" : "completed");
  const ended = {
    ...head,
    status: cut ? "incomplete" : "completed",
    incomplete_details: cut ? { reason: "max_output_tokens" } : null,
    output: items,
    service_tier: tier,
    usage: distortUsage(usage, behaviour.usage),
  };
  const begun = {
    ...head,
    status: "in_progress",
    incomplete_details: null,
    output: [],
    service_tier: requestedTier,
    usage: null,
  };
  return { id, begun, ended, draft, items };
}

function writeItems(question: Question, draft: Draft, status: string): JsonObject[] {
  const { behaviour, seed } = question;
  const items: JsonObject[] = [];
  if (draft.reasoningTokens > 0) items.push({ id: writeId("rs_", seed), type: "reasoning", summary: [] });
  for (let call = 0; call < (behaviour.counts.web_search_calls ?? 0); call += 1) {
    const action = { type: "search", query: "demo" };
    items.push({ id: writeId("ws_", `${seed} ${call}`), type: "web_search_call", status: "completed", action });
  }
  if (draft.toolCall !== null) {
    items.push({
      id: writeId("fc_", seed),
      type: "function_call",
      status,
      call_id: writeId("call_", seed),
      name: draft.toolCall.name,
      arguments: draft.toolCall.argumentPieces.join(""),
    });
  } else if (draft.pieces.length > 0 || behaviour.flags.empty !== true) {
    const part = { type: "output_text", text: draft.pieces.join(""), annotations: [], logprobs: [] };
    items.push({ id: writeId("msg_", seed), type: "message", status, role: "assistant", content: [part] });
  }
  return items;
}

type UnnumberedEvent = { readonly type: string } & JsonObject;

function* writeStream(life: Life): Generator<StreamEvent> {
  let sequenceNumber = 0;
  for (const event of tell(life)) {
    const { type, ...rest } = event;
    const terminal = type === "response.completed" || type === "response.incomplete";
    yield streamEvent(type, { type, sequence_number: sequenceNumber, ...rest }, terminal);
    sequenceNumber += 1;
  }
}

function* tell(life: Life): Generator<UnnumberedEvent> {
  yield { type: "response.created", response: life.begun };
  yield { type: "response.in_progress", response: life.begun };
  for (const [index, item] of life.items.entries()) {
    yield { type: "response.output_item.added", output_index: index, item: openItem(item) };
    if (item["type"] === "message") yield* tellText(life.draft.pieces, item, index);
    if (item["type"] === "function_call") yield* tellCall(life.draft, item, index);
    if (item["type"] === "web_search_call") {
      for (const stage of ["in_progress", "searching", "completed"]) {
        yield { type: `response.web_search_call.${stage}`, output_index: index, item_id: item["id"] };
      }
    }
    yield { type: "response.output_item.done", output_index: index, item };
  }
  const incomplete = life.ended["status"] === "incomplete";
  yield { type: incomplete ? "response.incomplete" : "response.completed", response: life.ended };
}

function* tellText(pieces: readonly string[], item: JsonObject, index: number): Generator<UnnumberedEvent> {
  const place = { item_id: item["id"], output_index: index, content_index: 0 };
  const open = { type: "output_text", text: "", annotations: [], logprobs: [] };
  yield { type: "response.content_part.added", ...place, part: open };
  for (const delta of pieces) yield { type: "response.output_text.delta", ...place, delta, logprobs: [] };
  const text = pieces.join("");
  yield { type: "response.output_text.done", ...place, text, logprobs: [] };
  yield { type: "response.content_part.done", ...place, part: { ...open, text } };
}

function* tellCall(draft: Draft, item: JsonObject, index: number): Generator<UnnumberedEvent> {
  const place = { item_id: item["id"], output_index: index };
  for (const delta of draft.toolCall?.argumentPieces ?? []) {
    yield { type: "response.function_call_arguments.delta", ...place, delta };
  }
  yield { type: "response.function_call_arguments.done", ...place, name: item["name"], arguments: item["arguments"] };
}

function openItem(item: JsonObject): JsonObject {
  switch (item["type"]) {
    case "message":
      return { ...item, status: "in_progress", content: [] };
    case "function_call":
      return { ...item, status: "in_progress", arguments: "" };
    case "web_search_call":
      return { ...item, status: "in_progress" };
    default:
      return item;
  }
}
