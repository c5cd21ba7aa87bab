import { beforeAll, describe, expect, it } from "vitest";
import {
  advanceClock,
  call,
  errors,
  makeOrganization,
  rowsOf,
  textOf,
  type Json,
  type Reply,
} from "../support/worker-api.ts";

const HASH = "ab".repeat(32);

beforeAll(async () => {
  const made = await call("POST /v1/admin/model-pricing", {
    body: {
      provider: "openai",
      model: "agents-test",
      input_price_per_million: "1",
      output_price_per_million: "10",
      max_output_tokens: 4_096,
      context_window: 100_000,
      endpoints: ["openai.chat"],
    },
  });
  expect(made.status).toBe(201);
});

interface Tenant {
  readonly token: string;
  readonly agentId: string;
  /** The agent's constraints. */
  readonly path: string;
}

async function makeAgent(settings: { readonly currency?: string } = {}): Promise<Tenant> {
  const { token } = await makeOrganization({ ...settings, credit: "1" });
  const made = await call("POST /v1/agents", { token, body: { name: "Researcher" } });
  expect(made.status).toBe(201);
  const agentId = textOf(made.body["id"]);
  return { token, agentId, path: `/v1/agents/${agentId}/usage-constraints` };
}

/** Constraints are in the order of their ids, which is that of time. */
function limit({ token, path }: Tenant, body: unknown): Promise<Reply> {
  advanceClock(1);
  return call(`POST ${path}`, { token, body });
}

/** A reservation of the agent, for 1,000 input and 100 output tokens. */
function reserve({ token, agentId }: Tenant, requestId: string, rest: object = {}): Promise<Reply> {
  return call("POST /v1/gateway/wallets/reserve", {
    token,
    body: {
      request_id: requestId,
      provider: "openai",
      model: "agents-test",
      input_tokens: 1_000,
      max_output_tokens: 100,
      request_sha256: HASH,
      agent_id: agentId,
      ...rest,
    },
  });
}

function errorOf(reply: Reply): Json {
  const error = reply.body["error"];
  if (error === undefined) throw new Error(`no error: ${JSON.stringify(reply.body)}`);
  return error;
}

describe("agents", () => {
  it("are made, read, changed, listed and deleted", async () => {
    const { token } = await makeOrganization();
    const made = await call("POST /v1/agents", { token, body: { name: " Researcher ", tags: ["team:research"] } });
    expect(made).toMatchObject({
      status: 201,
      body: { name: "Researcher", status: "active", tags: ["team:research"] },
    });
    const id = textOf(made.body["id"]);
    expect(id).toMatch(/^agt_/);
    expect((await call(`GET /v1/agents/${id}`, { token })).body).toEqual(made.body);
    advanceClock(1);
    const other = await call("POST /v1/agents", { token, body: { name: "Other", status: "paused" } });
    expect(other.body["status"]).toBe("paused");

    const patched = await call(`PATCH /v1/agents/${id}`, { token, body: { status: "disabled" } });
    expect(patched.body).toEqual({ ...made.body, status: "disabled" });
    const taken = await call(`PATCH /v1/agents/${id}`, { token, body: { name: "Other" } });
    expect([taken.status, errorOf(taken)["code"]]).toEqual([409, "name_taken"]);

    const list = await call("GET /v1/agents?limit=1", { token });
    expect(rowsOf(list).map((agent) => agent["name"])).toEqual(["Other"]);
    const next = await call(`GET /v1/agents?limit=1&cursor=${textOf(list.body["next_cursor"])}`, { token });
    expect(rowsOf(next).map((agent) => agent["id"])).toEqual([id]);

    await call(`POST /v1/agents/${id}/usage-constraints`, {
      token,
      body: { type: "requests", limit: 1, window: "total" },
    });
    expect((await call(`DELETE /v1/agents/${id}`, { token })).body).toEqual({ id, deleted: true });
    expect((await call(`GET /v1/agents/${id}`, { token })).status).toBe(404);
    expect((await call(`GET /v1/agents/${id}/usage-constraints`, { token })).status).toBe(404);
    const gone = await reserve({ token, agentId: id, path: "" }, "gone");
    expect([gone.status, errorOf(gone)["code"]]).toEqual([403, "identity_not_allowed"]);
  });
});

