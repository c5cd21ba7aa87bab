/** What a deployment is checked for, on the wire. */
import { z } from "zod";
import { timeTextSchema } from "./amount.ts";

export const CHECK_STATUSES = ["ok", "warn", "fail"] as const;

const checkSchema = z.strictObject({
  name: z.string().meta({ example: "price_book" }),
  status: z.enum(CHECK_STATUSES),
  message: z.string(),
});
export type Check = z.output<typeof checkSchema>;

export const doctorSchema = z
  .strictObject({ checked_at: timeTextSchema, checks: z.array(checkSchema) })
  .meta({ id: "Doctor" });
