/**
 * The commands that Workers give to the Organization object and its answers: plain structured-clone data, nothing thrown.
 * Every id is made by the side that retries; a command repeated with the same id and content gets the first answer again.
 */
import type { MatchedPolicy } from "../core/access-policy.ts";
import type { AssertedIdentity, Attribution } from "../core/attribution.ts";
import type { Endpoint, Provider } from "../core/endpoint.ts";
import type { Failure } from "../core/failure.ts";
import type { SecretRef } from "../core/gateway-config.ts";
import type { Currency, Nanos } from "../core/money.ts";
import type { Price } from "../core/price.ts";
import type { RateView } from "../core/rate-limit.ts";
import type { RequestFacts } from "../core/request-facts.ts";
import type { KeptAnswer } from "../core/response-cache.ts";
import type { ReservationStatus } from "../core/reservation.ts";
import type { TargetHealthView } from "../core/target-health.ts";
import type { Usage } from "../core/usage.ts";
import type { WalletScope } from "../core/wallet.ts";
import type { ZdrMode } from "../core/zdr.ts";
import type { Attempt, PricingSource, SpendStatus, UsageSource } from "./spend-log.ts";

export type { AssertedIdentity, Attribution } from "../core/attribution.ts";

/** How every answer of the object says no. */
export interface Refused {
  readonly outcome: "refused";
  readonly failure: Failure;
}

export function refuse(failure: Failure): Refused {
  return { outcome: "refused", failure };
}

/** Who calls, as a rule: the SHA-256 of the whole presented token, in lower-case hex. The token itself never leaves the Worker. */
export interface Credential {
  readonly tokenSha256: string;
  /** It is an access token of an application, not a key. */
  readonly oauth?: true;
  /** Set: no token at all, but a session of this member, which the Worker has verified; `tokenSha256` then only tells members apart. */
  readonly memberId?: string;
}

export interface AuthorizeCommand {
  /** `req_…`, ours. */
  readonly requestId: string;
  /** `res_…`, made by the caller of this command, reused when it retries. */
  readonly reservationId: string;
  readonly credential: Credential;
  readonly asserted: AssertedIdentity;
  readonly facts: RequestFacts;
  readonly requestSha256: string;
  /** From `X-Cost-Ticket`; an unusable one means a fresh estimate. */
  readonly ticketId: string | null;
  /** Lower the caller's own cap to what the funds cover (`x-keeptrusts-clamp`). */
  readonly clamp: boolean;
  /** From `x-keeptrusts-zdr`; the organization and the gateway can only be tightened by it. */
  readonly zdrMode: ZdrMode;
  /** What the body says about storing the answer at the provider; null: nothing. */
  readonly store: boolean | null;
  /** Only the gateway API: the request is forwarded elsewhere, so the key needs `control_plane`. */
  readonly forwardedElsewhere: boolean;
  /** Small caller-supplied pairs for the spend log. */
  readonly metadata: Readonly<Record<string, string>>;
  /** What the Worker knows of the organization's targets; it orders them, and is no part of what the command asks for. */
  readonly health?: readonly TargetHealthView[];
  /** The Worker has an answer to this very request: with the cache in force, and allowed by all but the funds, it is given. */
  readonly kept?: KeptAnswer & Pick<SettleCommand, "usage" | "responseModel">;
}

/** A configured upstream, ready to be called. */
export interface PlannedTarget {
  readonly id: string;
  readonly provider: Provider;
  /** Null: the provider's own address, or the deployment's override of it. */
  readonly baseUrl: string | null;
  /** Absent: the deployment's credential for the provider. */
  readonly secret?: SecretRef;
  /** The model name to send upstream. */
  readonly model: string;
  /** Other names that the gateway's configuration gives the model. Absent: none. */
  readonly aliases?: readonly string[];
  readonly price: Price | null;
  /** The price is that of the gateway's configuration. */
  readonly declared?: true;
  /** Costs in its answers are believed. */
  readonly trustsUpstreamCost?: true;
}

