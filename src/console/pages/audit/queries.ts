/** What the audit log asks: of the organization's chain, or of the platform's own. */
import { api, read, type Wire } from "../../api/client.ts";
import { listQuery } from "../../api/pages.ts";
import type { paths } from "../../api/schema.d.ts";
import { endOfDay, startOfDay } from "../../parts/days.ts";
import { AUDIT_ACTIONS } from "./actions.ts";
import type { AuditSearch } from "./route.ts";

export type Chain = "organization" | "platform";

type AuditFilter = Omit<NonNullable<paths["/v1/audit-log"]["get"]["parameters"]["query"]>, "cursor" | "limit">;

/** What the URL says, as the API wants it: its days are those of the zone. */
export function filterOf(search: AuditSearch, timeZone: string): AuditFilter {
  const { actor, type, object, from, to } = search;
  const action = AUDIT_ACTIONS.find((known) => known === search.action);
  return {
    ...(actor === undefined ? {} : { actor }),
    ...(action === undefined ? {} : { action }),
    ...(type === undefined ? {} : { object_type: type }),
    ...(object === undefined ? {} : { object_id: object }),
    ...(from === undefined ? {} : { from: startOfDay(from, timeZone) }),
    ...(to === undefined ? {} : { to: endOfDay(to, timeZone) }),
  };
}

export function auditQuery(chain: Chain, filter: AuditFilter, pages: AuditSearch["pages"]) {
  return listQuery(["audit", chain, "list", filter], pages, async (cursor, signal) => {
    const options = { params: { query: { ...filter, ...cursor } }, signal };
    return chain === "platform"
      ? read(api.GET("/v1/admin/audit-log", options))
      : read(api.GET("/v1/audit-log", options));
  });
}

/** The records of the filter as a file, oldest first; at most as many as the API gives at once. */
export async function readAuditFile(chain: Chain, filter: AuditFilter, format: "csv" | "ndjson"): Promise<Blob> {
  const options = { params: { query: { ...filter, format } }, parseAs: "blob" } as const;
  return chain === "platform"
    ? read(api.GET("/v1/admin/audit-log/export", options))
    : read(api.GET("/v1/audit-log/export", options));
}

/** Checks the whole chain, ten thousand records at a time, up to the first that is wrong. `head`: one that was kept, or empty. */
export async function verifyChain(chain: Chain, head: string): Promise<Wire<"AuditVerification">> {
  let after: number | null = null;
  for (;;) {
    const query: { after_sequence?: string; head?: string } = {
      ...(after === null ? {} : { after_sequence: String(after) }),
      ...(head === "" ? {} : { head }),
    };
    const found: Wire<"AuditVerification"> =
      chain === "platform"
        ? await read(api.GET("/v1/admin/audit-log/verify", { params: { query } }))
        : await read(api.GET("/v1/audit-log/verify", { params: { query } }));
    if (!found.valid || found.next_after_sequence === null) return found;
    after = found.next_after_sequence;
  }
}
