/** Access policies through the API, and what they do to requests, lists of models and simulations: always the same. */
import { expect, test } from "vitest";
import type { Grant } from "../../src/contract/commands.ts";
import { factsFor } from "../support/worker-organization.ts";
import { call, deps, makeOrganization, rowsOf, textOf, type Json } from "../support/worker-api.ts";
import { sha256Hex } from "../../src/platform/identifiers.ts";
import { NO_IDENTITY } from "../../src/core/attribution.ts";
import type { Failure } from "../../src/core/failure.ts";

const PATH = "/v1/unified-access/access-policies";

interface Caller {
  readonly organizationId: string;
  readonly admin: string;
  readonly keyId: string;
  readonly key: string;
}

let made = 0;

async function makeCaller(keyFields: Readonly<Record<string, unknown>> = {}): Promise<Caller> {
  const { id, token } = await makeOrganization({ credit: "100" });
  const key = await call("POST /v1/keys", { token, body: { name: "k", type: "gateway", ...keyFields } });
  return { organizationId: id, admin: token, keyId: textOf(key.body["id"]), key: textOf(key.body["key"]) };
}

async function createPolicy({ admin }: Caller, body: Readonly<Record<string, unknown>>): Promise<Json> {
  const reply = await call(`POST ${PATH}`, { token: admin, body });
  expect([reply.status, reply.body["error"]]).toEqual([201, undefined]);
  return reply.body;
}

async function authorize(
  { organizationId, key }: Caller,
  facts: Parameters<typeof factsFor>[0] = {},
  clamp = false,
): Promise<{ readonly grant: Grant } | { readonly failure: Failure }> {
  made += 1;
  const reply = await deps.organization(organizationId).authorize({
    requestId: `req_policy_${made}`,
    reservationId: `res_policy_${made}`,
    credential: { tokenSha256: await sha256Hex(key) },
    asserted: NO_IDENTITY,
    facts: factsFor({ model: "gpt-5.4-mini", ...facts }),
    requestSha256: "a".repeat(64),
    ticketId: null,
    clamp,
    zdrMode: "off",
    store: null,
    forwardedElsewhere: false,
    metadata: {},
  });
  return reply.outcome === "refused" ? { failure: reply.failure } : { grant: reply.grant };
}

async function failureOf(caller: Caller, facts: Parameters<typeof factsFor>[0] = {}): Promise<Failure> {
  const reply = await authorize(caller, facts);
  if ("grant" in reply) throw new Error("not refused");
  return reply.failure;
}

async function simulate({ admin, keyId }: Caller, body: Readonly<Record<string, unknown>>): Promise<Json> {
  const reply = await call(`POST ${PATH}/simulate`, {
    token: admin,
    body: { subject: { key_id: keyId }, endpoint: "openai.chat", ...body },
  });
  expect(reply.status).toBe(200);
  return reply.body;
}

async function listed({ organizationId, key }: Caller): Promise<ReadonlySet<string>> {
  const reply = await deps.organization(organizationId).models({ tokenSha256: await sha256Hex(key) }, NO_IDENTITY);
  if (reply.outcome === "refused") throw new Error(reply.failure.kind);
  return new Set(reply.prices.map((price) => price.model));
}

test("a new organization has one visible policy that allows everything, and nothing is allowed without it", async () => {
  const caller = await makeCaller();
  const [only, ...others] = rowsOf(await call(`GET ${PATH}`, { token: caller.admin }));
  expect(others).toEqual([]);
  expect(only).toMatchObject({ name: "Everyone may use every model", effect: "allow", resources: { models: ["*"] } });
  expect("grant" in (await authorize(caller))).toBe(true);

  await call(`PATCH ${PATH}/${textOf(only?.["id"])}`, { token: caller.admin, body: { enabled: false } });
  expect(await failureOf(caller)).toEqual({ kind: "access_denied", rule: null, model: "gpt-5.4-mini" });
  expect(await simulate(caller, { model: "gpt-5.4-mini" })).toMatchObject({
    decision: "deny",
    matched: [],
    reasons: ["No access policy allows it."],
  });
  expect((await listed(caller)).size).toBe(0);

  await call(`DELETE ${PATH}/${textOf(only?.["id"])}`, { token: caller.admin });
  expect(await failureOf(caller)).toMatchObject({ kind: "access_denied", rule: null });
});

