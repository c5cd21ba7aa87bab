import { expect, test } from "vitest";
import { formatToken, parseToken, tagSchema } from "../../../src/contract/key.ts";
import { deriveId, equalSecrets, newId, newSecret } from "../../../src/platform/identifiers.ts";

test("a token says its type and its organization, and nothing else parses", () => {
  const organizationId = newId("org", 1_780_000_000_000);
  for (const type of ["gateway", "access"] as const) {
    expect(parseToken(formatToken(type, organizationId, newSecret()))).toEqual({ type, organizationId });
  }
  const token = formatToken("gateway", organizationId, newSecret());
  for (const broken of [
    token.slice(0, -1),
    `${token}x`,
    token.toUpperCase(),
    token.replace("gk", "xk"),
    "sk-123",
    "",
  ]) {
    expect(parseToken(broken)).toBeNull();
  }
});

test("ids sort by time, derived ids repeat, secrets do not", async () => {
  expect(newId("key", 1_000) < newId("key", 2_000)).toBe(true);
  expect(newId("key", 1)).toMatch(/^key_[0-9a-hjkmnp-tv-z]{26}$/);
  expect(await deriveId("res", ["a", "b"])).toBe(await deriveId("res", ["a", "b"]));
  expect(await deriveId("res", ["a", "b"])).not.toBe(await deriveId("res", ["ab", ""]));
  expect(newSecret()).not.toBe(newSecret());
  expect(newSecret()).toMatch(/^[0-9A-Za-z]{43}$/);
});

test("secrets are equal or not", async () => {
  expect(await equalSecrets("a", "a")).toBe(true);
  expect(await equalSecrets("a", "b")).toBe(false);
  expect(await equalSecrets("a", "aa")).toBe(false);
});

test.each(["key:value", "a:b c", "a:b:c"])("%s is a tag", (tag) => {
  expect(tagSchema.safeParse(tag).success).toBe(true);
});

test.each(["key", ":value", "key:", "a b:c ", "key: value"])(
  "%s is no tag, or one with spaces at odd places",
  (tag) => {
    expect(tagSchema.safeParse(tag).success).toBe(tag === "a b:c ");
  },
);
