import { describe, expect, test } from "vitest";
import {
  isOpen,
  moveSession,
  SESSION_MOVES,
  SESSION_STATUSES,
  statusesBefore,
  type SessionMove,
  type SessionStatus,
} from "../../src/core/payment-session.ts";

/** The whole machine, written out: what is not here is illegal. */
const LEGAL: readonly (readonly [SessionStatus, SessionMove, SessionStatus])[] = [
  ["created", "approve", "capturing"],
  ["created", "capture", "captured"],
  ["created", "cancel", "canceled"],
  ["created", "fail", "failed"],
  ["created", "expire", "expired"],
  ["capturing", "capture", "captured"],
  ["capturing", "cancel", "canceled"],
  ["capturing", "fail", "failed"],
  ["capturing", "expire", "expired"],
  ["captured", "complete", "completed"],
  ["captured", "refund_all", "refunded"],
  ["completed", "refund_all", "refunded"],
  ["canceled", "capture", "captured"],
  ["failed", "capture", "captured"],
  ["expired", "capture", "captured"],
];

const TABLE = SESSION_STATUSES.flatMap((status) =>
  SESSION_MOVES.map((move) => {
    const row = LEGAL.find(([from, by]) => from === status && by === move);
    return { status, move, target: row === undefined ? null : row[2], verdict: row === undefined ? "illegal" : row[2] };
  }),
);

describe("the session machine", () => {
  test.each(TABLE)("$status + $move: $verdict", ({ status, move, target }) => {
    expect(moveSession(status, move)).toBe(target);
    expect(statusesBefore(move).includes(status)).toBe(target !== null);
  });

  test("has no way back out of refunded, and none from captured but into the wallet or back to the payer", () => {
    expect(TABLE.filter(({ status, target }) => status === "refunded" && target !== null)).toEqual([]);
    const after = TABLE.filter(({ status, target }) => status === "captured" && target !== null);
    expect(after.map(({ target }) => target)).toEqual(["completed", "refunded"]);
  });

  test("reaches completed through captured alone, from every status in which money can have been taken", () => {
    expect(LEGAL.filter(([, , to]) => to === "completed").map(([from]) => from)).toEqual(["captured"]);
    expect(statusesBefore("capture")).toEqual(["created", "capturing", "canceled", "failed", "expired"]);
  });

  test("only an open session is worth asking the provider about", () => {
    expect(SESSION_STATUSES.filter(isOpen)).toEqual(["created", "capturing"]);
  });
});
