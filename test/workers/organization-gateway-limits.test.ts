/** What the configuration of a gateway limits on the real object: rates of what goes through it, and agents. */
import { evictDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { auditLedger, SOUND } from "../support/worker-audit.ts";
import { addGateway, configure } from "../support/worker-gateways.ts";
import {
  authorizeCommand,
  changeRecords,
  createOrganization,
  failureOf,
  granted,
  nextId,
  releaseCommand,
  settleCommand,
  transferCommand,
  type TestOrganization,
} from "../support/worker-organization.ts";

const START_MS = Date.parse("2026-11-25T10:00:00Z");

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(START_MS);
});

afterEach(() => {
  vi.useRealTimers();
});

interface Setting {
  readonly organization: TestOrganization;
  readonly agentId: string;
  /** Whose key is `gateway`; `other` belongs to another one, `bare` to none. */
  readonly gatewayId: string;
  readonly otherGatewayId: string;
}

async function setUp(records: Partial<Parameters<typeof createOrganization>[0]> = {}): Promise<Setting> {
  const agentId = nextId("agt");
  const organization = await createOrganization({
    keys: ["gateway", "twin", "other", "bare"].map((token) => ({ token, mayAssertIdentity: true })),
    agents: [{ id: agentId }],
    ...records,
  });
  await organization.stub.transfer(transferCommand({ amountNanos: 10n ** 12n }));
  const gatewayId = await addGateway(organization, ["gateway", "twin"]);
  const otherGatewayId = await addGateway(organization, ["other"]);
  return { organization, agentId, gatewayId, otherGatewayId };
}

type Asked = Parameters<typeof authorizeCommand>[2];

const ask = ({ organization }: Setting, token: string, rest: Asked = {}) =>
  organization.stub.authorize(authorizeCommand(organization, token, rest));

test("the gateway's own limit counts everything through it, and nothing else", async () => {
  const setting = await setUp();
  await configure(setting.organization, setting.gatewayId, "rate_limits: {gateway: {rpm: 2}}\n");
  granted(await ask(setting, "gateway"));
  granted(await ask(setting, "twin"));
  expect(failureOf(await ask(setting, "twin"))).toMatchObject({
    kind: "rate_limited",
    scope: { type: "gateway", id: setting.gatewayId },
    limit: 2,
    retryAfterSeconds: 60,
  });
  granted(await ask(setting, "other"));
  granted(await ask(setting, "bare"));
  await evictDurableObject(setting.organization.stub);
  expect(failureOf(await ask(setting, "gateway"))).toMatchObject({ scope: { type: "gateway" } });
  vi.setSystemTime(START_MS + 60_000);
  granted(await ask(setting, "gateway"));
});

test("tiers stand in the place of the organization's, limit by limit; a record's own limits come first", async () => {
  const setting = await setUp({
    settings: { rate_limits: { per_user: { rpm: 4, max_parallel_requests: 3 } } },
    members: [{ id: "mem_own", name: "Own" }],
  });
  const { organization, gatewayId } = setting;
  await configure(organization, gatewayId, "rate_limits: {per_user: {rpm: 2}}\n");
  const asked = (token: string, userId: string) => ask(setting, token, { asserted: { userId } });
  granted(await asked("gateway", "ada"));
  granted(await asked("gateway", "ada"));
  expect(failureOf(await asked("gateway", "ada"))).toMatchObject({
    scope: { type: "user" },
    limit: 2,
    unit: "requests",
  });
  granted(await asked("bare", "ada"));
  expect(failureOf(await asked("bare", "ada"))).toMatchObject({ limit: 3, unit: "parallel_requests" });
  await changeRecords(organization, `UPDATE members SET rate_limits_json = '{"rpm":3}' WHERE id = 'mem_own'`);
  for (let count = 0; count < 3; count += 1) granted(await asked("gateway", "mem_own"));
  expect(failureOf(await asked("gateway", "mem_own"))).toMatchObject({ limit: 3 });
});

test("what a user did elsewhere counts where a gateway limits users", async () => {
  const setting = await setUp();
  await configure(setting.organization, setting.gatewayId, "rate_limits: {per_user: {rpm: 2}}\n");
  const asked = (token: string) => ask(setting, token, { asserted: { userId: "ada" } });
  for (const token of ["bare", "other", "other"]) granted(await asked(token));
  expect(failureOf(await asked("gateway"))).toMatchObject({ scope: { type: "user", id: "ada" }, limit: 2 });
});

