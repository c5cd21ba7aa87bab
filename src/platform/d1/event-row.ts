/** An event's row in SPEND_DB, read back. */
import { z } from "zod";
import { eventMessageSchema } from "../../contract/event.ts";
import type { events } from "./spend-schema.ts";

export type EventValues = typeof events.$inferSelect;

const eventRowSchema = eventMessageSchema.extend({
  id: z.string(),
  organization_id: z.string(),
  created_at_ms: z.int(),
});

export type EventRow = z.infer<typeof eventRowSchema>;

/** Throws on a row that the schema does not know. */
export function eventOfValues(values: EventValues): EventRow {
  return eventRowSchema.parse({
    id: values.id,
    organization_id: values.organizationId,
    created_at_ms: values.createdAtMs,
    decision: values.decision,
    matched: JSON.parse(values.matchedJson),
    failure_kind: values.failureKind,
    failure_rule: values.failureRule,
    zdr_mode: values.zdrMode,
    bodies: values.bodies,
  });
}
