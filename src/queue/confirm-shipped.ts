/** Tells organizations' objects which of their messages are kept for good: only then they stop sending them again. */
import { outboxAddressOf } from "../contract/ledger-message.ts";

/** Never rejects. */
export type ConfirmShipped = (organizationId: string, outboxNumbers: readonly number[]) => Promise<void>;

/** One call for each organization. */
export async function confirmShipped(messages: readonly Message[], confirm: ConfirmShipped): Promise<void> {
  const numbersOf = new Map<string, number[]>();
  for (const message of messages) {
    const address = outboxAddressOf(message.body);
    if (address === null) continue;
    const numbers = numbersOf.get(address.organizationId) ?? [];
    numbers.push(address.outboxNumber);
    numbersOf.set(address.organizationId, numbers);
  }
  await Promise.all(Array.from(numbersOf, ([organizationId, numbers]) => confirm(organizationId, numbers)));
}
