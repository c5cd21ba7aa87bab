import { describe, expect, it } from "vitest";
import { adapterOf } from "../../../src/provider/dialects.ts";

const chat = adapterOf("openai.chat");
const responses = adapterOf("openai.responses");
const messages = adapterOf("anthropic.messages");

describe("rewriteBody", () => {
  it("changes nothing when nothing is asked", () => {
    const text = ' {\n "model" : "a", "temperature":1.0, "seed":1e5,"x":"\\u0041\\/" }\n';
    expect(chat.rewriteBody(text, {})).toBe(text);
  });

  it("keeps number forms, escapes, order and white space around a changed model", () => {
    const text = '{ "temperature":1.0,\t"model" : "alias" ,"seed":1e5,"x":"\\u0041\\/"}';
    expect(chat.rewriteBody(text, { model: 'gpt-"6"' })).toBe(
      '{ "temperature":1.0,\t"model" : "gpt-\\"6\\"" ,"seed":1e5,"x":"\\u0041\\/"}',
    );
  });

  it("finds a key that is written with escapes, and not one inside a string or a nested object", () => {
    const text = '{"a":"\\"model\\":\\"x\\"","b":{"model":"y"},"mod\\u0065l":"z"}';
    expect(responses.rewriteBody(text, { model: "new" })).toBe(
      '{"a":"\\"model\\":\\"x\\"","b":{"model":"y"},"mod\\u0065l":"new"}',
    );
  });

  it.each([
    ['{"model":"m"}', '{"model":"m","max_completion_tokens":7}'],
    ['{"max_tokens":100,"model":"m"}', '{"max_tokens":7,"model":"m"}'],
    ['{"max_tokens":null,"model":"m"}', '{"max_tokens":null,"model":"m","max_completion_tokens":7}'],
    ['{"max_completion_tokens":1e3 }', '{"max_completion_tokens":7 }'],
    ['{"max_tokens":1,"max_completion_tokens":2}', '{"max_tokens":7,"max_completion_tokens":7}'],
  ])("writes the cap of chat: %s", (before, after) => {
    expect(chat.rewriteBody(before, { outputCapTokens: 7 })).toBe(after);
  });

  it("writes the cap of the other endpoints", () => {
    expect(responses.rewriteBody("{}", { outputCapTokens: 7 })).toBe('{"max_output_tokens":7}');
    expect(messages.rewriteBody('{"max_tokens": 9}', { outputCapTokens: 7 })).toBe('{"max_tokens": 7}');
  });

  it.each([
    ['{"stream":true}', '{"stream":true,"stream_options":{"include_usage":true}}'],
    ['{"stream_options":null,"stream":true}', '{"stream_options":{"include_usage":true},"stream":true}'],
    [
      '{"stream_options":{ "include_obfuscation":false },"stream":true}',
      '{"stream_options":{ "include_obfuscation":false,"include_usage":true },"stream":true}',
    ],
    ['{"stream_options":{"include_usage": false}}', '{"stream_options":{"include_usage": true}}'],
  ])("asks for usage and keeps the other stream options: %s", (before, after) => {
    expect(chat.rewriteBody(before, { includeUsage: true })).toBe(after);
  });

  it("forces store, and several changes at once", () => {
    expect(
      responses.rewriteBody('{"store":true,"model":"a","z":[1.50]}', { store: false, model: "b", outputCapTokens: 1 }),
    ).toBe('{"store":false,"model":"b","z":[1.50],"max_output_tokens":1}');
  });
});
