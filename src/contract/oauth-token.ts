/** Codes and tokens that applications get: each names its organization, as a key does, so that no lookup comes before the object's. */

const PREFIXES = { code: "kt_ac", access: "kt_at", refresh: "kt_rt" } as const;
export type OAuthTokenKind = keyof typeof PREFIXES;

const TOKEN = /^(kt_(?:ac|at|rt))_([0-9a-z]{26})_[0-9A-Za-z]{43}$/;

/**
 * The organization that a presented code (`kt_ac_<org>_<secret>`), access token (`kt_at_…`) or refresh token (`kt_rt_…`) names.
 * Null for anything else; it proves nothing about the secret.
 */
export function organizationOfToken(kind: OAuthTokenKind, token: string): string | null {
  const match = TOKEN.exec(token);
  const suffix = match?.[2];
  return match === null || suffix === undefined || match[1] !== PREFIXES[kind] ? null : `org_${suffix}`;
}

/** `secret` is 43 letters and digits: 256 bits. */
export function formatOAuthToken(kind: OAuthTokenKind, organizationId: string, secret: string): string {
  return `${PREFIXES[kind]}_${organizationId.replace(/^org_/, "")}_${secret}`;
}
