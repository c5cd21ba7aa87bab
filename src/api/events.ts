/** `/v1/events`: how each request was decided, and its bodies. */
import { and, desc, eq, gte, lt, sql, type SQL } from "drizzle-orm";
import type { z } from "zod";
import { eventDetailSchema, eventQuerySchema, eventToWire, eventViewSchema } from "../contract/event-api.ts";
import type { EventBodyView } from "../contract/event-api.ts";
import type { BodyFacts, BodyPart, EventAddress } from "../contract/event-body.ts";
import { listOf, pageOf } from "../contract/list.ts";
import { fail, ok } from "../core/failure.ts";
import { eventOfValues, type EventRow } from "../platform/d1/event-row.ts";
import { spendLogColumns, spendLogOfValues } from "../platform/d1/spend-log-row.ts";
import { events, spendLogs } from "../platform/d1/spend-schema.ts";
import type { ApiDeps } from "./deps.ts";
import { fileAnswer, fileAnswerSchema } from "./file-answer.ts";
import { idParams } from "./route-reference.ts";
import { addPrincipalRoute, type Api } from "./route.ts";
import { matching } from "./spend.ts";
import { afterTimeCursor, timeCursorOf } from "./time-cursor.ts";
import { findVisibility } from "./visibility.ts";
import { ownRequests } from "./visible-rows.ts";

const TAG = "Events";
const OWN_EVENTS = "Without `org:read`: those of the caller's own requests.";

export function addEventRoutes(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/events",
    {
      summary: "List events",
      description: `One for each request for a model, newest first, by any combination of filters. ${OWN_EVENTS}`,
      tag: TAG,
      query: eventQuerySchema,
      answer: listOf(eventViewSchema),
    },
    async ({ principal, query }) => {
      const own = ownRequests(await findVisibility(deps, principal));
      return listEvents(deps, principal.organizationId, query, own);
    },
  );
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/events/{id}",
    {
      summary: "Get an event",
      description: `With what is known of its bodies. ${OWN_EVENTS}`,
      tag: TAG,
      params: idParams,
      answer: eventDetailSchema,
      refusals: [404],
    },
    async ({ principal, params }) => {
      const own = ownRequests(await findVisibility(deps, principal));
      const found = await findEvent(deps, principal.organizationId, params.id, own);
      if (found === null) return fail({ kind: "not_found", what: "event" });
      const [request, response] = await Promise.all([
        describeBody(deps, found.event, "request"),
        describeBody(deps, found.event, "response"),
      ]);
      return ok({ ...eventToWire(found.event, found.log), request, response });
    },
  );
  addBodyRoute(api, deps, "request", "the request as the caller sent it");
  addBodyRoute(api, deps, "response", "the answer as the caller got it");
}

function addBodyRoute(api: Api, deps: ApiDeps, part: BodyPart, what: string): void {
  addPrincipalRoute(
    api,
    deps,
    `GET /v1/events/{id}/${part}`,
    {
      summary: `Get the body of an event's ${part}`,
      description: `Byte for byte ${what}, or its beginning when the event says \`truncated\`. JSON comes as \`application/json\`, anything else as \`text/plain\`.`,
      tag: TAG,
      params: idParams,
      answer: fileAnswerSchema,
      files: ["application/json", "text/plain"],
      refusals: [404],
    },
    async ({ principal, params }) => {
      const body = await readEventBody(deps, principal.organizationId, params.id, part);
      if (body === null) return fail({ kind: "not_found", what: `${part} body` });
      const [contentType, extension] = isJson(body) ? ["application/json", "json"] : ["text/plain", "txt"];
      return ok(fileAnswer(body.stream, { contentType, fileName: `event-${part}.${extension}` }));
    },
  );
}

/** The two halves of an event; each finds the other by its primary key. */
const SAME_REQUEST = and(eq(spendLogs.id, events.logId), eq(events.id, sql`'evt_' || substr(${spendLogs.id}, 5)`));

function selectEvents(deps: ApiDeps) {
  return deps.spendDb.select({ log: spendLogColumns, event: events }).from(events).innerJoin(spendLogs, SAME_REQUEST);
}

async function listEvents(
  deps: ApiDeps,
  organizationId: string,
  query: z.output<typeof eventQuerySchema>,
  which: SQL | undefined,
) {
  const selected = selectPage(deps, organizationId, query, which);
  if (!selected.ok) return selected;
  const rows = await selected.value;
  return ok(
    pageOf(
      rows,
      query.limit,
      ({ event }) => timeCursorOf(event),
      ({ event, log }) => eventToWire(eventOfValues(event), spendLogOfValues(log)),
    ),
  );
}

/**
 * The statement of a page. Denied events have an index of their own; all others are found by that of the spend log which fits the
 * filters, no further back than there are events.
 */
export function selectPage(
  deps: ApiDeps,
  organizationId: string,
  query: z.output<typeof eventQuerySchema>,
  which?: SQL,
) {
  const denied = query.decision === "deny";
  const by = denied ? events : spendLogs;
  const after = afterTimeCursor(denied ? query.cursor : query.cursor?.replace(".evt_", ".log_"), by);
  if (!after.ok) return after;
  const firstAtMs = sql`(SELECT min(created_at_ms) FROM events WHERE organization_id = ${organizationId})`;
  return ok(
    selectEvents(deps)
      .where(
        and(
          eq(by.organizationId, organizationId),
          denied ? sql`${events.decision} = 'deny'` : gte(spendLogs.createdAtMs, firstAtMs),
          query.decision === "allow" ? sql`${events.decision} = 'allow'` : undefined,
          query.from === undefined ? undefined : gte(by.createdAtMs, query.from),
          query.to === undefined ? undefined : lt(by.createdAtMs, query.to),
          query.gateway_id === undefined ? undefined : eq(spendLogs.gatewayId, query.gateway_id),
          matching(query),
          which,
          after.value,
        ),
      )
      .orderBy(desc(by.createdAtMs), desc(by.id))
      .limit(query.limit + 1),
  );
}

async function findEvent(deps: ApiDeps, organizationId: string, id: string, which?: SQL) {
  const rows = await selectEvents(deps).where(and(eq(events.id, id), eq(events.organizationId, organizationId), which));
  const row = rows[0];
  return row === undefined ? null : { event: eventOfValues(row.event), log: spendLogOfValues(row.log) };
}

function addressOf({ id, organization_id: organizationId, created_at_ms: createdAtMs }: EventRow): EventAddress {
  return { organizationId, eventId: id, createdAtMs };
}

async function describeBody(deps: ApiDeps, event: EventRow, part: BodyPart): Promise<EventBodyView | null> {
  const body = event.bodies === "kept" ? await deps.eventBodies.find(addressOf(event), part) : null;
  if (body === null) return null;
  return {
    url: `/v1/events/${event.id}/${part}`,
    total_bytes: body.totalBytes,
    kept_bytes: body.keptBytes,
    truncated: body.truncated,
    content_type: body.contentType,
    status: body.status,
  };
}

async function readEventBody(deps: ApiDeps, organizationId: string, id: string, part: BodyPart) {
  const found = await findEvent(deps, organizationId, id);
  if (found === null || found.event.bodies !== "kept") return null;
  return deps.eventBodies.read(addressOf(found.event), part);
}

/** What is cut off is no JSON. */
function isJson({ contentType, truncated }: BodyFacts): boolean {
  return !truncated && /^application\/json\b/i.test(contentType ?? "");
}
