/** The event log as the API shows it, of requests that went through the proxy. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { eventDetailSchema, eventQuerySchema, eventViewSchema } from "../../src/contract/event-api.ts";
import type { EventView } from "../../src/contract/event-api.ts";
import { listOf } from "../../src/contract/list.ts";
import { selectPage } from "../../src/api/events.ts";
import { storing } from "../support/worker-main.ts";
import { call, deps, makeOrganization, send, textOf } from "../support/worker-api.ts";
import { broken, chat, failing, makeTenant, restartIsolate } from "../support/worker-proxy.ts";
import type { Tenant } from "../support/worker-proxy.ts";

const logged = vi.spyOn(console, "error").mockReturnValue();

beforeEach(restartIsolate);
afterEach(() => {
  logged.mockClear();
});

type Json = Readonly<Record<string, unknown>>;

async function storingTenant(settings: Json = {}, rest: Parameters<typeof makeTenant>[1] = {}): Promise<Tenant> {
  const tenant = await makeTenant(settings, rest);
  storing.set(tenant.id, []);
  return tenant;
}

async function listEvents({ accessKey }: Pick<Tenant, "accessKey">, query = ""): Promise<readonly EventView[]> {
  const { status, body } = await call(`GET /v1/events${query}`, { token: accessKey });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return listOf(eventViewSchema).parse(body).data;
}

/** The events of a tenant, once there are so many. */
async function eventsOf(tenant: Tenant, count: number): Promise<readonly EventView[]> {
  return vi.waitFor(
    async () => {
      const events = await listEvents(tenant);
      expect(events).toHaveLength(count);
      return events;
    },
    { timeout: 10_000 },
  );
}

async function detailOf(tenant: Tenant): Promise<Json> {
  const [event] = await eventsOf(tenant, 1);
  const { status, body } = await call(`GET /v1/events/${event?.id ?? ""}`, { token: tenant.accessKey });
  expect(status).toBe(200);
  return body;
}

async function bodyOf(tenant: Tenant, detail: Json, part: "request" | "response"): Promise<Response> {
  return send(`GET /v1/events/${textOf(detail["id"])}/${part}`, { token: tenant.accessKey });
}

async function keysOf({ id }: Tenant): Promise<readonly string[]> {
  const { objects } = await env.BODIES.list({ prefix: `events/${id}/` });
  return objects.map(({ key }) => key);
}

