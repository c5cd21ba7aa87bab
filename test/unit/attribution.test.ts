import { describe, expect, it } from "vitest";
import { fundingOrder, isOwnerId, NO_IDENTITY, resolveAttribution } from "../../src/core/attribution.ts";
import type { AssertedIdentity, AttributionKey } from "../../src/core/attribution.ts";

const TEAMS = [
  { id: "team_red", memberIds: ["mem_ada", "mem_bob"] },
  { id: "team_blue", memberIds: ["mem_bob"] },
];

function keyOf(rest: Partial<AttributionKey> = {}): AttributionKey {
  return {
    id: "key_1",
    memberId: null,
    serviceUserId: null,
    gatewayId: null,
    teamId: null,
    mayAssertIdentity: false,
    ...rest,
  };
}

function resolve(key: Partial<AttributionKey>, asserted: Partial<AssertedIdentity> = {}) {
  return resolveAttribution(keyOf(key), { ...NO_IDENTITY, ...asserted }, TEAMS);
}

describe("a key of its owner", () => {
  it.each([
    {
      name: "the member's only team",
      key: { memberId: "mem_ada" },
      asserted: {},
      userId: "mem_ada",
      teamId: "team_red",
    },
    { name: "no team of several", key: { memberId: "mem_bob" }, asserted: {}, userId: "mem_bob", teamId: null },
    {
      name: "the key's team",
      key: { memberId: "mem_bob", teamId: "team_blue" },
      asserted: {},
      userId: "mem_bob",
      teamId: "team_blue",
    },
    {
      name: "an asserted team of the member before the key's",
      key: { memberId: "mem_bob", teamId: "team_blue" },
      asserted: { teamId: "team_red", userId: "mem_bob" },
      userId: "mem_bob",
      teamId: "team_red",
    },
    {
      name: "a service user's team and no user",
      key: { serviceUserId: "svc_1", teamId: "team_red" },
      asserted: {},
      userId: null,
      teamId: "team_red",
    },
    { name: "the organization", key: {}, asserted: {}, userId: null, teamId: null },
  ])("is charged to $name", ({ key, asserted, userId, teamId }) => {
    expect(resolve(key, asserted)).toMatchObject({ ok: true, value: { keyId: "key_1", userId, teamId } });
  });

  it.each([
    { header: "X-User-Id", key: { memberId: "mem_ada" }, asserted: { userId: "mem_bob" } },
    { header: "X-User-Id", key: {}, asserted: { userId: "mem_bob" } },
    { header: "X-Team-Id", key: { memberId: "mem_ada" }, asserted: { teamId: "team_blue" } },
    { header: "X-Team-Id", key: { serviceUserId: "svc_1" }, asserted: { teamId: "team_red" } },
    { header: "X-Agent-Id", key: { memberId: "mem_ada" }, asserted: { agentId: "agt_1" } },
    { header: "X-Agent-Run-Id", key: { memberId: "mem_ada" }, asserted: { agentRunId: "run_1" } },
  ])("may not claim another $header", ({ header, key, asserted }) => {
    expect(resolve(key, asserted)).toEqual({ ok: false, failure: { kind: "identity_not_allowed", header } });
  });
});

describe("a key that may assert identity", () => {
  const key = { mayAssertIdentity: true, gatewayId: "gw_1" };

  it("is believed, also about users that nobody knows", () => {
    const asserted = { userId: "alice@example.com", teamId: "new", agentId: "agt_1", agentRunId: "run_1" };
    expect(resolve(key, asserted)).toMatchObject({ ok: true, value: { ...asserted, gatewayId: "gw_1" } });
  });

  it("charges the organization without a header, and its own team when it has one", () => {
    expect(resolve(key)).toMatchObject({ value: { userId: null, teamId: null } });
    expect(resolve({ ...key, teamId: "team_red" })).toMatchObject({ value: { userId: null, teamId: "team_red" } });
  });

  it("finds the only team of a known member", () => {
    expect(resolve(key, { userId: "mem_ada" })).toMatchObject({ value: { userId: "mem_ada", teamId: "team_red" } });
  });

  it.each(["", "a b", "ü", "x".repeat(129), "a/b", "a\nb"])("may not assert %j", (userId) => {
    expect(resolve(key, { userId })).toMatchObject({
      ok: false,
      failure: { kind: "invalid_request", param: "X-User-Id" },
    });
  });
});

it("accepts 128 characters of the alphabet", () => {
  expect(isOwnerId("aZ09_.:@-".padEnd(128, "x"))).toBe(true);
});

describe("the funding order", () => {
  const scopesOf = (payer: Parameters<typeof fundingOrder>[0], seatPays = true): string[] =>
    fundingOrder(payer, "org_1", seatPays).map((owner) => `${owner.scope}:${owner.ownerId}`);

  it("is seat, user, team, organization", () => {
    const payer = { userId: "u", teamId: "t", serviceUserId: null };
    expect(scopesOf(payer)).toEqual(["seat:u", "user:u", "team:t", "organization:org_1"]);
    expect(scopesOf(payer, false)).toEqual(["user:u", "team:t", "organization:org_1"]);
    expect(scopesOf({ userId: null, teamId: null, serviceUserId: null })).toEqual(["organization:org_1"]);
  });

  it("of a service user has its own wallet, and neither a seat nor a user that its key asserts", () => {
    const own = ["user:svc_1", "team:t", "organization:org_1"];
    expect(scopesOf({ userId: null, teamId: "t", serviceUserId: "svc_1" })).toEqual(own);
    expect(scopesOf({ userId: "u", teamId: "t", serviceUserId: "svc_1" })).toEqual(own);
  });
});
