import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { auditLedger, SOUND } from "../support/worker-audit.ts";
import {
  authorizeCommand,
  createOrganization,
  failureOf,
  granted,
  HOLD_NANOS,
  nextId,
  settleCommand,
  stubOf,
  transferCommand,
} from "../support/worker-organization.ts";
import type { TestOrganization } from "../support/worker-organization.ts";

/** An organization with money for this many requests. */
async function withMoneyFor(count: number): Promise<TestOrganization> {
  const organization = await createOrganization({ keys: [{ token: "gateway", mayAssertIdentity: true }] });
  await organization.stub.transfer(transferCommand({ amountNanos: HOLD_NANOS * BigInt(count) }));
  return organization;
}

describe("authorizing many", () => {
  it("answers each command as if it had come alone, in order, and never holds the same money twice", async () => {
    const organization = await withMoneyFor(2);
    const first = authorizeCommand(organization, "gateway");
    const commands = [
      first,
      authorizeCommand(organization, "unknown"),
      authorizeCommand(organization, "gateway"),
      first,
      authorizeCommand(organization, "gateway"),
      { ...first, clamp: !first.clamp },
    ];
    const replies = await organization.stub.authorizeMany(commands);
    expect(replies.map((reply) => (reply.outcome === "authorized" ? reply.outcome : failureOf(reply).kind))).toEqual([
      "authorized",
      "unauthenticated",
      "authorized",
      "authorized",
      "insufficient_funds",
      "conflict",
    ]);
    expect(replies[3]).toEqual(replies[0]);
    expect(await organization.stub.authorizeMany([first])).toEqual([replies[0]]);
    expect(await organization.stub.authorize(first)).toEqual(replies[0]);
    expect(await organization.stub.authorizeMany([])).toEqual([]);
    const { sources } = await organization.stub.balance({ userId: null, teamId: null });
    expect(sources.at(-1)).toMatchObject({ balanceNanos: HOLD_NANOS * 2n, heldNanos: HOLD_NANOS * 2n });
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("lets exactly as many through as there is money for, however the commands are shared out", async () => {
    const organization = await withMoneyFor(7);
    const calls = [1, 4, 9, 2, 8].map((count) =>
      organization.stub.authorizeMany(Array.from({ length: count }, () => authorizeCommand(organization, "gateway"))),
    );
    const replies = (await Promise.all(calls)).flat();
    expect(replies.filter(({ outcome }) => outcome === "authorized")).toHaveLength(7);
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("does not let one that cannot be written take the others down", async () => {
    const organization = await withMoneyFor(3);
    const commands = Array.from({ length: 3 }, () => authorizeCommand(organization, "gateway"));
    const execute = (sql: string) =>
      runInDurableObject(organization.stub, (_instance, { storage }) => {
        storage.sql.exec(sql);
      });
    await execute(`CREATE TRIGGER bad BEFORE INSERT ON reservation WHEN NEW.id = '${commands[1]?.reservationId}'
      BEGIN SELECT RAISE(ABORT, 'unwritable'); END`);
    const replies = await organization.stub.authorizeMany(commands);
    expect(replies.map(({ outcome }) => outcome)).toEqual(["authorized", "refused", "authorized"]);
    expect(replies[1]).toEqual({ outcome: "refused", failure: { kind: "wallet_unavailable" } });
    expect(await auditLedger(organization)).toEqual(SOUND);
    await execute("DROP TRIGGER bad");
    const again = await organization.stub.authorizeMany(commands);
    expect([again[0], again[2]]).toEqual([replies[0], replies[2]]);
    const ids = again.map((reply) => granted(reply).reservationId);
    const ends = await organization.stub.settleMany(ids.map((id) => settleCommand(id)));
    expect(ends.map(({ outcome }) => outcome)).toEqual(["ended", "ended", "ended"]);
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("refuses each command to an organization that does not exist", async () => {
    const organization = { id: nextId("org"), stub: stubOf(nextId("org")) };
    const replies = await organization.stub.authorizeMany([
      authorizeCommand(organization, "gateway"),
      authorizeCommand(organization, "gateway"),
    ]);
    expect(replies.map((reply) => failureOf(reply).kind)).toEqual(["unauthenticated", "unauthenticated"]);
  });
});
