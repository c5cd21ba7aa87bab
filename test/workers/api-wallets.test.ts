import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { copyLedger } from "../../src/platform/d1/ledger-copy.ts";
import { call, deps, makeOrganization, rowsOf, textOf, type Reply } from "../support/worker-api.ts";
import { delivered } from "../support/worker-main.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

const RESERVE = {
  request_id: "r",
  provider: "openai",
  model: "gpt-5-mini",
  input_tokens: 10,
  max_output_tokens: 10,
  request_sha256: "ab".repeat(32),
};

test("money comes in once, moves to a team, and moves back as far as it is available", async () => {
  const { token } = await makeOrganization();
  const team = await call("POST /v1/teams", { token, body: { name: "Research", tags: ["cost-center:42"] } });
  const teamId = textOf(team.body["id"]);
  const credit = {
    token,
    body: { amount: "100.000000001", currency: "USD" },
    headers: { "idempotency-key": "invoice 1" },
  };
  const first = await call("POST /v1/wallets/credit", credit);
  const again = await call("POST /v1/wallets/credit", credit);
  expect(first.status).toBe(200);
  expect(again.body).toEqual(first.body);
  const other = await call("POST /v1/wallets/credit", { ...credit, body: { amount: "5" } });
  expect(other.status).toBe(409);

  const moved = await call("POST /v1/wallets/allocate", { token, body: { team_id: teamId, amount: 25.5 } });
  expect(moved.body).toMatchObject({
    wallet: { scope: "team", owner_id: teamId, name: "Research", balance: "25.50" },
    organization_wallet: { balance: "74.500000001" },
  });
  const tooMuch = await call("POST /v1/wallets/reclaim", { token, body: { team_id: teamId, amount: "25.51" } });
  expect(tooMuch.status).toBeGreaterThanOrEqual(400);
  await call("POST /v1/wallets/reclaim", { token, body: { team_id: teamId, amount: "25.50" } });

  const walletId = textOf(moved.body["wallet"]?.["id"]);
  const transactions = await call(`GET /v1/wallets/${walletId}/transactions`, { token });
  expect(transactions.body["data"]).toMatchObject([
    { type: "reclaim", amount: "-25.50", balance_after: "0.00" },
    { type: "allocate", amount: "25.50", balance_after: "25.50" },
  ]);
  expect((await call(`DELETE /v1/teams/${teamId}`, { token })).status).toBe(200);
});

test("a team cannot go while its wallet has money or keys name it", async () => {
  const { token } = await makeOrganization({ credit: "10" });
  const team = await call("POST /v1/teams", { token, body: { name: "Research" } });
  const teamId = textOf(team.body["id"]);
  await call("POST /v1/wallets/allocate", { token, body: { team_id: teamId, amount: "1" } });
  const rich = await call(`DELETE /v1/teams/${teamId}`, { token });
  expect([rich.status, rich.body["error"]?.["code"]]).toEqual([409, "wallet_not_empty"]);
  await call("POST /v1/wallets/reclaim", { token, body: { team_id: teamId, amount: "1" } });
  await call("POST /v1/keys", { token, body: { name: "k", type: "gateway", team_id: teamId } });
  const named = await call(`DELETE /v1/teams/${teamId}`, { token });
  expect([named.status, named.body["error"]?.["code"]]).toEqual([409, "in_use"]);
});

test.each([["0"], ["-1"], ["1.0000000001"], ["1e3"], ["99999999999999"], [null]])(
  "the amount %j is refused",
  async (amount) => {
    const { token } = await makeOrganization();
    const refused = await call("POST /v1/wallets/credit", { token, body: { amount } });
    expect([refused.status, refused.body["error"]?.["param"]]).toEqual([400, "amount"]);
  },
);

test("settings change in part, and the currency only while nobody has money", async () => {
  const { token } = await makeOrganization();
  const changed = await call("PUT /v1/wallets/settings", {
    token,
    body: { reserve_buffer_pct: 12.5, default_max_output_tokens: 2048, time_zone: "Europe/Berlin" },
  });
  expect(changed.body).toMatchObject({ reserve_buffer_pct: 12.5, default_max_output_tokens: 2048, clamp: false });
  expect((await call("PUT /v1/wallets/settings", { token, body: { currency: "EUR" } })).status).toBe(200);
  expect((await call("GET /v1/wallets/settings", { token })).body).toMatchObject({
    currency: "EUR",
    reserve_buffer_pct: 12.5,
  });
  await call("POST /v1/wallets/credit", { token, body: { amount: "1", currency: "EUR" } });
  expect((await call("PUT /v1/wallets/settings", { token, body: { currency: "USD" } })).status).toBe(409);
  expect((await call("PUT /v1/wallets/settings", { token, body: { time_zone: "Mars/Olympus" } })).status).toBe(400);
});

