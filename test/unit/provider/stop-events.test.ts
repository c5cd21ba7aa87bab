import { describe, expect, it } from "vitest";
import { ENDPOINTS, type Endpoint } from "../../../src/core/endpoint.ts";
import { countOutput, OutputCounter } from "../../../src/provider/token-count.ts";
import { loadVocabulary } from "../../../src/provider/vocabulary.ts";
import { adapterOf } from "../../../src/provider/dialects.ts";
import type { StreamMeter } from "../../../src/provider/adapter.ts";
import { parseEvent } from "../../../src/provider/event-splitter.ts";
import { bytesOfText, meterContext, readWire, textOfBytes } from "./support.ts";

const WIRES: Readonly<Record<Endpoint, string>> = {
  "openai.chat": "chat-stream.sse",
  "openai.responses": "responses-stream.sse",
  "anthropic.messages": "messages-stream.sse",
};

function createMeter(endpoint: Endpoint, options: { stripUsage?: boolean; choices?: number } = {}): StreamMeter {
  const { stripUsage = false, choices = 1 } = options;
  return adapterOf(endpoint).createStreamMeter({ ...meterContext(endpoint, { choices }), stripUsage, mayStop: true });
}

interface ReadEvent {
  readonly name: string;
  readonly data: unknown;
}

function readEvents(text: string): ReadEvent[] {
  return text.split("\n\n").flatMap((part) => {
    const event = parseEvent(part);
    if (event === null) return [];
    const data: unknown = event.data === "[DONE]" ? "[DONE]" : JSON.parse(event.data);
    return [{ name: event.name, data }];
  });
}

/** Feeds events, then stops. */
function stopAfter(
  endpoint: Endpoint,
  text: string,
  options: { stripUsage?: boolean; choices?: number } = {},
): ReadEvent[] {
  const meter = createMeter(endpoint, options);
  meter.push(bytesOfText(text));
  return readEvents(textOfBytes(meter.stopEvents()));
}

const chunk = (choices: readonly unknown[]): string =>
  `data: ${JSON.stringify({ id: "c1", object: "chat.completion.chunk", created: 7, model: "m", choices, usage: null, obfuscation: "x" })}\n\n`;

describe("a chat stream that is stopped", () => {
  const begun = chunk([{ index: 0, delta: { role: "assistant", content: "hello world" }, finish_reason: null }]);
  const head = { id: "c1", object: "chat.completion.chunk", created: 7, model: "m" };
  const finished = (index: number, delta: object) => ({
    choices: [{ index, delta, logprobs: null, finish_reason: "length" }],
  });

  it("finishes with `length`, the usage that was asked for, and [DONE]", () => {
    expect(stopAfter("openai.chat", begun).map(({ data }) => data)).toEqual([
      { ...head, ...finished(0, {}), usage: null },
      {
        ...head,
        choices: [],
        usage: {
          prompt_tokens: 100,
          completion_tokens: countOutput("hello world", "o200k"),
          total_tokens: 100 + countOutput("hello world", "o200k"),
          prompt_tokens_details: { cached_tokens: 0 },
        },
      },
      "[DONE]",
    ]);
  });

  it("has no usage that was not asked for", () => {
    const stopped = stopAfter("openai.chat", begun, { stripUsage: true });
    expect(stopped.map(({ data }) => data)).toEqual([{ ...head, ...finished(0, {}) }, "[DONE]"]);
  });

  it("finishes every choice that has not, with a role for one that has not begun", () => {
    const text = begun + chunk([{ index: 1, delta: {}, finish_reason: "stop" }]);
    expect(stopAfter("openai.chat", text, { stripUsage: true, choices: 3 }).map(({ data }) => data)).toEqual([
      { ...head, ...finished(0, {}) },
      { ...head, ...finished(2, { role: "assistant", content: "" }) },
      "[DONE]",
    ]);
  });
});

describe("a message stream that is stopped", () => {
  it("closes open blocks, and says why and how much", () => {
    const wire = textOfBytes(readWire("messages-stream.sse")).split("\n\n");
    const text = `${wire.slice(0, 7).join("\n\n")}\n\n`;
    expect(stopAfter("anthropic.messages", text)).toEqual([
      { name: "content_block_stop", data: { type: "content_block_stop", index: 1 } },
      {
        name: "message_delta",
        data: {
          type: "message_delta",
          delta: { stop_reason: "max_tokens", stop_sequence: null },
          usage: { output_tokens: expect.any(Number) },
        },
      },
      { name: "message_stop", data: { type: "message_stop" } },
    ]);
  });
});

