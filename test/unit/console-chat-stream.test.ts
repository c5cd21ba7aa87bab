import { describe, expect, test } from "vitest";
import { readEvent } from "../../src/console/pages/chat/stream.ts";

const FILTERED = [{ kind: "error", message: "The provider's content filter ended the answer." }];

describe("The end of an answer in the chat", () => {
  test.each([
    ["openai.chat", { choices: [{ delta: {}, finish_reason: "content_filter" }] }],
    [
      "openai.responses",
      { type: "response.incomplete", response: { incomplete_details: { reason: "content_filter" } } },
    ],
    ["anthropic.messages", { type: "message_delta", delta: { stop_reason: "refusal" } }],
  ] as const)("by a filter of %s is neither complete nor at the output limit", (endpoint, event) => {
    expect(readEvent(endpoint, JSON.stringify(event))).toEqual(FILTERED);
  });

  test.each([
    ["openai.chat", { choices: [{ delta: {}, finish_reason: "length" }] }],
    [
      "openai.responses",
      { type: "response.incomplete", response: { incomplete_details: { reason: "max_output_tokens" } } },
    ],
    ["anthropic.messages", { type: "message_delta", delta: { stop_reason: "max_tokens" } }],
  ] as const)("at the output limit of %s is cut", (endpoint, event) => {
    expect(readEvent(endpoint, JSON.stringify(event))).toEqual([{ kind: "end", cut: true }]);
  });
});
