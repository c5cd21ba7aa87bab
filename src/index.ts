/** The composition root: with `worker-ports.ts`, which makes the parts, the only place that knows them all. */
import { Hono } from "hono";
import { createApi } from "./api/app.ts";
import { purgeExpiredAnswers } from "./api/idempotency.ts";
import { portsOf } from "./worker-ports.ts";
import { createProxyRoutes } from "./proxy/routes.ts";
import type { ConfirmShipped } from "./queue/confirm-shipped.ts";
import { consumeDeadLetters, parkMessages, UNREADABLE } from "./queue/dead-letter-consumer.ts";
import { consumeLedger } from "./queue/ledger-consumer.ts";
import { consumeSettlements } from "./queue/settlement-consumer.ts";
import { replayDeadLetters } from "./queue/dead-letter-replay.ts";

export { Organization } from "../durable-objects/organization/organization.ts";

const apis = new WeakMap<Env, ReturnType<typeof createApi>>();

function apiOf(env: Env): ReturnType<typeof createApi> {
  const api = apis.get(env) ?? createApi(portsOf(env).api);
  apis.set(env, api);
  return api;
}

const app = new Hono<{ Bindings: Env }>();
app.route(
  "/",
  createProxyRoutes<Env>((env) => portsOf(env).proxy),
);
app.all("*", (c) => apiOf(c.env).fetch(c.req.raw, c.env, c.executionCtx));

function confirmShippedOf(env: Env): ConfirmShipped {
  return (organizationId, outboxNumbers) => portsOf(env).api.organization(organizationId).confirmShipped(outboxNumbers);
}

export default {
  fetch: app.fetch,

  async queue(batch, env) {
    switch (batch.queue) {
      case "keeptrusts-ledger":
        return consumeLedger(batch, env, Date.now(), confirmShippedOf(env));
      case "keeptrusts-settlements":
        return consumeSettlements(batch, {
          organization: (organizationId) => portsOf(env).api.organization(organizationId),
          parkUnreadable: async (message) => {
            await parkMessages(portsOf(env).api.spendDb, batch.queue, [message], UNREADABLE, Date.now());
          },
        });
      default:
        return consumeDeadLetters(batch, env, Date.now(), confirmShippedOf(env));
    }
  },

  async scheduled(_controller, env) {
    await purgeExpiredAnswers(portsOf(env).api.db, Date.now());
    await replayDeadLetters(env);
  },
} satisfies ExportedHandler<Env>;
