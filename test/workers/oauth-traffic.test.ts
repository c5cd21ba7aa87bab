/** Model traffic with an application's access token, from the consent to the ledger. */
import { afterEach, expect, test, vi } from "vitest";
import { OAuthServer } from "../../durable-objects/oauth-server/oauth-server.ts";
import { Organization } from "../../durable-objects/organization/organization.ts";
import { call, rowsOf, signedIn, textOf } from "../support/worker-api.ts";
import { auditLedger, SOUND, usageTotalNanos } from "../support/worker-audit.ts";
import {
  makeApplication,
  redeem,
  codeOf,
  refresh,
  revoke,
  signIn,
  tokensOf,
  type Application,
} from "../support/worker-oauth.ts";
import { stubOf } from "../support/worker-organization.ts";
import { chat, COST_NANOS, faults, restartIsolate, rowsOfTenant, upstreamCalls } from "../support/worker-proxy.ts";

afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await restartIsolate();
  signedIn.session = null;
});

const objectOf = ({ organizationId: id }: Application) => ({ id, stub: stubOf(id) });

const CHAT = "/v1/chat/completions";
const ask = (access: string, headers: Readonly<Record<string, string>> = {}) =>
  chat({ gatewayKey: access }, { headers });

async function statusOf(access: string, path = CHAT): Promise<number> {
  return (await chat({ gatewayKey: access }, { path })).status;
}

async function fund({ accessKey, session }: Application, amount: string): Promise<void> {
  const body = { user_id: session.memberId, amount };
  expect((await call("POST /v1/wallets/allocate", { token: accessKey, body })).status).toBeLessThan(300);
}

test("a request is paid from the user's wallet, its row names the user and the grant, and no token leaves", async () => {
  const application = await makeApplication();
  await fund(application, "1");
  const { access } = await signIn(application);
  const answer = await ask(access);
  expect([answer.status, answer.headers.get("x-keeptrusts-wallet-scope")]).toEqual([200, "user"]);
  await answer.lifeOver;
  const tenant = { id: application.organizationId };
  await expect.poll(() => rowsOfTenant(tenant), { timeout: 10_000 }).toHaveLength(1);
  expect(rowsOfTenant(tenant)[0]).toMatchObject({
    user_id: application.session.memberId,
    key_id: expect.stringMatching(/^ogr_/),
    wallet_scope: "user",
  });
  expect(upstreamCalls).toHaveLength(1);
  expect(JSON.stringify([...(upstreamCalls[0]?.headers ?? [])])).not.toContain("kt_at_");
  expect(await auditLedger(objectOf(application))).toEqual(SOUND);
});

test("one call of the organization's object decides, and no other object is asked", async () => {
  const application = await makeApplication();
  const { access } = await signIn(application);
  const named = ["authorize", "authorizeMany", "oauthToken", "models", "refreshDirectory"] as const;
  const asked = named.map((name) => vi.spyOn(Organization.prototype, name));
  const server = (["findCode", "findRefreshToken"] as const).map((name) => vi.spyOn(OAuthServer.prototype, name));
  expect(await statusOf(access)).toBe(200);
  expect(asked.map(({ mock }) => mock.calls.length)).toEqual([1, 0, 0, 0, 0]);
  expect(server.map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
});

test("both headers carry it, and it names nobody else", async () => {
  const application = await makeApplication();
  const { access } = await signIn(application);
  expect((await ask("unused", { authorization: "", "x-api-key": access })).status).toBe(200);
  expect((await ask(access, { "x-user-id": "usr_other" })).status).toBe(403);
});

test("the cap lets exactly what it covers through, of twenty requests at once", async () => {
  const application = await makeApplication();
  // Each holds a little more than 0.00054: the input's estimate, 100 tokens of output, and the buffer.
  const { access } = await signIn(application, {}, { spend_cap: "0.0033" });
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(access)));
  const passed = answers.filter(({ status }) => status === 200);
  expect(passed.length).toBeGreaterThan(0);
  expect(passed.length).toBeLessThan(7);
  expect(upstreamCalls).toHaveLength(passed.length);
  const refused = answers.find(({ status }) => status !== 200);
  expect(refused?.status).toBe(429);
  expect(JSON.parse(refused?.text ?? "{}")).toMatchObject({
    error: {
      code: "budget_exhausted",
      budgets: [{ name: "Spend cap of Editor", scope: { type: "key" }, window: "monthly", limit: "0.0033" }],
    },
  });
  await Promise.all(answers.map(({ lifeOver }) => lifeOver));
  const spent = await usageTotalNanos(objectOf(application));
  expect(spent).toBe(BigInt(passed.length) * COST_NANOS);
  expect(spent).toBeLessThanOrEqual(3_300_000n);
});