describe("constraints", () => {
  it("show the limit as it was given, and what was used and held", async () => {
    const agent = await makeAgent();
    const made = await limit(agent, { type: "credits", limit: "0.5", window: "total" });
    expect(made).toMatchObject({ status: 201, body: { type: "credits", window: "total", limit: "0.50" } });
    expect(rowsOf(await call(`GET ${agent.path}`, { token: agent.token }))).toEqual([
      { ...made.body, used: "0.00", held: "0.00", resets_at: null },
    ]);
    await limit(agent, { type: "tokens", limit: 5_000, window: "daily" });
    await limit(agent, { type: "requests", limit: 9, window: "run" });
    const reserved = await reserve(agent, "one", { agent_run_id: "run-1" });
    expect(reserved.status).toBe(200);
    const held = await call(`GET ${agent.path}?run_id=run-1`, { token: agent.token });
    expect(rowsOf(held)).toMatchObject([
      { limit: "0.50", used: "0.00", held: "0.0024" },
      { limit: 5_000, used: 0, held: 1_100, resets_at: expect.stringMatching(/T00:00:00\.000Z$/) },
      { limit: 9, used: 0, held: 1, resets_at: null },
    ]);
    await call("POST /v1/gateway/wallets/settle", {
      token: agent.token,
      body: {
        reservation_id: textOf(reserved.body["reservation_id"]),
        usage: { prompt_tokens: 1_000, completion_tokens: 50 },
      },
    });
    const used = await call(`GET ${agent.path}`, { token: agent.token });
    expect(rowsOf(used)).toMatchObject([
      { used: "0.0015", held: "0.00" },
      { used: 1_050, held: 0 },
      { used: null, held: null },
    ]);
  });

  it("are replaced and deleted, and a higher limit keeps what was used", async () => {
    const agent = await makeAgent();
    const made = await limit(agent, { type: "requests", limit: 1, window: "daily" });
    const path = `${agent.path}/${textOf(made.body["id"])}`;
    expect((await reserve(agent, "one")).status).toBe(200);
    expect((await reserve(agent, "two")).status).toBe(429);
    const raised = await call(`PUT ${path}`, {
      token: agent.token,
      body: { type: "requests", limit: 2, window: "daily" },
    });
    expect(raised).toMatchObject({ status: 200, body: { ...made.body, limit: 2 } });
    expect(rowsOf(await call(`GET ${agent.path}`, { token: agent.token }))).toMatchObject([
      { limit: 2, used: 0, held: 1 },
    ]);
    expect((await reserve(agent, "three")).status).toBe(200);
    expect((await reserve(agent, "four")).status).toBe(429);
    expect((await call(`DELETE ${path}`, { token: agent.token })).status).toBe(200);
    expect((await reserve(agent, "five")).status).toBe(200);
    expect((await call(`DELETE ${path}`, { token: agent.token })).status).toBe(404);
  });

  it.each([
    [{ type: "tokens", limit: 1.5, window: "daily" }, "limit"],
    [{ type: "tokens", limit: "5", window: "daily" }, "limit"],
    [{ type: "requests", limit: -1, window: "daily" }, "limit"],
    [{ type: "credits", limit: "0.0000000001", window: "daily" }, "limit"],
    [{ type: "credits", limit: "-1", window: "daily" }, "limit"],
    [{ type: "credits", limit: "1", window: "yearly" }, "window"],
    [{ type: "money", limit: "1", window: "daily" }, "type"],
    [{ type: "credits", limit: "1" }, "window"],
    [{ type: "credits", limit: "1", window: "daily", note: "x" }, "note"],
  ])("%j is refused, naming %s", async (body, param) => {
    const reply = await limit(await makeAgent(), body);
    expect([reply.status, errorOf(reply)["param"]]).toEqual([400, param]);
  });

  it("are at most twenty for an agent", async () => {
    const agent = await makeAgent();
    for (let made = 0; made < 20; made += 1) await limit(agent, { type: "requests", limit: made, window: "total" });
    const reply = await limit(agent, { type: "requests", limit: 1, window: "total" });
    expect([reply.status, errorOf(reply)["code"]]).toEqual([409, "too_many_constraints"]);
  });

  it("are at most twenty for an agent, also of those that are made at once", async () => {
    const agent = await makeAgent();
    const made = await Promise.all(
      Array.from({ length: 30 }, () => limit(agent, { type: "requests", limit: 1, window: "total" })),
    );
    expect(made.filter(({ status }) => status === 201)).toHaveLength(20);
    for (const reply of made.filter(({ status }) => status !== 201)) {
      expect([reply.status, errorOf(reply)["code"]]).toEqual([409, "too_many_constraints"]);
    }
    expect(rowsOf(await call(`GET ${agent.path}?limit=100`, { token: agent.token }))).toHaveLength(20);
  });

  it("of an agent that is deleted at once go with it, or are refused", async () => {
    const agent = await makeAgent();
    const path = `/v1/agents/${agent.agentId}`;
    const replies = await Promise.all([
      ...Array.from({ length: 8 }, () => limit(agent, { type: "requests", limit: 1, window: "total" })),
      call(`DELETE ${path}`, { token: agent.token }),
      ...Array.from({ length: 8 }, () => limit(agent, { type: "requests", limit: 1, window: "total" })),
    ]);
    for (const { status } of replies) expect([200, 201, 404]).toContain(status);
    expect((await call(`GET ${agent.path}`, { token: agent.token })).status).toBe(404);
  });

  it("count credits in the wallet's currency", async () => {
    await call("PUT /v1/admin/exchange-rates", { body: { EUR: "0.5" } });
    const agent = await makeAgent({ currency: "EUR" });
    await limit(agent, { type: "credits", limit: "0.0012", window: "monthly" });
    // 0.0024 USD are 0.0012 EUR: exactly the limit.
    expect((await reserve(agent, "one")).body["held_amount"]).toBe("0.0012");
    expect((await reserve(agent, "two")).status).toBe(429);
  });
});

