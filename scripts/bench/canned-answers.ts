/**
 * What the provider of the benchmark answers: texts of a usual size, made once, so that answering costs as little as it can.
 * Streams are lists of frames; the one placeholder in a frame takes the time at which it was sent.
 */
import type { Endpoint } from "../../src/core/endpoint.ts";

export const PATHS: Readonly<Record<Endpoint, string>> = {
  "openai.chat": "/v1/chat/completions",
  "openai.responses": "/v1/responses",
  "anthropic.messages": "/v1/messages",
};

export const MODELS: Readonly<Record<Endpoint, string>> = {
  "openai.chat": "gpt-5.4-mini",
  "openai.responses": "gpt-5.4-mini",
  "anthropic.messages": "claude-sonnet-5",
};

/** Replaced by the send time in nanoseconds of the monotonic clock, which all threads share. */
export const SENT_AT_PLACEHOLDER = "@sent-at@";
/** Finds the send times in what came through. */
export const SENT_AT_PATTERN = /"sent_at_ns":"(\d+)"/g;

const FRAMES = 64;
const INPUT_TOKENS = 380;
const WORDS = "A ledger has two sides, and what leaves one of them has to arrive on the other one in full".split(" ");
const TEXT = Array.from({ length: FRAMES * 2 }, (_, index) => WORDS[index % WORDS.length]).join(" ");
const SENT_AT = { sent_at_ns: SENT_AT_PLACEHOLDER };

export interface CannedAnswer {
  readonly json: string;
  readonly frames: readonly string[];
}

/** The answer of every endpoint, by its path. */
export function cannedAnswers(): ReadonlyMap<string, CannedAnswer> {
  return new Map([
    [PATHS["openai.chat"], chatAnswer()],
    [PATHS["openai.responses"], responsesAnswer()],
    [PATHS["anthropic.messages"], messagesAnswer()],
  ]);
}

function chatAnswer(): CannedAnswer {
  const model = MODELS["openai.chat"];
  const usage = {
    prompt_tokens: INPUT_TOKENS,
    completion_tokens: FRAMES * 2,
    total_tokens: INPUT_TOKENS + FRAMES * 2,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  };
  const head = { id: "chatcmpl-bench", created: 1_780_000_000, model, service_tier: "default" };
  const json = {
    ...head,
    object: "chat.completion",
    choices: [
      { index: 0, message: { role: "assistant", content: TEXT, refusal: null }, logprobs: null, finish_reason: "stop" },
    ],
    usage,
  };
  const chunk = (delta: object, finishReason: string | null): string =>
    data({
      ...head,
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
      ...SENT_AT,
    });
  const frames = [
    chunk({ role: "assistant", content: "" }, null),
    ...deltas().map((content) => chunk({ content }, null)),
    chunk({}, "stop"),
    data({ ...head, object: "chat.completion.chunk", choices: [], usage }),
    "data: [DONE]\n\n",
  ];
  return { json: JSON.stringify(json), frames };
}

function responsesAnswer(): CannedAnswer {
  const usage = {
    input_tokens: INPUT_TOKENS,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: FRAMES * 2,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: INPUT_TOKENS + FRAMES * 2,
  };
  const head = { id: "resp_bench", object: "response", created_at: 1_780_000_000, model: MODELS["openai.responses"] };
  const part = { type: "output_text", text: TEXT, annotations: [] };
  const item = { id: "msg_bench", type: "message", role: "assistant", status: "completed", content: [part] };
  const completed = { ...head, status: "completed", service_tier: "default", output: [item], usage };
  const running = { ...head, status: "in_progress", output: [], usage: null };
  const place = { item_id: "msg_bench", output_index: 0, content_index: 0 };
  const frames = [
    { type: "response.created", response: running },
    { type: "response.output_item.added", output_index: 0, item: { ...item, status: "in_progress", content: [] } },
    { type: "response.content_part.added", ...place, part: { ...part, text: "" } },
    ...deltas().map((delta) => ({ type: "response.output_text.delta", ...place, delta, ...SENT_AT })),
    { type: "response.output_text.done", ...place, text: TEXT },
    { type: "response.content_part.done", ...place, part },
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response: completed },
  ];
  return {
    json: JSON.stringify(completed),
    frames: frames.map((frame, number) => event(frame.type, { ...frame, sequence_number: number })),
  };
}

function messagesAnswer(): CannedAnswer {
  const usage = { input_tokens: INPUT_TOKENS, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
  const head = { id: "msg_bench", type: "message", role: "assistant", model: MODELS["anthropic.messages"] };
  const json = {
    ...head,
    content: [{ type: "text", text: TEXT }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: { ...usage, output_tokens: FRAMES * 2, service_tier: "standard" },
  };
  const started = { ...head, content: [], stop_reason: null, stop_sequence: null };
  const frames = [
    { type: "message_start", message: { ...started, usage: { ...usage, output_tokens: 1 } } },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    ...deltas().map((text) => ({
      type: "content_block_delta",
      index: 0,
      delta: { type: "text_delta", text },
      ...SENT_AT,
    })),
    { type: "content_block_stop", index: 0 },
    {
      type: "message_delta",
      delta: { stop_reason: "end_turn", stop_sequence: null },
      usage: { output_tokens: FRAMES * 2 },
    },
    { type: "message_stop" },
  ];
  return { json: JSON.stringify(json), frames: frames.map((frame) => event(frame.type, frame)) };
}

function deltas(): string[] {
  const words = TEXT.split(" ");
  return Array.from({ length: FRAMES }, (_, index) => `${words[2 * index]} ${words[2 * index + 1]} `);
}

function data(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

function event(name: string, value: object): string {
  return `event: ${name}\n${data(value)}`;
}
