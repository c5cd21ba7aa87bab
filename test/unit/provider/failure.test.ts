import { describe, expect, it } from "vitest";
import type { BudgetWindowView } from "../../../src/core/budget.ts";
import type { Failure } from "../../../src/core/failure.ts";
import { failureResponse } from "../../../src/provider/failure.ts";

const context = { requestId: "req_1", nowMs: Date.parse("2026-11-20T10:00:00Z") };
const ticket = {
  id: "tkt_1",
  estimatedCostNanos: 500_000_000n,
  currency: "USD",
  provider: "openai",
  model: "gpt-6.1-sol",
  requestSha256: "ab",
  createdAtMs: context.nowMs,
  expiresAtMs: context.nowMs + 86_400_000,
  affordableOutputTokens: 42,
} as const;
const funds: Failure = {
  kind: "insufficient_funds",
  ticket,
  requiredNanos: 500_000_000n,
  availableNanos: 120_000_000n,
  currency: "USD",
  scope: "team",
  topUp: { available: true, url: "https://example.test/top-up" },
};
const teamDay: BudgetWindowView = {
  policyId: "bud_1",
  name: "Team day",
  scope: { type: "team", id: "team_1" },
  window: "daily",
  hard: true,
  limitNanos: 10_000_000_000n,
  usedNanos: 9_500_000_000n,
  heldNanos: 400_000_000n,
  requestedNanos: 200_000_000n,
  resetsAtMs: context.nowMs + 7_200_000,
};
const budget: Failure = { kind: "budget_exhausted", retryAfterSeconds: 7_200, budgets: [teamDay] };

const constraint: Failure = {
  kind: "agent_constraint_exceeded",
  agent: { id: "agt_1", name: "Researcher" },
  runId: "run-7",
  currency: "USD",
  constraints: [
    {
      limit: {
        id: "ucn_1",
        unit: "credits",
        window: "daily",
        limit: 5_000_000_000n,
        counterKey: "a",
        resetsAtMs: context.nowMs + 7_200_000,
        forgetAfterMs: null,
      },
      used: 4_500_000_000n,
      held: 250_000_000n,
      requested: 500_000_000n,
      fits: false,
    },
    {
      limit: {
        id: "ucn_2",
        unit: "requests",
        window: "run",
        limit: 100n,
        counterKey: "b",
        resetsAtMs: null,
        forgetAfterMs: null,
      },
      used: 3n,
      held: 1n,
      requested: 1n,
      fits: true,
    },
  ],
};