test("a deny wins over every allow, under every name that the model has", async () => {
  const caller = await makeCaller();
  await createPolicy(caller, { name: "No mini", effect: "deny", resources: { models: ["gpt-5.4-mini"] } });
  for (const model of ["gpt-5.4-mini", "gpt-5.4-mini-2026-03-17"]) {
    const failure = await failureOf(caller, { model });
    // A dated name is denied if it is an alias of the model; a name that nobody knows is not found.
    expect(["access_denied", "model_not_found"]).toContain(failure.kind);
    if (failure.kind === "access_denied") expect(failure.rule).toBe("No mini");
  }
  expect("grant" in (await authorize(caller, { model: "gpt-5.4" }))).toBe(true);
  const models = await listed(caller);
  expect(models.has("gpt-5.4-mini")).toBe(false);
  expect(models.has("gpt-5.4")).toBe(true);
});

test("the catalog says what forbids a model", async () => {
  const caller = await makeCaller({ models: ["gpt-5*"] });
  await createPolicy(caller, { name: "No nano", effect: "deny", resources: { models: ["gpt-5-nano*"] } });
  const catalog = rowsOf(await call("GET /v1/unified-access/models?limit=200", { token: caller.key }));
  const shown = (model: string) => {
    const row = catalog.find((each) => textOf(each["model"]) === model);
    return [row?.["allowed"], row?.["denied_by"]];
  };
  expect(shown("gpt-5-mini")).toEqual([true, null]);
  expect(shown("gpt-5-nano")).toEqual([false, "No nano"]);
  expect(shown("claude-sonnet-5")).toEqual([false, `key ${caller.keyId}`]);
});

test("aliases and prefixes do not slip past a deny", async () => {
  const caller = await makeCaller();
  const catalog = await call("GET /v1/unified-access/models", { token: caller.admin });
  const aliased = rowsOf(catalog).find(
    (row) =>
      Array.isArray(row["aliases"]) &&
      row["aliases"].length > 0 &&
      JSON.stringify(row["endpoints"]).includes("openai.chat"),
  );
  const model = textOf(aliased?.["model"]);
  const alias = textOf(Object.values(aliased?.["aliases"] ?? {})[0]);
  await createPolicy(caller, { name: "By alias", effect: "deny", resources: { models: [alias] } });
  for (const name of [model, alias]) {
    expect(await failureOf(caller, { model: name })).toEqual({ kind: "access_denied", rule: "By alias", model: name });
  }
});

test("subjects: team, key, tags of the key, and of its team", async () => {
  const { id: organizationId, token: admin } = await makeOrganization({ credit: "100" });
  const team = await call("POST /v1/teams", { token: admin, body: { name: "Core", tags: ["env:prod"] } });
  const teamId = textOf(team.body["id"]);
  const key = await call("POST /v1/keys", {
    token: admin,
    body: { name: "k", type: "gateway", team_id: teamId, tags: ["tier:gold"] },
  });
  const caller: Caller = { organizationId, admin, keyId: textOf(key.body["id"]), key: textOf(key.body["key"]) };
  const subjects = [
    { teams: [teamId] },
    { keys: [caller.keyId] },
    { tags: ["tier:gold"] },
    { tags: ["env:prod", "env:none"] },
    { teams: [teamId], tags: ["tier:gold"] },
  ];
  for (const [index, subject] of subjects.entries()) {
    const policy = await createPolicy(caller, { name: `Deny ${index}`, effect: "deny", subjects: subject });
    expect(await failureOf(caller), JSON.stringify(subject)).toMatchObject({ rule: `Deny ${index}` });
    expect((await simulate(caller, { model: "gpt-5.4-mini" }))["decision"]).toBe("deny");
    await call(`DELETE ${PATH}/${textOf(policy["id"])}`, { token: admin });
  }
  for (const subject of [
    { teams: ["team_other"] },
    { tags: ["tier:silver"] },
    { teams: [teamId], keys: ["key_other"] },
  ]) {
    await createPolicy(caller, { name: JSON.stringify(subject), effect: "deny", subjects: subject });
    expect("grant" in (await authorize(caller)), JSON.stringify(subject)).toBe(true);
  }
});

test("the smallest output limit binds: sent for a request without a cap, refused over it, lowered when asked", async () => {
  const caller = await makeCaller();
  for (const [name, limit] of [
    ["Wide", 5_000],
    ["Narrow", 300],
  ] as const) {
    await createPolicy(caller, {
      name,
      effect: "allow",
      resources: { models: ["gpt-*"] },
      limits: { max_output_tokens: limit },
    });
  }
  expect(await authorize(caller, { outputCapTokens: null })).toMatchObject({ grant: { outputCapTokens: 300 } });
  expect(await authorize(caller, { outputCapTokens: 300 })).toMatchObject({ grant: { outputCapTokens: null } });
  expect(await failureOf(caller, { outputCapTokens: 301 })).toEqual({
    kind: "access_denied",
    rule: null,
    model: "gpt-5.4-mini",
    limit: { name: "max_output_tokens", allowedOutputTokens: 300 },
  });
  expect(await authorize(caller, { outputCapTokens: 301 }, true)).toMatchObject({
    grant: { outputCapTokens: 300, clamped: true },
  });
  expect(await simulate(caller, { model: "gpt-5.4-mini" })).toMatchObject({
    effective_limits: { max_output_tokens: 300, max_cost_per_request: null },
  });
});

