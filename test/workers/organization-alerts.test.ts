import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { NotificationMessage } from "../../src/contract/notification.ts";
import { delivered } from "../support/worker-main.ts";
import {
  authorizeCommand,
  createOrganization,
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

/** What one settlement of `settleCommand` costs: (1,000 × 1 + 100 × 10) per million USD. */
const COST_NANOS = 2_000_000n;

function notificationsOf({ id }: TestOrganization): NotificationMessage[] {
  const found = new Map<string, NotificationMessage>();
  for (const { notification } of delivered) {
    if (notification?.organization_id === id) found.set(notification.id, notification);
  }
  return [...found.values()];
}

/** The types that arrived, sorted, once there are `count`. Nothing that the object wrote stays behind. */
async function typesOf(organization: TestOrganization, count: number): Promise<string[]> {
  await expect.poll(() => notificationsOf(organization).length, { timeout: 10_000 }).toBeGreaterThanOrEqual(count);
  return notificationsOf(organization)
    .map(({ type }) => type)
    .toSorted();
}

async function spend(organization: TestOrganization, usage = usageOf(1_000, 100)): Promise<void> {
  const grant = granted(await organization.stub.authorize(authorizeCommand(organization, "any")));
  await organization.stub.settle(settleCommand(grant.reservationId, { usage }));
}

async function fund(organization: TestOrganization, amountNanos: bigint): Promise<void> {
  const reply = await organization.stub.transfer(transferCommand({ amountNanos }));
  expect(reply.outcome).toBe("posted");
}

/** A last entry, so that everything before it has arrived when it has. */
async function settled(organization: TestOrganization): Promise<void> {
  const marker = transferCommand({ amountNanos: 1n, note: "marker" });
  await organization.stub.transfer(marker);
  const arrived = () =>
    delivered.some(({ entry }) => entry?.organization_id === organization.id && entry.note === "marker");
  await expect.poll(arrived, { timeout: 10_000 }).toBe(true);
}

describe("a wallet that runs out", () => {
  it("tells of each line once, across evictions, and again after funding", async () => {
    const organization = await createOrganization({ keys: [{ token: "any" }] });
    await fund(organization, COST_NANOS * 10n);
    for (let spent = 0; spent < 7; spent += 1) await spend(organization);
    await evictDurableObject(organization.stub);
    await spend(organization);
    expect(await typesOf(organization, 1)).toEqual(["wallet.low_balance"]);
    const [low] = notificationsOf(organization);
    expect(low?.data).toMatchObject({
      scope: "organization",
      owner_id: organization.id,
      name: `Name of ${organization.id}`,
      balance: "0.004",
      last_funded_balance: "0.02",
      currency: "USD",
      alert_threshold_pct: 20,
    });

    await evictDurableObject(organization.stub);
    await spend(organization);
    expect(failureOf(await organization.stub.authorize(authorizeCommand(organization, "any"))).kind).toBe(
      "insufficient_funds",
    );
    expect(await typesOf(organization, 2)).toEqual(["wallet.depleted", "wallet.low_balance"]);
    await organization.stub.authorize(authorizeCommand(organization, "any"));

    await fund(organization, COST_NANOS * 4n);
    await spend(organization);
    await spend(organization);
    await spend(organization);
    await spend(organization);
    await settled(organization);
    expect(await typesOf(organization, 3)).toEqual(["wallet.depleted", "wallet.low_balance", "wallet.low_balance"]);
  });

  it("is not low while money is only held", async () => {
    const organization = await createOrganization({ keys: [{ token: "any" }] });
    await fund(organization, HOLD_NANOS);
    const { reservationId } = granted(await organization.stub.authorize(authorizeCommand(organization, "any")));
    await organization.stub.authorize(authorizeCommand(organization, "any"));
    await organization.stub.settle(releaseCommand(reservationId));
    await settled(organization);
    expect(notificationsOf(organization)).toEqual([]);
  });

  it("never tells of a wallet that had no money to begin with", async () => {
    const organization = await createOrganization({
      members: [{ id: "mem_silent", name: "Silent" }],
      keys: [{ token: "any", memberId: "mem_silent" }],
    });
    const refused = await organization.stub.authorize(authorizeCommand(organization, "any"));
    expect(failureOf(refused).kind).toBe("insufficient_funds");
    await settled(organization);
    expect(notificationsOf(organization)).toEqual([]);
  });

  it("is told of by a transfer out of it, and for the wallet of a member by its own name", async () => {
    const organization = await createOrganization({
      members: [{ id: "mem_told", name: "Ada" }],
      keys: [{ token: "any", memberId: "mem_told" }],
    });
    await fund(organization, 100n * COST_NANOS);
    const target = { walletId: null, teamId: null, userId: "mem_told" };
    await organization.stub.transfer(transferCommand({ type: "allocate", target, amountNanos: 90n * COST_NANOS }));
    await organization.stub.transfer(transferCommand({ type: "reclaim", target, amountNanos: 80n * COST_NANOS }));
    expect(await typesOf(organization, 2)).toEqual(["wallet.low_balance", "wallet.low_balance"]);
    expect(notificationsOf(organization).map(({ data }) => data["name"])).toEqual([
      `Name of ${organization.id}`,
      "Ada",
    ]);
  });
});

describe("what else people are told of", () => {
  it("an overdraft of the organization's wallet, with its reservation", async () => {
    const organization = await createOrganization({ keys: [{ token: "any" }] });
    await fund(organization, HOLD_NANOS);
    const { reservationId } = granted(await organization.stub.authorize(authorizeCommand(organization, "any")));
    const command = settleCommand(reservationId, { usage: usageOf(1_000, 1_000) });
    await organization.stub.settle(command);
    await organization.stub.settle(command);
    expect(await typesOf(organization, 3)).toEqual(["ledger.overrun", "wallet.depleted", "wallet.low_balance"]);
    const overrun = notificationsOf(organization).find(({ type }) => type === "ledger.overrun");
    expect(overrun?.data).toMatchObject({ reservation_id: reservationId, cost: "0.011", balance: "-0.0086" });
  });

  it("a provider that refuses our account, as one notification for an hour's requests", async () => {
    const organization = await createOrganization({ keys: [{ token: "any" }] });
    await fund(organization, HOLD_NANOS * 5n);
    const attempts = [
      { targetId: "managed-openai", provider: "openai", model: "m", status: 401, latencyMs: 1, error: null },
    ];
    const hourMs = 60 * 60 * 1_000;
    // Both requests in the same hour, also when the test begins right before its end.
    const leftMs = hourMs - (Date.now() % hourMs);
    if (leftMs < 5_000) await new Promise((resolve) => setTimeout(resolve, leftMs));
    for (let failed = 0; failed < 2; failed += 1) {
      const grant = granted(await organization.stub.authorize(authorizeCommand(organization, "any")));
      const flags = ["upstream_account_error"];
      await organization.stub.settle({ ...releaseCommand(grant.reservationId), flags, attempts });
    }
    await settled(organization);
    expect(notificationsOf(organization)).toMatchObject([
      { type: "upstream.account_error", data: { provider: "openai", status: 401 } },
    ]);
  });

  it("nothing in it comes from a prompt or a credential", async () => {
    const organization = await createOrganization({ keys: [{ token: "any" }] });
    await fund(organization, HOLD_NANOS);
    const facts = factsFor();
    const command = authorizeCommand(organization, "any", { facts, metadata: { note: "of the caller" } });
    const { reservationId } = granted(await organization.stub.authorize(command));
    await organization.stub.settle(settleCommand(reservationId));
    await typesOf(organization, 1);
    const text = JSON.stringify(notificationsOf(organization));
    expect(text).not.toContain("of the caller");
    expect(text).not.toContain(command.credential.tokenSha256);
  });
});
