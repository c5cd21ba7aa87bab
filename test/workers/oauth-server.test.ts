/** Codes and token families on the real objects: one writer, whatever arrives at once. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Organization } from "../../durable-objects/organization/organization.ts";
import type { OAuthServer } from "../../durable-objects/oauth-server/oauth-server.ts";
import { refuse } from "../../src/contract/commands.ts";
import type { AuthorizationRequest } from "../../src/contract/oauth-rpc.ts";
import { REFRESH_GRACE_MS, REFRESH_TOKEN_LIFETIME_MS } from "../../src/core/oauth-family.ts";
import { changeRecords, createOrganization, nextId, type TestOrganization } from "../support/worker-organization.ts";

const START = Date.parse("2026-10-01T12:00:00Z");
const ANSWER = new TextEncoder().encode("sealed");

let organization: TestOrganization;
let server: DurableObjectStub<OAuthServer>;
let memberId = "";
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
  memberId = nextId("usr");
  organization = await createOrganization({ members: [{ id: memberId, name: "Ada" }] });
  const namespace: DurableObjectNamespace<OAuthServer> = env.OAUTH_SERVER;
  server = namespace.getByName(organization.id);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

let hashes = 0;
function nextHash(): string {
  hashes += 1;
  return String(hashes).padStart(64, "0");
}

const REQUEST: AuthorizationRequest = {
  clientId: "ocl_1",
  clientName: "Editor",
  redirectUri: "https://editor.example/callback",
  scopes: ["inference", "models:read"],
  codeChallenge: "challenge",
  state: "a b&c",
};

async function openPage(request = REQUEST): Promise<string> {
  const consentSha256 = nextHash();
  const page = { consentSha256, memberId, request, expiresAtMs: Date.now() + 600_000 };
  await server.openConsent({ ...page, mayCloseOldest: true });
  return consentSha256;
}

async function consent(request = REQUEST): Promise<{ grantId: string; codeSha256: string }> {
  const approval = { grantId: nextId("ogr"), codeSha256: nextHash(), spendCap: null };
  const reply = await server.decideConsent({ consentSha256: await openPage(request), memberId, approval });
  expect(reply.outcome).toBe("decided");
  return approval;
}

const pair = () => ({ accessSha256: nextHash(), refreshSha256: nextHash() });

async function family(request = REQUEST) {
  const approved = await consent(request);
  const tokens = pair();
  expect(await server.redeemCode({ scopes: REQUEST.scopes, codeSha256: approved.codeSha256, ...tokens })).toEqual({
    outcome: "issued",
  });
  return { ...approved, ...tokens };
}

function rotate(
  presentedSha256: string,
  rest: { readonly requestSha256?: string } & Partial<ReturnType<typeof pair>> = {},
) {
  const asked = { requestSha256: "same", scopes: REQUEST.scopes, sealedAnswer: ANSWER, ...pair(), ...rest };
  return server.rotate({ presentedSha256, ...asked });
}

const isGood = async (accessSha256: string): Promise<boolean> =>
  (await organization.stub.oauthToken(accessSha256)).outcome === "found";
const outcomes = (replies: readonly { readonly outcome: string }[]) => replies.map(({ outcome }) => outcome).toSorted();

describe("a consent page", () => {
  test("is decided once, however often it is sent", async () => {
    const consentSha256 = await openPage();
    const decide = () =>
      server.decideConsent({
        consentSha256,
        memberId,
        approval: { grantId: nextId("ogr"), codeSha256: nextHash(), spendCap: null },
      });
    expect(outcomes(await Promise.all(Array.from({ length: 8 }, decide)))).toEqual([
      "decided",
      ...Array.from({ length: 7 }, () => "unknown"),
    ]);
  });

  test("is unknown to another member, after ten minutes, and when the client has gone or changed", async () => {
    const decide = (consentSha256: string, by = memberId) =>
      server.decideConsent({ consentSha256, memberId: by, approval: null });
    const page = await openPage();
    expect(await decide(page, "usr_other")).toEqual({ outcome: "unknown" });
    expect(await decide(page)).toEqual({ outcome: "decided", request: REQUEST });
    const late = await openPage();
    vi.setSystemTime(START + 600_000);
    expect(await decide(late)).toEqual({ outcome: "unknown" });
    const closed = await openPage();
    await server.closeConsents("ocl_1");
    expect(await decide(closed)).toEqual({ outcome: "unknown" });
  });

  test("the twenty newest of a member are open", async () => {
    const pages: string[] = [];
    for (let page = 0; page < 22; page += 1) {
      vi.setSystemTime(START + page);
      pages.push(await openPage());
    }
    const replies = await Promise.all(
      pages.map((consentSha256) => server.decideConsent({ consentSha256, memberId, approval: null })),
    );
    expect(replies.map(({ outcome }) => outcome)).toEqual([
      "unknown",
      "unknown",
      ...Array.from({ length: 20 }, () => "decided"),
    ]);
  });
});

describe("a code", () => {
  test("eight times at once gives tokens once; the other seven revoke them", async () => {
    const { codeSha256 } = await consent();
    const pairs = Array.from({ length: 8 }, pair);
    const replies = await Promise.all(
      pairs.map((tokens) => server.redeemCode({ scopes: REQUEST.scopes, codeSha256, ...tokens })),
    );
    expect(outcomes(replies)).toEqual(["issued", ...Array.from({ length: 7 }, () => "refused")]);
    expect(await Promise.all(pairs.map(({ accessSha256 }) => isGood(accessSha256)))).not.toContain(true);
  });

  test("that comes back later revokes what it gave, by looking at it alone", async () => {
    const { codeSha256, accessSha256, refreshSha256 } = await family();
    expect(await isGood(accessSha256)).toBe(true);
    vi.setSystemTime(START + 300_000);
    expect(await server.findCode(codeSha256)).toBe(null);
    expect(await isGood(accessSha256)).toBe(false);
    expect(await rotate(refreshSha256)).toEqual({ outcome: "refused" });
  });

  test("ends after sixty seconds, and gives nothing when it is unknown", async () => {
    const { codeSha256 } = await consent();
    vi.setSystemTime(START + 59_999);
    expect(await server.findCode(codeSha256)).toMatchObject({
      clientId: "ocl_1",
      memberId,
      codeChallenge: "challenge",
    });
    vi.setSystemTime(START + 60_000);
    expect(await server.findCode(codeSha256)).toBe(null);
    expect(await server.redeemCode({ scopes: REQUEST.scopes, codeSha256, ...pair() })).toEqual({ outcome: "refused" });
    expect(await server.redeemCode({ scopes: REQUEST.scopes, codeSha256: nextHash(), ...pair() })).toEqual({
      outcome: "refused",
    });
  });

  test("is not used up when the organization's object does not answer", async () => {
    const { codeSha256 } = await consent();
    vi.spyOn(Organization.prototype, "rememberOAuthToken").mockResolvedValueOnce(
      refuse({ kind: "wallet_unavailable" }),
    );
    expect(await server.redeemCode({ scopes: REQUEST.scopes, codeSha256, ...pair() })).toEqual({
      outcome: "unavailable",
    });
    expect(await server.redeemCode({ scopes: REQUEST.scopes, codeSha256, ...pair() })).toEqual({ outcome: "issued" });
  });

  test("of somebody who is no member any more gives nothing", async () => {
    const { codeSha256 } = await consent();
    await changeRecords(organization, "DELETE FROM members WHERE id = ?", memberId);
    expect(await server.redeemCode({ scopes: REQUEST.scopes, codeSha256, ...pair() })).toEqual({ outcome: "refused" });
  });
});

describe("a refresh token", () => {
  test("eight times at once rotates once and is answered once more; the family lives on", async () => {
    const { accessSha256, refreshSha256 } = await family();
    const pairs = Array.from({ length: 8 }, pair);
    const replies = await Promise.all(pairs.map((tokens) => rotate(refreshSha256, tokens)));
    expect(outcomes(replies)).toEqual(["issued", ...Array.from({ length: 6 }, () => "refused"), "repeated"]);
    const winner = pairs[replies.findIndex(({ outcome }) => outcome === "issued")];
    expect(await isGood(winner?.accessSha256 ?? "")).toBe(true);
    expect(await isGood(accessSha256)).toBe(true);
    expect(await rotate(winner?.refreshSha256 ?? "")).toEqual({ outcome: "issued" });
  });

  test("gets the same answer once more within ten seconds, also after an eviction", async () => {
    const { refreshSha256 } = await family();
    expect(await rotate(refreshSha256)).toEqual({ outcome: "issued" });
    await evictDurableObject(server);
    vi.setSystemTime(START + REFRESH_GRACE_MS);
    expect(await rotate(refreshSha256)).toEqual({ outcome: "repeated", sealedAnswer: ANSWER });
    expect(await rotate(refreshSha256)).toEqual({ outcome: "refused" });
  });

  test.each([
    ["after ten seconds", {}, REFRESH_GRACE_MS + 1],
    ["for something else", { requestSha256: "other" }, 1],
  ])("that is used again %s revokes the family", async (_, rest, afterMs) => {
    const { refreshSha256, accessSha256 } = await family();
    const next = pair();
    await rotate(refreshSha256, next);
    vi.setSystemTime(START + afterMs);
    expect(await rotate(refreshSha256, rest)).toEqual({ outcome: "refused" });
    expect([await isGood(accessSha256), await isGood(next.accessSha256)]).toEqual([false, false]);
    expect(await server.findRefreshToken(next.refreshSha256)).toBe(null);
    expect(await rotate(next.refreshSha256)).toEqual({ outcome: "refused" });
  });

  test("that is used again when its answer has arrived revokes the family", async () => {
    const { refreshSha256 } = await family();
    const next = pair();
    await rotate(refreshSha256, next);
    await rotate(next.refreshSha256);
    expect(await rotate(refreshSha256)).toEqual({ outcome: "refused" });
    expect(await rotate(next.refreshSha256)).toEqual({ outcome: "refused" });
  });

  test("ends after thirty days without use", async () => {
    const { refreshSha256 } = await family();
    vi.setSystemTime(START + REFRESH_TOKEN_LIFETIME_MS);
    expect(await rotate(refreshSha256)).toEqual({ outcome: "refused" });
  });

  test("is not used up when the organization's object does not answer", async () => {
    const { refreshSha256 } = await family();
    vi.spyOn(Organization.prototype, "rememberOAuthToken").mockResolvedValueOnce(
      refuse({ kind: "wallet_unavailable" }),
    );
    expect(await rotate(refreshSha256)).toEqual({ outcome: "unavailable" });
    expect(await rotate(refreshSha256)).toEqual({ outcome: "issued" });
  });
});

describe("revocation", () => {
  test("of a refresh token ends the family, is for its client alone, and may be repeated", async () => {
    const { refreshSha256, accessSha256 } = await family();
    const revoke = (clientId: string, tokenSha256 = refreshSha256) =>
      server.revokeRefreshToken({ tokenSha256, clientId });
    expect(await revoke("ocl_2")).toBe("of_another_client");
    expect(await isGood(accessSha256)).toBe(true);
    expect(await revoke("ocl_1")).toBe("revoked");
    expect(await isGood(accessSha256)).toBe(false);
    expect(await revoke("ocl_1")).toBe("revoked");
    expect(await revoke("ocl_1", nextHash())).toBe("unknown");
  });

  test("of a client ends what all its users gave, and nothing else", async () => {
    const [one, two] = [await family(), await family()];
    const other = await family({ ...REQUEST, clientId: "ocl_2" });
    const page = await openPage();
    expect(await server.revokeClient("ocl_1")).toBe("revoked");
    const good = await Promise.all([one, two, other].map(({ accessSha256 }) => isGood(accessSha256)));
    expect(good).toEqual([false, false, true]);
    expect(await server.decideConsent({ consentSha256: page, memberId, approval: null })).toEqual({
      outcome: "unknown",
    });
  });

  test("that the organization's object does not hear of is no success, and is told again by the alarm", async () => {
    const { refreshSha256, accessSha256 } = await family();
    const tell = vi.spyOn(Organization.prototype, "revokeOAuthGrants");
    tell.mockResolvedValueOnce(refuse({ kind: "wallet_unavailable" }));
    const revoke = () => server.revokeRefreshToken({ tokenSha256: refreshSha256, clientId: "ocl_1" });
    expect(await revoke()).toBe("unavailable");
    expect(await isGood(accessSha256)).toBe(true);
    await runDurableObjectAlarm(server);
    expect(await isGood(accessSha256)).toBe(false);
    tell.mockClear();
    expect(await revoke()).toBe("revoked");
    expect(tell).not.toHaveBeenCalled();
  });
});

test("answers are kept for the grace alone, tokens and families until they are of no use", async () => {
  const { refreshSha256 } = await family();
  await openPage();
  await rotate(refreshSha256);
  const count = (sql: string) =>
    runInDurableObject(server, (_, { storage }) => storage.sql.exec<{ n: number }>(sql).one().n);
  const answers = () => count("SELECT count(*) AS n FROM refresh_token WHERE sealed_answer IS NOT NULL");
  const rows = async () => [
    await count("SELECT count(*) AS n FROM open_consent"),
    await count("SELECT count(*) AS n FROM refresh_token"),
    await count("SELECT count(*) AS n FROM family"),
  ];
  expect(await answers()).toBe(1);
  vi.setSystemTime(START + REFRESH_GRACE_MS + 1);
  await runInDurableObject(server, (object) => object.alarm());
  expect([await answers(), await rows()]).toEqual([0, [1, 2, 1]]);
  vi.setSystemTime(START + REFRESH_TOKEN_LIFETIME_MS);
  await runInDurableObject(server, (object) => object.alarm());
  expect(await rows()).toEqual([0, 0, 1]);
  vi.setSystemTime(START + REFRESH_TOKEN_LIFETIME_MS + 24 * 60 * 60_000);
  await runInDurableObject(server, (object) => object.alarm());
  expect(await rows()).toEqual([0, 0, 0]);
});
