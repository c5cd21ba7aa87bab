/** How a payment stands, in a word and in a sentence. */
import { Badge } from "@mantine/core";
import type { Payment } from "./queries.ts";

const COLORS = {
  created: "blue",
  capturing: "blue",
  captured: "blue",
  completed: "green",
  canceled: "gray",
  failed: "red",
  expired: "gray",
  refunded: "orange",
} as const satisfies Record<Payment["status"], string>;

const SENTENCES = {
  created: "Waiting for the payment.",
  capturing: "The payment is being taken. This takes a moment.",
  captured: "The payment has arrived and is being credited.",
  completed: "The payment has arrived, and the wallet has it.",
  canceled: "The payment was canceled. Nothing was taken.",
  failed: "The payment failed. Nothing was taken.",
  expired: "The checkout has ended without a payment.",
  refunded: "The payment was refunded.",
} as const satisfies Record<Payment["status"], string>;

export function PaymentStatusBadge({ of }: { readonly of: Payment["status"] }) {
  return (
    <Badge variant="dot" color={COLORS[of]} tt="none">
      {of}
    </Badge>
  );
}

export function paymentSentence(status: Payment["status"]): string {
  return SENTENCES[status];
}

export function paymentColor(status: Payment["status"]): string {
  return COLORS[status];
}