/** Kind, status, OpenAI type and code, Anthropic type, and the headers that SDKs act on (contract: Failures). */
const TABLE: readonly (readonly [Failure, number, string, string, string, Readonly<Record<string, string>>])[] = [
  [
    { kind: "unauthenticated", reason: "unknown" },
    401,
    "invalid_request_error",
    "invalid_api_key",
    "authentication_error",
    { "www-authenticate": 'Bearer error="invalid_token"' },
  ],
  [{ kind: "organization_suspended" }, 403, "permission_error", "organization_suspended", "permission_error", {}],
  [
    { kind: "access_denied", rule: "No Opus", model: "m" },
    403,
    "permission_error",
    "access_denied",
    "permission_error",
    {},
  ],
  [
    { kind: "identity_not_allowed", header: "X-User-Id" },
    403,
    "permission_error",
    "identity_not_allowed",
    "permission_error",
    {},
  ],
  [
    { kind: "capability_required", capability: "org:admin" },
    403,
    "permission_error",
    "capability_required",
    "permission_error",
    {},
  ],
  [{ kind: "credit_not_issued", setting: null }, 403, "permission_error", "credit_not_issued", "permission_error", {}],
  [{ kind: "model_not_found", model: "m" }, 404, "invalid_request_error", "model_not_found", "not_found_error", {}],
  [{ kind: "not_found", what: "reservation" }, 404, "invalid_request_error", "not_found", "not_found_error", {}],
  [
    { kind: "method_not_allowed", allowed: ["GET", "PUT"] },
    405,
    "invalid_request_error",
    "method_not_allowed",
    "invalid_request_error",
    { allow: "GET, PUT" },
  ],
  [
    { kind: "invalid_request", param: "n", code: "invalid_value", message: "x" },
    400,
    "invalid_request_error",
    "invalid_value",
    "invalid_request_error",
    {},
  ],
  [
    { kind: "conflict", code: "reservation_conflict", message: "x" },
    409,
    "invalid_request_error",
    "reservation_conflict",
    "conflict_error",
    { "x-should-retry": "false" },
  ],
  [
    { kind: "body_too_large", limitBytes: 10 },
    413,
    "invalid_request_error",
    "request_too_large",
    "request_too_large",
    {},
  ],
  [
    {
      kind: "rate_limited",
      scope: { type: "key", id: "key_1", name: null },
      limit: 5,
      unit: "requests",
      retryAfterSeconds: 600,
      rates: { requests: { limit: 5, remaining: 0, resetMs: 12_500 }, tokens: null },
    },
    429,
    "rate_limit_error",
    "rate_limit_exceeded",
    "rate_limit_error",
    {
      "retry-after": "60",
      "x-ratelimit-limit-requests": "5",
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": "12.5s",
    },
  ],
  [
    {
      kind: "rate_limited",
      scope: { type: "policy", id: "pol_1:key_1", name: "Small" },
      limit: 5,
      unit: "tokens",
      retryAfterSeconds: null,
      rates: { requests: null, tokens: { limit: 5, remaining: 5, resetMs: 60_000 } },
    },
    429,
    "rate_limit_error",
    "rate_limit_exceeded",
    "rate_limit_error",
    {
      "x-should-retry": "false",
      "x-ratelimit-limit-tokens": "5",
      "x-ratelimit-remaining-tokens": "5",
      "x-ratelimit-reset-tokens": "1m0s",
    },
  ],
  [
    constraint,
    429,
    "insufficient_quota",
    "agent_constraint_exceeded",
    "rate_limit_error",
    { "x-should-retry": "false" },
  ],
  [
    budget,
    429,
    "insufficient_quota",
    "budget_exhausted",
    "rate_limit_error",
    { "x-should-retry": "false", "retry-after": "7200" },
  ],
  [funds, 402, "insufficient_funds", "insufficient_funds", "billing_error", { "x-should-retry": "false" }],
  [
    { kind: "ticket_invalid", reason: "expired" },
    400,
    "invalid_request_error",
    "cost_ticket_expired",
    "invalid_request_error",
    {},
  ],
  [
    { kind: "price_unknown", model: "m" },
    400,
    "invalid_request_error",
    "model_not_priced",
    "invalid_request_error",
    {},
  ],
  [
    { kind: "exchange_rate_missing", currency: "EUR" },
    503,
    "server_error",
    "exchange_rate_missing",
    "api_error",
    { "x-should-retry": "false" },
  ],
  [
    { kind: "price_ceiling_exceeded", targets: [{ id: "t", projectedNanos: 2n, ceilingNanos: 1n }] },
    400,
    "invalid_request_error",
    "price_ceiling_exceeded",
    "invalid_request_error",
    {},
  ],
  [{ kind: "wallet_unavailable" }, 503, "server_error", "wallet_unavailable", "api_error", { "retry-after": "1" }],
  [
    { kind: "upstream_account_error" },
    502,
    "server_error",
    "upstream_account_error",
    "api_error",
    { "x-should-retry": "false" },
  ],
  [{ kind: "upstream_unreachable" }, 502, "server_error", "upstream_unreachable", "api_error", {}],
  [{ kind: "upstream_timeout" }, 504, "server_error", "upstream_timeout", "api_error", {}],
  [{ kind: "upstream_incomplete" }, 502, "server_error", "upstream_incomplete", "api_error", {}],
  [{ kind: "internal" }, 500, "server_error", "internal_error", "api_error", {}],
];

