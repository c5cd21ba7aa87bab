/** Secrets that an organization stores for its targets, on the wire (docs/secrets.md). A value goes in and never comes out. */
import { z } from "zod";
import { timeTextSchema } from "./amount.ts";

export const MAX_SECRETS = 100;

const MAX_VALUE_LENGTH = 8 * 1_024;
/** Four characters of a shorter value would be too much of it. */
const SHORTEST_SHOWN = 16;

const secretNameSchema = z
  .string()
  .max(128)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, "expected letters, digits, `_`, `-` and `.`")
  .meta({ description: "What `secret_key_ref: {store: …}` of a target names.", example: "azure-eu" });

export const secretParams = z.strictObject({ name: secretNameSchema });

/** It becomes a header's value. */
export const secretValueSchema = z
  .strictObject({
    value: z
      .string()
      .min(1)
      .max(MAX_VALUE_LENGTH)
      .regex(/^[\x21-\x7e]+$/, "expected visible ASCII characters, without spaces and line ends")
      .meta({ description: "The credential alone, at most 8 KiB. It is never shown again." }),
  })
  .meta({ id: "SecretValue", example: { value: "sk-0123456789abcdef" } });

export const secretSchema = z
  .strictObject({
    name: z.string(),
    last_four: z.string().nullable().meta({ description: "Of the value; null when it is shorter than 16 characters." }),
    created_at: timeTextSchema,
    updated_at: timeTextSchema.meta({ description: "When its value was last put." }),
  })
  .meta({ id: "Secret" });

export type SecretWire = z.input<typeof secretSchema>;

/** What is stored in the clear to tell a value by. */
export function lastFourOf(value: string): string | null {
  return value.length < SHORTEST_SHOWN ? null : value.slice(-4);
}
