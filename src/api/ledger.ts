/** The books, for those who look after them: `/v1/reconciliation`, and the platform admin's `/v1/admin/ledger`. */
import { z } from "zod";
import {
  booksSchema,
  booksToWire,
  entryQuerySchema,
  entrySchema,
  entryToWire,
  reconciliationSchema,
} from "../contract/ledger-api.ts";
import { listOf, listQuerySchema, pageOf } from "../contract/list.ts";
import { spendLogViewSchema } from "../contract/spend-api.ts";
import { fail, ok, type Result } from "../core/failure.ts";
import { organizations } from "../platform/d1/control-schema.ts";
import { readLedgerEntries } from "../platform/d1/ledger-entries.ts";
import { spendLogs } from "../platform/d1/spend-schema.ts";
import { desc, eq, lt } from "drizzle-orm";
import type { ApiDeps } from "./deps.ts";
import { findOrganization } from "./organization-rows.ts";
import { reconcile } from "./reconciliation.ts";
import { addPrincipalRoute, addPlatformRoute, type Api } from "./route.ts";
import { readSpendLogs } from "./spend.ts";

const TAG = "Books";
const organizationShape = { organization_id: z.string().meta({ description: "Whose." }) };

/** Each asks an object, and eight questions of the database. */
const limitSchema = z.coerce
  .number()
  .int()
  .min(1)
  .max(20)
  .default(10)
  .meta({ description: "Rows per page, at most 20." });
const reconciliationQuerySchema = listQuerySchema.extend({
  limit: limitSchema,
  organization_id: z.string().optional().meta({ description: "Only this one." }),
});

const CHECKED =
  "Recomputes balances from the copy of the ledger and compares them with the ledger's own, holds with open reservations, and the " +
  "spend log with the ledger. `first_difference` is null when everything agrees. Reads every entry.";

export function addLedgerRoutes(api: Api, deps: ApiDeps): void {
  addReconciliationRoutes(api, deps);
  addBooksRoutes(api, deps);
}

function addReconciliationRoutes(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/reconciliation",
    {
      summary: "Check the organization's books",
      description: CHECKED,
      tag: TAG,
      answer: reconciliationSchema,
      refusals: [503],
    },
    async ({ principal }) => reconcile(deps, principal.organizationId),
  );

  addPlatformRoute(
    api,
    deps,
    "GET /v1/admin/reconciliation",
    {
      summary: "Check the books of organizations",
      description: CHECKED,
      tag: TAG,
      query: reconciliationQuerySchema,
      answer: listOf(reconciliationSchema),
      refusals: [404, 503],
    },
    async ({ query }) => {
      const ids = await listOrganizations(deps, query);
      if (!ids.ok) return ids;
      const page = pageOf(
        ids.value,
        query.limit,
        (id) => id,
        (id) => id,
      );
      const data: z.input<typeof reconciliationSchema>[] = [];
      for (const id of page.data) {
        const checked = await reconcile(deps, id);
        if (!checked.ok) return checked;
        data.push(checked.value);
      }
      return ok({ ...page, data });
    },
  );
}

/** Newest first, one more than a page. */
async function listOrganizations(
  deps: ApiDeps,
  query: z.output<typeof reconciliationQuerySchema>,
): Promise<Result<readonly string[]>> {
  if (query.organization_id !== undefined) {
    const found = await findOrganization(deps, query.organization_id);
    return found.ok ? ok([found.value.id]) : found;
  }
  const rows = await deps.db
    .select({ id: organizations.id })
    .from(organizations)
    .where(query.cursor === undefined ? undefined : lt(organizations.id, query.cursor))
    .orderBy(desc(organizations.id))
    .limit(query.limit + 1);
  return ok(rows.map(({ id }) => id));
}

function addBooksRoutes(api: Api, deps: ApiDeps): void {
  addPlatformRoute(
    api,
    deps,
    "GET /v1/admin/ledger",
    {
      summary: "Get an organization's books as its ledger has them",
      description: "`npm run verify-ledger` recomputes them from the entries.",
      tag: TAG,
      query: z.strictObject(organizationShape),
      answer: booksSchema,
      refusals: [404, 503],
    },
    async ({ query: { organization_id: organizationId } }) => {
      const found = await findOrganization(deps, organizationId);
      if (!found.ok) return found;
      const books = await deps.organization(organizationId).books();
      return books.outcome === "refused" ? fail(books.failure) : ok(booksToWire(organizationId, books.value));
    },
  );

  addPlatformRoute(
    api,
    deps,
    "GET /v1/admin/ledger/entries",
    {
      summary: "List an organization's ledger entries",
      description: "Oldest first, with their lines.",
      tag: TAG,
      query: entryQuerySchema.extend(organizationShape),
      answer: listOf(entrySchema),
      refusals: [404, 503],
    },
    async ({ query: { organization_id: organizationId, source, limit, cursor } }) => {
      const found = await findOrganization(deps, organizationId);
      if (!found.ok) return found;
      const range = { afterSequence: Number(cursor ?? 0), limit: limit + 1 };
      const entries =
        source === "object"
          ? await deps.organization(organizationId).entries(range)
          : ({
              outcome: "found",
              value: await readLedgerEntries(deps.spendDb, organizationId, {
                ...range,
                throughSequence: Number.MAX_SAFE_INTEGER,
              }),
            } as const);
      if (entries.outcome === "refused") return fail(entries.failure);
      return ok(pageOf(entries.value, limit, (entry) => String(entry.sequence), entryToWire));
    },
  );

  addPlatformRoute(
    api,
    deps,
    "GET /v1/admin/spend/logs",
    {
      summary: "List an organization's spend logs",
      description: "Newest first.",
      tag: TAG,
      query: listQuerySchema.extend(organizationShape),
      answer: listOf(spendLogViewSchema),
      refusals: [404],
    },
    async ({ query: { organization_id: organizationId, ...query } }) => {
      const found = await findOrganization(deps, organizationId);
      return found.ok ? readSpendLogs(deps, eq(spendLogs.organizationId, organizationId), query) : found;
    },
  );
}
