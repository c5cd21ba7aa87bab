/**
 * Keeps the ledger's rows in the object bounded: entries that SPEND_DB holds, word for word, leave it, and their sums stay
 * (README, Archive). An entry is immutable, so what was compared before an await may be removed after it.
 */
import type { LedgerEntryRow } from "../../src/contract/ledger-message.ts";
import { logLine, reportError } from "../../src/platform/log.ts";
import type { ArchivedAccount } from "./store/archived-accounts.ts";
import type { Store } from "./store.ts";

/** How long entries stay in the object at least … */
const ENTRY_RETENTION_MS = 7 * 24 * 60 * 60 * 1_000;
/** … unless there are more of them than this. */
const MAX_KEPT_ENTRIES = 1_000_000;
const MAX_PORTION = 250;
/** Of one alarm; the next comes at once. */
const MAX_PORTIONS = 20;
/** A copy that is late, or wrong, is looked at again. */
const RETRY_MS = 10 * 60_000;

/** Reads entries of the organization from SPEND_DB, with their lines, after one sequence and up to another, in order. */
export type ReadCopies = (afterSequence: number, throughSequence: number) => Promise<readonly LedgerEntryRow[]>;

/** Runs its work as one transaction. */
export type Transact = (work: () => void) => void;

export class Archive {
  readonly #store: Store;
  readonly #readCopies: ReadCopies;
  readonly #transact: Transact;
  /** After an attempt that SPEND_DB's copy did not allow. */
  #blockedUntilMs = 0;

  constructor(store: Store, readCopies: ReadCopies, transact: Transact) {
    this.#store = store;
    this.#readCopies = readCopies;
    this.#transact = transact;
  }

  /** When the oldest entry may leave; null when there is none. */
  dueMs(nowMs: number): number | null {
    const { entries } = this.#store;
    const oldest = entries.oldest();
    if (oldest === null) return null;
    const isOverfull = entries.lastSequence() - oldest.sequence >= MAX_KEPT_ENTRIES;
    return Math.max(this.#blockedUntilMs, isOverfull ? nowMs : oldest.createdAtMs + ENTRY_RETENTION_MS);
  }

  /**
   * Archives the oldest entries that may leave, a portion in each transaction. What SPEND_DB lacks, or has otherwise, stays, and so
   * does all that comes after it. Never throws.
   */
  async run(nowMs: number): Promise<void> {
    for (let portions = 0; portions < MAX_PORTIONS; portions += 1) {
      if ((this.dueMs(nowMs) ?? Number.POSITIVE_INFINITY) > nowMs) return;
      try {
        await this.#archivePortion(nowMs);
      } catch (error) {
        reportError("organization.archive_failed", error);
        this.#blockedUntilMs = nowMs + RETRY_MS;
      }
    }
  }

  async #archivePortion(nowMs: number): Promise<void> {
    const due = listDue(this.#store, nowMs);
    const [first, last] = [due[0], due.at(-1)];
    if (first === undefined || last === undefined) return;
    const copies = await this.#readCopies(first.sequence - 1, last.sequence);
    const differing = due.findIndex((entry, index) => !isCopyOf(copies[index], entry));
    const safe = differing === -1 ? due : due.slice(0, differing);
    this.#transact(() => {
      archiveEntries(this.#store, safe);
    });
    const blocking = due[safe.length];
    if (blocking === undefined) return;
    logLine({ event: "organization.archive_blocked", entry_id: blocking.id, sequence: blocking.sequence });
    this.#blockedUntilMs = nowMs + RETRY_MS;
  }
}

function listDue(store: Store, nowMs: number): readonly LedgerEntryRow[] {
  const { entries, archived } = store;
  const beyond = entries.lastSequence() - MAX_KEPT_ENTRIES;
  const oldest = entries.list(archived.throughSequence(), MAX_PORTION);
  const end = oldest.findIndex((entry) => entry.sequence > beyond && entry.created_at_ms + ENTRY_RETENTION_MS > nowMs);
  return end === -1 ? oldest : oldest.slice(0, end);
}

/** In everything that moves money. Words of people may be stored with other replacements for what UTF-8 cannot hold. */
function isCopyOf(copy: LedgerEntryRow | undefined, entry: LedgerEntryRow): boolean {
  return copy !== undefined && JSON.stringify(moneyOf(copy)) === JSON.stringify(moneyOf(entry));
}

function moneyOf({
  id,
  organization_id,
  sequence,
  type,
  currency,
  reservation_id,
  created_at_ms,
  lines,
}: LedgerEntryRow) {
  const amounts = lines.map((line) => [line.line, line.account, line.amount_nanos, line.balance_after_nanos]);
  return [id, organization_id, sequence, type, currency, reservation_id, created_at_ms, amounts];
}

/** Nothing when another run was faster. */
function archiveEntries(store: Store, entries: readonly LedgerEntryRow[]): void {
  const [first, last] = [entries[0], entries.at(-1)];
  if (first === undefined || last === undefined) return;
  if (first.sequence !== store.archived.throughSequence() + 1) return;
  for (const sum of sumAccounts(entries)) store.archived.add(sum);
  store.entries.removeThrough(last.sequence);
}

function sumAccounts(entries: readonly LedgerEntryRow[]): Iterable<ArchivedAccount> {
  const sums = new Map<string, ArchivedAccount>();
  for (const { sequence, lines } of entries) {
    for (const { account, amount_nanos } of lines) {
      const before = sums.get(account)?.sumNanos ?? 0n;
      sums.set(account, { account, sumNanos: before + BigInt(amount_nanos), lastSequence: sequence });
    }
  }
  return sums.values();
}
