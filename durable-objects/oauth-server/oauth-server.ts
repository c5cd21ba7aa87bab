/**
 * The OAuthServer object: the single writer of an organization's consents, codes and refresh tokens. Access tokens are the
 * Organization object's, which decides requests: it knows one before the application has it, and hears of every revocation before
 * it is answered. See README.md for the storage schema.
 */
import { DurableObject } from "cloudflare:workers";
import type {
  CodeView,
  ConsentReply,
  DecideConsentCommand,
  GrantQuery,
  GrantView,
  IssueReply,
  OAuthServerRpc,
  OpenConsentCommand,
  RedeemCodeCommand,
  RefreshTokenView,
  RevokeGrantReply,
  RevokeReply,
  RotateCommand,
} from "../../src/contract/oauth-rpc.ts";
import { ACCESS_TOKEN_LIFETIME_MS, CODE_LIFETIME_MS, decideRedemption } from "../../src/core/oauth-family.ts";
import { readConfig } from "../../src/env.ts";
import { reportError } from "../../src/platform/log.ts";
import { createOrganizationClient } from "../../src/platform/organization-client.ts";
import type { OrganizationClient } from "../../src/platform/organization-client.ts";
import { decideCode, decideRotation } from "./issue.ts";
import type { IssueDecision } from "./issue.ts";
import { migrateSchema } from "./schema.ts";
import { openOAuthStore } from "./store.ts";
import type { OAuthStore } from "./store.ts";

/** How soon a revocation that the Organization object did not hear of is told again. */
const RETRY_MS = 5_000;
/** How soon an alarm that failed comes again. */
const ALARM_RETRY_MS = 60_000;
/** Revocations that one call tells of. */
const MAX_TOLD = 500;

