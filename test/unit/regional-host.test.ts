import { expect, test } from "vitest";
import { isRegionalHost } from "../../src/core/regional-host.ts";

test.each([
  ["openai", "https://eu.api.openai.com/v1", true],
  ["openai", "https://us.api.openai.com/v1", true],
  ["openai", "https://EU.API.OPENAI.COM:443/v1", true],
  ["openai", "https://eu.api.openai.com./v1", true],
  ["openai", "https://api.openai.com/v1", false],
  ["openai", "https://api.openai.com./v1", false],
  ["openai", "https://api.openai.com.evil.example/v1", false],
  ["openai", "https://eu.api.openai.com@evil.example/v1", false],
  ["openai", "https://evil.example/.api.openai.com", false],
  ["openai", "https://evil.example?.api.openai.com", false],
  ["openai", "https://eu.apixopenai.com/v1", false],
  ["openai", "https://eu-api.openai.com.example/v1", false],
  ["openai", "https://notapi.openai.com/v1", false],
  ["openai", "http://127.0.0.1:8788/v1", false],
  ["anthropic", "https://eu.api.openai.com/v1", false],
  ["anthropic", "https://api.anthropic.com/v1", false],
] as const)("%s at %s: %s", (provider, url, regional) => {
  expect(isRegionalHost(provider, url)).toBe(regional);
});
