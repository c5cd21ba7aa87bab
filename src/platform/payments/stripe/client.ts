/** Stripe's library, as it is used here: by `fetch`, with one pinned version of the interface. */
import { Stripe } from "stripe";
import type { StripePorts } from "../stripe.ts";

/** The version whose shapes the adapter reads; the webhook endpoint is made with it too (docs/payments-stripe.md). */
export const STRIPE_API_VERSION = "2026-10-28.endive";

/** Of one attempt. */
const TIMEOUT_MS = 15_000;
/** Repeats have the same idempotency key, so that they move no money again. */
const MAX_RETRIES = 2;

export function createClient(ports: StripePorts): Stripe {
  const { settings } = ports;
  return new Stripe(settings.secretKey, {
    apiVersion: STRIPE_API_VERSION,
    // A redirect could lead the key anywhere.
    httpClient: Stripe.createFetchHttpClient((...[input, init]: Parameters<typeof fetch>) =>
      ports.fetch(input, { ...init, redirect: "manual" }),
    ),
    timeout: TIMEOUT_MS,
    maxNetworkRetries: MAX_RETRIES,
    telemetry: false,
    ...readAddress(settings.apiUrl),
  });
}

function readAddress(apiUrl: string): { host: string; port: string; protocol: "http" | "https" } | null {
  if (apiUrl === "") return null;
  const { hostname, port, protocol } = new URL(apiUrl);
  const isSecure = protocol === "https:";
  return {
    host: hostname,
    port: port === "" ? (isSecure ? "443" : "80") : port,
    protocol: isSecure ? "https" : "http",
  };
}
