/** Amounts and instants on the wire (contract: head). */
import { z } from "zod";
import { CURRENCIES, parseAmountNanos, type Nanos } from "../core/money.ts";

/** A decimal string or a JSON number that `accepts` takes, as nano-units; `rule` is what anything else is told. */
function decimalSchema(rule: string, accepts: (amountNanos: Nanos) => boolean) {
  return z.union([z.string(), z.number()], { error: rule }).transform((input, context) => {
    const amountNanos = parseAmountNanos(input);
    if (amountNanos !== null && accepts(amountNanos)) return amountNanos;
    context.addIssue({ code: "custom", message: rule });
    return z.NEVER;
  });
}

/** In: a decimal string or a number with at most nine decimals, above zero. Parsed into nano-units. */
export const positiveAmountSchema = decimalSchema(
  "expected a decimal above zero with at most nine decimals, as string or number",
  (amountNanos) => amountNanos > 0n,
).meta({ description: "A decimal with at most nine decimals, above zero.", example: "12.50" });

/** As `positiveAmountSchema`, and zero is allowed. */
export const amountSchema = decimalSchema(
  "expected a decimal of at least zero with at most nine decimals, as string or number",
  (amountNanos) => amountNanos >= 0n,
).meta({ description: "A decimal with at most nine decimals.", example: "0.0125" });

/** Out: a decimal string with two to nine decimals. */
export const amountTextSchema = z.string().meta({ description: "A decimal string.", example: "12.50" });

export const currencySchema = z.enum(CURRENCIES).meta({ example: "USD" });

/** Out: ISO 8601, UTC. */
export const timeTextSchema = z.string().meta({ description: "ISO 8601, UTC.", example: "2026-10-01T12:00:00.000Z" });

/** In: an ISO date (midnight UTC) or a date-time with its offset. Parsed into milliseconds since 1970. */
export const timeSchema = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], {
    error: "expected an ISO 8601 date, or a date-time with its offset",
  })
  .transform((text) => Date.parse(text))
  .meta({ description: "An ISO 8601 date, or a date-time with its offset.", example: "2026-10-01" });

export function formatTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

export function formatTimeOrNull(atMs: number | null): string | null {
  return atMs === null ? null : formatTime(atMs);
}
