/** Alerts of budgets on the real object: each is told once, by the transaction that posts or refuses. */
import { evictDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { NotificationMessage } from "../../src/contract/notification.ts";
import { changeBudget, createBudgetedOrganization, decimal, type TestBudget } from "../support/worker-budgets.ts";
import { delivered } from "../support/worker-main.ts";
import {
  authorizeCommand,
  factsFor,
  failureOf,
  granted,
  HOLD_NANOS,
  releaseCommand,
  settleCommand,
  transferCommand,
  usageOf,
  type TestOrganization,
} from "../support/worker-organization.ts";

// No test begins right before the end of a window.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-05-10T10:30:00Z") });
});

afterEach(() => {
  vi.useRealTimers();
});

/** What one request of `factsFor()` really costs. */
const COST_NANOS = 2_000_000n;

const ask = async (organization: TestOrganization, rest: Parameters<typeof authorizeCommand>[2] = {}) =>
  organization.stub.authorize(authorizeCommand(organization, "gateway", rest));

async function spend(organization: TestOrganization, times = 1): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const { reservationId } = granted(await ask(organization));
    await organization.stub.settle(settleCommand(reservationId));
  }
}

let markers = 0;

/** Every notification of budgets that the object has written up to now, in their order. */
async function alertsOf(organization: TestOrganization): Promise<readonly NotificationMessage[]> {
  markers += 1;
  const note = `marker ${markers}`;
  await organization.stub.transfer(transferCommand({ amountNanos: 1n, note }));
  const arrived = () =>
    delivered.some(({ entry }) => entry?.organization_id === organization.id && entry.note === note);
  await expect.poll(arrived, { timeout: 10_000 }).toBe(true);
  // After an eviction the object sends everything again that nobody has confirmed.
  const found = new Map<string, NotificationMessage>();
  for (const { notification } of delivered) {
    if (notification?.organization_id !== organization.id || !notification.type.startsWith("budget.")) continue;
    if (!found.has(notification.id)) found.set(notification.id, notification);
  }
  return [...found.values()];
}

const describeAlerts = (alerts: readonly NotificationMessage[]): readonly string[] =>
  alerts.map(({ type, data }) => `${type.replace("budget.", "")} ${data["percentage"] ?? data["reason"] ?? ""}`);

/** Room for `times` costs in a day, so that `COST_NANOS` is a round percentage. */
const daily = (times: bigint, rest: Partial<TestBudget> = {}): TestBudget => ({
  windows: { daily: decimal(COST_NANOS * times) },
  ...rest,
});

