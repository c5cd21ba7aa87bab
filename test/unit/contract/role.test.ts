import { expect, test } from "vitest";
import { capabilitiesOfRole } from "../../../src/contract/role.ts";

const ALL_OF_PEOPLE = ["org:admin", "org:billing", "org:read", "agents:read", "agents:write", "team:lead", "self"];

test.each([
  ["owner", ALL_OF_PEOPLE],
  ["admin", ALL_OF_PEOPLE],
  ["billing_admin", ["org:billing", "org:read", "self"]],
  ["member", ["self"]],
] as const)("%s: %s", (role, capabilities) => {
  expect(capabilitiesOfRole(role)).toEqual(capabilities);
});
