/** Stripe's objects, with the fields that the stand-in has behaviour for. */

/** How a payment method behaves when it is charged without its owner. */
export type MethodBehaviour =
  | "succeeds"
  | "insufficient_funds"
  | "expired_card"
  | "do_not_try_again"
  | "authentication_required"
  | "requires_action"
  | "processing";

export interface PaymentMethodObject {
  readonly id: string;
  readonly object: "payment_method";
  readonly type: "card";
  readonly card: {
    readonly brand: string;
    readonly last4: string;
    readonly exp_month: number;
    readonly exp_year: number;
  };
  customer: string | null;
}

export interface PaymentErrorObject {
  readonly type: "card_error" | "invalid_request_error";
  readonly code: string;
  readonly decline_code?: string;
  readonly advice_code?: string;
  readonly message: string;
}

export interface PaymentIntentObject {
  readonly id: string;
  readonly object: "payment_intent";
  readonly amount: number;
  amount_received: number;
  readonly currency: string;
  readonly created: number;
  readonly customer: string | null;
  readonly description: string | null;
  readonly livemode: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  payment_method: string | null;
  readonly setup_future_usage: string | null;
  status: "requires_payment_method" | "requires_action" | "processing" | "succeeded" | "canceled";
  last_payment_error: PaymentErrorObject | null;
}

export interface CheckoutSessionObject {
  readonly id: string;
  readonly object: "checkout.session";
  readonly mode: "payment";
  readonly amount_total: number;
  readonly currency: string;
  readonly client_reference_id: string | null;
  readonly created: number;
  customer: string | null;
  readonly expires_at: number;
  readonly livemode: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  /** Made when the payer first tries to pay. */
  payment_intent: string | null;
  payment_status: "unpaid" | "paid";
  status: "open" | "complete" | "expired";
  readonly success_url: string;
  readonly cancel_url: string | null;
  url: string | null;
}

/** What a session remembers for the payment intent that it will make. */
export interface IntentPlan {
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly setupFutureUsage: string | null;
  readonly createsCustomer: boolean;
}

export interface RefundObject {
  readonly id: string;
  readonly object: "refund";
  readonly amount: number;
  readonly created: number;
  readonly currency: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly payment_intent: string;
  status: "pending" | "succeeded" | "failed";
}

export interface DisputeObject {
  readonly id: string;
  readonly object: "dispute";
  readonly amount: number;
  readonly created: number;
  readonly currency: string;
  readonly livemode: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly payment_intent: string;
  status: string;
}

export interface EventObject {
  readonly id: string;
  readonly object: "event";
  readonly api_version: string;
  readonly created: number;
  readonly livemode: boolean;
  readonly pending_webhooks: number;
  readonly type: string;
  readonly data: { readonly object: unknown };
}

/** An error as Stripe answers it. */
export class StripeRefusal extends Error {
  readonly status: number;
  readonly error: Readonly<Record<string, unknown>>;

  constructor(status: number, error: Readonly<Record<string, unknown>>) {
    super(String(error["message"]));
    this.status = status;
    this.error = error;
  }
}

export function invalid(message: string, more: { param?: string; code?: string } = {}, status = 400): StripeRefusal {
  return new StripeRefusal(status, { type: "invalid_request_error", message, ...more });
}

export function missing(what: string, id: string, param: string, status = 404): StripeRefusal {
  return invalid(`No such ${what}: '${id}'`, { param, code: "resource_missing" }, status);
}
