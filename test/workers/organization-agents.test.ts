import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { AuthorizeReply } from "../../src/contract/commands.ts";
import type { AgentUsageView } from "../../src/contract/organization-rpc.ts";
import type { UsageConstraint } from "../../src/core/agent-constraint.ts";
import { auditLedger, SOUND } from "../support/worker-audit.ts";
import {
  authorizeCommand,
  changeRecords,
  createOrganization,
  failureOf,
  factsFor,
  FREE_MODEL,
  granted,
  HOLD_NANOS,
  nextId,
  releaseCommand,
  settleCommand,
  tokenHash,
  transferCommand,
  usageOf,
} from "../support/worker-organization.ts";
import type { TestAgent, TestOrganization } from "../support/worker-organization.ts";

const LEASE_MS = 120_000;
const DAY_MS = 24 * 60 * 60 * 1_000;
/** What a request of `factsFor()` takes of a token limit: 1,000 of input and a cap of 100. */
const TOKENS = 1_100n;
const COST_NANOS = 2_000_000n;

afterEach(() => {
  vi.useRealTimers();
});

const NOBODY = {
  keyId: null,
  gatewayId: null,
  userId: null,
  teamId: null,
  serviceUserId: null,
  agentId: null,
  agentRunId: null,
};

type Constraint = Omit<UsageConstraint, "id">;

interface AgentOrganization extends TestOrganization {
  readonly agentId: string;
  readonly constraintIds: readonly string[];
  /** One request of the agent. */
  request(rest?: Parameters<typeof authorizeCommand>[2]): Promise<AuthorizeReply>;
  usage(runId?: string | null): Promise<AgentUsageView>;
}

/** An organization with one agent and money for a hundred requests. */
async function createAgent(
  constraints: readonly Constraint[],
  rest: {
    readonly status?: TestAgent["status"];
    readonly settings?: Readonly<Record<string, unknown>>;
    readonly credit?: bigint;
  } = {},
): Promise<AgentOrganization> {
  const agentId = nextId("agt");
  const named = constraints.map((constraint) => ({ id: nextId("ucn"), ...constraint }));
  const organization = await createOrganization({
    settings: rest.settings ?? {},
    agents: [{ id: agentId, status: rest.status ?? "active", constraints: named }],
    keys: [{ token: "gateway", mayAssertIdentity: true, capabilities: ["control_plane"] }],
  });
  const amountNanos = rest.credit ?? HOLD_NANOS * 100n;
  if (amountNanos > 0n) await organization.stub.transfer(transferCommand({ amountNanos }));
  return {
    ...organization,
    agentId,
    constraintIds: named.map(({ id }) => id),
    request: ({ asserted, ...command } = {}) =>
      organization.stub.authorize(
        authorizeCommand(organization, "gateway", { ...command, asserted: { agentId, ...asserted } }),
      ),
    async usage(runId = null) {
      const reply = await organization.stub.agentUsage({ agentId, runId, mustNameRun: false });
      if (reply.outcome === "refused") throw new Error(reply.failure.kind);
      return reply.value;
    },
  };
}

/** What the agent's constraints have counted: used and held of each. */
async function counted(organization: AgentOrganization, runId: string | null = null) {
  const { constraints } = await organization.usage(runId);
  return constraints.map(({ used, held }) => [used, held]);
}

function countRows({ stub }: TestOrganization): Promise<number> {
  return runInDurableObject(
    stub,
    (_instance, { storage }) =>
      storage.sql.exec<{ rows: number }>("SELECT count(*) AS rows FROM limit_counter").one().rows,
  );
}

const credits = (limit: bigint, window: Constraint["window"] = "total"): Constraint => ({
  type: "credits",
  limit,
  window,
});
const tokens = (limit: bigint, window: Constraint["window"] = "total"): Constraint => ({
  type: "tokens",
  limit,
  window,
});
const requests = (limit: bigint, window: Constraint["window"] = "total"): Constraint => ({
  type: "requests",
  limit,
  window,
});
const all = [credits(HOLD_NANOS * 50n), tokens(100_000n), requests(50n)];

