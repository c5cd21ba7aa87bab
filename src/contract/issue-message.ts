/** The rule that a value breaks, in words, where its schema has none of its own. */
import type { z } from "zod";

const TYPES: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  null: "null",
};

const FORMATS: Readonly<Record<string, string>> = {
  email: "an e-mail address",
  date: "an ISO 8601 date",
  datetime: "an ISO 8601 date-time with its offset",
};

const UNITS: Readonly<Record<string, string>> = { string: " characters", array: " items", record: " fields" };

/** Given to every parse of the control plane, so that nobody reads "Invalid input". A message of the schema goes before it. */
export function describeIssue(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${TYPES[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `expected ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}`;
    case "invalid_format":
      return `expected ${FORMATS[issue.format] ?? "another form"}`;
    case "too_small":
      return `expected at least ${issue.minimum}${UNITS[issue.origin] ?? ""}`;
    case "too_big":
      return `expected at most ${issue.maximum}${UNITS[issue.origin] ?? ""}`;
    case "not_multiple_of":
      return `expected a multiple of ${issue.divisor}`;
    case "unrecognized_keys":
      return `unknown: ${issue.keys.join(", ")}`;
    case "invalid_union":
      return [...new Set(issue.errors.map((errors) => errors[0]?.message ?? ""))].join(", or ");
    case "invalid_key":
    case "invalid_element":
      return `its name: ${issue.issues[0]?.message ?? ""}`;
    case "custom":
      return "expected another value";
  }
}