describe("failureResponse", () => {
  it.each(TABLE)("answers $kind", (failure, status, openaiType, code, anthropicType, headers) => {
    const ids = { "x-request-id": "req_1", "request-id": "req_1", "content-type": "application/json; charset=utf-8" };
    const openai = failureResponse("openai", failure, context);
    expect(openai.status).toBe(status);
    expect(openai.headers).toEqual({ ...ids, ...headers });
    expect(openai.body).toMatchObject({ error: { type: openaiType, code, message: expect.any(String) } });
    expect(openai.body["error"]).toHaveProperty("param");

    const anthropic = failureResponse("anthropic", failure, context);
    expect(anthropic.status).toBe(status);
    expect(anthropic.headers).toEqual({ ...ids, ...headers });
    expect(anthropic.body).toMatchObject({ type: "error", error: { type: anthropicType }, request_id: "req_1" });
  });

  it("puts the ticket where either SDK keeps it, and says what to do", () => {
    const expected = {
      id: "tkt_1",
      estimated_cost: "0.50",
      currency: "USD",
      provider: "openai",
      model: "gpt-6.1-sol",
      request_sha256: "ab",
      created_at: "2026-11-20T10:00:00.000Z",
      expires_at: "2026-11-21T10:00:00.000Z",
      affordable_output_tokens: 42,
      top_up: { available: true, url: "https://example.test/top-up" },
    };
    for (const dialect of ["openai", "anthropic"] as const) {
      const { body } = failureResponse(dialect, funds, context);
      expect(body["cost_ticket"]).toEqual(expected);
      expect(body["error"]).toMatchObject({ cost_ticket: expected });
      const message = JSON.stringify(body["error"]);
      for (const part of ["0.50 USD", "team wallet", "0.12 USD", "at most 42", "X-Cost-Ticket: tkt_1"]) {
        expect(message).toContain(part);
      }
    }
  });

  it("leaves the ticket out when there is none", () => {
    const { body } = failureResponse("openai", { ...funds, ticket: null }, context);
    expect(body).not.toHaveProperty("cost_ticket");
    expect(body["error"]).not.toHaveProperty("cost_ticket");
  });

  it("never blames a budget that only counts", () => {
    const soft = { ...teamDay, name: "Soft", hard: false, usedNanos: 900_000_000_000n };
    const failure: Failure = { kind: "budget_exhausted", retryAfterSeconds: 7_200, budgets: [soft, teamDay] };
    const { body } = failureResponse("openai", failure, context);
    expect(body["error"]).toMatchObject({ message: expect.stringMatching(/budget "Team day" leaves/) });
  });

  it("lists the evaluated budgets and names the one that does not fit", () => {
    const { body } = failureResponse("openai", budget, context);
    expect(body["error"]).toMatchObject({
      message: expect.stringMatching(/daily budget "Team day" leaves 0\.10 of 10\.00 .*\(in 120 min\)/),
      budgets: [
        {
          policy_id: "bud_1",
          name: "Team day",
          scope: { type: "team", id: "team_1" },
          window: "daily",
          limit: "10.00",
          used: "9.50",
          held: "0.40",
          requested: "0.20",
          resets_at: "2026-11-20T12:00:00.000Z",
        },
      ],
    });
  });

  it("lists an agent's constraints, and says which is exceeded and until when", () => {
    for (const dialect of ["openai", "anthropic"] as const) {
      expect(failureResponse(dialect, constraint, context).body["error"]).toMatchObject({
        message:
          'The agent "Researcher" may use 5.00 USD a day: 4.50 are used, 0.25 are held by requests that are under way, and this ' +
          "request may use 0.50. What to do: wait until 2026-11-20T12:00:00.000Z, when it starts anew, wait for the requests that " +
          "are under way, ask for fewer output tokens, or ask an administrator to raise the constraint ucn_1.",
        agent_id: "agt_1",
        constraint_id: "ucn_1",
        constraints: [
          {
            id: "ucn_1",
            type: "credits",
            window: "daily",
            limit: "5.00",
            used: "4.50",
            held: "0.25",
            requested: "0.50",
            resets_at: "2026-11-20T12:00:00.000Z",
          },
          {
            id: "ucn_2",
            type: "requests",
            window: "run",
            run_id: "run-7",
            limit: 100,
            used: 3,
            held: 1,
            requested: 1,
            resets_at: null,
          },
        ],
      });
    }
  });

  it.each(["No Opus", "key key_1", "agent Researcher (paused)"])("says what forbids a model: %s", (rule) => {
    const { body } = failureResponse("openai", { kind: "access_denied", rule, model: "m" }, context);
    expect(body).toMatchObject({
      error: {
        rule,
        message: `You may not use the model \`m\`: "${rule}" forbids it. GET /v1/models lists what you can use.`,
      },
    });
  });

  it("names an agent that does not exist", () => {
    const failure: Failure = { kind: "identity_not_allowed", header: "X-Agent-Id", unknownAgentId: "agt_9" };
    expect(failureResponse("openai", failure, context).body["error"]).toMatchObject({
      message: expect.stringContaining("no agent agt_9"),
      header: "X-Agent-Id",
    });
  });

  it("is JSON, without a bigint left in it", () => {
    for (const [failure] of TABLE) {
      expect(() => JSON.stringify(failureResponse("anthropic", failure, context).body)).not.toThrow();
    }
  });
});
