/** `GET /v1/openapi.json` describes everything that is served, as it is served. */
import { beforeAll, expect, test } from "vitest";
import { ROUTE_ACCESS } from "../../src/api/access-table.ts";
import { anthropicFundsFailureSchema, fundsFailureSchema } from "../../src/contract/failure-body.ts";
import { failureResponse } from "../../src/provider/failure.ts";
import { readReference, type Operation } from "../support/worker-api-reference.ts";

const MODEL_TRAFFIC = [
  "POST /v1/chat/completions",
  "POST /v1/responses",
  "POST /v1/messages",
  "POST /v1/messages/count_tokens",
  "GET /v1/models",
  "GET /v1/models/{id}",
];

/** Of programs that have no key of ours. */
const WEBHOOKS = ["POST /v1/payments/webhooks/{provider}"];

const OAUTH = [
  "GET /v1/oauth/authorize",
  "POST /v1/oauth/authorize",
  "POST /v1/oauth/token",
  "POST /v1/oauth/revoke",
  "GET /v1/oauth/userinfo",
  "GET /.well-known/oauth-authorization-server",
];

let operations: readonly Operation[] = [];
beforeAll(async () => {
  operations = await readReference();
});

function operationOf(name: string): Operation {
  const operation = operations.find((candidate) => candidate.name === name);
  if (operation === undefined) throw new Error(`${name} is not described`);
  return operation;
}

test("it has every route of the access table, OAuth and model traffic", () => {
  const described = operations.map(({ name }) => name);
  expect(described.toSorted()).toEqual(
    [...Object.keys(ROUTE_ACCESS), ...MODEL_TRAFFIC, ...OAUTH, ...WEBHOOKS].toSorted(),
  );
});

test.each([
  ["POST /v1/chat/completions", "Failure", "FundsFailure"],
  ["POST /v1/responses", "Failure", "FundsFailure"],
  ["POST /v1/messages", "AnthropicFailure", "AnthropicFundsFailure"],
])("%s has our headers, and refusals in its dialect", (name, failure, fundsFailure) => {
  const { headers, answers } = operationOf(name);
  expect(headers).toEqual([
    "X-User-Id",
    "X-Team-Id",
    "X-Agent-Id",
    "X-Agent-Run-Id",
    "X-Cost-Ticket",
    "x-keeptrusts-clamp",
    "x-keeptrusts-zdr",
    "x-keeptrusts-include-cost",
  ]);
  expect(answers["200"]?.headers).toEqual(
    expect.arrayContaining(["x-request-id", "x-keeptrusts-cost", "x-keeptrusts-reservation", "server-timing"]),
  );
  expect(answers["402"]?.schema).toBe(fundsFailure);
  for (const status of ["400", "401", "403", "404", "413", "500", "502", "503", "504"]) {
    expect(answers[status]?.schema, status).toBe(failure);
  }
});

test.each([
  ["openai", fundsFailureSchema],
  ["anthropic", anthropicFundsFailureSchema],
] as const)("a 402 in the dialect of %s has exactly the fields that are described", (dialect, schema) => {
  const { status, body } = failureResponse(
    dialect,
    {
      kind: "insufficient_funds",
      ticket: {
        id: "ctk_1",
        estimatedCostNanos: 5n,
        currency: "USD",
        provider: "openai",
        model: "gpt-5-mini",
        requestSha256: "ab".repeat(32),
        createdAtMs: 0,
        expiresAtMs: 1,
        affordableOutputTokens: 0,
      },
      requiredNanos: 5n,
      availableNanos: 1n,
      currency: "USD",
      scope: "team",
      topUp: { available: false, url: null },
    },
    { requestId: "req_1", nowMs: 0 },
  );
  expect(status).toBe(402);
  expect(body).toHaveProperty("cost_ticket.id", "ctk_1");
  // Parsing drops what the schema does not know.
  expect(schema.parse(body)).toEqual(body);
});

test("Idempotency-Key is described on everything that changes something, with its refusal and its mark", () => {
  const taking = operations.filter(({ headers }) => headers.includes("Idempotency-Key"));
  const changing = operations.filter(
    ({ name, tag }) =>
      !name.startsWith("GET ") && !["Model traffic", "OAuth"].includes(tag) && !WEBHOOKS.includes(name),
  );
  expect(taking.map(({ name }) => name)).toEqual(changing.map(({ name }) => name));
  for (const { name, answers } of taking) {
    expect(answers["409"]?.schema, name).toBe("Failure");
    expect((answers["200"] ?? answers["201"])?.headers, name).toContain("idempotency-replayed");
  }
});

test("every list takes a limit and a cursor, and every refusal has a schema", () => {
  const lists = operations.filter(({ tag, isList }) => isList && tag !== "Model traffic");
  expect(lists.length).toBeGreaterThan(10);
  for (const { name, query } of lists) expect(query, name).toEqual(expect.arrayContaining(["limit", "cursor"]));
  for (const { name, answers } of operations) {
    for (const [status, { schema }] of Object.entries(answers)) {
      if (Number(status) >= 400 && !name.startsWith("GET /v1/models")) expect(schema, name).toMatch(/Failure$/);
    }
  }
});
