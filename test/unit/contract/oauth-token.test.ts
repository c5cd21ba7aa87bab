import { expect, test } from "vitest";
import { formatOAuthToken, organizationOfToken, type OAuthTokenKind } from "../../../src/contract/oauth-token.ts";
import { parseToken } from "../../../src/contract/key.ts";

const ORGANIZATION = "org_01k9m3v7x2c4d6f8h0j2k4m6n8";
const KINDS: readonly OAuthTokenKind[] = ["code", "access", "refresh"];

test.each(KINDS)("a token of kind %s names its organization, and is neither of another kind nor a key", (kind) => {
  const token = formatOAuthToken(kind, ORGANIZATION, "A".repeat(43));
  expect(KINDS.map((each) => organizationOfToken(each, token))).toEqual(
    KINDS.map((each) => (each === kind ? ORGANIZATION : null)),
  );
  expect(parseToken(token)).toBe(null);
});

test.each(["", "kt_at_", `kt_at_${"0".repeat(26)}_`, `kt_at_${"0".repeat(26)}_${"A".repeat(44)}`, `x kt_at_`])(
  "%s is none",
  (token) => {
    expect(organizationOfToken("access", token)).toBe(null);
  },
);
