/**
 * What a payment provider is to us: the one small interface behind which a provider is one file. Amounts are nano-units of the
 * currency on this side; only adapters know minor units (`src/core/minor-units.ts`). Every id that makes a call idempotent is
 * ours and is sent to the provider as its idempotency key: a repeat with the same id moves no money again and gets the same answer.
 * Expected outcomes are values; an adapter throws only for bugs.
 */
import type { PaymentProviderName } from "../../contract/payment-provider-name.ts";
import type { Result } from "../../core/failure.ts";
import type { Currency, Nanos } from "../../core/money.ts";

export type { PaymentProviderName };

/** Whether the provider can take money of a currency now. `not_configured`: secrets or settings of the deployment are missing. */
export type PaymentReadiness =
  | { readonly ready: true }
  | {
      readonly ready: false;
      readonly reason: "not_configured" | "currency_not_supported";
      /** For people, without secrets. */
      readonly message: string;
    };

/** A session that the payer completes on a page of the provider. */
export interface CheckoutRequest {
  /** Ours, and the idempotency key. Adapters put it into the provider's metadata, so that every event names it. */
  readonly sessionId: string;
  readonly organizationId: string;
  readonly amountNanos: Nanos;
  readonly currency: Currency;
  /** One line for the payer, such as "Credits for Acme". */
  readonly description: string;
  /** Ours, absolute: where the payer comes back to. */
  readonly successUrl: string;
  readonly cancelUrl: string;
  readonly expiresAtMs: number;
  /** Keep the payment method for later charges without the payer. */
  readonly saveMethod: boolean;
  /** The provider's name of the organization's payer when one is known, so that saved methods stay together. */
  readonly customerReference: string | null;
}

export interface ProviderCheckout {
  /** The provider's name of the checkout. */
  readonly reference: string;
  readonly approvalUrl: string;
  /** When the provider ends it; not later than what was asked for where the provider allows that. */
  readonly expiresAtMs: number;
}

/** A payment method that the provider keeps for us. */
export interface ProviderMethod {
  readonly customerReference: string;
  readonly methodReference: string;
  /** For people: "visa •••• 4242". Never more of the number. */
  readonly label: string;
}

export interface CapturedPayment {
  /** The provider's name of the payment, which refunds and disputes refer to. */
  readonly paymentReference: string;
  /** What was really taken. */
  readonly amountNanos: Nanos;
  readonly currency: Currency;
  /** Null: none was saved. */
  readonly method: ProviderMethod | null;
}

/** Why a payment did not happen. `code` is the provider's, for logs and people; it decides nothing. */
export interface Decline {
  readonly code: string;
  /** The same method can work later. False: it is of no use any more (expired, stolen, removed, wants its owner). */
  readonly retryable: boolean;
}

/** How a checkout or a charge stands at the provider. */
export type PaymentState =
  /** The payer has not paid yet. */
  | { readonly status: "open" }
  /** Under way at the provider; the end comes by webhook or by asking again. */
  | { readonly status: "pending"; readonly paymentReference: string | null }
  | { readonly status: "captured"; readonly payment: CapturedPayment }
  | { readonly status: "failed"; readonly decline: Decline }
  | { readonly status: "canceled" }
  | { readonly status: "expired" }
  /** The provider knows nothing of it. */
  | { readonly status: "unknown" };

export interface RefundRequest {
  /** Ours, and the idempotency key. Goes into the provider's metadata. */
  readonly refundId: string;
  readonly sessionId: string;
  readonly paymentReference: string;
  readonly amountNanos: Nanos;
  readonly currency: Currency;
}

export interface RefundState {
  readonly refundReference: string;
  readonly status: "succeeded" | "pending" | "failed";
}

/** Money from a saved method, without the payer. */
export interface ChargeRequest {
  /** Ours, and the idempotency key: charges are sessions too. Goes into the provider's metadata. */
  readonly sessionId: string;
  readonly organizationId: string;
  readonly method: Pick<ProviderMethod, "customerReference" | "methodReference">;
  readonly amountNanos: Nanos;
  readonly currency: Currency;
  readonly description: string;
}

/** What an adapter cannot do. `unavailable`: try again with the same id. `rejected`: a repeat would be rejected again. */
export interface ProviderFault {
  readonly kind: "unavailable" | "rejected";
  /** For logs, without secrets. */
  readonly message: string;
}