describe("races", () => {
  it.each([
    ["credits", credits(HOLD_NANOS * 7n)],
    ["tokens", tokens(TOKENS * 7n + 1n)],
    ["requests", requests(7n, "daily")],
  ])("lets exactly seven of fifty parallel requests through on room for seven: %s", async (_name, constraint) => {
    const organization = await createAgent([constraint]);
    const replies = await Promise.all(Array.from({ length: 50 }, () => organization.request()));
    expect(replies.filter(({ outcome }) => outcome === "authorized")).toHaveLength(7);
    const refused = replies.filter((reply) => reply.outcome === "refused").map((reply) => failureOf(reply).kind);
    expect(new Set(refused)).toEqual(new Set(["agent_constraint_exceeded"]));
    expect(await auditLedger(organization)).toEqual(SOUND);
    const { sources } = await organization.stub.balance({ userId: null, teamId: null });
    expect(sources.at(-1)?.heldNanos).toBe(HOLD_NANOS * 7n);
  });

  it("counts each run alone", async () => {
    const organization = await createAgent([requests(3n, "run")]);
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) => organization.request({ asserted: { agentRunId: `run-${index % 2}` } })),
    );
    expect(replies.filter(({ outcome }) => outcome === "authorized")).toHaveLength(6);
    expect(await counted(organization, "run-0")).toEqual([[0n, 3n]]);
    expect(await counted(organization, "run-2")).toEqual([[0n, 0n]]);
    expect(await counted(organization)).toEqual([[null, null]]);
  });
});

describe("refusals", () => {
  it("tell how every constraint stood, and hold and count nothing", async () => {
    const organization = await createAgent([credits(HOLD_NANOS * 50n), requests(1n, "hourly")]);
    granted(await organization.request());
    const before = await counted(organization);
    const failure = failureOf(await organization.request());
    expect(failure).toMatchObject({
      kind: "agent_constraint_exceeded",
      agent: { id: organization.agentId, name: `Name of ${organization.agentId}` },
      constraints: [
        { limit: { unit: "credits" }, held: HOLD_NANOS, requested: HOLD_NANOS, fits: true },
        {
          limit: { id: organization.constraintIds[1], unit: "requests" },
          used: 0n,
          held: 1n,
          requested: 1n,
          fits: false,
        },
      ],
    });
    expect(await counted(organization)).toEqual(before);
    expect(await organization.usage()).toMatchObject({ allowed: false });
  });

  it("come before those for lack of money, which count nothing either", async () => {
    const organization = await createAgent([requests(1n)], { credit: 0n });
    expect(failureOf(await organization.request()).kind).toBe("insufficient_funds");
    expect(await counted(organization)).toEqual([[0n, 0n]]);
    await changeRecords(
      organization,
      "UPDATE usage_constraints SET limit_amount = 0 WHERE agent_id = ?",
      organization.agentId,
    );
    expect(failureOf(await organization.request()).kind).toBe("agent_constraint_exceeded");
  });

  it("name a run that is missing", async () => {
    const organization = await createAgent([requests(3n, "run")]);
    expect(failureOf(await organization.request())).toMatchObject({ kind: "invalid_request", param: "X-Agent-Run-Id" });
  });

  it.each(["paused", "disabled"] as const)("name the rule of an agent that is %s", async (status) => {
    const organization = await createAgent(all, { status });
    const rule = `agent Name of ${organization.agentId} (${status})`;
    expect(failureOf(await organization.request())).toEqual({ kind: "access_denied", rule, model: "test-model" });
    const credential = { tokenSha256: tokenHash(organization.id, "gateway") };
    const asserted = { userId: null, teamId: null, agentId: organization.agentId, agentRunId: null };
    const admitted = await organization.stub.admit({
      requestId: "req_1",
      credential,
      asserted,
      endpoint: "openai.chat",
      model: "test-model",
      zdrMode: "off",
    });
    expect(failureOf(admitted).kind).toBe("access_denied");
    const listed = await organization.stub.models(credential, asserted);
    if (listed.outcome !== "listed") throw new Error("the models are not listed");
    expect(listed.prices).toEqual([]);
    expect(new Set(listed.denials.map((denial) => denial.rule))).toEqual(new Set([rule]));
    expect((await organization.usage()).allowed).toBe(false);
  });

  it("know agents of this organization only, and leave names of the caller's own alone", async () => {
    const [organization, other] = [await createAgent([requests(0n)]), await createAgent([])];
    const foreign = await organization.request({ asserted: { agentId: other.agentId } });
    expect(failureOf(foreign)).toEqual({
      kind: "identity_not_allowed",
      header: "X-Agent-Id",
      unknownAgentId: other.agentId,
    });
    const own = granted(await organization.request({ asserted: { agentId: "my-crawler" } }));
    expect(own.attribution.agentId).toBe("my-crawler");
    expect(await countRows(organization)).toBe(0);
  });

  it("are what an estimate says", async () => {
    const organization = await createAgent([requests(1n)]);
    const command = () => authorizeCommand(organization, "gateway", { asserted: { agentId: organization.agentId } });
    expect((await organization.stub.estimate(command())).outcome).toBe("estimated");
    granted(await organization.request());
    expect(failureOf(await organization.stub.estimate(command())).kind).toBe("agent_constraint_exceeded");
  });
});

