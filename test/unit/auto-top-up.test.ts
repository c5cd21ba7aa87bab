import { describe, expect, it } from "vitest";
import {
  decideAfterDecline,
  decideAutoTopUp,
  MAX_DECLINES,
  type AutoTopUpHistory,
  type AutoTopUpRule,
  type WalletNeed,
} from "../../src/core/auto-top-up.ts";

const HOUR_MS = 3_600_000;
const NOW = 1_000 * HOUR_MS;
const AT = { nowMs: NOW, dayEndMs: NOW + 5 * HOUR_MS };
const RULE: AutoTopUpRule = {
  thresholdNanos: 100n,
  amountNanos: 50n,
  dailyCapNanos: 400n,
  maximumNanos: 300n,
  cooldownMs: HOUR_MS,
};
const NOTHING_YET: AutoTopUpHistory = { openNanos: null, lastOpenedAtMs: null, todayNanos: 0n, retryAtMs: null };

function decide(need: Partial<WalletNeed>, history: Partial<AutoTopUpHistory> = {}, rule: Partial<AutoTopUpRule> = {}) {
  const asked = { balanceNanos: 100n, heldNanos: 0n, requiredNanos: null, ...need };
  return decideAutoTopUp({ ...RULE, ...rule }, { ...NOTHING_YET, ...history }, asked, AT);
}

describe("an auto top-up", () => {
  it.each([
    { name: "not at the threshold", need: { balanceNanos: 100n }, amount: null },
    { name: "below it, once", need: { balanceNanos: 99n }, amount: 50n },
    { name: "as often as closes the gap, in one charge", need: { balanceNanos: 0n }, amount: 100n },
    { name: "also from below zero", need: { balanceNanos: -101n }, amount: 250n },
    { name: "within the largest charge", need: { balanceNanos: -1_000n }, amount: 300n },
    { name: "not because of holds", need: { balanceNanos: 100n, heldNanos: 90n }, amount: null },
    { name: "for a refused request", need: { balanceNanos: 120n, heldNanos: 100n, requiredNanos: 60n }, amount: 50n },
    { name: "for the larger of both gaps", need: { balanceNanos: 90n, requiredNanos: 240n }, amount: 150n },
    { name: "not for a request that would not pass either", need: { requiredNanos: 401n }, amount: null },
    { name: "then for the threshold alone", need: { balanceNanos: 90n, requiredNanos: 2_000n }, amount: 50n },
  ])("charges $name", ({ need, amount }) => {
    const decision = amount === null ? { outcome: "enough" } : { outcome: "charge", amountNanos: amount };
    expect(decide(need)).toEqual(decision);
  });

  it.each([
    { name: "one is open", history: { openNanos: 50n, todayNanos: 50n }, decision: { outcome: "pending" } },
    {
      name: "the last one began too recently",
      history: { lastOpenedAtMs: NOW - HOUR_MS + 1 },
      decision: { outcome: "wait", reason: "cooldown", untilMs: NOW + 1 },
    },
    {
      name: "it was declined",
      history: { lastOpenedAtMs: NOW - 1, retryAtMs: NOW + 2 * HOUR_MS },
      decision: { outcome: "wait", reason: "declined", untilMs: NOW + 2 * HOUR_MS },
    },
    {
      name: "the day's cap has no room for another one",
      history: { todayNanos: 351n },
      decision: { outcome: "wait", reason: "daily_cap", untilMs: AT.dayEndMs },
    },
    {
      name: "a part of the gap fits",
      history: { todayNanos: 350n },
      decision: { outcome: "charge", amountNanos: 50n },
    },
  ])("of an empty wallet, when $name", ({ history, decision }) => {
    expect(decide({ balanceNanos: 0n }, history)).toEqual(decision);
  });

  it("waits longer with every decline in a row, then is off; what can never work is off at once", () => {
    const waits = Array.from({ length: MAX_DECLINES - 1 }, (_, index) => decideAfterDecline(index, true, NOW));
    expect(waits).toEqual(
      [1, 2, 4, 8].map((hours, index) => ({
        outcome: "retry",
        declines: index + 1,
        retryAtMs: NOW + hours * HOUR_MS,
      })),
    );
    expect(decideAfterDecline(MAX_DECLINES - 1, true, NOW)).toEqual({ outcome: "off", declines: MAX_DECLINES });
    expect(decideAfterDecline(0, false, NOW)).toEqual({ outcome: "off", declines: 1 });
  });
});
