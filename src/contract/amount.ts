/** Amounts and instants on the wire (contract: head). */
import { z } from "zod";
import { CURRENCIES, parseAmountNanos } from "../core/money.ts";

/** In: a decimal string or a number with at most nine decimals, above zero. Parsed into nano-units. */
export const positiveAmountSchema = z
  .union([z.string().max(40), z.number()])
  .transform((input, context) => {
    const amountNanos = parseAmountNanos(input);
    if (amountNanos !== null && amountNanos > 0n) return amountNanos;
    context.addIssue({ code: "custom", message: "an amount above zero with at most nine decimals" });
    return z.NEVER;
  })
  .meta({ description: "A decimal with at most nine decimals, above zero.", example: "12.50" });

/** As `positiveAmountSchema`, and zero is allowed. */
export const amountSchema = z
  .union([z.string().max(40), z.number()])
  .transform((input, context) => {
    const amountNanos = parseAmountNanos(input);
    if (amountNanos !== null && amountNanos >= 0n) return amountNanos;
    context.addIssue({ code: "custom", message: "an amount of at least zero with at most nine decimals" });
    return z.NEVER;
  })
  .meta({ description: "A decimal with at most nine decimals.", example: "0.0125" });

/** Out: a decimal string with two to nine decimals. */
export const amountTextSchema = z.string().meta({ description: "A decimal string.", example: "12.50" });

export const currencySchema = z.enum(CURRENCIES).meta({ example: "USD" });

/** Out: ISO 8601, UTC. */
export const timeTextSchema = z.string().meta({ description: "ISO 8601, UTC.", example: "2026-10-01T12:00:00.000Z" });

/** In: an ISO date (midnight UTC) or a date-time with its offset. Parsed into milliseconds since 1970. */
export const timeSchema = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })])
  .transform((text) => Date.parse(text))
  .meta({ description: "An ISO 8601 date, or a date-time with its offset.", example: "2026-10-01" });

export function formatTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

export function formatTimeOrNull(atMs: number | null): string | null {
  return atMs === null ? null : formatTime(atMs);
}
