/** Tells people of keys that expire within a week, once for each key and end: the cron trigger looks for them. */
import { and, asc, gt, inArray, isNull, lte, sql } from "drizzle-orm";
import { formatTime } from "../contract/amount.ts";
import type { LedgerMessage } from "../contract/ledger-message.ts";
import type { NotificationMessage } from "../contract/notification.ts";
import { keys } from "../platform/d1/control-schema.ts";
import { openControlDatabase, openSpendDatabase } from "../platform/d1/database.ts";
import { copyLedger } from "../platform/d1/ledger-copy.ts";
import { notifications } from "../platform/d1/spend-schema.ts";
import { deriveId } from "../platform/identifiers.ts";
import { announceStored, type NotificationPorts } from "./notification-ports.ts";

const NOTICE_MS = 7 * 24 * 60 * 60 * 1_000;
const KEYS_PER_TRANSACTION = 100;

type ExpiringKey = Pick<typeof keys.$inferSelect, "id" | "organizationId" | "name" | "type" | "expiresAtMs">;

export interface ExpiringKeyBindings {
  readonly CONTROL_DB: D1Database;
  readonly SPEND_DB: D1Database;
}

/** Throws what D1 throws; the next run goes on. */
export async function notifyExpiringKeys(
  env: ExpiringKeyBindings,
  ports: NotificationPorts,
  nowMs: number,
): Promise<void> {
  const expiring = await listExpiring(env.CONTROL_DB, nowMs);
  for (let first = 0; first < expiring.length; first += KEYS_PER_TRANSACTION) {
    const chunk = expiring.slice(first, first + KEYS_PER_TRANSACTION);
    const told = await Promise.all(chunk.map((key) => notificationOf(key, nowMs)));
    await storeNew(env.SPEND_DB, told, ports);
  }
}

/** A key that lives no longer than the notice is meant to end. */
async function listExpiring(controlDb: D1Database, nowMs: number): Promise<ExpiringKey[]> {
  return openControlDatabase(controlDb)
    .select({
      id: keys.id,
      organizationId: keys.organizationId,
      name: keys.name,
      type: keys.type,
      expiresAtMs: keys.expiresAtMs,
    })
    .from(keys)
    .where(
      and(
        gt(keys.expiresAtMs, nowMs),
        lte(keys.expiresAtMs, nowMs + NOTICE_MS),
        gt(sql`${keys.expiresAtMs} - ${keys.createdAtMs}`, NOTICE_MS),
        isNull(keys.revokedAtMs),
      ),
    )
    .orderBy(asc(keys.expiresAtMs), asc(keys.id));
}

async function notificationOf(key: ExpiringKey, nowMs: number): Promise<NotificationMessage> {
  const expiresAtMs = key.expiresAtMs ?? 0;
  return {
    id: await deriveId("ntf", [key.organizationId, "key.expiring", key.id, String(expiresAtMs)]),
    organization_id: key.organizationId,
    type: "key.expiring",
    data: { key_id: key.id, name: key.name, type: key.type, expires_at: formatTime(expiresAtMs) },
    created_at_ms: nowMs,
  };
}

async function storeNew(
  spendDb: D1Database,
  told: readonly NotificationMessage[],
  ports: NotificationPorts,
): Promise<void> {
  const ids = JSON.stringify(told.map(({ id }) => id));
  const known = await openSpendDatabase(spendDb)
    .select({ id: notifications.id })
    .from(notifications)
    .where(inArray(notifications.id, sql`(SELECT value FROM json_each(${ids}))`));
  const isKnown = new Set(known.map(({ id }) => id));
  const fresh = told.filter(({ id }) => !isKnown.has(id));
  if (fresh.length === 0) return;
  const messages: LedgerMessage[] = fresh.map((notification) => ({ entry: null, spend_log: null, notification }));
  const copied = await copyLedger(spendDb, messages, await ports.planDeliveries(fresh));
  await announceStored(messages, copied, ports);
}
