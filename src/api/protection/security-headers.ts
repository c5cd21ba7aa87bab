/** What every answer tells browsers, in one place (docs/protection.md). What a page has set for itself stays. */

const HSTS = "max-age=31536000";

/** Of every answer, model traffic too. */
const EVERYWHERE = {
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
} as const;

/** Of our own answers, which are never part of another page. */
const OF_OURS = {
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "cache-control": "no-store",
} as const;

/** Sets what is missing in `headers`; a strict transport is asked for where there is one. */
export function secureHeaders(headers: Headers, isHttps: boolean, isModelTraffic: boolean): void {
  setMissing(headers, EVERYWHERE);
  if (isHttps) setMissing(headers, { "strict-transport-security": HSTS });
  if (!isModelTraffic) setMissing(headers, OF_OURS);
}

function setMissing(headers: Headers, values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) if (!headers.has(name)) headers.set(name, value);
}