test("a cost limit is of the worst case without the buffer, to the token", async () => {
  const caller = await makeCaller();
  // 1,000 input tokens at 0.75 USD and 500 output tokens at 4.50 USD a million.
  const limits = { max_cost_per_request: "0.003" };
  await createPolicy(caller, { name: "Cheap", effect: "allow", resources: { providers: ["openai"] }, limits });
  expect("grant" in (await authorize(caller, { outputCapTokens: 500 }))).toBe(true);
  expect(await failureOf(caller, { outputCapTokens: 501 })).toMatchObject({
    limit: { name: "max_cost_per_request", allowedOutputTokens: 500 },
  });
  expect(await authorize(caller, { outputCapTokens: null })).toMatchObject({ grant: { outputCapTokens: 500 } });
  expect(await failureOf(caller, { tokens: 10_000 })).toMatchObject({
    limit: { name: "max_cost_per_request", allowedOutputTokens: 0 },
  });
});

test("a draft decides as if it were saved, and changes nothing", async () => {
  const caller = await makeCaller();
  const saved = await createPolicy(caller, {
    name: "No mini",
    effect: "deny",
    resources: { models: ["gpt-5.4-mini"] },
  });
  const draft = { name: "No large", effect: "deny", resources: { models: ["gpt-5.4"] } };
  expect((await simulate(caller, { model: "gpt-5.4", drafts: [draft] }))["matched"]).toMatchObject([
    { id: "draft_1", name: "No large", effect: "deny" },
    { name: "Everyone may use every model", effect: "allow" },
  ]);
  const replacing = { id: textOf(saved["id"]), ...draft };
  expect((await simulate(caller, { model: "gpt-5.4-mini", drafts: [replacing] }))["decision"]).toBe("allow");
  expect((await simulate(caller, { model: "gpt-5.4-mini" }))["decision"]).toBe("deny");
  expect("grant" in (await authorize(caller, { model: "gpt-5.4" }))).toBe(true);
});

test("what is listed is what simulation allows, for every model", async () => {
  const caller = await makeCaller({ models: ["gpt-5*", "gpt-4*", "o*"] });
  await createPolicy(caller, { name: "No nano", effect: "deny", resources: { models: ["gpt-5-nano*", "o3*"] } });
  const models = await listed(caller);
  const catalog = rowsOf(await call("GET /v1/unified-access/models", { token: caller.admin }));
  expect(models.size).toBeGreaterThan(3);
  for (const row of catalog) {
    const endpoints: unknown = row["endpoints"];
    if (!Array.isArray(endpoints)) throw new TypeError("no endpoints");
    const decisions = await Promise.all(
      endpoints.map(
        async (endpoint: unknown) => (await simulate(caller, { model: row["model"], endpoint }))["decision"],
      ),
    );
    const isAllowed = decisions.some((decision) => textOf(decision) === "allow");
    expect([row["model"], models.has(textOf(row["model"]))]).toEqual([row["model"], isAllowed]);
  }
});

test("bad policies are refused with the field and the rule", async () => {
  const { admin } = await makeCaller();
  const refuse = async (body: unknown) => {
    const { status, body: answer } = await call(`POST ${PATH}`, { token: admin, body });
    return [status, answer["error"]?.["param"], answer["error"]?.["code"]];
  };
  expect(await refuse({ name: "Nothing", effect: "deny" })).toEqual([400, "resources", "missing_required_parameter"]);
  expect(await refuse({ name: "x", effect: "deny", resources: { models: ["a*b"] } })).toEqual([
    400,
    "resources.models.0",
    "invalid_value",
  ]);
  expect(
    await refuse({ name: "x", effect: "deny", resources: { models: ["*"] }, limits: { max_output_tokens: 5 } }),
  ).toEqual([400, "limits", "invalid_value"]);
  expect(await refuse({ name: "Everyone may use every model", effect: "deny", resources: { models: ["*"] } })).toEqual([
    409,
    null,
    "name_taken",
  ]);
});
