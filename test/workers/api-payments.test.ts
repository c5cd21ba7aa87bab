/** Payments through the control plane, with the sandbox. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { refuse } from "../../src/contract/commands.ts";
import { advanceClock, call, deps, makeOrganization, payments, rowsOf, send, textOf } from "../support/worker-api.ts";
import {
  act,
  balanceOf,
  capturedEvent,
  deliver,
  eventOf,
  makeCheckout,
  sessionOf,
  subjectOf,
} from "../support/worker-payments.ts";

const HOUR_MS = 3_600_000;

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a checkout", () => {
  test("is paid on its page, credited by the webhook, and shown in the history", async () => {
    const checkout = await makeCheckout();
    expect(await sessionOf(checkout)).toMatchObject({ status: "created", amount: "25.00", provider: "sandbox" });
    await act(checkout, "pay");
    expect(await sessionOf(checkout)).toMatchObject({ status: "completed", captured_amount: "25.00" });
    expect(await balanceOf(checkout)).toBe("25.00");
    const { token } = checkout;
    expect(rowsOf(await call("GET /v1/payments/history?status=completed", { token }))).toMatchObject([
      { id: checkout.id, status: "completed" },
    ]);
    expect(rowsOf(await call("GET /v1/payments/history?status=failed", { token }))).toEqual([]);
    expect(rowsOf(await call("GET /v1/payments/history?to=2020-01-01", { token }))).toEqual([]);
    const all = rowsOf(await call(`GET /v1/admin/payments?organization_id=${checkout.organizationId}`));
    expect(all).toMatchObject([{ id: checkout.id }]);
  });

  test("that is paid twice is credited once", async () => {
    const checkout = await makeCheckout();
    await act(checkout, "pay_twice");
    await act(checkout, "pay");
    expect(await balanceOf(checkout)).toBe("25.00");
  });

  test("whose webhook is late is credited by a confirmation, once", async () => {
    const checkout = await makeCheckout();
    await act(checkout, "pay_webhook_late");
    expect(await balanceOf(checkout)).toBe("0.00");
    const { token } = checkout;
    const confirm = () => call("POST /v1/payments/confirm-checkout", { token, body: { session_id: checkout.id } });
    const confirmed = await Promise.all([confirm(), confirm(), confirm()]);
    expect(confirmed.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await confirm()).body).toMatchObject({ status: "completed" });
    advanceClock(2 * HOUR_MS);
    await payments.maintain();
    expect(await balanceOf(checkout)).toBe("25.00");
  });

  test("whose webhook is late is found by polling, and by the cron trigger", async () => {
    const polled = await makeCheckout();
    await act(polled, "pay_webhook_late");
    expect(await sessionOf(polled)).toMatchObject({ status: "completed" });
    const forgotten = await makeCheckout();
    await act(forgotten, "pay_webhook_late");
    advanceClock(2 * 60_000);
    await payments.maintain();
    expect(await balanceOf(forgotten)).toBe("25.00");
  });

  test.each([
    { action: "decline", status: "failed" },
    { action: "cancel", status: "canceled" },
  ] as const)("that ends by $action is $status, and nothing is credited", async ({ action, status }) => {
    const checkout = await makeCheckout();
    await act(checkout, action);
    expect(await sessionOf(checkout)).toMatchObject({ status, captured_amount: null, approval_url: null });
    expect(await balanceOf(checkout)).toBe("0.00");
  });

  test("that nobody pays expires, and is credited all the same when it is paid late", async () => {
    const checkout = await makeCheckout();
    advanceClock(HOUR_MS + 1);
    await payments.maintain();
    expect(await sessionOf(checkout)).toMatchObject({ status: "expired" });
    await act(checkout, "pay");
    expect(await balanceOf(checkout)).toBe("0.00");
    await act(checkout, "pay_late");
    expect(await sessionOf(checkout)).toMatchObject({ status: "completed" });
    expect(await balanceOf(checkout)).toBe("25.00");
  });

  test("with an Idempotency-Key is one, however often it is asked for", async () => {
    const { token } = await makeOrganization();
    const once = { token, body: { amount: "5" }, headers: { "idempotency-key": "top-up 1" } };
    const first = await call("POST /v1/payments/create-checkout", once);
    const again = await call("POST /v1/payments/create-checkout", once);
    expect(again.body).toEqual(first.body);
    expect(rowsOf(await call("GET /v1/payments/history", { token }))).toHaveLength(1);
  });
});

describe("webhooks", () => {
  test("the same event five times in parallel, and out of order with its dispute: one credit", async () => {
    const checkout = await makeCheckout();
    const captured = capturedEvent(checkout);
    const money = { disputeReference: `dsp ${checkout.id}`, amountNanos: 25_000_000_000n };
    const opened = eventOf({ type: "dispute_opened", subject: subjectOf(checkout), ...money });
    const won = eventOf({ type: "dispute_won", subject: subjectOf(checkout), ...money });
    const second = capturedEvent(checkout);
    const order = [won, opened, captured, captured, captured, captured, captured, second, opened, won];
    const answers = await Promise.all(order.map((event) => deliver(event)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await payments.maintain();
    expect(await balanceOf(checkout)).toBe("25.00");
    expect(await sessionOf(checkout)).toMatchObject({ status: "completed" });
  });

  test("an event that comes before the one that it needs waits for it", async () => {
    const checkout = await makeCheckout();
    const refund = { refundReference: "rfd_foreign", status: "succeeded" } as const;
    const content = { type: "refunded", subject: subjectOf(checkout), refundId: null, refund } as const;
    await deliver(eventOf({ ...content, amountNanos: 10_000_000_000n }));
    expect(await balanceOf(checkout)).toBe("0.00");
    await deliver(capturedEvent(checkout));
    expect(await balanceOf(checkout)).toBe("15.00");
    expect(await sessionOf(checkout)).toMatchObject({ status: "completed", refunded_amount: "10.00" });
  });

  test.each([
    {
      name: "another key",
      options: { key: "another-key-another-key-another-key-1" },
      code: "webhook_signature_invalid",
    },
    { name: "an old time", options: { atMs: 1_000 }, code: "webhook_too_old" },
  ])("with $name are refused, and do nothing", async ({ options, code }) => {
    const checkout = await makeCheckout();
    const answer = await deliver(capturedEvent(checkout), options);
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code } }]);
    expect(await sessionOf(checkout)).toMatchObject({ status: "created" });
  });

  test("without a signature, too long, or of nobody are refused", async () => {
    const path = "POST /v1/payments/webhooks/sandbox";
    expect((await call(path, { token: null, body: "{}" })).body["error"]?.["code"]).toBe("webhook_signature_missing");
    expect((await call(path, { token: null, body: "x".repeat(300_000) })).status).toBe(413);
    expect((await call("POST /v1/payments/webhooks/nobody", { token: null, body: "{}" })).status).toBe(404);
    expect((await call("GET /v1/payments/webhooks/sandbox", { token: null })).status).toBe(405);
  });
});

describe("a crash between capture and credit", () => {
  test.each(["webhook", "confirm", "poll", "cron"] as const)("is repaired by the %s: credited once", async (by) => {
    const checkout = await makeCheckout();
    const { organizationId, token, id } = checkout;
    const real = deps.organization(organizationId);
    const down = vi.spyOn(deps, "organization").mockReturnValue({
      ...real,
      topUp: async () => refuse({ kind: "wallet_unavailable" }),
    });
    const event = capturedEvent(checkout);
    await deliver(event);
    down.mockRestore();
    expect((await call("GET /v1/payments/history", { token })).body["data"]).toMatchObject([
      { status: "captured", failure_code: "wallet_unavailable", captured_amount: "25.00" },
    ]);
    expect(await balanceOf(checkout)).toBe("0.00");
    if (by === "webhook") await deliver(event);
    if (by === "confirm") await call("POST /v1/payments/confirm-checkout", { token, body: { session_id: id } });
    if (by === "poll") await sessionOf(checkout);
    if (by === "cron") {
      advanceClock(60_000);
      await payments.maintain();
    }
    expect(await balanceOf(checkout)).toBe("25.00");
    await deliver(event);
    await payments.maintain();
    expect(await balanceOf(checkout)).toBe("25.00");
    expect(await sessionOf(checkout)).toMatchObject({ status: "completed", failure_code: null });
  });

  test("also when the credit was posted and only its answer is lost", async () => {
    const checkout = await makeCheckout();
    const real = deps.organization(checkout.organizationId);
    const down = vi.spyOn(deps, "organization").mockReturnValue({
      ...real,
      topUp: async (command) => {
        await real.topUp(command);
        return refuse({ kind: "wallet_unavailable" });
      },
    });
    await act(checkout, "pay");
    down.mockRestore();
    expect(await balanceOf(checkout)).toBe("25.00");
    expect(await sessionOf(checkout)).toMatchObject({ status: "completed" });
    expect(await balanceOf(checkout)).toBe("25.00");
  });
});

describe("refunds", () => {
  test("in parts, each once, of spent money too, until all is refunded", async () => {
    const checkout = await makeCheckout();
    await act(checkout, "pay");
    const { token, id } = checkout;
    await call("POST /v1/wallets/allocate", {
      token,
      body: {
        team_id: textOf((await call("POST /v1/teams", { token, body: { name: "T" } })).body["id"]),
        amount: "20",
      },
    });
    const part = { body: { session_id: id, amount: "10.00" }, headers: { "idempotency-key": `part ${id}` } };
    const first = await call("POST /v1/admin/payments/refund", part);
    expect(first.body).toMatchObject({ status: "succeeded", amount: "10.00", session: { refunded_amount: "10.00" } });
    expect((await call("POST /v1/admin/payments/refund", part)).body).toEqual(first.body);
    expect(await balanceOf(checkout)).toBe("-5.00");
    const tooMuch = await call("POST /v1/admin/payments/refund", { body: { session_id: id, amount: "15.01" } });
    expect([tooMuch.status, tooMuch.body["error"]?.["code"]]).toEqual([409, "refund_too_large"]);
    const rest = await call("POST /v1/admin/payments/refund", { body: { session_id: id } });
    expect(rest.body).toMatchObject({ amount: "15.00", session: { status: "refunded", refunded_amount: "25.00" } });
    const over = await call("POST /v1/admin/payments/refund", { body: { session_id: id } });
    expect([over.status, over.body["error"]?.["code"]]).toEqual([409, "payment_not_completed"]);
    expect(await balanceOf(checkout)).toBe("-20.00");
  });

  test("that the ledger could not take at first are taken later, and asked for at the provider once", async () => {
    const checkout = await makeCheckout();
    await act(checkout, "pay");
    const real = deps.organization(checkout.organizationId);
    const down = vi.spyOn(deps, "organization").mockReturnValue({
      ...real,
      refundPayment: async () => refuse({ kind: "wallet_unavailable" }),
    });
    const refund = await call("POST /v1/admin/payments/refund", { body: { session_id: checkout.id, amount: "1" } });
    down.mockRestore();
    expect(refund.body).toMatchObject({ status: "succeeded", entry_id: null });
    advanceClock(HOUR_MS);
    await payments.maintain();
    expect(await balanceOf(checkout)).toBe("24.00");
    expect(await sessionOf(checkout)).toMatchObject({ refunded_amount: "1.00" });
  });

  test("of an unknown or unpaid payment are refused", async () => {
    expect((await call("POST /v1/admin/payments/refund", { body: { session_id: "pay_none" } })).status).toBe(404);
    const { id } = await makeCheckout();
    expect((await call("POST /v1/admin/payments/refund", { body: { session_id: id } })).status).toBe(409);
  });
});

test("a dispute suspends the money, and gives it back when it is won", async () => {
  const checkout = await makeCheckout();
  await act(checkout, "pay");
  await act(checkout, "dispute");
  expect(await balanceOf(checkout)).toBe("0.00");
  await act(checkout, "win_dispute");
  await act(checkout, "lose_dispute");
  expect(await balanceOf(checkout)).toBe("25.00");
});

describe("what is not possible says why", () => {
  const reasonOf = async (token: string, body: unknown) => {
    const { status, body: answer } = await call("POST /v1/payments/create-checkout", { token, body });
    return [status, answer["error"]?.["code"], answer["error"]?.["param"]];
  };

  async function memberKey(token: string, type = "gateway") {
    const member = await call("POST /v1/members", { token, body: { email: `m${Math.random()}@acme.example` } });
    const id = textOf(member.body["id"]);
    const key = await call("POST /v1/keys", { token, body: { name: "own", type, user_id: id } });
    return { id, token: textOf(key.body["key"]) };
  }

  test.each([
    [{ amount: "0.001" }, "amount_not_payable", "amount"],
    [{ amount: "0.50" }, "amount_too_small", "amount"],
    [{ amount: "10000.01" }, "amount_too_large", "amount"],
    [{ amount: "-1" }, "invalid_value", "amount"],
    [{}, "missing_required_parameter", "amount"],
    [{ amount: "5", scope: "team" }, "missing_required_parameter", "team_id"],
    [{ amount: "5", team_id: "t" }, "invalid_target", "team_id"],
    [{ amount: "5", scope: "user" }, "missing_required_parameter", "user_id"],
    [{ amount: "5", return_url: "https://evil.example/" }, "return_url_not_allowed", "return_url"],
    [{ amount: "5", return_url: "javascript:alert(1)" }, "invalid_value", "return_url"],
    [{ amount: "5", scope: "seat" }, "invalid_value", "scope"],
    [{ amount: "5", nome: 1 }, "unknown_parameter", "nome"],
  ])("%j", async (body, code, param) => {
    const { token } = await makeOrganization();
    expect(await reasonOf(token, body)).toEqual([400, code, param]);
    expect(rowsOf(await call("GET /v1/payments/history", { token }))).toEqual([]);
  });

  test("in a currency without decimals", async () => {
    const { token } = await makeOrganization({ currency: "JPY" });
    expect(await reasonOf(token, { amount: "500.5" })).toEqual([400, "amount_not_payable", "amount"]);
    const made = await call("POST /v1/payments/create-checkout", { token, body: { amount: "500" } });
    expect(made.body).toMatchObject({ amount: "500.00", currency: "JPY" });
  });

  test("another organization's team and payment are not found", async () => {
    const mine = await makeOrganization();
    const theirs = await makeCheckout();
    const team = await call("POST /v1/teams", { token: theirs.token, body: { name: "T" } });
    const body = { amount: "5", scope: "team", team_id: team.body["id"] };
    expect((await reasonOf(mine.token, body))[0]).toBe(404);
    expect((await call(`GET /v1/payments/sessions/${theirs.id}`, { token: mine.token })).status).toBe(404);
    const confirm = { token: mine.token, body: { session_id: theirs.id } };
    expect((await call("POST /v1/payments/confirm-checkout", confirm)).status).toBe(404);
  });

  test("a member's own wallet, another's, and those of teams", async () => {
    const { token } = await makeOrganization();
    const own = await memberKey(token);
    const other = await memberKey(token);
    const user = { amount: "5", scope: "user" };
    expect(await reasonOf(own.token, user)).toEqual([403, "user_top_up_disabled", null]);
    await call("PUT /v1/wallets/settings", { token, body: { self_service_user_top_up: true } });
    expect((await reasonOf(own.token, user))[0]).toBe(201);
    expect(await reasonOf(own.token, { ...user, user_id: other.id })).toEqual([403, "permission_required", null]);
    expect((await reasonOf(token, { ...user, user_id: other.id }))[0]).toBe(201);
    const team = textOf((await call("POST /v1/teams", { token, body: { name: "T" } })).body["id"]);
    const ofTeam = { amount: "5", scope: "team", team_id: team };
    expect(await reasonOf(own.token, ofTeam)).toEqual([403, "permission_required", null]);
    await call(`POST /v1/teams/${team}/members`, { token, body: { member_id: own.id, role: "lead" } });
    expect((await reasonOf(own.token, ofTeam))[0]).toBe(201);
    expect((await reasonOf(own.token, { amount: "5" }))[0]).toBe(201);
    await call("PUT /v1/payments/settings", { token, body: { target_scopes: ["team"] } });
    expect(await reasonOf(own.token, { amount: "5" })).toEqual([403, "scope_not_allowed", null]);
    expect(await reasonOf(token, { amount: "5" })).toEqual([403, "scope_not_allowed", null]);
    const asked = await call(`GET /v1/payments/availability?team_id=${team}`, { token: own.token });
    expect(asked.body["scopes"]).toMatchObject([
      { scope: "organization", available: false, reason: "scope_not_allowed" },
      { scope: "team", owner_id: team, available: true, reason: null },
      { scope: "user", owner_id: own.id, available: false },
    ]);
    expect(textOf(asked.body["scopes"]?.["0"]?.["message"])).toContain("Contact your org admin to add credits");
    const all = rowsOf(await call("GET /v1/payments/history", { token }));
    const foreign = all.find((row) => `${textOf(row["scope"])} ${textOf(row["owner_id"])}` === `user ${other.id}`);
    const hidden = await call(`GET /v1/payments/sessions/${textOf(foreign?.["id"])}`, { token: own.token });
    expect(hidden.status).toBe(404);
  });

  test("without a provider, and with one that is not set up", async () => {
    const { token } = await makeOrganization();
    expect((await call("PUT /v1/admin/payments/config", { body: { provider: null } })).body).toMatchObject({
      provider: null,
      providers: [{ name: "sandbox" }, { name: "stripe" }],
    });
    expect(await reasonOf(token, { amount: "5" })).toEqual([403, "no_provider", null]);
    await call("PUT /v1/admin/payments/config", { body: { provider: "sandbox" } });
    const sandbox = payments.flow.providers.get("sandbox");
    if (sandbox === undefined) throw new Error("there is no sandbox");
    for (const reason of ["not_configured", "currency_not_supported"] as const) {
      const unready = vi.spyOn(sandbox, "readiness").mockReturnValue({ ready: false, reason, message: "no" });
      const code = reason === "not_configured" ? "provider_not_configured" : reason;
      expect(await reasonOf(token, { amount: "5" })).toEqual([403, code, null]);
      unready.mockRestore();
    }
    const unavailable = vi
      .spyOn(sandbox, "createCheckout")
      .mockResolvedValue({ ok: false, failure: { kind: "unavailable", message: "down" } });
    expect(await reasonOf(token, { amount: "5" })).toEqual([503, "payment_provider_unavailable", null]);
    unavailable.mockRestore();
  });
});

test("settings are the organization's, within reason, and recorded", async () => {
  const { token } = await makeOrganization();
  expect((await call("GET /v1/payments/settings", { token })).body).toMatchObject({
    preset_amounts: ["10.00", "25.00", "50.00", "100.00"],
    minimum: "1.00",
    target_scopes: ["organization", "team", "user"],
  });
  const changed = await call("PUT /v1/payments/settings", { token, body: { minimum: "10", preset_amounts: [10, 20] } });
  expect(changed.body).toMatchObject({ minimum: "10.00", preset_amounts: ["10.00", "20.00"], maximum: "10000.00" });
  for (const [body, param] of [
    [{ minimum: "20000" }, "minimum"],
    [{ minimum: "11" }, "preset_amounts.0"],
    [{ maximum: "0.001" }, "maximum"],
    [{ target_scopes: ["seat"] }, "target_scopes.0"],
  ] as const) {
    const refused = await call("PUT /v1/payments/settings", { token, body });
    expect([refused.status, refused.body["error"]?.["param"]]).toEqual([400, param]);
  }
});

test("a payer returns only to where the platform says", async () => {
  const { token } = await makeOrganization();
  await call("PUT /v1/admin/payments/config", { body: { return_origins: ["https://console.acme.example/ignored"] } });
  const body = { amount: "5", return_url: "https://console.acme.example/wallets?tab=1" };
  expect((await call("POST /v1/payments/create-checkout", { token, body })).status).toBe(201);
  const own = { amount: "5", return_url: "https://edge.test/console" };
  expect((await call("POST /v1/payments/create-checkout", { token, body: own })).status).toBe(201);
  const sneaky = { amount: "5", return_url: "https://edge.test@evil.example/" };
  expect((await call("POST /v1/payments/create-checkout", { token, body: sneaky })).status).toBe(400);
});

test("the sandbox's page shows what can be done, runs no script, and takes no form from elsewhere", async () => {
  const checkout = await makeCheckout({ amount: "5", save_payment_method: true });
  const path = `/payments/sandbox/${checkout.reference}`;
  const page = await send(`GET ${path}`, { token: null });
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  const html = await page.text();
  expect(html).toContain("5.00 USD");
  expect(html).not.toContain("<script");
  const form = { token: null, body: "action=pay&card=declines" };
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const foreign = await send(`POST ${path}`, { ...form, headers: { ...headers, origin: "https://evil.example" } });
  expect(foreign.status).toBe(403);
  const paid = await send(`POST ${path}`, { ...form, headers });
  expect(paid.status).toBe(303);
  const back = new URL(paid.headers.get("location") ?? "");
  expect(await (await send(`GET ${back.pathname}${back.search}`, { token: null })).text()).toContain("completed");
  const methods = rowsOf(await call("GET /v1/payments/methods", { token: checkout.token }));
  expect(methods).toMatchObject([{ provider: "sandbox", label: "sandbox card that declines" }]);
  const gone = await call(`DELETE /v1/payments/methods/${textOf(methods[0]?.["id"])}`, { token: checkout.token });
  expect(gone.status).toBe(200);
  expect(rowsOf(await call("GET /v1/payments/methods", { token: checkout.token }))).toEqual([]);
  expect((await send("GET /payments/sandbox/none", { token: null })).status).toBe(404);
});
