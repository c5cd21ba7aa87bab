/**
 * Stripe behind the interface of payment providers: Checkout Sessions, charges of saved methods, refunds and signed events, by
 * Stripe's own library. The library is evaluated with the first call: model traffic never pays for it.
 */
import type { Result } from "../../core/failure.ts";
import { findUrlProblem } from "../../core/public-url.ts";
import type { PaymentProvider, ProviderFault } from "./provider.ts";
import type { StripeAdapter } from "./stripe/adapter.ts";

export interface StripeSettings {
  /** `sk_…` or `rk_…`; empty: there are no payments by Stripe. */
  readonly secretKey: string;
  /** `whsec_…`; more than one while a secret is being replaced. */
  readonly webhookSecrets: readonly string[];
  /** Where the interface is, for tests; empty: at Stripe. */
  readonly apiUrl: string;
  /** Which deployment a payment belongs to, where several share one account of Stripe. */
  readonly deployment: string;
  /** Addresses other than Stripe's may be used. */
  readonly allowInsecure: boolean;
}

export interface StripePorts {
  readonly settings: StripeSettings;
  readonly fetch: typeof fetch;
  nowMs(): number;
}

const KEY = /^(?:sk|rk|sk_org)_(test|live)_\w+$/;

/** Whether the key moves real money; null: it is no secret key of Stripe. */
export function readKeyMode(secretKey: string): "test" | "live" | null {
  const mode = KEY.exec(secretKey)?.[1];
  return mode === "test" || mode === "live" ? mode : null;
}

/** What keeps the deployment from using Stripe, for people; null: nothing. */
export function findStripeProblem(settings: StripeSettings): string | null {
  if (settings.secretKey === "") return "STRIPE_SECRET_KEY is not set";
  if (readKeyMode(settings.secretKey) === null)
    return "STRIPE_SECRET_KEY is no secret key of Stripe (sk_test_…, sk_live_…)";
  if (settings.webhookSecrets.length === 0) return "STRIPE_WEBHOOK_SECRET is not set";
  if (settings.apiUrl === "") return null;
  if (!settings.allowInsecure) return "STRIPE_API_URL is for tests and needs ALLOW_INSECURE_ADDRESSES=true";
  const problem = findUrlProblem(settings.apiUrl, true);
  return problem === null ? null : `STRIPE_API_URL: ${problem}`;
}

/** A provider that is not ready asks Stripe nothing: it is `unavailable`, because a repeat can succeed once it is configured. */
export function createStripeProvider(ports: StripePorts): PaymentProvider {
  const problem = findStripeProblem(ports.settings);
  let adapter: StripeAdapter | null = null;
  const load = async () => (adapter ??= (await import("./stripe/adapter.ts")).createAdapter(ports));
  const ask = async <T>(work: (adapter: StripeAdapter) => Promise<Result<T, ProviderFault>>) =>
    problem === null
      ? work(await load())
      : ({ ok: false, failure: { kind: "unavailable", message: problem } } as const);
  return {
    name: "stripe",
    readiness: () =>
      problem === null ? { ready: true } : { ready: false, reason: "not_configured", message: problem },
    createCheckout: (request) => ask((stripe) => stripe.createCheckout(request)),
    readCheckout: (reference) => ask((stripe) => stripe.readCheckout(reference)),
    // Approving takes the money.
    captureCheckout: (reference) => ask((stripe) => stripe.readCheckout(reference)),
    closeCheckout: (reference) => ask((stripe) => stripe.closeCheckout(reference)),
    chargeMethod: (request) => ask((stripe) => stripe.chargeMethod(request)),
    readCharge: (sessionId, paymentReference) => ask((stripe) => stripe.readCharge(sessionId, paymentReference)),
    refund: (request) => ask((stripe) => stripe.refund(request)),
    readRefund: (reference) => ask((stripe) => stripe.readRefund(reference)),
    removeMethod: (method) => ask((stripe) => stripe.removeMethod(method)),
    verifyWebhook: async (delivery) =>
      problem === null ? (await load()).verifyWebhook(delivery) : { ok: false, failure: "not_configured" },
  };
}
