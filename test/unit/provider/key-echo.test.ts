import { describe, expect, it } from "vitest";
import { repeatsKey } from "../../../src/provider/key-echo.ts";
import { classifyUpstreamFailure } from "../../../src/provider/upstream-failure.ts";

const OPENAI = "sk-proj-Ab3dEf6hIj9lMn2pQr5tUv8xYz1B";
const ANTHROPIC = "sk-ant-api03-Gh7kLm0pQs3vWx6zBc9f-AA";
const UNKNOWN = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

describe("repeatsKey", () => {
  it.each([
    ["the key", OPENAI, `<html>trace ${OPENAI}</html>`],
    ["the key of another kind", ANTHROPIC, `bad x-api-key "${ANTHROPIC}"`],
    ["a key of no known kind", UNKNOWN, `api-key: ${UNKNOWN}`],
    ["the beginning", OPENAI, "a key that begins with sk-proj-Ab3d is not allowed here"],
    ["the beginning of no known kind", UNKNOWN, "the key 0f1e2d3c is not allowed here"],
    ["the end", OPENAI, "a key that ends in r5tUv8xYz1B, or 2pQr5tUv8xYz1B, is not allowed here"],
    ["both ends, masked by stars", OPENAI, "Incorrect API key provided: sk-proj-****************Yz1B."],
    ["both ends, masked by one star", ANTHROPIC, "invalid: sk-a*AA"],
    ["both ends, masked by dots", ANTHROPIC, "key sk-ant-...-AA is not allowed"],
    ["the beginning, masked", OPENAI, "key sk-proj-Ab… is not allowed"],
    ["the end, masked", ANTHROPIC, "key ***9f-AA is not allowed"],
  ])("finds %s", (_name, key, text) => {
    expect(repeatsKey(text, key)).toBe(true);
  });

  it.each([
    ["nothing of it", OPENAI, "max_tokens: must be at least 1"],
    ["the kind alone", OPENAI, "Keys begin with sk-proj- and look like sk-proj-... or sk-***."],
    ["the kind alone, of Anthropic", ANTHROPIC, "Keys begin with sk-ant-api03- and look like sk-ant-api03-..."],
    ["another key", OPENAI, "Incorrect API key provided: sk-proj-****************QrSt."],
    ["words around dots and stars", UNKNOWN, "0... 0f1e? **f0** and 2 * f"],
  ])("does not find %s", (_name, key, text) => {
    expect(repeatsKey(text, key)).toBe(false);
  });

  it.each(["", "k", "key"])("takes %j for no key", (key) => {
    expect(repeatsKey("a key, k: ***key", key)).toBe(false);
  });
});

describe("classifyUpstreamFailure", () => {
  it.each([301, 400, 404, 429, 500])("hides an error of status %i that repeats the key", (status) => {
    const body = JSON.stringify({ error: { message: `bad key ${OPENAI} in request`, type: "invalid_request_error" } });
    expect(classifyUpstreamFailure("openai", status, body, OPENAI)).toEqual({ kind: "upstream_account_error" });
    expect(classifyUpstreamFailure("openai", status, body, ANTHROPIC)).toBeNull();
  });
});
