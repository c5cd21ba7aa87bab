/** Budgets through the API: how they stand, what they would decide, and what they do to the next request. */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { AssertedIdentity } from "../../src/contract/commands.ts";
import { NO_IDENTITY } from "../../src/core/attribution.ts";
import { sha256Hex } from "../../src/platform/identifiers.ts";
import { factsFor, settleCommand, usageOf } from "../support/worker-organization.ts";
import { call, deps, makeOrganization, textOf, type Json, type Reply } from "../support/worker-api.ts";

const PATH = "/v1/unified-access/budgets";
const POLICIES = "/v1/unified-access/access-policies";
const MODEL = "gpt-5.4-mini";

afterEach(() => {
  vi.useRealTimers();
});

interface Caller {
  readonly organizationId: string;
  readonly admin: string;
  readonly keyId: string;
  readonly key: string;
}

let made = 0;

async function makeCaller(keyFields: Readonly<Record<string, unknown>> = {}): Promise<Caller> {
  const { id, token } = await makeOrganization({ credit: "100" });
  const body = { name: "k", type: "gateway", may_assert_identity: true, ...keyFields };
  const key = await call("POST /v1/keys", { token, body });
  return { organizationId: id, admin: token, keyId: textOf(key.body["id"]), key: textOf(key.body["key"]) };
}

async function createBudget({ admin }: Caller, body: Readonly<Record<string, unknown>>): Promise<Json> {
  const reply = await call(`POST ${PATH}`, { token: admin, body: { scope: { type: "organization" }, ...body } });
  expect([reply.status, reply.body["error"]]).toEqual([201, undefined]);
  return reply.body;
}

/** 1,000 input tokens at 0.75 USD and 500 output tokens at 4.50 USD a million, and 20 % more. */
const HOLD = "0.0036";
/** The same without the buffer. */
const COST = "0.003";

async function authorize({ organizationId, key }: Caller, asserted: Partial<AssertedIdentity> = {}) {
  made += 1;
  return deps.organization(organizationId).authorize({
    requestId: `req_budget_${made}`,
    reservationId: `res_budget_${made}`,
    credential: { tokenSha256: await sha256Hex(key) },
    asserted: { ...NO_IDENTITY, ...asserted },
    facts: factsFor({ model: MODEL, outputCapTokens: 500 }),
    requestSha256: "a".repeat(64),
    ticketId: null,
    clamp: false,
    zdrMode: "off",
    store: null,
    forwardedElsewhere: false,
    metadata: {},
  });
}

async function decisionOf(caller: Caller, asserted: Partial<AssertedIdentity> = {}): Promise<string> {
  const reply = await authorize(caller, asserted);
  return reply.outcome === "refused" ? reply.failure.kind : reply.outcome;
}

const standing = ({ admin }: Caller, query = ""): Promise<Reply> =>
  call(`GET ${PATH}/effective${query === "" ? "" : `?${query}`}`, { token: admin });

const simulate = ({ admin }: Caller, question: Readonly<Record<string, unknown>>): Promise<Reply> =>
  call(`POST ${PATH}/simulate`, {
    token: admin,
    body: { subject: {}, model: MODEL, endpoint: "openai.chat", ...question },
  });

