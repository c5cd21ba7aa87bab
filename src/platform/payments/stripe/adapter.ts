/** All calls to Stripe, with one client. Everything that imports the library is reached from here alone. */
import type { PaymentProvider } from "../provider.ts";
import type { StripePorts } from "../stripe.ts";
import { chargeMethod, readCharge } from "./charge.ts";
import { closeCheckout, createCheckout, readCheckout } from "./checkout.ts";
import { createClient } from "./client.ts";
import { removeMethod } from "./method.ts";
import { readRefund, refund } from "./refund.ts";
import { verifyWebhook } from "./webhook.ts";

export type StripeAdapter = Omit<PaymentProvider, "name" | "readiness" | "captureCheckout">;

export function createAdapter(ports: StripePorts): StripeAdapter {
  const client = createClient(ports);
  const { deployment } = ports.settings;
  return {
    createCheckout: (request) => createCheckout(client, deployment, request),
    readCheckout: (reference) => readCheckout(client, reference),
    closeCheckout: (reference) => closeCheckout(client, reference),
    chargeMethod: (request) => chargeMethod(client, deployment, request),
    readCharge: (sessionId, paymentReference) => readCharge(client, sessionId, paymentReference, ports.nowMs()),
    refund: (request) => refund(client, deployment, request),
    readRefund: (reference) => readRefund(client, reference),
    removeMethod: (method) => removeMethod(client, method),
    verifyWebhook: (delivery) => verifyWebhook(ports.settings, delivery),
  };
}
