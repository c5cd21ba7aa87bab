/** The composition root: with `worker-ports.ts`, which makes the parts, the only place that knows them all. */
import { Hono } from "hono";
import { createApi } from "./api/app.ts";
import { purgeExpiredAnswers } from "./api/idempotency.ts";
import { protect } from "./api/protection/protect.ts";
import { atPublicOrigin } from "./api/protection/public-origin.ts";
import { portsOf } from "./worker-ports.ts";
import { createProxyRoutes } from "./proxy/routes.ts";
import type { ConfirmShipped } from "./queue/confirm-shipped.ts";
import { consumeDeadLetters, parkMessages, UNREADABLE } from "./queue/dead-letter-consumer.ts";
import { consumeLedger } from "./queue/ledger-consumer.ts";
import { consumeSettlements } from "./queue/settlement-consumer.ts";
import { recordMoney } from "./queue/money-audit.ts";
import { replayDeadLetters } from "./queue/dead-letter-replay.ts";
import { removeOldEvents } from "./queue/event-retention.ts";
import { notifyExpiringKeys } from "./queue/expiring-keys.ts";
import { consumeWebhooks } from "./queue/webhook-consumer.ts";
import { answerConsolePage } from "./platform/console.ts";
import { reportError } from "./platform/log.ts";
import { startAutoTopUp } from "./platform/payments/auto-top-up.ts";
import { purgeSignIn } from "./platform/sign-in-purge.ts";
import { attemptIfDue, scheduleOverdue } from "./platform/webhook-delivery.ts";

export { OAuthServer } from "../durable-objects/oauth-server/oauth-server.ts";
export { Organization } from "../durable-objects/organization/organization.ts";
export { TargetHealth } from "../durable-objects/target-health/target-health.ts";

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
app.all("*", async (c) => {
  const page = await answerConsolePage(c.req.raw, c.env.CONSOLE);
  return page ?? apiOf(c.env).fetch(c.req.raw, c.env, c.executionCtx);
});

function confirmShippedOf(env: Env): ConfirmShipped {
  return (organizationId, outboxNumbers) => portsOf(env).api.organization(organizationId).confirmShipped(outboxNumbers);
}

export default {
  fetch(request, env, ctx) {
    const { protection } = portsOf(env);
    const named = atPublicOrigin(request, protection.publicOrigin);
    return protect(named, () => app.fetch(named, env, ctx), protection);
  },

  async queue(batch, env) {
    switch (batch.queue) {
      case "keeptrusts-ledger":
        return consumeLedger(
          batch,
          env,
          Date.now(),
          confirmShippedOf(env),
          portsOf(env).notifications,
          async (entries) => recordMoney(portsOf(env).api.db, entries),
          async (message) => startAutoTopUp(portsOf(env).payments.flow, message),
        );
      case "keeptrusts-settlements":
        return consumeSettlements(batch, {
          organization: (organizationId) => portsOf(env).api.organization(organizationId),
          parkUnreadable: async (message) => {
            await parkMessages(portsOf(env).api.spendDb, batch.queue, [message], UNREADABLE, Date.now());
          },
        });
      case "keeptrusts-webhooks":
        return consumeWebhooks(batch, {
          attemptIfDue: async (deliveryId) => {
            const { webhooks } = portsOf(env);
            if (webhooks !== null) await attemptIfDue(webhooks, deliveryId);
          },
          reportError,
        });
      default:
        return consumeDeadLetters(batch, env, Date.now(), confirmShippedOf(env));
    }
  },

  async scheduled(_controller, env) {
    const { api, notifications, payments, webhooks } = portsOf(env);
    const results = await Promise.allSettled([
      purgeExpiredAnswers(api.db, Date.now()),
      purgeSignIn(api.db, Date.now()),
      replayDeadLetters(env),
      webhooks === null ? Promise.resolve() : scheduleOverdue(webhooks),
      payments.maintain(),
      notifyExpiringKeys(env, notifications, Date.now()),
      removeOldEvents({ db: api.db, spendDb: env.SPEND_DB, bodies: api.eventBodies, reportError }, Date.now()),
    ]);
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  },
} satisfies ExportedHandler<Env>;
