/** `/v1/webhooks`: where an organization's events are sent. */
import { and, desc, eq, lt, sql } from "drizzle-orm";
import { deleted, deletedSchema, listOf, listQuerySchema, pageOf } from "../contract/list.ts";
import {
  MAX_WEBHOOKS,
  newWebhookSchema,
  SECRET_OVERLAP_MS,
  secretWebhookSchema,
  webhookPatchSchema,
  webhookSchema,
} from "../contract/webhook.ts";
import { fail, invalid, ok, type Failure } from "../core/failure.ts";
import { findUrlProblem } from "../core/public-url.ts";
import { webhooks } from "../platform/d1/control-schema.ts";
import { webhookDeliveries } from "../platform/d1/spend-schema.ts";
import { isViolationOf, valueWhile } from "../platform/d1/database.ts";
import type { WebhookRow } from "../platform/d1/webhook-row.ts";
import type { ApiDeps } from "./deps.ts";
import { idParams } from "./route-reference.ts";
import { addPrincipalRoute, type Api } from "./route.ts";
import { saveRecorded } from "./save-change.ts";
import { findOwnWebhook, requireWebhooks, webhookToWire } from "./webhook-rows.ts";

const TAG = "Webhooks";

export function addWebhookRoutes(api: Api, deps: ApiDeps): void {
  addReadRoutes(api, deps);
  addCreateRoute(api, deps);
  addChangeRoutes(api, deps);
  addRotateRoute(api, deps);
}

function addReadRoutes(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/webhooks",
    { summary: "List webhooks", tag: TAG, query: listQuerySchema, answer: listOf(webhookSchema) },
    async ({ principal, query, nowMs }) => {
      const after = query.cursor === undefined ? undefined : lt(webhooks.id, query.cursor);
      const rows = await deps.db
        .select()
        .from(webhooks)
        .where(and(eq(webhooks.organizationId, principal.organizationId), after))
        .orderBy(desc(webhooks.id))
        .limit(query.limit + 1);
      return ok(
        pageOf(
          rows,
          query.limit,
          (row) => row.id,
          (row) => webhookToWire(row, nowMs),
        ),
      );
    },
  );

  addPrincipalRoute(
    api,
    deps,
    "GET /v1/webhooks/{id}",
    { summary: "Get a webhook", tag: TAG, params: idParams, answer: webhookSchema, refusals: [404] },
    async ({ principal, params, nowMs }) => {
      const row = await findOwnWebhook(deps, principal.organizationId, params.id);
      return row.ok ? ok(webhookToWire(row.value, nowMs)) : row;
    },
  );
}

function addCreateRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "POST /v1/webhooks",
    {
      summary: "Create a webhook",
      description: `The answer has the signing secret as \`secret\`, once. An organization has at most ${MAX_WEBHOOKS} webhooks.`,
      tag: TAG,
      body: newWebhookSchema,
      answer: secretWebhookSchema,
      status: 201,
      refusals: [409],
    },
    async ({ principal, body, nowMs, keep, trail }) => {
      const ports = requireWebhooks(deps);
      if (!ports.ok) return ports;
      const failure = checkUrl(body.url, ports.value.allowInsecure);
      if (failure !== null) return fail(failure);
      const row: WebhookRow = {
        id: deps.newId("whk"),
        organizationId: principal.organizationId,
        name: body.name,
        url: body.url,
        eventsJson: JSON.stringify(body.events),
        enabled: body.enabled,
        secretVersion: 1,
        previousSecretUntilMs: null,
        createdAtMs: nowMs,
      };
      const event = trail.record("webhook.create", row.id, null, webhookToWire(row, nowMs));
      const answer = { ...webhookToWire(row, nowMs), secret: await ports.value.secretOf(row.id, row.secretVersion) };
      const existing = deps.db.$count(webhooks, eq(webhooks.organizationId, row.organizationId));
      const limited = { ...row, name: valueWhile(sql`${existing} < ${MAX_WEBHOOKS}`, row.name) };
      try {
        await saveRecorded(deps, principal.organizationId, event, [
          deps.db.insert(webhooks).values(limited),
          ...(await keep(answer)),
        ]);
      } catch (error) {
        if (isViolationOf(error, "webhooks.name")) return fail(TOO_MANY_WEBHOOKS);
        throw error;
      }
      return ok(answer);
    },
  );
}

