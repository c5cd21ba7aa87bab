import { describe, expect, it } from "vitest";
import type { Endpoint } from "../../../src/core/endpoint.ts";
import { EMPTY_BUCKETS } from "../../../src/core/usage.ts";
import type { StreamMeter } from "../../../src/provider/adapter.ts";
import { adapterOf } from "../../../src/provider/dialects.ts";
import { MAX_EVENT_BYTES } from "../../../src/provider/event-splitter.ts";
import { bytesOfText, meterContext, readWire, textOfBytes } from "./support.ts";

const context = { requestId: "req_1", nowMs: 0 };

function createMeter(endpoint: Endpoint, stripUsage = false, facts = {}): StreamMeter {
  return adapterOf(endpoint).createStreamMeter({ ...meterContext(endpoint, facts), stripUsage });
}

function run(meter: StreamMeter, text: string): string {
  return textOfBytes(meter.push(bytesOfText(text))) + textOfBytes(meter.end());
}

/** An event that is too large to be read, in parts of 1 MiB. */
function pushOversized(meter: StreamMeter, head: string, tail: string): void {
  meter.push(bytesOfText(head));
  const part = bytesOfText("x".repeat(1024 * 1024));
  for (let sent = 0; sent <= MAX_EVENT_BYTES; sent += part.length) meter.push(part);
  meter.push(bytesOfText(tail));
}