export class OAuthServer extends DurableObject<Env> implements OAuthServerRpc {
  readonly #store: OAuthStore;
  readonly #organization: OrganizationClient;
  #alarmAtMs: number | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    migrateSchema(ctx.storage);
    this.#store = openOAuthStore(ctx.storage.sql, ctx.id.name);
    this.#organization = createOrganizationClient(env.ORGANIZATION, this.#store.organizationId, {
      sleep: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
      random: Math.random,
      authorizeTimeoutMs: readConfig(env).authorizeTimeoutMs,
      onError: (error) => reportError("oauth.organization_call_failed", error),
    });
    void ctx.blockConcurrencyWhile(async () => {
      this.#alarmAtMs = await ctx.storage.getAlarm();
      this.#arm(Date.now());
    });
  }

  async openConsent(command: OpenConsentCommand): Promise<"opened" | "full"> {
    return this.#transact(({ consents }, nowMs) => {
      if (!command.mayCloseOldest && consents.isFull(command.memberId, nowMs)) return "full";
      consents.open(command);
      return "opened";
    });
  }

  async decideConsent({ consentSha256, memberId, approval }: DecideConsentCommand): Promise<ConsentReply> {
    return this.#transact<ConsentReply>(({ consents, families }, nowMs) => {
      const request = consents.take(consentSha256, memberId, nowMs);
      if (request === null) return { outcome: "unknown" };
      if (approval !== null) {
        families.insert(request, { ...approval, memberId, codeExpiresAtMs: nowMs + CODE_LIFETIME_MS });
      }
      return { outcome: "decided", request };
    });
  }

  async findCode(codeSha256: string): Promise<CodeView | null> {
    const code = this.#transact(({ families }, nowMs) => {
      const family = families.findByCode(codeSha256);
      if (family === null) return null;
      const decision = decideRedemption(family, nowMs);
      if (decision.outcome === "redeem") return family.code;
      if (decision.revokesFamily) families.revoke(family.grant.id, nowMs);
      return null;
    });
    await this.#tellRevocations();
    return code;
  }

  async redeemCode(command: RedeemCodeCommand): Promise<IssueReply> {
    return this.#issue(command.accessSha256, (store, nowMs) => decideCode(store, command, nowMs));
  }

  async findRefreshToken(tokenSha256: string): Promise<RefreshTokenView | null> {
    const { refreshTokens, families } = this.#store;
    const token = refreshTokens.find(tokenSha256);
    const family = token === null ? null : families.find(token.grantId);
    if (family === null || family.revokedAtMs !== null) return null;
    const { clientId, memberId } = family.grant;
    return { clientId, memberId, scopes: family.scopes };
  }

  async rotate(command: RotateCommand): Promise<IssueReply> {
    return this.#issue(command.accessSha256, (store, nowMs) => decideRotation(store, command, nowMs));
  }

  async revokeRefreshToken(token: { readonly tokenSha256: string; readonly clientId: string }): Promise<RevokeReply> {
    const reply = this.#transact<RevokeReply>(({ refreshTokens, families }, nowMs) => {
      const stored = refreshTokens.find(token.tokenSha256);
      const family = stored === null ? null : families.find(stored.grantId);
      if (family === null) return "unknown";
      if (family.grant.clientId !== token.clientId) return "of_another_client";
      families.revoke(family.grant.id, nowMs);
      return "revoked";
    });
    const isTold = await this.#tellRevocations();
    return reply === "revoked" && !isTold ? "unavailable" : reply;
  }

  async revokeClient(clientId: string): Promise<"revoked" | "unavailable"> {
    this.#transact(({ families, consents }, nowMs) => {
      families.revokeOfClient(clientId, nowMs);
      consents.close(clientId);
    });
    return (await this.#tellRevocations()) ? "revoked" : "unavailable";
  }

  async listGrants(query: GrantQuery): Promise<readonly GrantView[]> {
    return this.#store.families.listInForce(query, Date.now());
  }

  async revokeGrant({
    grantId,
    memberId,
  }: {
    readonly grantId: string;
    readonly memberId: string | null;
  }): Promise<RevokeGrantReply> {
    const reply = this.#transact<RevokeGrantReply>(({ families }, nowMs) => {
      const family = families.find(grantId);
      if (family === null || (memberId !== null && family.grant.memberId !== memberId)) return { outcome: "unknown" };
      families.revoke(grantId, nowMs);
      return { outcome: "revoked", grant: family.grant, wasInForce: family.revokedAtMs === null };
    });
    const isTold = await this.#tellRevocations();
    return reply.outcome === "revoked" && !isTold ? { outcome: "unavailable" } : reply;
  }

  async closeConsents(clientId: string): Promise<void> {
    this.#transact(({ consents }) => consents.close(clientId));
  }

  /** Delivered at least once. It must not throw: the platform would give up after a few attempts. */
  override async alarm(): Promise<void> {
    this.#alarmAtMs = null;
    try {
      await this.#tellRevocations();
      this.#transact(({ consents, families, refreshTokens }, nowMs) => {
        consents.purge(nowMs);
        refreshTokens.purge(nowMs);
        families.purge(nowMs);
      });
    } catch (error) {
      reportError("oauth.alarm_failed", error);
      this.#armBy(Date.now() + ALARM_RETRY_MS);
    }
  }

  /**
   * Gives new tokens: the Organization object learns the access token first, which nobody has yet, so that nothing is used up when
   * it cannot. What was presented may be used by another call meanwhile, so the decision is made again when it is written.
   */
  async #issue(accessSha256: string, decide: (store: OAuthStore, nowMs: number) => IssueDecision): Promise<IssueReply> {
    const wanted = this.#transact(decide);
    if (wanted.outcome !== "issue") return this.#answerTold(wanted);
    const remembered = await this.#organization.rememberOAuthToken({
      tokenSha256: accessSha256,
      grant: wanted.grant,
      scopes: wanted.scopes,
      expiresAtMs: Date.now() + ACCESS_TOKEN_LIFETIME_MS,
    });
    if (remembered.outcome === "refused") {
      return { outcome: remembered.failure.kind === "unauthenticated" ? "refused" : "unavailable" };
    }
    const reply = this.#transact<IssueReply>((store, nowMs) => {
      const decided = decide(store, nowMs);
      if (decided.outcome !== "issue") return decided;
      decided.write();
      return { outcome: "issued" };
    });
    return this.#answerTold(reply);
  }

  async #answerTold<Reply>(reply: Reply): Promise<Reply> {
    await this.#tellRevocations();
    return reply;
  }

  /** Tells the Organization object of revoked grants that it has not heard of. False: not of all; the alarm tries again. */
  async #tellRevocations(): Promise<boolean> {
    const untold = this.#store.families.untold(MAX_TOLD);
    if (untold.length === 0) return true;
    const reply = await this.#organization.revokeOAuthGrants(untold);
    if (reply.outcome !== "revoked") return false;
    this.#transact(({ families }) => {
      for (const grantId of untold) families.markTold(grantId);
    });
    return this.#tellRevocations();
  }

  /** One synchronous transaction: nothing is awaited between its first read and its last write. */
  #transact<T>(work: (store: OAuthStore, nowMs: number) => T): T {
    const nowMs = Date.now();
    const result = this.ctx.storage.transactionSync(() => work(this.#store, nowMs));
    this.#arm(nowMs);
    return result;
  }

  #arm(nowMs: number): void {
    const { consents, families, refreshTokens } = this.#store;
    const due = [
      consents.firstExpiryMs(),
      families.firstForgetMs(),
      refreshTokens.firstDueMs(),
      families.untold(1).length === 0 ? null : nowMs + RETRY_MS,
    ].filter((dueMs) => dueMs !== null);
    if (due.length > 0) this.#armBy(Math.max(nowMs, Math.min(...due)));
  }

  #armBy(dueMs: number): void {
    if (this.#alarmAtMs !== null && this.#alarmAtMs <= dueMs) return;
    this.#alarmAtMs = dueMs;
    void this.ctx.storage.setAlarm(dueMs);
  }
}