describe("an event", () => {
  it("has the bodies of a whole answer, byte for byte, under its organization and day", async () => {
    const tenant = await storingTenant();
    const answer = await chat(tenant);
    await answer.lifeOver;
    const detail = await detailOf(tenant);
    expect(detail).toMatchObject({
      decision: "allow",
      matched: [{ effect: "allow" }],
      failure: null,
      bodies: "kept",
      status: "completed",
      key_id: tenant.gatewayKeyId,
      request: { truncated: false, content_type: "application/json", status: null },
      response: { truncated: false, content_type: "application/json", status: 200, total_bytes: answer.text.length },
    });
    const request = await bodyOf(tenant, detail, "request");
    expect(await request.json()).toMatchObject({ messages: [{ content: "secret words" }] });
    const response = await bodyOf(tenant, detail, "response");
    expect(await response.text()).toBe(answer.text);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "x-content-type-options": "nosniff",
      "content-disposition": 'attachment; filename="event-response.json"',
      "content-security-policy": "default-src 'none'; sandbox",
      "cache-control": "no-store",
      "x-request-id": expect.stringMatching(/^req_/),
    });
    const day = textOf(detail["created_at"]).slice(0, 10);
    const second = Math.floor(Date.parse(textOf(detail["created_at"])) / 1_000);
    expect(await keysOf(tenant)).toEqual([
      expect.stringMatching(`^events/${tenant.id}/${day}/${second}/${textOf(detail["id"])}\\.(request|response)$`),
    ]);
  });

  it("has a stream as it was sent, with what we added to it", async () => {
    const tenant = await storingTenant();
    const answer = await chat(tenant, { stream: true, headers: { "x-keeptrusts-include-cost": "true" } });
    await answer.lifeOver;
    const detail = await detailOf(tenant);
    const response = await bodyOf(tenant, detail, "response");
    expect(answer.text).toContain(": keeptrusts-cost");
    expect(await response.text()).toBe(answer.text);
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(detail).toMatchObject({ streamed: true, response: { content_type: "text/event-stream", status: 200 } });
  });

  it("of a refusal says why, and has what was asked and answered", async () => {
    const tenant = await storingTenant({}, { credit: "0.0000001" });
    const answer = await chat(tenant);
    expect(answer.status).toBe(402);
    await answer.lifeOver;
    const detail = await detailOf(tenant);
    expect(detail).toMatchObject({
      decision: "deny",
      status: "refused",
      failure: { kind: "insufficient_funds", rule: null },
      response: { status: 402 },
    });
    expect(await (await bodyOf(tenant, detail, "response")).text()).toBe(answer.text);
    expect(await (await bodyOf(tenant, detail, "request")).text()).toContain("secret words");
  });

  it("of a provider's failure has the provider's answer", async () => {
    const tenant = await storingTenant();
    failing.status = 500;
    const answer = await chat(tenant);
    await answer.lifeOver;
    const detail = await detailOf(tenant);
    expect(detail).toMatchObject({ decision: "allow", status: "upstream_error", response: { status: 500 } });
    expect(await (await bodyOf(tenant, detail, "response")).text()).toBe(answer.text);
  });

  it("has the beginning of a long body, and says so", async () => {
    const tenant = await storingTenant();
    const content = "ä".repeat(700_000);
    const answer = await chat(tenant, { body: { messages: [{ role: "user", content }] } });
    await answer.lifeOver;
    const detail = await detailOf(tenant);
    const request = eventDetailSchema.parse(detail).request;
    expect(request).toMatchObject({ truncated: true });
    expect(request?.total_bytes).toBeGreaterThan(1_400_000);
    expect(request?.kept_bytes).toBeGreaterThan(1_048_570);
    const kept = await bodyOf(tenant, detail, "request");
    expect(kept.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    // No character is cut in two.
    expect(await kept.text()).not.toContain("\u{FFFD}");
  });

  it.each([
    { name: "strict zero data retention", settings: { zdr_mode: "strict" }, bodies: "strict" },
    { name: "the organization's wish", settings: { keep_event_bodies: false }, bodies: "off" },
  ])("has no bodies under $name, also when it is refused", async ({ settings, bodies }) => {
    const tenant = await storingTenant(settings, { credit: "0.001" });
    const answers = [await chat(tenant), await chat(tenant, { stream: true }), await chat(tenant, { body: { n: 9 } })];
    await Promise.all(answers.map(({ lifeOver }) => lifeOver));
    const events = await eventsOf(tenant, 3);
    expect(new Set(events.map(({ bodies: rule }) => rule))).toEqual(new Set([bodies]));
    expect(events.map(({ decision }) => decision)).toContain("deny");
    const details = await Promise.all(
      events.map(async ({ id }) => (await call(`GET /v1/events/${id}`, { token: tenant.accessKey })).body),
    );
    for (const detail of details) expect(detail).toMatchObject({ request: null, response: null });
    expect(await keysOf(tenant)).toEqual([]);
  });

  it("keeps bodies under passthrough", async () => {
    const tenant = await storingTenant({ zdr_mode: "passthrough" });
    await (
      await chat(tenant)
    ).lifeOver;
    expect(await detailOf(tenant)).toMatchObject({
      zdr_mode: "passthrough",
      bodies: "kept",
      request: {},
      response: {},
    });
  });

  it("says that a body is not there when the bucket fails, which the caller never feels and the log tells", async () => {
    const tenant = await storingTenant();
    broken.bodies = true;
    const answer = await chat(tenant, { stream: true });
    expect(answer.status).toBe(200);
    expect(answer.text).toContain("[DONE]");
    await answer.lifeOver;
    broken.bodies = false;
    const detail = await detailOf(tenant);
    expect(detail).toMatchObject({ status: "completed", bodies: "kept", request: null, response: null });
    expect((await bodyOf(tenant, detail, "response")).status).toBe(404);
    const lines = logged.mock.calls.map(([line]) => String(line));
    expect(lines.filter((line) => line.includes("event.body_not_stored"))).not.toHaveLength(0);
    expect(lines.join("")).not.toContain("secret words");
  });

  it("belongs to its organization; its bodies are for admins", async () => {
    const tenant = await storingTenant();
    await (
      await chat(tenant)
    ).lifeOver;
    const detail = await detailOf(tenant);
    const path = `GET /v1/events/${textOf(detail["id"])}`;
    const stranger = await makeOrganization();
    for (const name of [path, `${path}/request`, `${path}/response`]) {
      expect((await call(name, { token: stranger.token })).status).toBe(404);
    }
    expect(await listEvents({ accessKey: stranger.token })).toEqual([]);
    const reader = await call("POST /v1/keys", {
      token: tenant.accessKey,
      body: { name: "reader", type: "access", capabilities: ["org:read"] },
    });
    const token = textOf(reader.body["key"]);
    expect((await call(path, { token })).status).toBe(200);
    expect((await call(`${path}/request`, { token })).body).toMatchObject({ error: { code: "capability_required" } });
    expect((await call(path, { token: null })).status).toBe(401);
    expect((await call("GET /v1/events/evt_none", { token })).status).toBe(404);
  });
});

