import { describe, expect, it } from "vitest";
import type { Dialect } from "../../../src/core/endpoint.ts";
import { classifyUpstreamFailure } from "../../../src/provider/upstream-failure.ts";

const openai = (type: string, code: string | null) =>
  JSON.stringify({ error: { message: "m", type, param: null, code } });
const anthropic = (type: string, message = "m", details?: unknown) =>
  JSON.stringify({ type: "error", error: { type, message, details }, request_id: "req_1" });

describe("classifyUpstreamFailure", () => {
  it.each<[Dialect, number, string]>([
    ["openai", 401, openai("invalid_request_error", "invalid_api_key")],
    ["openai", 403, "<html>"],
    ["openai", 429, openai("insufficient_quota", "insufficient_quota")],
    ["openai", 429, openai("requests", "credit_balance_exhausted")],
    ["openai", 429, openai("requests", "billing_hard_limit_reached")],
    ["openai", 400, openai("invalid_request_error", "billing_not_active")],
    ["anthropic", 402, anthropic("billing_error")],
    ["anthropic", 403, anthropic("permission_error")],
    ["anthropic", 429, anthropic("rate_limit_error", "m", { error_code: "enforced_spend_limit_reached" })],
    [
      "anthropic",
      400,
      anthropic("invalid_request_error", "Your credit balance is too low to access the Anthropic API."),
    ],
    ["anthropic", 400, anthropic("invalid_request_error", "You have reached your specified API usage limits.")],
  ])("%s %i %s is about our account", (dialect, status, body) => {
    expect(classifyUpstreamFailure(dialect, status, body, "sk-upstream")).toEqual({ kind: "upstream_account_error" });
  });

  it.each<[Dialect, number, string]>([
    ["openai", 400, openai("invalid_request_error", "context_length_exceeded")],
    ["openai", 404, openai("invalid_request_error", "model_not_found")],
    ["openai", 429, openai("tokens", "rate_limit_exceeded")],
    ["openai", 429, "not json"],
    ["openai", 503, openai("service_unavailable_error", "server_is_overloaded")],
    ["anthropic", 400, anthropic("invalid_request_error", "max_tokens: must be at least 1")],
    ["anthropic", 429, anthropic("rate_limit_error", "Number of requests has exceeded your rate limit")],
    ["anthropic", 529, anthropic("overloaded_error")],
    ["anthropic", 200, anthropic("billing_error")],
  ])("%s %i %s passes unchanged", (dialect, status, body) => {
    expect(classifyUpstreamFailure(dialect, status, body, "sk-upstream")).toBeNull();
  });
});
