/** The adapter, ready, at a stand-in. */
import type { PaymentProvider, CheckoutRequest, ChargeRequest } from "../../../src/platform/payments/provider.ts";
import { createStripeProvider, type StripeSettings } from "../../../src/platform/payments/stripe.ts";
import { StripeStandIn } from "./stand-in.ts";

export const SECRET_KEY = "sk_test_of_the_tests";
export const WEBHOOK_SECRET = "whsec_of_the_tests";
export const UNIT = 1_000_000_000n;
export const START_MS = Date.UTC(2026, 10, 25, 12);

export const SETTINGS: StripeSettings = {
  secretKey: SECRET_KEY,
  webhookSecrets: [WEBHOOK_SECRET],
  apiUrl: "",
  deployment: "tests",
  allowInsecure: false,
};

export interface ReadyProvider {
  readonly provider: PaymentProvider;
  readonly stripe: StripeStandIn;
  /** The time of both. */
  readonly clock: { nowMs: number };
}

export function createReadyProvider(changes: Partial<StripeSettings> = {}): ReadyProvider {
  const clock = { nowMs: START_MS };
  const nowMs = () => clock.nowMs;
  const stripe = new StripeStandIn({ secretKey: SECRET_KEY, webhookSecret: WEBHOOK_SECRET, nowMs });
  const provider = createStripeProvider({ settings: { ...SETTINGS, ...changes }, fetch: stripe.fetch, nowMs });
  return { provider, stripe, clock };
}

export function checkoutRequest(changes: Partial<CheckoutRequest> = {}): CheckoutRequest {
  return {
    sessionId: "ps_1",
    organizationId: "org_1",
    amountNanos: 25n * UNIT,
    currency: "USD",
    description: "Credits for Acme",
    successUrl: "https://edge.test/done?session=ps_1",
    cancelUrl: "https://edge.test/canceled?session=ps_1",
    expiresAtMs: START_MS + 3_600_000,
    saveMethod: false,
    customerReference: null,
    ...changes,
  };
}

export function chargeRequest(
  stripe: StripeStandIn,
  behaviour: Parameters<StripeStandIn["account"]["saveCard"]>[1],
  changes: Partial<ChargeRequest> = {},
): ChargeRequest {
  const customerReference = stripe.account.makeCustomer();
  return {
    sessionId: "ps_2",
    organizationId: "org_1",
    method: { customerReference, methodReference: stripe.account.saveCard(customerReference, behaviour) },
    amountNanos: 10n * UNIT,
    currency: "USD",
    description: "Auto top-up for Acme",
    ...changes,
  };
}
