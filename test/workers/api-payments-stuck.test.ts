/** Payments that cannot go on by themselves: whoever must know is told, and the money finds a way. */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { refuse } from "../../src/contract/commands.ts";
import { advanceClock, call, deps, errors, makeOrganization, payments, textOf } from "../support/worker-api.ts";
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

/** Until it is restored, no payment is credited. */
function stopCredits(organizationId: string) {
  const real = deps.organization(organizationId);
  return vi
    .spyOn(deps, "organization")
    .mockReturnValue({ ...real, topUp: async () => refuse({ kind: "wallet_unavailable" }) });
}

const paymentsCheck = async () => {
  const { body } = await call("GET /v1/admin/doctor");
  const checks: unknown = body["checks"];
  return Array.isArray(checks) ? checks.filter(({ name }) => name === "payments") : [];
};

describe("a captured payment that cannot be credited", () => {
  test("is refunded as a whole by the platform, and is never credited after that", async () => {
    const checkout = await makeCheckout();
    const down = stopCredits(checkout.organizationId);
    await act(checkout, "pay");
    const { id } = checkout;
    const part = await call("POST /v1/admin/payments/refund", { body: { session_id: id, amount: "1" } });
    expect([part.status, part.body["error"]?.["code"]]).toEqual([409, "payment_not_completed"]);
    const refunded = await call("POST /v1/admin/payments/refund", { body: { session_id: id } });
    expect(refunded.body).toMatchObject({
      status: "succeeded",
      amount: "25.00",
      entry_id: null,
      session: { status: "refunded", refunded_amount: "25.00", failure_code: null, entry_id: null },
    });
    down.mockRestore();
    advanceClock(2 * HOUR_MS);
    await payments.maintain();
    expect(await sessionOf(checkout)).toMatchObject({ status: "refunded" });
    expect(await balanceOf(checkout)).toBe("0.00");
    const credited = await deps.organization(checkout.organizationId).topUp({
      sessionId: id,
      owner: { scope: "organization", ownerId: checkout.organizationId },
      amountNanos: 25_000_000_000n,
      currency: "USD",
      actor: "key_payer",
      note: "late",
    });
    expect(credited).toMatchObject({ outcome: "refused", failure: { code: "payment_forgone" } });
  });

  test("that is credited while it is refunded goes out of the wallet again", async () => {
    const checkout = await makeCheckout();
    const down = stopCredits(checkout.organizationId);
    await act(checkout, "pay");
    const sandbox = payments.flow.providers.get("sandbox");
    if (sandbox === undefined) throw new Error("there is no sandbox");
    const real = { ...sandbox };
    vi.spyOn(sandbox, "refund").mockImplementation(async (request) => {
      down.mockRestore();
      await sessionOf(checkout);
      expect(await balanceOf(checkout)).toBe("25.00");
      return real.refund(request);
    });
    const refunded = await call("POST /v1/admin/payments/refund", { body: { session_id: checkout.id } });
    expect(refunded.body).toMatchObject({
      status: "succeeded",
      session: { status: "refunded", refunded_amount: "25.00" },
    });
    expect(await balanceOf(checkout)).toBe("0.00");
  });

  test("and was refunded at the provider's own console, goes back all the same", async () => {
    const checkout = await makeCheckout();
    const down = stopCredits(checkout.organizationId);
    await act(checkout, "pay");
    const refund = { refundReference: `foreign ${checkout.id}`, status: "succeeded" } as const;
    const amountNanos = 25_000_000_000n;
    const content = { type: "refunded", subject: subjectOf(checkout), refundId: null, refund, amountNanos } as const;
    await deliver(eventOf(content));
    down.mockRestore();
    expect(await sessionOf(checkout)).toMatchObject({ status: "refunded", refunded_amount: "25.00" });
    expect(await balanceOf(checkout)).toBe("0.00");
  });
});

