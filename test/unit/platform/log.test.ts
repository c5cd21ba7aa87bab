import { afterEach, expect, test, vi } from "vitest";
import { reportError } from "../../../src/platform/log.ts";

afterEach(() => vi.restoreAllMocks());

test("an error is reported by its innermost cause, without the values that a wrapper quotes", () => {
  const lines: string[] = [];
  vi.spyOn(console, "error").mockImplementation((line: string) => void lines.push(line));
  const cause = new Error("D1_ERROR: no such table");
  reportError("api.internal_error", new Error("Failed query: insert …\nparams: ada@example.com", { cause }), "req_1");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    event: "api.internal_error",
    request_id: "req_1",
    message: "D1_ERROR: no such table",
  });
  expect(lines.join()).not.toContain("ada@example.com");
});

test("what is no error is reported by its type", () => {
  const lines: string[] = [];
  vi.spyOn(console, "error").mockImplementation((line: string) => void lines.push(line));
  reportError("organization.alarm_failed", "secret");
  expect(JSON.parse(lines[0] ?? "")).toEqual({
    event: "organization.alarm_failed",
    request_id: null,
    error: "string",
    message: null,
    stack: null,
  });
});
