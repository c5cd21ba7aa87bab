/** Amounts that people type: decimals, exact to the nano-unit, sent as they are. */
import { z } from "zod";

const AMOUNT = /^\d{1,10}(\.\d{1,9})?$/;
const NOT_AN_AMOUNT = "A decimal with a point, at most nine places: 12.50";

/** Zero is an amount too. */
export const amountField = z.string().trim().regex(AMOUNT, NOT_AN_AMOUNT);

/** More than zero. */
export const positiveAmountField = amountField.refine((text) => /[1-9]/.test(text), "More than zero.");
