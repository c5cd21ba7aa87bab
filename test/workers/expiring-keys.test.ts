import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { notifications, webhookDeliveries } from "../../src/platform/d1/spend-schema.ts";
import { notifyExpiringKeys } from "../../src/queue/expiring-keys.ts";
import { createNotificationPorts } from "../../src/queue/notification-ports.ts";
import { call, deps, makeOrganization, textOf } from "../support/worker-api.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const scheduled: string[] = [];

const ports = createNotificationPorts({
  db: deps.db,
  hasWebhooks: true,
  schedule: async (ids) => {
    scheduled.push(...ids);
  },
  sendMail: null,
  newId: (prefix) => deps.newId(prefix),
  nowMs: () => deps.nowMs(),
  reportError: () => {},
});

it("tells of a key that expires within a week, once, and again when its end is moved", async () => {
  const { id: organizationId, token } = await makeOrganization();
  await call("POST /v1/webhooks", { token, body: { name: "all", url: "https://hooks.acme.example/" } });
  const nowMs = deps.nowMs();
  const make = async (name: string, days: number | null): Promise<string> => {
    const expiresAt = days === null ? {} : { expires_at: new Date(nowMs + days * DAY_MS).toISOString() };
    const made = await call("POST /v1/keys", { token, body: { name, type: "gateway", ...expiresAt } });
    return textOf(made.body["id"]);
  };
  const soon = await make("soon", 8);
  const revoked = await make("revoked", 8);
  await make("later", 30);
  await make("short", 3);
  await make("endless", null);
  await call(`POST /v1/keys/${revoked}/revoke`, { token });

  const told = () => deps.spendDb.select().from(notifications).where(eq(notifications.organizationId, organizationId));
  await notifyExpiringKeys(env, ports, nowMs);
  expect(await told()).toEqual([]);
  for (let run = 0; run < 3; run += 1) await notifyExpiringKeys(env, ports, nowMs + 2 * DAY_MS + run);
  const rows = await told();
  expect(rows.map(({ type, dataJson }) => [type, JSON.parse(dataJson)])).toEqual([
    [
      "key.expiring",
      { key_id: soon, name: "soon", type: "gateway", expires_at: new Date(nowMs + 8 * DAY_MS).toISOString() },
    ],
  ]);
  const deliveries = await deps.spendDb
    .select()
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.organizationId, organizationId));
  expect(scheduled).toEqual(deliveries.map(({ id }) => id));
  expect(scheduled).toHaveLength(1);

  await call(`PATCH /v1/keys/${soon}`, {
    token,
    body: { expires_at: new Date(nowMs + 20 * DAY_MS).toISOString() },
  });
  await notifyExpiringKeys(env, ports, nowMs + 14 * DAY_MS);
  expect(await told()).toHaveLength(2);
});
