/**
 * What of an organization a caller may see: all of it, or its own, and then also what the teams have spent that its member leads
 * (contract: Identity). The one source of this rule; `src/api/visible-rows.ts` says the same to databases.
 */
import type { WalletOwner } from "./attribution.ts";

/** A caller that sees its own: rows of its key, its member or service user, and of the teams that the member leads. */
export interface OwnSight {
  readonly sees: "own";
  readonly keyId: string;
  readonly memberId: string | null;
  readonly serviceUserId: string | null;
  /** Of the key itself: what its requests are charged to. */
  readonly keyTeamId: string | null;
  /** Teams that the member belongs to, with those that it leads. */
  readonly teamIds: readonly string[];
  readonly ledTeamIds: readonly string[];
}

export type Visibility = { readonly sees: "organization" } | OwnSight;

export const SEES_ORGANIZATION: Visibility = { sees: "organization" };

/** A member's place in a team. */
export interface TeamPlace {
  readonly teamId: string;
  readonly role: "member" | "lead";
}

/** The sight of a key without the organization's; `places` are its member's. */
export function ownSight(
  key: {
    readonly id: string;
    readonly memberId: string | null;
    readonly serviceUserId: string | null;
    readonly teamId: string | null;
  },
  places: readonly TeamPlace[],
): OwnSight {
  return {
    sees: "own",
    keyId: key.id,
    memberId: key.memberId,
    serviceUserId: key.serviceUserId,
    keyTeamId: key.teamId,
    teamIds: places.map(({ teamId }) => teamId),
    ledTeamIds: places.filter(({ role }) => role === "lead").map(({ teamId }) => teamId),
  };
}

/** A seat's and a user's wallet are their owner's, a team's its leads'; the organization's is nobody's own. */
export function seesWallet(sight: Visibility, { scope, ownerId }: WalletOwner): boolean {
  if (sight.sees === "organization") return true;
  switch (scope) {
    case "seat":
      return ownerId === sight.memberId;
    case "user":
      return ownerId === sight.memberId || ownerId === sight.serviceUserId;
    case "team":
      return sight.ledTeamIds.includes(ownerId);
    case "organization":
      return false;
  }
}

export function leadsTeam(sight: Visibility, teamId: string): boolean {
  return sight.sees === "own" && sight.ledTeamIds.includes(teamId);
}

/** Whether the caller's own requests may be charged to the team, or its member leads it. */
function usesTeam(sight: OwnSight, teamId: string): boolean {
  return teamId === sight.keyTeamId || sight.teamIds.includes(teamId);
}

/** Whom a question about money or budgets names. */
export interface NamedPayer {
  readonly userId: string | null;
  readonly teamId: string | null;
}

/** Whether the caller may ask how a payer stands: itself, with a team of its own, or a team that it leads. */
export function seesPayer(sight: Visibility, { userId, teamId }: NamedPayer): boolean {
  if (sight.sees === "organization") return true;
  const isOwnUser = userId === null || userId === sight.memberId || userId === sight.serviceUserId;
  return isOwnUser && (teamId === null || usesTeam(sight, teamId));
}
