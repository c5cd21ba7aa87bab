import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  decideRedemption,
  decideRefresh,
  REFRESH_GRACE_MS,
  REFRESH_TOKEN_LIFETIME_MS,
  type RefreshToken,
  type TokenFamily,
} from "../../src/core/oauth-family.ts";

/** Anybody uses anything that was ever given, at any time: clients with lost answers and thieves look alike. */
const anyStep = fc.record({
  kind: fc.constantFrom("redeem" as const, "refresh" as const, "refresh" as const, "refresh" as const),
  which: fc.nat(8),
  asked: fc.constantFrom("a", "a", "a", "b"),
  afterMs: fc.oneof(
    fc.constantFrom(0, 1, REFRESH_GRACE_MS, REFRESH_GRACE_MS + 1, REFRESH_TOKEN_LIFETIME_MS),
    fc.nat(REFRESH_GRACE_MS),
  ),
});

interface Kept {
  token: RefreshToken;
  /** The number of the token that its use gave. */
  successor: number | null;
  readonly predecessor: number | null;
  answers: number;
}

function replay(steps: readonly { kind: "redeem" | "refresh"; which: number; asked: string; afterMs: number }[]) {
  let nowMs = 0;
  let family: TokenFamily = { codeExpiresAtMs: 60_000, redeemedAtMs: null, revokedAtMs: null };
  let redemptions = 0;
  const tokens: Kept[] = [];
  const revoked: number[] = [];
  const give = (predecessor: number | null): number =>
    tokens.push({
      token: { expiresAtMs: nowMs + REFRESH_TOKEN_LIFETIME_MS, rotation: null },
      successor: null,
      predecessor,
      answers: 0,
    }) - 1;
  const isLive = ({ token }: Kept): boolean =>
    family.revokedAtMs === null && decideRefresh(token, family, "probe", nowMs).outcome === "rotate";

  const redeem = (): void => {
    const decision = decideRedemption(family, nowMs);
    if (decision.outcome === "redeem") {
      redemptions += 1;
      family = { ...family, redeemedAtMs: nowMs };
      give(null);
    } else if (decision.revokesFamily) family = { ...family, revokedAtMs: nowMs };
  };
  const refresh = (number: number, asked: string): void => {
    const kept = tokens[number];
    if (kept === undefined) return;
    const decision = decideRefresh(kept.token, family, asked, nowMs);
    if (decision.outcome === "rotate") {
      const before = kept.predecessor === null ? undefined : tokens[kept.predecessor];
      const { rotation } = before?.token ?? { rotation: null };
      if (before !== undefined && rotation !== null) {
        before.token = { ...before.token, rotation: { ...rotation, successorUsed: true } };
      }
      kept.successor = give(number);
      kept.answers += 1;
      const first = { atMs: nowMs, requestSha256: asked, repeated: false, successorUsed: false };
      kept.token = { ...kept.token, rotation: first };
    } else if (decision.outcome === "repeat") {
      kept.answers += 1;
      const { rotation } = kept.token;
      if (rotation !== null) kept.token = { ...kept.token, rotation: { ...rotation, repeated: true } };
      // The answer that is given again is of use: its token can still rotate, or has expired with time alone.
      expect(tokens[kept.successor ?? -1]?.token.rotation).toBe(null);
    } else if (decision.revokesFamily) family = { ...family, revokedAtMs: nowMs };
  };

  for (const { kind, which, asked, afterMs } of steps) {
    nowMs += afterMs;
    if (kind === "redeem") redeem();
    else refresh(which, asked);
    if (family.revokedAtMs !== null) revoked.push(nowMs);

    expect(redemptions).toBeLessThanOrEqual(1);
    expect(tokens.filter(isLive).length).toBeLessThanOrEqual(1);
    expect(tokens.every(({ answers }) => answers <= 2)).toBe(true);
    if (revoked.length > 0) expect(tokens.filter(isLive)).toEqual([]);
  }
  return { family, tokens };
}

test("whoever uses what in whatever order: one redemption, one live refresh token at most, none in a revoked family", () => {
  fc.assert(fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => void replay(steps)));
});

test("a client that retries in time and uses what it got keeps its family, however many answers are lost", () => {
  const honest = fc.array(fc.record({ lost: fc.boolean(), afterMs: fc.nat(REFRESH_GRACE_MS) }), { maxLength: 20 });
  fc.assert(
    fc.property(honest, (uses) => {
      const steps = uses.flatMap(({ lost, afterMs }, which) => [
        { kind: "refresh" as const, which, asked: "a", afterMs: 1 },
        ...(lost ? [{ kind: "refresh" as const, which, asked: "a", afterMs }] : []),
      ]);
      const { family, tokens } = replay([{ kind: "redeem", which: 0, asked: "a", afterMs: 0 }, ...steps]);
      expect(family.revokedAtMs).toBe(null);
      expect(tokens).toHaveLength(uses.length + 1);
    }),
  );
});

test("a stolen refresh token is used by one side only: when both use it, the family ends at the later use", () => {
  const late = fc.integer({ min: REFRESH_GRACE_MS + 1, max: REFRESH_TOKEN_LIFETIME_MS - 1 });
  fc.assert(
    fc.property(fc.nat(5), late, (generation, afterMs) => {
      const uses = Array.from({ length: generation + 1 }, (_, which) => ({
        kind: "refresh" as const,
        which,
        asked: "a",
        afterMs: 1,
      }));
      const { family } = replay([
        { kind: "redeem", which: 0, asked: "a", afterMs: 0 },
        ...uses,
        { kind: "refresh", which: generation, asked: "a", afterMs },
      ]);
      expect(family.revokedAtMs).not.toBe(null);
    }),
  );
});
