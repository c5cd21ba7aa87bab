/**
 * Auto top-ups under random spending, charges that end in all ways, and time that passes. The auditor below keeps the list of charges
 * alone: never two at once, never more than the cap in a day, never a charge within the cooldown, and a charge that had the room closes the gap.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { decideAfterDecline, decideAutoTopUp, type AutoTopUpRule } from "../../src/core/auto-top-up.ts";

const DAY_MS = 24 * 3_600_000;

type Step =
  | { readonly kind: "spend"; readonly amount: bigint }
  | { readonly kind: "refuse"; readonly required: bigint }
  | { readonly kind: "end"; readonly captured: boolean; readonly retryable: boolean }
  | { readonly kind: "pass"; readonly ms: number };

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("spend" as const), amount: fc.bigInt(0n, 300n) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("refuse" as const), required: fc.bigInt(1n, 900n) }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant("end" as const), captured: fc.boolean(), retryable: fc.boolean() }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.nat(DAY_MS / 2) }) },
  ),
  { maxLength: 80 },
);

const rules = fc.record({
  thresholdNanos: fc.bigInt(0n, 500n),
  amountNanos: fc.bigInt(1n, 200n),
  dailyCapNanos: fc.bigInt(1n, 1_000n),
  maximumNanos: fc.bigInt(1n, 1_000n),
  cooldownMs: fc.nat(DAY_MS),
});

interface Charge {
  readonly amount: bigint;
  readonly atMs: number;
  state: "open" | "captured" | "failed";
}

class Organization {
  readonly charges: Charge[] = [];
  #balance = 0n;
  #nowMs = 10 * DAY_MS;
  #declines = 0;
  #retryAtMs: number | null = null;
  #isOff = false;
  readonly #rule: AutoTopUpRule;

  constructor(rule: AutoTopUpRule) {
    this.#rule = rule;
  }

  run(step: Step): void {
    if (step.kind === "pass") this.#nowMs += step.ms;
    if (step.kind === "spend") this.#balance -= step.amount;
    if (step.kind === "end") this.#end(step.captured, step.retryable);
    this.#decide(step.kind === "refuse" ? step.required : null);
  }

  #end(isCaptured: boolean, isRetryable: boolean): void {
    const open = this.charges.find(({ state }) => state === "open");
    if (open === undefined) return;
    open.state = isCaptured ? "captured" : "failed";
    if (isCaptured) {
      this.#balance += open.amount;
      this.#declines = 0;
      this.#retryAtMs = null;
      return;
    }
    const after = decideAfterDecline(this.#declines, isRetryable, this.#nowMs);
    this.#declines = after.declines;
    this.#retryAtMs = after.outcome === "retry" ? after.retryAtMs : null;
    this.#isOff = after.outcome === "off";
  }

  #decide(requiredNanos: bigint | null): void {
    if (this.#isOff) return;
    const open = this.charges.find(({ state }) => state === "open");
    const dayStartMs = Math.floor(this.#nowMs / DAY_MS) * DAY_MS;
    const today = this.charges.filter(({ atMs, state }) => atMs >= dayStartMs && state !== "failed");
    const todayNanos = today.reduce((sum, { amount }) => sum + amount, 0n);
    const before = this.charges.at(-1);
    const need = { balanceNanos: this.#balance, heldNanos: 0n, requiredNanos };
    const decision = decideAutoTopUp(
      this.#rule,
      {
        openNanos: open?.amount ?? null,
        lastOpenedAtMs: before?.atMs ?? null,
        todayNanos,
        retryAtMs: this.#retryAtMs,
      },
      need,
      { nowMs: this.#nowMs, dayEndMs: dayStartMs + DAY_MS },
    );
    if (decision.outcome === "wait") expect(decision.untilMs).toBeGreaterThan(this.#nowMs);
    if (decision.outcome !== "charge") return;
    const { amountNanos: amount } = decision;
    const { thresholdNanos, amountNanos, dailyCapNanos, maximumNanos, cooldownMs } = this.#rule;
    expect(open).toBeUndefined();
    expect(amount > 0n && amount % amountNanos === 0n && amount <= maximumNanos).toBe(true);
    expect(todayNanos + amount <= dailyCapNanos).toBe(true);
    if (before !== undefined) expect(this.#nowMs - before.atMs).toBeGreaterThanOrEqual(cooldownMs);
    expect(this.#retryAtMs ?? 0).toBeLessThanOrEqual(this.#nowMs);
    const hadRoom = todayNanos + amount + amountNanos <= dailyCapNanos && amount + amountNanos <= maximumNanos;
    const isEnough = this.#balance + amount >= thresholdNanos;
    expect(isEnough || !hadRoom).toBe(true);
    // One increment less would not have been enough for what it is for.
    const less = this.#balance + amount - amountNanos;
    expect(less < thresholdNanos || (requiredNanos !== null && less < requiredNanos)).toBe(true);
    this.charges.push({ amount, atMs: this.#nowMs, state: "open" });
  }
}

it("keeps every rule, whatever is spent, declined and refused", () => {
  fc.assert(
    fc.property(rules, steps, (rule, sequence) => {
      const organization = new Organization(rule);
      for (const step of sequence) organization.run(step);
      const days = Map.groupBy(
        organization.charges.filter(({ state }) => state !== "failed"),
        ({ atMs }) => Math.floor(atMs / DAY_MS),
      );
      for (const charges of days.values()) {
        expect(charges.reduce((sum, { amount }) => sum + amount, 0n) <= rule.dailyCapNanos).toBe(true);
      }
    }),
    { numRuns: 1_000 },
  );
});
