/** What calls to Stripe can end with, as values. */
import { Stripe } from "stripe";
import { z } from "zod";
import type { Result } from "../../../core/failure.ts";
import type { ProviderFault } from "../provider.ts";

/**
 * Does `work`; errors of Stripe and of the way to it become faults. Everything else is a bug and is thrown.
 * `isExpected` sees errors of Stripe first: what it gives is the value.
 */
export async function callStripe<T>(
  work: () => Promise<T>,
  isExpected: (error: StripeFailure) => T | null = () => null,
): Promise<Result<T, ProviderFault>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (error instanceof z.ZodError)
      return { ok: false, failure: { kind: "unavailable", message: describeShape(error) } };
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    const expected = isExpected(error);
    return expected === null ? { ok: false, failure: toFault(error) } : { ok: true, value: expected };
  }
}

export type StripeFailure = InstanceType<typeof Stripe.errors.StripeError>;

/** It answered that the request is wrong, so that nothing was done. */
export function isInvalid(error: StripeFailure): boolean {
  return error instanceof Stripe.errors.StripeInvalidRequestError;
}

/** What the request names does not exist. */
export function isMissing(error: StripeFailure): boolean {
  return isInvalid(error) && error.code === "resource_missing";
}

export function rejected(message: string): { readonly ok: false; readonly failure: ProviderFault } {
  return { ok: false, failure: { kind: "rejected", message } };
}

/**
 * Refused keys are `unavailable`: they say nothing of an earlier attempt with the same id, and a repeat succeeds once the key is right.
 * So does a conflict: another attempt with the same key is under way.
 */
function toFault(error: StripeFailure): ProviderFault {
  const status = error.statusCode ?? null;
  const isFinal = status !== null && status >= 400 && status < 500 && ![401, 403, 409, 429].includes(status);
  const isRateLimit = error instanceof Stripe.errors.StripeRateLimitError;
  return { kind: isFinal && !isRateLimit ? "rejected" : "unavailable", message: describe(error) };
}

/** Codes and names alone: Stripe's own sentences can name people and parts of keys. */
function describe(error: StripeFailure): string {
  const parts = [
    `Stripe: ${error.type}`,
    error.statusCode === undefined ? null : `status ${error.statusCode}`,
    error.code ?? null,
    error.decline_code ? error.decline_code : null,
    error.param === undefined ? null : `at ${error.param}`,
    error.requestId === undefined ? null : `request ${error.requestId}`,
  ];
  return parts.filter((part) => part !== null).join(", ");
}

function describeShape(error: z.ZodError): string {
  const paths = error.issues.map(({ path }) => path.join("."));
  return `Stripe: unexpected answer at ${paths.join(", ")}`;
}
