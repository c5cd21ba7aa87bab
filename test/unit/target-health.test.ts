import { describe, expect, it } from "vitest";
import {
  ACCOUNT_COOLDOWN_MS,
  COOLDOWN_MS,
  FAILURE_WINDOW_MS,
  FAILURES_TO_OPEN,
  LATENCY_KEPT_MS,
  lookAt,
  MAX_PROBES,
  noteAccountError,
  noteFailures,
  noteSuccess,
  PROBE_MS,
  UNKNOWN_HEALTH,
  type TargetHealth,
} from "../../src/core/target-health.ts";
import { isManagedTarget, managedTarget } from "../../src/core/target.ts";

const BEGAN_MS = 1_000_000;

function failAt(health: TargetHealth, nowMs: number, beganAtMs = nowMs): TargetHealth {
  return noteFailures(health, 1, beganAtMs, nowMs);
}

function succeedAt(health: TargetHealth, beganAtMs: number, latencyMs: number | null = null, nowMs = beganAtMs) {
  return noteSuccess(health, { beganAtMs, latencyMs }, nowMs);
}

/** Opened by failures at `BEGAN_MS`. */
const opened = noteFailures(UNKNOWN_HEALTH, FAILURES_TO_OPEN, BEGAN_MS, BEGAN_MS);
const COOLED_MS = BEGAN_MS + COOLDOWN_MS;

describe("a closed circuit", () => {
  it("opens with the fifth failure in a row, and not before", () => {
    let health = UNKNOWN_HEALTH;
    for (let failure = 1; failure < FAILURES_TO_OPEN; failure += 1) health = failAt(health, BEGAN_MS + failure);
    expect(lookAt(health, BEGAN_MS + 10).circuit).toBe("closed");
    health = failAt(health, BEGAN_MS + 10);
    expect(lookAt(health, BEGAN_MS + 10).circuit).toBe("open");
  });

  it("begins to count anew after a success, and when the last failure is too long ago", () => {
    const four = noteFailures(UNKNOWN_HEALTH, FAILURES_TO_OPEN - 1, BEGAN_MS, BEGAN_MS);
    const cured = failAt(succeedAt(four, BEGAN_MS + 1), BEGAN_MS + 2);
    expect(cured).toMatchObject({ failures: 1, opened: null });
    const much = failAt(four, BEGAN_MS + FAILURE_WINDOW_MS + 1);
    expect(much).toMatchObject({ failures: 1, opened: null });
    expect(failAt(four, BEGAN_MS + FAILURE_WINDOW_MS).opened).not.toBeNull();
  });

  it("opens at once when the target refuses our account, and for longer", () => {
    const refused = noteAccountError(UNKNOWN_HEALTH, BEGAN_MS, BEGAN_MS);
    expect(lookAt(refused, BEGAN_MS + ACCOUNT_COOLDOWN_MS - 1).circuit).toBe("open");
    expect(lookAt(refused, BEGAN_MS + ACCOUNT_COOLDOWN_MS).circuit).toBe("probe");
  });

  it("is not opened by calls that began before the last success did", () => {
    const good = succeedAt(UNKNOWN_HEALTH, BEGAN_MS);
    expect(noteFailures(good, FAILURES_TO_OPEN, BEGAN_MS - 1, BEGAN_MS + 600_000)).toEqual(good);
    expect(noteAccountError(good, BEGAN_MS - 1, BEGAN_MS + 5)).toEqual(good);
  });
});

describe("an open circuit", () => {
  it("lets a few probes through after the cooldown, and others when those told nothing", () => {
    expect(lookAt(opened, COOLED_MS - 1).circuit).toBe("open");
    let { health } = lookAt(opened, COOLED_MS);
    for (let probe = 2; probe <= MAX_PROBES; probe += 1) {
      const look = lookAt(health, COOLED_MS);
      expect(look.circuit).toBe("probe");
      health = look.health;
    }
    expect(lookAt(health, COOLED_MS + PROBE_MS - 1).circuit).toBe("open");
    expect(lookAt(health, COOLED_MS + PROBE_MS).circuit).toBe("probe");
  });

  it("closes when a probe succeeds, and opens again when one fails", () => {
    const { health } = lookAt(opened, COOLED_MS);
    expect(lookAt(succeedAt(health, COOLED_MS), COOLED_MS).circuit).toBe("closed");
    const again = failAt(health, COOLED_MS + 5);
    expect(lookAt(again, COOLED_MS + 5 + COOLDOWN_MS - 1).circuit).toBe("open");
    expect(lookAt(again, COOLED_MS + 5 + COOLDOWN_MS).circuit).toBe("probe");
  });

  it("closes as soon as a call succeeds that was made for want of another target", () => {
    expect(succeedAt(opened, BEGAN_MS + 1).opened).toBeNull();
  });

  it("is not closed, opened again or kept open by calls that began before it opened", () => {
    expect(succeedAt(opened, BEGAN_MS - 1, null, COOLED_MS)).toEqual(opened);
    expect(failAt(opened, COOLED_MS, BEGAN_MS - 1)).toEqual(opened);
    expect(failAt(opened, COOLED_MS - 1)).toEqual(opened);
  });

  it("stays open for as long as the longest reason says", () => {
    const refused = noteAccountError(opened, BEGAN_MS + 1, BEGAN_MS + 1);
    expect(failAt(refused, COOLED_MS)).toEqual(refused);
    expect(lookAt(refused, COOLED_MS).circuit).toBe("open");
  });
});

describe("latency", () => {
  it("is smoothed, and nothing before it was measured", () => {
    expect(lookAt(UNKNOWN_HEALTH, BEGAN_MS).latencyMs).toBeNull();
    const first = succeedAt(UNKNOWN_HEALTH, BEGAN_MS, 100);
    expect(lookAt(first, BEGAN_MS).latencyMs).toBe(100);
    expect(lookAt(succeedAt(first, BEGAN_MS + 1, 200), BEGAN_MS + 1).latencyMs).toBe(120);
    expect(lookAt(succeedAt(first, BEGAN_MS + 1), BEGAN_MS + 1).latencyMs).toBe(100);
  });

  it("is measured anew when it is old", () => {
    const slow = succeedAt(UNKNOWN_HEALTH, BEGAN_MS, 9_000);
    const laterMs = BEGAN_MS + LATENCY_KEPT_MS + 1;
    expect(lookAt(slow, laterMs).latencyMs).toBeNull();
    expect(lookAt(succeedAt(slow, laterMs, 100), laterMs).latencyMs).toBe(100);
  });

  it("counts also for a call that is too old to close the circuit", () => {
    const late = succeedAt(opened, BEGAN_MS - 1, 300, COOLED_MS);
    expect(lookAt(late, COOLED_MS)).toMatchObject({ circuit: "probe", latencyMs: 300 });
  });
});

it("tells managed targets by their ids", () => {
  const [openai, anthropic] = [managedTarget("openai", "gpt-5.4").id, managedTarget("anthropic", "claude-sonnet-5").id];
  expect([openai, anthropic, "azure", "my-managed-one"].map(isManagedTarget)).toEqual([true, true, false, false]);
});
