/** Walks an audit chain and tells the first record that is wrong (docs/audit.md). */
import type { z } from "zod";
import { formatTime } from "../contract/amount.ts";
import {
  MAX_VERIFIED_RECORDS,
  NO_FILTER,
  type AuditFault,
  type AuditVerification,
  type auditVerifyQuerySchema,
} from "../contract/audit.ts";
import { CHAIN_START, findChainFault, PLATFORM_CHAIN, type ChainHead } from "../core/audit-chain.ts";
import { hashRow } from "../platform/audit-record.ts";
import { listRecordsAfter, readChainHead, readHash } from "../platform/d1/audit-log.ts";
import type { ApiDeps } from "./deps.ts";

const RECORDS_AT_ONCE = 500;

interface Fault {
  readonly sequence: number;
  readonly check: AuditFault;
}

/** Of the records that were walked. */
interface Walk {
  readonly last: ChainHead;
  readonly fault: Fault | null;
  readonly hashes: ReadonlyMap<number, string>;
  /** Nothing comes after `last`. */
  readonly isComplete: boolean;
}

/** At most `limit` records after a number. Throws when D1 does. */
export async function verifyChain(
  deps: ApiDeps,
  organizationId: string,
  query: z.output<typeof auditVerifyQuerySchema>,
): Promise<AuditVerification> {
  // Before the records: an anchor's record was there when it was seen.
  const anchors = await readAnchors(deps, organizationId, query.after_sequence);
  const walk = await walkChain(deps, organizationId, query.after_sequence, query.limit);
  const newest = await readChainHead(deps.db, organizationId);
  const compared = anchors?.filter(({ sequence }) => isWithin(walk, sequence)) ?? null;
  const faults = [
    walk.fault,
    findAnchorFault(compared ?? [], walk),
    query.head === undefined ? null : await findHeadFault(deps, organizationId, query.head, newest),
  ].filter((fault) => fault !== null);
  const [first = null] = faults.toSorted((a, b) => a.sequence - b.sequence);
  return {
    organization_id: organizationId,
    valid: first === null,
    first_fault: first,
    checked_after_sequence: query.after_sequence,
    checked_through_sequence: walk.last.sequence,
    next_after_sequence: walk.isComplete || first !== null ? null : walk.last.sequence,
    anchors_checked: compared?.length ?? null,
    head: newest.sequence === 0 ? null : { sequence: newest.sequence, hash: newest.hash },
    checked_at: formatTime(deps.nowMs()),
  };
}

/** Null: there is no object to ask, or it does not answer. */
async function readAnchors(
  deps: ApiDeps,
  organizationId: string,
  afterSequence: number,
): Promise<readonly ChainHead[] | null> {
  if (organizationId === PLATFORM_CHAIN) return null;
  const range = { afterSequence, limit: MAX_VERIFIED_RECORDS + 1 };
  const anchors = await deps.organization(organizationId).auditAnchors(range);
  return anchors.outcome === "found" ? anchors.value : null;
}

async function walkChain(deps: ApiDeps, organizationId: string, afterSequence: number, limit: number): Promise<Walk> {
  const startHash = afterSequence === 0 ? CHAIN_START.hash : await readHash(deps.db, organizationId, afterSequence);
  const hashes = new Map<number, string>();
  let last: ChainHead = { sequence: afterSequence, hash: startHash ?? "" };
  if (startHash === null) {
    return { last, fault: { sequence: afterSequence, check: "gap" }, hashes, isComplete: false };
  }
  for (;;) {
    const page = { afterSequence: last.sequence, limit: Math.min(RECORDS_AT_ONCE, limit - hashes.size) };
    // oxlint-disable-next-line no-await-in-loop -- one page at a time is held
    const rows = page.limit === 0 ? [] : await listRecordsAfter(deps.db, organizationId, NO_FILTER, page);
    for (const row of rows) {
      // oxlint-disable-next-line no-await-in-loop -- the first fault ends it
      const check = findChainFault(last, row, await hashRow(row));
      if (check !== null) return { last, fault: { sequence: last.sequence + 1, check }, hashes, isComplete: false };
      last = { sequence: row.sequence, hash: row.hash };
      hashes.set(row.sequence, row.hash);
    }
    if (rows.length < RECORDS_AT_ONCE) return { last, fault: null, hashes, isComplete: rows.length < page.limit };
  }
}

/** Whether the walk tells what is there under the number. */
function isWithin({ hashes, last, isComplete }: Walk, sequence: number): boolean {
  return hashes.has(sequence) || (isComplete && sequence > last.sequence);
}

/** The first anchor whose record is another one by now, or gone. */
function findAnchorFault(anchors: readonly ChainHead[], { hashes, last }: Walk): Fault | null {
  const changed = anchors.find(({ sequence, hash }) => hashes.get(sequence) !== hash);
  if (changed === undefined) return null;
  return { sequence: Math.min(changed.sequence, last.sequence + 1), check: "anchor" };
}

async function findHeadFault(
  deps: ApiDeps,
  organizationId: string,
  head: ChainHead,
  newest: ChainHead,
): Promise<Fault | null> {
  if (head.sequence > newest.sequence) return { sequence: newest.sequence + 1, check: "head" };
  const found = head.sequence === 0 ? CHAIN_START.hash : await readHash(deps.db, organizationId, head.sequence);
  return found === head.hash ? null : { sequence: head.sequence, check: "head" };
}
