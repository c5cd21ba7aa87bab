/** `/v1/gateway/agents`: the limits of agents, for gateways elsewhere. */
import {
  runQuerySchema,
  usageCheckSchema,
  usageCheckToWire,
  usageIncrementedSchema,
  usageIncrementSchema,
} from "../contract/agent-api.ts";
import { fail, ok } from "../core/failure.ts";
import type { ApiDeps } from "./deps.ts";
import { idParams } from "./route-reference.ts";
import { addPrincipalRoute, type Api } from "./route.ts";

const TAG = "Gateway API";

export function addGatewayAgentRoutes(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/gateway/agents/{id}/usage-check",
    {
      summary: "See how an agent's constraints stand",
      description:
        "Holds nothing: only a reservation with `agent_id` is sure of its room. An agent with a limit per run needs `run_id`. The key of " +
        "a gateway also sees the constraints of its configuration.",
      tag: TAG,
      params: idParams,
      query: runQuerySchema,
      answer: usageCheckSchema,
      refusals: [404, 503],
    },
    async ({ principal, params, query }) => {
      const reply = await deps.organization(principal.organizationId).agentUsage({
        agentId: params.id,
        gatewayId: principal.gatewayId,
        runId: query.run_id ?? null,
        mustNameRun: true,
      });
      return reply.outcome === "refused" ? fail(reply.failure) : ok(usageCheckToWire(reply.value));
    },
  );

  addPrincipalRoute(
    api,
    deps,
    "POST /v1/gateway/agents/{id}/usage-increment",
    {
      summary: "Count what an agent has used elsewhere",
      description:
        "For requests that were not reserved here. Counts once per `request_id`, also beyond the limit: it has happened. No " +
        "wallet pays for it.",
      tag: TAG,
      params: idParams,
      body: usageIncrementSchema,
      answer: usageIncrementedSchema,
      refusals: [404, 409, 503],
    },
    async ({ principal, params, body }) => {
      const reply = await deps.organization(principal.organizationId).countUse({
        requestId: body.request_id,
        agentId: params.id,
        gatewayId: principal.gatewayId,
        runId: body.run_id ?? null,
        use: { credits: body.credits, tokens: BigInt(body.tokens), requests: BigInt(body.requests) },
      });
      if (reply.outcome === "refused") return fail(reply.failure);
      return ok({ request_id: body.request_id, ...usageCheckToWire(reply.usage) });
    },
  );
}