test("money that comes in while the currency is being changed keeps its own, and the change is refused", async () => {
  const { id, token } = await makeOrganization();
  const organization = deps.organization(id);
  // The first check passes, and the credit arrives before the new settings do.
  const racing = vi.spyOn(deps, "organization").mockImplementationOnce(() => ({
    ...organization,
    checkSettings: async (settings) => {
      const checked = await organization.checkSettings(settings);
      await call("POST /v1/wallets/credit", { token, body: { amount: "100", currency: "USD" } });
      return checked;
    },
  }));
  const refused = await call("PUT /v1/wallets/settings", { token, body: { currency: "JPY" } });
  racing.mockRestore();
  expect([refused.status, refused.body["error"]?.["code"]]).toEqual([409, "wallets_not_empty"]);
  expect((await call("GET /v1/wallets/settings", { token })).body["currency"]).toBe("USD");
  expect((await call("GET /v1/wallets/balance", { token })).body).toMatchObject({
    currency: "USD",
    available: "100.00",
  });
  const records = rowsOf(await call("GET /v1/audit-log?object_type=wallet_settings", { token }));
  expect(records).toMatchObject([
    { action: "wallet_settings.restore", before: { currency: "JPY" }, after: { currency: "USD" } },
    { action: "wallet_settings.update", before: { currency: "USD" }, after: { currency: "JPY" } },
  ]);
});

test("the balance shows the caller's cascade, and another's only to who may see it", async () => {
  const { token } = await makeOrganization({ credit: "10" });
  const member = await call("POST /v1/members", { token, body: { email: "ada@acme.example" } });
  const memberId = textOf(member.body["id"]);
  await call("POST /v1/wallets/allocate", { token, body: { user_id: memberId, amount: "3" } });
  const key = await call("POST /v1/keys", { token, body: { name: "ada", type: "gateway", user_id: memberId } });
  const own = await call("GET /v1/wallets/balance", { token: textOf(key.body["key"]) });
  expect(own.body).toMatchObject({ available: "3.00", effective_scope: "user", alert_state: "healthy" });
  const foreign = await call("GET /v1/wallets/balance?user_id=somebody", { token: textOf(key.body["key"]) });
  expect(foreign.status).toBe(403);
  expect((await call(`GET /v1/wallets/balance?user_id=${memberId}`, { token })).body["available"]).toBe("3.00");
});

test("the platform admin brings money in and looks at any organization, and only there", async () => {
  const { id } = await makeOrganization();
  const credited = await call("POST /v1/admin/wallets/credit", { body: { organization_id: id, amount: "7" } });
  expect(credited.body["wallet"]).toMatchObject({ scope: "organization", balance: "7.00" });
  const wallets = await call(`GET /v1/admin/wallets?organization_id=${id}`);
  const walletId = textOf(wallets.body["data"]?.[0]?.["id"]);
  const transactions = await call(`GET /v1/admin/wallets/${walletId}/transactions?organization_id=${id}`);
  expect(transactions.body["data"]).toMatchObject([{ type: "credit", amount: "7.00", actor: "platform_admin" }]);
  expect(
    (await call("POST /v1/admin/wallets/credit", { body: { organization_id: "org_no", amount: "7" } })).status,
  ).toBe(404);
  const settings = await call(`PUT /v1/admin/organizations/${id}/wallet-settings`, { body: { clamp: true } });
  expect(settings.body["clamp"]).toBe(true);
});

