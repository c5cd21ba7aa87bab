/** Events on the wire of our API: how a request was decided, and where its bodies are (docs/events.md). */
import { z } from "zod";
import { BODY_RULES } from "../core/event.ts";
import { ZDR_MODES } from "../core/zdr.ts";
import { formatTime, timeTextSchema } from "./amount.ts";
import { matchedPolicySchema, type EventMessage } from "./event.ts";
import { SPEND_STATUSES, type SpendLogRow } from "./spend-log.ts";
import { spendLogQuerySchema, spendLogViewSchema } from "./spend-api.ts";

/** What an event has of the spend log row that belongs to it. */
const eventRequestSchema = spendLogViewSchema.pick({
  request_id: true,
  provider: true,
  model: true,
  requested_model: true,
  endpoint: true,
  streamed: true,
  key_id: true,
  gateway_id: true,
  user_id: true,
  team_id: true,
  service_user_id: true,
  agent_id: true,
  agent_run_id: true,
  latency_ms: true,
  flags: true,
});

export const eventViewSchema = z
  .strictObject({
    id: z.string(),
    created_at: timeTextSchema,
    decision: z
      .enum(["allow", "deny"])
      .meta({ description: "`deny`: the gateway refused the request, for whatever reason." }),
    matched: z
      .array(matchedPolicySchema)
      .meta({ description: "The access policies that matched, denies first; at most 50." }),
    failure: z.strictObject({ kind: z.string(), rule: z.string().nullable() }).nullable().meta({
      description: "Why it was denied: the kind of the refusal, and the name of the rule that it follows from.",
    }),
    zdr_mode: z.enum(ZDR_MODES),
    bodies: z.enum(BODY_RULES).meta({
      description:
        "`kept`, or why not: `off` by the organization's setting, `strict` zero data retention, forwarded `elsewhere`, or `unavailable`, because the ledger did not answer.",
    }),
    log_id: z.string().meta({ description: "Its row of the spend log, with tokens, costs and attempts." }),
    status: z.enum(SPEND_STATUSES),
    ...eventRequestSchema.shape,
  })
  .meta({ id: "Event" });

export type EventView = z.input<typeof eventViewSchema>;

const bodyViewSchema = z
  .strictObject({
    url: z.string().meta({ description: "The path of the body itself." }),
    total_bytes: z.int().meta({ description: "As it was sent." }),
    kept_bytes: z.int(),
    truncated: z.boolean(),
    content_type: z.string().nullable(),
    status: z.int().nullable().meta({ description: "Of an answer." }),
  })
  .meta({ id: "EventBody" });

export type EventBodyView = z.input<typeof bodyViewSchema>;

const bodyOrNull = bodyViewSchema
  .nullable()
  .meta({ description: "Null: it is not there; with `bodies` `kept`, not yet, or it could not be stored." });

export const eventDetailSchema = eventViewSchema
  .extend({ request: bodyOrNull, response: bodyOrNull })
  .meta({ id: "EventDetail" });

export const eventQuerySchema = spendLogQuerySchema.extend({
  decision: z.enum(["allow", "deny"]).optional(),
  gateway_id: z.string().max(128).optional(),
});

/** An event and the spend log row that belongs to it. */
export function eventToWire(event: EventMessage & { readonly id: string }, log: SpendLogRow): EventView {
  return {
    id: event.id,
    created_at: formatTime(log.created_at_ms),
    decision: event.decision,
    matched: event.matched,
    failure: event.failure_kind === null ? null : { kind: event.failure_kind, rule: event.failure_rule },
    zdr_mode: event.zdr_mode,
    bodies: event.bodies,
    log_id: log.id,
    status: log.status,
    request_id: log.request_id,
    provider: log.provider,
    model: log.model,
    requested_model: log.requested_model,
    endpoint: log.endpoint,
    streamed: log.streamed,
    key_id: log.key_id,
    gateway_id: log.gateway_id,
    user_id: log.user_id,
    team_id: log.team_id,
    service_user_id: log.service_user_id,
    agent_id: log.agent_id,
    agent_run_id: log.agent_run_id,
    latency_ms: log.latency_ms,
    flags: log.flags,
  };
}
