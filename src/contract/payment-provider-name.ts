/** Names of payment providers, as they stand in `/v1/payments/webhooks/{provider}` and in rows. */
export const PAYMENT_PROVIDERS = ["sandbox", "stripe"] as const;
export type PaymentProviderName = (typeof PAYMENT_PROVIDERS)[number];
