import { expect, test } from "vitest";
import { endpointOfUsage } from "../../../src/api/usage-shape.ts";
import { methodsOf } from "../../../src/api/access-table.ts";

test.each([
  [{ prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }, "openai.chat"],
  [{ input_tokens: 1, output_tokens: 1, total_tokens: 2 }, "openai.responses"],
  [{ input_tokens: 1, output_tokens: 1, input_tokens_details: { cached_tokens: 1 } }, "openai.responses"],
  [{ input_tokens: 1, output_tokens: 1, cache_read_input_tokens: 5 }, "anthropic.messages"],
])("%j is of %s", (usage, endpoint) => {
  expect(endpointOfUsage(usage)).toBe(endpoint);
});

test("a path knows its methods", () => {
  expect(methodsOf("/v1/keys/key_1")).toEqual(["GET", "PATCH", "DELETE"]);
  expect(methodsOf("/v1/keys/key_1/rotate")).toEqual(["POST"]);
  expect(methodsOf("/v1/openapi_json")).toEqual([]);
});
