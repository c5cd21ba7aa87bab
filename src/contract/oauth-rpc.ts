/** What the OAuthServer object can be asked. Codes and tokens cross as SHA-256 in lower-case hex; they themselves stay in the Worker. */
import type { OAuthScope } from "../core/oauth-family.ts";
import type { OAuthGrant, SpendCap } from "../core/oauth-grant.ts";

/** A valid authorization request. */
export interface AuthorizationRequest {
  readonly clientId: string;
  readonly clientName: string;
  readonly redirectUri: string;
  readonly scopes: readonly OAuthScope[];
  /** Of PKCE, method S256. */
  readonly codeChallenge: string;
  readonly state: string | null;
}

/** A consent page is shown to a member. */
export interface OpenConsentCommand {
  /** Of what the page's form sends back, once. */
  readonly consentSha256: string;
  readonly memberId: string;
  readonly request: AuthorizationRequest;
  readonly expiresAtMs: number;
  /** When the member has too many open pages already: the oldest one is closed for this one. Else this one is not opened. */
  readonly mayCloseOldest: boolean;
}

export interface DecideConsentCommand {
  readonly consentSha256: string;
  /** Who decides: another member's page is unknown. */
  readonly memberId: string;
  /** Null: denied. */
  readonly approval: {
    /** `ogr_…` */
    readonly grantId: string;
    readonly codeSha256: string;
    readonly spendCap: SpendCap | null;
  } | null;
}

/** `unknown`: it was decided already, is too old, or belongs to somebody else. */
export type ConsentReply =
  | { readonly outcome: "decided"; readonly request: AuthorizationRequest }
  | { readonly outcome: "unknown" };

/** What a code stands for. */
export interface CodeView {
  readonly clientId: string;
  readonly memberId: string;
  readonly redirectUri: string;
  readonly codeChallenge: string;
  readonly scopes: readonly OAuthScope[];
  readonly expiresAtMs: number;
}

/** What a refresh token stands for. */
export interface RefreshTokenView {
  readonly clientId: string;
  readonly memberId: string;
  readonly scopes: readonly OAuthScope[];
}

/** The tokens that are to be given out, if they may be. */
export interface NewTokens {
  readonly accessSha256: string;
  readonly refreshSha256: string;
}

export interface RedeemCodeCommand extends NewTokens {
  readonly codeSha256: string;
  /** Of the access token: those of the consent, or fewer. */
  readonly scopes: readonly OAuthScope[];
}

export interface RotateCommand extends NewTokens {
  readonly presentedSha256: string;
  /** Of what is asked: the identical question is a retry. */
  readonly requestSha256: string;
  /** Of the access token: those of the consent, or fewer. */
  readonly scopes: readonly OAuthScope[];
  /** The answer, sealed with the presented token. */
  readonly sealedAnswer: Uint8Array;
}

/** `unavailable`: the organization's object does not answer; nothing was used up. */
export type IssueReply =
  | { readonly outcome: "issued" }
  /** The sealed answer of the first time. */
  | { readonly outcome: "repeated"; readonly sealedAnswer: Uint8Array }
  | { readonly outcome: "refused" }
  | { readonly outcome: "unavailable" };

export type RevokeReply = "revoked" | "unknown" | "of_another_client" | "unavailable";

/** A consent whose tokens are good. */
export interface GrantView {
  readonly grant: OAuthGrant;
  readonly scopes: readonly OAuthScope[];
  readonly consentedAtMs: number;
  /** When the application last got tokens. */
  readonly lastTokenAtMs: number;
}

export interface GrantQuery {
  /** Null: of every member. */
  readonly memberId: string | null;
  /** The last one of the page before. */
  readonly beforeId: string | null;
  readonly limit: number;
}

/** `unavailable`: it is revoked, but the organization's object has not heard of it yet; the same call again tells it. */
export type RevokeGrantReply =
  | { readonly outcome: "revoked"; readonly grant: OAuthGrant; readonly wasInForce: boolean }
  | { readonly outcome: "unknown" }
  | { readonly outcome: "unavailable" };

export interface OAuthServerRpc {
  /** `full`: the member has too many open pages, and none may be closed. */
  openConsent(command: OpenConsentCommand): Promise<"opened" | "full">;
  /** Once for each page. An approval makes the grant and its code. */
  decideConsent(command: DecideConsentCommand): Promise<ConsentReply>;

  /** Null for a code that cannot be redeemed. One that was redeemed before revokes what it gave. */
  findCode(codeSha256: string): Promise<CodeView | null>;
  /** Once for each code: the access token is known to the organization's object when it is answered. */
  redeemCode(command: RedeemCodeCommand): Promise<IssueReply>;

  /** Null for a token of no live family. */
  findRefreshToken(tokenSha256: string): Promise<RefreshTokenView | null>;
  rotate(command: RotateCommand): Promise<IssueReply>;

  /** Ends the family; `revoked` when no access token of it is good any more, also when that was so before. */
  revokeRefreshToken(command: { readonly tokenSha256: string; readonly clientId: string }): Promise<RevokeReply>;
  /** Ends everything that the client was given. */
  revokeClient(clientId: string): Promise<"revoked" | "unavailable">;
  /** Newest first. */
  listGrants(query: GrantQuery): Promise<readonly GrantView[]>;
  /** Ends a consent; `unknown` when it is another member's, or long over. */
  revokeGrant(command: { readonly grantId: string; readonly memberId: string | null }): Promise<RevokeGrantReply>;
  /** Forgets the pages that are shown for the client. */
  closeConsents(clientId: string): Promise<void>;
}