describe("percentages", () => {
  it("are told once each, by what is posted, across evictions", async () => {
    const organization = await createBudgetedOrganization([daily(10n, { name: "Day" })]);
    const { reservationId } = granted(await ask(organization, { facts: factsFor({ tokens: 7_000 }) }));
    expect(await alertsOf(organization)).toEqual([]);
    await organization.stub.settle(releaseCommand(reservationId));
    await spend(organization, 4);
    expect(await alertsOf(organization)).toEqual([]);
    await spend(organization);
    await evictDurableObject(organization.stub);
    await spend(organization, 3);
    await evictDurableObject(organization.stub);
    await spend(organization);
    const alerts = await alertsOf(organization);
    expect(describeAlerts(alerts)).toEqual(["threshold_reached 50", "threshold_reached 80"]);
    expect(alerts[0]?.data).toMatchObject({
      name: "Day",
      scope: "organization",
      scope_id: null,
      hard: true,
      window: "daily",
      percentage: 50,
      limit: "0.02",
      used: "0.01",
      currency: "USD",
    });
  });

  it("are told by a soft budget too, the highest alone, and nothing of what is released", async () => {
    const organization = await createBudgetedOrganization([
      { name: "Soft", hard: false, windows: { hourly: decimal(COST_NANOS) }, alert_percentages: [30, 60, 90, 150] },
    ]);
    await organization.stub.settle(releaseCommand(granted(await ask(organization)).reservationId));
    expect(await alertsOf(organization)).toEqual([]);
    await spend(organization);
    await spend(organization);
    expect(describeAlerts(await alertsOf(organization))).toEqual(["threshold_reached 90", "threshold_reached 150"]);
  });

  it("are those of every window, and begin anew with the next", async () => {
    const windows = { hourly: decimal(COST_NANOS * 2n), daily: decimal(COST_NANOS * 4n) };
    const organization = await createBudgetedOrganization([{ hard: false, windows, alert_percentages: [50] }]);
    await spend(organization);
    vi.setSystemTime(new Date("2026-05-10T11:00:00Z"));
    await spend(organization, 2);
    const told = (await alertsOf(organization)).map(({ data }) => [data["window"], data["window_start"]]);
    expect(told).toEqual([
      ["hourly", "2026-05-10T10:00:00.000Z"],
      ["hourly", "2026-05-10T11:00:00.000Z"],
      ["daily", "2026-05-10T00:00:00.000Z"],
    ]);
  });

  it("are those of the limit in force: raised, lowered, overridden", async () => {
    const budget = { hard: false, alert_percentages: [50] };
    const organization = await createBudgetedOrganization([daily(4n, { ...budget, name: "Day" })]);
    await spend(organization, 2);
    await changeBudget(organization, "Day", daily(8n, budget));
    await spend(organization, 2);
    const override = { amount: decimal(COST_NANOS * 12n), until: "2999-01-01" };
    await changeBudget(organization, "Day", daily(8n, { ...budget, override }));
    await spend(organization, 2);
    await changeBudget(organization, "Day", daily(4n, { ...budget, alert_percentages: [50, 100] }));
    await spend(organization);
    const alerts = await alertsOf(organization);
    expect(alerts.map(({ data }) => [data["percentage"], data["limit"], data["used"]])).toEqual([
      [50, "0.008", "0.004"],
      [50, "0.016", "0.008"],
      [50, "0.024", "0.012"],
      [100, "0.008", "0.014"],
    ]);
    expect(new Set(alerts.map(({ id }) => id)).size).toBe(4);
  });

  it("are told of what a lease's end and a late settlement post", async () => {
    const organization = await createBudgetedOrganization([daily(2n)]);
    const { reservationId } = granted(await ask(organization));
    await organization.stub.checkpoint({ reservationId, usage: usageOf(1_000, 100) });
    vi.setSystemTime(new Date("2026-05-10T12:30:00Z"));
    await organization.stub.wallets();
    expect(describeAlerts(await alertsOf(organization))).toEqual(["threshold_reached 50"]);
    await organization.stub.settle(settleCommand(reservationId, { usage: usageOf(1_000, 300) }));
    expect(describeAlerts(await alertsOf(organization))).toEqual([
      "threshold_reached 50",
      "threshold_reached 100",
      "exhausted no_room",
    ]);
  });
});

describe("a hard budget without room", () => {
  it("is told of once in a window, however many are refused; an estimate and a soft one tell nothing", async () => {
    const organization = await createBudgetedOrganization([
      { name: "Day", windows: { daily: decimal(HOLD_NANOS * 7n), monthly: "5" } },
      { name: "Soft", hard: false, windows: { daily: "0" }, alert_percentages: [] },
    ]);
    const replies = await Promise.all(Array.from({ length: 7 }, () => ask(organization)));
    expect(replies.every(({ outcome }) => outcome === "authorized")).toBe(true);
    await organization.stub.estimate(authorizeCommand(organization, "gateway"));
    expect(await alertsOf(organization)).toEqual([]);
    await Promise.all(Array.from({ length: 43 }, () => ask(organization)));
    await evictDurableObject(organization.stub);
    expect(failureOf(await ask(organization)).kind).toBe("budget_exhausted");
    const alerts = await alertsOf(organization);
    expect(describeAlerts(alerts)).toEqual(["exhausted no_room"]);
    expect(alerts[0]?.data).toMatchObject({
      name: "Day",
      window: "daily",
      limit: "0.0168",
      used: "0.00",
      held: "0.0168",
      requested: "0.0024",
    });
  });

  it("is told of when a request alone is larger than the limit, and again when it is used up", async () => {
    const organization = await createBudgetedOrganization([
      { windows: { daily: decimal(HOLD_NANOS) }, alert_percentages: [] },
    ]);
    const dear = { facts: factsFor({ tokens: 90_000 }) };
    await ask(organization, dear);
    await ask(organization, dear);
    granted(await ask(organization));
    await ask(organization);
    await ask(organization, dear);
    expect(describeAlerts(await alertsOf(organization))).toEqual(["exhausted request_too_large", "exhausted no_room"]);
  });
});
