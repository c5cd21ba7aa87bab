/** `/v1/unified-access/oauth-clients`: applications that users may let act for them. */
import { and, desc, eq, lt, sql } from "drizzle-orm";
import { deleted, deletedSchema, listOf, listQuerySchema, pageOf } from "../contract/list.ts";
import {
  MAX_OAUTH_CLIENTS,
  newOAuthClientAnswerSchema,
  newOAuthClientSchema,
  oauthClientPatchSchema,
  oauthClientSchema,
} from "../contract/oauth-client.ts";
import { fail, ok, type Failure } from "../core/failure.ts";
import { oauthClients } from "../platform/d1/control-schema.ts";
import { isViolationOf, valueWhile } from "../platform/d1/database.ts";
import type { ApiDeps } from "./deps.ts";
import { findOwnClient, issueClientSecret, oauthClientToWire, type OAuthClientRow } from "./oauth-client-rows.ts";
import { idParams } from "./route-reference.ts";
import { addPrincipalRoute, type Api } from "./route.ts";
import { saveRecorded } from "./save-change.ts";

const TAG = "OAuth clients";

export function addOAuthClientRoutes(api: Api, deps: ApiDeps): void {
  addReadRoutes(api, deps);
  addCreateRoute(api, deps);
  addChangeRoute(api, deps);
  addSecretRoute(api, deps);
  addDeleteRoute(api, deps);
}

function addReadRoutes(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/unified-access/oauth-clients",
    { summary: "List OAuth clients", tag: TAG, query: listQuerySchema, answer: listOf(oauthClientSchema) },
    async ({ principal, query }) => {
      const after = query.cursor === undefined ? undefined : lt(oauthClients.id, query.cursor);
      const rows = await deps.db
        .select()
        .from(oauthClients)
        .where(and(eq(oauthClients.organizationId, principal.organizationId), after))
        .orderBy(desc(oauthClients.id))
        .limit(query.limit + 1);
      return ok(pageOf(rows, query.limit, (row) => row.id, oauthClientToWire));
    },
  );

  addPrincipalRoute(
    api,
    deps,
    "GET /v1/unified-access/oauth-clients/{id}",
    { summary: "Get an OAuth client", tag: TAG, params: idParams, answer: oauthClientSchema, refusals: [404] },
    async ({ principal, params }) => {
      const row = await findOwnClient(deps, principal.organizationId, params.id);
      return row.ok ? ok(oauthClientToWire(row.value)) : row;
    },
  );
}

function addCreateRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "POST /v1/unified-access/oauth-clients",
    {
      summary: "Register an OAuth client",
      description: `A confidential client's answer has its secret as \`client_secret\`, once. At most ${MAX_OAUTH_CLIENTS} of them.`,
      tag: TAG,
      body: newOAuthClientSchema,
      answer: newOAuthClientAnswerSchema,
      status: 201,
      refusals: [409],
    },
    async ({ principal, body, nowMs, keep, trail }) => {
      const issued = body.type === "confidential" ? await issueClientSecret(deps) : null;
      const row: OAuthClientRow = {
        id: deps.newId("ocl"),
        organizationId: principal.organizationId,
        name: body.name,
        type: body.type,
        redirectUrisJson: JSON.stringify(body.redirect_uris),
        scopesJson: JSON.stringify(body.scopes),
        secretSha256: issued?.secretSha256 ?? null,
        createdAtMs: nowMs,
      };
      const shown = oauthClientToWire(row);
      const answer = issued === null ? shown : { ...shown, client_secret: issued.secret };
      const existing = deps.db.$count(oauthClients, eq(oauthClients.organizationId, row.organizationId));
      const limited = { ...row, name: valueWhile(sql`${existing} < ${MAX_OAUTH_CLIENTS}`, row.name) };
      try {
        await saveRecorded(deps, principal.organizationId, trail.record("oauth_client.create", row.id, null, shown), [
          deps.db.insert(oauthClients).values(limited),
          ...(await keep(answer)),
        ]);
      } catch (error) {
        if (isViolationOf(error, "oauth_clients.name")) return fail(TOO_MANY_CLIENTS);
        throw error;
      }
      return ok(answer);
    },
  );
}

function addChangeRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "PATCH /v1/unified-access/oauth-clients/{id}",
    {
      summary: "Change an OAuth client",
      description:
        "Holds for consents that are asked for from now on; pages that are open are closed. A scope that is taken away is in no " +
        "access token that is given from now on, whatever users have consented to.",

      tag: TAG,
      params: idParams,
      body: oauthClientPatchSchema,
      answer: oauthClientSchema,
      refusals: [404],
    },
    async ({ principal, params, body, keep, trail }) => {
      const found = await findOwnClient(deps, principal.organizationId, params.id);
      if (!found.ok) return found;
      const before = oauthClientToWire(found.value);
      const changes = {
        name: body.name ?? before.name,
        redirectUrisJson: JSON.stringify(body.redirect_uris ?? before.redirect_uris),
        scopesJson: JSON.stringify(body.scopes ?? before.scopes),
      };
      const answer = oauthClientToWire({ ...found.value, ...changes });
      await saveRecorded(
        deps,
        principal.organizationId,
        trail.record("oauth_client.update", params.id, before, answer),
        [deps.db.update(oauthClients).set(changes).where(eq(oauthClients.id, params.id)), ...(await keep(answer))],
      );
      await deps.oauthServer(principal.organizationId).closeConsents(params.id);
      return ok(answer);
    },
  );
}

function addSecretRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "POST /v1/unified-access/oauth-clients/{id}/rotate-secret",
    {
      summary: "Replace an OAuth client's secret",
      description: "The answer has the new secret as `client_secret`, once; the old one is no good from then on.",
      tag: TAG,
      params: idParams,
      answer: newOAuthClientAnswerSchema,
      refusals: [404, 409],
    },
    async ({ principal, params, keep, trail }) => {
      const found = await findOwnClient(deps, principal.organizationId, params.id);
      if (!found.ok) return found;
      if (found.value.type === "public") return fail(NO_SECRET);
      const { secret, secretSha256 } = await issueClientSecret(deps);
      const shown = oauthClientToWire(found.value);
      const answer = { ...shown, client_secret: secret };
      const event = trail.record("oauth_client.rotate_secret", params.id, shown, shown);
      await saveRecorded(deps, principal.organizationId, event, [
        deps.db.update(oauthClients).set({ secretSha256 }).where(eq(oauthClients.id, params.id)),
        ...(await keep(answer)),
      ]);
      return ok(answer);
    },
  );
}

function addDeleteRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "DELETE /v1/unified-access/oauth-clients/{id}",
    {
      summary: "Delete an OAuth client",
      description: "Everything that its users gave it is revoked first.",
      tag: TAG,
      params: idParams,
      answer: deletedSchema,
      refusals: [404, 503],
    },
    async ({ principal, params, keep, trail }) => {
      const found = await findOwnClient(deps, principal.organizationId, params.id);
      if (!found.ok) return found;
      const server = deps.oauthServer(principal.organizationId);
      if ((await server.revokeClient(params.id)) === "unavailable") return fail({ kind: "wallet_unavailable" });
      const answer = deleted(params.id);
      const event = trail.record("oauth_client.delete", params.id, oauthClientToWire(found.value), null);
      await saveRecorded(deps, principal.organizationId, event, [
        deps.db.delete(oauthClients).where(eq(oauthClients.id, params.id)),
        ...(await keep(answer)),
      ]);
      // What was given in between; the object tells of it by itself when it cannot do so at once.
      await server.revokeClient(params.id);
      return ok(answer);
    },
  );
}

const TOO_MANY_CLIENTS: Failure = {
  kind: "conflict",
  code: "too_many_oauth_clients",
  message: `An organization has at most ${MAX_OAUTH_CLIENTS} OAuth clients.`,
};

const NO_SECRET: Failure = {
  kind: "conflict",
  code: "client_is_public",
  message: "A public client has no secret.",
};