describe("a response stream that is stopped", () => {
  const event = (type: string, data: object): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
  const response = {
    id: "resp_1",
    object: "response",
    status: "in_progress",
    model: "m",
    output: [],
    usage: null,
    temperature: 1,
  };
  const reasoning = { id: "rs_1", type: "reasoning", summary: [] };
  const begun = [
    event("response.created", { sequence_number: 0, response }),
    event("response.output_item.added", { sequence_number: 1, output_index: 0, item: reasoning }),
    event("response.output_item.done", { sequence_number: 2, output_index: 0, item: reasoning }),
  ].join("");
  const message = { id: "msg_1", type: "message", status: "in_progress", role: "assistant", content: [] };
  const part = { type: "output_text", text: "", annotations: [] };
  const place = { item_id: "msg_1", output_index: 1, content_index: 0 };
  const text = [
    event("response.output_item.added", { sequence_number: 3, output_index: 1, item: message }),
    event("response.content_part.added", { sequence_number: 4, ...place, part }),
    event("response.output_text.delta", { sequence_number: 5, ...place, delta: "hello " }),
    event("response.output_text.delta", { sequence_number: 6, ...place, delta: "world" }),
  ].join("");

  it("closes the message, and repeats the response as far as it is known", () => {
    const ended = { ...message, status: "incomplete", content: [{ ...part, text: "hello world" }] };
    const output = countOutput("hello world", "o200k");
    expect(stopAfter("openai.responses", begun + text).map(({ data }) => data)).toEqual([
      { type: "response.output_text.done", sequence_number: 7, ...place, text: "hello world", logprobs: [] },
      { type: "response.content_part.done", sequence_number: 8, ...place, part: { ...part, text: "hello world" } },
      { type: "response.output_item.done", sequence_number: 9, output_index: 1, item: ended },
      {
        type: "response.incomplete",
        sequence_number: 10,
        response: {
          ...response,
          status: "incomplete",
          error: null,
          incomplete_details: { reason: "max_output_tokens" },
          output: [reasoning, ended],
          usage: {
            input_tokens: 100,
            input_tokens_details: { cached_tokens: 0 },
            output_tokens: output,
            output_tokens_details: { reasoning_tokens: 0 },
            total_tokens: 100 + output,
          },
        },
      },
    ]);
  });

  it("closes a call with the arguments that came, without saying that they are whole", () => {
    const call = {
      id: "fc_1",
      type: "function_call",
      status: "in_progress",
      call_id: "call_1",
      name: "f",
      arguments: "",
    };
    const started =
      event("response.output_item.added", { sequence_number: 3, output_index: 1, item: call }) +
      event("response.function_call_arguments.delta", {
        sequence_number: 4,
        item_id: "fc_1",
        output_index: 1,
        delta: '{"a":',
      });
    const stopped = stopAfter("openai.responses", begun + started);
    expect(stopped.map(({ name }) => name)).toEqual(["response.output_item.done", "response.incomplete"]);
    expect(stopped[0]?.data).toMatchObject({ item: { ...call, status: "incomplete", arguments: '{"a":' } });
  });

  it("does not end twice what has ended", () => {
    const done = { ...part, text: "hello world" };
    const rest = event("response.output_text.done", { sequence_number: 7, ...place, text: "hello world" });
    const names = (more: string) => stopAfter("openai.responses", begun + text + more).map(({ name }) => name);
    expect(names(rest)).toEqual(["response.content_part.done", "response.output_item.done", "response.incomplete"]);
    const whole = rest + event("response.content_part.done", { sequence_number: 8, ...place, part: done });
    expect(names(whole)).toEqual(["response.output_item.done", "response.incomplete"]);
  });
});

describe.each(ENDPOINTS)("%s", (endpoint) => {
  const wire = textOfBytes(readWire(WIRES[endpoint]));
  const events = wire.split("\n\n");

  it("is complete wherever it is stopped before its own end", () => {
    for (let count = 1; count < events.length - 2; count += 1) {
      const before = `${events.slice(0, count).join("\n\n")}\n\n`;
      const meter = createMeter(endpoint);
      meter.push(bytesOfText(before));
      if (meter.isFinished()) break;
      expect(meter.openBytes()).toBe(0);
      const reader = createMeter(endpoint);
      reader.push(bytesOfText(before));
      reader.push(meter.stopEvents());
      expect(reader.isFinished()).toBe(true);
      expect(reader.snapshot()).toMatchObject({ terminal: true, errored: false });
    }
  });

  it("knows how much of an event it has passed on", () => {
    const [first = "", second = ""] = events;
    const meter = createMeter(endpoint);
    meter.push(bytesOfText(`${first}\n\n${second.slice(0, 10)}`));
    expect(meter.openBytes()).toBe(10);
    meter.push(bytesOfText(second.slice(10)));
    expect(meter.openBytes()).toBe(bytesOfText(second).length);
    meter.push(bytesOfText("\n\n"));
    expect(meter.openBytes()).toBe(0);
  });

  it("counts what is produced until the provider has counted it", () => {
    const meter = createMeter(endpoint);
    const produced = events.map((event) => {
      meter.push(bytesOfText(`${event}\n\n`));
      expect(meter.hasProduced(100_000)).toBe(false);
      return meter.hasProduced(1);
    });
    expect([produced[0], produced.includes(true), produced.at(-1)]).toEqual([false, true, false]);
  });
});

it("forwards only whole events while it hides the usage", () => {
  const meter = createMeter("openai.chat", { stripUsage: true });
  const text = chunk([{ index: 0, delta: { content: "a" }, finish_reason: null }]);
  expect(meter.push(bytesOfText(text.slice(0, 20)))).toHaveLength(0);
  expect(meter.openBytes()).toBe(0);
});

describe("OutputCounter.hasReached", () => {
  it("says what counting says, at every length and threshold", async () => {
    await loadVocabulary();
    const words = "The naïve approach works until two requests arrive at 東京 in the same moment 🙂 ".repeat(120);
    const counter = new OutputCounter("o200k");
    for (let at = 0; at < words.length; at += 37) {
      counter.add(words.slice(at, at + 37));
      const tokens = counter.tokens();
      for (const threshold of [1, 10, 300, tokens, tokens + 1, 1_500, Number.POSITIVE_INFINITY]) {
        const reached = counter.hasReached(threshold);
        expect(reached && tokens < threshold).toBe(false);
        if (threshold <= tokens) expect(reached).toBe(true);
      }
    }
  });
});
