/** Stripe's settings, and what its codes mean. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { createStripeProvider, findStripeProblem, readKeyMode } from "../../../src/platform/payments/stripe.ts";
import { toDecline } from "../../../src/platform/payments/stripe/decline.ts";
import { SELECTED_EVENTS } from "../../../src/platform/payments/stripe/event.ts";
import { STRIPE_API_VERSION } from "../../../src/platform/payments/stripe/client.ts";
import { describeMethod } from "../../../src/platform/payments/stripe/method.ts";
import { intentSchema, toState } from "../../../src/platform/payments/stripe/payment-state.ts";
import { checkoutRequest, SETTINGS } from "../../support/stripe/ready-provider.ts";

describe("settings", () => {
  test.each([
    ["sk_test_abc", "test"],
    ["rk_live_abc", "live"],
    ["sk_org_live_abc", "live"],
    ["pk_test_abc", null],
    ["whsec_abc", null],
    ["sk_test_", null],
    ["sk_test_a b", null],
  ])("the key %s is of the mode %s", (key, mode) => {
    expect(readKeyMode(key)).toBe(mode);
  });

  test.each([
    [{}, null],
    [{ secretKey: "" }, "STRIPE_SECRET_KEY is not set"],
    [{ secretKey: "pk_test_abc" }, "STRIPE_SECRET_KEY is no secret key of Stripe (sk_test_…, sk_live_…)"],
    [{ webhookSecrets: [] }, "STRIPE_WEBHOOK_SECRET is not set"],
    [{ apiUrl: "http://127.0.0.1:1" }, "STRIPE_API_URL is for tests and needs ALLOW_INSECURE_ADDRESSES=true"],
    [{ apiUrl: "http://127.0.0.1:1", allowInsecure: true }, null],
    [{ apiUrl: "ftp://127.0.0.1", allowInsecure: true }, "STRIPE_API_URL: expected http or https"],
  ])("%j: %s", (changes, problem) => {
    expect(findStripeProblem({ ...SETTINGS, ...changes })).toBe(problem);
  });

  test("that are missing leave a provider that says so and asks nobody", async () => {
    const provider = createStripeProvider({
      settings: { ...SETTINGS, secretKey: "" },
      fetch: () => Promise.reject(new Error("nobody is asked")),
      nowMs: () => 0,
    });
    const message = "STRIPE_SECRET_KEY is not set";
    expect(provider.readiness("USD")).toEqual({ ready: false, reason: "not_configured", message });
    const refused = { ok: false, failure: { kind: "unavailable", message } };
    expect(await provider.createCheckout(checkoutRequest())).toEqual(refused);
    expect(await provider.captureCheckout("cs_1", "ps_1")).toEqual(refused);
    expect(await provider.readCharge("ps_1", null)).toEqual(refused);
    expect(await provider.verifyWebhook({ body: new Uint8Array(), headers: new Headers(), nowMs: 0 })).toEqual({
      ok: false,
      failure: "not_configured",
    });
  });

  test("that are there make it ready for every currency of wallets", () => {
    const provider = createStripeProvider({ settings: SETTINGS, fetch, nowMs: () => 0 });
    expect(provider.readiness("CNY")).toEqual({ ready: true });
  });
});

test.each([
  [{ code: "card_declined", decline_code: "insufficient_funds" }, "insufficient_funds", true],
  [{ code: "card_declined", decline_code: "stolen_card" }, "stolen_card", false],
  [{ code: "card_declined", decline_code: "new_code_of_a_bank" }, "new_code_of_a_bank", true],
  [{ code: "expired_card", decline_code: "" }, "expired_card", false],
  [{ code: "authentication_required", decline_code: "authentication_required" }, "authentication_required", false],
  [{ code: "card_declined", decline_code: "do_not_honor", advice_code: "do_not_try_again" }, "do_not_honor", false],
  [{ code: "card_declined", decline_code: "do_not_honor", advice_code: "try_again_later" }, "do_not_honor", true],
  [{ code: null, decline_code: null }, "declined", true],
])("%j is %s, retryable: %s", (error, code, retryable) => {
  expect(toDecline(error)).toEqual({ code, retryable });
});

test.each([
  [{ type: "card", card: { brand: "visa", last4: "4242" } }, "visa •••• 4242"],
  [{ type: "sepa_debit", sepa_debit: { last4: "3000" } }, "sepa debit •••• 3000"],
  [{ type: "link", link: { email: "ada@acme.example" } }, "link"],
  [{ type: "card", card: { brand: "visa", last4: "4242424242424242" } }, "card"],
  [{ type: "new_method" }, "new method"],
])("%j is called %s", (details, label) => {
  expect(describeMethod(details)).toBe(label);
});

test.each([
  ["succeeded", "checkout", "captured"],
  ["processing", "charge", "pending"],
  ["requires_capture", "checkout", "pending"],
  ["requires_confirmation", "charge", "pending"],
  ["requires_action", "checkout", "pending"],
  ["requires_action", "charge", "failed"],
  ["requires_payment_method", "charge", "failed"],
  ["canceled", "checkout", "canceled"],
  ["a_status_of_tomorrow", "checkout", "pending"],
] as const)("a payment that is %s, of a %s, is %s", (status, purpose, state) => {
  const intent = intentSchema.parse({ id: "pi_1", status, amount_received: 0, currency: "usd" });
  expect(toState(intent, purpose).status).toBe(state);
});

test("the docs name the version and every event that is read", () => {
  const text = readFileSync(fileURLToPath(new URL("../../../docs/payments-stripe.md", import.meta.url)), "utf8");
  for (const name of [STRIPE_API_VERSION, ...SELECTED_EVENTS]) expect(text).toContain(`\`${name}\``);
});
