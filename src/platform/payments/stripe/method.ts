/** Payment methods that Stripe keeps for us. */
import type { Stripe } from "stripe";
import { z } from "zod";
import type { Result } from "../../../core/failure.ts";
import type { ProviderFault, ProviderMethod } from "../provider.ts";
import { callStripe, isInvalid, isMissing } from "./fault.ts";

/** A name of an object, or the object itself. */
export const referenceSchema = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]);

/** What there is to say of it lies under its type: `{type: "card", card: {brand, last4}}`. */
export const methodDetailsSchema = z.looseObject({ type: z.string() });
export const methodSchema = z.looseObject({ id: z.string(), type: z.string(), customer: referenceSchema.nullish() });

const detailsSchema = z
  .object({ brand: z.string().nullish(), last4: z.string().max(4).nullish() })
  .nullish()
  .catch(null);

/** "visa •••• 4242", "sepa debit •••• 3000", "link". */
export function describeMethod(details: z.infer<typeof methodDetailsSchema>): string {
  const own = detailsSchema.parse(details[details.type]);
  const name = own?.brand ?? details.type.replaceAll("_", " ");
  return own?.last4 ? `${name} •••• ${own.last4}` : name;
}

/** One that is not attached any more, or never was there, is fine. */
export async function removeMethod(
  client: Stripe,
  { methodReference }: ProviderMethod,
): Promise<Result<null, ProviderFault>> {
  const detached = await callStripe(
    async () => {
      await client.paymentMethods.detach(methodReference);
      return "detached" as const;
    },
    (error) => (isMissing(error) ? ("detached" as const) : isInvalid(error) ? ("unclear" as const) : null),
  );
  if (!detached.ok) return detached;
  return detached.value === "detached" ? { ok: true, value: null } : confirmRemoved(client, methodReference);
}

/** Stripe has no code of its own for "it is not attached". */
async function confirmRemoved(client: Stripe, methodReference: string): Promise<Result<null, ProviderFault>> {
  const customer = await callStripe(
    async () => methodSchema.parse(await client.paymentMethods.retrieve(methodReference)).customer ?? null,
    (error) => (isMissing(error) ? "" : null),
  );
  if (!customer.ok) return customer;
  if (customer.value === null || customer.value === "") return { ok: true, value: null };
  return { ok: false, failure: { kind: "rejected", message: "Stripe keeps the payment method" } };
}