describe("the list", () => {
  let tenant: Tenant;
  let team = "";
  beforeAll(async () => {
    await restartIsolate();
    tenant = await storingTenant();
    team = textOf((await call("POST /v1/teams", { token: tenant.accessKey, body: { name: "Team" } })).body["id"]);
    const asTeam = { headers: { "x-team-id": team } };
    const answers = [
      await chat(tenant),
      await chat(tenant, { stream: true, ...asTeam }),
      await chat(tenant, { body: { model: "no-such-model" } }),
      await chat(tenant, { body: { model: "gpt-5.4-nano", max_completion_tokens: 10 }, ...asTeam }),
      await chat(tenant, { body: { n: 128, max_completion_tokens: 100_000 }, ...asTeam }),
    ];
    await Promise.all(answers.map(({ lifeOver }) => lifeOver));
    await eventsOf(tenant, 5);
  });

  it("is newest first, and comes in pages", async () => {
    const whole = await listEvents(tenant);
    const times = whole.map((event) => `${event.created_at} ${event.id}`);
    expect(times).toEqual(times.toSorted().toReversed());
    for (const query of ["", "&decision=deny", `&team_id=${team}`]) {
      // oxlint-disable-next-line no-await-in-loop -- one list after the other
      const expected = (await listEvents(tenant, `?limit=200${query}`)).map(({ id }) => id);
      const seen: unknown[] = [];
      let cursor: string | null = null;
      do {
        const from: string = cursor === null ? "" : `&cursor=${cursor}`;
        // oxlint-disable-next-line no-await-in-loop -- one page after the other
        const reply = await call(`GET /v1/events?limit=2${query}${from}`, { token: tenant.accessKey });
        const page = listOf(eventViewSchema).parse(reply.body);
        seen.push(...page.data.map(({ id }) => id));
        cursor = page.next_cursor;
      } while (cursor !== null);
      expect(seen).toEqual(expected);
    }
  });

  it.each([
    ["?decision=deny", ["insufficient_funds", "model_not_found"]],
    ["?decision=allow", [undefined, undefined, undefined]],
    ["?status=refused", ["insufficient_funds", "model_not_found"]],
    ["?status=completed&decision=deny", []],
    ["?provider=anthropic", []],
    ["?gateway_id=gtw_none", []],
    ["?to=2020-01-01", []],
    ["?decision=deny&from=2999-01-01", []],
    ["?decision=deny&from=2020-01-01", ["insufficient_funds", "model_not_found"]],
  ])("%s", async (query, kinds) => {
    // Newest first.
    expect((await listEvents(tenant, query)).map(({ failure }) => failure?.kind)).toEqual(kinds);
  });

  it("by team, key and model", async () => {
    expect(await listEvents(tenant, `?team_id=${team}`)).toHaveLength(3);
    expect(await listEvents(tenant, `?team_id=${team}&decision=deny`)).toHaveLength(1);
    expect(await listEvents(tenant, `?key_id=${tenant.gatewayKeyId}`)).toHaveLength(5);
    expect(await listEvents(tenant, "?model=gpt-5.4-mini")).not.toHaveLength(0);
  });

  it("refuses what it does not know, naming the field", async () => {
    for (const query of ["decision=maybe", "colour=red", "cursor=x", "status=odd"]) {
      const { status, body } = await call(`GET /v1/events?${query}`, { token: tenant.accessKey });
      expect(status).toBe(400);
      expect(body["error"]).toMatchObject({ param: query.split("=")[0] });
    }
  });

  it.each([
    ["no filter", {}, "spend_logs_by_age"],
    ["user_id", { user_id: "u" }, "spend_logs_by_user"],
    ["team_id", { team_id: "t" }, "spend_logs_by_team"],
    ["key_id", { key_id: "k" }, "spend_logs_by_key"],
    ["agent_id", { agent_id: "a" }, "spend_logs_by_agent"],
    ["gateway_id", { gateway_id: "g" }, "spend_logs_by_gateway"],
    ["model", { model: "m" }, "spend_logs_by_model"],
    ["decision", { decision: "deny" }, "events_denied"],
  ])("with %s reads along an index, without sorting", async (_, query, index) => {
    const page = selectPage(deps, "org_1", eventQuerySchema.parse(query));
    if (!page.ok) throw new Error(page.failure.kind);
    const { sql, params } = page.value.toSQL();
    const { results } = await env.SPEND_DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...params)
      .all<{ detail: string }>();
    const plan = results.map(({ detail }) => detail);
    expect(plan.filter((step) => step.includes("INDEX")).join("\n")).toContain(index);
    expect(plan.join("\n")).not.toMatch(/TEMP B-TREE|SCAN (events|spend_logs)/);
  });
});
