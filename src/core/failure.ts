/**
 * Every way in which a request can be refused, as one closed union of plain values. They cross the object's boundary and
 * are turned into a status, headers and a body by `src/provider/failure.ts`, whose switches are exhaustive.
 * Kinds, statuses and headers: contract, Failures.
 */
import type { BudgetWindowView } from "./budget.ts";
import type { EvaluatedLimit } from "./limit-counter.ts";
import type { Currency, Nanos } from "./money.ts";
import type { RateScope, RateUnit, RateView } from "./rate-limit.ts";
import type { WalletScope } from "./wallet.ts";

export interface CostTicketView {
  readonly id: string;
  readonly estimatedCostNanos: Nanos;
  readonly currency: Currency;
  readonly provider: string;
  readonly model: string;
  readonly requestSha256: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  /** Output tokens that the best funded source could pay for this request now; 0 when not even its input is covered. */
  readonly affordableOutputTokens: number;
}

/** What is wrong with a document, and where; lines and columns begin at 1. */
export interface DocumentError {
  readonly code: string;
  /** `providers.targets[0].pricing`; empty: the document. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** What was probably meant. */
  readonly suggestion?: string;
}

/** Whether the caller can help themselves, and where. The path is the gateway's own until the answer has its origin. */
export interface TopUpOffer {
  readonly available: boolean;
  readonly url: string | null;
  /** Money is on its way by an auto top-up. */
  readonly isPending?: true;
}

export type Failure =
  | {
      readonly kind: "unauthenticated";
      readonly reason: "missing" | "malformed" | "unknown" | "expired" | "revoked" | "wrong_type";
    }
  | { readonly kind: "organization_suspended" }
  | {
      readonly kind: "access_denied";
      /** The name of what forbids it; null: nothing allows it. */
      readonly rule: string | null;
      readonly model: string;
      /** The model is allowed, but not so much of it: at most so many output tokens per choice; 0: not even its input. */
      readonly limit?: {
        readonly name: "max_output_tokens" | "max_cost_per_request";
        readonly allowedOutputTokens: number;
      };
    }
  | {
      readonly kind: "identity_not_allowed";
      readonly header: string;
      /** Set: whoever may name identities cannot name this one, because there is no such agent. */
      readonly unknownAgentId?: string;
    }
  | { readonly kind: "capability_required"; readonly capability: string }
  /** Only an organization that issues its own credit may. */
  | {
      readonly kind: "credit_not_issued";
      /** Which one would let requests leave unpaid. Null: it was about money itself. */
      readonly setting: string | null;
    }
  /** A key or a token where only a person who is signed in may act. */
  | { readonly kind: "sign_in_required" }
  /** A cookie came along with a change that no page of ours has sent. */
  | { readonly kind: "cross_origin" }
  | { readonly kind: "model_not_found"; readonly model: string }
  /** An object of ours that does not exist or belongs to another organization. */
  | { readonly kind: "not_found"; readonly what: string }
  | { readonly kind: "method_not_allowed"; readonly allowed: readonly string[] }
  | {
      readonly kind: "invalid_request";
      readonly param: string | null;
      readonly code: string;
      readonly message: string;
      /** Of a document: everything that is wrong with it. */
      readonly errors?: readonly DocumentError[];
    }
  | {
      readonly kind: "conflict";
      readonly code: string;
      readonly message: string;
      /** Only where waiting helps: what it contradicts is about to pass. */
      readonly retryAfterSeconds?: number;
      /** Further members of the error, as they stand on the wire. */
      readonly details?: Readonly<Record<string, string>>;
    }
  | { readonly kind: "body_too_large"; readonly limitBytes: number }
  | { readonly kind: "url_too_long"; readonly limitCharacters: number }
  | { readonly kind: "headers_too_large"; readonly limitCharacters: number }
  /** Too many from one address that were not authenticated, or that are dear. */
  | { readonly kind: "too_many_attempts"; readonly retryAfterSeconds: number }
  | {
      readonly kind: "rate_limited";
      readonly scope: RateScope;
      readonly limit: number;
      readonly unit: RateUnit;
      /** Null: the request alone is larger than the limit. */
      readonly retryAfterSeconds: number | null;
      readonly rates: RateView;
    }
  | {
      readonly kind: "agent_constraint_exceeded";
      readonly agent: { readonly id: string; readonly name: string };
      readonly runId: string | null;
      readonly currency: Currency;
      /** Every constraint of the agent, as it stood. */
      readonly constraints: readonly EvaluatedLimit[];
    }
  | {
      readonly kind: "budget_exhausted";
      readonly budgets: readonly BudgetWindowView[];
      readonly retryAfterSeconds: number;
    }
  | {
      readonly kind: "insufficient_funds";
      readonly ticket: CostTicketView | null;
      readonly requiredNanos: Nanos;
      readonly availableNanos: Nanos;
      readonly currency: Currency;
      /** The scope of the best funded source. */
      readonly scope: WalletScope;
      readonly topUp: TopUpOffer;
    }
  | {
      readonly kind: "ticket_invalid";
      readonly reason: "expired" | "mismatch" | "redeemed" | "unknown";
    }
  | { readonly kind: "price_unknown"; readonly model: string }
  | { readonly kind: "exchange_rate_missing"; readonly currency: Currency }
  | {
      readonly kind: "price_ceiling_exceeded";
      readonly targets: readonly {
        readonly id: string;
        readonly projectedNanos: Nanos;
        readonly ceilingNanos: Nanos;
      }[];
    }
  | { readonly kind: "wallet_unavailable" }
  /** `reason` is stable; `message` is for people. */
  | { readonly kind: "top_up_unavailable"; readonly reason: string; readonly message: string }
  | { readonly kind: "payment_provider_unavailable" }
  | { readonly kind: "upstream_account_error" }
  | { readonly kind: "upstream_unreachable" }
  | { readonly kind: "upstream_timeout" }
  /** An upstream that stopped before its terminal event, or sent what cannot be read. */
  | { readonly kind: "upstream_incomplete" }
  | { readonly kind: "internal" };

export type Result<T, E = Failure> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: E };

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function fail<E>(failure: E): { readonly ok: false; readonly failure: E } {
  return { ok: false, failure };
}

/** A refusal of one field; `param` null: of the whole request. */
export function invalid(param: string | null, code: string, message: string): Failure {
  return { kind: "invalid_request", param, code, message };
}
