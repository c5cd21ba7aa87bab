/** `/v1/spend/export`: the spend log as a file. */
import { and, asc, eq, sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { spendLogQuerySchema, spendLogToWire, spendLogViewSchema } from "../contract/spend-api.ts";
import type { SpendLogView } from "../contract/spend-api.ts";
import { ok } from "../core/failure.ts";
import { spendLogColumns, spendLogOfValues } from "../platform/d1/spend-log-row.ts";
import { spendLogs } from "../platform/d1/spend-schema.ts";
import { csvLine } from "./csv.ts";
import type { ApiDeps } from "./deps.ts";
import { fileAnswer, fileAnswerSchema, streamText } from "./file-answer.ts";
import { addPrincipalRoute, type Api } from "./route.ts";
import { matching } from "./spend.ts";
import { findVisibility } from "./visibility.ts";
import { visibleSpend } from "./visible-rows.ts";

const MAX_ROWS = 100_000;
const ROWS_AT_ONCE = 500;
const COLUMNS = spendLogViewSchema.keyof().options;

const querySchema = spendLogQuerySchema.omit({ limit: true, cursor: true }).extend({
  after: z.string().max(128).optional().meta({ description: "The `id` of the last row of the file before." }),
});
type Query = z.output<typeof querySchema>;

export function addSpendExportRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/spend/export",
    {
      summary: "Export spend logs as CSV",
      description:
        `The columns of a spend log, oldest first, at most ${MAX_ROWS} rows: go on with the last one's \`id\` as \`after\`. Text that a ` +
        "spreadsheet would run begins with an apostrophe.",
      tag: "Spend",
      query: querySchema,
      answer: fileAnswerSchema,
      files: ["text/csv"],
    },
    async ({ principal, query }) => {
      const visible = visibleSpend(await findVisibility(deps, principal), principal.organizationId);
      const seen = and(eq(spendLogs.organizationId, principal.organizationId), visible);
      return ok(
        fileAnswer(streamText(writeRows(deps, seen, query)), {
          contentType: "text/csv",
          fileName: `spend-${principal.organizationId}.csv`,
        }),
      );
    },
  );
}

/** `seen`: the rows that the caller sees. */
async function* writeRows(deps: ApiDeps, seen: SQL | undefined, query: Query): AsyncGenerator<string> {
  yield csvLine(COLUMNS);
  let last = query.after ?? null;
  for (let written = 0; written < MAX_ROWS;) {
    // oxlint-disable-next-line no-await-in-loop -- one page at a time is held
    const page = await readPage(deps, seen, query, last, Math.min(ROWS_AT_ONCE, MAX_ROWS - written));
    yield page.map((row) => csvLine(COLUMNS.map((name) => row[name]))).join("");
    written += page.length;
    last = page.at(-1)?.id ?? null;
    if (page.length < ROWS_AT_ONCE) return;
  }
}

async function readPage(
  deps: ApiDeps,
  seen: SQL | undefined,
  query: Query,
  lastId: string | null,
  limit: number,
): Promise<SpendLogView[]> {
  const place = sql`(SELECT created_at_ms FROM spend_logs WHERE id = ${lastId} AND ${seen})`;
  const after = lastId === null ? undefined : sql`(${spendLogs.createdAtMs}, ${spendLogs.id}) > (${place}, ${lastId})`;
  const rows = await deps.spendDb
    .select(spendLogColumns)
    .from(spendLogs)
    .where(and(seen, matching(query), after))
    .orderBy(asc(spendLogs.createdAtMs), asc(spendLogs.id))
    .limit(limit);
  return rows.map((row) => spendLogToWire(spendLogOfValues(row)));
}
