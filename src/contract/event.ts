/** The event of a model request on its way to SPEND_DB: one for each row of the spend log that tells of a request's end. */
import { z } from "zod";
import { BODY_RULES } from "../core/event.ts";
import { ZDR_MODES } from "../core/zdr.ts";

export const matchedPolicySchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  effect: z.enum(["allow", "deny"]),
});

/** Travels with its spend log row, which has everything else. */
export const eventMessageSchema = z.strictObject({
  /** `deny`: refused by the gateway, for whatever reason. */
  decision: z.enum(["allow", "deny"]),
  /** The access policies that matched. */
  matched: z.array(matchedPolicySchema),
  /** Of a refusal: its kind, and the name of the rule that it follows from. */
  failure_kind: z.string().nullable(),
  failure_rule: z.string().nullable(),
  zdr_mode: z.enum(ZDR_MODES),
  bodies: z.enum(BODY_RULES),
});

export type EventMessage = z.infer<typeof eventMessageSchema>;

/** The event of a spend log row: the same characters behind another prefix. */
export function eventIdOfLog(logId: string): string {
  return `evt_${logId.replace(/^log_/, "")}`;
}

/** As the ledger names it, for the side that keeps the bodies. */
export function eventIdOfReservation(reservationId: string, refused = false): string {
  return `evt_${reservationId.replace(/^res_/, "")}${refused ? "_refused" : ""}`;
}
