/** A target's circuit over whole histories, against the list of everything that ever happened. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  ACCOUNT_COOLDOWN_MS,
  COOLDOWN_MS,
  FAILURE_WINDOW_MS,
  FAILURES_TO_OPEN,
  lookAt,
  MAX_PROBES,
  noteAccountError,
  noteFailures,
  noteSuccess,
  PROBE_MS,
  UNKNOWN_HEALTH,
  type TargetHealth,
} from "../../src/core/target-health.ts";

type Kind = "success" | "failure" | "account_error" | "look";

interface Happening {
  readonly kind: Kind;
  readonly beganAtMs: number;
  readonly atMs: number;
}

interface Step {
  readonly kind: Kind;
  readonly afterMs: number;
  readonly tookMs: number;
  readonly latencyMs: number | null;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constant<Kind>("failure") },
    { weight: 1, arbitrary: fc.constant<Kind>("success") },
    { weight: 1, arbitrary: fc.constant<Kind>("account_error") },
    { weight: 4, arbitrary: fc.constant<Kind>("look") },
  ),
  afterMs: fc.oneof(fc.nat(2_000), fc.nat(2 * COOLDOWN_MS), fc.nat(ACCOUNT_COOLDOWN_MS)),
  tookMs: fc.oneof(fc.constant(0), fc.nat(5_000), fc.nat(100_000)),
  latencyMs: fc.option(fc.nat(60_000)),
});
const histories = fc.array(step, { maxLength: 60, size: "max" });

interface Seen {
  readonly past: readonly Happening[];
  readonly before: TargetHealth;
  readonly after: TargetHealth;
  readonly now: Happening;
  readonly circuit: "closed" | "open" | "probe";
}

/** Lives a history and shows every moment of it; the state crosses JSON each time, as it does in storage. */
function live(steps: readonly Step[], show: (seen: Seen) => void): void {
  const past: Happening[] = [];
  let health = UNKNOWN_HEALTH;
  let nowMs = 10_000_000;
  for (const { kind, afterMs, tookMs, latencyMs } of steps) {
    nowMs += afterMs;
    const now = { kind, beganAtMs: nowMs - tookMs, atMs: nowMs };
    const before = health;
    const look = lookAt(before, nowMs);
    const after = apply(before, now, latencyMs, look.health);
    show({ past, before, after, now, circuit: look.circuit });
    expect(JSON.parse(JSON.stringify(after))).toEqual(after);
    past.push(now);
    health = after;
  }
}

function apply(health: TargetHealth, now: Happening, latencyMs: number | null, looked: TargetHealth): TargetHealth {
  const { beganAtMs, atMs } = now;
  switch (now.kind) {
    case "success":
      return noteSuccess(health, { beganAtMs, latencyMs }, atMs);
    case "failure":
      return noteFailures(health, 1, beganAtMs, atMs);
    case "account_error":
      return noteAccountError(health, beganAtMs, atMs);
    case "look":
      return looked;
  }
}

test("a circuit opens only by five failures in a row, by a failed probe, or by an account error", () => {
  let opened = 0;
  fc.assert(
    fc.property(histories, (steps) => {
      live(steps, ({ past, before, after, now }) => {
        if (before.opened !== null || after.opened === null) return;
        opened += 1;
        const row = [...past, now].filter(({ kind }) => kind !== "look");
        const sinceSuccess = row.slice(row.findLastIndex(({ kind }) => kind === "success") + 1);
        if (now.kind === "account_error") return;
        const fails = sinceSuccess.filter(({ kind }) => kind === "failure");
        expect(now.kind).toBe("failure");
        expect(fails.length).toBeGreaterThanOrEqual(FAILURES_TO_OPEN);
        const [first] = fails.slice(-FAILURES_TO_OPEN);
        expect(now.atMs - (first?.atMs ?? 0)).toBeLessThanOrEqual(FAILURE_WINDOW_MS * (FAILURES_TO_OPEN - 1));
      });
    }),
  );
  expect(opened).toBeGreaterThan(50);
});

test("an open circuit lets nobody through before a cooldown is over, and somebody afterwards", () => {
  let probed = 0;
  fc.assert(
    fc.property(histories, (steps) => {
      live(steps, ({ before, now, circuit }) => {
        if (before.opened === null) return expect(circuit).toBe("closed");
        expect(circuit).not.toBe("closed");
        if (now.atMs - before.opened.atMs < COOLDOWN_MS) expect(circuit).toBe("open");
        const longestMs = before.opened.atMs + ACCOUNT_COOLDOWN_MS + PROBE_MS;
        if (now.atMs >= longestMs && before.probesUntilMs.every((untilMs) => untilMs <= now.atMs)) {
          expect(circuit).toBe("probe");
        }
        if (circuit === "probe") probed += 1;
      });
    }),
  );
  expect(probed).toBeGreaterThan(50);
});

test("no more probes than agreed are under way, however many ask", () => {
  fc.assert(
    fc.property(histories, fc.array(fc.nat(PROBE_MS), { maxLength: 30, size: "max" }), (steps, asks) => {
      let health = UNKNOWN_HEALTH;
      live(steps, (seen) => (health = seen.after));
      let nowMs = 20_000_000;
      const probes: number[] = [];
      for (const afterMs of asks) {
        nowMs += afterMs;
        const look = lookAt(health, nowMs);
        health = look.health;
        if (look.circuit === "probe") probes.push(nowMs);
        expect(probes.filter((atMs) => atMs > nowMs - PROBE_MS).length).toBeLessThanOrEqual(MAX_PROBES);
        expect(health.probesUntilMs.length).toBeLessThanOrEqual(MAX_PROBES);
      }
    }),
  );
});

test("a success of a call that began after everything else closes any circuit and forgets every failure", () => {
  fc.assert(
    fc.property(histories, (steps) => {
      live(steps, ({ after, now }) => {
        const cured = noteSuccess(after, { beganAtMs: now.atMs, latencyMs: null }, now.atMs);
        expect(cured).toMatchObject({ failures: 0, opened: null, probesUntilMs: [], latency: after.latency });
        expect(lookAt(cured, now.atMs).circuit).toBe("closed");
      });
    }),
  );
});

test("the smoothed latency lies between the fastest and the slowest that was measured", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3_600_000), { minLength: 1 }), (latencies) => {
      let health = UNKNOWN_HEALTH;
      for (const latencyMs of latencies) health = noteSuccess(health, { beganAtMs: 0, latencyMs }, 0);
      const { latencyMs } = lookAt(health, 0);
      expect(latencyMs).toBeGreaterThanOrEqual(Math.min(...latencies));
      expect(latencyMs).toBeLessThanOrEqual(Math.max(...latencies));
    }),
  );
});