describe("refusals", () => {
  it("say which constraint, how far it is used and until when, and that a repeat is in vain", async () => {
    const agent = await makeAgent();
    await limit(agent, { type: "tokens", limit: 2_000, window: "total" });
    const made = await limit(agent, { type: "requests", limit: 1, window: "total" });
    expect((await reserve(agent, "one")).status).toBe(200);
    const reply = await reserve(agent, "two");
    expect(reply.status).toBe(429);
    expect(reply.headers.get("x-should-retry")).toBe("false");
    expect(reply.headers.get("retry-after")).toBeNull();
    expect(errorOf(reply)).toMatchObject({
      type: "insufficient_quota",
      code: "agent_constraint_exceeded",
      agent_id: agent.agentId,
      constraints: [
        { type: "tokens", window: "total", limit: 2_000, used: 0, held: 1_100, requested: 1_100, resets_at: null },
        { id: made.body["id"], type: "requests", window: "total", limit: 1, used: 0, held: 1, requested: 1 },
      ],
    });
    expect(rowsOf(await call("GET /v1/reservations", { token: agent.token }))).toHaveLength(1);
  });

  it("name the run that a request must have", async () => {
    const agent = await makeAgent();
    await limit(agent, { type: "requests", limit: 1, window: "run" });
    const reply = await reserve(agent, "one");
    expect([reply.status, errorOf(reply)["param"]]).toEqual([400, "X-Agent-Run-Id"]);
    expect((await reserve(agent, "one", { agent_run_id: "run-1" })).status).toBe(200);
  });

  it("of a paused agent name the rule", async () => {
    const agent = await makeAgent();
    await call(`PATCH /v1/agents/${agent.agentId}`, { token: agent.token, body: { status: "paused" } });
    const reply = await reserve(agent, "one");
    expect(reply.status).toBe(403);
    expect(errorOf(reply)).toMatchObject({ code: "access_denied", rule: "agent Researcher (paused)" });
  });

  it("are what an estimate says", async () => {
    const agent = await makeAgent();
    await limit(agent, { type: "tokens", limit: 50, window: "total" });
    const body = {
      endpoint: "openai.chat",
      body: { model: "agents-test", max_completion_tokens: 100, messages: [{ role: "user", content: "Hello" }] },
    };
    // An access key that may name identities: the gateway's own.
    const key = await call("POST /v1/keys", {
      token: agent.token,
      body: { name: "gateway", type: "gateway", may_assert_identity: true },
    });
    const reply = await call("POST /v1/unified-access/estimate", {
      token: textOf(key.body["key"]),
      body,
      headers: { "x-agent-id": agent.agentId },
    });
    expect([reply.status, errorOf(reply)["code"]]).toEqual([429, "agent_constraint_exceeded"]);
  });
});

