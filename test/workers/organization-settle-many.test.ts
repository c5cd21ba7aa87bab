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
  releaseCommand,
  settleCommand,
  stubOf,
  transferCommand,
  usageOf,
} from "../support/worker-organization.ts";
import type { TestOrganization } from "../support/worker-organization.ts";

/** An organization with this many open reservations, and nothing left. */
async function withReservations(count: number): Promise<{ organization: TestOrganization; ids: string[] }> {
  const organization = await createOrganization({ keys: [{ token: "gateway", mayAssertIdentity: true }] });
  await organization.stub.transfer(transferCommand({ amountNanos: HOLD_NANOS * BigInt(count) }));
  const replies = await Promise.all(
    Array.from({ length: count }, () => organization.stub.authorize(authorizeCommand(organization, "gateway"))),
  );
  return { organization, ids: replies.map((reply) => granted(reply).reservationId) };
}

describe("settling many", () => {
  it("answers each command as if it had come alone, in order, repeats included", async () => {
    const { organization, ids } = await withReservations(3);
    const [first = "", second = "", third = ""] = ids;
    const commands = [
      settleCommand(first),
      releaseCommand(second),
      settleCommand("res_unknown"),
      settleCommand(first),
      settleCommand(first, { usage: usageOf(1, 1) }),
      settleCommand(third, { costUsdNanos: -1n }),
    ];
    const replies = await organization.stub.settleMany(commands);
    expect(replies.map((reply) => (reply.outcome === "ended" ? reply.status : failureOf(reply).kind))).toEqual([
      "settled",
      "released",
      "not_found",
      "settled",
      "conflict",
      "invalid_request",
    ]);
    expect(replies[3]).toMatchObject({ settledNanos: 2_000_000n, releasedNanos: 400_000n });
    expect(await organization.stub.settleMany([])).toEqual([]);
    const { sources } = await organization.stub.balance({ userId: null, teamId: null });
    expect(sources.at(-1)).toMatchObject({ balanceNanos: HOLD_NANOS * 3n - 2_000_000n, heldNanos: HOLD_NANOS });
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("does not let one that cannot be written take the others down", async () => {
    const { organization, ids } = await withReservations(3);
    const [first = "", second = "", third = ""] = ids;
    const bad = (sql: string) =>
      runInDurableObject(organization.stub, (_instance, { storage }) => {
        storage.sql.exec(sql);
      });
    await bad(`CREATE TRIGGER bad BEFORE UPDATE ON reservation WHEN OLD.id = '${second}'
      BEGIN SELECT RAISE(ABORT, 'unwritable'); END`);
    const commands = [first, second, third].map((id) => settleCommand(id));
    const replies = await organization.stub.settleMany(commands);
    expect(replies.map((reply) => reply.outcome)).toEqual(["ended", "refused", "ended"]);
    expect(replies[1]).toEqual({ outcome: "refused", failure: { kind: "wallet_unavailable" } });
    expect(await auditLedger(organization)).toEqual(SOUND);
    await bad("DROP TRIGGER bad");
    expect(await organization.stub.settleMany(commands)).toMatchObject([
      { outcome: "ended", settledNanos: 2_000_000n },
      { outcome: "ended", settledNanos: 2_000_000n },
      { outcome: "ended", settledNanos: 2_000_000n },
    ]);
    expect(await auditLedger(organization)).toEqual(SOUND);
    const { sources } = await organization.stub.balance({ userId: null, teamId: null });
    expect(sources.at(-1)).toMatchObject({ balanceNanos: HOLD_NANOS * 3n - 6_000_000n, heldNanos: 0n });
  });

  it("refuses each command to an organization that does not exist", async () => {
    const replies = await stubOf(nextId("org")).settleMany([settleCommand("res_1"), settleCommand("res_2")]);
    expect(replies.map((reply) => failureOf(reply).kind)).toEqual(["unauthenticated", "unauthenticated"]);
  });
});