test("another organization's team or user is not found, and no wallet is opened for it", async () => {
  const mine = await makeOrganization({ credit: "10" });
  const theirs = await makeOrganization({ credit: "10" });
  const team = await call("POST /v1/teams", { token: theirs.token, body: { name: "Theirs" } });
  const member = await call("POST /v1/members", { token: theirs.token, body: { email: "eve@else.example" } });
  const theirWallets = await call("GET /v1/wallets", { token: theirs.token });
  const before = await call("GET /v1/wallets", { token: mine.token });
  const teamId = textOf(team.body["id"]);
  const targets = [
    { team_id: teamId },
    { user_id: textOf(member.body["id"]) },
    { user_id: teamId },
    { team_id: "team_nowhere" },
  ];
  const credits = [...targets, { wallet_id: textOf(theirWallets.body["data"]?.[0]?.["id"]) }];
  const names = ["credit", "allocate", "reclaim"].flatMap((type) =>
    (type === "credit" ? credits : targets).map((target) => ({ type, target })),
  );
  for (const { type, target } of names) {
    const body = { ...target, amount: "1" };
    const own = await call(`POST /v1/wallets/${type}`, { token: mine.token, body });
    expect([own.status, own.body["error"]?.["code"]], JSON.stringify(target)).toEqual([404, "not_found"]);
    const platform = await call(`POST /v1/admin/wallets/${type}`, { body: { ...body, organization_id: mine.id } });
    expect([platform.status, platform.body["error"]?.["code"]]).toEqual([404, "not_found"]);
  }
  expect((await call("GET /v1/wallets", { token: mine.token })).body).toEqual(before.body);
});

test("an id of the caller's own making opens a wallet on first sight; service users have one too", async () => {
  const { token } = await makeOrganization({ credit: "10" });
  const service = await call("POST /v1/service-users", { token, body: { name: "nightly" } });
  const owners = [{ user_id: "alice@acme.example" }, { team_id: "red" }, { user_id: textOf(service.body["id"]) }];
  for (const owner of owners) {
    const moved = await call("POST /v1/wallets/allocate", { token, body: { ...owner, amount: "1" } });
    expect([moved.status, moved.body["wallet"]?.["balance"]], JSON.stringify(owner)).toEqual([200, "1.00"]);
  }
  // A gateway has named this team before; that it begins like one of ours is its own affair.
  const asserted = { team_id: "team_blue" };
  const before = await call("POST /v1/wallets/allocate", { token, body: { ...asserted, amount: "1" } });
  const reserved = await call("POST /v1/gateway/wallets/reserve", { token, body: { ...RESERVE, ...asserted } });
  const after = await call("POST /v1/wallets/allocate", { token, body: { ...asserted, amount: "1" } });
  expect([before.status, reserved.status, after.status]).toEqual([404, 200, 200]);
});

test("wallets, the catalog and a team's members have pages", async () => {
  const { id, token } = await makeOrganization({ credit: "10" });
  const team = await call("POST /v1/teams", { token, body: { name: "T" } });
  const teamId = textOf(team.body["id"]);
  for (const name of ["ada", "bob", "eve"]) {
    const member = await call("POST /v1/members", { token, body: { email: `${name}@acme.example` } });
    await call(`POST /v1/teams/${teamId}/members`, { token, body: { member_id: textOf(member.body["id"]) } });
  }
  const lists = [
    { name: "GET /v1/wallets?limit=2", token },
    { name: `GET /v1/admin/wallets?organization_id=${id}&limit=2` },
    { name: "GET /v1/unified-access/models?limit=20", token },
    { name: `GET /v1/teams/${teamId}/members?limit=2`, token },
  ];
  for (const { name, ...caller } of lists) {
    const whole = await call(name.replace(/limit=\d+/, "limit=200"), caller);
    const rows: unknown[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Reply = await call(cursor === "" ? name : `${name}&cursor=${encodeURIComponent(cursor)}`, caller);
      rows.push(...rowsOf(page));
      expect(page.body["has_more"]).toBe(page.body["next_cursor"] !== null);
      cursor = page.body["next_cursor"] === null ? null : textOf(page.body["next_cursor"]);
    }
    expect(rows.length).toBeGreaterThan(2);
    expect(rows, name).toEqual(whole.body["data"]);
    expect((await call(name.replace(/limit=\d+/, "limit=201"), caller)).status).toBe(400);
  }
  const unreadable = await call("GET /v1/reservations?cursor=nonsense", { token });
  expect([unreadable.status, unreadable.body["error"]?.["param"]]).toEqual([400, "cursor"]);
});

