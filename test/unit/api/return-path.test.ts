import { expect, test } from "vitest";
import { readReturnPath } from "../../../src/api/sign-in/return-path.ts";

test.each(["/v1/oauth/authorize?client_id=ocl_1&state=a%26b", "/sign-in", "/"])("%s is a path of ours", (path) => {
  expect(readReturnPath(path)).toBe(path);
});

test.each([
  null,
  "",
  "https://evil.example/",
  "//evil.example/",
  "/\\evil.example/",
  "/.//evil.example",
  "/a/..//evil.example",
  "/\tevil",
  "/a\r\nset-cookie: x",
  "javascript:alert(1)",
  `/${"a".repeat(8_192)}`,
])("%j is not", (path) => {
  expect(readReturnPath(path)).toBe("/sign-in");
});
