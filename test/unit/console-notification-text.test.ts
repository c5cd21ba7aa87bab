import { expect, test } from "vitest";
import { sayNotification, type NotificationType } from "../../src/console/parts/notification-text.ts";

const amount = { amount: "25.00", currency: "USD" };

test.each<[NotificationType, Record<string, string | boolean>, string]>([
  [
    "wallet.low_balance",
    { scope: "team", name: "Research", balance: "7.90", currency: "USD" },
    "The team wallet “Research” is running low: $7.90 left",
  ],
  ["top_up.completed", amount, "A top-up of $25.00 has arrived"],
  ["top_up.failed", { ...amount, stopped: false }, "An automatic top-up of $25.00 has failed"],
  [
    "top_up.failed",
    { ...amount, stopped: true },
    "An automatic top-up of $25.00 has failed; automatic top-ups of the wallet are stopped",
  ],
  ["payment.refunded", amount, "$25.00 of a payment was refunded"],
  ["payment.disputed", { ...amount, status: "lost" }, "$25.00 of a payment is disputed: lost"],
  ["payment.refunded", {}, "A payment was refunded"],
])("%s with %j is told as %s", (type, data, sentence) => {
  expect(sayNotification({ id: "ntf_1", type, data, created_at: "2026-11-25T00:00:00.000Z", read_at: null })).toBe(
    sentence,
  );
});