describe("ends", () => {
  it("a settlement counts what was used", async () => {
    const organization = await createAgent(all);
    const { reservationId } = granted(await organization.request());
    expect(await counted(organization)).toEqual([
      [0n, HOLD_NANOS],
      [0n, TOKENS],
      [0n, 1n],
    ]);
    await evictDurableObject(organization.stub);
    const settle = settleCommand(reservationId, { usage: usageOf(900, 40) });
    await organization.stub.settle(settle);
    await organization.stub.settle(settle);
    expect(await counted(organization)).toEqual([
      [1_300_000n, 0n],
      [940n, 0n],
      [1n, 0n],
    ]);
    await evictDurableObject(organization.stub);
    expect(await counted(organization)).toEqual([
      [1_300_000n, 0n],
      [940n, 0n],
      [1n, 0n],
    ]);
  });

  it("a repeat of the request takes once", async () => {
    const organization = await createAgent(all);
    const command = authorizeCommand(organization, "gateway", { asserted: { agentId: organization.agentId } });
    granted(await organization.stub.authorize(command));
    granted(await organization.stub.authorize(command));
    expect((await counted(organization))[2]).toEqual([0n, 1n]);
  });

  it("a release gives back everything", async () => {
    const organization = await createAgent(all);
    const { reservationId } = granted(await organization.request());
    await organization.stub.settle(releaseCommand(reservationId));
    expect(await counted(organization)).toEqual(all.map(() => [0n, 0n]));
  });

  it("more than was held is counted, and closes the limit", async () => {
    const organization = await createAgent([tokens(TOKENS * 2n)]);
    const { reservationId } = granted(await organization.request());
    await organization.stub.settle(settleCommand(reservationId, { usage: usageOf(1_000, 5_000) }));
    expect(await counted(organization)).toEqual([[6_000n, 0n]]);
    expect(failureOf(await organization.request()).kind).toBe("agent_constraint_exceeded");
  });

  it("a cost without usage counts the tokens that were taken", async () => {
    const organization = await createAgent(all);
    const { reservationId } = granted(await organization.request());
    await organization.stub.settle(settleCommand(reservationId, { usage: null, costUsdNanos: 7n }));
    expect(await counted(organization)).toEqual([
      [7n, 0n],
      [TOKENS, 0n],
      [1n, 0n],
    ]);
  });

  it("an expiry without a checkpoint gives back everything, and a late settlement counts", async () => {
    const organization = await createAgent(all);
    const { reservationId } = granted(await organization.request());
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + LEASE_MS });
    expect(await counted(organization)).toEqual(all.map(() => [0n, 0n]));
    await organization.stub.settle(settleCommand(reservationId));
    expect(await counted(organization)).toEqual([
      [COST_NANOS, 0n],
      [TOKENS, 0n],
      [1n, 0n],
    ]);
  });

  it.each([
    ["a dearer settlement", settleCommand, { usage: usageOf(1_000, 90) }, [1_900_000n, 1_090n, 1n]],
    ["a cheaper settlement", settleCommand, { usage: usageOf(1_000, 10) }, [1_100_000n, 1_010n, 1n]],
    ["a release", releaseCommand, {}, [0n, 0n, 0n]],
  ] as const)(
    "an expiry counts its checkpoint, and %s after it corrects that",
    async (_name, commandFor, change, used) => {
      const organization = await createAgent(all);
      const { reservationId } = granted(await organization.request());
      await organization.stub.checkpoint({ reservationId, usage: usageOf(1_000, 50) });
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + LEASE_MS + 1_000 });
      expect(await counted(organization)).toEqual([
        [1_500_000n, 0n],
        [1_050n, 0n],
        [1n, 0n],
      ]);
      await evictDurableObject(organization.stub);
      await organization.stub.settle({ ...commandFor(reservationId), ...change });
      expect(await counted(organization)).toEqual(used.map((amount) => [amount, 0n]));
    },
  );

  it("free models count tokens and requests", async () => {
    const organization = await createAgent([credits(0n), tokens(10_000n), requests(9n)]);
    const facts = factsFor({ model: FREE_MODEL, outputCapTokens: null, choices: 2 });
    const { reservationId } = granted(await organization.request({ facts }));
    // Without a cap, what the model can give, twice.
    expect(await counted(organization)).toEqual([
      [0n, 0n],
      [0n, 9_192n],
      [0n, 1n],
    ]);
    await organization.stub.settle(
      settleCommand(reservationId, { usage: usageOf(1_000, 100), responseModel: FREE_MODEL }),
    );
    expect((await counted(organization)).slice(1)).toEqual([
      [1_100n, 0n],
      [1n, 0n],
    ]);
  });
});

