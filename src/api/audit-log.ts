/** `/v1/audit-log`: who did what, and whether that record is whole. Nothing here changes it. */
import { z } from "zod";
import {
  auditExportQuerySchema,
  auditQuerySchema,
  auditRecordSchema,
  auditVerificationSchema,
  auditVerifyQuerySchema,
  MAX_EXPORTED_RECORDS,
} from "../contract/audit.ts";
import { listOf, pageOf } from "../contract/list.ts";
import { PLATFORM_CHAIN } from "../core/audit-chain.ts";
import { ok, type Result } from "../core/failure.ts";
import { recordToWire } from "../platform/audit-record.ts";
import { listRecords } from "../platform/d1/audit-log.ts";
import { EXPORT_TYPES, exportRecords } from "./audit-export.ts";
import { verifyChain } from "./audit-verification.ts";
import type { ApiDeps } from "./deps.ts";
import { fileAnswerSchema } from "./file-answer.ts";
import { findOrganization } from "./organization-rows.ts";
import { addPrincipalRoute, addPlatformRoute, type Api } from "./route.ts";

const TAG = "Audit log";

const LIST = {
  summary: "List what was done",
  description:
    "Every administrative action and every movement of money that somebody asked for, newest first, with who did it and what it " +
    "changed. Money is recorded some seconds after it has moved.",
  tag: TAG,
  answer: listOf(auditRecordSchema),
};
const EXPORT = {
  summary: "Export the audit log",
  description:
    `Oldest first, at most ${MAX_EXPORTED_RECORDS} records: go on with the last one's number as \`after_sequence\`. NDJSON has each record ` +
    "as it is hashed; CSV follows RFC 4180.",
  tag: TAG,
  answer: fileAnswerSchema,
  files: EXPORT_TYPES,
};
const VERIFY = {
  summary: "Verify the audit log",
  description:
    "Recomputes the chain of hashes, compares it with the heads that the organization's object has seen, and tells the first record " +
    "that is wrong.",
  tag: TAG,
  answer: auditVerificationSchema,
};

/** Without it: the platform's own chain. */
const chainShape = {
  organization_id: z.string().optional().meta({
    description: "Whose; left out: the platform's own, of prices and exchange rates.",
  }),
};

export function addAuditLogRoutes(api: Api, deps: ApiDeps): void {
  addOwnRoutes(api, deps);
  addPlatformRoutes(api, deps);
}

function addOwnRoutes(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/audit-log",
    { ...LIST, query: auditQuerySchema },
    async ({ principal, query }) => ok(await readPage(deps, principal.organizationId, query)),
  );
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/audit-log/export",
    { ...EXPORT, query: auditExportQuerySchema },
    async ({ principal, query }) => ok(await exportRecords(deps, principal.organizationId, query)),
  );
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/audit-log/verify",
    { ...VERIFY, query: auditVerifyQuerySchema },
    async ({ principal, query }) => ok(await verifyChain(deps, principal.organizationId, query)),
  );
}

function addPlatformRoutes(api: Api, deps: ApiDeps): void {
  addPlatformRoute(
    api,
    deps,
    "GET /v1/admin/audit-log",
    { ...LIST, query: auditQuerySchema.extend(chainShape), refusals: [404] },
    async ({ query }) => {
      const chain = await findChain(deps, query.organization_id);
      return chain.ok ? ok(await readPage(deps, chain.value, query)) : chain;
    },
  );
  addPlatformRoute(
    api,
    deps,
    "GET /v1/admin/audit-log/export",
    { ...EXPORT, query: auditExportQuerySchema.extend(chainShape), refusals: [404] },
    async ({ query }) => {
      const chain = await findChain(deps, query.organization_id);
      return chain.ok ? ok(await exportRecords(deps, chain.value, query)) : chain;
    },
  );
  addPlatformRoute(
    api,
    deps,
    "GET /v1/admin/audit-log/verify",
    { ...VERIFY, query: auditVerifyQuerySchema.extend(chainShape), refusals: [404] },
    async ({ query }) => {
      const chain = await findChain(deps, query.organization_id);
      return chain.ok ? ok(await verifyChain(deps, chain.value, query)) : chain;
    },
  );
}

async function findChain(deps: ApiDeps, organizationId: string | undefined): Promise<Result<string>> {
  if (organizationId === undefined) return ok(PLATFORM_CHAIN);
  const organization = await findOrganization(deps, organizationId);
  return organization.ok ? ok(organizationId) : organization;
}

async function readPage(deps: ApiDeps, organizationId: string, query: z.output<typeof auditQuerySchema>) {
  const page = {
    beforeSequence: query.cursor === undefined ? null : Number(query.cursor),
    limit: query.limit + 1,
  };
  const rows = await listRecords(deps.db, organizationId, query, page);
  return pageOf(rows, query.limit, (row) => String(row.sequence), recordToWire);
}
