/**
 * When people are told that a wallet runs out: each line is told of once, and again only after money was moved in
 * (contract: Wallets, Low balance). Decided by what is posted, because money that is only held may come back.
 */
import type { EntryType } from "./ledger-entry.ts";
import type { Nanos } from "./money.ts";
import type { Wallet, WalletStatus } from "./wallet.ts";

export const WALLET_ALERTS = ["wallet.low_balance", "wallet.depleted"] as const;
export type WalletAlert = (typeof WALLET_ALERTS)[number];

export interface AlertDecision {
  /** What people know of the wallet from now on. */
  readonly alerted: WalletStatus;
  /** What to tell them now. */
  readonly alerts: readonly WalletAlert[];
}

/** Credits of a seat expire every month anyway: nobody tops them up. */
const WATCHED_SCOPES: ReadonlySet<string> = new Set(["user", "team", "organization"]);

/**
 * `posted` is the wallet after a line of `amountNanos`, with what people knew before it. Only a fall tells; a fall across both
 * lines tells of both, since people may wait for either. Money that is moved in forgets what was told, once the wallet is
 * above the threshold; what a settlement gives back does not, because it would be told again with the next request.
 */
export function decideAlert(
  posted: Wallet,
  type: EntryType,
  amountNanos: Nanos,
  alertThresholdPercent: number,
): AlertDecision {
  const { alerted } = posted;
  if (!isWatched(posted)) return { alerted, alerts: [] };
  const level = alertLevel(posted, alertThresholdPercent);
  if (amountNanos > 0n) return { alerted: type !== "settle" && level === "healthy" ? level : alerted, alerts: [] };
  const crossesLow = level !== "healthy" && alerted === "healthy" && alertThresholdPercent > 0;
  const crossesEmpty = level === "depleted" && alerted !== "depleted";
  return {
    alerted: crossesEmpty ? "depleted" : crossesLow ? "low" : alerted,
    alerts: [
      ...(crossesLow ? (["wallet.low_balance"] as const) : []),
      ...(crossesEmpty ? (["wallet.depleted"] as const) : []),
    ],
  };
}

/**
 * A request that needed `requiredNanos` was refused for lack of money. What is left of a wallet that people know to be low is
 * dust when the request would not fit even if all that is held came back.
 */
export function decideShortageAlert(
  wallet: Wallet,
  requiredNanos: Nanos,
  alertThresholdPercent: number,
): AlertDecision {
  const { alerted } = wallet;
  const isLow = alerted === "low" && alertLevel(wallet, alertThresholdPercent) === "low";
  return isLow && wallet.balanceNanos < requiredNanos
    ? { alerted: "depleted", alerts: ["wallet.depleted"] }
    : { alerted, alerts: [] };
}

/** A wallet that never had money has nothing to run out of. */
function isWatched({ scope, totalAllocatedNanos, lastFundedBalanceNanos }: Wallet): boolean {
  return WATCHED_SCOPES.has(scope) && (totalAllocatedNanos !== 0n || lastFundedBalanceNanos !== 0n);
}

/** As `walletStatus`, of the balance. What has all of its last funding is not low, not even at a threshold of 100 %. */
function alertLevel({ balanceNanos, lastFundedBalanceNanos }: Wallet, alertThresholdPercent: number): WalletStatus {
  if (balanceNanos <= 0n) return "depleted";
  const isLow =
    balanceNanos < lastFundedBalanceNanos &&
    balanceNanos * 100n <= lastFundedBalanceNanos * BigInt(alertThresholdPercent);
  return isLow ? "low" : "healthy";
}
