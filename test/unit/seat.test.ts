import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findDueSeats, laterMonth, seatMonthAt, seatMonthNamed } from "../../src/core/seat.ts";
import type { SeatGrant, SeatPlan } from "../../src/core/seat.ts";

const calendarOf = (timeZone: string) => ({ timeZone, weekStartsOn: "monday" as const });

describe("the month of a seat", () => {
  it.each([
    ["UTC", "2026-03-31T23:59:59.999Z", "2026-03", "2026-03-01T00:00:00.000Z", "2026-04-01T00:00:00.000Z"],
    ["UTC", "2026-04-01T00:00:00.000Z", "2026-04", "2026-04-01T00:00:00.000Z", "2026-05-01T00:00:00.000Z"],
    ["Asia/Kolkata", "2026-03-31T18:29:59.999Z", "2026-03", "2026-02-28T18:30:00.000Z", "2026-03-31T18:30:00.000Z"],
    ["Asia/Kolkata", "2026-03-31T18:30:00.000Z", "2026-04", "2026-03-31T18:30:00.000Z", "2026-04-30T18:30:00.000Z"],
    [
      "Pacific/Kiritimati",
      "2026-12-31T10:00:00.000Z",
      "2027-01",
      "2026-12-31T10:00:00.000Z",
      "2027-01-31T10:00:00.000Z",
    ],
    [
      "Pacific/Pago_Pago",
      "2027-01-01T10:59:59.999Z",
      "2026-12",
      "2026-12-01T11:00:00.000Z",
      "2027-01-01T11:00:00.000Z",
    ],
    // In March the clock is put forward, in October back: the month is an hour shorter or longer.
    ["Europe/Berlin", "2026-03-15T12:00:00.000Z", "2026-03", "2026-02-28T23:00:00.000Z", "2026-03-31T22:00:00.000Z"],
    ["Europe/Berlin", "2026-10-31T22:59:59.999Z", "2026-10", "2026-09-30T22:00:00.000Z", "2026-10-31T23:00:00.000Z"],
    [
      "Australia/Lord_Howe",
      "2026-04-10T00:00:00.000Z",
      "2026-04",
      "2026-03-31T13:00:00.000Z",
      "2026-04-30T13:30:00.000Z",
    ],
  ])("%s at %s is %s", (timeZone, instant, name, start, end) => {
    const month = seatMonthAt(Date.parse(instant), calendarOf(timeZone));
    expect(month).toEqual({ name, startMs: Date.parse(start), endMs: Date.parse(end) });
    expect(seatMonthNamed(name, calendarOf(timeZone))).toEqual(month);
  });

  it("never goes back", () => {
    expect(laterMonth("2026-04", null)).toBe("2026-04");
    expect(laterMonth("2026-04", "2026-03")).toBe("2026-04");
    expect(laterMonth("2026-04", "2026-05")).toBe("2026-05");
    expect(laterMonth("2026-12", "2027-01")).toBe("2027-01");
  });
});

const MARCH = "2026-03";
const APRIL = "2026-04";

function planOf(count: number, memberIds: readonly string[], monthlyCreditNanos = 5n): SeatPlan {
  return { count, monthlyCreditNanos, memberIds };
}

function grantOf(memberId: string, month: string, live = true): SeatGrant {
  return { memberId, month, live };
}

describe("what is due", () => {
  it.each<[string, SeatPlan, readonly SeatGrant[], { ending: readonly string[]; beginning: readonly string[] }]>([
    ["every seat of the first month", planOf(3, ["a", "b"]), [], { ending: [], beginning: ["a", "b"] }],
    ["nothing twice", planOf(2, ["a", "b"]), [grantOf("a", APRIL), grantOf("b", APRIL)], { ending: [], beginning: [] }],
    [
      "the month before ends first",
      planOf(2, ["a", "b"]),
      [grantOf("a", MARCH), grantOf("b", MARCH)],
      { ending: ["a", "b"], beginning: ["a", "b"] },
    ],
    ["one in mid-month", planOf(2, ["a", "b"]), [grantOf("a", APRIL)], { ending: [], beginning: ["b"] }],
    ["a seat that was taken away ends", planOf(1, []), [grantOf("a", APRIL)], { ending: ["a"], beginning: [] }],
    ["a moved seat waits", planOf(1, ["b"]), [grantOf("a", APRIL)], { ending: ["a"], beginning: [] }],
    ["a moved seat still waits", planOf(1, ["b"]), [grantOf("a", APRIL, false)], { ending: [], beginning: [] }],
    ["a moved seat begins next month", planOf(1, ["b"]), [grantOf("a", MARCH)], { ending: ["a"], beginning: ["b"] }],
    [
      "a moved seat begins when the plan grows",
      planOf(2, ["b"]),
      [grantOf("a", APRIL, false)],
      { ending: [], beginning: ["b"] },
    ],
    ["who gets it back had the grant", planOf(9, ["a"]), [grantOf("a", APRIL, false)], { ending: [], beginning: [] }],
    [
      "a smaller plan keeps what is granted",
      planOf(1, ["a", "b"]),
      [grantOf("a", APRIL), grantOf("b", APRIL)],
      { ending: [], beginning: [] },
    ],
    [
      "a smaller plan: the longest first",
      planOf(1, ["a", "b"]),
      [grantOf("a", MARCH), grantOf("b", MARCH)],
      { ending: ["a", "b"], beginning: ["a"] },
    ],
    ["no amount, no grant", planOf(1, ["a"], 0n), [], { ending: [], beginning: [] }],
    [
      "no amount: the old one ends all the same",
      planOf(1, ["a"], 0n),
      [grantOf("a", MARCH)],
      { ending: ["a"], beginning: [] },
    ],
    ["no seats", planOf(0, ["a"]), [], { ending: [], beginning: [] }],
  ])("%s", (_name, plan, grants, expected) => {
    const due = findDueSeats(APRIL, plan, grants);
    expect({ ending: due.ending.map((grant) => grant.memberId), beginning: due.beginning }).toEqual(expected);
  });

  it("whoever has, loses and gets back seats: one grant a member, and never more than the plan has", () => {
    const members = ["a", "b", "c", "d"];
    const rounds = fc.array(fc.tuple(fc.subarray(members), fc.integer({ min: 0, max: 3 })), { maxLength: 12 });
    fc.assert(
      fc.property(rounds, (changes) => {
        let grants: SeatGrant[] = [];
        let most = 0;
        for (const [memberIds, count] of changes) {
          const due = findDueSeats(APRIL, planOf(count, memberIds), grants);
          most = Math.max(most, count);
          grants = grants.map((grant) => (due.ending.includes(grant) ? { ...grant, live: false } : grant));
          grants.push(...due.beginning.map((memberId) => grantOf(memberId, APRIL)));
          expect(grants.filter((grant) => grant.live && !memberIds.includes(grant.memberId))).toEqual([]);
          expect(findDueSeats(APRIL, planOf(count, memberIds), grants)).toEqual({ ending: [], beginning: [] });
        }
        expect(new Set(grants.map((grant) => grant.memberId)).size).toBe(grants.length);
        expect(grants.length).toBeLessThanOrEqual(most);
      }),
    );
  });
});
