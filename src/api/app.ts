/** The control plane: every route of ours except model traffic. */
import { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { dialectOf } from "../core/endpoint.ts";
import { failureResponse } from "../provider/failure.ts";
import { methodsOf } from "./access-table.ts";
import { addAccessPolicyRoutes } from "./access-policies.ts";
import { addAdministratorRoutes } from "./administrators.ts";
import { addAgentRoutes } from "./agents.ts";
import { addAuditLogRoutes } from "./audit-log.ts";
import { addBudgetRoutes } from "./budgets.ts";
import type { ApiDeps } from "./deps.ts";
import { addDoctorRoute } from "./doctor.ts";
import { addEventRoutes } from "./events.ts";
import { addExchangeRateRoutes } from "./exchange-rates.ts";
import { addGatewayAgentRoutes } from "./gateway-agents.ts";
import { addGatewayConfigRoutes } from "./gateway-configs.ts";
import { addGatewayWalletRoutes } from "./gateway-wallets.ts";
import { addHealthRoute } from "./health.ts";
import { addKeyRoutes } from "./keys.ts";
import { describeModelTraffic } from "./model-traffic-reference.ts";
import { addLedgerRoutes } from "./ledger.ts";
import { addMemberRoutes } from "./members.ts";
import { addPaymentRoutes } from "./payments/routes.ts";
import { addSeatRoutes } from "./seats.ts";
import { addSecretRoutes } from "./secrets.ts";
import { addModelPricingRoutes } from "./model-pricing.ts";
import { addPricePreviewRoute } from "./price-preview.ts";
import { addNamedRecordRoutes } from "./named-records.ts";
import { addNotificationRoutes } from "./notifications.ts";
import { addOAuthRoutes } from "./oauth/routes.ts";
import { addOAuthClientRoutes } from "./oauth-clients.ts";
import { addOAuthGrantRoutes } from "./oauth-grants.ts";
import { addOrganizationRoutes } from "./organization.ts";
import { addFoundingRoute } from "./organizations.ts";
import { addOrganizationAdminRoutes } from "./organizations-admin.ts";
import { jsonContent } from "./route-reference.ts";
import { refuse } from "./respond.ts";
import type { Api, ApiEnv } from "./route.ts";
import { addSessionRoutes } from "./session.ts";
import { addSignInRoutes } from "./sign-in/routes.ts";
import { addSpendRoutes } from "./spend.ts";
import { addSpendExportRoute } from "./spend-export.ts";
import { addSpendSummaryRoute } from "./spend-summary.ts";
import { addTeamMemberRoutes } from "./team-members.ts";
import { addUnifiedAccessRoutes } from "./unified-access.ts";
import { addUsageConstraintRoutes } from "./usage-constraints.ts";
import { addWalletAdminRoutes } from "./wallets-admin.ts";
import { addWalletRoutes } from "./wallets.ts";
import { addWebhookDeliveryRoutes } from "./webhook-deliveries.ts";
import { addWebhookRoutes } from "./webhooks.ts";

/** Builds the application once per isolate; `fetch` answers every request, also the unknown ones. */
export function createApi(deps: ApiDeps): Api {
  const api: Api = new OpenAPIHono<ApiEnv>();
  api.use(async (c, next) => {
    const requestId = deps.newId("req");
    c.set("requestId", requestId);
    await next();
    c.header("x-request-id", requestId);
    c.header("request-id", requestId);
  });
  api.onError((error, c) => {
    deps.reportError(error, c.get("requestId"));
    return refuse({ kind: "internal" }, { requestId: c.get("requestId"), nowMs: deps.nowMs() });
  });
  api.notFound((c) => {
    const context = { requestId: c.get("requestId"), nowMs: deps.nowMs() };
    const allowed = methodsOf(c.req.path);
    if (allowed.length > 0) return refuse({ kind: "method_not_allowed", allowed }, context);
    const dialect = dialectOf(c.req.header("anthropic-version") === undefined ? "openai.chat" : "anthropic.messages");
    const { status, headers, body } = failureResponse(dialect, { kind: "not_found", what: "path" }, context);
    return Response.json(body, { status, headers });
  });

  describeModelTraffic(api);
  addHealthRoute(api, deps);
  addDoctorRoute(api, deps);
  addOrganizationAdminRoutes(api, deps);
  addWalletAdminRoutes(api, deps);
  addModelPricingRoutes(api, deps);
  addPricePreviewRoute(api, deps);
  addExchangeRateRoutes(api, deps);
  addOrganizationRoutes(api, deps);
  addMemberRoutes(api, deps);
  addSeatRoutes(api, deps);
  addNamedRecordRoutes(api, deps);
  addGatewayConfigRoutes(api, deps);
  addTeamMemberRoutes(api, deps);
  addAgentRoutes(api, deps);
  addUsageConstraintRoutes(api, deps);
  addKeyRoutes(api, deps);
  // Before the wallets, of which one would be called auto-topups.
  addPaymentRoutes(api, deps);
  addWalletRoutes(api, deps);
  addGatewayWalletRoutes(api, deps);
  addGatewayAgentRoutes(api, deps);
  addUnifiedAccessRoutes(api, deps);
  addAccessPolicyRoutes(api, deps);
  addBudgetRoutes(api, deps);
  addOAuthClientRoutes(api, deps);
  addOAuthGrantRoutes(api, deps);
  addOAuthRoutes(api, deps);
  addSignInRoutes(api, deps);
  addSessionRoutes(api, deps);
  addFoundingRoute(api, deps);
  addAdministratorRoutes(api, deps);
  addSpendRoutes(api, deps);
  addSpendSummaryRoute(api, deps);
  addSpendExportRoute(api, deps);
  addEventRoutes(api, deps);
  addNotificationRoutes(api, deps);
  addWebhookRoutes(api, deps);
  addWebhookDeliveryRoutes(api, deps);
  addSecretRoutes(api, deps);
  addLedgerRoutes(api, deps);
  addAuditLogRoutes(api, deps);
  addReference(api);
  return api;
}

const INTRODUCTION = [
  "Model traffic in the dialects of OpenAI and Anthropic, and the control plane of the gateway.",
  "In the control plane money goes out as decimal strings and comes in as decimal strings or numbers with at most nine decimals; " +
    "times are ISO 8601 UTC; unknown fields are refused. A list takes `limit` (1 to 200, by default 50) and `cursor`.",
  "Everything that changes something can be repeated with the header `Idempotency-Key`: for 24 hours the same key with the same " +
    "content does nothing and gets the first answer, byte for byte, with `idempotency-replayed: true`. Other content is 409 " +
    "`idempotency_key_reused`; a repeat while the first is under way is 409 `idempotency_in_progress`, to be sent again after a " +
    "second. What decides nothing (401, 429, 5xx) is not kept. The gateway API and the spend log also know a request by its " +
    "`request_id` or its reservation.",
  "A person who is signed in calls with the session's cookie, when no key is sent, as a member with the capabilities of the role; of " +
    "several organizations `x-keeptrusts-organization` chooses one (404: not yours), else the oldest membership counts. What changes " +
    "something must come from a page of this gateway's own origin.",
  "Every answer has `x-request-id` and `request-id`.",
].join("\n\n");

/** `GET /v1/openapi.json`, made once. */
function addReference(api: Api): void {
  api.openAPIRegistry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer" });
  api.openAPIRegistry.registerComponent("securitySchemes", "apiKey", {
    type: "apiKey",
    in: "header",
    name: "x-api-key",
  });
  api.openAPIRegistry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: "__Secure-better-auth.session_token",
    description: "Of a person who is signed in; on plain http without `__Secure-`. Counts only when no key is sent.",
  });
  api.openAPIRegistry.registerPath({
    method: "get",
    path: "/v1/openapi.json",
    summary: "This reference",
    description: "OpenAPI 3.1.",
    tags: ["Platform"],
    security: [],
    responses: { 200: { description: "This reference", content: jsonContent(z.record(z.string(), z.unknown())) } },
  });
  let reference: unknown;
  api.get("/v1/openapi.json", () => {
    reference ??= api.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "Keeptrusts Edge",
        version: "0.1.0",
        description: INTRODUCTION,
      },
    });
    return Response.json(reference);
  });
}