export interface Grant {
  readonly reservationId: string;
  readonly requestId: string;
  readonly attribution: Attribution;
  readonly wallet: { readonly id: string; readonly scope: WalletScope } | null;
  readonly heldNanos: Nanos;
  readonly currency: Currency;
  /** Units of the wallet's currency per 1 USD, as an exact decimal string. */
  readonly exchangeRate: string;
  readonly availableNanos: Nanos;
  /** What the tightest hard budget window has left beside this hold; absent: no hard budget counts the request. */
  readonly budgetRemainingNanos?: Nanos;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly leaseMs: number;
  /** In the order in which they are tried. */
  readonly targets: readonly PlannedTarget[];
  /** The cap to write into the body; null: the body keeps what it has. */
  readonly outputCapTokens: number | null;
  /** True when the cap was lowered, or set, because the funds cover no more. */
  readonly clamped: boolean;
  readonly onClientDisconnect: "abort" | "drain";
  readonly onHoldExhausted: "finish" | "stop";
  readonly zdrMode: ZdrMode;
  readonly ticketId: string | null;
  /** The answer may be kept for so long. Absent: it may not. */
  readonly cacheTtlSeconds?: number;
  /** The request has ended: it gets the answer that the Worker has. */
  readonly servedFromCache?: true;
  /** What is left of the rate limits after this request. Absent: none limits it. */
  readonly rates?: RateView;
  /** Present when the object did not answer and the request is forwarded all the same: nothing is held (`wallet_fail_mode`). */
  readonly unreserved?: true;
  /** Present when the event log keeps the bodies of this request. */
  readonly keepsBodies?: true;
}

/** A refusal that has an event. */
export interface LoggedRefusal extends Refused {
  /** Present when the event log keeps the bodies: when the event was made. */
  readonly keepsBodiesAtMs?: number;
}

export type AuthorizeReply =
  | {
      readonly outcome: "authorized";
      readonly grant: Grant;
      /** As the reservation is now: a repeat may come after its end, when nothing is held any more. */
      readonly status: ReservationStatus;
    }
  | LoggedRefusal;

/** How a request ended, and with what usage. */
export interface SettleCommand {
  readonly reservationId: string;
  /** Only the gateway API: what our own proxy forwards is not found. */
  readonly forwardedElsewhere?: true;
  readonly status: SpendStatus;
  /** Null: nothing was delivered and nothing is charged (a release), or the cost is given. */
  readonly usage: Usage | null;
  readonly usageSource: UsageSource;
  /** Only the gateway API: a cost in nano-USD that replaces pricing. */
  readonly costUsdNanos: Nanos | null;
  /** The target that answered; null when none did. */
  readonly targetId: string | null;
  /** The model that the provider's answer names. */
  readonly responseModel: string | null;
  /** The provider's id of a stored response, remembered so that `previous_response_id` can be checked. */
  readonly responseId: string | null;
  readonly attempts: readonly Attempt[];
  readonly latencyMs: number | null;
  readonly upstreamLatencyMs: number | null;
  readonly flags: readonly string[];
}

export type SettleReply =
  | {
      readonly outcome: "ended";
      /** `settled` also for `late` settlements after expiry; `released` when nothing was charged. */
      readonly status: "settled" | "released";
      readonly settledNanos: Nanos;
      readonly releasedNanos: Nanos;
      readonly currency: Currency;
      readonly wallet: { readonly id: string; readonly scope: WalletScope; readonly availableNanos: Nanos } | null;
      readonly flags: readonly string[];
      readonly pricingSource: PricingSource | null;
    }
  | Refused;

/**
 * A request that was decided without the object, because it did not answer. All of it is as the Worker saw it at the time:
 * what a reservation would have frozen.
 */
export interface UnreservedRequest {
  readonly requestId: string;
  /** The id that `authorize` was asked with: the object may have made that reservation after all. */
  readonly reservationId: string;
  readonly attribution: Attribution;
  readonly endpoint: Endpoint;
  readonly streamed: boolean;
  readonly requestedModel: string;
  readonly zdrMode: ZdrMode;
  readonly metadata: Readonly<Record<string, string>>;
  readonly currency: Currency;
  /** Empty when there was none, which only a refusal can have. */
  readonly exchangeRate: string;
  /** In the order in which they are tried; empty: the request was refused and never left. */
  readonly targets: readonly PlannedTarget[];
  readonly createdAtMs: number;
  /** The access policies that matched. */
  readonly matched: readonly MatchedPolicy[];
  readonly keepsBodies?: true;
}

