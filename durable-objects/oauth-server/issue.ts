/** Whether a code or a refresh token gives new tokens now. Decides by `src/core/oauth-family.ts`, within one transaction. */
import type { IssueReply, RedeemCodeCommand, RotateCommand } from "../../src/contract/oauth-rpc.ts";
import { decideRedemption, decideRefresh, REFRESH_TOKEN_LIFETIME_MS } from "../../src/core/oauth-family.ts";
import type { GrantRefusal, OAuthScope } from "../../src/core/oauth-family.ts";
import type { OAuthGrant } from "../../src/core/oauth-grant.ts";
import type { OAuthStore } from "./store.ts";

export type IssueDecision =
  | {
      readonly outcome: "issue";
      readonly grant: OAuthGrant;
      readonly scopes: readonly OAuthScope[];
      /** Uses up what was presented and stores the new refresh token, in the transaction of the decision. */
      readonly write: () => void;
    }
  | Exclude<IssueReply, { readonly outcome: "issued" }>;

const REFUSED = { outcome: "refused" } as const;

export function decideCode(store: OAuthStore, command: RedeemCodeCommand, nowMs: number): IssueDecision {
  const family = store.families.findByCode(command.codeSha256);
  if (family === null) return REFUSED;
  const { grant, scopes } = family;
  const decision = decideRedemption(family, nowMs);
  if (decision.outcome === "refused") return refuse(store, grant.id, decision, nowMs);
  return {
    outcome: "issue",
    grant,
    scopes: command.scopes.filter((scope) => scopes.includes(scope)),
    write: () => {
      store.families.redeem(grant.id, nowMs);
      give(store, { tokenSha256: command.refreshSha256, grantId: grant.id, predecessorSha256: null }, nowMs);
    },
  };
}

export function decideRotation(store: OAuthStore, command: RotateCommand, nowMs: number): IssueDecision {
  const { presentedSha256, requestSha256, sealedAnswer } = command;
  const token = store.refreshTokens.find(presentedSha256);
  const family = token === null ? null : store.families.find(token.grantId);
  if (token === null || family === null) return REFUSED;
  const { grant } = family;
  const decision = decideRefresh(token, family, requestSha256, nowMs);
  if (decision.outcome === "refused") return refuse(store, grant.id, decision, nowMs);
  if (decision.outcome === "repeat") {
    if (token.sealedAnswer === null) return REFUSED;
    store.refreshTokens.markRepeated(presentedSha256);
    return { outcome: "repeated", sealedAnswer: token.sealedAnswer };
  }
  return {
    outcome: "issue",
    grant,
    scopes: command.scopes.filter((scope) => family.scopes.includes(scope)),
    write: () => {
      if (token.predecessorSha256 !== null) store.refreshTokens.markSuccessorUsed(token.predecessorSha256);
      store.refreshTokens.rotate(presentedSha256, requestSha256, sealedAnswer, nowMs);
      give(store, { tokenSha256: command.refreshSha256, grantId: grant.id, predecessorSha256: presentedSha256 }, nowMs);
    },
  };
}

function give(
  store: OAuthStore,
  token: { readonly tokenSha256: string; readonly grantId: string; readonly predecessorSha256: string | null },
  nowMs: number,
): void {
  const expiresAtMs = nowMs + REFRESH_TOKEN_LIFETIME_MS;
  store.refreshTokens.insert(token.tokenSha256, token.grantId, token.predecessorSha256, expiresAtMs);
  store.families.keepUntil(token.grantId, expiresAtMs);
}

function refuse(store: OAuthStore, grantId: string, refusal: GrantRefusal, nowMs: number): typeof REFUSED {
  if (refusal.revokesFamily) store.families.revoke(grantId, nowMs);
  return REFUSED;
}