test("keys and teams have the gateway's tiers, which end with the configuration", async () => {
  const setting = await setUp();
  const { organization, gatewayId } = setting;
  await configure(organization, gatewayId, "rate_limits: {per_key: {rpm: 1}, per_team: {rpm: 2}}\n");
  const asked = (token: string) => ask(setting, token, { asserted: { teamId: "core" } });
  granted(await asked("gateway"));
  expect(failureOf(await asked("gateway"))).toMatchObject({ scope: { type: "key" }, limit: 1 });
  granted(await asked("twin"));
  expect(failureOf(await asked("twin"))).toMatchObject({ scope: { type: "key" } });
  await configure(organization, gatewayId, "rate_limits: {per_team: {rpm: 2}}\n");
  expect(failureOf(await asked("twin"))).toMatchObject({ scope: { type: "team" }, limit: 2 });
  await configure(organization, gatewayId, "");
  granted(await asked("twin"));
});

const constraint = (agentId: string, type: string, limit: number | string, window = "total") =>
  `agents: [{id: ${agentId}, constraints: [{type: ${type}, window: ${window}, limit: ${limit}}]}]\n`;

test("an agent is bounded through the gateway, beside its own constraints; a push does not reset what it used", async () => {
  const own = { id: nextId("ucn"), type: "requests", window: "total", limit: 3n } as const;
  const agentId = nextId("agt");
  const setting = await setUp({ agents: [{ id: agentId, constraints: [own] }] });
  const { organization, gatewayId } = setting;
  const asked = (token: string) => ask(setting, token, { asserted: { agentId } });
  await configure(organization, gatewayId, constraint(agentId, "requests", 1));
  const first = granted(await asked("gateway"));
  expect(failureOf(await asked("gateway"))).toMatchObject({
    kind: "agent_constraint_exceeded",
    constraints: [
      { limit: { id: own.id, limit: 3n }, held: 1n, fits: true },
      { limit: { id: `${gatewayId}:${agentId}:requests:total`, limit: 1n }, held: 1n, fits: false },
    ],
  });
  await organization.stub.settle(settleCommand(first.reservationId));
  await configure(organization, gatewayId, constraint(agentId, "requests", 2));
  const second = granted(await asked("gateway"));
  expect(failureOf(await asked("gateway"))).toMatchObject({ constraints: [{ used: 1n }, { used: 1n, held: 1n }] });
  await organization.stub.settle(releaseCommand(second.reservationId));
  granted(await asked("bare"));
  granted(await asked("other"));
  expect(failureOf(await asked("bare"))).toMatchObject({ constraints: [{ limit: { id: own.id }, fits: false }] });
  expect(await auditLedger(organization)).toEqual(SOUND);
});

test("credits of the gateway's constraint are held with the request and counted as what it cost", async () => {
  const setting = await setUp();
  const { organization, agentId, gatewayId } = setting;
  await configure(organization, gatewayId, constraint(agentId, "credits", '"0.0045"', "daily"));
  const asked = () => ask(setting, "gateway", { asserted: { agentId } });
  const usage = async () => {
    const found = await organization.stub.agentUsage({ agentId, gatewayId, runId: null, mustNameRun: true });
    return found.outcome === "found" ? found.value.constraints.map(({ used, held }) => ({ used, held })) : [];
  };
  const first = granted(await asked());
  expect(await usage()).toEqual([{ used: 0n, held: 2_400_000n }]);
  expect(failureOf(await asked())).toMatchObject({ kind: "agent_constraint_exceeded" });
  await organization.stub.settle(settleCommand(first.reservationId));
  expect(await usage()).toEqual([{ used: 2_000_000n, held: 0n }]);
  granted(await asked());
  const bare = await organization.stub.agentUsage({ agentId, runId: null, mustNameRun: true });
  expect(bare).toMatchObject({ outcome: "found", value: { constraints: [] } });
});

test("uses elsewhere count in the constraints of the gateway that reports them, once", async () => {
  const setting = await setUp();
  const { organization, agentId, gatewayId } = setting;
  await configure(organization, gatewayId, constraint(agentId, "requests", 2));
  const use = { requestId: "r1", agentId, gatewayId, runId: null, use: { credits: 0n, tokens: 0n, requests: 2n } };
  for (const command of [use, use, { ...use, gatewayId: null }]) {
    expect(await organization.stub.countUse(command)).toMatchObject({
      outcome: "counted",
      usage: { allowed: false, constraints: [{ used: 2n }] },
    });
  }
  expect(failureOf(await ask(setting, "gateway", { asserted: { agentId } })).kind).toBe("agent_constraint_exceeded");
});

test("a constraint by run needs the run", async () => {
  const setting = await setUp();
  const { organization, agentId, gatewayId } = setting;
  await configure(organization, gatewayId, constraint(agentId, "requests", 1, "run"));
  const asked = (agentRunId: string | null) => ask(setting, "gateway", { asserted: { agentId, agentRunId } });
  expect(failureOf(await asked(null))).toMatchObject({ kind: "invalid_request", param: "X-Agent-Run-Id" });
  granted(await asked("one"));
  granted(await asked("two"));
  expect(failureOf(await asked("one")).kind).toBe("agent_constraint_exceeded");
});
