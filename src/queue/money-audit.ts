/**
 * Records movements of money that people asked for. They are posted by the organizations' objects and come with the ledger, at
 * least once and in any order: each is appended to its organization's chain exactly once, known by its entry.
 */
import type { AuditAction } from "../contract/audit.ts";
import type { LedgerEntryRow } from "../contract/ledger-message.ts";
import type { ChainHead } from "../core/audit-chain.ts";
import type { EntryType } from "../core/ledger-entry.ts";
import { formatNanos } from "../core/money.ts";
import { sealRecord, type AuditDraft, type AuditRow } from "../platform/audit-record.ts";
import { isChainViolation, isSourceViolation, readSources } from "../platform/d1/audit-log.ts";
import { auditLog } from "../platform/d1/control-schema.ts";
import type { ControlDatabase } from "../platform/d1/database.ts";

const MAX_ATTEMPTS = 10;
const WALLET = "wallet:";

/** Null: what settlements and the months of seats post is not anybody's action. */
const ACTION_OF_TYPE: Readonly<Record<EntryType, AuditAction | null>> = {
  credit: "wallet.credit",
  allocate: "wallet.allocate",
  reclaim: "wallet.reclaim",
  settle: null,
  seat_grant: null,
  seat_expiry: null,
  top_up: "wallet.top_up",
  refund: "wallet.refund",
  dispute: "wallet.dispute",
  dispute_won: "wallet.dispute_won",
  dispute_lost: "wallet.dispute_lost",
};
const ACTIONS = new Map<string, AuditAction | null>(Object.entries(ACTION_OF_TYPE));

/** Throws when D1 does, or when others are faster ten times; then what is not recorded is to be asked for again. */
export async function recordMoney(db: ControlDatabase, entries: readonly LedgerEntryRow[]): Promise<void> {
  const moved = entries.filter((entry) => (ACTIONS.get(entry.type) ?? null) !== null);
  for (const [organizationId, own] of Map.groupBy(moved, (entry) => entry.organization_id)) {
    // oxlint-disable-next-line no-await-in-loop -- mostly one
    await appendEntries(db, organizationId, own);
  }
}

async function appendEntries(
  db: ControlDatabase,
  organizationId: string,
  entries: readonly LedgerEntryRow[],
  attempt = 1,
): Promise<void> {
  const sourceIds = entries.map(({ id }) => id);
  const { head, recorded } = await readSources(db, organizationId, sourceIds);
  const fresh = new Map(entries.filter(({ id }) => !recorded.has(id)).map((entry) => [entry.id, entry]));
  const rows = await sealAll(head, [...fresh.values()].toSorted((a, b) => a.sequence - b.sequence).flatMap(draftOf));
  const [first, ...rest] = rows.map((row) => db.insert(auditLog).values(row));
  if (first === undefined) return;
  try {
    await db.batch([first, ...rest]);
  } catch (error) {
    const othersWereFaster = isChainViolation(error) || isSourceViolation(error);
    if (!othersWereFaster || attempt === MAX_ATTEMPTS) throw error;
    await appendEntries(db, organizationId, entries, attempt + 1);
  }
}

async function sealAll(head: ChainHead, drafts: readonly AuditDraft[]): Promise<AuditRow[]> {
  const rows: AuditRow[] = [];
  // oxlint-disable-next-line no-await-in-loop -- each needs the hash of the one before
  for (const draft of drafts) rows.push(await sealRecord(rows.at(-1) ?? head, draft));
  return rows;
}

function draftOf(entry: LedgerEntryRow): AuditDraft[] {
  const action = ACTIONS.get(entry.type) ?? null;
  const lines = entry.lines.flatMap(({ account, amount_nanos: amount, balance_after_nanos: after }) =>
    account.startsWith(WALLET) && after !== null
      ? [{ walletId: account.slice(WALLET.length), amountNanos: BigInt(amount), afterNanos: BigInt(after) }]
      : [],
  );
  if (action === null) return [];
  // Money goes to the wallet that an allocation or a credit names, and comes from the one that a reclaim names. Payments move
  // in one wallet; a lost dispute's money has left it before.
  const named = lines.find(({ amountNanos }) => amountNanos > 0n === (entry.type !== "reclaim")) ?? lines[0];
  const amountNanos = named?.amountNanos ?? BigInt(entry.lines[0]?.amount_nanos ?? "0");
  return [
    {
      organizationId: entry.organization_id,
      createdAtMs: entry.created_at_ms,
      actor: entry.actor,
      action,
      objectId: named?.walletId ?? "suspended",
      requestId: entry.request_id,
      sourceId: entry.id,
      before: { balances: balancesOf(lines, (line) => line.afterNanos - line.amountNanos) },
      after: {
        balances: balancesOf(lines, (line) => line.afterNanos),
        amount: formatNanos(amountNanos < 0n ? -amountNanos : amountNanos),
        currency: entry.currency,
        note: entry.note,
      },
    },
  ];
}

interface WalletLine {
  readonly walletId: string;
  readonly amountNanos: bigint;
  readonly afterNanos: bigint;
}

function balancesOf(lines: readonly WalletLine[], amountOf: (line: WalletLine) => bigint): Record<string, string> {
  return Object.fromEntries(lines.map((line) => [line.walletId, formatNanos(amountOf(line))]));
}
