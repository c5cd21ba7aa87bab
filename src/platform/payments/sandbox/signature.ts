/** Signatures of the sandbox's webhooks: `t=<seconds>,v1=<hex>`, HMAC-SHA-256 over `<seconds>.<body>`. */
import { fail, ok, type Result } from "../../../core/failure.ts";
import { WEBHOOK_TOLERANCE_MS, type WebhookDelivery, type WebhookRefusal } from "../provider.ts";

export const SIGNATURE_HEADER = "sandbox-signature";

export async function signBody(key: string, body: string, nowMs: number): Promise<string> {
  const seconds = Math.floor(nowMs / 1_000);
  const mac = await crypto.subtle.sign(
    "HMAC",
    await importKey(key),
    signedBytes(seconds, new TextEncoder().encode(body)),
  );
  return `t=${seconds},v1=${Buffer.from(mac).toString("hex")}`;
}

export async function checkSignature(
  key: string,
  { body, headers, nowMs }: WebhookDelivery,
): Promise<Result<null, WebhookRefusal>> {
  const header = headers.get(SIGNATURE_HEADER);
  if (header === null) return fail("signature_missing");
  const match = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header);
  if (match === null) return fail("signature_invalid");
  const [, secondsText = "", hex = ""] = match;
  const seconds = Number(secondsText);
  const isOurs = await crypto.subtle.verify(
    "HMAC",
    await importKey(key),
    new Uint8Array(Buffer.from(hex, "hex")),
    signedBytes(seconds, body),
  );
  if (!isOurs) return fail("signature_invalid");
  return Math.abs(nowMs - seconds * 1_000) > WEBHOOK_TOLERANCE_MS ? fail("too_old") : ok(null);
}

function signedBytes(seconds: number, body: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat([new TextEncoder().encode(`${seconds}.`), body]));
}

function importKey(key: string): Promise<CryptoKey> {
  const bytes = new TextEncoder().encode(key);
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}