function addChangeRoutes(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "PATCH /v1/webhooks/{id}",
    {
      summary: "Change a webhook",
      description: "Disabling it stops the deliveries that are still to be tried.",
      tag: TAG,
      params: idParams,
      body: webhookPatchSchema,
      answer: webhookSchema,
      refusals: [404],
    },
    async ({ principal, params, body, nowMs, keep, trail }) => {
      const found = await findOwnWebhook(deps, principal.organizationId, params.id);
      if (!found.ok) return found;
      const failure = body.url === undefined ? null : checkUrl(body.url, deps.webhooks?.allowInsecure === true);
      if (failure !== null) return fail(failure);
      const changes = {
        name: body.name ?? found.value.name,
        url: body.url ?? found.value.url,
        eventsJson: body.events === undefined ? found.value.eventsJson : JSON.stringify(body.events),
        enabled: body.enabled ?? found.value.enabled,
      };
      const answer = webhookToWire({ ...found.value, ...changes }, nowMs);
      const update = deps.db.update(webhooks).set(changes).where(eq(webhooks.id, params.id));
      const event = trail.record("webhook.update", params.id, webhookToWire(found.value, nowMs), answer);
      await saveRecorded(deps, principal.organizationId, event, [update, ...(await keep(answer))]);
      return ok(answer);
    },
  );

  addPrincipalRoute(
    api,
    deps,
    "DELETE /v1/webhooks/{id}",
    {
      summary: "Delete a webhook",
      description: "Its deliveries go too, also those that are still to be tried.",
      tag: TAG,
      params: idParams,
      answer: deletedSchema,
      refusals: [404],
    },
    async ({ principal, params, nowMs, keep, trail }) => {
      const found = await findOwnWebhook(deps, principal.organizationId, params.id);
      if (!found.ok) return found;
      const answer = deleted(params.id);
      const event = trail.record("webhook.delete", params.id, webhookToWire(found.value, nowMs), null);
      await saveRecorded(deps, principal.organizationId, event, [
        deps.db.delete(webhooks).where(eq(webhooks.id, params.id)),
        ...(await keep(answer)),
      ]);
      await deps.spendDb
        .delete(webhookDeliveries)
        .where(
          and(
            eq(webhookDeliveries.organizationId, principal.organizationId),
            eq(webhookDeliveries.webhookId, params.id),
          ),
        );
      return ok(answer);
    },
  );
}

function addRotateRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "POST /v1/webhooks/{id}/rotate-secret",
    {
      summary: "Replace a webhook's signing secret",
      description:
        "The answer has the new secret as `secret`, once. For 24 hours events are signed with the old one as well.",
      tag: TAG,
      params: idParams,
      answer: secretWebhookSchema,
      refusals: [404, 409],
    },
    async ({ principal, params, nowMs, keep, trail }) => {
      const ports = requireWebhooks(deps);
      if (!ports.ok) return ports;
      const found = await findOwnWebhook(deps, principal.organizationId, params.id);
      if (!found.ok) return found;
      const old = found.value;
      const secretVersion = old.secretVersion + 1;
      const changes = { secretVersion, previousSecretUntilMs: nowMs + SECRET_OVERLAP_MS };
      const secret = await ports.value.secretOf(old.id, secretVersion);
      const shown = webhookToWire({ ...old, ...changes }, nowMs);
      const answer = { ...shown, secret };
      const event = trail.record("webhook.rotate_secret", old.id, webhookToWire(old, nowMs), shown);
      // A rotation at the same time has changed the version.
      const isMine = eq(webhooks.secretVersion, old.secretVersion);
      const mine = { ...changes, secretVersion: valueWhile(isMine, secretVersion) };
      try {
        await saveRecorded(deps, principal.organizationId, event, [
          deps.db.update(webhooks).set(mine).where(eq(webhooks.id, old.id)),
          ...(await keep(answer)),
        ]);
      } catch (error) {
        if (isViolationOf(error, "webhooks.secret_version")) return fail(SECRET_ROTATED);
        throw error;
      }
      return ok(answer);
    },
  );
}

function checkUrl(url: string, allowInsecure: boolean): Failure | null {
  const problem = findUrlProblem(url, allowInsecure);
  return problem === null ? null : invalid("url", "invalid_value", `\`url\`: ${problem}.`);
}

const TOO_MANY_WEBHOOKS: Failure = {
  kind: "conflict",
  code: "too_many_webhooks",
  message: `An organization has at most ${MAX_WEBHOOKS} webhooks.`,
};

const SECRET_ROTATED: Failure = {
  kind: "conflict",
  code: "secret_rotated",
  message: "The secret was rotated at the same time by someone else. Rotate it again if you need a new one.",
};
