/**
 * What the Organization object must know to decide without asking D1: a versioned copy of the organization's own records
 * and of the platform's prices and exchange rates. Loaded from D1 by `src/platform/directory-loader.ts`, kept by the object
 * in memory and in its storage.
 */
import type { AccessPolicy } from "../core/access-policy.ts";
import type { AgentStatus, UsageConstraint } from "../core/agent-constraint.ts";
import type { AutoTopUpRule } from "../core/auto-top-up.ts";
import type { BudgetPolicy } from "../core/budget.ts";
import type { Currency, Nanos } from "../core/money.ts";
import type { GatewayConfig } from "../core/gateway-config.ts";
import type { FundableScope } from "../core/payment-settings.ts";
import type { Price } from "../core/price.ts";
import type { RateLimits } from "../core/rate-limit.ts";
import type { CacheSettings } from "../core/response-cache.ts";
import type { WalletSettings } from "../core/wallet.ts";
import type { ZdrMode } from "../core/zdr.ts";
import type { PaymentProviderName } from "./payment-provider-name.ts";

/** Capabilities are tested, never role names (contract: Identity). */
export const CAPABILITIES = [
  "org:admin",
  "org:billing",
  "org:read",
  "agents:read",
  "agents:write",
  "team:lead",
  "control_plane",
  "self",
] as const;
export type Capability = (typeof CAPABILITIES)[number];

export interface KeyRecord {
  readonly id: string;
  readonly type: "gateway" | "access";
  readonly name: string;
  /** SHA-256 of the whole token, lower-case hex. */
  readonly tokenSha256: string;
  readonly memberId: string | null;
  readonly serviceUserId: string | null;
  readonly gatewayId: string | null;
  readonly teamId: string | null;
  readonly mayAssertIdentity: boolean;
  readonly capabilities: readonly Capability[];
  /** Exact names or `prefix*`; empty: any. */
  readonly models: readonly string[];
  readonly tags: readonly string[];
  readonly rateLimits: RateLimits | null;
  readonly expiresAtMs: number | null;
  readonly revokedAtMs: number | null;
}

/** What policies must know of a service user or a gateway. */
export interface TaggedRecord {
  readonly id: string;
  readonly tags: readonly string[];
}

export interface ServiceUserRecord extends TaggedRecord {
  readonly rateLimits: RateLimits | null;
}

export interface GatewayRecord extends TaggedRecord {
  /** The strictest of the gateway's own and its configuration's. */
  readonly zdrMode: ZdrMode;
  /** Null: the organization's. */
  readonly cache: CacheSettings | null;
  /** What its `policy-config.yaml` says. Null: it has none, or one that is not enabled. */
  readonly config: GatewayConfig | null;
  /** Of the configuration, also of one that is not enabled or was taken away. Absent: there never was one. */
  readonly configVersion?: number;
}

export interface AgentRecord {
  readonly id: string;
  readonly name: string;
  readonly status: AgentStatus;
  readonly tags: readonly string[];
  readonly constraints: readonly UsageConstraint[];
}

/** How one wallet refills itself. */
export interface AutoTopUpRecord extends AutoTopUpRule {
  readonly scope: FundableScope;
  readonly ownerId: string;
  readonly enabled: boolean;
  /** Of its amounts. */
  readonly currency: Currency;
  readonly methodId: string;
  /** Grows whenever it is saved: what was learnt under another one, such as declines, is forgotten. */
  readonly revision: number;
}

export interface Directory {
  /** Of the organization's own records; grows with every change. */
  readonly version: number;
  /** Of prices and exchange rates. */
  readonly platformVersion: number;
  readonly organization: {
    readonly id: string;
    readonly name: string;
    readonly status: "active" | "suspended";
  };
  readonly settings: WalletSettings;
  readonly keys: readonly KeyRecord[];
  readonly prices: readonly Price[];
  /** Units of the currency per 1 USD, exact decimal strings; USD is always 1. */
  readonly exchangeRates: Readonly<Partial<Record<Currency, string>>>;
  /** Names for wallets, and who belongs to which team. */
  readonly teams: readonly {
    readonly id: string;
    readonly name: string;
    readonly memberIds: readonly string[];
    readonly tags: readonly string[];
    readonly rateLimits: RateLimits | null;
  }[];
  readonly members: readonly {
    readonly id: string;
    readonly name: string;
    readonly rateLimits: RateLimits | null;
  }[];
  readonly seats: {
    /** At most so many grants a month. */
    readonly count: number;
    /** What a seat gets each month, in the organization's currency. */
    readonly monthlyCreditNanos: Nanos;
    readonly memberIds: readonly string[];
  };
  readonly agents: readonly AgentRecord[];
  readonly serviceUsers: readonly ServiceUserRecord[];
  readonly gateways: readonly GatewayRecord[];
  readonly accessPolicies: readonly AccessPolicy[];
  readonly budgets: readonly BudgetPolicy[];
  /** For what a refusal for lack of money offers. Absent: in a copy from before there were payments. */
  readonly payments?: {
    /** Undefined: nobody has chosen; null: none, by choice. */
    readonly provider?: PaymentProviderName | null;
    readonly targetScopes: readonly FundableScope[];
    /** Absent: in a copy from before there were any. */
    readonly autoTopUps?: readonly AutoTopUpRecord[];
  };
}
