/** Deliveries of Stripe: signed over the raw body, fresh, of the mode that the deployment is in. */
import { Stripe } from "stripe";
import { z } from "zod";
import type { Result } from "../../../core/failure.ts";
import { WEBHOOK_TOLERANCE_MS, type ProviderEvent, type WebhookDelivery, type WebhookRefusal } from "../provider.ts";
import { readKeyMode, type StripeSettings } from "../stripe.ts";
import { toContent } from "./event.ts";

const MAX_HEADER_LENGTH = 4_096;
const SECOND_MS = 1_000;
/** The library's word for "do not test the time": it only knows events that are too old, and is asked for the signature alone. */
const ANY_TIME = 0;

const eventSchema = z.object({
  id: z.string().min(1).max(255),
  object: z.literal("event"),
  type: z.string().min(1).max(255),
  created: z.int().nonnegative(),
  livemode: z.boolean(),
  data: z.object({ object: z.unknown() }),
});

/** Any of the secrets may have signed it: while one is replaced Stripe signs with both, or with the one that we do not know yet. */
export async function verifyWebhook(
  settings: StripeSettings,
  delivery: WebhookDelivery,
): Promise<Result<readonly ProviderEvent[], WebhookRefusal>> {
  const header = delivery.headers.get("stripe-signature") ?? "";
  if (header === "") return refuse("signature_missing");
  const signedAtMs = readTime(header);
  if (signedAtMs === null) return refuse("signature_invalid");
  const signed = await readSigned(settings.webhookSecrets, header, delivery);
  if (!signed.ok) return signed;
  // Times of the future are replays too, of tomorrow.
  if (Math.abs(delivery.nowMs - signedAtMs) > WEBHOOK_TOLERANCE_MS) return refuse("too_old");
  const event = eventSchema.safeParse(signed.value);
  if (!event.success) return refuse("malformed");
  const { id, type, created, livemode, data } = event.data;
  // The two secrets are of different modes: test payments must never become credits that count.
  if (livemode !== (readKeyMode(settings.secretKey) === "live")) return refuse("not_configured");
  const content = toContent(type, data.object, settings.deployment);
  if (content === null) return refuse("malformed");
  return { ok: true, value: [{ eventId: id, providerType: type, occurredAtMs: created * SECOND_MS, content }] };
}

function refuse(failure: WebhookRefusal): { readonly ok: false; readonly failure: WebhookRefusal } {
  return { ok: false, failure };
}

/** The header has one time, which the signatures cover: `t=1492774577,v1=5257a869…,v0=6ffbb59b…`. */
function readTime(header: string): number | null {
  if (header.length > MAX_HEADER_LENGTH) return null;
  const times = header.split(",").filter((part) => part.startsWith("t="));
  const seconds = /^t=(\d{1,12})$/.exec(times[0] ?? "")?.[1];
  return times.length === 1 && seconds !== undefined ? Number(seconds) * SECOND_MS : null;
}

async function readSigned(
  secrets: readonly string[],
  header: string,
  { body, nowMs }: WebhookDelivery,
): Promise<Result<unknown, WebhookRefusal>> {
  const crypto = Stripe.createSubtleCryptoProvider();
  for (const secret of secrets) {
    try {
      const event = await Stripe.webhooks.constructEventAsync(body, header, secret, ANY_TIME, crypto, nowMs);
      return { ok: true, value: event };
    } catch (error) {
      // What is signed and cannot be read is no snapshot event in JSON.
      if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) return refuse("malformed");
    }
  }
  return refuse("signature_invalid");
}
