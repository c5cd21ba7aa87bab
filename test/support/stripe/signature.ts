/** Stripe's scheme for webhooks: `t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>">`, one `v1` for each secret. */

export async function signPayload(payload: string, secrets: readonly string[], atMs: number): Promise<string> {
  const seconds = Math.floor(atMs / 1_000);
  const signatures = await Promise.all(secrets.map((secret) => hmac(secret, `${seconds}.${payload}`)));
  return [`t=${seconds}`, ...signatures.map((signature) => `v1=${signature}`)].join(",");
}

async function hmac(secret: string, text: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["sign"]);
  const signed = new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(text)));
  return Array.from(signed, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