/** By budget and window: budgets that were made in one millisecond have no order. */
function windowsOf(reply: Reply): Readonly<Record<string, Json>> {
  const windows: unknown = reply.body["windows"];
  if (!Array.isArray(windows)) throw new TypeError(JSON.stringify(reply.body));
  const named = windows.map((each: Json) => [`${textOf(each["name"])} ${textOf(each["window"])}`, each] as const);
  return Object.fromEntries(named.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const namesOf = (reply: Reply): readonly string[] => Object.keys(windowsOf(reply));

describe("effective", () => {
  test("shows every window of a use with what it has used and held, and the tightest hard one", async () => {
    const caller = await makeCaller();
    await createBudget(caller, { name: "All", windows: { daily: "1", monthly: "5" } });
    await createBudget(caller, { name: "Soft", hard: false, windows: { daily: "0.001" } });
    const team = { name: "Red", scope: { type: "team", id: "red" }, windows: { daily: "0.5" } };
    const { id } = await createBudget(caller, { ...team, override: { amount: "2", until: "2999-01-01" } });
    await createBudget(caller, { name: "Blue", scope: { type: "team", id: "blue" }, windows: { daily: "0" } });
    await createBudget(caller, { name: "Mini", scope: { type: "model", id: "gpt-5.4*" }, windows: { weekly: "9" } });

    const ended = await authorize(caller, { teamId: "red" });
    if (ended.outcome === "refused") throw new Error(ended.failure.kind);
    const usage = usageOf(1_000, 500);
    const passes = usage.passes.map((pass) => ({ ...pass, model: MODEL }));
    const command = settleCommand(ended.grant.reservationId, { usage: { ...usage, passes }, responseModel: MODEL });
    await deps.organization(caller.organizationId).settle(command);
    await authorize(caller, { teamId: "red" });

    const reply = await standing(caller, `team_id=red&model=${MODEL}`);
    expect(reply.status).toBe(200);
    expect(namesOf(reply)).toEqual(["All daily", "All monthly", "Mini weekly", "Red daily", "Soft daily"]);
    const tightest = {
      name: "All",
      scope: { type: "organization", id: null },
      window: "daily",
      hard: true,
      limit: "1.00",
      used: COST,
      held: HOLD,
      remaining: "0.9934",
    };
    expect(reply.body).toMatchObject({ currency: "USD", tightest });
    expect(windowsOf(reply)).toMatchObject({
      "All daily": tightest,
      "All monthly": { remaining: "4.9934" },
      "Soft daily": { hard: false, limit: "0.001", remaining: "0.00" },
      "Red daily": { policy_id: id, scope: { type: "team", id: "red" }, limit: "2.00", used: COST, held: HOLD },
      "Mini weekly": { scope: { type: "model", id: "gpt-5.4*" } },
    });
    expect(Date.parse(textOf(reply.body["tightest"]?.["resets_at"]))).toBeGreaterThan(Date.now());
    expect(namesOf(await standing(caller, "team_id=red"))).not.toContain("Mini weekly");
    expect(namesOf(await standing(caller))).toEqual(["All daily", "All monthly", "Soft daily"]);
  });

  test("knows the subject as a request would be charged: a key's owner, team and tags, an agent", async () => {
    const { id: organizationId, token: admin } = await makeOrganization();
    const team = await call("POST /v1/teams", { token: admin, body: { name: "Core", tags: ["env:prod"] } });
    const user = await call("POST /v1/service-users", { token: admin, body: { name: "Robot" } });
    const agent = await call("POST /v1/agents", { token: admin, body: { name: "Researcher" } });
    const [teamId, userId, agentId] = [team, user, agent].map(({ body }) => textOf(body["id"]));
    const key = await call("POST /v1/keys", {
      token: admin,
      body: { name: "k", type: "gateway", service_user_id: userId, team_id: teamId },
    });
    const keyId = textOf(key.body["id"]);
    const caller = { organizationId, admin, keyId, key: textOf(key.body["key"]) };
    for (const [type, id] of [
      ["team", teamId],
      ["service_user", userId],
      ["agent", agentId],
      ["key", keyId],
      ["tag", "env:prod"],
      ["user", "ada"],
    ]) {
      await createBudget(caller, { name: type, scope: { type, id }, windows: { daily: "1" } });
    }
    const names = async (query: string) => namesOf(await standing(caller, query)).map((name) => name.split(" ")[0]);
    expect(await names(`key_id=${keyId}`)).toEqual(["key", "service_user", "tag", "team"]);
    expect(await names(`team_id=${teamId}&user_id=ada`)).toEqual(["tag", "team", "user"]);
    expect(await names(`agent_id=${agentId}`)).toEqual(["agent"]);
    expect(await names(`service_user_id=${userId}`)).toEqual(["service_user"]);
    expect((await standing(caller, "user_id=nobody")).body).toEqual({ currency: "USD", windows: [], tightest: null });
    // A key that may not name others is refused as its requests would be.
    expect((await standing(caller, `key_id=${keyId}&user_id=ada`)).status).toBe(403);
  });
});

describe("simulate", () => {
  test("allows to the last nano-unit what a request may hold, and changes nothing", async () => {
    const caller = await makeCaller();
    await createBudget(caller, { name: "Day", windows: { daily: HOLD } });
    const tokens = { input: 1_000, output: 500 };
    const allowed = await simulate(caller, { tokens });
    expect(allowed.body).toMatchObject({
      decision: "allow",
      currency: "USD",
      amount: HOLD,
      windows: [{ name: "Day", used: "0.00", held: "0.00", remaining: HOLD, requested: HOLD, fits: true }],
      tightest: { name: "Day" },
      reasons: ["Every budget has room."],
    });
    const over = await simulate(caller, { amount: "0.003600001" });
    expect(over.body).toMatchObject({ decision: "deny", windows: [{ fits: false, requested: "0.003600001" }] });
    expect(over.body["reasons"]).toEqual([
      'The daily budget "Day" leaves 0.0036 of 0.0036, and this may cost 0.003600001.',
    ]);
    expect((await simulate(caller, { amount: 0 })).body["decision"]).toBe("allow");
    expect(await decisionOf(caller)).toBe("authorized");
    expect((await simulate(caller, { tokens })).body).toMatchObject({ decision: "deny", windows: [{ held: HOLD }] });
    expect((await simulate(caller, { amount: 0 })).body["decision"]).toBe("allow");
    expect((await standing(caller)).body).toMatchObject({ windows: [{ used: "0.00", held: HOLD }] });
  });

  test("reads a body as the endpoint would, and without a size tests an uncapped request", async () => {
    const caller = await makeCaller();
    await createBudget(caller, { name: "Day", windows: { daily: "50" } });
    const body = { messages: [{ role: "user", content: "Hello" }], max_completion_tokens: 400 };
    const estimate = await call("POST /v1/unified-access/estimate", {
      token: caller.key,
      body: { endpoint: "openai.chat", body: { model: MODEL, ...body } },
    });
    const simulated = await simulate(caller, { body });
    expect(simulated.body).toMatchObject({ decision: "allow", amount: textOf(estimate.body["hold"]) });
    expect((await simulate(caller, { body: { ...body, model: MODEL } })).body["amount"]).toBe(
      textOf(estimate.body["hold"]),
    );
    const uncapped = await simulate(caller, {});
    expect(Number(textOf(uncapped.body["amount"]))).toBeGreaterThan(0.5);
  });

  test("decides with drafts: one beside the saved, one in the place of a saved one with what that has counted", async () => {
    const caller = await makeCaller();
    const saved = await createBudget(caller, { name: "Day", windows: { daily: "1" } });
    await authorize(caller);
    const scope = { type: "organization" };
    const tight = { name: "Tight", scope, windows: { hourly: "0.001" } };
    const beside = await simulate(caller, { amount: "0.002", drafts: [tight] });
    expect(beside.body).toMatchObject({ decision: "deny", tightest: { name: "Tight" } });
    expect(windowsOf(beside)).toMatchObject({
      "Day daily": { fits: true },
      "Tight hourly": { policy_id: "draft_1", held: "0.00", fits: false },
    });
    const replaced = { id: textOf(saved["id"]), name: "Day", scope, windows: { daily: "0.005" } };
    const instead = await simulate(caller, { amount: "0.002", drafts: [replaced] });
    expect(instead.body).toMatchObject({ decision: "deny", windows: [{ held: HOLD, limit: "0.005" }] });
    expect((await simulate(caller, { amount: "0.002", drafts: [{ ...replaced, hard: false }] })).body).toMatchObject({
      decision: "allow",
      windows: [{ hard: false, fits: true }],
      tightest: null,
    });
    expect(await decisionOf(caller)).toBe("authorized");
  });

  test("is what the next request gets, for many subjects", async () => {
    const caller = await makeCaller();
    const teams = ["red", "blue", "green"];
    for (const [index, id] of teams.entries()) {
      const windows = { daily: `0.00${3 + index}` };
      await createBudget(caller, { name: id, scope: { type: "team", id }, windows });
    }
    await createBudget(caller, { name: "Ada", scope: { type: "user", id: "ada" }, windows: { monthly: "0.004" } });
    for (const teamId of [...teams, "other"]) {
      for (const userId of ["ada", "bob"]) {
        const subject = { key_id: caller.keyId, team_id: teamId, user_id: userId };
        const simulated = await simulate(caller, { subject, tokens: { input: 1_000, output: 500 } });
        const decided = await decisionOf(caller, { teamId, userId });
        expect([teamId, userId, decided]).toEqual([
          teamId,
          userId,
          textOf(simulated.body["decision"]) === "allow" ? "authorized" : "budget_exhausted",
        ]);
      }
    }
  });

  test("says what comes before the budgets and refuses a request", async () => {
    const caller = await makeCaller();
    await call(`POST ${POLICIES}`, {
      token: caller.admin,
      body: { name: "No mini", effect: "deny", resources: { models: [MODEL] } },
    });
    expect((await simulate(caller, {})).body).toMatchObject({
      decision: "deny",
      amount: null,
      windows: [],
      reasons: ['The access policy "No mini" denies it.'],
    });
    expect((await simulate(caller, { amount: "1" })).body["decision"]).toBe("allow");
    expect((await simulate(caller, { model: "no-such-model" })).body["reasons"]).toEqual([
      "There is no such model on this endpoint.",
    ]);
    await call(`POST /v1/keys/${caller.keyId}/revoke`, { token: caller.admin });
    const revoked = await simulate(caller, { subject: { key_id: caller.keyId }, amount: "1" });
    expect(revoked.body).toMatchObject({ decision: "deny", reasons: ["The key is not in force: revoked."] });
  });
});

test("what does not exist, or belongs to another organization, is not found", async () => {
  const caller = await makeCaller();
  const other = await makeCaller();
  const agent = await call("POST /v1/agents", { token: other.admin, body: { name: "Theirs" } });
  const user = await call("POST /v1/service-users", { token: other.admin, body: { name: "Theirs" } });
  const gateway = await call("POST /v1/gateways", { token: other.admin, body: { name: "Theirs" } });
  const foreign = {
    key_id: other.keyId,
    agent_id: textOf(agent.body["id"]),
    service_user_id: textOf(user.body["id"]),
    gateway_id: textOf(gateway.body["id"]),
  };
  for (const [field, id] of Object.entries(foreign)) {
    expect([field, (await standing(other, `${field}=${id}`)).status]).toEqual([field, 200]);
    expect([field, (await standing(caller, `${field}=${id}`)).status]).toEqual([field, 404]);
    expect([field, (await simulate(caller, { subject: { [field]: id }, amount: "1" })).status]).toEqual([field, 404]);
  }
  expect((await standing(caller, "key_id=key_none")).status).toBe(404);
  expect((await standing(caller, "model=no-such-model")).status).toBe(404);
  expect((await standing(caller, `model=${MODEL}&endpoint=anthropic.messages`)).status).toBe(404);
  // A draft with the id of another organization's budget is a new one.
  const theirs = await createBudget(other, { name: "Theirs", windows: { daily: "1" } });
  const draft = { id: textOf(theirs["id"]), name: "Mine", scope: { type: "organization" }, windows: { daily: "2" } };
  await authorize(other);
  expect((await simulate(caller, { amount: "1", drafts: [draft] })).body).toMatchObject({
    windows: [{ name: "Mine", held: "0.00" }],
  });
});

test.each([
  [{ amount: "-1" }, "amount", /at least zero with at most nine decimals/],
  [{ amount: "1.0000000001" }, "amount", /at least zero with at most nine decimals/],
  [{ amount: "1e3" }, "amount", /at least zero with at most nine decimals/],
  [{ amount: "1", tokens: { input: 1 } }, "tokens", /expected no `tokens` beside `amount`/],
  [{ amount: "1", body: {} }, "body", /expected no `body` beside `amount`/],
  [{ tokens: { input: -1 } }, "tokens.input", /at least 0/],
  [{ tokens: { input: 1, output: 0 } }, "tokens.output", /at least 1/],
  [{ body: { model: "gpt-5.4" } }, "body.model", /the same as `model`/],
  [{ subject: { team_id: "no id" } }, "subject.team_id", /1 to 128 letters/],
  [{ model: "x".repeat(257) }, "model", /at most 256 characters/],
  [{ endpoint: "openai.images" }, "endpoint", /"openai.chat"/],
  [{ drafts: [{ name: "x", scope: { type: "team" }, windows: { daily: "1" } }] }, "drafts.0.scope.id", /name the team/],
  [{ drafts: Array.from({ length: 101 }, () => ({})) }, "drafts", /at most 100/],
])("a question names a wrong field and its rule (%#)", async (question, param, message) => {
  const caller = await makeCaller();
  const reply = await simulate(caller, question);
  expect([reply.status, reply.body["error"]?.["param"]]).toEqual([400, param]);
  expect(reply.body["error"]?.["message"]).toMatch(message);
});

test.each([
  [{ type: "user", id: "'; DROP TABLE policies; --" }, /1 to 128 letters/],
  [{ type: "team", id: "env:prod and more" }, /1 to 128 letters/],
  [{ type: "model", id: "gpt-*-mini" }, /trailing \*/],
  [{ type: "tag", id: "no tag" }, /a tag is `key:value`/],
  [{ type: "organization", id: "org_1" }, /names nobody/],
])("a budget's scope %j names nothing of its kind", async (scope, message) => {
  const caller = await makeCaller();
  const body = { name: "b", scope, windows: { daily: "1" } };
  const refused = await call("POST /v1/unified-access/budgets", { token: caller.admin, body });
  expect([refused.status, refused.body["error"]?.["param"]]).toEqual([400, "scope.id"]);
  expect(refused.body["error"]?.["message"]).toMatch(message);
});

test("questions need org:read, and unknown parameters are refused", async () => {
  const caller = await makeCaller();
  const key = await call("POST /v1/keys", {
    token: caller.admin,
    body: { name: "none", type: "access", capabilities: ["control_plane"] },
  });
  const token = textOf(key.body["key"]);
  const body = { subject: {}, model: MODEL, endpoint: "openai.chat" };
  expect((await call(`GET ${PATH}/effective`, { token })).status).toBe(403);
  expect((await call(`POST ${PATH}/simulate`, { token, body })).status).toBe(403);
  const unknown = await standing(caller, "team=red");
  expect([unknown.status, unknown.body["error"]?.["param"]]).toEqual([400, "team"]);
});

describe("a change", () => {
  test("of a budget or an access policy acts on the request after the API's answer", async () => {
    const caller = await makeCaller();
    expect(await decisionOf(caller)).toBe("authorized");
    const budget = await createBudget(caller, { name: "Day", windows: { daily: "0" } });
    const path = `${PATH}/${textOf(budget["id"])}`;
    expect(await decisionOf(caller)).toBe("budget_exhausted");
    await call(`PATCH ${path}`, { token: caller.admin, body: { windows: { daily: "1" } } });
    expect(await decisionOf(caller)).toBe("authorized");
    await call(`PATCH ${path}`, { token: caller.admin, body: { windows: { daily: "0" } } });
    expect(await decisionOf(caller)).toBe("budget_exhausted");
    await call(`DELETE ${path}`, { token: caller.admin });
    expect(await decisionOf(caller)).toBe("authorized");

    const body = { name: "Nobody", effect: "deny", resources: { models: ["*"] } };
    const policy = await call(`POST ${POLICIES}`, { token: caller.admin, body });
    expect(await decisionOf(caller)).toBe("access_denied");
    await call(`PATCH ${POLICIES}/${textOf(policy.body["id"])}`, { token: caller.admin, body: { enabled: false } });
    expect(await decisionOf(caller)).toBe("authorized");
  });

  test.each([
    [
      "a budget",
      "budget",
      { name: "Day", scope: { type: "organization" }, windows: { daily: "0" } },
      "budget_exhausted",
    ],
    ["an access policy", "access", { name: "Nobody", effect: "deny", resources: { models: ["*"] } }, "access_denied"],
  ])("of %s whose push was lost acts fifteen seconds later", async (_, kind, body, refusal) => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const caller = await makeCaller();
    expect(await decisionOf(caller)).toBe("authorized");
    const { organizationId } = caller;
    await env.CONTROL_DB.batch([
      env.CONTROL_DB.prepare(
        "INSERT INTO policies (id, organization_id, kind, name, body_json, created_at_ms) VALUES (?, ?, ?, ?, ?, 0)",
      ).bind(`lost_${kind}`, organizationId, kind, body.name, JSON.stringify(body)),
      env.CONTROL_DB.prepare("UPDATE organizations SET directory_version = directory_version + 1 WHERE id = ?").bind(
        organizationId,
      ),
    ]);
    vi.setSystemTime(Date.now() + 9_000);
    expect(await decisionOf(caller)).toBe("authorized");
    vi.setSystemTime(Date.now() + 6_000);
    expect(await decisionOf(caller)).toBe(refusal);
  });
});

describe("standing", () => {
  test("shows every budget, whomever it counts, and where its window leads", async () => {
    const caller = await makeCaller();
    await createBudget(caller, { name: "All", windows: { hourly: "1", monthly: "5" } });
    await createBudget(caller, { name: "Red", scope: { type: "team", id: "red" }, windows: { daily: "0.0072" } });
    await authorize(caller, { teamId: "red" });
    const reply = await call(`GET ${PATH}/standing`, { token: caller.admin });
    expect(namesOf(reply)).toEqual(["All hourly", "All monthly", "Red daily"]);
    expect(windowsOf(reply)["Red daily"]).toMatchObject({
      used: "0.00",
      held: HOLD,
      used_percent: 0,
      taken_percent: 50,
      projected: null,
      exhausts_at: null,
    });
    const { starts_at: startsAt, resets_at: resetsAt } = windowsOf(reply)["All hourly"] ?? {};
    expect(Date.parse(textOf(resetsAt)) - Date.parse(textOf(startsAt))).toBe(3_600_000);
    expect((await call(`GET ${PATH}/standing`, { token: caller.key })).status).toBe(403);
  });
});
