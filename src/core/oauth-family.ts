/**
 * What a consent gives, and how long it lasts: a code that is redeemed once, then refresh tokens that rotate with each use. All
 * tokens that follow from one consent are a family; whoever uses one of them a second time has revoked them all (contract: OAuth;
 * RFC 6749 §4.1.2, RFC 9700 §4.14.2).
 */

export const OAUTH_SCOPES = ["inference", "models:read", "wallet:read", "spend:read"] as const;
export type OAuthScope = (typeof OAUTH_SCOPES)[number];

/** The scopes of a text in which spaces separate them; names that nobody knows are left out. */
export function readScopes(text: string): readonly OAuthScope[] {
  const named = text.split(" ");
  return OAUTH_SCOPES.filter((scope) => named.includes(scope));
}

export const CODE_LIFETIME_MS = 60_000;
export const ACCESS_TOKEN_LIFETIME_MS = 15 * 60_000;
export const REFRESH_TOKEN_LIFETIME_MS = 30 * 24 * 60 * 60_000;
/** A client that did not get its answer may ask the same again for so long. */
export const REFRESH_GRACE_MS = 10_000;

export interface TokenFamily {
  readonly codeExpiresAtMs: number;
  /** Null: the code was not used. */
  readonly redeemedAtMs: number | null;
  readonly revokedAtMs: number | null;
}

export interface RefreshToken {
  readonly expiresAtMs: number;
  /** Null: it was not used. */
  readonly rotation: Rotation | null;
}

/** The first use of a refresh token. */
export interface Rotation {
  readonly atMs: number;
  /** Of what was asked. */
  readonly requestSha256: string;
  /** The same question has got the same answer once more. */
  readonly repeated: boolean;
  /** The token of that answer was used, so the answer has arrived. */
  readonly successorUsed: boolean;
}

export interface GrantRefusal {
  readonly outcome: "refused";
  readonly reason: "expired" | "revoked" | "used";
  /** Nothing that the family has given is good any more. */
  readonly revokesFamily: boolean;
}

/** Whether the code of a family may be redeemed now. A second use revokes what the first one gave, however late it comes. */
export function decideRedemption(family: TokenFamily, nowMs: number): { readonly outcome: "redeem" } | GrantRefusal {
  if (family.redeemedAtMs !== null) return refuse("used", family.revokedAtMs === null);
  if (family.revokedAtMs !== null) return refuse("revoked");
  if (family.codeExpiresAtMs <= nowMs) return refuse("expired");
  return { outcome: "redeem" };
}

/**
 * What the use of a refresh token comes to. The first one rotates it. The identical question within `REFRESH_GRACE_MS` gets the
 * same answer once more, as long as the new token was not used; one more of them is refused. Any other use revokes the family.
 */
export function decideRefresh(
  token: RefreshToken,
  family: TokenFamily,
  requestSha256: string,
  nowMs: number,
): { readonly outcome: "rotate" } | { readonly outcome: "repeat" } | GrantRefusal {
  if (family.revokedAtMs !== null) return refuse("revoked");
  const { rotation } = token;
  if (rotation === null) return token.expiresAtMs <= nowMs ? refuse("expired") : { outcome: "rotate" };
  const isRetry = rotation.requestSha256 === requestSha256 && nowMs - rotation.atMs <= REFRESH_GRACE_MS;
  if (!isRetry || rotation.successorUsed) return refuse("used", true);
  return rotation.repeated ? refuse("used") : { outcome: "repeat" };
}

function refuse(reason: GrantRefusal["reason"], revokesFamily = false): GrantRefusal {
  return { outcome: "refused", reason, revokesFamily };
}
