/** What a consent lets an application do: as whom, within which scopes, and for how much money (contract: OAuth). */
import type { KeyPurpose } from "./access.ts";
import type { BudgetPolicy } from "./budget.ts";
import type { CalendarWindow } from "./calendar.ts";
import { fail, ok } from "./failure.ts";
import type { Result } from "./failure.ts";
import type { Nanos } from "./money.ts";
import type { OAuthScope } from "./oauth-family.ts";

/** What the id of a grant begins with, before `_`. */
export const GRANT_ID_PREFIX = "ogr";

/** The most that an application may spend in each window of the organization's calendar. */
export interface SpendCap {
  /** Nano-units of the organization's currency. Positive. */
  readonly amountNanos: Nanos;
  readonly window: CalendarWindow;
}

export interface OAuthGrant {
  /** `ogr_…`; in the place of a key's id wherever a request says by what it was made. */
  readonly id: string;
  readonly clientId: string;
  /** As the user saw it. */
  readonly clientName: string;
  /** Who consented, and pays. */
  readonly memberId: string;
  /** Null: only the budgets that hold for the user anyway. */
  readonly spendCap: SpendCap | null;
}

/** An access token as the organization's object knows it. */
export interface OAuthToken {
  readonly grant: OAuthGrant;
  readonly scopes: readonly OAuthScope[];
  readonly expiresAtMs: number;
  readonly isRevoked: boolean;
}

/** The scope that a use needs. Null: no application may do it. */
const SCOPE_OF_PURPOSE: Readonly<Record<KeyPurpose, OAuthScope | null>> = {
  model_traffic: "inference",
  question: "models:read",
  control_plane: null,
};

/** Checks that the token is known and in force, and that its user is still a member. */
export function verifyOAuthToken(
  token: OAuthToken | null,
  isMember: (memberId: string) => boolean,
  nowMs: number,
): Result<OAuthToken> {
  if (token === null) return fail({ kind: "unauthenticated", reason: "unknown" });
  if (token.isRevoked || !isMember(token.grant.memberId)) return fail({ kind: "unauthenticated", reason: "revoked" });
  if (token.expiresAtMs <= nowMs) return fail({ kind: "unauthenticated", reason: "expired" });
  return ok(token);
}

/** Whether the token may be used so; refused with the scope that is missing. */
export function allowPurpose(token: OAuthToken, purpose: KeyPurpose): Result<OAuthToken> {
  const scope = SCOPE_OF_PURPOSE[purpose];
  if (scope !== null && token.scopes.includes(scope)) return ok(token);
  return fail({ kind: "capability_required", capability: scope ?? purpose });
}

/**
 * The cap as a budget, so that it is tested and held as every other one. All capped consents of a user to a client count together:
 * asking again does not double what the client may spend. Null: there is none.
 */
export function budgetOfCap({ id, clientId, clientName, memberId, spendCap }: OAuthGrant): BudgetPolicy | null {
  if (spendCap === null) return null;
  return {
    id,
    counterId: `${clientId}:${memberId}`,
    name: `Spend cap of ${clientName}`,
    scope: { type: "key", id },
    windows: { [spendCap.window]: spendCap.amountNanos },
    hard: true,
    alertPercentages: [],
    override: null,
  };
}
