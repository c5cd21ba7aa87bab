/** Payments that cannot go on by themselves: whoever must know is told, and the money finds a way. */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { refuse } from "../../src/contract/commands.ts";
import { advanceClock, call, deps, errors, makeOrganization, payments, rowsOf, textOf } from "../support/worker-api.ts";
import {
  act,
  balanceOf,
  capturedEvent,
  deliver,
  eventOf,
  makeCheckout,
  sessionOf,
  subjectOf,
  type Checkout,
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

describe("a refund at the provider's console", () => {
  const refundedEvent = (checkout: Checkout, status: "succeeded" | "failed") => {
    const refund = { refundReference: `console ${checkout.id}`, status } as const;
    const amountNanos = 10_000_000_000n;
    return eventOf({ type: "refunded", subject: subjectOf(checkout), refundId: null, refund, amountNanos });
  };

  test("that has failed takes nothing, also when the news of its beginning come last", async () => {
    const checkout = await makeCheckout();
    await act(checkout, "pay");
    await deliver(refundedEvent(checkout, "failed"));
    await deliver(refundedEvent(checkout, "succeeded"));
    expect(await balanceOf(checkout)).toBe("25.00");
    expect(await sessionOf(checkout)).toMatchObject({ refunded_amount: "0.00" });
  });

  test("that fails after the wallet has given it back is told, and stays for a person to put right", async () => {
    const checkout = await makeCheckout();
    await act(checkout, "pay");
    await deliver(refundedEvent(checkout, "succeeded"));
    errors.length = 0;
    await deliver(refundedEvent(checkout, "failed"));
    expect(errors.map(String)).toEqual([expect.stringContaining(checkout.id)]);
    expect(await balanceOf(checkout)).toBe("15.00");
    expect(await sessionOf(checkout)).toMatchObject({ refunded_amount: "10.00" });
  });
});

describe("what cannot go on keeps nobody else waiting:", () => {
  const sandboxOf = () => {
    const sandbox = payments.flow.providers.get("sandbox");
    if (sandbox === undefined) throw new Error("there is no sandbox");
    return sandbox;
  };
  const nextCheckOf = async (id: string) =>
    env.CONTROL_DB.prepare("SELECT next_check_at_ms FROM payment_sessions WHERE id = ?")
      .bind(id)
      .first("next_check_at_ms");

  test("an event that cannot be read", async () => {
    const checkout = await makeCheckout();
    const eventId = `unreadable ${checkout.id}`;
    await env.CONTROL_DB.prepare(
      `INSERT INTO payment_events (provider, event_id, provider_type, content_json, occurred_at_ms, received_at_ms, next_attempt_at_ms)
       VALUES ('sandbox', ?, 'unknown', '{}', 0, 0, 0)`,
    )
      .bind(eventId)
      .run();
    await payments.sandbox?.till.act(checkout.reference, "pay_webhook_late");
    advanceClock(2 * HOUR_MS);
    await payments.maintain();
    expect(await balanceOf(checkout)).toBe("25.00");
    const row = await env.CONTROL_DB.prepare(
      "SELECT attempts, next_attempt_at_ms FROM payment_events WHERE event_id = ?",
    )
      .bind(eventId)
      .first<{ attempts: number; next_attempt_at_ms: number }>();
    expect(row?.attempts).toBe(1);
    expect(row?.next_attempt_at_ms).toBeGreaterThan(deps.nowMs());
    await env.CONTROL_DB.prepare("DELETE FROM payment_events WHERE event_id = ?").bind(eventId).run();
  });

  test("a session whose provider throws", async () => {
    const checkout = await makeCheckout();
    vi.spyOn(sandboxOf(), "readCheckout").mockRejectedValue(new Error("a bug"));
    advanceClock(10 * 60_000);
    errors.length = 0;
    await payments.maintain();
    expect(errors.map(String)).toContain("Error: a bug");
    expect(await nextCheckOf(checkout.id)).toBeGreaterThan(deps.nowMs());
  });

  test("a session that the provider has not opened, until it ends", async () => {
    const { id: organizationId, token } = await makeOrganization();
    const fault = { ok: false, failure: { kind: "unavailable", message: "down" } } as const;
    vi.spyOn(sandboxOf(), "createCheckout").mockResolvedValue(fault);
    const headers = { "idempotency-key": `unopened ${organizationId}` };
    const create = () => call("POST /v1/payments/create-checkout", { token, headers, body: { amount: "25.00" } });
    expect((await create()).status).toBe(503);
    const listed = await call("GET /v1/payments/history", { token });
    const id = textOf(rowsOf(listed)[0]?.["id"]);
    advanceClock(10 * 60_000);
    await payments.maintain();
    expect(await nextCheckOf(id)).toBeGreaterThan(deps.nowMs() + 40 * 60_000);
    advanceClock(HOUR_MS);
    await payments.maintain();
    expect(await nextCheckOf(id)).toBeNull();
    vi.restoreAllMocks();
    const late = await create();
    expect([late.status, late.body["error"]?.["code"]]).toEqual([409, "payment_ended"]);
  });
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
