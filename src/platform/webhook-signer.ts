/**
 * Signatures of events, as Standard Webhooks describes them. No secret is stored: each follows from the deployment's signing
 * key, the webhook and the version of its secret.
 */
import { Webhook } from "standardwebhooks";

export interface WebhookSecretVersions {
  readonly id: string;
  readonly secretVersion: number;
  /** Until then the version before it signs too. */
  readonly previousSecretUntilMs: number | null;
}

export interface WebhookSigner {
  /** `whsec_` and 256 bits in base64. */
  secretOf(webhookId: string, version: number): Promise<string>;
  /** The three headers of an event: one signature, or two in the overlap after a rotation. */
  sign(
    webhook: WebhookSecretVersions,
    eventId: string,
    payload: string,
    nowMs: number,
  ): Promise<Record<string, string>>;
}

export function createWebhookSigner(signingKey: string): WebhookSigner {
  const key = crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(signingKey),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const secretOf = async (webhookId: string, version: number): Promise<string> => {
    const name = new TextEncoder().encode(`${webhookId}.${version}`);
    const secret = await crypto.subtle.sign("HMAC", await key, name);
    return `whsec_${Buffer.from(secret).toString("base64")}`;
  };
  return {
    secretOf,
    async sign(webhook, eventId, payload, nowMs) {
      const { id, secretVersion, previousSecretUntilMs } = webhook;
      const overlaps = previousSecretUntilMs !== null && previousSecretUntilMs > nowMs && secretVersion > 1;
      const versions = overlaps ? [secretVersion, secretVersion - 1] : [secretVersion];
      const secrets = await Promise.all(versions.map((version) => secretOf(id, version)));
      const at = new Date(nowMs);
      return {
        "webhook-id": eventId,
        "webhook-timestamp": String(Math.floor(nowMs / 1_000)),
        "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(eventId, at, payload)).join(" "),
      };
    },
  };
}
