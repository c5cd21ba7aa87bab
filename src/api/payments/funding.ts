/** Who pays into which wallet by a request of the control plane, and whether they may. */
import { and, eq } from "drizzle-orm";
import type { Failure, Result } from "../../core/failure.ts";
import { fail, invalid, ok } from "../../core/failure.ts";
import {
  decideFunding,
  type Funder,
  type FundableScope,
  type FundingDecision,
  type FundingTarget,
  type PaymentSettings,
} from "../../core/payment-settings.ts";
import type { WalletSettings } from "../../core/wallet.ts";
import { teamMembers } from "../../platform/d1/control-schema.ts";
import { readSettings } from "../../platform/directory-loader.ts";
import {
  activeProvider,
  findPaymentSettings,
  readPaymentsConfig,
  standingOf,
  type PaymentsConfig,
} from "../../platform/payments/config.ts";
import type { PaymentProvider } from "../../platform/payments/provider.ts";
import type { Principal } from "../authenticate.ts";
import type { ApiDeps } from "../deps.ts";
import { findOrganization } from "../organization-rows.ts";
import { checkOwner } from "../owner-wallet.ts";

/** Everything that a decision about a top-up looks at. */
export interface FundingContext {
  readonly organizationId: string;
  readonly organizationName: string;
  readonly wallet: WalletSettings;
  readonly settings: PaymentSettings;
  readonly config: PaymentsConfig;
  readonly provider: PaymentProvider | null;
}

export async function readFunding(deps: ApiDeps, organizationId: string): Promise<Result<FundingContext>> {
  const [organization, settings, config] = await Promise.all([
    findOrganization(deps, organizationId),
    findPaymentSettings(deps.db, organizationId),
    readPaymentsConfig(deps.db),
  ]);
  if (!organization.ok) return organization;
  return ok({
    organizationId,
    organizationName: organization.value.name,
    wallet: readSettings(organization.value),
    settings,
    config,
    provider: activeProvider(deps.payments.flow.providers, config.provider),
  });
}

export async function funderOf(deps: ApiDeps, principal: Principal): Promise<Funder> {
  const isBilling = principal.capabilities.has("org:billing");
  return readFunder(deps, principal.organizationId, principal.memberId, isBilling);
}

export async function readFunder(
  deps: ApiDeps,
  organizationId: string,
  memberId: string | null,
  isBilling: boolean,
): Promise<Funder> {
  if (memberId === null) return { isBilling, memberId, ledTeamIds: [] };
  const rows = await deps.db
    .select({ teamId: teamMembers.teamId })
    .from(teamMembers)
    .where(
      and(
        eq(teamMembers.organizationId, organizationId),
        eq(teamMembers.memberId, memberId),
        eq(teamMembers.role, "lead"),
      ),
    );
  return { isBilling, memberId, ledTeamIds: rows.map(({ teamId }) => teamId) };
}

export function decide(context: FundingContext, target: FundingTarget, funder: Funder): FundingDecision {
  return decideFunding({
    provider: standingOf(context.provider, context.wallet.currency),
    settings: context.settings,
    selfServiceUserTopUp: context.wallet.selfServiceUserTopUp,
    target,
    funder,
  });
}

export interface TargetDraft {
  readonly scope: FundableScope;
  readonly team_id?: string | undefined;
  readonly user_id?: string | undefined;
}

/** The wallet that a body names. Refuses contradictions, and owners that are not the organization's. */
export async function readTarget(
  deps: ApiDeps,
  principal: Pick<Principal, "organizationId" | "memberId">,
  { scope, team_id: teamId, user_id: userId }: TargetDraft,
): Promise<Result<FundingTarget>> {
  if (teamId !== undefined && scope !== "team") return fail(contradicts("team_id", scope));
  if (userId !== undefined && scope !== "user") return fail(contradicts("user_id", scope));
  switch (scope) {
    case "organization":
      return ok({ scope, ownerId: principal.organizationId });
    case "team":
      if (teamId === undefined) return fail(missing("team_id", "Name the team whose wallet it is."));
      return ofOwner(deps, principal.organizationId, { scope, ownerId: teamId });
    case "user": {
      const ownerId = userId ?? principal.memberId;
      if (ownerId === null) return fail(missing("user_id", "This key is nobody's: name the user whose wallet it is."));
      return ofOwner(deps, principal.organizationId, { scope, ownerId });
    }
  }
}

async function ofOwner(deps: ApiDeps, organizationId: string, target: FundingTarget): Promise<Result<FundingTarget>> {
  const checked = await checkOwner(deps, organizationId, target);
  return checked.ok ? ok(target) : checked;
}

function contradicts(param: string, scope: string): Failure {
  return invalid(param, "invalid_target", `\`${param}\` names no wallet of the scope ${scope}.`);
}

function missing(param: string, message: string): Failure {
  return invalid(param, "missing_required_parameter", message);
}
