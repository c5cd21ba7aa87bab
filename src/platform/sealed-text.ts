/**
 * Text that only whoever has its secret can read again: the caller, by the token that it presents, or the deployment, by a key of
 * its own. The key is made from that secret (HKDF-SHA-256), which is never stored: who has the database alone reads nothing. AES-GCM with a fresh 96-bit nonce before the
 * ciphertext; `context` is authenticated with it, so that a stored text cannot be passed off as another one.
 */

const NONCE_BYTES = 12;
const encoder = new TextEncoder();

/** What the key is made from. */
export interface SealingSecret {
  /** The whole bearer or refresh token, or SECRETS_ENCRYPTION_KEY. Never stored. */
  readonly token: string;
  /** Makes keys of the same token differ: by idempotency key, by request, by organization. */
  readonly salt: string;
}

export async function sealText(text: string, secret: SealingSecret, context: string): Promise<Uint8Array> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const algorithm = { name: "AES-GCM", iv: nonce, additionalData: encoder.encode(context) };
  const sealed = await crypto.subtle.encrypt(algorithm, await deriveKey(secret), encoder.encode(text));
  const bytes = new Uint8Array(NONCE_BYTES + sealed.byteLength);
  bytes.set(nonce);
  bytes.set(new Uint8Array(sealed), NONCE_BYTES);
  return bytes;
}

/** Null: sealed with another secret or context, or changed since. */
export async function openText(sealed: Uint8Array, secret: SealingSecret, context: string): Promise<string | null> {
  const iv = sealed.slice(0, NONCE_BYTES);
  const algorithm = { name: "AES-GCM", iv, additionalData: encoder.encode(context) };
  const key = await deriveKey(secret);
  try {
    const bytes = await crypto.subtle.decrypt(algorithm, key, sealed.slice(NONCE_BYTES));
    return new TextDecoder().decode(bytes);
  } catch {
    return null;
  }
}

async function deriveKey({ token, salt }: SealingSecret) {
  const material = await crypto.subtle.importKey("raw", encoder.encode(token), "HKDF", false, ["deriveKey"]);
  const algorithm = {
    name: "HKDF",
    hash: "SHA-256",
    salt: encoder.encode(salt),
    info: encoder.encode("keeptrusts sealed text 1"),
  };
  return crypto.subtle.deriveKey(algorithm, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}