describe("a hold that grows in mid-stream", () => {
  it("takes more of the limits of credits, and no more than they have", async () => {
    const organization = await createAgent([credits(HOLD_NANOS * 2n), credits(HOLD_NANOS * 9n, "daily"), requests(5n)]);
    const { stub } = organization;
    const { reservationId } = granted(await organization.request());
    const usage = usageOf(1_000, 90);
    const some = await stub.checkpoint({ reservationId, usage, holdForOutputTokens: 200 });
    // (1,000 × 1 + 200 × 10) per million.
    expect(some).toMatchObject({ heldNanos: 3_000_000n, coveredOutputTokens: 200 });
    const again = await stub.checkpoint({ reservationId, usage, holdForOutputTokens: 200 });
    expect(again).toMatchObject({ heldNanos: 3_000_000n });
    await evictDurableObject(stub);
    const most = await stub.checkpoint({ reservationId, usage, holdForOutputTokens: 1_000 });
    expect(most).toMatchObject({ heldNanos: HOLD_NANOS * 2n, coveredOutputTokens: 380 });
    expect(await counted(organization)).toEqual([
      [0n, HOLD_NANOS * 2n],
      [0n, HOLD_NANOS * 2n],
      [0n, 1n],
    ]);
    expect(await auditLedger(organization)).toEqual(SOUND);
    await stub.settle(settleCommand(reservationId, { usage: usageOf(1_000, 300) }));
    expect(await counted(organization)).toEqual([
      [4_000_000n, 0n],
      [4_000_000n, 0n],
      [1n, 0n],
    ]);
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("stays within a limit whose windows begin at other times since", async () => {
    const organization = await createAgent([credits(HOLD_NANOS * 2n, "daily")]);
    const { reservationId } = granted(await organization.request());
    await changeRecords(
      organization,
      "UPDATE organizations SET settings_json = json_set(settings_json, '$.time_zone', 'Asia/Kolkata') WHERE id = ?",
      organization.id,
    );
    const usage = usageOf(1_000, 90);
    const grown = await organization.stub.checkpoint({ reservationId, usage, holdForOutputTokens: 1_000 });
    expect(grown).toMatchObject({ heldNanos: HOLD_NANOS * 2n, coveredOutputTokens: 380 });
  });

  it("grows freely when its limit is gone, and gives back what it took", async () => {
    const organization = await createAgent([credits(HOLD_NANOS)]);
    const { stub } = organization;
    const { reservationId } = granted(await organization.request());
    await changeRecords(
      organization,
      `UPDATE usage_constraints SET "window" = 'daily' WHERE agent_id = ?`,
      organization.agentId,
    );
    await stub.checkpoint({ reservationId, usage: usageOf(1_000, 90), holdForOutputTokens: 200 });
    expect(await auditLedger(organization)).toEqual(SOUND);
    await stub.settle(releaseCommand(reservationId));
    await changeRecords(
      organization,
      `UPDATE usage_constraints SET "window" = 'total' WHERE agent_id = ?`,
      organization.agentId,
    );
    expect(await counted(organization)).toEqual([[0n, 0n]]);
  });
});

describe("requests that were let through without asking", () => {
  it("hold nothing of a limit and count in it, also beyond it", async () => {
    const organization = await createAgent([requests(0n, "daily"), tokens(500n)]);
    const { agentId, id, stub } = organization;
    const request = {
      requestId: nextId("req"),
      reservationId: nextId("res"),
      attribution: { ...NOBODY, agentId },
      zdrMode: "off",
      endpoint: "openai.chat",
      streamed: false,
      requestedModel: FREE_MODEL,
      metadata: {},
      currency: "USD",
      exchangeRate: "1",
      createdAtMs: Date.now(),
      matched: [],
      targets: [{ id: "managed-openai", provider: "openai", baseUrl: null, model: FREE_MODEL, price: null }],
    } as const;
    expect((await stub.beginUnreserved(request)).outcome).toBe("renewed");
    expect(await counted(organization)).toEqual([
      [0n, 0n],
      [0n, 0n],
    ]);
    expect(await auditLedger({ id, stub })).toEqual(SOUND);
    await stub.settleUnreserved({ request, settlement: settleCommand(request.reservationId) });
    expect(await counted(organization)).toEqual([
      [1n, 0n],
      [TOKENS, 0n],
    ]);
  });
});

describe("tickets", () => {
  it("are redeemed within the limits of the agent that they were issued to", async () => {
    const organization = await createAgent([requests(1n), tokens(TOKENS)], { credit: 0n });
    const { agentId, stub } = organization;
    const refused = failureOf(await organization.request());
    if (refused.kind !== "insufficient_funds" || refused.ticket === null) throw new Error("no ticket");
    const ticketId = refused.ticket.id;
    await stub.transfer(transferCommand({ amountNanos: HOLD_NANOS * 9n }));
    const other = granted(await organization.request());
    const redeem = {
      requestId: nextId("req"),
      reservationId: nextId("res"),
      credential: { tokenSha256: tokenHash(organization.id, "gateway") },
      ticketId,
      requestSha256: "a".repeat(64),
    };
    expect(failureOf(await stub.redeemTicket(redeem)).kind).toBe("agent_constraint_exceeded");
    expect(failureOf(await organization.request({ ticketId })).kind).toBe("agent_constraint_exceeded");
    await stub.settle(releaseCommand(other.reservationId));
    await changeRecords(organization, "UPDATE agents SET status = 'paused' WHERE id = ?", agentId);
    expect(failureOf(await stub.redeemTicket(redeem)).kind).toBe("access_denied");
    await changeRecords(organization, "UPDATE agents SET status = 'active' WHERE id = ?", agentId);
    granted(await stub.redeemTicket(redeem));
    expect(await counted(organization)).toEqual([
      [0n, 1n],
      [0n, TOKENS],
    ]);
  });

  it("count in the run that redeems them", async () => {
    const organization = await createAgent([requests(1n, "run")], { credit: 0n });
    const first = failureOf(await organization.request({ asserted: { agentRunId: "one" } }));
    if (first.kind !== "insufficient_funds" || first.ticket === null) throw new Error("no ticket");
    await organization.stub.transfer(transferCommand({ amountNanos: HOLD_NANOS * 9n }));
    const grant = granted(await organization.request({ ticketId: first.ticket.id, asserted: { agentRunId: "two" } }));
    expect(grant).toMatchObject({ ticketId: first.ticket.id, attribution: { agentRunId: "two" } });
    expect(await counted(organization, "one")).toEqual([[0n, 0n]]);
    expect(await counted(organization, "two")).toEqual([[0n, 1n]]);
  });
});

describe("windows", () => {
  it.each([
    ["hourly", "UTC", "2027-03-10T09:59:59.500Z", "2027-03-10T10:00:00.000Z"],
    ["hourly", "Asia/Kolkata", "2027-03-10T10:29:59.500Z", "2027-03-10T10:30:00.000Z"],
    ["daily", "Asia/Kathmandu", "2027-03-10T18:14:59.500Z", "2027-03-10T18:15:00.000Z"],
    ["weekly", "America/New_York", "2027-03-15T03:59:59.500Z", "2027-03-15T04:00:00.000Z"],
    ["monthly", "Europe/Berlin", "2027-03-31T21:59:59.500Z", "2027-03-31T22:00:00.000Z"],
  ] as const)("a %s limit starts anew at its boundary in %s", async (window, timeZone, before, boundary) => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(before) });
    const organization = await createAgent([requests(1n, window)], {
      settings: { time_zone: timeZone, week_starts_on: "monday" },
    });
    const first = granted(await organization.request());
    expect((await organization.usage()).constraints[0]?.resetsAtMs).toBe(Date.parse(boundary));
    expect(failureOf(await organization.request()).kind).toBe("agent_constraint_exceeded");
    vi.setSystemTime(Date.parse(boundary));
    expect(await counted(organization)).toEqual([[0n, 0n]]);
    // What was made in the old window ends there.
    await organization.stub.settle(settleCommand(first.reservationId));
    expect(await counted(organization)).toEqual([[0n, 0n]]);
    granted(await organization.request());
    expect(failureOf(await organization.request()).kind).toBe("agent_constraint_exceeded");
  });

  it("that are over are forgotten by the alarm, a day later; totals never; idle runs after thirty days", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2027-03-10T09:59:00.000Z") });
    const organization = await createAgent([requests(9n, "hourly"), requests(9n, "run"), requests(9n)]);
    const { stub } = organization;
    const { reservationId } = granted(await organization.request({ asserted: { agentRunId: "one" } }));
    await stub.settle(settleCommand(reservationId));
    expect(await countRows(organization)).toBe(3);
    const rowsAt = async (text: string): Promise<number> => {
      vi.setSystemTime(Date.parse(text));
      await runDurableObjectAlarm(stub);
      return countRows(organization);
    };
    expect(await rowsAt("2027-03-11T09:59:59.000Z")).toBe(3);
    expect(await rowsAt("2027-03-11T10:00:00.000Z")).toBe(2);
    expect(await rowsAt("2027-04-09T09:58:59.000Z")).toBe(2);
    expect(await rowsAt("2027-04-09T09:59:00.000Z")).toBe(1);
    expect(await counted(organization, "one")).toEqual([
      [0n, 0n],
      [0n, 0n],
      [1n, 0n],
    ]);
  });

  it("a settlement that finds no counter any more changes nothing", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2027-03-10T09:59:00.000Z") });
    const organization = await createAgent([requests(9n, "hourly")]);
    const { reservationId } = granted(await organization.request());
    vi.setSystemTime(Date.now() + 2 * DAY_MS);
    await runDurableObjectAlarm(organization.stub);
    expect(await countRows(organization)).toBe(0);
    expect(await organization.stub.settle(settleCommand(reservationId))).toMatchObject({ outcome: "ended" });
    expect(await countRows(organization)).toBe(0);
  });
});

