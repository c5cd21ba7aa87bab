/** The audit log as tests look at it. */
import { createMessageBatch } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { recordMoney } from "../../src/queue/money-audit.ts";
import { consumeLedger } from "../../src/queue/ledger-consumer.ts";
import type { LedgerMessage } from "../../src/contract/ledger-message.ts";
import { call, deps, rowsOf, type Json } from "./worker-api.ts";
import { delivered } from "./worker-main.ts";

/** Of all chains together. */
export async function countRecords(): Promise<number> {
  return (await env.CONTROL_DB.prepare("SELECT count(*) AS n FROM audit_log").first<number>("n")) ?? 0;
}

/** The newest record of a chain, as the platform admin sees it; the platform's own without an id. */
export async function newestRecord(organizationId?: string): Promise<Json | undefined> {
  const whose = organizationId === undefined ? "" : `&organization_id=${organizationId}`;
  return rowsOf(await call(`GET /v1/admin/audit-log?limit=1${whose}`))[0];
}

/** Gives ledger messages to the product's own consumer, as its queue would. */
export async function consume(messages: readonly LedgerMessage[]): Promise<void> {
  const batch = createMessageBatch(
    "keeptrusts-ledger",
    messages.map((body, index) => ({ id: `message-${index}`, timestamp: new Date(), attempts: 1, body })),
  );
  await consumeLedger(batch, env, deps.nowMs(), null, null, async (entries) => recordMoney(deps.db, entries));
}

/** What the object of an organization has sent to the ledger queue, once it has sent the entry. */
export async function shippedWith(organizationId: string, entryId: string): Promise<readonly LedgerMessage[]> {
  return vi.waitFor(() => {
    const own = delivered.filter(({ entry }) => entry?.organization_id === organizationId);
    if (!own.some(({ entry }) => entry?.id === entryId)) throw new Error("not shipped yet");
    return own;
  }, 10_000);
}
