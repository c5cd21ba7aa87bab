/** An answer that was kept to be given again, and where such answers are. */
import { z } from "zod";
import type { AuthorizeCommand } from "./commands.ts";
import { usageSchema } from "./settle-message.ts";

/** With what the ledger must know of it. */
export interface KeptResponse {
  readonly kept: NonNullable<AuthorizeCommand["kept"]>;
  readonly contentType: string | null;
  readonly bytes: Uint8Array;
}

/** Losing answers is harmless: nothing throws. */
export interface AnswerStore {
  /** Null: there is none, or it cannot be read. */
  find(name: string): Promise<KeptResponse | null>;
  keep(name: string, response: KeptResponse, ttlSeconds: number): Promise<void>;
}

/** What is stored beside the bytes, as JSON. */
export const keptSchema = z.strictObject({
  keptAtMs: z.number(),
  outputCapTokens: z.int().nullable(),
  servedBy: z.string(),
  usage: usageSchema.nullable(),
  responseModel: z.string().nullable(),
});
