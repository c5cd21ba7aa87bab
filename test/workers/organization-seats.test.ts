/** Seats on the real object: the credit comes and goes with the months, and is never carried over, to the nano. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { auditLedger, SOUND } from "../support/worker-audit.ts";
import { copyLedger } from "../../src/platform/d1/ledger-copy.ts";
import { delivered } from "../support/worker-main.ts";
import {
  authorizeCommand,
  createOrganization,
  factsFor,
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
import { cascadeOf, giveSeat, seatEntries, setPlan, setSettings, takeSeat } from "../support/worker-seats.ts";

const MARCH = Date.parse("2027-03-10T12:00:00Z");
const APRIL = Date.parse("2027-04-01T00:00:00Z");
const MAY = Date.parse("2027-05-01T00:00:00Z");
/** What `settleCommand` costs by itself: 1,000 input and 100 output tokens. */
const COST_NANOS = 2_000_000n;
const CREDIT = HOLD_NANOS * 4n;
/** For what the queue delivers. */
const ARRIVAL = { timeout: 20_000 };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: MARCH });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Members with seats of a plan for as many, and a key of the first; the organization has money for a hundred holds. */
async function seated(
  seats = 1,
  options: { readonly settings?: Readonly<Record<string, unknown>>; readonly others?: number } = {},
): Promise<{ readonly organization: TestOrganization; readonly memberIds: readonly string[]; readonly ada: string }> {
  const memberIds = Array.from({ length: seats + (options.others ?? 0) }, () => nextId("mem"));
  const organization = await createOrganization({
    settings: options.settings ?? {},
    members: memberIds.map((id) => ({ id, name: `Name of ${id}` })),
    keys: [
      { token: "ada", memberId: memberIds[0] ?? null },
      { token: "gateway", mayAssertIdentity: true },
    ],
  });
  await organization.stub.transfer(transferCommand({ amountNanos: HOLD_NANOS * 100n }));
  await setPlan(organization, seats, CREDIT);
  for (const memberId of memberIds.slice(0, seats)) {
    // oxlint-disable-next-line no-await-in-loop -- the order in which they were given counts
    await giveSeat(organization, memberId);
  }
  return { organization, memberIds, ada: memberIds[0] ?? "" };
}

async function hold(organization: TestOrganization, rest: Parameters<typeof authorizeCommand>[2] = {}) {
  return granted(await organization.stub.authorize(authorizeCommand(organization, "ada", rest)));
}

