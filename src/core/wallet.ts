/** A balance ledger attached to a scope. `balance` is what is posted, `held` what open reservations keep, `available` the rest. */
import type { WeekStart } from "./calendar.ts";
import type { Currency, Nanos } from "./money.ts";
import { NO_RATE_LIMIT_TIERS } from "./rate-limit.ts";
import type { RateLimitTiers } from "./rate-limit.ts";
import { DEFAULT_CACHE } from "./response-cache.ts";
import type { CacheSettings } from "./response-cache.ts";
import type { ZdrMode } from "./zdr.ts";

/** In funding order. A seat's money is a member's credit of the month. */
export const WALLET_SCOPES = ["seat", "user", "team", "organization"] as const;
export type WalletScope = (typeof WALLET_SCOPES)[number];

export interface Wallet {
  readonly id: string;
  readonly scope: WalletScope;
  /** The member's, service user's, team's or organization's id. */
  readonly ownerId: string;
  readonly balanceNanos: Nanos;
  readonly heldNanos: Nanos;
  /** What ever came in: credits, allocations, top-ups; less what was reclaimed. */
  readonly totalAllocatedNanos: Nanos;
  readonly totalSpentNanos: Nanos;
  /** The balance right after the last funding: what the alert threshold is a percentage of. */
  readonly lastFundedBalanceNanos: Nanos;
  /** What people were told of it since then. */
  readonly alerted: WalletStatus;
  /** Since when nothing may be held in it or moved to it, because its owner goes; 0: its owner is gone. Absent: it is open. */
  readonly closedAtMs?: number | null;
}

export type WalletStatus = "healthy" | "low" | "depleted";

export interface WalletSettings {
  readonly currency: Currency;
  /** 2,000 is 20 %. */
  readonly reserveBufferBasisPoints: number;
  readonly alertThresholdPercent: number;
  readonly walletFailMode: "closed" | "open";
  /** Null: an uncapped request holds the model's maximum. */
  readonly defaultMaxOutputTokens: number | null;
  readonly enforceDefaultMaxOutput: boolean;
  readonly minimumOutputTokens: number;
  readonly clamp: boolean;
  readonly onClientDisconnect: "abort" | "drain";
  readonly onHoldExhausted: "finish" | "stop";
  readonly selfServiceUserTopUp: boolean;
  /** Members make and rotate gateway keys of their own. */
  readonly selfServiceKeys: boolean;
  /** An IANA name. */
  readonly timeZone: string;
  readonly weekStartsOn: WeekStart;
  readonly allowUnpriced: boolean;
  readonly zdrMode: ZdrMode;
  readonly rateLimits: RateLimitTiers;
  readonly cache: CacheSettings;
  /** Whether the event log keeps the bodies of requests and answers. */
  readonly keepEventBodies: boolean;
  /** After how many days events and their bodies are removed. */
  readonly retentionDays: number;
}

export const DEFAULT_WALLET_SETTINGS: WalletSettings = {
  currency: "USD",
  reserveBufferBasisPoints: 2_000,
  alertThresholdPercent: 20,
  walletFailMode: "closed",
  defaultMaxOutputTokens: null,
  enforceDefaultMaxOutput: true,
  minimumOutputTokens: 1_024,
  clamp: false,
  onClientDisconnect: "abort",
  onHoldExhausted: "finish",
  selfServiceUserTopUp: false,
  selfServiceKeys: true,
  timeZone: "UTC",
  weekStartsOn: "monday",
  allowUnpriced: false,
  zdrMode: "off",
  rateLimits: NO_RATE_LIMIT_TIERS,
  cache: DEFAULT_CACHE,
  keepEventBodies: true,
  retentionDays: 30,
};

/** What can still be held. Negative when the wallet is overdrawn. */
export function availableNanos(wallet: Pick<Wallet, "balanceNanos" | "heldNanos">): Nanos {
  return wallet.balanceNanos - wallet.heldNanos;
}

export function isClosed({ closedAtMs = null }: Pick<Wallet, "closedAtMs">): boolean {
  return closedAtMs !== null;
}

/** `low` is at or under the threshold of the balance after the last funding; `depleted` has nothing available. */
export function walletStatus(wallet: Wallet, alertThresholdPercent: number): WalletStatus {
  const available = availableNanos(wallet);
  if (available <= 0n) return "depleted";
  const atOrUnder = available * 100n <= wallet.lastFundedBalanceNanos * BigInt(alertThresholdPercent);
  return atOrUnder ? "low" : "healthy";
}
