/** `/v1/gateway/wallets`: the commands of our own proxy, for gateways elsewhere. */
import type { z } from "zod";
import type { AuthorizeReply, SettleCommand, SettleReply } from "../contract/commands.ts";
import {
  checkpointedSchema,
  checkpointSchema,
  grantToWire,
  redeemSchema,
  releaseSchema,
  renewalToWire,
  reservedSchema,
  reserveSchema,
  reserveToFacts,
  settledSchema,
  settleSchema,
} from "../contract/gateway-api.ts";
import type { Endpoint } from "../core/endpoint.ts";
import { fail, ok, type Result } from "../core/failure.ts";
import { formatNanos } from "../core/money.ts";
import { findPrice } from "../core/price-book.ts";
import type { ApiDeps } from "./deps.ts";
import { reservationIdOf } from "./request-ids.ts";
import { addPrincipalRoute, type Api } from "./route.ts";
import { readUsage } from "./usage-shape.ts";

const TAG = "Gateway API";

export function addGatewayWalletRoutes(api: Api, deps: ApiDeps): void {
  addReserveRoutes(api, deps);
  addEndRoutes(api, deps);
  addCheckpointRoute(api, deps);
}

function addReserveRoutes(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "POST /v1/gateway/wallets/reserve",
    {
      summary: "Hold money for a request",
      description: "The hold is the worst case of what the request can cost, and the organization's buffer.",
      tag: TAG,
      body: reserveSchema,
      answer: reservedSchema,
      refusals: [402, 404, 409, 429, 503],
    },
    async ({ principal, body }) => {
      const reply = await deps.organization(principal.organizationId).authorize({
        requestId: body.request_id,
        reservationId: await reservationIdOf(principal.organizationId, body.request_id),
        credential: principal.credential,
        asserted: {
          userId: body.user_id ?? null,
          teamId: body.team_id ?? null,
          agentId: body.agent_id ?? null,
          agentRunId: body.agent_run_id ?? null,
        },
        facts: reserveToFacts(body, await endpointOf(deps, body)),
        requestSha256: body.request_sha256,
        ticketId: null,
        clamp: false,
        zdrMode: "off",
        store: null,
        forwardedElsewhere: true,
        metadata: {},
      });
      return reservedOf(reply);
    },
  );

  addPrincipalRoute(
    api,
    deps,
    "POST /v1/gateway/wallets/redeem-ticket",
    {
      summary: "Hold the frozen amount of a cost ticket",
      description: "While money is still short: 402 with the same ticket.",
      tag: TAG,
      body: redeemSchema,
      answer: reservedSchema,
      refusals: [402, 404, 409, 429, 503],
    },
    async ({ principal, body }) => {
      const reply = await deps.organization(principal.organizationId).redeemTicket({
        requestId: body.request_id,
        reservationId: await reservationIdOf(principal.organizationId, body.request_id),
        credential: principal.credential,
        ticketId: body.ticket_id,
        requestSha256: body.request_sha256,
      });
      return reservedOf(reply);
    },
  );
}

function addEndRoutes(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "POST /v1/gateway/wallets/settle",
    {
      summary: "Post what a request has cost",
      description: "Posts the cost and frees the rest of the hold. A repeat gets the first answer.",
      tag: TAG,
      body: settleSchema,
      answer: settledSchema,
      refusals: [404, 409, 503],
    },
    async ({ principal, body }) => {
      const usage = readUsage(body);
      if (!usage.ok) return usage;
      const reply = await deps.organization(principal.organizationId).settle({
        ...endOf(body.reservation_id),
        status: "completed",
        usage: usage.value,
        usageSource: usage.value === null ? "none" : "provider",
        costUsdNanos: body.cost ?? null,
        targetId: body.target_id ?? null,
        responseModel: body.model ?? null,
        latencyMs: body.latency_ms ?? null,
      });
      return settledOf(body.reservation_id, reply);
    },
  );

  addPrincipalRoute(
    api,
    deps,
    "POST /v1/gateway/wallets/release",
    {
      summary: "End a reservation at no charge",
      description: "For requests that delivered nothing. A repeat gets the first answer.",
      tag: TAG,
      body: releaseSchema,
      answer: settledSchema,
      refusals: [404, 409, 503],
    },
    async ({ principal, body }) =>
      settledOf(
        body.reservation_id,
        await deps.organization(principal.organizationId).settle(endOf(body.reservation_id)),
      ),
  );
}

function addCheckpointRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "POST /v1/gateway/wallets/checkpoint",
    {
      summary: "Renew the lease of a running request",
      description: "It may ask for more to be held, for an answer that becomes longer than what was reserved for it.",
      tag: TAG,
      body: checkpointSchema,
      answer: checkpointedSchema,
      refusals: [404, 409, 503],
    },
    async ({ principal, body }) => {
      const usage = readUsage(body);
      if (!usage.ok) return usage;
      const wanted = body.hold_for_output_tokens;
      const reply = await deps.organization(principal.organizationId).checkpoint({
        reservationId: body.reservation_id,
        forwardedElsewhere: true,
        usage: usage.value,
        ...(body.target_id === undefined ? {} : { targetId: body.target_id }),
        ...(wanted === undefined ? {} : { holdForOutputTokens: wanted }),
      });
      return reply.outcome === "refused" ? fail(reply.failure) : ok(renewalToWire(body.reservation_id, reply));
    },
  );
}

/** A release: nothing was delivered, nothing is charged. */
function endOf(reservationId: string): SettleCommand {
  return {
    reservationId,
    forwardedElsewhere: true,
    status: "upstream_error",
    usage: null,
    usageSource: "none",
    costUsdNanos: null,
    targetId: null,
    responseModel: null,
    responseId: null,
    attempts: [],
    latencyMs: null,
    upstreamLatencyMs: null,
    flags: [],
  };
}

/** The endpoint that was named, or the first that the model has. */
async function endpointOf(deps: ApiDeps, body: z.output<typeof reserveSchema>): Promise<Endpoint> {
  if (body.endpoint !== undefined) return body.endpoint;
  if (body.provider === "anthropic") return "anthropic.messages";
  const book = await deps.prices.read();
  const price = findPrice(book, { provider: body.provider, model: body.model, atMs: deps.nowMs() });
  return price?.endpoints[0] ?? "openai.chat";
}

function reservedOf(reply: AuthorizeReply): Result<z.infer<typeof reservedSchema>> {
  return reply.outcome === "refused" ? fail(reply.failure) : ok(grantToWire(reply.grant, reply.status));
}

function settledOf(reservationId: string, reply: SettleReply): Result<z.infer<typeof settledSchema>> {
  if (reply.outcome === "refused") return fail(reply.failure);
  const { wallet } = reply;
  return ok({
    reservation_id: reservationId,
    status: reply.status,
    settled_amount: formatNanos(reply.settledNanos),
    released_amount: formatNanos(reply.releasedNanos),
    currency: reply.currency,
    wallet:
      wallet === null ? null : { id: wallet.id, scope: wallet.scope, available: formatNanos(wallet.availableNanos) },
    pricing_source: reply.pricingSource,
    flags: [...reply.flags],
  });
}
