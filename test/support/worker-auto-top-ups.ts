/** Wallets that refill themselves, in tests that talk to the real object. */
import { env } from "cloudflare:workers";
import type { AutoTopUpQuery, AutoTopUpView, TopUpCommand } from "../../src/contract/organization-rpc.ts";
import type { WalletOwner } from "../../src/core/attribution.ts";
import { changeRecords, type TestOrganization } from "./worker-organization.ts";

export interface AutoTopUpRecordOfTest {
  readonly owner?: WalletOwner;
  readonly enabled?: boolean;
  readonly thresholdNanos?: bigint;
  readonly amountNanos?: bigint;
  readonly dailyCapNanos?: bigint;
  readonly cooldownMinutes?: number;
  readonly currency?: string;
  readonly revision?: number;
}

/** Saves the record of a wallet, the organization's unless another one is named, as the control plane would. */
export async function saveAutoTopUp(organization: TestOrganization, record: AutoTopUpRecordOfTest = {}): Promise<void> {
  const { id } = organization;
  const owner = record.owner ?? { scope: "organization", ownerId: id };
  const methodId = `pm_${id}`;
  await env.CONTROL_DB.prepare(
    `INSERT INTO payment_methods (id, organization_id, provider, customer_reference, method_reference, label, created_at_ms)
     VALUES (?1, ?2, 'sandbox', 'customer', ?1, 'a card', 0) ON CONFLICT DO NOTHING`,
  )
    .bind(methodId, id)
    .run();
  await changeRecords(
    organization,
    `INSERT OR REPLACE INTO auto_top_ups (organization_id, scope, owner_id, enabled, threshold_nanos, amount_nanos, daily_cap_nanos,
       currency, cooldown_minutes, method_id, revision, updated_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
    id,
    owner.scope,
    owner.ownerId,
    record.enabled === false ? 0 : 1,
    (record.thresholdNanos ?? 10_000_000n).toString(),
    (record.amountNanos ?? 10_000_000n).toString(),
    (record.dailyCapNanos ?? 100_000_000n).toString(),
    record.currency ?? "USD",
    record.cooldownMinutes ?? 1,
    methodId,
    record.revision ?? 1,
  );
}

export async function autoTopUpsOf(
  { stub }: TestOrganization,
  query: Partial<AutoTopUpQuery> = {},
): Promise<readonly AutoTopUpView[]> {
  const all = { limit: 200, cursor: null, status: null, walletIds: null, fromMs: null, toMs: null };
  return (await stub.autoTopUps({ ...all, ...query })).data;
}

/** What the payment flow asks the ledger for when the provider has the money. */
export function creditOf({ id, scope, ownerId, amountNanos, currency }: AutoTopUpView): TopUpCommand {
  return { sessionId: id, owner: { scope, ownerId }, amountNanos, currency, actor: "auto_top_up", note: "by sandbox" };
}