describe("gateways elsewhere", () => {
  it("see how the constraints stand", async () => {
    const agent = await makeAgent();
    const made = await limit(agent, { type: "requests", limit: 1, window: "total" });
    const path = `/v1/gateway/agents/${agent.agentId}/usage-check`;
    const constraint = {
      id: made.body["id"],
      type: "requests",
      window: "total",
      limit: 1,
      used: 0,
      held: 0,
      resets_at: null,
    };
    expect((await call(`GET ${path}`, { token: agent.token })).body).toEqual({
      allowed: true,
      constraints: [constraint],
    });
    await reserve(agent, "one");
    expect((await call(`GET ${path}`, { token: agent.token })).body).toEqual({
      allowed: false,
      constraints: [{ ...constraint, held: 1 }],
    });
    await limit(agent, { type: "requests", limit: 1, window: "run" });
    const missing = await call(`GET ${path}`, { token: agent.token });
    expect([missing.status, errorOf(missing)["param"]]).toEqual([400, "run_id"]);
    expect((await call(`GET ${path}?run_id=run-1`, { token: agent.token })).status).toBe(200);
  });

  it("count what was used elsewhere, once for each request", async () => {
    const agent = await makeAgent();
    await limit(agent, { type: "credits", limit: "1", window: "total" });
    await limit(agent, { type: "tokens", limit: 100, window: "total" });
    const path = `POST /v1/gateway/agents/${agent.agentId}/usage-increment`;
    const body = { request_id: "call-1", requests: 1, tokens: 150, credits: "0.25" };
    const first = await call(path, { token: agent.token, body });
    expect(first).toMatchObject({
      status: 200,
      body: { request_id: "call-1", allowed: false, constraints: [{ used: "0.25" }, { used: 150 }] },
    });
    expect((await call(path, { token: agent.token, body })).body).toEqual(first.body);
    const other = await call(path, { token: agent.token, body: { ...body, tokens: 151 } });
    expect([other.status, errorOf(other)["code"]]).toEqual([409, "request_id_reused"]);
    const list = await call(`GET ${agent.path}`, { token: agent.token });
    expect(rowsOf(list).map(({ used }) => used)).toEqual(["0.25", 150]);
    expect((await reserve(agent, "one")).status).toBe(429);
    // No wallet pays for it.
    expect((await call("GET /v1/wallets/balance", { token: agent.token })).body["balance"]).toBe("1.00");
  });

  it("find no agent of another organization, and none that was only named", async () => {
    const [mine, theirs] = [await makeAgent(), await makeAgent()];
    const body = { request_id: "call-1", requests: 1 };
    for (const id of [theirs.agentId, "my-crawler"]) {
      for (const reply of [
        await call(`GET /v1/gateway/agents/${id}/usage-check`, { token: mine.token }),
        await call(`POST /v1/gateway/agents/${id}/usage-increment`, { token: mine.token, body }),
      ]) {
        expect([reply.status, errorOf(reply)["code"]]).toEqual([404, "not_found"]);
      }
    }
    expect(errors).toEqual([]);
  });
});
