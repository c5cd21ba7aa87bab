/** Wallets that refill themselves, from the settings to the credit, with the sandbox's cards. */
import { createMessageBatch, getQueueResult, createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { refuse } from "../../src/contract/commands.ts";
import type { AutoTopUpMessage } from "../../src/contract/ledger-message.ts";
import { startAutoTopUp } from "../../src/platform/payments/auto-top-up.ts";
import type { CardBehaviour } from "../../src/platform/payments/sandbox/records.ts";
import { consumeLedger } from "../../src/queue/ledger-consumer.ts";
import {
  advanceClock,
  call,
  deps,
  makeOrganization,
  payments,
  rowsOf,
  textOf,
  type Json,
} from "../support/worker-api.ts";
import { delivered } from "../support/worker-main.ts";
import { deliver, eventOf, makeCheckout, type Checkout } from "../support/worker-payments.ts";

const MINUTE_MS = 60_000;
const SETTINGS = { enabled: true, threshold: "20.00", amount: "10.00", daily_cap: "50.00" };

afterEach(() => {
  vi.restoreAllMocks();
});

interface Refilled extends Checkout {
  readonly walletId: string;
  readonly methodId: string;
  readonly message: AutoTopUpMessage;
}

async function messageOf(organizationId: string): Promise<AutoTopUpMessage> {
  const find = () => delivered.find(({ auto_top_up }) => auto_top_up?.organization_id === organizationId)?.auto_top_up;
  await expect.poll(find, { timeout: 10_000 }).toBeDefined();
  const message = find();
  if (message === undefined) throw new Error("the ledger has sent nothing");
  return message;
}

/** An organization with 5.00 and a saved card. */
async function withCard(behaviour: CardBehaviour) {
  const checkout = await makeCheckout({ amount: "5.00", save_payment_method: true });
  await payments.sandbox?.till.act(checkout.reference, "pay", behaviour);
  const { token } = checkout;
  const methodId = textOf(rowsOf(await call("GET /v1/payments/methods", { token }))[0]?.["id"]);
  const walletId = textOf(rowsOf(await call("GET /v1/wallets", { token }))[0]?.["id"]);
  return { ...checkout, walletId, methodId };
}

/** Its wallet has asked for 20.00, and nobody has charged it yet. */
async function refilled(behaviour: CardBehaviour): Promise<Refilled> {
  const made = await withCard(behaviour);
  const body = { ...SETTINGS, payment_method: made.methodId };
  const saved = await call(`PUT /v1/wallets/${made.walletId}/auto-topup`, { token: made.token, body });
  expect([saved.status, saved.body]).toMatchObject([200, { enabled: true, cooldown_minutes: 10, currency: "USD" }]);
  return { ...made, message: await messageOf(made.organizationId) };
}

const start = ({ message }: Refilled) => startAutoTopUp(payments.flow, message);

async function historyOf({ token }: Pick<Refilled, "token">): Promise<readonly Json[]> {
  return rowsOf(await call("GET /v1/wallets/auto-topups", { token }));
}

async function balanceOf({ token }: Pick<Refilled, "token">): Promise<unknown> {
  return (await call("GET /v1/wallets/balance", { token })).body["balance"];
}

async function standingOf({ token, walletId }: Refilled): Promise<Json> {
  return (await call(`GET /v1/wallets/${walletId}/auto-topup`, { token })).body;
}

/** The ledger does not answer the payment flow. */
function silenceLedger(name: "topUp" | "endAutoTopUp"): { restore(): void } {
  const organization = deps.organization.bind(deps);
  const spy = vi.spyOn(deps, "organization").mockImplementation((id) => ({
    ...organization(id),
    [name]: async () => refuse({ kind: "wallet_unavailable" }),
  }));
  return {
    restore: () => {
      spy.mockRestore();
    },
  };
}

describe("a charge", () => {
  test("that works is credited once, however often its message comes", async () => {
    const own = await refilled("works");
    await Promise.all([start(own), start(own), start(own)]);
    await start(own);
    expect(await balanceOf(own)).toBe("25.00");
    expect(await historyOf(own)).toMatchObject([
      { id: own.message.session_id, status: "completed", amount: "20.00", cause: "low_balance", balance: "5.00" },
    ]);
    expect(await standingOf(own)).toMatchObject({ state: "cooling_down", charged_today: "20.00", declines: 0 });
    const { token } = own;
    const session = await call(`GET /v1/payments/sessions/${own.message.session_id}`, { token });
    expect(session.body).toMatchObject({ kind: "charge", status: "completed", actor: "auto_top_up" });
    expect(rowsOf(await call("GET /v1/wallets/auto-topups?status=failed", { token }))).toEqual([]);
    expect(rowsOf(await call("GET /v1/wallets/auto-topups?to=2020-01-01", { token }))).toEqual([]);
  });

  test.each([
    { behaviour: "declines", code: "insufficient_funds", state: "backing_off" },
    { behaviour: "dies", code: "expired_card", state: "stopped" },
  ] as const)("of a card that $behaviour brings nothing, and says why", async ({ behaviour, code, state }) => {
    const own = await refilled(behaviour);
    await start(own);
    await start(own);
    expect(await historyOf(own)).toMatchObject([{ status: "failed", failure_code: code }]);
    expect(await standingOf(own)).toMatchObject({ state, failure_code: code, charged_today: "0.00" });
    expect(await balanceOf(own)).toBe("5.00");
    const told = () =>
      delivered.filter(({ notification }) => notification?.data["session_id"] === own.message.session_id);
    await expect.poll(() => told().length, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(told()[0]?.notification).toMatchObject({ type: "top_up.failed", data: { failure_code: code } });
  });

  test.each([
    { behaviour: "pends", status: "completed", balance: "25.00" },
    { behaviour: "pends_then_fails", status: "failed", balance: "5.00" },
  ] as const)("of a card that $behaviour stays open until it is decided", async ({ behaviour, status, balance }) => {
    const own = await refilled(behaviour);
    await start(own);
    await start(own);
    expect(await historyOf(own)).toMatchObject([{ status: "open" }]);
    expect(await standingOf(own)).toMatchObject({ state: "pending" });
    advanceClock(11 * MINUTE_MS);
    await payments.maintain();
    expect(await historyOf(own)).toMatchObject([{ status }]);
    expect(await balanceOf(own)).toBe(balance);
  });
});

describe("a crash", () => {
  test("between the charge and the credit: credited once by the cron trigger", async () => {
    const own = await refilled("works");
    const ledger = silenceLedger("topUp");
    await start(own);
    ledger.restore();
    expect(await historyOf(own)).toMatchObject([{ status: "open" }]);
    advanceClock(5 * MINUTE_MS);
    await payments.maintain();
    await payments.maintain();
    expect(await historyOf(own)).toMatchObject([{ status: "completed" }]);
    expect(await balanceOf(own)).toBe("25.00");
  });

  test("between the charge and its answer: found by our id, not made again", async () => {
    const own = await refilled("works");
    const provider = payments.flow.providers.get("sandbox");
    if (provider === undefined) throw new Error("no sandbox");
    const charge = provider.chargeMethod.bind(provider);
    const charged = vi.spyOn(provider, "chargeMethod").mockImplementation(async (request) => {
      await charge(request);
      throw new Error("the answer was lost");
    });
    await expect(start(own)).rejects.toThrow("the answer was lost");
    // The ledger sends its message again.
    await start(own);
    expect(charged).toHaveBeenCalledTimes(1);
    expect(await balanceOf(own)).toBe("25.00");
    expect(await historyOf(own)).toMatchObject([{ status: "completed" }]);
  });

  test("before the charge: made by whoever comes next, once", async () => {
    const own = await refilled("works");
    const provider = payments.flow.providers.get("sandbox");
    if (provider === undefined) throw new Error("no sandbox");
    const fault = { ok: false, failure: { kind: "unavailable", message: "down" } } as const;
    const charged = vi.spyOn(provider, "chargeMethod").mockResolvedValueOnce(fault);
    await start(own);
    expect(await balanceOf(own)).toBe("5.00");
    advanceClock(5 * MINUTE_MS);
    await Promise.all([payments.maintain(), start(own)]);
    expect(charged.mock.calls.length).toBeGreaterThan(1);
    expect(await balanceOf(own)).toBe("25.00");
  });

  test("before the charge: not made any more once it is turned off", async () => {
    const own = await refilled("works");
    const provider = payments.flow.providers.get("sandbox");
    if (provider === undefined) throw new Error("no sandbox");
    const fault = { ok: false, failure: { kind: "unavailable", message: "down" } } as const;
    const charged = vi.spyOn(provider, "chargeMethod").mockResolvedValueOnce(fault);
    await start(own);
    const body = { ...SETTINGS, enabled: false, payment_method: own.methodId };
    await call(`PUT /v1/wallets/${own.walletId}/auto-topup`, { token: own.token, body });
    advanceClock(5 * MINUTE_MS);
    await payments.maintain();
    await start(own);
    expect(charged).toHaveBeenCalledTimes(1);
    expect(await balanceOf(own)).toBe("5.00");
    expect(await historyOf(own)).toMatchObject([{ status: "failed", failure_code: "turned_off" }]);
    expect(await standingOf(own)).toMatchObject({ state: "off" });
  });

  test("between a decline and its report: reported later, and once", async () => {
    const own = await refilled("declines");
    const ledger = silenceLedger("endAutoTopUp");
    await start(own);
    ledger.restore();
    expect(await historyOf(own)).toMatchObject([{ status: "open" }]);
    await start(own);
    expect(await historyOf(own)).toMatchObject([{ status: "failed", failure_code: "insufficient_funds" }]);
    expect(await standingOf(own)).toMatchObject({ state: "backing_off", declines: 1 });
  });

  test("with the webhook before the answer: credited once, and a decline that comes later changes nothing", async () => {
    const own = await refilled("pends");
    await start(own);
    const subject = { sessionId: own.message.session_id, checkoutReference: null, paymentReference: null };
    const money = { amountNanos: 20_000_000_000n, currency: "USD" } as const;
    const payment = { paymentReference: `sbxpay_${own.message.session_id}`, ...money, method: null };
    const captured = eventOf({ type: "captured", subject, payment });
    await Promise.all([deliver(captured), deliver(captured), start(own)]);
    await deliver(eventOf({ type: "failed", subject, decline: { code: "late", retryable: true } }));
    expect(await balanceOf(own)).toBe("25.00");
    expect(await historyOf(own)).toMatchObject([{ status: "completed", failure_code: null }]);
  });

  test("of a consumer whose charge throws: the message is stored and confirmed, and comes again from the ledger", async () => {
    const own = await refilled("works");
    const body = { entry: null, spend_log: null, auto_top_up: own.message, outbox_number: 1 };
    const batchOf = () =>
      createMessageBatch("keeptrusts-ledger", [{ id: crypto.randomUUID(), timestamp: new Date(), attempts: 1, body }]);
    const confirmed: number[] = [];
    const consume = async (work: (message: AutoTopUpMessage) => Promise<void>) => {
      const batch = batchOf();
      const confirm = async (_id: string, numbers: readonly number[]) => void confirmed.push(...numbers);
      await consumeLedger(batch, env, Date.now(), confirm, null, null, work);
      return getQueueResult(batch, createExecutionContext());
    };
    const error = vi.spyOn(console, "error").mockReturnValue();
    const failed = await consume(async () => Promise.reject(new Error("crashed")));
    expect(error).toHaveBeenCalled();
    expect([failed.explicitAcks.length, confirmed]).toEqual([1, [1]]);
    await consume((message) => startAutoTopUp(payments.flow, message));
    expect(await balanceOf(own)).toBe("25.00");
  });
});

describe("before a charge everything is read anew:", () => {
  test("a wallet whose auto top-up was turned off or changed is not charged", async () => {
    const own = await refilled("works");
    const body = { ...SETTINGS, enabled: false, payment_method: own.methodId };
    await call(`PUT /v1/wallets/${own.walletId}/auto-topup`, { token: own.token, body });
    await start(own);
    expect(await historyOf(own)).toMatchObject([{ status: "canceled", failure_code: "turned_off" }]);
    expect(await standingOf(own)).toMatchObject({ state: "off", settings: { enabled: false } });
    expect(await balanceOf(own)).toBe("5.00");
  });

  test("a method that was removed stops it", async () => {
    const own = await refilled("works");
    await call(`DELETE /v1/payments/methods/${own.methodId}`, { token: own.token });
    await start(own);
    expect(await historyOf(own)).toMatchObject([{ status: "failed", failure_code: "payment_method_removed" }]);
    expect(await standingOf(own)).toMatchObject({ state: "stopped" });
    const save = async (enabled: boolean) => {
      const body = { ...SETTINGS, enabled, payment_method: own.methodId };
      return (await call(`PUT /v1/wallets/${own.walletId}/auto-topup`, { token: own.token, body })).status;
    };
    expect([await save(true), await save(false)]).toEqual([404, 200]);
    expect(await standingOf(own)).toMatchObject({ state: "off" });
  });

  test("a suspended organization is not charged", async () => {
    const own = await refilled("works");
    const suspended = { body: { status: "suspended" } };
    const changed = await call(`PATCH /v1/admin/organizations/${own.organizationId}`, suspended);
    expect(changed.status).toBe(200);
    await start(own);
    await call(`PATCH /v1/admin/organizations/${own.organizationId}`, { body: { status: "active" } });
    const history = await historyOf(own);
    expect(history.at(-1)).toMatchObject({ status: "canceled", failure_code: "organization_suspended" });
  });
});

describe("the settings", () => {
  test.each([
    { change: { amount: "0.50" }, code: "amount_too_small" },
    { change: { amount: "10.001" }, code: "amount_not_payable" },
    { change: { daily_cap: "9.00" }, code: "invalid_value" },
    { change: { cooldown_minutes: 0 }, code: "invalid_value" },
  ])("refuse $change with $code, and change nothing", async ({ change, code }) => {
    const { token, walletId, methodId } = await withCard("works");
    const body = { ...SETTINGS, payment_method: methodId, ...change };
    const refused = await call(`PUT /v1/wallets/${walletId}/auto-topup`, { token, body });
    expect([refused.status, refused.body]).toMatchObject([400, { error: { code } }]);
    const { body: standing } = await call(`GET /v1/wallets/${walletId}/auto-topup`, { token });
    expect(standing).toMatchObject({ settings: null, state: "off" });
  });

  test("are of the own organization, with its own methods", async () => {
    const own = await withCard("works");
    const other = await makeOrganization();
    const body = { ...SETTINGS, payment_method: own.methodId };
    const foreign = await call(`PUT /v1/wallets/${own.walletId}/auto-topup`, { token: other.token, body });
    expect(foreign.status).toBe(404);
    const otherWallet = textOf(rowsOf(await call("GET /v1/wallets", { token: other.token }))[0]?.["id"]);
    const stolen = await call(`PUT /v1/wallets/${otherWallet}/auto-topup`, { token: other.token, body });
    expect(stolen.status).toBe(404);
  });

  test("of a member's own wallet are the member's while users may top up, with a method of their own", async () => {
    const { token, methodId } = await withCard("works");
    const member = await call("POST /v1/members", { token, body: { email: `m${Math.random()}@acme.example` } });
    const memberId = textOf(member.body["id"]);
    const made = await call("POST /v1/keys", { token, body: { name: "own", type: "access", user_id: memberId } });
    const own = { token: textOf(made.body["key"]) };
    const wallets = rowsOf(await call("GET /v1/wallets", { token }));
    const walletOf = (scope: string) => textOf(wallets.find((wallet) => textOf(wallet["scope"]) === scope)?.["id"]);
    const put = async (scope: string, method: string) => {
      const body = { ...SETTINGS, payment_method: method };
      return (await call(`PUT /v1/wallets/${walletOf(scope)}/auto-topup`, { ...own, body })).status;
    };
    expect(await put("organization", methodId)).toBe(404);
    expect(await put("user", methodId)).toBe(403);
    await call("PUT /v1/wallets/settings", { token, body: { self_service_user_top_up: true } });
    // The organization's card is not the member's.
    expect(await put("user", methodId)).toBe(404);
    expect(rowsOf(await call("GET /v1/payments/methods", own))).toEqual([]);
    const checkout = { amount: "5.00", scope: "user", save_payment_method: true };
    const opened = await call("POST /v1/payments/create-checkout", { ...own, body: checkout });
    const reference = textOf(opened.body["approval_url"]).split("/").at(-1) ?? "";
    await payments.sandbox?.till.act(reference, "pay");
    const [saved] = rowsOf(await call("GET /v1/payments/methods", own));
    expect(await put("user", textOf(saved?.["id"]))).toBe(200);
    expect(await historyOf(own)).toMatchObject([{ scope: "user", owner_id: memberId, status: "open" }]);
    const remove = async (method: string) => (await call(`DELETE /v1/payments/methods/${method}`, own)).status;
    expect(await remove(methodId)).toBe(404);
    expect(await remove(textOf(saved?.["id"]))).toBe(200);
    expect(rowsOf(await call("GET /v1/payments/methods", { token })).map(({ id }) => id)).toEqual([methodId]);
  });

  test("can always be turned off as they are, though the method is gone and the limits have moved", async () => {
    const own = await refilled("works");
    const { token, walletId, methodId } = own;
    await call(`DELETE /v1/payments/methods/${methodId}`, { token });
    const limits = { minimum: "15.00", preset_amounts: ["15.00"], target_scopes: [] };
    expect((await call("PUT /v1/payments/settings", { token, body: limits })).status).toBe(200);
    const put = async (body: Readonly<Record<string, unknown>>) =>
      (await call(`PUT /v1/wallets/${walletId}/auto-topup`, { token, body })).status;
    const off = { ...SETTINGS, enabled: false, payment_method: methodId };
    expect(await put({ ...off, amount: "12.00" })).toBe(400);
    expect(await put(off)).toBe(200);
    await start(own);
    expect(await historyOf(own)).toMatchObject([{ status: "canceled", failure_code: "turned_off" }]);
    expect(await standingOf(own)).toMatchObject({ state: "off", settings: { enabled: false } });
    expect(await put({ ...off, enabled: true })).toBe(403);
  });
});
