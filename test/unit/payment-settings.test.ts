import { describe, expect, test } from "vitest";
import {
  CONTACT_ADMIN,
  decideFunding,
  FUNDABLE_SCOPES,
  UNAVAILABLE_REASONS,
  type Funder,
  type FundingTarget,
  type ProviderStanding,
  type UnavailableReason,
} from "../../src/core/payment-settings.ts";

const unready = (reason: "not_configured" | "currency_not_supported") =>
  ({ ready: false, reason, message: "" }) as const;

const PROVIDERS: readonly { readonly standing: ProviderStanding; readonly why: UnavailableReason | null }[] = [
  { standing: { ready: true }, why: null },
  { standing: null, why: "no_provider" },
  { standing: unready("not_configured"), why: "provider_not_configured" },
  { standing: unready("currency_not_supported"), why: "currency_not_supported" },
];

const FUNDERS: readonly (Funder & { readonly name: string })[] = [
  { name: "billing", isBilling: true, memberId: null, ledTeamIds: [] },
  { name: "member", isBilling: false, memberId: "mem_own", ledTeamIds: ["team_led"] },
  { name: "nobody", isBilling: false, memberId: null, ledTeamIds: [] },
];

const TARGETS: readonly FundingTarget[] = [
  { scope: "organization", ownerId: "org" },
  { scope: "team", ownerId: "team_led" },
  { scope: "team", ownerId: "team_other" },
  { scope: "user", ownerId: "mem_own" },
  { scope: "user", ownerId: "mem_other" },
];

/** Who may pay into which wallet when everything else allows it, written out; `self`: while users may top up their own. */
const ALLOWED: Readonly<Record<string, "yes" | "self">> = {
  "billing org": "yes",
  "billing team_led": "yes",
  "billing team_other": "yes",
  "billing mem_own": "yes",
  "billing mem_other": "yes",
  "member org": "yes",
  "member team_led": "yes",
  "member mem_own": "self",
  "nobody org": "yes",
};

const TABLE = PROVIDERS.flatMap((provider) =>
  FUNDERS.flatMap((funder) =>
    TARGETS.flatMap((target) =>
      [true, false].flatMap((selfServiceUserTopUp) =>
        [true, false].map((isTarget) => ({ provider, funder, target, selfServiceUserTopUp, isTarget })),
      ),
    ),
  ),
);
type Case = (typeof TABLE)[number];

function expectedReason({ provider, funder, target, selfServiceUserTopUp, isTarget }: Case): UnavailableReason | null {
  if (provider.why !== null) return provider.why;
  if (!isTarget) return "scope_not_allowed";
  const allowed = ALLOWED[`${funder.name} ${target.ownerId}`];
  if (allowed === undefined) return "permission_required";
  return allowed === "self" && !selfServiceUserTopUp ? "user_top_up_disabled" : null;
}

function decideCase({ provider, funder, target, selfServiceUserTopUp, isTarget }: Case) {
  const targetScopes = FUNDABLE_SCOPES.filter((scope) => isTarget || scope !== target.scope);
  return decideFunding({
    provider: provider.standing,
    settings: { targetScopes },
    selfServiceUserTopUp,
    target,
    funder,
  });
}

describe("a top-up", () => {
  test("is possible or says why, in every combination", () => {
    const decided = TABLE.map((one) => {
      const decision = decideCase(one);
      return decision.available ? null : decision.reason;
    });
    expect(decided).toEqual(TABLE.map(expectedReason));
    expect(new Set(decided)).toEqual(new Set([null, ...UNAVAILABLE_REASONS]));
  });

  test("that is not possible sends those to their admin who cannot help themselves, and nobody else", () => {
    for (const one of TABLE) {
      const decision = decideCase(one);
      if (decision.available) continue;
      expect(decision.message.startsWith(CONTACT_ADMIN)).toBe(!one.funder.isBilling);
      expect(decision.message.length).toBeGreaterThan(CONTACT_ADMIN.length + 2);
    }
  });
});