describe("a seat's credit", () => {
  it("is granted at once, pays first, and is asked before the user's wallet", async () => {
    const { organization, ada } = await seated();
    const { stub } = organization;
    await stub.transfer(
      transferCommand({ amountNanos: HOLD_NANOS, target: { walletId: null, teamId: null, userId: ada } }),
    );
    expect(await seatEntries(organization)).toEqual([`seat_grant ${CREDIT} Seat credit of 2027-03`]);

    const holds = await Promise.all(Array.from({ length: 6 }, () => hold(organization)));
    expect(holds.map((grant) => grant.wallet?.scope)).toEqual(["seat", "seat", "seat", "seat", "user", "organization"]);
    const end = await stub.settle(settleCommand(holds[0]?.reservationId ?? ""));
    expect(end).toMatchObject({ settledNanos: COST_NANOS, wallet: { scope: "seat", availableNanos: 400_000n } });
    expect(await cascadeOf(organization, ada)).toMatchObject({
      seat: `${CREDIT - COST_NANOS}/${HOLD_NANOS * 3n}`,
      user: `${HOLD_NANOS}/${HOLD_NANOS}`,
    });
    await vi.waitFor(() => {
      const row = delivered.find((message) => message.spend_log?.reservation_id === holds[0]?.reservationId);
      expect(row?.spend_log).toMatchObject({ wallet_scope: "seat", wallet_id: holds[0]?.wallet?.id });
    }, ARRIVAL);
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("is for its member alone", async () => {
    const { organization, memberIds } = await seated(1, { others: 1 });
    const asked = (userId: string | null) =>
      organization.stub.authorize(authorizeCommand(organization, "gateway", { asserted: { userId } }));
    expect(granted(await asked(memberIds[0] ?? "")).wallet?.scope).toBe("seat");
    expect(granted(await asked(memberIds[1] ?? "")).wallet?.scope).toBe("organization");
    expect(granted(await asked("somebody")).wallet?.scope).toBe("organization");
    expect(granted(await asked(null)).wallet?.scope).toBe("organization");
  });

  it("is shown with what it was and when it ends", async () => {
    const { organization, ada } = await seated(1, { settings: { time_zone: "Asia/Kolkata" } });
    expect(await organization.stub.seat(ada)).toMatchObject({
      wallet: { scope: "seat", ownerId: ada, name: `Name of ${ada}`, balanceNanos: CREDIT, status: "healthy" },
      grant: { amountNanos: CREDIT, grantedAtMs: MARCH, expiresAtMs: Date.parse("2027-03-31T18:30:00Z") },
    });
    expect(await organization.stub.seat("mem_nobody")).toMatchObject({ wallet: { balanceNanos: 0n }, grant: null });
  });

  it("cannot be filled, moved or emptied by anybody", async () => {
    const { organization, ada } = await seated();
    const { wallet } = await organization.stub.seat(ada);
    for (const type of ["credit", "allocate", "reclaim"] as const) {
      const target = { walletId: wallet.id, teamId: null, userId: null };
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const reply = await organization.stub.transfer(transferCommand({ type, target, amountNanos: 1n }));
      expect(failureOf(reply)).toMatchObject({ kind: "invalid_request", code: "invalid_target" });
    }
  });

  it("is exact beyond 2^53, and a full wallet takes no more than it can hold", async () => {
    const { organization, ada } = await seated();
    await setPlan(organization, 1, 2n ** 53n + 1n);
    vi.setSystemTime(APRIL);
    expect((await organization.stub.seat(ada)).wallet.balanceNanos).toBe(2n ** 53n + 1n);
    vi.setSystemTime(MAY - 1_000);
    const { reservationId } = await hold(organization);
    await setPlan(organization, 1, 2n ** 63n - 1n);
    vi.setSystemTime(MAY);
    expect((await organization.stub.seat(ada)).wallet).toMatchObject({
      balanceNanos: 2n ** 63n - 1n,
      heldNanos: HOLD_NANOS,
    });
    await organization.stub.settle(releaseCommand(reservationId));
    expect((await organization.stub.seat(ada)).wallet.balanceNanos).toBe(2n ** 63n - 1n - HOLD_NANOS);
    expect(await auditLedger(organization)).toEqual(SOUND);
  });
});

describe("an answer that is longer than its hold", () => {
  const longer = async ({ stub }: TestOrganization, reservationId: string, holdForOutputTokens: number) =>
    stub.checkpoint({ reservationId, usage: usageOf(1_000, 90), holdForOutputTokens });

  it.each([
    { name: "settled within the seat's hold", output: 50, organization: 0n, expired: CREDIT - 1_500_000n },
    { name: "settled beyond it", output: 900, organization: 400_000n, expired: 0n },
  ])(
    "holds the rest up the cascade, and nothing of the next month: $name",
    async ({ output, organization, expired }) => {
      const { organization: org, ada } = await seated();
      vi.setSystemTime(APRIL - 1_000);
      const { reservationId } = await hold(org);
      // 1,000 input and 1,000 output tokens are 11,000,000: all of the credit, and 1,400,000 more.
      expect(await longer(org, reservationId, 1_000)).toMatchObject({ heldNanos: 11_000_000n });
      expect(await cascadeOf(org, ada)).toMatchObject({
        seat: `${CREDIT}/${CREDIT}`,
        organization: `${HOLD_NANOS * 100n}/1400000`,
      });
      vi.setSystemTime(APRIL);
      expect(await longer(org, reservationId, 1_500)).toMatchObject({ heldNanos: 16_000_000n });
      expect(await cascadeOf(org, ada)).toMatchObject({
        seat: `${CREDIT * 2n}/${CREDIT}`,
        organization: `${HOLD_NANOS * 100n}/6400000`,
      });
      expect(await auditLedger(org)).toEqual(SOUND);
      await org.stub.settle(settleCommand(reservationId, { usage: usageOf(1_000, output) }));
      expect(await cascadeOf(org, ada)).toMatchObject({
        seat: `${CREDIT}/0`,
        organization: `${HOLD_NANOS * 100n - organization}/0`,
      });
      const entries = await seatEntries(org);
      expect(entries.filter((entry) => entry.startsWith("seat_expiry"))).toEqual(
        expired === 0n ? [] : [`seat_expiry ${expired} Seat credit of 2027-03`],
      );
      expect(await auditLedger(org)).toEqual(SOUND);
    },
  );
});

describe("the end of a month", () => {
  it.each([
    ["UTC", "2027-04-01T00:00:00.000Z"],
    ["Asia/Kolkata", "2027-03-31T18:30:00.000Z"],
    ["Asia/Kathmandu", "2027-03-31T18:15:00.000Z"],
    ["Europe/Berlin", "2027-03-31T22:00:00.000Z"],
    ["America/St_Johns", "2027-04-01T02:30:00.000Z"],
    ["Australia/Lord_Howe", "2027-03-31T13:00:00.000Z"],
    ["Pacific/Kiritimati", "2027-03-31T10:00:00.000Z"],
  ])("in %s is %s: what is left goes, and the new credit comes", async (timeZone, instant) => {
    const { organization, ada } = await seated(1, { settings: { time_zone: timeZone } });
    const { reservationId } = await hold(organization);
    await organization.stub.settle(settleCommand(reservationId));
    const startMs = Date.parse(instant);
    vi.setSystemTime(startMs - 1);
    await evictDurableObject(organization.stub);
    expect(await cascadeOf(organization, ada)).toMatchObject({ seat: `${CREDIT - COST_NANOS}/0` });
    expect(
      await runInDurableObject(organization.stub, (_instance, { storage }) => storage.getAlarm()),
    ).toBeLessThanOrEqual(startMs);
    vi.setSystemTime(startMs);
    await runDurableObjectAlarm(organization.stub);
    expect(await seatEntries(organization)).toEqual([
      `seat_grant ${CREDIT} Seat credit of 2027-03`,
      `seat_expiry ${CREDIT - COST_NANOS} Seat credit of 2027-03`,
      `seat_grant ${CREDIT} Seat credit of 2027-04`,
    ]);
    expect(await cascadeOf(organization, ada)).toMatchObject({ seat: `${CREDIT}/0` });
  });

  it("is done by the alarm, once, whatever is repeated or evicted", async () => {
    const { organization, ada } = await seated(2);
    vi.setSystemTime(APRIL);
    for (let round = 0; round < 3; round += 1) {
      // oxlint-disable no-await-in-loop -- one after the other
      await runInDurableObject(organization.stub, (instance) => instance.alarm());
      await evictDurableObject(organization.stub);
      await organization.stub.refreshDirectory();
      // oxlint-enable no-await-in-loop
    }
    expect(await seatEntries(organization)).toHaveLength(6);
    expect(await cascadeOf(organization, ada)).toMatchObject({ seat: `${CREDIT}/0` });
    const alarmMs = await runInDurableObject(organization.stub, (_instance, { storage }) => storage.getAlarm());
    expect(alarmMs).toBeLessThanOrEqual(MAY);
    await vi.waitFor(() => {
      const types = delivered
        .filter((message) => message.entry?.organization_id === organization.id)
        .map((message) => message.entry?.type);
      expect(types).toEqual(expect.arrayContaining(["credit", "seat_grant", "seat_expiry"]));
    }, ARRIVAL);
  });

  it("that nobody was there for comes with the next command, and months in between bring nothing", async () => {
    const { organization } = await seated();
    vi.setSystemTime(Date.parse("2027-08-20T00:00:00Z"));
    await evictDurableObject(organization.stub);
    expect((await hold(organization)).wallet?.scope).toBe("seat");
    expect(await seatEntries(organization)).toEqual([
      `seat_grant ${CREDIT} Seat credit of 2027-03`,
      `seat_expiry ${CREDIT} Seat credit of 2027-03`,
      `seat_grant ${CREDIT} Seat credit of 2027-08`,
    ]);
  });

  it("wakes no organization without seats", async () => {
    const { organization, ada } = await seated();
    await takeSeat(organization, ada);
    const entries = () => delivered.filter(({ entry }) => entry?.organization_id === organization.id);
    await vi.waitFor(() => expect(new Set(entries().map(({ entry }) => entry?.sequence)).size).toBe(3), ARRIVAL);
    await copyLedger(env.SPEND_DB, entries());
    // Its rows have left for the database by then, and nothing else is due.
    vi.setSystemTime(Date.parse("2027-03-20T12:00:00Z"));
    await vi.waitFor(async () => {
      await runDurableObjectAlarm(organization.stub);
      expect(await runInDurableObject(organization.stub, (_instance, { storage }) => storage.getAlarm())).toBeNull();
    }, ARRIVAL);
  });

  it("brings the plan's amount of then: a change acts from the next grant", async () => {
    const { organization, ada } = await seated();
    await setPlan(organization, 1, 7n);
    expect(await cascadeOf(organization, ada)).toMatchObject({ seat: `${CREDIT}/0` });
    vi.setSystemTime(APRIL);
    expect(await cascadeOf(organization, ada)).toMatchObject({ seat: "7/0" });
  });
});

describe("money that a request holds across the end of a month", () => {
  async function heldAcross(rest: Parameters<typeof authorizeCommand>[2] = {}) {
    const seat = await seated();
    vi.setSystemTime(APRIL - 1_000);
    const { reservationId } = await hold(seat.organization, rest);
    vi.setSystemTime(APRIL);
    expect(await cascadeOf(seat.organization, seat.ada)).toMatchObject({
      seat: `${CREDIT + HOLD_NANOS}/${HOLD_NANOS}`,
    });
    await evictDurableObject(seat.organization.stub);
    return { ...seat, reservationId };
  }

  it("pays for it, and what is not needed expires then", async () => {
    const { organization, ada, reservationId } = await heldAcross();
    const end = settleCommand(reservationId);
    const first = await organization.stub.settle(end);
    expect(first).toMatchObject({ settledNanos: COST_NANOS, wallet: { scope: "seat", availableNanos: CREDIT } });
    expect(await organization.stub.settle(end)).toEqual(first);
    expect(await seatEntries(organization)).toEqual([
      `seat_grant ${CREDIT} Seat credit of 2027-03`,
      `seat_expiry ${CREDIT - HOLD_NANOS} Seat credit of 2027-03`,
      `seat_grant ${CREDIT} Seat credit of 2027-04`,
      `seat_expiry ${HOLD_NANOS - COST_NANOS} Seat credit of 2027-03`,
    ]);
    expect(await cascadeOf(organization, ada)).toMatchObject({ seat: `${CREDIT}/0` });
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("expires whole when the request is released", async () => {
    const { organization, ada, reservationId } = await heldAcross();
    await organization.stub.settle(releaseCommand(reservationId));
    expect(await cascadeOf(organization, ada)).toMatchObject({ seat: `${CREDIT}/0` });
    expect((await seatEntries(organization)).at(-1)).toBe(`seat_expiry ${HOLD_NANOS} Seat credit of 2027-03`);
  });

  it("expires with the lease, also when a request of the new month has its own", async () => {
    const { organization, ada } = await heldAcross();
    const next = await hold(organization);
    vi.setSystemTime(APRIL + 119_000);
    await organization.stub.checkpoint({ reservationId: next.reservationId, usage: null });
    vi.setSystemTime(APRIL + 119_500);
    expect(await cascadeOf(organization, ada)).toMatchObject({ seat: `${CREDIT}/${HOLD_NANOS}` });
    await organization.stub.settle(settleCommand(next.reservationId));
    expect(await cascadeOf(organization, ada)).toMatchObject({ seat: `${CREDIT - COST_NANOS}/0` });
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("does not reach into the new month's credit when it is not enough", async () => {
    const { organization, ada, reservationId } = await heldAcross();
    const end = await organization.stub.settle(settleCommand(reservationId, { usage: usageOf(1_000, 200) }));
    expect(end).toMatchObject({ settledNanos: 3_000_000n, flags: ["overrun"] });
    expect(await cascadeOf(organization, ada)).toEqual({
      seat: `${CREDIT}/0`,
      user: "0/0",
      organization: `${HOLD_NANOS * 100n - (3_000_000n - HOLD_NANOS)}/0`,
    });
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("that a late settlement gives back expires as well", async () => {
    const { organization, ada, reservationId } = await heldAcross();
    await organization.stub.checkpoint({ reservationId, usage: usageOf(1_000, 90) });
    vi.setSystemTime(MAY);
    expect(await cascadeOf(organization, ada)).toMatchObject({ seat: `${CREDIT}/0` });
    const end = await organization.stub.settle(settleCommand(reservationId, { usage: usageOf(1_000, 40) }));
    expect(end).toMatchObject({ settledNanos: 1_400_000n, flags: ["late"] });
    expect(await cascadeOf(organization, ada)).toMatchObject({ seat: `${CREDIT}/0` });
    expect((await seatEntries(organization)).at(-1)).toBe("seat_expiry 500000 Seat credit of 2027-03");
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("that a late settlement gives back in the same month is there again", async () => {
    const { organization, ada } = await seated();
    const { reservationId } = await hold(organization);
    await organization.stub.checkpoint({ reservationId, usage: usageOf(1_000, 90) });
    vi.setSystemTime(MARCH + 120_000);
    expect(await cascadeOf(organization, ada)).toMatchObject({ seat: `${CREDIT - 1_900_000n}/0` });
    await organization.stub.settle(settleCommand(reservationId, { usage: usageOf(1_000, 40) }));
    expect(await cascadeOf(organization, ada)).toMatchObject({ seat: `${CREDIT - 1_400_000n}/0` });
  });

  it("is paid for by the old credit when the lease was over before the month was", async () => {
    const { organization, ada } = await seated();
    vi.setSystemTime(APRIL - 121_000);
    const { reservationId } = await hold(organization);
    await organization.stub.checkpoint({ reservationId, usage: usageOf(1_000, 200) });
    vi.setSystemTime(APRIL + 60_000);
    expect(await cascadeOf(organization, ada)).toMatchObject({
      seat: `${CREDIT}/0`,
      organization: `${HOLD_NANOS * 100n}/0`,
    });
    expect((await seatEntries(organization))[1]).toBe(`seat_expiry ${CREDIT - 3_000_000n} Seat credit of 2027-03`);
  });
});

describe("a seat that is taken away", () => {
  it("loses what is available at once, and the rest when its requests end", async () => {
    const { organization, ada } = await seated();
    const { reservationId } = await hold(organization);
    await takeSeat(organization, ada);
    expect((await organization.stub.seat(ada)).wallet).toMatchObject({ balanceNanos: HOLD_NANOS, availableNanos: 0n });
    expect(Object.keys(await cascadeOf(organization, ada))).toEqual(["user", "organization"]);
    expect((await hold(organization)).wallet?.scope).toBe("organization");
    await organization.stub.settle(settleCommand(reservationId));
    expect((await organization.stub.seat(ada)).wallet.balanceNanos).toBe(0n);
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("and given back has had the month's grant, and what was held before does not come back", async () => {
    const { organization, ada } = await seated();
    const { reservationId } = await hold(organization);
    await takeSeat(organization, ada);
    await giveSeat(organization, ada);
    await organization.stub.settle(releaseCommand(reservationId));
    expect(await cascadeOf(organization, ada)).toMatchObject({ seat: "0/0" });
    vi.setSystemTime(APRIL);
    expect(await cascadeOf(organization, ada)).toMatchObject({ seat: `${CREDIT}/0` });
  });

  it("pays from the held money and then from the cascade when the cost is higher", async () => {
    const { organization, ada } = await seated();
    const { reservationId } = await hold(organization);
    await takeSeat(organization, ada);
    await organization.stub.settle(settleCommand(reservationId, { usage: usageOf(1_000, 200) }));
    expect((await organization.stub.seat(ada)).wallet.balanceNanos).toBe(0n);
    expect(await cascadeOf(organization, ada)).toMatchObject({
      user: "0/0",
      organization: `${HOLD_NANOS * 100n - (3_000_000n - HOLD_NANOS)}/0`,
    });
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("does not make money by being moved around", async () => {
    const { organization, memberIds } = await seated(1, { others: 3 });
    for (const [index, memberId] of memberIds.slice(1).entries()) {
      // oxlint-disable no-await-in-loop -- one after the other
      await takeSeat(organization, memberIds[index] ?? "");
      await giveSeat(organization, memberId);
      // oxlint-enable no-await-in-loop
    }
    expect((await seatEntries(organization)).filter((entry) => entry.startsWith("seat_grant"))).toHaveLength(1);
    vi.setSystemTime(APRIL);
    expect(await cascadeOf(organization, memberIds[3] ?? "")).toMatchObject({ seat: `${CREDIT}/0` });
  });
});

describe("the clock and the time zone", () => {
  it("a clock that goes back brings no month twice", async () => {
    const { organization, ada } = await seated();
    vi.setSystemTime(APRIL);
    await organization.stub.seat(ada);
    vi.setSystemTime(MARCH);
    await evictDurableObject(organization.stub);
    expect(await cascadeOf(organization, ada)).toMatchObject({ seat: `${CREDIT}/0` });
    await takeSeat(organization, ada);
    await giveSeat(organization, ada);
    vi.setSystemTime(APRIL + 1);
    expect(await cascadeOf(organization, ada)).toMatchObject({ seat: "0/0" });
    expect(await seatEntries(organization)).toHaveLength(4);
    vi.setSystemTime(MAY);
    expect(await cascadeOf(organization, ada)).toMatchObject({ seat: `${CREDIT}/0` });
  });

  it("a change of the time zone grants neither twice nor never", async () => {
    const { organization, ada } = await seated();
    vi.setSystemTime(APRIL - 60_000);
    await setSettings(organization, { time_zone: "Asia/Tokyo" });
    expect((await seatEntries(organization)).slice(1)).toEqual([
      `seat_expiry ${CREDIT} Seat credit of 2027-03`,
      `seat_grant ${CREDIT} Seat credit of 2027-04`,
    ]);
    await setSettings(organization, { time_zone: "America/Los_Angeles" });
    expect((await organization.stub.seat(ada)).grant?.expiresAtMs).toBe(Date.parse("2027-05-01T07:00:00Z"));
    vi.setSystemTime(MAY);
    expect(await seatEntries(organization)).toHaveLength(3);
    vi.setSystemTime(Date.parse("2027-05-01T07:00:00Z"));
    await organization.stub.seat(ada);
    expect((await seatEntries(organization)).slice(3)).toEqual([
      `seat_expiry ${CREDIT} Seat credit of 2027-04`,
      `seat_grant ${CREDIT} Seat credit of 2027-05`,
    ]);
  });

  it("the currency stays while the plan has an amount", async () => {
    const { organization } = await seated();
    const { settings } = await runInDurableObject(organization.stub, (_instance, { storage }) => {
      const text = storage.sql.exec<{ text: string }>("SELECT text FROM directory_part").one().text;
      return JSON.parse(text);
    });
    const reply = await organization.stub.checkSettings({ ...settings, currency: "EUR" });
    expect(failureOf(reply)).toMatchObject({ kind: "conflict", code: "seat_credit_set" });
  });
});

describe("a refusal for lack of money", () => {
  it("names the seat when it is the best funded, and what it could pay", async () => {
    const { organization, ada } = await seated();
    const { stub } = organization;
    await stub.transfer(
      transferCommand({
        type: "allocate",
        amountNanos: HOLD_NANOS * 99n,
        target: { walletId: null, teamId: "team_other", userId: null },
      }),
    );
    const big = { facts: factsFor({ outputCapTokens: 2_000 }) };
    expect(failureOf(await stub.authorize(authorizeCommand(organization, "ada", big)))).toMatchObject({
      kind: "insufficient_funds",
      scope: "seat",
      availableNanos: CREDIT,
    });
    expect(await stub.estimate(authorizeCommand(organization, "ada"))).toMatchObject({ payer: { scope: "seat" } });
    expect((await stub.balance({ userId: ada, teamId: null })).effective.scope).toBe("seat");
  });
});

describe("a service user", () => {
  it("pays from wallets alone: its own, its team's and the organization's, never a seat or a user's", async () => {
    const [service, ada, team] = [nextId("svc"), nextId("mem"), nextId("team")];
    const organization = await createOrganization({
      members: [{ id: ada, name: "Ada" }],
      serviceUsers: [service],
      teams: [{ id: team, name: "Red", memberIds: [ada] }],
      keys: [
        { token: "nightly", serviceUserId: service, teamId: team },
        { token: "asserting", serviceUserId: service, mayAssertIdentity: true },
      ],
    });
    const { stub } = organization;
    const credit = (target: { teamId?: string; userId?: string }, holds: bigint) =>
      stub.transfer(
        transferCommand({
          amountNanos: HOLD_NANOS * holds,
          target: { walletId: null, teamId: null, userId: null, ...target },
        }),
      );
    await credit({ userId: ada }, 9n);
    await setPlan(organization, 1, CREDIT);
    await giveSeat(organization, ada);
    const scopeOf = async (token: string, asserted = {}) => {
      const reply = await stub.authorize(authorizeCommand(organization, token, { asserted }));
      return reply.outcome === "refused"
        ? reply.failure.kind
        : `${reply.grant.wallet?.scope} ${reply.grant.attribution.userId}`;
    };
    expect(await scopeOf("nightly")).toBe("insufficient_funds");
    expect(await scopeOf("asserting", { userId: ada })).toBe("insufficient_funds");
    await credit({}, 2n);
    await credit({ teamId: team }, 1n);
    await credit({ userId: service }, 1n);
    expect([await scopeOf("nightly"), await scopeOf("nightly"), await scopeOf("nightly")]).toEqual([
      "user null",
      "team null",
      "organization null",
    ]);
    expect(await scopeOf("asserting", { userId: ada })).toBe(`organization ${ada}`);
    expect(await cascadeOf(organization, ada)).toMatchObject({ seat: `${CREDIT}/0`, user: `${HOLD_NANOS * 9n}/0` });
    expect(await cascadeOf(organization, service)).toMatchObject({ user: `${HOLD_NANOS}/${HOLD_NANOS}` });

    // A cost above the hold goes up the same way.
    const page = await stub.reservations({ limit: 9, cursor: null, status: "open" });
    const own = page.data.find((reservation) => reservation.walletScope === "user")?.id ?? "";
    await stub.settle(settleCommand(own, { usage: usageOf(1_000, 900) }));
    expect(await cascadeOf(organization, ada)).toMatchObject({ seat: `${CREDIT}/0`, user: `${HOLD_NANOS * 9n}/0` });
    expect(await auditLedger(organization)).toEqual(SOUND);
  });
});
