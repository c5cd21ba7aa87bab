/** Who may pay into which wallet, and how much (contract: Payments; the product's page on wallets, Self-service top-up). Pure. */
import type { WalletOwner } from "./attribution.ts";
import { fail, invalid, ok } from "./failure.ts";
import type { Result } from "./failure.ts";
import { larger, formatNanos, NANOS_PER_UNIT } from "./money.ts";
import type { Currency, Nanos } from "./money.ts";
import { minorUnitDecimals, roundUpToMinorUnits, toMinorUnits } from "./minor-units.ts";

/** The wallets that payments can fund; a seat's credit comes from the plan alone. */
export const FUNDABLE_SCOPES = ["organization", "team", "user"] as const;
export type FundableScope = (typeof FUNDABLE_SCOPES)[number];

export interface PaymentSettings {
  /** Suggestions; any amount within the limits can be paid. */
  readonly presetAmountsNanos: readonly Nanos[];
  readonly minimumNanos: Nanos;
  readonly maximumNanos: Nanos;
  readonly targetScopes: readonly FundableScope[];
}

const units = (count: number): Nanos => BigInt(count) * NANOS_PER_UNIT;

/** In units of whatever currency the organization has. */
export const DEFAULT_PAYMENT_SETTINGS: PaymentSettings = {
  presetAmountsNanos: [10, 25, 50, 100].map(units),
  minimumNanos: units(1),
  maximumNanos: units(10_000),
  targetScopes: FUNDABLE_SCOPES,
};

export interface FundingTarget extends WalletOwner {
  readonly scope: FundableScope;
}

/** Who pays. */
export interface Funder {
  /** Has `org:billing`. */
  readonly isBilling: boolean;
  readonly memberId: string | null;
  /** Teams that the member leads. */
  readonly ledTeamIds: readonly string[];
}

/** Why a top-up is not possible; stable on the wire. */
export const UNAVAILABLE_REASONS = [
  "no_provider",
  "provider_not_configured",
  "currency_not_supported",
  "scope_not_allowed",
  "user_top_up_disabled",
  "permission_required",
] as const;
export type UnavailableReason = (typeof UNAVAILABLE_REASONS)[number];

export type FundingDecision =
  | { readonly available: true }
  | { readonly available: false; readonly reason: UnavailableReason; readonly message: string };

/** The active provider, as far as deciding needs it; null: none is chosen. */
export type ProviderStanding =
  | { readonly ready: true }
  | { readonly ready: false; readonly reason: "not_configured" | "currency_not_supported"; readonly message: string }
  | null;

/** The product's own words for people who cannot help themselves. */
export const CONTACT_ADMIN = "Contact your org admin to add credits";

const REASONS: Readonly<Record<UnavailableReason, string>> = {
  no_provider: "No payment provider is active in this deployment; wallets can still be credited by hand.",
  provider_not_configured: "The payment provider is not set up; wallets can still be credited by hand.",
  currency_not_supported:
    "The payment provider does not take the organization's currency; wallets can still be credited by hand.",
  scope_not_allowed: "The organization's payment settings do not let such wallets be topped up.",
  user_top_up_disabled: "The wallet settings do not let users top up their own wallets.",
  permission_required:
    "Topping up this wallet needs org:billing, or that the wallet is your own or that of a team that you lead.",
};

/**
 * Whether `funder` may pay into `target`'s wallet. Members pay into the organization's wallet, which everybody's requests fall back
 * to, into their own where the wallet settings let users do so, and into those of teams that they lead; whoever has `org:billing`, into any.
 */
export function decideFunding(question: {
  readonly provider: ProviderStanding;
  readonly settings: Pick<PaymentSettings, "targetScopes">;
  readonly selfServiceUserTopUp: boolean;
  readonly target: FundingTarget;
  readonly funder: Funder;
}): FundingDecision {
  const reason = findObstacle(question);
  if (reason === null) return { available: true };
  const why = REASONS[reason];
  return {
    available: false,
    reason,
    message: question.funder.isBilling ? why : `${CONTACT_ADMIN}. ${why}`,
  };
}

function findObstacle({
  provider,
  settings,
  selfServiceUserTopUp,
  target,
  funder,
}: Parameters<typeof decideFunding>[0]): UnavailableReason | null {
  if (provider === null) return "no_provider";
  if (!provider.ready) {
    return provider.reason === "not_configured" ? "provider_not_configured" : "currency_not_supported";
  }
  if (!settings.targetScopes.includes(target.scope)) return "scope_not_allowed";
  if (funder.isBilling) return null;
  switch (target.scope) {
    case "organization":
      return null;
    case "team":
      return funder.ledTeamIds.includes(target.ownerId) ? null : "permission_required";
    case "user":
      if (target.ownerId !== funder.memberId) return "permission_required";
      return selfServiceUserTopUp ? null : "user_top_up_disabled";
  }
}

/** Refuses what is no whole number of minor units, or outside of the limits. */
export function checkAmount(
  amountNanos: Nanos,
  currency: Currency,
  { minimumNanos, maximumNanos }: Pick<PaymentSettings, "minimumNanos" | "maximumNanos">,
): Result<null> {
  if (toMinorUnits(amountNanos, currency) === null) {
    const rule = `${currency} amounts can be paid with at most ${minorUnitDecimals(currency)} decimals.`;
    return fail(invalid("amount", "amount_not_payable", rule));
  }
  if (amountNanos < minimumNanos) {
    return fail(
      invalid("amount", "amount_too_small", `The smallest top-up is ${formatNanos(minimumNanos)} ${currency}.`),
    );
  }
  if (amountNanos > maximumNanos) {
    return fail(
      invalid("amount", "amount_too_large", `The largest top-up is ${formatNanos(maximumNanos)} ${currency}.`),
    );
  }
  return ok(null);
}

/** The smallest payable amount after which the wallet covers `requiredNanos`; at least the minimum. */
export function amountForShortage(
  requiredNanos: Nanos,
  availableNanos: Nanos,
  currency: Currency,
  { minimumNanos }: Pick<PaymentSettings, "minimumNanos">,
): Nanos {
  return roundUpToMinorUnits(larger(requiredNanos - availableNanos, minimumNanos), currency);
}