describe("editing", () => {
  it("another limit keeps the usage, another type or window counts on its own", async () => {
    const organization = await createAgent([requests(5n, "daily")]);
    const edit = (change: string) =>
      changeRecords(organization, `UPDATE usage_constraints SET ${change} WHERE agent_id = ?`, organization.agentId);
    const open = granted(await organization.request());
    await edit("limit_amount = 1");
    expect(await counted(organization)).toEqual([[0n, 1n]]);
    expect(failureOf(await organization.request()).kind).toBe("agent_constraint_exceeded");
    await edit("limit_amount = 2");
    granted(await organization.request());
    await edit(`"window" = 'weekly'`);
    expect(await counted(organization)).toEqual([[0n, 0n]]);
    await edit("type = 'tokens', limit_amount = 5000");
    expect(await counted(organization)).toEqual([[0n, 0n]]);
    // It corrects what it took, not what it would take now.
    await organization.stub.settle(settleCommand(open.reservationId));
    expect(await counted(organization)).toEqual([[0n, 0n]]);
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("credits of another currency count on their own", async () => {
    // The currency changes only while every wallet is empty: the request uses up the last of it.
    const organization = await createAgent([credits(HOLD_NANOS)], { credit: HOLD_NANOS });
    const { reservationId } = granted(await organization.request());
    await organization.stub.settle(settleCommand(reservationId, { usage: usageOf(1_400, 100) }));
    expect(await counted(organization)).toEqual([[HOLD_NANOS, 0n]]);
    await changeRecords(
      organization,
      "UPDATE organizations SET settings_json = ? WHERE id = ?",
      JSON.stringify({ currency: "EUR" }),
      organization.id,
    );
    expect(await counted(organization)).toEqual([[0n, 0n]]);
  });
});

describe("uses that happened elsewhere", () => {
  it("count once, also beyond the limit", async () => {
    const organization = await createAgent([credits(100n), tokens(50n), requests(5n)]);
    const { agentId, stub } = organization;
    const command = {
      requestId: nextId("req"),
      agentId,
      runId: null,
      use: { credits: 7n, tokens: 90n, requests: 2n },
    };
    const first = await stub.countUse(command);
    expect(first).toMatchObject({
      outcome: "counted",
      usage: { allowed: false, constraints: [{ used: 7n }, { used: 90n }, { used: 2n }] },
    });
    await evictDurableObject(stub);
    expect(await stub.countUse(command)).toEqual(first);
    expect(await counted(organization)).toEqual([
      [7n, 0n],
      [90n, 0n],
      [2n, 0n],
    ]);
    const other = await stub.countUse({ ...command, use: { ...command.use, tokens: 91n } });
    expect(failureOf(other)).toMatchObject({ kind: "conflict", code: "request_id_reused" });
    expect(failureOf(await organization.request()).kind).toBe("agent_constraint_exceeded");
  });

  it("belong to an agent of this organization, and to a run where one is counted", async () => {
    const organization = await createAgent([requests(5n, "run")]);
    const command = {
      requestId: nextId("req"),
      agentId: organization.agentId,
      runId: null,
      use: { credits: 0n, tokens: 0n, requests: 1n },
    };
    expect(failureOf(await organization.stub.countUse(command))).toMatchObject({
      kind: "invalid_request",
      param: "run_id",
    });
    expect((await organization.stub.countUse({ ...command, runId: "one" })).outcome).toBe("counted");
    expect(await counted(organization, "one")).toEqual([[1n, 0n]]);
    const other = await createAgent([]);
    expect(failureOf(await other.stub.countUse(command))).toEqual({ kind: "not_found", what: "agent" });
  });

  it("are remembered for thirty days", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2027-03-10T09:59:00.000Z") });
    const organization = await createAgent([requests(5n)]);
    const command = {
      requestId: nextId("req"),
      agentId: organization.agentId,
      runId: null,
      use: { credits: 0n, tokens: 0n, requests: 1n },
    };
    await organization.stub.countUse(command);
    vi.setSystemTime(Date.now() + 30 * DAY_MS);
    await runDurableObjectAlarm(organization.stub);
    const rows = await runInDurableObject(organization.stub, (_instance, { storage }) =>
      storage.sql.exec<{ rows: number }>("SELECT count(*) AS rows FROM use_report").one(),
    );
    expect(rows).toEqual({ rows: 0 });
    expect(await counted(organization)).toEqual([[1n, 0n]]);
  });
});

it("an organization without limits has no counters", async () => {
  const organization = await createAgent([]);
  const { reservationId } = granted(await organization.request());
  await organization.stub.settle(settleCommand(reservationId));
  expect(await countRows(organization)).toBe(0);
});
