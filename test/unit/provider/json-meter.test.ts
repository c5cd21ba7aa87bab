import { describe, expect, it } from "vitest";
import { adapterOf } from "../../../src/provider/dialects.ts";
import { meterContext } from "./support.ts";

const chat = (answer: unknown) =>
  adapterOf("openai.chat").meterJson(JSON.stringify(answer), meterContext("openai.chat"));
const responses = (answer: unknown) =>
  adapterOf("openai.responses").meterJson(JSON.stringify(answer), meterContext("openai.responses"));
const messages = (answer: unknown) =>
  adapterOf("anthropic.messages").meterJson(JSON.stringify(answer), meterContext("anthropic.messages"));

describe("meterJson", () => {
  it("reads a chat answer", () => {
    const snapshot = chat({
      id: "chatcmpl-1",
      model: "gpt-6.1-sol",
      service_tier: "flex",
      choices: [{ message: { role: "assistant", content: "hello" } }],
      usage: { prompt_tokens: 9, completion_tokens: 2 },
    });
    expect(snapshot).toMatchObject({
      terminal: true,
      responseId: "chatcmpl-1",
      model: "gpt-6.1-sol",
      deliveredOutput: true,
      usage: { tier: "flex", passes: [{ model: "gpt-6.1-sol", tokens: { input: 9, output: 2 } }] },
    });
  });

  it("counts hosted calls of a response: searches by call, code by container, failures never", () => {
    const snapshot = responses({
      id: "resp_1",
      status: "completed",
      model: "gpt-6.1-sol",
      output: [
        { type: "web_search_call", status: "completed" },
        { type: "web_search_call", status: "completed" },
        { type: "web_search_call", status: "failed" },
        { type: "file_search_call", status: "completed" },
        { type: "code_interpreter_call", container_id: "cntr_1" },
        { type: "code_interpreter_call", container_id: "cntr_1" },
        { type: "mcp_call" },
      ],
      usage: { input_tokens: 1, output_tokens: 1 },
    });
    expect(snapshot.usage?.calls).toEqual({ webSearch: 2, fileSearch: 1, codeInterpreter: 1 });
  });

  it("takes the one search of a chat request and its size from the request, with usage and without", () => {
    const facts = { calls: { webSearch: 1, fileSearch: 0, codeInterpreter: 0 }, searchContextSize: "high" } as const;
    const answer = { choices: [{ message: { content: "found" } }], usage: { prompt_tokens: 9, completion_tokens: 2 } };
    const { usage, estimatedUsage } = adapterOf("openai.chat").meterJson(
      JSON.stringify(answer),
      meterContext("openai.chat", facts),
    );
    expect(usage).toMatchObject(facts);
    expect(estimatedUsage).toMatchObject(facts);
    const unreported = adapterOf("openai.chat").meterJson(
      JSON.stringify({ ...answer, usage: null }),
      meterContext("openai.chat", facts),
    );
    expect(unreported.estimatedUsage).toMatchObject(facts);
  });

  it("reads a messages answer", () => {
    const snapshot = messages({
      id: "msg_1",
      type: "message",
      model: "claude-opus-5-5",
      content: [{ type: "text", text: "hello" }],
      usage: { input_tokens: 9, output_tokens: 2, speed: "fast" },
    });
    expect(snapshot).toMatchObject({
      responseId: "msg_1",
      usage: { tier: "fast", passes: [{ tokens: { input: 9, output: 2 } }] },
    });
  });

  it("sees that an empty answer without usage delivered nothing", () => {
    expect(chat({ choices: [{ message: { content: "" } }] })).toMatchObject({ deliveredOutput: false, usage: null });
    expect(responses({ output: [], usage: null })).toMatchObject({ deliveredOutput: false, usage: null });
    expect(messages({ type: "message", content: [] })).toMatchObject({ deliveredOutput: false, usage: null });
  });

  it("estimates an answer that came without usage, and flags it", () => {
    const snapshot = chat({ choices: [{ message: { content: "A sentence of a few words." } }] });
    expect(snapshot).toMatchObject({ usage: null, deliveredOutput: true, flags: ["usage_missing"] });
    expect(snapshot.estimatedUsage.passes[0]?.tokens).toMatchObject({ input: 100 });
    expect(snapshot.estimatedUsage.passes[0]?.tokens.output).toBeGreaterThan(4);
  });

  it("keeps names short that would not fit a message", () => {
    const long = "x".repeat(200_000);
    const usage = { prompt_tokens: 9, completion_tokens: 2 };
    const snapshot = chat({ id: long, model: long, choices: [], usage });
    expect(snapshot).toMatchObject({ responseId: null, model: "x".repeat(256) });
    expect(JSON.stringify(snapshot).length).toBeLessThan(4_000);
  });

  it("does not call an unreadable answer whole", () => {
    const snapshot = adapterOf("openai.chat").meterJson("<html>", meterContext("openai.chat"));
    expect(snapshot).toMatchObject({ terminal: false, usage: null, deliveredOutput: false });
  });
});
