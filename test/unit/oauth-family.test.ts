import { describe, expect, test } from "vitest";
import {
  CODE_LIFETIME_MS,
  decideRedemption,
  decideRefresh,
  REFRESH_GRACE_MS,
  REFRESH_TOKEN_LIFETIME_MS,
  type RefreshToken,
  type Rotation,
  type TokenFamily,
} from "../../src/core/oauth-family.ts";

const NOW = Date.parse("2026-10-01T12:00:00Z");
const FRESH: TokenFamily = { codeExpiresAtMs: NOW + CODE_LIFETIME_MS, redeemedAtMs: null, revokedAtMs: null };
const LIVE: TokenFamily = { ...FRESH, redeemedAtMs: NOW };
const TOKEN: RefreshToken = { expiresAtMs: NOW + REFRESH_TOKEN_LIFETIME_MS, rotation: null };
const rotated = (rest: Partial<Rotation> = {}): RefreshToken => ({
  ...TOKEN,
  rotation: { atMs: NOW, requestSha256: "a", repeated: false, successorUsed: false, ...rest },
});
const refused = (reason: string, revokesFamily = false) => ({ outcome: "refused", reason, revokesFamily });

describe("a code", () => {
  test("is redeemed until the instant at which it expires", () => {
    expect(decideRedemption(FRESH, NOW + CODE_LIFETIME_MS - 1)).toEqual({ outcome: "redeem" });
    expect(decideRedemption(FRESH, NOW + CODE_LIFETIME_MS)).toEqual(refused("expired"));
  });

  test("that was redeemed revokes what it gave, also after it has expired, and once", () => {
    expect(decideRedemption(LIVE, NOW + 1)).toEqual(refused("used", true));
    expect(decideRedemption(LIVE, NOW + CODE_LIFETIME_MS * 100)).toEqual(refused("used", true));
    expect(decideRedemption({ ...LIVE, revokedAtMs: NOW }, NOW + 1)).toEqual(refused("used"));
  });

  test("of a consent that was taken back is no good", () => {
    expect(decideRedemption({ ...FRESH, revokedAtMs: NOW }, NOW)).toEqual(refused("revoked"));
  });
});

describe("a refresh token", () => {
  test("rotates until the instant at which it expires", () => {
    expect(decideRefresh(TOKEN, LIVE, "a", TOKEN.expiresAtMs - 1)).toEqual({ outcome: "rotate" });
    expect(decideRefresh(TOKEN, LIVE, "a", TOKEN.expiresAtMs)).toEqual(refused("expired"));
  });

  test("gets the same answer once more within the grace, and then none", () => {
    expect(decideRefresh(rotated(), LIVE, "a", NOW + REFRESH_GRACE_MS)).toEqual({ outcome: "repeat" });
    expect(decideRefresh(rotated({ repeated: true }), LIVE, "a", NOW + 1)).toEqual(refused("used"));
  });

  test.each([
    ["after the grace", rotated(), "a", NOW + REFRESH_GRACE_MS + 1],
    ["after the grace, when it was repeated", rotated({ repeated: true }), "a", NOW + REFRESH_GRACE_MS + 1],
    ["for something else", rotated(), "b", NOW],
    ["when the answer has arrived", rotated({ successorUsed: true }), "a", NOW + 1],
  ])("revokes its family when it is used again %s", (_, token, asked, atMs) => {
    expect(decideRefresh(token, LIVE, asked, atMs)).toEqual(refused("used", true));
  });

  test("of a revoked family is no good, within the grace either", () => {
    const revoked = { ...LIVE, revokedAtMs: NOW };
    expect(decideRefresh(TOKEN, revoked, "a", NOW)).toEqual(refused("revoked"));
    expect(decideRefresh(rotated(), revoked, "a", NOW)).toEqual(refused("revoked"));
  });
});