test("the platform's twins do what the organization's own routes do", async () => {
  const { id, token } = await makeOrganization({ credit: "10" });
  const team = await call("POST /v1/teams", { token, body: { name: "T" } });
  const body = { organization_id: id, team_id: textOf(team.body["id"]), amount: "4" };
  const headers = { "idempotency-key": "move 1" };
  const moved = await call("POST /v1/admin/wallets/allocate", { body, headers });
  expect(moved.body).toMatchObject({ wallet: { balance: "4.00" }, organization_wallet: { balance: "6.00" } });
  expect((await call("POST /v1/admin/wallets/allocate", { body, headers })).body).toEqual(moved.body);
  const back = await call("POST /v1/admin/wallets/reclaim", { body: { ...body, amount: "1" } });
  expect(back.body["wallet"]?.["balance"]).toBe("3.00");
  const tooMuch = await call("POST /v1/admin/wallets/reclaim", { body });
  expect([tooMuch.status, tooMuch.body["error"]?.["available"]]).toEqual([402, "3.00"]);

  const balance = `balance?team_id=${body.team_id}`;
  const own = await call(`GET /v1/wallets/${balance}`, { token });
  expect((await call(`GET /v1/admin/wallets/${balance}&organization_id=${id}`)).body).toEqual(own.body);
  expect(own.body["available"]).toBe("3.00");
  await call("POST /v1/gateway/wallets/reserve", { token, body: RESERVE });
  const reservations = await call("GET /v1/reservations?status=open", { token });
  expect(rowsOf(reservations)).toHaveLength(1);
  const seen = await call(`GET /v1/admin/reservations?status=open&organization_id=${id}`);
  expect(seen.body).toEqual(reservations.body);
  const settings = await call(`GET /v1/admin/organizations/${id}/wallet-settings`);
  expect(settings.body).toEqual((await call("GET /v1/wallets/settings", { token })).body);

  const paths = ["wallets?", "wallets/balance?", "reservations?", "wallets/wal_1/transactions?"];
  const unknown = await Promise.all(paths.map((path) => call(`GET /v1/admin/${path}organization_id=org_no`)));
  expect(unknown.map((reply) => reply.status)).toEqual([404, 404, 404, 404]);
  expect((await call("GET /v1/admin/organizations/org_no/wallet-settings")).status).toBe(404);
});

test("wallets are found by scope and by id, with their forecast and the holds in them", async () => {
  const { id, token } = await makeOrganization({ credit: "10" });
  const team = await call("POST /v1/teams", { token, body: { name: "Research" } });
  const moved = await call("POST /v1/wallets/allocate", {
    token,
    body: { team_id: textOf(team.body["id"]), amount: "4" },
  });
  const walletId = textOf(moved.body["wallet"]?.["id"]);
  const teams = await call("GET /v1/wallets?scope=team", { token });
  expect(rowsOf(teams)).toEqual([moved.body["wallet"]]);
  expect((await call(`GET /v1/wallets/${walletId}`, { token })).body).toEqual(moved.body["wallet"]);
  expect((await call("GET /v1/wallets/wal_nobody", { token })).status).toBe(404);

  const reserved = await call("POST /v1/gateway/wallets/reserve", { token, body: { ...RESERVE, request_id: "spent" } });
  const ending = { reservation_id: textOf(reserved.body["reservation_id"]), cost: "0.07" };
  expect((await call("POST /v1/gateway/wallets/settle", { token, body: ending })).status).toBe(200);
  await call("POST /v1/gateway/wallets/reserve", { token, body: { ...RESERVE, request_id: "open" } });
  const organizationWalletId = textOf(moved.body["organization_wallet"]?.["id"]);
  const holds = await call(`GET /v1/reservations?wallet_id=${organizationWalletId}&status=open`, { token });
  expect(rowsOf(holds)).toMatchObject([{ request_id: "open", wallet_id: organizationWalletId }]);
  expect(rowsOf(await call(`GET /v1/reservations?wallet_id=${organizationWalletId}`, { token }))).toHaveLength(2);
  expect(rowsOf(await call(`GET /v1/reservations?wallet_id=${walletId}`, { token }))).toEqual([]);

  expect((await call(`GET /v1/wallets/${walletId}/forecast`, { token })).body).toMatchObject({
    wallet_id: walletId,
    available: "4.00",
    spent: "0.00",
    daily_rate: "0.00",
    depletes_at: null,
  });
  const ofOrganization = () => delivered.filter(({ entry }) => entry?.organization_id === id);
  await expect.poll(() => ofOrganization().length, { timeout: 10_000 }).toBe(3);
  await copyLedger(env.SPEND_DB, ofOrganization());
  const forecast = await call(`GET /v1/wallets/${organizationWalletId}/forecast`, { token });
  expect(forecast.body).toMatchObject({ spent: "0.07", daily_rate: "0.07" });
  const lastsMs = Date.parse(textOf(forecast.body["depletes_at"])) - Date.parse(textOf(forecast.body["to"]));
  expect(lastsMs / DAY_MS).toBeCloseTo(Number(textOf(forecast.body["available"])) / 0.07, 6);
});
