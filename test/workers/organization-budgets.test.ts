/** Budgets on the real object: tested in the transaction that holds the money, refused before anything is held. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  addBudgets,
  changeBudget,
  createBudgetedOrganization as makeOrganization,
  decimal,
  OWN_KEY,
} from "../support/worker-budgets.ts";
import { auditLedger, SOUND } from "../support/worker-audit.ts";
import { addGateway, configure } from "../support/worker-gateways.ts";
import {
  authorizeCommand,
  changeRecords,
  factsFor,
  failureOf,
  granted,
  HOLD_NANOS,
  MODEL,
  releaseCommand,
  settleCommand,
  usageOf,
  type TestOrganization,
} from "../support/worker-organization.ts";

afterEach(() => {
  vi.useRealTimers();
});

const at = (text: string): void => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(new Date(text));
};

/** What one request of `factsFor()` really costs: 1,000 input and 100 output tokens. */
const COST_NANOS = 2_000_000n;
const ask = (organization: TestOrganization, rest: Parameters<typeof authorizeCommand>[2] = {}) =>
  organization.stub.authorize(authorizeCommand(organization, "gateway", rest));

describe("a race for the last of a budget", () => {
  it("lets exactly seven of fifty through; the others hold nothing, and learn how every window stands", async () => {
    const organization = await makeOrganization([
      { name: "Day", windows: { daily: decimal(HOLD_NANOS * 7n), monthly: decimal(HOLD_NANOS * 100n) } },
    ]);
    const replies = await Promise.all(Array.from({ length: 50 }, () => ask(organization)));
    const refused = replies.filter((reply) => reply.outcome === "refused");
    expect(replies.length - refused.length).toBe(7);
    for (const reply of refused) {
      const failure = failureOf(reply);
      expect(failure).toMatchObject({
        kind: "budget_exhausted",
        budgets: [
          { name: "Day", window: "daily", limitNanos: HOLD_NANOS * 7n, usedNanos: 0n, heldNanos: HOLD_NANOS * 7n },
          { name: "Day", window: "monthly", heldNanos: HOLD_NANOS * 7n, requestedNanos: HOLD_NANOS },
        ],
      });
    }
    const wallet = (await organization.stub.wallets()).find(({ scope }) => scope === "organization");
    expect(wallet?.heldNanos).toBe(HOLD_NANOS * 7n);
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("gives back what a request did not use, all of what was released, and survives an eviction", async () => {
    const organization = await makeOrganization([{ windows: { hourly: decimal(HOLD_NANOS * 2n) } }]);
    const first = granted(await ask(organization));
    const second = granted(await ask(organization));
    expect(failureOf(await ask(organization)).kind).toBe("budget_exhausted");
    await organization.stub.settle(settleCommand(first.reservationId));
    // 2.0 of 2.4 is used, 2.4 is held: 0.4 is left of 4.8.
    expect(failureOf(await ask(organization))).toMatchObject({
      budgets: [{ usedNanos: COST_NANOS, heldNanos: HOLD_NANOS }],
    });
    await organization.stub.settle(releaseCommand(second.reservationId));
    await evictDurableObject(organization.stub);
    granted(await ask(organization));
    expect(failureOf(await ask(organization))).toMatchObject({
      budgets: [{ usedNanos: COST_NANOS, heldNanos: HOLD_NANOS }],
    });
  });
});

describe("windows", () => {
  it.each([
    ["Asia/Kolkata", "daily", "2026-05-10T18:29:59.999Z", "2026-05-10T18:30:00.000Z"],
    ["Europe/Berlin", "daily", "2026-03-29T21:59:59.999Z", "2026-03-29T22:00:00.000Z"],
    ["America/New_York", "monthly", "2026-11-01T03:59:59.999Z", "2026-11-01T04:00:00.000Z"],
    ["UTC", "weekly", "2026-11-29T23:59:59.999Z", "2026-11-30T00:00:00.000Z"],
    ["Asia/Kathmandu", "hourly", "2026-05-10T10:14:59.999Z", "2026-05-10T10:15:00.000Z"],
  ])("in %s the %s window ends to the millisecond", async (timeZone, window, before, after) => {
    at(before);
    const organization = await makeOrganization([{ windows: { [window]: decimal(HOLD_NANOS) } }], {
      settings: { time_zone: timeZone },
    });
    granted(await ask(organization));
    const failure = failureOf(await ask(organization));
    expect(failure).toMatchObject({ budgets: [{ resetsAtMs: Date.parse(after) }], retryAfterSeconds: 1 });
    at(after);
    granted(await ask(organization));
  });

  it("counts a request where it was made, also when it ends in the next window", async () => {
    at("2026-05-10T10:59:59.000Z");
    const organization = await makeOrganization([{ windows: { hourly: decimal(HOLD_NANOS) } }]);
    const { reservationId } = granted(await ask(organization));
    at("2026-05-10T11:00:01.000Z");
    await organization.stub.settle(settleCommand(reservationId));
    granted(await ask(organization));
    expect(failureOf(await ask(organization))).toMatchObject({ budgets: [{ usedNanos: 0n, heldNanos: HOLD_NANOS }] });
  });
});

describe("scopes", () => {
  const limit = { daily: "0.000000001" };
  it.each([
    ["organization", undefined],
    ["team", "red"],
    ["user", "ada"],
    ["key", OWN_KEY],
    ["model", MODEL],
    ["model", "test-*"],
    ["model", "test-alias"],
    ["agent", "robot"],
    ["tag", "env:prod"],
  ])("a budget of %s %s stops the request", async (type, id) => {
    const organization = await makeOrganization([
      { scope: { type, ...(id === undefined ? {} : { id }) }, windows: limit },
    ]);
    const asserted = { userId: "ada", teamId: "red", agentId: "robot" };
    expect(failureOf(await ask(organization, { asserted }))).toMatchObject({ kind: "budget_exhausted" });
  });

  it.each([
    ["team", "blue"],
    ["user", "bob"],
    ["key", "key_2"],
    ["model", "other-*"],
    ["tag", "env:dev"],
    ["service_user", "svc_1"],
  ])("a budget of %s %s does not", async (type, id) => {
    const organization = await makeOrganization([{ scope: { type, id }, windows: limit }]);
    granted(await ask(organization, { asserted: { userId: "ada", teamId: "red" } }));
  });
});

describe("rules", () => {
  it("all that match must pass, and the refusal shows them all", async () => {
    const organization = await makeOrganization([
      { name: "Wide", windows: { monthly: "100" } },
      { name: "Narrow", scope: { type: "key", id: OWN_KEY }, windows: { daily: decimal(HOLD_NANOS - 1n) } },
    ]);
    expect(failureOf(await ask(organization))).toMatchObject({ budgets: [{ name: "Wide" }, { name: "Narrow" }] });
  });

  it("a soft one counts and refuses nothing", async () => {
    const organization = await makeOrganization([{ hard: false, windows: { daily: "0.000000001" } }]);
    granted(await ask(organization));
    granted(await ask(organization));
  });

  it("an override stands in the place of the limits until its instant", async () => {
    at("2026-05-10T10:00:00.000Z");
    const organization = await makeOrganization([
      {
        windows: { monthly: "0.000000001" },
        override: { amount: decimal(HOLD_NANOS), until: "2026-05-10T12:00:00.000Z" },
      },
    ]);
    const { reservationId } = granted(await ask(organization));
    await organization.stub.settle(releaseCommand(reservationId));
    at("2026-05-10T11:59:59.999Z");
    await organization.stub.settle(releaseCommand(granted(await ask(organization)).reservationId));
    at("2026-05-10T12:00:00.000Z");
    expect(failureOf(await ask(organization))).toMatchObject({ budgets: [{ limitNanos: 1n }] });
  });

  it("a budget comes before the money: no ticket is made", async () => {
    const organization = await makeOrganization([{ windows: { daily: decimal(HOLD_NANOS) } }]);
    const dear = { facts: factsFor({ tokens: 90_000_000 }) };
    expect(failureOf(await ask(organization, dear)).kind).toBe("budget_exhausted");
  });

  it("editing keeps what was used", async () => {
    const organization = await makeOrganization([{ windows: { daily: decimal(HOLD_NANOS) } }]);
    await organization.stub.settle(settleCommand(granted(await ask(organization)).reservationId));
    await changeBudget(organization, "Budget 0", { windows: { daily: decimal(HOLD_NANOS + COST_NANOS - 1n) } });
    expect(failureOf(await ask(organization))).toMatchObject({ budgets: [{ usedNanos: COST_NANOS }] });
  });
});

describe("what a grant says is left", () => {
  it("is the room of the tightest hard window beside this hold, the same for a repeat after an eviction", async () => {
    const organization = await makeOrganization([
      { name: "Wide", windows: { daily: decimal(HOLD_NANOS * 9n), monthly: decimal(HOLD_NANOS * 5n) } },
      { name: "Soft", hard: false, windows: { daily: decimal(1n) } },
      { name: "Of others", scope: { type: "user", id: "bob" }, windows: { daily: decimal(1n) } },
    ]);
    const first = granted(await ask(organization));
    expect(first.budgetRemainingNanos).toBe(HOLD_NANOS * 4n);
    await organization.stub.settle(settleCommand(first.reservationId));
    const command = authorizeCommand(organization, "gateway");
    expect(granted(await organization.stub.authorize(command)).budgetRemainingNanos).toBe(HOLD_NANOS * 4n - COST_NANOS);
    granted(await ask(organization));
    await evictDurableObject(organization.stub);
    expect(granted(await organization.stub.authorize(command)).budgetRemainingNanos).toBe(HOLD_NANOS * 4n - COST_NANOS);
  });

  it("is nothing without a hard budget", async () => {
    const organization = await makeOrganization([{ hard: false, windows: { daily: "1" } }]);
    expect("budgetRemainingNanos" in granted(await ask(organization))).toBe(false);
  });
});

describe("many budgets", () => {
  it("are searched once for a use and directory, and a change is seen", async () => {
    const others = Array.from({ length: 300 }, (_, index) => ({
      name: `Of ${index}`,
      scope: { type: "user", id: `user_${index}` },
      windows: { daily: decimal(HOLD_NANOS) },
    }));
    const organization = await makeOrganization(others);
    const asserted = { userId: "user_7" };
    granted(await ask(organization, { asserted }));
    expect(failureOf(await ask(organization, { asserted })).kind).toBe("budget_exhausted");
    granted(await ask(organization, { asserted: { userId: "user_8" } }));
    granted(await ask(organization, { asserted: { userId: "user_x" } }));
    await addBudgets(organization, [{ name: "New", scope: { type: "user", id: "user_x" }, windows: { daily: "0" } }]);
    expect(failureOf(await ask(organization, { asserted: { userId: "user_x" } })).kind).toBe("budget_exhausted");
  });
});

describe("a hold that grows in mid-stream", () => {
  it("takes no more than its budgets have, also when the calendar has changed since it began", async () => {
    at("2036-03-04T10:10:00Z");
    const windows = { hourly: decimal(HOLD_NANOS * 2n), daily: decimal(HOLD_NANOS * 3n) };
    const organization = await makeOrganization([{ windows }]);
    const { stub } = organization;
    const { reservationId } = granted(await ask(organization));
    const grow = () => stub.checkpoint({ reservationId, usage: usageOf(1_000, 90), holdForOutputTokens: 1_000 });
    await changeRecords(
      organization,
      "UPDATE organizations SET settings_json = json_set(settings_json, '$.time_zone', 'Asia/Kolkata') WHERE id = ?",
      organization.id,
    );
    // (1,000 × 1 + 380 × 10) per million.
    expect(await grow()).toMatchObject({ heldNanos: HOLD_NANOS * 2n, coveredOutputTokens: 380 });
    expect(await grow()).toMatchObject({ heldNanos: HOLD_NANOS * 2n });
    expect(await auditLedger(organization)).toEqual(SOUND);
  });
});

describe("of several targets the one that answered counts", () => {
  const PRICES = "pricing: {input_price_per_million: 1, output_price_per_million: 10}";

  /** The caller asks for `fast`: `small` of the first target, `large` of the second. */
  async function createWithTargets(budgets: Parameters<typeof makeOrganization>[0]): Promise<TestOrganization> {
    const organization = await makeOrganization(budgets);
    const gatewayId = await addGateway(organization, ["gateway"]);
    const targets = ["small", "large"].map(
      (model) =>
        `    - {id: ${model}, provider: openai, base_url: "https://${model}.example.com/v1", ${PRICES}, ` +
        `models: [{model_id: ${model}, aliases: [fast, ${model}-other]}]}`,
    );
    await configure(organization, gatewayId, `providers:\n  targets:\n${targets.join("\n")}\n`);
    return organization;
  }
  const askFast = async (organization: TestOrganization): Promise<string> =>
    granted(await ask(organization, { facts: factsFor({ model: "fast" }) })).reservationId;
  const budgetOf = (model: string) => ({ scope: { type: "model", id: model }, windows: { daily: "0.5" } });

  /** `used/held` of each budget of a model, by that model. */
  async function standing({ id, stub }: TestOrganization): Promise<Readonly<Record<string, string>>> {
    const budgets = await env.CONTROL_DB.prepare(
      "SELECT id, json_extract(body_json, '$.scope.id') AS model FROM policies WHERE organization_id = ? AND kind = 'budget'",
    )
      .bind(id)
      .all<{ id: string; model: string }>();
    const counters = await runInDurableObject(stub, async (_object, { storage }) =>
      storage.sql.exec<{ key: string; used: number; held: number }>("SELECT * FROM limit_counter").toArray(),
    );
    return Object.fromEntries(
      budgets.results.map((budget) => {
        const counter = counters.find(({ key }) => key.includes(budget.id));
        return [budget.model, `${counter?.used ?? 0}/${counter?.held ?? 0}`];
      }),
    );
  }

  it("under every name that the configuration gives its model", async () => {
    const organization = await createWithTargets(["small", "small-other", "large", "large-other"].map(budgetOf));
    const reservationId = await askFast(organization);
    expect(new Set(Object.values(await standing(organization)))).toEqual(new Set([`0/${HOLD_NANOS}`]));
    await organization.stub.settle(settleCommand(reservationId, { targetId: "large" }));
    expect(await standing(organization)).toEqual({
      small: "0/0",
      "small-other": "0/0",
      large: `${COST_NANOS}/0`,
      "large-other": `${COST_NANOS}/0`,
    });
  });

  it.each([
    { name: "less", tokens: 50, used: 1_500_000n },
    { name: "more", tokens: 200, used: 3_000_000n },
  ])("also when a settlement comes late and says $name than the checkpoint", async ({ tokens, used }) => {
    at("2036-03-04T10:10:00Z");
    const organization = await createWithTargets(["small", "large"].map(budgetOf));
    const { stub } = organization;
    await stub.settle(settleCommand(await askFast(organization), { targetId: "large" }));
    const reservationId = await askFast(organization);
    await stub.checkpoint({ reservationId, usage: usageOf(1_000, 100), targetId: "small" });
    at("2036-03-04T11:10:00Z");
    await runDurableObjectAlarm(stub);
    expect(await standing(organization)).toEqual({ small: `${COST_NANOS}/0`, large: `${COST_NANOS}/0` });
    await stub.settle(settleCommand(reservationId, { targetId: "small", usage: usageOf(1_000, tokens) }));
    expect(await standing(organization)).toEqual({ small: `${used}/0`, large: `${COST_NANOS}/0` });
    expect(await auditLedger(organization)).toEqual(SOUND);
  });
});
