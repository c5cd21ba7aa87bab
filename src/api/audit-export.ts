/** The audit log as a file. */
import type { z } from "zod";
import type { AuditRecord, auditExportQuerySchema } from "../contract/audit.ts";
import { canonicalJson } from "../core/canonical-json.ts";
import { recordToWire, type AuditRow } from "../platform/audit-record.ts";
import { listRecordsAfter } from "../platform/d1/audit-log.ts";
import { csvLine } from "./csv.ts";
import type { ApiDeps } from "./deps.ts";
import { fileAnswer, streamText } from "./file-answer.ts";

type ExportQuery = z.output<typeof auditExportQuerySchema>;

const RECORDS_AT_ONCE = 250;

const CSV_COLUMNS = [
  "organization_id",
  "sequence",
  "created_at",
  "actor",
  "action",
  "object_type",
  "object_id",
  "request_id",
  "source_id",
  "before",
  "after",
  "previous_hash",
  "hash",
] as const satisfies readonly (keyof AuditRecord)[];

const FORMATS = {
  ndjson: { type: "application/x-ndjson", header: "", write: writeJsonLine },
  csv: { type: "text/csv", header: csvLine(CSV_COLUMNS), write: writeCsvLine },
} as const;

export const EXPORT_TYPES = Object.values(FORMATS).map(({ type }) => type);

/** Oldest first. The first records are read at once, the others while the file is being sent. */
export async function exportRecords(deps: ApiDeps, organizationId: string, query: ExportQuery): Promise<Response> {
  const { type } = FORMATS[query.format];
  const first = await readPage(deps, organizationId, query, query.after_sequence, query.limit);
  return fileAnswer(streamText(writeFile(deps, organizationId, query, first)), {
    contentType: type,
    fileName: `audit-log-${organizationId}.${query.format}`,
  });
}

async function* writeFile(
  deps: ApiDeps,
  organizationId: string,
  query: ExportQuery,
  first: readonly AuditRow[],
): AsyncGenerator<string> {
  const { header, write } = FORMATS[query.format];
  if (header !== "") yield header;
  let left = query.limit;
  for (let page = first; page.length > 0;) {
    yield page.map((row) => write(recordToWire(row))).join("");
    left -= page.length;
    const last = page.at(-1);
    if (left === 0 || last === undefined) return;
    // oxlint-disable-next-line no-await-in-loop -- one page at a time is held
    page = await readPage(deps, organizationId, query, last.sequence, left);
  }
}

async function readPage(
  deps: ApiDeps,
  organizationId: string,
  filter: ExportQuery,
  afterSequence: number,
  left: number,
): Promise<AuditRow[]> {
  const limit = Math.min(left, RECORDS_AT_ONCE);
  return listRecordsAfter(deps.db, organizationId, filter, { afterSequence, limit });
}

/** As it is hashed, with the hash beside it. */
function writeJsonLine(record: AuditRecord): string {
  return `${canonicalJson(record)}\n`;
}

/** `before` and `after` are JSON. */
function writeCsvLine(record: AuditRecord): string {
  return csvLine(CSV_COLUMNS.map((name) => record[name]));
}
