/** Who may get which key. Each check answers the failure, or null. */
import { and, eq } from "drizzle-orm";
import type { Capability } from "../contract/directory.ts";
import type { CreateKey, KeyType } from "../contract/key.ts";
import { invalid, type Failure } from "../core/failure.ts";
import { gateways, members, serviceUsers, teams } from "../platform/d1/control-schema.ts";
import type { Principal } from "./authenticate.ts";
import type { ApiDeps } from "./deps.ts";

/** What a gateway key can have: it carries model traffic, and may hold money for a gateway elsewhere. */
const GATEWAY_CAPABILITIES: readonly Capability[] = ["control_plane", "self"];

/** What the body alone tells. */
export function checkShape(body: CreateKey, capabilities: readonly Capability[], nowMs: number): Failure | null {
  if (body.member_id !== undefined && body.user_id !== undefined && body.member_id !== body.user_id) {
    return invalid("user_id", "invalid_value", "`user_id` is another name of `member_id`; they differ.");
  }
  const owners = [body.member_id ?? body.user_id, body.service_user_id, body.gateway_id];
  if (owners.filter((owner) => owner !== undefined).length > 1) {
    return invalid("service_user_id", "invalid_value", "A key has one owner: a member, a service user or a gateway.");
  }
  if (body.expires_at !== undefined && body.expires_at !== null && body.expires_at <= nowMs) {
    return invalid("expires_at", "invalid_value", "`expires_at` is in the past.");
  }
  return checkGatewayCapabilities(body.type, capabilities);
}

export function checkGatewayCapabilities(type: KeyType, capabilities: readonly Capability[]): Failure | null {
  if (type !== "gateway" || capabilities.every((capability) => GATEWAY_CAPABILITIES.includes(capability))) return null;
  return invalid(
    "capabilities",
    "invalid_value",
    `A gateway key can have ${GATEWAY_CAPABILITIES.join(", ")}; use an access key for the rest.`,
  );
}

/** Nobody hands out what they do not have. */
export function checkCapabilities(principal: Principal, capabilities: readonly Capability[]): Failure | null {
  const missing = capabilities.find((capability) => !principal.capabilities.has(capability));
  return missing === undefined ? null : { kind: "capability_required", capability: missing };
}

interface Owners {
  readonly memberId: string | null;
  readonly service_user_id?: string | undefined;
  readonly gateway_id?: string | undefined;
  readonly team_id?: string | undefined;
}

/** Every named owner must be of this organization. */
export async function checkOwners(deps: ApiDeps, organizationId: string, owners: Owners): Promise<Failure | null> {
  const named = [
    { table: members, id: owners.memberId ?? undefined, param: "member_id", what: "member" },
    { table: serviceUsers, id: owners.service_user_id, param: "service_user_id", what: "service user" },
    { table: gateways, id: owners.gateway_id, param: "gateway_id", what: "gateway" },
    { table: teams, id: owners.team_id, param: "team_id", what: "team" },
  ];
  const failures = await Promise.all(
    named.map(async ({ table, id, param, what }) => {
      if (id === undefined) return null;
      const rows = await deps.db
        .select({ id: table.id })
        .from(table)
        .where(and(eq(table.id, id), eq(table.organizationId, organizationId)));
      return rows.length > 0 ? null : invalid(param, "not_found", `There is no such ${what} in this organization.`);
    }),
  );
  return failures.find((failure) => failure !== null) ?? null;
}