test("revoking refuses the next request on every endpoint", async () => {
  const application = await makeApplication();
  const first = await signIn(application);
  const second = tokensOf(await refresh(application, first.refresh));
  expect([await statusOf(first.access), await statusOf(second.access)]).toEqual([200, 200]);
  expect((await revoke(application, second.refresh)).status).toBe(200);
  for (const path of [CHAT, "/v1/responses", "/v1/messages", "/v1/messages/count_tokens"]) {
    expect([path, await statusOf(first.access, path), await statusOf(second.access, path)]).toEqual([path, 401, 401]);
  }
});

test("a code that is used twice has taken its access token along", async () => {
  const application = await makeApplication();
  const code = await codeOf(application);
  const { access } = tokensOf(await redeem(application, code));
  expect(await statusOf(access)).toBe(200);
  expect((await redeem(application, code)).status).toBe(400);
  expect(await statusOf(access)).toBe(401);
});

test("a refresh token that is used again after ten seconds has taken every access token of its family along", async () => {
  const application = await makeApplication();
  const first = await signIn(application);
  const second = tokensOf(await refresh(application, first.refresh));
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10_500 });
  expect([await statusOf(first.access), await statusOf(second.access)]).toEqual([200, 200]);
  const sent = upstreamCalls.length;
  expect((await refresh(application, first.refresh)).status).toBe(400);
  for (const access of [first.access, second.access]) {
    const refused = await ask(access);
    expect([refused.status, JSON.parse(refused.text)]).toMatchObject([401, { error: { code: "invalid_api_key" } }]);
  }
  expect(upstreamCalls).toHaveLength(sent);
});

test("without the scope nothing is sent, and the refusal names it", async () => {
  const application = await makeApplication();
  const { access } = await signIn(application, { scope: "models:read" });
  const refused = await ask(access);
  expect([refused.status, JSON.parse(refused.text)]).toMatchObject([
    403,
    { error: { code: "capability_required", message: expect.stringContaining("inference") } },
  ]);
  expect(upstreamCalls).toEqual([]);
});

test("without the organization's object nothing leaves, also where requests may leave unreserved", async () => {
  const application = await makeApplication();
  const settings = { wallet_fail_mode: "open" };
  await call("PUT /v1/wallets/settings", { token: application.accessKey, body: settings });
  const { access } = await signIn(application);
  faults.fail("unreachable", application.organizationId);
  expect(await statusOf(access)).toBe(503);
  expect(upstreamCalls).toEqual([]);
});

test("balance and spend log are the user's own, each by its scope, and nothing else is reached", async () => {
  const application = await makeApplication();
  await fund(application, "1");
  const wallet = await signIn(application, { scope: "wallet:read" });
  const spend = await signIn(application, { scope: "spend:read inference" });
  const status = async (name: string, token: string) => (await call(name, { token })).status;
  const balance = await call("GET /v1/wallets/balance", { token: wallet.access });
  expect([balance.status, textOf(balance.body["effective_scope"])]).toEqual([200, "user"]);
  expect(await status("GET /v1/wallets/balance?team_id=team_other", wallet.access)).toBe(403);
  expect(await status("GET /v1/wallets/balance", spend.access)).toBe(403);
  expect(rowsOf(await call("GET /v1/spend/logs", { token: spend.access }))).toEqual([]);
  expect(await status("GET /v1/spend/logs", wallet.access)).toBe(403);
  for (const name of ["GET /v1/wallets", "GET /v1/keys", "GET /v1/unified-access/models", "GET /v1/members"]) {
    expect([name, await status(name, spend.access)]).toEqual([name, 403]);
  }
  await revoke(application, wallet.refresh);
  expect(await status("GET /v1/wallets/balance", wallet.access)).toBe(401);
  expect(await status("GET /v1/wallets/balance", `kt_at_${"0".repeat(26)}_${"0".repeat(43)}`)).toBe(401);
});
