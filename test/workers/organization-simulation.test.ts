/**
 * The real object under random commands, lost answers (repeats), evictions and clock jumps. The test keeps its own book of what
 * came in and of the cost that was last said for each reservation; a failure prints the seed and the shortest sequence.
 */
import { evictDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { afterEach, expect, it, vi } from "vitest";
import type { AuthorizeCommand, SettleCommand } from "../../src/contract/commands.ts";
import { auditLedger, SOUND, usageTotalNanos } from "../support/worker-audit.ts";
import {
  authorizeCommand,
  createOrganization,
  factsFor,
  HOLD_NANOS,
  releaseCommand,
  settleCommand,
  transferCommand,
  usageOf,
} from "../support/worker-organization.ts";
import type { TestOrganization } from "../support/worker-organization.ts";

afterEach(() => {
  vi.useRealTimers();
});

type Step =
  | { readonly type: "credit"; readonly owner: "user" | "team" | "organization"; readonly holds: number }
  | { readonly type: "authorize"; readonly cap: number; readonly parallel: number }
  | { readonly type: "settle"; readonly pick: number; readonly output: number }
  | { readonly type: "checkpoint"; readonly pick: number; readonly output: number; readonly ahead: number | null }
  | { readonly type: "release"; readonly pick: number }
  | { readonly type: "jump"; readonly seconds: number }
  | { readonly type: "evict" };

const pick = fc.nat({ max: 30 });
const output = fc.integer({ min: 0, max: 400 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constant("credit" as const),
    owner: fc.constantFrom("user" as const, "team" as const, "organization" as const),
    holds: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({
    type: fc.constant("authorize" as const),
    cap: fc.integer({ min: 1, max: 200 }),
    parallel: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({ type: fc.constant("settle" as const), pick, output }),
  fc.record({ type: fc.constant("checkpoint" as const), pick, output, ahead: fc.option(fc.nat({ max: 300 })) }),
  fc.record({ type: fc.constant("release" as const), pick }),
  fc.record({ type: fc.constant("jump" as const), seconds: fc.constantFrom(1, 20, 130) }),
  fc.record({ type: fc.constant("evict" as const) }),
);

const USER = "ada";
const TEAM = "red";

class Run {
  readonly organization: TestOrganization;
  readonly reservationIds: string[] = [];
  creditedNanos = 0n;

  constructor(organization: TestOrganization) {
    this.organization = organization;
  }

  async take(next: Step): Promise<void> {
    const { stub } = this.organization;
    switch (next.type) {
      case "credit": {
        const amountNanos = HOLD_NANOS * BigInt(next.holds);
        const target = {
          walletId: null,
          userId: next.owner === "user" ? USER : null,
          teamId: next.owner === "team" ? TEAM : null,
        };
        await this.twice((command) => stub.transfer(command), transferCommand({ amountNanos, target }));
        this.creditedNanos += amountNanos;
        return;
      }
      case "authorize": {
        const commands = Array.from({ length: next.parallel }, () => this.authorizeCommand(next.cap));
        await Promise.all(commands.map((command) => this.authorize(command)));
        return;
      }
      case "settle":
        await this.end(next.pick, (id) => settleCommand(id, { usage: usageOf(1_000, next.output) }));
        return;
      case "release":
        await this.end(next.pick, releaseCommand);
        return;
      case "checkpoint": {
        const reservationId = this.picked(next.pick);
        if (reservationId === null) return;
        const wish = next.ahead === null ? {} : { holdForOutputTokens: next.output + next.ahead };
        const command = { reservationId, usage: usageOf(1_000, next.output), ...wish };
        await this.twice((repeated) => stub.checkpoint(repeated), command);
        return;
      }
      case "jump":
        vi.setSystemTime(Date.now() + next.seconds * 1_000);
        return;
      case "evict":
        await stub.wallets();
        await evictDurableObject(stub);
    }
  }

  authorizeCommand(cap: number): AuthorizeCommand {
    return authorizeCommand(this.organization, "gateway", {
      asserted: { userId: USER, teamId: TEAM },
      facts: factsFor({ outputCapTokens: cap }),
    });
  }

  async authorize(command: AuthorizeCommand): Promise<void> {
    const { stub } = this.organization;
    const reply = await stub.authorize(command);
    if (reply.outcome === "refused") return;
    this.reservationIds.push(command.reservationId);
    expect(await stub.authorize(command)).toEqual(reply);
  }

  async end(chosen: number, commandFor: (reservationId: string) => SettleCommand): Promise<void> {
    const reservationId = this.picked(chosen);
    if (reservationId === null) return;
    const { stub } = this.organization;
    await this.twice((command) => stub.settle(command), commandFor(reservationId));
  }

  /** As a caller does whose first answer was lost. */
  async twice<Command>(send: (command: Command) => Promise<unknown>, command: Command): Promise<void> {
    const first = await send(command);
    expect(await send(command)).toEqual(first);
  }

  picked(chosen: number): string | null {
    return this.reservationIds[chosen % Math.max(1, this.reservationIds.length)] ?? null;
  }

  async audit(): Promise<void> {
    const { stub } = this.organization;
    const wallets = await stub.wallets();
    expect(await auditLedger(this.organization)).toEqual(SOUND);
    const spentNanos = await usageTotalNanos(this.organization);
    const balanceNanos = wallets.reduce((sum, wallet) => sum + wallet.balanceNanos, 0n);
    expect(balanceNanos).toBe(this.creditedNanos - spentNanos);
    const reservations = await stub.reservations({ limit: 200, cursor: null, status: null });
    expect(reservations.data.reduce((sum, row) => sum + row.settledNanos, 0n)).toBe(spentNanos);
  }
}

it("keeps its books under repeats, evictions and clock jumps, and frees every hold in the end", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      vi.useFakeTimers({ toFake: ["Date"] });
      const run = new Run(await createOrganization({ keys: [{ token: "gateway", mayAssertIdentity: true }] }));
      for (const next of steps) {
        // oxlint-disable-next-line no-await-in-loop -- in this order
        await run.take(next);
        // oxlint-disable-next-line no-await-in-loop -- after each step
        await run.audit();
      }
      vi.setSystemTime(Date.now() + 10 * 60_000);
      const wallets = await run.organization.stub.wallets();
      expect(wallets.every((wallet) => wallet.heldNanos === 0n && wallet.availableNanos === wallet.balanceNanos)).toBe(
        true,
      );
      await run.audit();
      vi.useRealTimers();
    }),
    { numRuns: 20 },
  );
}, 60_000);
