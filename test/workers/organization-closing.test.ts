/** A wallet whose owner goes: what it has is reclaimed with the same decision that keeps everything else out. */
import { evictDurableObject } from "cloudflare:test";
import { afterEach, expect, it, vi } from "vitest";
import type { WalletAddress } from "../../src/contract/organization-rpc.ts";
import { auditLedger, SOUND } from "../support/worker-audit.ts";
import {
  authorizeCommand,
  changeRecords,
  createOrganization,
  failureOf,
  granted,
  HOLD_NANOS,
  nextId,
  releaseCommand,
  settleCommand,
  transferCommand,
  usageOf,
} from "../support/worker-organization.ts";
import type { TestOrganization } from "../support/worker-organization.ts";

afterEach(() => {
  vi.useRealTimers();
});

interface Owned extends TestOrganization {
  readonly owner: { readonly scope: "team"; readonly ownerId: string };
  readonly target: WalletAddress;
  readonly forTeam: { readonly asserted: { readonly teamId: string } };
}

async function create(): Promise<Owned> {
  const teamId = nextId("team");
  const teams = [{ id: teamId, name: "Team", memberIds: [] }];
  const organization = await createOrganization({ teams, keys: [{ token: "gateway", mayAssertIdentity: true }] });
  return {
    ...organization,
    owner: { scope: "team", ownerId: teamId },
    target: { walletId: null, teamId, userId: null },
    forTeam: { asserted: { teamId } },
  };
}

function close({ stub, owner }: Owned, reclaim: boolean) {
  return stub.closeWallet({ owner, reclaim, actor: "key_admin" });
}

/** Balance and held of both wallets, whether they are open or not. */
async function books({ stub }: TestOrganization): Promise<Readonly<Record<string, readonly [bigint, bigint]>>> {
  const { wallets } = await stub.books();
  return Object.fromEntries(
    wallets.map(({ scope, balanceNanos, heldNanos }) => [scope, [balanceNanos, heldNanos] as const]),
  );
}

it("is refused with what it has, and with reclaim gives it to the organization", async () => {
  const organization = await create();
  const { stub, target } = organization;
  await stub.transfer(transferCommand({ target, amountNanos: 1_500_000_000n }));
  expect(failureOf(await close(organization, false))).toMatchObject({
    kind: "conflict",
    code: "wallet_not_empty",
    details: { balance: "1.50", held: "0.00", currency: "USD" },
  });
  expect(await close(organization, true)).toEqual({ outcome: "closed", reclaimedNanos: 1_500_000_000n });
  expect(await close(organization, true)).toEqual({ outcome: "closed", reclaimedNanos: 0n });
  expect(await books(organization)).toEqual({ organization: [1_500_000_000n, 0n], team: [0n, 0n] });
  expect((await stub.entries({ afterSequence: 1, limit: 10 })).map(({ type, actor }) => [type, actor])).toEqual([
    ["reclaim", "key_admin"],
  ]);
  expect((await stub.wallets()).map(({ scope }) => scope)).toEqual(["organization"]);
  expect(await auditLedger(organization)).toEqual(SOUND);
});

it("is refused while requests under way hold some of it, and nothing changes", async () => {
  const organization = await create();
  const { stub, target, forTeam } = organization;
  await stub.transfer(transferCommand({ target, amountNanos: HOLD_NANOS * 2n }));
  const { reservationId } = granted(await stub.authorize(authorizeCommand(organization, "gateway", forTeam)));
  const before = await books(organization);
  expect(failureOf(await close(organization, true))).toMatchObject({ code: "wallet_in_use" });
  expect(failureOf(await close(organization, false))).toMatchObject({ code: "wallet_not_empty" });
  expect(await books(organization)).toEqual(before);
  await stub.settle(releaseCommand(reservationId));
  expect(await close(organization, true)).toMatchObject({ reclaimedNanos: HOLD_NANOS * 2n });
});