describe("chat", () => {
  const wire = textOfBytes(readWire("chat-stream.sse"));
  const events = wire.split("\n\n");

  it("passes unchanged when the caller asked for usage", () => {
    const meter = createMeter("openai.chat");
    const bytes = readWire("chat-stream.sse");
    expect(meter.push(bytes)).toBe(bytes);
    expect(meter.end()).toHaveLength(0);
    expect(meter.snapshot()).toMatchObject({
      terminal: true,
      errored: false,
      deliveredOutput: true,
      responseId: "chatcmpl-CxA1",
      model: "gpt-5.6-2026-05-28",
      flags: [],
      usage: {
        tier: "standard",
        reasoningTokens: 12,
        passes: [
          { model: "gpt-5.6-2026-05-28", tokens: { ...EMPTY_BUCKETS, input: 93, cachedInput: 1_024, output: 46 } },
        ],
      },
    });
  });

  it("hides the usage that only we asked for, and nothing else", () => {
    const meter = createMeter("openai.chat", true);
    const expected = [
      events[0]?.replace('"usage":null,', ""),
      events[1]?.replace('"usage":null,', ""),
      events[2],
      events[3]?.replace(', "usage" : null', ""),
      events[4]?.replace('"usage":null,', ""),
      "data: [DONE]\n\n",
    ].join("\n\n");
    expect(run(meter, wire)).toBe(expected);
    expect(expected).toContain('{1.0}"');
    expect(meter.snapshot().usage?.passes[0]?.tokens.output).toBe(46);
  });

  it("is not final without its usage, and estimates what was delivered", () => {
    const meter = createMeter("openai.chat");
    meter.push(bytesOfText(`${events[0]}\n\n${events[1]}\n\n`));
    const { usage, estimatedUsage, terminal, deliveredOutput } = meter.snapshot();
    expect({ usage, terminal, deliveredOutput }).toEqual({ usage: null, terminal: false, deliveredOutput: true });
    expect(estimatedUsage.passes[0]?.tokens.input).toBe(100);
    expect(estimatedUsage.passes[0]?.tokens.output).toBeGreaterThan(0);
  });

  it("has delivered nothing after the first empty delta", () => {
    const meter = createMeter("openai.chat");
    meter.push(bytesOfText(`${events[0]}\n\n`));
    expect(meter.snapshot().deliveredOutput).toBe(false);
  });

  it("drops a cut-off event, so that the error event stands alone", () => {
    const meter = createMeter("openai.chat", true);
    const forwarded = run(meter, `${events[1]}\n\ndata: {"id":"chatcmpl`);
    expect(forwarded.endsWith("\n\n")).toBe(true);
    expect(forwarded).not.toContain('data: {"id":"chatcmpl\n');
    expect(textOfBytes(meter.errorEvent({ kind: "upstream_incomplete" }, context))).toMatch(
      /^data: \{"error":\{"message":"[^"]+","type":"server_error","param":null,"code":"upstream_incomplete"\}\}\n\n$/,
    );
  });

  it("keeps a last event without its blank line when it can be read", () => {
    const meter = createMeter("openai.chat", true);
    expect(run(meter, "data: [DONE]\n")).toBe("data: [DONE]\n");
    expect(meter.snapshot().terminal).toBe(true);
    expect(
      run(createMeter("openai.chat", true), 'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}\n'),
    ).toBe("");
  });

  it("sees errors inside the stream and does not count them as output", () => {
    const meter = createMeter("openai.chat", true);
    const text = 'data: {"error":{"message":"a long error text","type":"server_error","code":null,"param":null}}\n\n';
    expect(run(meter, text)).toBe(text);
    expect(meter.snapshot()).toMatchObject({ errored: true, terminal: false, deliveredOutput: false, usage: null });
  });

  it.each([
    ['{"choices":[],"usage":{"prompt_tokens":-5,"completion_tokens":1}}', "usage_unusable"],
    ['{"choices":[{"delta":{"content":"x"}}]}', "usage_missing"],
  ])("flags an answer whose usage cannot be priced: %s", (chunk, flag) => {
    const meter = createMeter("openai.chat");
    run(meter, `data: ${chunk}\n\ndata: [DONE]\n\n`);
    expect(meter.snapshot()).toMatchObject({ usage: null, terminal: true, flags: [flag] });
  });

  it("counts arguments of tool calls as output", () => {
    const meter = createMeter("openai.chat");
    run(meter, 'data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\\"a\\":1}"}}]}}]}\n\n');
    expect(meter.snapshot().deliveredOutput).toBe(true);
  });

  it("forwards, and does not read, an event that grows without end", () => {
    const meter = createMeter("openai.chat", true);
    const part = bytesOfText("x".repeat(1024 * 1024));
    let forwarded = textOfBytes(meter.push(bytesOfText('data: {"a":"'))).length;
    for (let sent = 0; sent <= MAX_EVENT_BYTES; sent += part.length) forwarded += meter.push(part).length;
    expect(forwarded).toBeGreaterThan(MAX_EVENT_BYTES);
    expect(textOfBytes(meter.push(bytesOfText('"}\n\ndata: [DONE]\n\n')))).toBe('"}\n\ndata: [DONE]\n\n');
    expect(meter.snapshot()).toMatchObject({ terminal: true, flags: ["usage_missing", "event_oversized"] });
    expect(meter.snapshot().estimatedUsage.passes[0]?.tokens.output).toBe(1_000);
  });

  it("keeps the provider's usage beside an event that was not read", () => {
    const meter = createMeter("openai.chat");
    pushOversized(meter, 'data: {"choices":[{"delta":{"content":"', '"}}]}\n\n');
    meter.push(
      bytesOfText('data: {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2}}\n\ndata: [DONE]\n\n'),
    );
    expect(meter.snapshot()).toMatchObject({ flags: [], usage: { passes: [{ tokens: { input: 5, output: 2 } }] } });
  });

  it("is cut off when an event that was not read is the last: its end is an event of its own", () => {
    const meter = createMeter("openai.chat");
    pushOversized(meter, 'data: {"choices":[{"delta":{"content":"', '"}}]}\n\n');
    meter.end();
    expect(meter.isFinished()).toBe(false);
    expect(meter.snapshot()).toMatchObject({ terminal: false, deliveredOutput: true, flags: ["event_oversized"] });
  });

  it("reads \\r\\n, \\r, a byte order mark, comments and data over several lines", () => {
    for (const end of ["\r\n", "\r", "\n"]) {
      const meter = createMeter("openai.chat", true);
      const text = `\uFEFFdata: {"id":"c1",${end}data:"choices":[]}${end}: note${end}${end}data:[DONE]${end}${end}`;
      expect(run(meter, text)).toBe(text);
      expect(meter.snapshot()).toMatchObject({ responseId: "c1", terminal: true });
    }
  });
});

describe("responses", () => {
  const wire = textOfBytes(readWire("responses-stream.sse"));

  it("reads usage, tier and hosted calls off the terminal event", () => {
    const meter = createMeter("openai.responses", true);
    expect(run(meter, wire)).toBe(wire);
    expect(meter.snapshot()).toMatchObject({
      terminal: true,
      responseId: "resp_0a1",
      model: "gpt-6.1-sol",
      usage: {
        tier: "fast",
        calls: { webSearch: 1, fileSearch: 0, codeInterpreter: 0 },
        reasoningTokens: 128,
        passes: [{ tokens: { input: 5_138, cachedInput: 2_048, cacheWrite30m: 1_024, output: 212 } }],
      },
    });
  });

  it("keeps the calls that were finished when the stream stopped, and goes on counting events", () => {
    const meter = createMeter("openai.responses");
    run(meter, wire.slice(0, wire.indexOf("event: response.output_text.done")));
    const snapshot = meter.snapshot();
    expect(snapshot).toMatchObject({ usage: null, terminal: false, deliveredOutput: true });
    expect(snapshot.estimatedUsage.calls.webSearch).toBe(1);
    const event = textOfBytes(meter.errorEvent({ kind: "upstream_timeout" }, context));
    expect(event).toMatch(
      /^event: error\ndata: \{"type":"error","code":"upstream_timeout","message":"[^"]+","param":null,"sequence_number":7\}\n\n$/,
    );
  });

  it.each(["incomplete", "failed"])("ends with response.%s", (status) => {
    const meter = createMeter("openai.responses");
    const usage = status === "failed" ? "null" : '{"input_tokens":5,"output_tokens":2}';
    run(
      meter,
      `event: response.${status}\ndata: {"type":"response.${status}","response":{"status":"${status}","usage":${usage}}}\n\n`,
    );
    expect(meter.snapshot()).toMatchObject({
      terminal: true,
      errored: status === "failed",
      deliveredOutput: status !== "failed",
    });
  });

  it("reads an event of many MiB", () => {
    const meter = createMeter("openai.responses");
    const text = "z".repeat(MAX_EVENT_BYTES - 1_024);
    const usage = '"usage":{"input_tokens":10,"output_tokens":20}';
    meter.push(bytesOfText(`data: {"type":"response.completed","response":{"output":["${text}"],${usage}}}\n\n`));
    expect(meter.snapshot()).toMatchObject({ terminal: true, usage: { passes: [{ tokens: { output: 20 } }] } });
  });

  it.each([
    ["by its name", 'event: response.completed\ndata: {"response":"', false],
    ["by its type", 'data: {"type":"response.incomplete","response":"', false],
    ["by both", 'event: response.failed\ndata: {"type":"response.failed","response":"', true],
    ["by being the last of unknown type", 'data: {"response":"', false],
  ])("ends with an event that is too large to be read, known %s", (_name, head, errored) => {
    const meter = createMeter("openai.responses");
    meter.push(bytesOfText('data: {"type":"response.output_text.delta","delta":"hi"}\n\n'));
    pushOversized(meter, head, '"}\n\n');
    meter.end();
    expect(meter.isFinished()).toBe(true);
    const { usage, estimatedUsage, flags } = meter.snapshot();
    expect(usage).toBeNull();
    expect(flags).toEqual(errored ? ["event_oversized"] : ["usage_missing", "event_oversized"]);
    expect(estimatedUsage.passes[0]?.tokens).toMatchObject({ input: 100, output: 1_000 });
  });

  it("ends at once with an event that is too large to be read, whatever follows", () => {
    const meter = createMeter("openai.responses");
    pushOversized(meter, 'event: response.completed\ndata: {"response":"', '"}\n\ndata: [DONE]\n\ndata: ');
    expect(meter.isFinished()).toBe(true);
  });

  it.each([
    ["cut off in it", 'event: response.completed\ndata: {"response":"', ""],
    ["of another type", 'event: response.completed\ndata: {"type":"response.output_item.done","item":"', '"}\n\n'],
    ["followed by another", 'data: {"response":"', '"}\n\ndata: {"type":"response.in_progress"}\n\n'],
  ])("does not end with an event that is too large to be read, %s", (_name, head, tail) => {
    const meter = createMeter("openai.responses");
    pushOversized(meter, head, tail);
    meter.end();
    expect(meter.isFinished()).toBe(false);
    expect(meter.snapshot()).toMatchObject({ terminal: false, deliveredOutput: true, flags: ["event_oversized"] });
  });

  it("estimates an event that was not read by the cap that is held, for every choice", () => {
    const options = { ...meterContext("openai.responses", { outputCapTokens: null, choices: 2 }), stripUsage: false };
    const outputWith = (outputCapTokens: number | null): number | undefined => {
      const meter = adapterOf("openai.responses").createStreamMeter({ ...options, outputCapTokens });
      meter.push(bytesOfText('data: {"type":"response.output_text.delta","delta":"hi"}\n\n'));
      pushOversized(meter, "data: ", "\n\n");
      return meter.snapshot().estimatedUsage.passes[0]?.tokens.output;
    };
    expect(outputWith(700)).toBe(1_400);
    expect(outputWith(null)).toBe(1);
  });

  it("never estimates more output than the cap of all choices, which the provider keeps", () => {
    const options = { ...meterContext("openai.chat", { outputCapTokens: null, choices: 2 }), stripUsage: false };
    const outputWith = (outputCapTokens: number | null): number | undefined => {
      const meter = adapterOf("openai.chat").createStreamMeter({ ...options, outputCapTokens });
      const content = "one two three four five six seven eight nine ten";
      meter.push(bytesOfText(`data: {"choices":[{"index":0,"delta":{"content":"${content}"}}]}\n\n`));
      return meter.snapshot().estimatedUsage.passes[0]?.tokens.output;
    };
    expect(outputWith(3)).toBe(6);
    expect(outputWith(100)).toBe(outputWith(null));
  });

  it("closes a broken event before its own", () => {
    const meter = createMeter("openai.responses");
    run(meter, 'event: x\ndata: {"ty');
    expect(
      textOfBytes(meter.errorEvent({ kind: "upstream_incomplete" }, context)).startsWith("\n\nevent: error\n"),
    ).toBe(true);
  });
});

describe("messages", () => {
  const wire = textOfBytes(readWire("messages-stream.sse"));

  it("merges the cumulative counters field by field", () => {
    const meter = createMeter("anthropic.messages");
    expect(run(meter, wire)).toBe(wire);
    expect(meter.snapshot()).toMatchObject({
      terminal: true,
      responseId: "msg_01A",
      model: "claude-opus-5-5",
      usage: {
        tier: "standard",
        regional: true,
        calls: { webSearch: 1 },
        flags: [],
        passes: [{ tokens: { input: 10_682, cachedInput: 4_096, cacheWrite5m: 0, cacheWrite1h: 512, output: 510 } }],
      },
    });
  });

  it("knows the input exactly when the stream stops, and counts the output", () => {
    const meter = createMeter("anthropic.messages");
    run(meter, wire.slice(0, wire.indexOf("event: content_block_stop")));
    const { usage, estimatedUsage, terminal } = meter.snapshot();
    expect({ usage, terminal }).toEqual({ usage: null, terminal: false });
    expect(estimatedUsage.passes[0]?.tokens).toMatchObject({ input: 2_679, cachedInput: 4_096, cacheWrite1h: 512 });
    expect(estimatedUsage.passes[0]?.tokens.output).toBeGreaterThan(3);
    expect(estimatedUsage.regional).toBe(true);
  });

  it("bills cache writes that arrive late at the lifetime asked for", () => {
    const meter = createMeter("anthropic.messages", false, { cacheWrite: "1h" });
    const start =
      '{"type":"message_start","message":{"usage":{"input_tokens":1,"output_tokens":1,"cache_creation_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0}}}}';
    const delta =
      '{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9,"input_tokens":null,"cache_creation_input_tokens":70}}';
    run(meter, `event: message_start\ndata: ${start}\n\nevent: message_delta\ndata: ${delta}\n\n`);
    expect(meter.snapshot().usage?.passes[0]?.tokens).toMatchObject({
      input: 1,
      output: 9,
      cacheWrite1h: 70,
      cacheWrite5m: 0,
    });
  });

  it("never lets a counter fall, and ignores null", () => {
    const meter = createMeter("anthropic.messages");
    const event = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`;
    const delta = (usage: unknown): string =>
      event({ type: "message_delta", delta: { stop_reason: "end_turn" }, usage });
    const usage = {
      input_tokens: 40,
      output_tokens: 1,
      cache_read_input_tokens: 7,
      cache_creation: { ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 0 },
      cache_creation_input_tokens: 3,
    };
    run(
      meter,
      event({ type: "message_start", message: { usage } }) +
        delta({ input_tokens: 50, output_tokens: 20, server_tool_use: { web_search_requests: 2 } }) +
        delta({ input_tokens: 0, output_tokens: 0, cache_read_input_tokens: null }) +
        delta({ server_tool_use: { web_search_requests: 1 }, cache_creation: { ephemeral_1h_input_tokens: null } }) +
        event({ type: "message_start", message: { usage: { input_tokens: 1, output_tokens: 1 } } }) +
        event({ type: "message_stop" }),
    );
    expect(meter.snapshot().usage).toMatchObject({
      calls: { webSearch: 2 },
      passes: [{ tokens: { input: 50, cachedInput: 7, cacheWrite5m: 3, cacheWrite1h: 0, output: 20 } }],
    });
  });

  it("never lets a counter of an iteration fall", () => {
    const iterations = (...outputs: number[]): string => {
      const usage = { iterations: outputs.map((output) => ({ input_tokens: 1, output_tokens: output })) };
      return `data: ${JSON.stringify({ type: "message_delta", delta: { stop_reason: "end_turn" }, usage })}\n\n`;
    };
    const meter = createMeter("anthropic.messages");
    run(meter, iterations(5) + iterations(4, 9) + iterations() + 'data: {"type":"message_stop"}\n\n');
    expect(meter.snapshot().usage?.passes.map(({ tokens }) => tokens.output)).toEqual([5, 9]);
  });

  it("sees a counter that is none, and takes the next that is one", () => {
    const meter = createMeter("anthropic.messages");
    const delta = (output: number): string =>
      `data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":1,"output_tokens":${output}}}\n\n`;
    meter.push(bytesOfText(delta(9) + delta(-1)));
    expect(meter.snapshot()).toMatchObject({ usage: null, flags: ["usage_unusable"] });
    meter.push(bytesOfText(delta(7)));
    expect(meter.snapshot().usage?.passes[0]?.tokens.output).toBe(7);
  });

  it("survives usage that is nested without end", () => {
    const deep = `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`;
    const delta = `data: {"type":"message_delta","delta":{},"usage":{"input_tokens":1,"output_tokens":2,"x":${deep}}}\n\n`;
    const meter = createMeter("anthropic.messages");
    run(meter, `${delta}${delta}data: {"type":"message_stop"}\n\n`);
    expect(meter.snapshot().usage?.passes[0]?.tokens.output).toBe(2);
  });

  it("never takes the first small output count for the whole", () => {
    const meter = createMeter("anthropic.messages");
    run(
      meter,
      'data: {"type":"message_start","message":{"usage":{"input_tokens":1,"output_tokens":1}}}\n\ndata: {"type":"message_stop"}\n\n',
    );
    expect(meter.snapshot()).toMatchObject({ usage: null, terminal: true, flags: ["usage_missing"] });
  });

  it("forwards its error events", () => {
    const meter = createMeter("anthropic.messages");
    const text = 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n';
    expect(run(meter, text)).toBe(text);
    expect(meter.snapshot()).toMatchObject({ errored: true, terminal: false, deliveredOutput: false });
  });

  it("turns a broken event into a ping before its own error", () => {
    const meter = createMeter("anthropic.messages");
    run(meter, 'event: content_block_delta\ndata: {"type":"content_bl');
    expect(textOfBytes(meter.errorEvent({ kind: "upstream_incomplete" }, context))).toMatch(
      /^\nevent: ping\n\nevent: error\ndata: \{"type":"error","error":\{"type":"api_error",.*\},"request_id":"req_1"\}\n\n$/,
    );
  });
});
