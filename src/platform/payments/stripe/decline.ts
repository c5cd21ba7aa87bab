/** Why a charge was declined, and whether the same method can work later (docs.stripe.com/declines/codes). */
import { z } from "zod";
import type { Decline } from "../provider.ts";

/** What an error says of a decline; the codes are Stripe's, the advice is the network's. */
export const paymentErrorSchema = z.object({
  code: z.string().nullish(),
  decline_code: z.string().nullish(),
  advice_code: z.string().nullish(),
});
export type PaymentError = z.infer<typeof paymentErrorSchema>;

const USELESS_METHOD = new Set([
  "authentication_required",
  "authentication_not_handled",
  "card_not_supported",
  "currency_not_supported",
  "expired_card",
  "fraudulent",
  "incorrect_number",
  "invalid_account",
  "invalid_expiry_month",
  "invalid_expiry_year",
  "invalid_number",
  "lost_card",
  "merchant_blacklist",
  "new_account_information_available",
  "no_such_payment_method",
  "not_permitted",
  "offline_pin_required",
  "online_or_offline_pin_required",
  "payment_intent_authentication_failure",
  "payment_method_provider_decline_permanent",
  "pickup_card",
  "restricted_card",
  "revocation_of_all_authorizations",
  "revocation_of_authorization",
  "security_violation",
  "service_not_allowed",
  "stolen_card",
  "stop_payment_order",
  "testmode_decline",
  "transaction_not_allowed",
  "bank_account_restricted",
  "bank_account_unusable",
  "debit_not_authorized",
  "invalid_bank_account_iban",
]);

/** The network's advice wins over the code; what nobody knows can be tried again. */
export function toDecline({ code, decline_code, advice_code }: PaymentError): Decline {
  const name = decline_code || code || "declined";
  const isUseless = [decline_code, code].some(
    (known) => known !== null && known !== undefined && USELESS_METHOD.has(known),
  );
  if (advice_code === "do_not_try_again" || advice_code === "confirm_card_data")
    return { code: name, retryable: false };
  return { code: name, retryable: !isUseless };
}

/** The payer would have to agree, and is not there. */
export const WANTS_ITS_OWNER: Decline = { code: "authentication_required", retryable: false };
/** It was removed, at Stripe or by us. */
export const METHOD_IS_GONE: Decline = { code: "no_such_payment_method", retryable: false };