it("takes no money any more: credits, allocations and holds pass it by", async () => {
  const organization = await create();
  const { stub, target, forTeam } = organization;
  await stub.transfer(transferCommand({ amountNanos: HOLD_NANOS * 3n }));
  const walletId = (await stub.wallets()).find(({ scope }) => scope === "team")?.id ?? null;
  await close(organization, false);
  await evictDurableObject(stub);
  for (const type of ["credit", "allocate", "reclaim"] as const) {
    for (const address of [target, { walletId, teamId: null, userId: null }]) {
      const reply = await stub.transfer(transferCommand({ type, target: address, amountNanos: 1n }));
      expect(failureOf(reply)).toMatchObject({ kind: "conflict", code: "wallet_closed" });
    }
  }
  const grant = granted(await stub.authorize(authorizeCommand(organization, "gateway", forTeam)));
  expect(grant.wallet?.scope).toBe("organization");
  await stub.settle(settleCommand(grant.reservationId, { usage: usageOf(1_000, 500) }));
  expect((await books(organization))["team"]).toEqual([0n, 0n]);
  expect(await auditLedger(organization)).toEqual(SOUND);
});

it("gives to the organization what a late settlement brings back", async () => {
  const organization = await create();
  const { stub, target, forTeam } = organization;
  await stub.transfer(transferCommand({ target, amountNanos: HOLD_NANOS }));
  const { reservationId } = granted(await stub.authorize(authorizeCommand(organization, "gateway", forTeam)));
  await stub.checkpoint({ reservationId, usage: usageOf(1_000, 100) });
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 120_000 });
  expect(await close(organization, true)).toEqual({ outcome: "closed", reclaimedNanos: HOLD_NANOS - 2_000_000n });
  await stub.settle(settleCommand(reservationId, { usage: usageOf(1_000, 10) }));
  expect(await books(organization)).toEqual({ organization: [HOLD_NANOS - 1_100_000n, 0n], team: [0n, 0n] });
  expect(await auditLedger(organization)).toEqual(SOUND);
});

it("loses nothing when it races with holds, settlements, credits and allocations", async () => {
  const organization = await create();
  const { stub, target, forTeam } = organization;
  await stub.transfer(transferCommand({ amountNanos: HOLD_NANOS * 40n }));
  await stub.transfer(transferCommand({ target, amountNanos: HOLD_NANOS * 3n }));
  const request = async (): Promise<void> => {
    const grant = granted(await stub.authorize(authorizeCommand(organization, "gateway", forTeam)));
    await stub.settle(settleCommand(grant.reservationId));
  };
  const moved: bigint[] = [];
  const move = async (type: "credit" | "allocate"): Promise<void> => {
    const reply = await stub.transfer(transferCommand({ type, target, amountNanos: 7n }));
    if (reply.outcome === "posted" && type === "credit") moved.push(7n);
  };
  const closings = Array.from({ length: 12 }, async () => (await close(organization, true)).outcome);
  await Promise.all([
    ...Array.from({ length: 10 }, request),
    ...Array.from({ length: 10 }, () => move("credit")),
    ...closings,
    ...Array.from({ length: 10 }, () => move("allocate")),
  ]);
  while ((await close(organization, true)).outcome !== "closed");
  const credited = moved.reduce((sum, amount) => sum + amount, 0n);
  expect(await books(organization)).toEqual({
    organization: [HOLD_NANOS * 43n + credited - 10n * 2_000_000n, 0n],
    team: [0n, 0n],
  });
  expect(await auditLedger(organization)).toEqual(SOUND);
});

it("opens again when the records still have its owner after a minute, not before, and not for who is gone", async () => {
  const organization = await create();
  const { stub, target } = organization;
  await stub.transfer(transferCommand({ amountNanos: 100n }));
  const allocate = () => stub.transfer(transferCommand({ type: "allocate", target, amountNanos: 1n }));
  await close(organization, true);
  // Somebody else's change is pushed between the closing and the deletion.
  await changeRecords(organization, "UPDATE organizations SET name = 'New' WHERE id = ?", organization.id);
  expect((await allocate()).outcome).toBe("refused");
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_001 });
  expect((await allocate()).outcome).toBe("posted");

  await close(organization, true);
  await changeRecords(organization, "DELETE FROM teams WHERE id = ?", organization.owner.ownerId);
  vi.setSystemTime(Date.now() + 60_001);
  expect((await allocate()).outcome).toBe("refused");
  vi.setSystemTime(Date.now() + 60_001);
  expect((await allocate()).outcome).toBe("refused");
});

it("opens at once when its owner cannot be removed", async () => {
  const organization = await create();
  const { stub, target } = organization;
  await close(organization, true);
  expect(await stub.reopenWallet(organization.owner)).toEqual({ outcome: "reopened" });
  expect((await stub.transfer(transferCommand({ target, amountNanos: 1n }))).outcome).toBe("posted");
});
