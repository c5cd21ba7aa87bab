/** Makes records of the audit log: without secrets by what is put in, bounded, and chained by hash. */
import { formatTime } from "../contract/amount.ts";
import {
  objectTypeOf,
  type AuditAction,
  type AuditContent,
  type AuditRecord,
  type AuditState,
} from "../contract/audit.ts";
import { changedMembers, type ChainHead } from "../core/audit-chain.ts";
import { canonicalJson } from "../core/canonical-json.ts";
import type { auditLog } from "./d1/control-schema.ts";
import { sha256Hex } from "./identifiers.ts";

export type AuditRow = typeof auditLog.$inferSelect;

/** What is to be recorded; `organizationId` names the chain. */
export interface AuditDraft {
  readonly organizationId: string;
  readonly createdAtMs: number;
  readonly actor: string;
  readonly action: AuditAction;
  readonly objectId: string;
  readonly requestId: string | null;
  readonly sourceId: string | null;
  readonly before: AuditState | null;
  readonly after: AuditState | null;
}

/** Of `before`, and of `after`, as canonical JSON. What is longer is shortened to its digest, the longest member first. */
export const MAX_STATE_CHARACTERS = 16_384;

/** The row after `head`. Of an object that was changed only what changed is kept. */
export async function sealRecord(head: ChainHead, draft: AuditDraft): Promise<AuditRow> {
  const { action, before, after, createdAtMs, ...named } = draft;
  const kept = before === null || after === null ? { before, after } : changedMembers(before, after, canonicalJson);
  const beforeJson = kept.before === null ? null : await boundState(kept.before);
  const afterJson = kept.after === null ? null : await boundState(kept.after);
  const row = {
    ...named,
    sequence: head.sequence + 1,
    createdAtMs,
    action,
    objectType: objectTypeOf(action),
    beforeJson,
    afterJson,
    previousHash: head.hash,
  };
  return { ...row, hash: await hashRow(row) };
}

/** SHA-256 of the canonical JSON of the record on the wire, without its hash. */
export async function hashRow(row: Omit<AuditRow, "hash">): Promise<string> {
  return sha256Hex(canonicalJson(contentOf(row)));
}

export function recordToWire(row: AuditRow): AuditRecord {
  return { ...contentOf(row), hash: row.hash };
}

function contentOf(row: Omit<AuditRow, "hash">): AuditContent {
  return {
    organization_id: row.organizationId,
    sequence: row.sequence,
    created_at: instantText(row.createdAtMs),
    actor: row.actor,
    action: row.action,
    object_type: row.objectType,
    object_id: row.objectId,
    request_id: row.requestId,
    source_id: row.sourceId,
    before: readState(row.beforeJson),
    after: readState(row.afterJson),
    previous_hash: row.previousHash,
  };
}

/** A number that is no instant was not written by us either. */
function instantText(atMs: number): string {
  return Number.isNaN(new Date(atMs).getTime()) ? String(atMs) : formatTime(atMs);
}

/** A text that is no JSON object was not written by us: it is shown as it is, and no hash fits it. */
function readState(json: string | null): Record<string, unknown> | null {
  if (json === null) return null;
  try {
    const state: unknown = JSON.parse(json);
    if (typeof state === "object" && state !== null && !Array.isArray(state)) return { ...state };
  } catch {
    // Shown as it is.
  }
  return { unreadable: json };
}

async function boundState(state: AuditState): Promise<string> {
  const whole = canonicalJson(state);
  if (whole.length <= MAX_STATE_CHARACTERS) return whole;
  const texts = Object.entries(state).map(([name, value]) => ({ name, text: canonicalJson(value) }));
  const bounded: Record<string, unknown> = { ...state };
  for (const { name, text } of texts.toSorted((a, b) => b.text.length - a.text.length)) {
    // oxlint-disable-next-line no-await-in-loop -- mostly one
    bounded[name] = { sha256: await sha256Hex(text), characters: text.length };
    if (canonicalJson(bounded).length <= MAX_STATE_CHARACTERS) break;
  }
  return canonicalJson(bounded);
}