test("refunds at the same time are never more than the payment, also at the sandbox", async () => {
  const checkout = await makeCheckout();
  await act(checkout, "pay");
  const refund = () => call("POST /v1/admin/payments/refund", { body: { session_id: checkout.id, amount: "10.00" } });
  const statuses = (await Promise.all([refund(), refund(), refund(), refund()])).map(({ status }) => status);
  expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 200, 409, 409]);
  expect(await sessionOf(checkout)).toMatchObject({ refunded_amount: "20.00" });
  expect(await balanceOf(checkout)).toBe("5.00");
  const sandbox = payments.flow.providers.get("sandbox");
  if (sandbox === undefined) throw new Error("there is no sandbox");
  const { payment_reference: paymentReference } =
    (await env.CONTROL_DB.prepare("SELECT payment_reference FROM payment_sessions WHERE id = ?")
      .bind(checkout.id)
      .first<{ payment_reference: string }>()) ?? {};
  const direct = await Promise.all(
    ["a", "b", "c"].map((name) =>
      sandbox.refund({
        refundId: `${checkout.id} ${name}`,
        sessionId: checkout.id,
        paymentReference: textOf(paymentReference),
        amountNanos: 4_000_000_000n,
        currency: "USD",
      }),
    ),
  );
  expect(direct.filter((made) => made.ok)).toHaveLength(1);
});

test("a disputed payment is not refunded beside", async () => {
  const checkout = await makeCheckout();
  await act(checkout, "pay");
  await act(checkout, "dispute");
  const refused = await call("POST /v1/admin/payments/refund", { body: { session_id: checkout.id, amount: "1" } });
  expect([refused.status, refused.body["error"]?.["code"]]).toEqual([409, "refund_too_large"]);
  await act(checkout, "win_dispute");
  expect(
    (await call("POST /v1/admin/payments/refund", { body: { session_id: checkout.id, amount: "1" } })).status,
  ).toBe(200);
  expect(await balanceOf(checkout)).toBe("24.00");
});

test("the currency stays while a payment is under way, and after one until it went back", async () => {
  const checkout = await makeCheckout();
  const { token } = checkout;
  const change = async () => {
    const { status, body } = await call("PUT /v1/wallets/settings", { token, body: { currency: "EUR" } });
    return [status, body["error"]?.["code"] ?? null];
  };
  expect(await change()).toEqual([409, "payments_open"]);
  expect((await call("PUT /v1/wallets/settings", { token, body: { clamp: true } })).status).toBe(200);
  await act(checkout, "pay");
  await act(checkout, "dispute");
  expect(await change()).toEqual([409, "payments_returnable"]);
  await act(checkout, "lose_dispute");
  expect(await change()).toEqual([200, null]);
});

describe("what waits too long", () => {
  test("is logged when it is given up, shown by the doctor, and tried again when its payment is credited", async () => {
    const { id: organizationId, token } = await makeOrganization();
    const checkout = await makeCheckout({ amount: "25.00" }, Promise.resolve({ id: organizationId, token }));
    const money = { disputeReference: `dsp ${checkout.id}`, amountNanos: 25_000_000_000n };
    const opened = eventOf({ type: "dispute_opened", subject: subjectOf(checkout), ...money });
    errors.length = 0;
    await deliver(opened);
    for (let hour = 0; hour < 40; hour += 1) {
      advanceClock(HOUR_MS + 60_000);
      await payments.maintain();
    }
    const given = errors.filter((error) => error instanceof Error && error.message.includes(opened.eventId));
    expect(given).toHaveLength(1);
    expect(await paymentsCheck()).toMatchObject([{ status: "warn", message: expect.stringContaining("1 events") }]);
    await act(checkout, "pay_late");
    await payments.maintain();
    expect(await balanceOf(checkout)).toBe("0.00");
    expect(await paymentsCheck()).toMatchObject([{ status: "ok" }]);
  });

  test("a second payment of one session is not taken for the first", async () => {
    const checkout = await makeCheckout();
    await deliver(capturedEvent(checkout));
    errors.length = 0;
    const payment = {
      paymentReference: "another",
      amountNanos: 25_000_000_000n,
      currency: "USD",
      method: null,
    } as const;
    await deliver(eventOf({ type: "captured", subject: subjectOf(checkout), payment }));
    expect(errors.map(String)).toEqual([expect.stringContaining("was paid by")]);
    expect(await balanceOf(checkout)).toBe("25.00");
  });
});