/** What an event is about. At least one of them is known; the receiver finds the session by any of them. */
export interface EventSubject {
  /** Ours, out of the provider's metadata. */
  readonly sessionId: string | null;
  readonly checkoutReference: string | null;
  readonly paymentReference: string | null;
}

/** What providers tell us, normalized. Closed: an adapter maps everything else to `ignored`. */
export type ProviderEventContent =
  | { readonly type: "captured"; readonly subject: EventSubject; readonly payment: CapturedPayment }
  | { readonly type: "failed"; readonly subject: EventSubject; readonly decline: Decline }
  | { readonly type: "canceled"; readonly subject: EventSubject }
  | { readonly type: "expired"; readonly subject: EventSubject }
  | {
      readonly type: "refunded";
      readonly subject: EventSubject;
      /** Ours; null: somebody refunded at the provider's own console. */
      readonly refundId: string | null;
      readonly refund: RefundState;
      /** Of this refund, not of all refunds of the payment. */
      readonly amountNanos: Nanos;
    }
  | {
      readonly type: "dispute_opened" | "dispute_won" | "dispute_lost";
      readonly subject: EventSubject;
      readonly disputeReference: string;
      readonly amountNanos: Nanos;
    }
  | {
      readonly type: "method_saved";
      readonly organizationId: string | null;
      readonly subject: EventSubject;
      readonly method: ProviderMethod;
    }
  | { readonly type: "method_removed"; readonly methodReference: string }
  /** Signed and well-formed, and of no interest to us. */
  | { readonly type: "ignored" };

export interface ProviderEvent {
  /** The provider's own: unique for the provider, the same in every repeat of a delivery. */
  readonly eventId: string;
  /** The provider's own word for it, for the log of events. */
  readonly providerType: string;
  readonly occurredAtMs: number;
  readonly content: ProviderEventContent;
}

export interface WebhookDelivery {
  /** As it came: signatures are over bytes. */
  readonly body: Uint8Array;
  readonly headers: Headers;
  readonly nowMs: number;
}

/** Why a delivery is not the provider's, or not to be read. */
export type WebhookRefusal = "not_configured" | "signature_missing" | "signature_invalid" | "too_old" | "malformed";

/** How far a signature's time may be from now: what is older was replayed. */
export const WEBHOOK_TOLERANCE_MS = 5 * 60 * 1_000;

export interface PaymentProvider {
  readonly name: PaymentProviderName;
  /** Reads no network: asked on every view of what is available. */
  readiness(currency: Currency): PaymentReadiness;
  /** Amounts that the provider cannot take are `rejected`. */
  createCheckout(request: CheckoutRequest): Promise<Result<ProviderCheckout, ProviderFault>>;
  /** How the checkout stands; changes nothing. */
  readCheckout(reference: string): Promise<Result<PaymentState, ProviderFault>>;
  /** Takes the money of a checkout that the payer has approved. Where approving takes it already: the same as reading. */
  captureCheckout(reference: string, sessionId: string): Promise<Result<PaymentState, ProviderFault>>;
  /** Keeps the payer from paying any more, where it is not too late; gives how the checkout stands then. */
  closeCheckout(reference: string): Promise<Result<PaymentState, ProviderFault>>;
  chargeMethod(request: ChargeRequest): Promise<Result<PaymentState, ProviderFault>>;
  /** Finds a charge whose answer was lost, by our id and, when it is known, by the payment's. Never charges. */
  readCharge(sessionId: string, paymentReference: string | null): Promise<Result<PaymentState, ProviderFault>>;
  refund(request: RefundRequest): Promise<Result<RefundState, ProviderFault>>;
  /** A refund that was `pending`. */
  readRefund(refundReference: string): Promise<Result<RefundState, ProviderFault>>;
  /** The provider forgets it; one that it does not have is fine. */
  removeMethod(method: ProviderMethod): Promise<Result<null, ProviderFault>>;
  /** Tests the signature over the raw body and the replay window first; a body that is not signed is never parsed. */
  verifyWebhook(delivery: WebhookDelivery): Promise<Result<readonly ProviderEvent[], WebhookRefusal>>;
}
