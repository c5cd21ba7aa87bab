/** Ids, secrets and digests, from Web Crypto. */

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const LETTERS_AND_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const TIME_CHARACTERS = 10;
const RANDOM_CHARACTERS = 16;
const SECRET_CHARACTERS = 43;

/** `<prefix>_` and 26 characters that sort by `nowMs` (a lower-case ULID): 80 bits of them are random. */
export function newId(prefix: string, nowMs: number): string {
  let time = "";
  for (let rest = nowMs; time.length < TIME_CHARACTERS; rest = Math.floor(rest / 32)) {
    time = `${ALPHABET.charAt(rest % 32)}${time}`;
  }
  let random = "";
  for (const byte of crypto.getRandomValues(new Uint8Array(RANDOM_CHARACTERS))) random += ALPHABET.charAt(byte % 32);
  return `${prefix}_${time}${random}`;
}

/** The same `<prefix>_…` id for the same parts: what a repeat must find again. */
export async function deriveId(prefix: string, parts: readonly string[]): Promise<string> {
  const digest = await sha256(JSON.stringify(parts));
  const characters = Array.from(digest.subarray(0, TIME_CHARACTERS + RANDOM_CHARACTERS), (byte) =>
    ALPHABET.charAt(byte % 32),
  );
  return `${prefix}_${characters.join("")}`;
}

/** 43 letters and digits, evenly chosen: 256 bits. */
export function newSecret(): string {
  let secret = "";
  while (secret.length < SECRET_CHARACTERS) {
    for (const byte of crypto.getRandomValues(new Uint8Array(64))) {
      // 248 is the largest multiple of 62 in a byte: what lies above would make some characters likelier.
      if (byte < 248 && secret.length < SECRET_CHARACTERS) secret += LETTERS_AND_DIGITS.charAt(byte % 62);
    }
  }
  return secret;
}

/** Lower-case hex. */
export async function sha256Hex(text: string): Promise<string> {
  return Array.from(await sha256(text), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Compares two secrets in a time that depends on neither's content nor length. */
export async function equalSecrets(a: string, b: string): Promise<boolean> {
  const [left, right] = await Promise.all([sha256(a), sha256(b)]);
  let difference = 0;
  for (const [index, byte] of left.entries()) difference |= byte ^ (right[index] ?? 0);
  return difference === 0;
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}