/** How an unreserved request ended. `settlement` has the same reservation id as `request`. */
export interface SettleUnreservedCommand {
  readonly request: UnreservedRequest;
  readonly settlement: SettleCommand;
}

/** What becomes of a request whose object does not answer. */
export type UnreservedPlan =
  | { readonly outcome: "forward"; readonly grant: Grant; readonly request: UnreservedRequest }
  | {
      readonly outcome: "refused";
      readonly failure: Failure;
      /** Null: who calls could not be verified. */
      readonly request: UnreservedRequest | null;
    };

/** Renews the lease of a running request, records what it has used so far, and may ask for more money to be held. */
export interface CheckpointCommand {
  readonly reservationId: string;
  /** Only the gateway API: what our own proxy forwards is not found. */
  readonly forwardedElsewhere?: true;
  /** Null: sent upstream, nothing metered yet. It never falls: of two checkpoints the one that costs more is kept. */
  readonly usage: Usage | null;
  /** The target that answers. Absent: the first, as far as anybody knows. */
  readonly targetId?: string;
  /**
   * Hold so much that so many output tokens, of all choices, are paid for beside the rest of `usage`. A target, not an
   * increment: repeating it changes nothing, and a lower one frees nothing. Without `usage` it is ignored.
   */
  readonly holdForOutputTokens?: number;
}

/** The lease is renewed; money may have come to less than was asked for. */
export interface Renewal {
  readonly outcome: "renewed";
  readonly expiresAtMs: number;
  /** All that is held now. */
  readonly heldNanos: Nanos;
  readonly currency: Currency;
  /** Output tokens that this pays for beside the rest of `usage`; null: any number, or `usage` is not known. */
  readonly coveredOutputTokens: number | null;
}

export type CheckpointReply = Renewal | Refused;

/** An unreserved request is known, and until when it may take. */
export type BeginReply = Pick<Renewal, "outcome" | "expiresAtMs"> | Refused;

/** A call that costs nothing and is still checked: `count_tokens`. */
export interface AdmitCommand {
  /** `req_…`: what it counts as in limits of requests, once however often it is repeated. */
  readonly requestId: string;
  readonly credential: Credential;
  readonly asserted: AssertedIdentity;
  readonly endpoint: Endpoint;
  readonly model: string;
  /** From `x-keeptrusts-zdr`. */
  readonly zdrMode: ZdrMode;
}

export type AdmitReply =
  | {
      readonly outcome: "authorized";
      readonly attribution: Attribution;
      readonly targets: readonly PlannedTarget[];
      /** What is left of the limits of requests. Absent: none limits it. */
      readonly rates?: RateView;
    }
  | Refused;

/** Redeems a ticket for a gateway elsewhere, which has the body's hash but not the body. */
export interface RedeemCommand {
  readonly requestId: string;
  readonly reservationId: string;
  readonly credential: Credential;
  readonly ticketId: string;
  readonly requestSha256: string;
}

/** What a request would hold and who would pay; changes nothing. */
export type EstimateReply =
  | {
      readonly outcome: "estimated";
      readonly holdNanos: Nanos;
      readonly currency: Currency;
      readonly targets: readonly {
        readonly id: string;
        readonly provider: Provider;
        readonly model: string;
        readonly holdNanos: Nanos;
      }[];
      readonly payer: { readonly walletId: string; readonly scope: WalletScope } | null;
      readonly affordableOutputTokens: number;
    }
  | Refused;

/** The models that this caller may use, as model traffic would decide it. */
export type ModelsReply =
  | {
      readonly outcome: "listed";
      readonly prices: readonly Price[];
      /** Models in force that the caller may not use, by their ids in the price book, with the name of what forbids them. */
      readonly denials: readonly { readonly priceId: string; readonly rule: string }[];
    }
  | Refused;
