import { describe, expect, it } from "vitest";
import { decidePostingAlert, decideRefusalAlert, NOTHING_TOLD } from "../../src/core/budget-alert.ts";
import type { ToldOfBudget, WatchedWindow } from "../../src/core/budget-alert.ts";

const window = (limitNanos: bigint, rest: Partial<WatchedWindow> = {}): WatchedWindow => ({
  limitNanos,
  hard: true,
  alertPercentages: [50, 80, 100],
  ...rest,
});

const toldOf = (percentage: number, limitNanos: bigint): ToldOfBudget => ({
  ...NOTHING_TOLD,
  threshold: { percentage, limitNanos },
});

describe("what a posting tells", () => {
  it.each([
    [49n, null],
    [50n, 50],
    [79n, 50],
    [80n, 80],
    [99n, 80],
    [100n, 100],
    [250n, 100],
  ])("at %s of 100: %s", (usedNanos, percentage) => {
    expect(decidePostingAlert(window(100n), usedNanos, NOTHING_TOLD).percentage).toBe(percentage);
  });

  it("each percentage once, and the highest alone when several are passed at once", () => {
    let told = NOTHING_TOLD;
    const percentages = [10n, 85n, 90n, 100n, 110n].map((usedNanos) => {
      const decision = decidePostingAlert(window(100n, { hard: false }), usedNanos, told);
      ({ told } = decision);
      return decision.percentage;
    });
    expect(percentages).toEqual([null, 80, null, 100, null]);
  });

  it("the percentages of a raised limit once they are passed anew, none that is lower than what people know", () => {
    const told = toldOf(80, 100n);
    expect(decidePostingAlert(window(120n), 81n, told).percentage).toBeNull();
    expect(decidePostingAlert(window(120n), 96n, told).percentage).toBe(80);
    expect(decidePostingAlert(window(1_000n), 100n, told).percentage).toBeNull();
    expect(decidePostingAlert(window(1_000n), 500n, told).percentage).toBe(50);
  });

  it("the percentage that a lowered limit has been passed by", () => {
    expect(decidePostingAlert(window(70n), 60n, toldOf(50, 100n)).percentage).toBe(80);
    expect(decidePostingAlert(window(40n), 60n, toldOf(50, 100n)).percentage).toBe(100);
    expect(decidePostingAlert(window(90n), 60n, toldOf(50, 100n)).percentage).toBeNull();
  });

  it("that a hard budget is used up, once for a limit; a soft one never is", () => {
    const first = decidePostingAlert(window(100n), 100n, NOTHING_TOLD);
    expect(first).toMatchObject({ percentage: 100, exhaustion: "no_room" });
    expect(decidePostingAlert(window(100n), 120n, first.told).exhaustion).toBeNull();
    expect(decidePostingAlert(window(90n), 120n, first.told).exhaustion).toBeNull();
    expect(decidePostingAlert(window(110n), 120n, first.told).exhaustion).toBe("no_room");
    expect(decidePostingAlert(window(100n, { hard: false }), 100n, NOTHING_TOLD).exhaustion).toBeNull();
  });

  it("nothing without percentages, and of a limit of zero everything", () => {
    expect(decidePostingAlert(window(100n, { alertPercentages: [] }), 99n, NOTHING_TOLD)).toEqual({
      percentage: null,
      exhaustion: null,
      told: NOTHING_TOLD,
    });
    expect(decidePostingAlert(window(0n), 1n, NOTHING_TOLD).percentage).toBe(100);
  });
});

describe("what a refusal tells", () => {
  it("once that there is no room, also after a request that could never fit", () => {
    const large = decideRefusalAlert(100n, 101n, NOTHING_TOLD);
    expect(large.exhaustion).toBe("request_too_large");
    expect(decideRefusalAlert(100n, 500n, large.told).exhaustion).toBeNull();
    const full = decideRefusalAlert(100n, 100n, large.told);
    expect(full.exhaustion).toBe("no_room");
    expect(decideRefusalAlert(100n, 50n, full.told).exhaustion).toBeNull();
    expect(decideRefusalAlert(100n, 101n, full.told).exhaustion).toBeNull();
    expect(decidePostingAlert(window(100n, { alertPercentages: [] }), 100n, full.told).exhaustion).toBeNull();
  });

  it("again after the limit was raised, and keeps what is known of percentages", () => {
    const { told } = decideRefusalAlert(100n, 60n, toldOf(50, 100n));
    expect(told.threshold).toEqual({ percentage: 50, limitNanos: 100n });
    expect(decideRefusalAlert(90n, 60n, told).exhaustion).toBeNull();
    expect(decideRefusalAlert(110n, 60n, told).exhaustion).toBe("no_room");
  });
});
