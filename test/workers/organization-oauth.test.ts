/** Access tokens of applications, as the organization's object decides them. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { OAuthTokenCommand } from "../../src/contract/organization-rpc.ts";
import { NO_IDENTITY } from "../../src/core/attribution.ts";
import type { OAuthScope } from "../../src/core/oauth-family.ts";
import {
  authorizeCommand,
  changeRecords,
  createOrganization,
  failureOf,
  granted,
  HOLD_NANOS,
  nextId,
  settleCommand,
  transferCommand,
  type TestOrganization,
} from "../support/worker-organization.ts";

const START = Date.parse("2026-10-01T12:00:00Z");
const EXPIRES = START + 15 * 60_000;

let organization: TestOrganization;
let memberId = "";
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
  memberId = nextId("usr");
  organization = await createOrganization({ members: [{ id: memberId, name: "Ada" }] });
  await organization.stub.transfer(
    transferCommand({ amountNanos: 100n * HOLD_NANOS, target: { walletId: null, teamId: null, userId: memberId } }),
  );
});
afterEach(() => {
  vi.useRealTimers();
});

let tokens = 0;
function tokenOf(grantId: string, rest: Partial<OAuthTokenCommand> = {}, capNanos: bigint | null = null) {
  tokens += 1;
  const command: OAuthTokenCommand = {
    tokenSha256: String(tokens).padStart(64, "0"),
    scopes: ["inference"],
    expiresAtMs: EXPIRES,
    grant: {
      id: grantId,
      clientId: "ocl_1",
      clientName: "Editor",
      memberId,
      spendCap: capNanos === null ? null : { amountNanos: capNanos, window: "monthly" },
    },
    ...rest,
  };
  return command;
}

async function give(command: OAuthTokenCommand): Promise<OAuthTokenCommand> {
  expect(await organization.stub.rememberOAuthToken(command)).toEqual({ outcome: "remembered" });
  return command;
}

function ask({ tokenSha256 }: OAuthTokenCommand, on = organization) {
  const command = authorizeCommand(on, "unused", { credential: { tokenSha256, oauth: true } });
  return on.stub.authorize(command);
}

describe("a token", () => {
  test("spends as the user who consented, from the user's own wallet, and its grant is named as the key", async () => {
    const grant = granted(await ask(await give(tokenOf("ogr_own"))));
    expect(grant.attribution).toMatchObject({ keyId: "ogr_own", userId: memberId, serviceUserId: null });
    expect(grant.wallet?.scope).toBe("user");
  });

  test("is as good after an eviction", async () => {
    const token = await give(tokenOf("ogr_evicted"));
    await evictDurableObject(organization.stub);
    granted(await ask(token));
  });

  test("may not name another user, team or agent", async () => {
    const { tokenSha256 } = await give(tokenOf("ogr_other"));
    for (const asserted of [{ userId: "usr_other" }, { teamId: "team_other" }, { agentId: "agent" }]) {
      const reply = await organization.stub.authorize(
        authorizeCommand(organization, "unused", { credential: { tokenSha256, oauth: true }, asserted }),
      );
      expect(failureOf(reply).kind).toBe("identity_not_allowed");
    }
  });

  test("is no key, and a key's hash is no token", async () => {
    const token = await give(tokenOf("ogr_kind"));
    const asKey = authorizeCommand(organization, "unused", { credential: { tokenSha256: token.tokenSha256 } });
    expect(failureOf(await organization.stub.authorize(asKey))).toEqual({ kind: "unauthenticated", reason: "unknown" });
    const other = await createOrganization({ members: [] });
    expect(failureOf(await ask(token, other))).toEqual({ kind: "unauthenticated", reason: "unknown" });
  });

  test("ends at its time", async () => {
    const token = await give(tokenOf("ogr_time"));
    vi.setSystemTime(EXPIRES - 1);
    granted(await ask(token));
    vi.setSystemTime(EXPIRES);
    expect(failureOf(await ask(token))).toEqual({ kind: "unauthenticated", reason: "expired" });
  });

  test.each<readonly [readonly OAuthScope[], string]>([
    [["models:read", "wallet:read", "spend:read"], "inference"],
    [[], "inference"],
  ])("without the scope is refused with its name (%o)", async (scopes, missing) => {
    const token = await give(tokenOf("ogr_scope", { scopes }));
    expect(failureOf(await ask(token))).toEqual({ kind: "capability_required", capability: missing });
  });

  test("lists models by a scope of its own, and holds no money for gateways elsewhere by any", async () => {
    const reader = await give(tokenOf("ogr_reader", { scopes: ["models:read"] }));
    const writer = await give(tokenOf("ogr_writer"));
    const list = ({ tokenSha256 }: OAuthTokenCommand) =>
      organization.stub.models({ tokenSha256, oauth: true }, NO_IDENTITY);
    expect((await list(reader)).outcome).toBe("listed");
    expect(failureOf(await list(writer))).toEqual({ kind: "capability_required", capability: "models:read" });
    const elsewhere = {
      credential: { tokenSha256: writer.tokenSha256, oauth: true },
      forwardedElsewhere: true,
    } as const;
    expect(failureOf(await organization.stub.authorize(authorizeCommand(organization, "unused", elsewhere)))).toEqual({
      kind: "capability_required",
      capability: "control_plane",
    });
  });

  test("ends with its user's membership, and none is given any more", async () => {
    const token = await give(tokenOf("ogr_member"));
    await changeRecords(organization, "DELETE FROM members WHERE id = ?", memberId);
    expect(failureOf(await ask(token))).toEqual({ kind: "unauthenticated", reason: "revoked" });
    expect(failureOf(await organization.stub.rememberOAuthToken(tokenOf("ogr_member"))).kind).toBe("unauthenticated");
  });
});

describe("revocation", () => {
  test("of a grant ends all its tokens for the next request, keeps those under way, and is for ever", async () => {
    const [one, two] = [await give(tokenOf("ogr_a")), await give(tokenOf("ogr_a"))];
    const other = await give(tokenOf("ogr_b"));
    const open = granted(await ask(one));
    expect(await organization.stub.revokeOAuthGrants(["ogr_a"])).toEqual({ outcome: "revoked" });
    for (const token of [one, two]) {
      expect(failureOf(await ask(token))).toEqual({ kind: "unauthenticated", reason: "revoked" });
    }
    granted(await ask(other));
    expect((await organization.stub.settle(settleCommand(open.reservationId))).outcome).toBe("ended");
    const late = await organization.stub.rememberOAuthToken(tokenOf("ogr_a"));
    expect(failureOf(late)).toEqual({ kind: "unauthenticated", reason: "revoked" });
    await evictDurableObject(organization.stub);
    expect(failureOf(await ask(one))).toEqual({ kind: "unauthenticated", reason: "revoked" });
  });

  test("of a grant that has no token yet is no error", async () => {
    expect(await organization.stub.revokeOAuthGrants(["ogr_unknown"])).toEqual({ outcome: "revoked" });
  });

  test("of one token leaves the others, and is for its client alone", async () => {
    const [one, two] = [await give(tokenOf("ogr_c")), await give(tokenOf("ogr_c"))];
    const revoke = (clientId: string, { tokenSha256 } = one) =>
      organization.stub.revokeOAuthToken({ tokenSha256, clientId });
    expect(await revoke("ocl_2")).toEqual({ outcome: "found", value: "of_another_client" });
    granted(await ask(one));
    expect(await revoke("ocl_1")).toEqual({ outcome: "found", value: "revoked" });
    expect(failureOf(await ask(one))).toEqual({ kind: "unauthenticated", reason: "revoked" });
    granted(await ask(two));
    expect(await revoke("ocl_1", tokenOf("ogr_c"))).toEqual({ outcome: "found", value: "unknown" });
  });
});

describe("a spend cap", () => {
  test("for three lets three of twelve requests at once through, and the refusal says which cap", async () => {
    const token = await give(tokenOf("ogr_cap", {}, 3n * HOLD_NANOS + 1n));
    const replies = await Promise.all(Array.from({ length: 12 }, () => ask(token)));
    expect(replies.filter(({ outcome }) => outcome === "authorized")).toHaveLength(3);
    const refused = replies.find(({ outcome }) => outcome === "refused");
    expect(refused === undefined ? null : failureOf(refused)).toMatchObject({
      kind: "budget_exhausted",
      budgets: [
        {
          policyId: "ogr_cap",
          name: "Spend cap of Editor",
          scope: { type: "key", id: "ogr_cap" },
          window: "monthly",
          limitNanos: 3n * HOLD_NANOS + 1n,
          heldNanos: 3n * HOLD_NANOS,
          usedNanos: 0n,
        },
      ],
    });
  });

  test("counts over all tokens of the consent, gives back what was not used, and leaves others alone", async () => {
    const first = await give(tokenOf("ogr_d", {}, 2n * HOLD_NANOS));
    const second = await give(tokenOf("ogr_d", {}, 2n * HOLD_NANOS));
    const grants = [granted(await ask(first)), granted(await ask(second))];
    expect(failureOf(await ask(first)).kind).toBe("budget_exhausted");
    granted(await ask(await give(tokenOf("ogr_e"))));
    for (const { reservationId } of grants) {
      await organization.stub.settle(settleCommand(reservationId, { usage: null, usageSource: "none" }));
    }
    granted(await ask(second));
  });

  test("is not doubled by a second consent to the same client; another client counts alone", async () => {
    const first = await give(tokenOf("ogr_first", {}, 2n * HOLD_NANOS));
    const second = await give(tokenOf("ogr_second", {}, 3n * HOLD_NANOS));
    const open = [granted(await ask(first)), granted(await ask(first)), granted(await ask(second))];
    expect(failureOf(await ask(second))).toMatchObject({
      budgets: [{ policyId: "ogr_second", heldNanos: 3n * HOLD_NANOS }],
    });
    expect(failureOf(await ask(first)).kind).toBe("budget_exhausted");
    const elsewhere = tokenOf("ogr_elsewhere", {}, HOLD_NANOS);
    granted(await ask(await give({ ...elsewhere, grant: { ...elsewhere.grant, clientId: "ocl_2" } })));
    await organization.stub.revokeOAuthGrants(["ogr_first"]);
    for (const { reservationId } of open.slice(0, 2)) {
      await organization.stub.settle(settleCommand(reservationId, { usage: null, usageSource: "none" }));
    }
    granted(await ask(second));
  });

  test("begins anew with its window, and stays after an eviction", async () => {
    const later = Date.parse("2026-11-01T00:00:00Z");
    const token = await give(tokenOf("ogr_f", { expiresAtMs: later + 60_000 }, HOLD_NANOS));
    granted(await ask(token));
    await evictDurableObject(organization.stub);
    expect(failureOf(await ask(token))).toMatchObject({ kind: "budget_exhausted", retryAfterSeconds: 2_635_200 });
    vi.setSystemTime(later);
    granted(await ask(token));
  });
});

test("tokens and grants that nobody can use any more are forgotten", async () => {
  const { stub } = organization;
  await give(tokenOf("ogr_old"));
  vi.setSystemTime(EXPIRES + 2 * 24 * 60 * 60_000);
  await runInDurableObject(stub, (object) => object.alarm());
  const again = tokenOf("ogr_old", { expiresAtMs: Date.now() + 1 }, 1n);
  await give(again);
  // The grant is made anew: with the cap that comes with it now.
  expect(failureOf(await ask(again)).kind).toBe("budget_exhausted");
  expect(await stub.revokeOAuthGrants(["ogr_old"])).toEqual({ outcome: "revoked" });
});
