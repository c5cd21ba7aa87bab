/** What organizations can count in. */
import type { Wire } from "../api/client.ts";

export const CURRENCIES = [
  "USD",
  "EUR",
  "GBP",
  "JPY",
  "AUD",
  "CAD",
  "CNY",
] as const satisfies readonly Wire<"Organization">["currency"][];
