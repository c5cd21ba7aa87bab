/** What every new organization is made of, whoever makes it. */
import { FIRST_POLICY } from "../contract/access-policy.ts";
import type { WalletSettingsPatch } from "../contract/wallet-settings.ts";
import { members, organizations, policies } from "../platform/d1/control-schema.ts";
import { ACCESS_POLICY } from "./access-policies.ts";
import type { ApiDeps } from "./deps.ts";
import type { MemberRow } from "./member-rows.ts";
import type { OrganizationRow } from "./organization-rows.ts";
import { draftPolicy } from "./policies.ts";
import type { Statement } from "./save-change.ts";

export interface NewOrganization {
  readonly name: string;
  /** Its own people bring money in. */
  readonly issuesCredit: boolean;
  /** What differs from the defaults. */
  readonly settings: WalletSettingsPatch;
  /** Null: nobody yet. */
  readonly owner: { readonly email: string; readonly name: string } | null;
}

export interface OrganizationDraft {
  readonly row: OrganizationRow;
  readonly owner: MemberRow | null;
  /** What makes it, with its owner and its first policy. */
  readonly statements: readonly Statement[];
}

export function draftOrganization(
  deps: ApiDeps,
  { name, issuesCredit, settings, owner }: NewOrganization,
): OrganizationDraft {
  const createdAtMs = deps.nowMs();
  const row: OrganizationRow = {
    id: deps.newId("org"),
    name,
    status: "active",
    ownerEmail: owner?.email ?? null,
    issuesCredit,
    settingsJson: JSON.stringify(settings),
    seatCount: 0,
    seatMonthlyCreditNanos: 0n,
    directoryVersion: 1,
    createdAtMs,
  };
  const member: MemberRow | null =
    owner === null
      ? null
      : { id: deps.newId("mem"), organizationId: row.id, ...owner, role: "owner", rateLimitsJson: null, createdAtMs };
  return {
    row,
    owner: member,
    statements: [
      deps.db.insert(organizations).values(row),
      ...(member === null ? [] : [deps.db.insert(members).values(member)]),
      deps.db.insert(policies).values(draftPolicy(deps, ACCESS_POLICY, row.id, FIRST_POLICY)),
    ],
  };
}
