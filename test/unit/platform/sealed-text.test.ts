import { expect, test } from "vitest";
import { openText, sealText } from "../../../src/platform/sealed-text.ts";

const SECRET = { token: "kt_ak_org_secret", salt: "order 1" };

test("only the same token, salt and context open it, and never a changed text", async () => {
  const sealed = await sealText("kt_gk_shown_once ключ", SECRET, "here");
  expect(await openText(sealed, SECRET, "here")).toBe("kt_gk_shown_once ключ");
  expect(await openText(sealed, { ...SECRET, token: "kt_ak_org_other" }, "here")).toBeNull();
  expect(await openText(sealed, { ...SECRET, salt: "order 2" }, "here")).toBeNull();
  expect(await openText(sealed, SECRET, "there")).toBeNull();
  expect(await openText(sealed.slice(0, 8), SECRET, "here")).toBeNull();
  const changed = sealed.with(20, (sealed[20] ?? 0) ^ 1);
  expect(await openText(changed, SECRET, "here")).toBeNull();
});

test("the same text is sealed differently each time", async () => {
  const twice = await Promise.all([sealText("a", SECRET, "here"), sealText("a", SECRET, "here")]);
  expect(Buffer.from(twice[0]).equals(Buffer.from(twice[1]))).toBe(false);
});
