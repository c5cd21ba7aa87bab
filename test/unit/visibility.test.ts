import { expect, test } from "vitest";
import { leadsTeam, ownSight, SEES_ORGANIZATION, seesPayer, seesWallet } from "../../src/core/visibility.ts";

const key = { id: "key_1", memberId: "mem_1", serviceUserId: null, teamId: "team_k" };
const sight = ownSight(key, [
  { teamId: "team_a", role: "member" },
  { teamId: "team_b", role: "lead" },
]);
const service = ownSight({ id: "key_2", memberId: null, serviceUserId: "svc_1", teamId: null }, []);

test.each([
  ["seat", "mem_1", true],
  ["seat", "mem_2", false],
  ["user", "mem_1", true],
  ["user", "mem_2", false],
  ["user", "svc_1", false],
  ["team", "team_a", false],
  ["team", "team_b", true],
  ["team", "team_k", false],
  ["organization", "org_1", false],
] as const)("the %s wallet of %s is seen: %s", (scope, ownerId, seen) => {
  expect(seesWallet(sight, { scope, ownerId })).toBe(seen);
  expect(seesWallet(SEES_ORGANIZATION, { scope, ownerId })).toBe(true);
});

test("a service user sees its wallet, and nobody's seat or team", () => {
  expect(seesWallet(service, { scope: "user", ownerId: "svc_1" })).toBe(true);
  expect(seesWallet(service, { scope: "seat", ownerId: "svc_1" })).toBe(false);
});

test.each([
  [{ userId: null, teamId: null }, true],
  [{ userId: "mem_1", teamId: null }, true],
  [{ userId: "mem_1", teamId: "team_a" }, true],
  [{ userId: null, teamId: "team_k" }, true],
  [{ userId: "mem_2", teamId: null }, false],
  [{ userId: "mem_2", teamId: "team_b" }, false],
  [{ userId: null, teamId: "team_c" }, false],
])("how %o stands may be asked: %s", (payer, seen) => {
  expect(seesPayer(sight, payer)).toBe(seen);
});

test("nobody leads a team by being in it, or by seeing everything", () => {
  expect([leadsTeam(sight, "team_b"), leadsTeam(sight, "team_a"), leadsTeam(SEES_ORGANIZATION, "team_b")]).toEqual([
    true,
    false,
    false,
  ]);
});
