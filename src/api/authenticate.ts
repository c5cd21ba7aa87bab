/** Who calls the control plane: the platform admin by the deployment's secret, or an organization's key by its hash. */
import { eq, or } from "drizzle-orm";
import { readToken } from "../contract/caller-headers.ts";
import type { Capability } from "../contract/directory.ts";
import { capabilitiesSchema, parseToken, type KeyType } from "../contract/key.ts";
import { organizationOfToken } from "../contract/oauth-token.ts";
import { fail, ok, type Result } from "../core/failure.ts";
import type { OAuthScope } from "../core/oauth-family.ts";
import { keys, organizations } from "../platform/d1/control-schema.ts";
import type { ControlDatabase } from "../platform/d1/database.ts";
import type { OrganizationClient } from "../platform/organization-client.ts";
import { equalSecrets, sha256Hex } from "../platform/identifiers.ts";
import { missingCapability, nameOfAccess, type Access } from "./access-table.ts";

export interface AuthenticatedKey {
  readonly id: string;
  readonly organizationId: string;
  readonly type: KeyType;
  readonly tokenSha256: string;
  readonly memberId: string | null;
  readonly serviceUserId: string | null;
  readonly gatewayId: string | null;
  readonly teamId: string | null;
  readonly mayAssertIdentity: boolean;
  readonly capabilities: ReadonlySet<Capability>;
}

export type Caller =
  | { readonly kind: "anonymous" }
  | { readonly kind: "platform_admin" }
  | { readonly kind: "key"; readonly key: AuthenticatedKey };

export interface AuthenticationPorts {
  readonly db: ControlDatabase;
  /** Empty: nobody is the platform admin. */
  readonly platformAdminToken: string;
  organization(organizationId: string): Pick<OrganizationClient, "oauthToken">;
  nowMs(): number;
}

/**
 * Identifies the caller and tests the route's capability; `scope` is what an application needs, null: it may not call.
 * Refuses with `unauthenticated`, `organization_suspended` or `capability_required`. Throws when D1 does.
 */
export async function authenticate(
  headers: Headers,
  access: Access,
  ports: AuthenticationPorts,
  scope: OAuthScope | null = null,
): Promise<Result<Caller>> {
  if (access === "public") return ok({ kind: "anonymous" });
  const token = readToken(headers);
  if (token === null) return fail({ kind: "unauthenticated", reason: "missing" });
  if (ports.platformAdminToken !== "" && (await equalSecrets(token, ports.platformAdminToken))) {
    return access === "platform_admin"
      ? ok({ kind: "platform_admin" })
      : fail({ kind: "capability_required", capability: nameOfAccess(access) });
  }
  const organizationId = organizationOfToken("access", token);
  if (organizationId !== null) return authenticateApplication(token, organizationId, access, scope, ports);
  const key = await findKey(token, ports);
  if (!key.ok) return key;
  const missing = missingCapability(access, key.value.capabilities);
  if (missing !== null) return fail({ kind: "capability_required", capability: missing });
  return ok({ kind: "key", key: key.value });
}

/** An application, as a key of its user without capabilities. */
async function authenticateApplication(
  token: string,
  organizationId: string,
  access: Access,
  scope: OAuthScope | null,
  ports: AuthenticationPorts,
): Promise<Result<Caller>> {
  const tokenSha256 = await sha256Hex(token);
  const reply = await ports.organization(organizationId).oauthToken(tokenSha256);
  if (reply.outcome === "refused") return fail(reply.failure);
  const { grant, scopes } = reply.value;
  if (scope === null) return fail({ kind: "capability_required", capability: nameOfAccess(access) });
  if (!scopes.includes(scope)) return fail({ kind: "capability_required", capability: scope });
  return ok({
    kind: "key",
    key: {
      id: grant.id,
      organizationId,
      type: "gateway",
      tokenSha256,
      memberId: grant.memberId,
      serviceUserId: null,
      gatewayId: null,
      teamId: null,
      mayAssertIdentity: false,
      capabilities: new Set(),
    },
  });
}

async function findKey(token: string, ports: AuthenticationPorts): Promise<Result<AuthenticatedKey>> {
  if (parseToken(token) === null) return fail({ kind: "unauthenticated", reason: "malformed" });
  const tokenSha256 = await sha256Hex(token);
  const rows = await ports.db
    .select({ key: keys, status: organizations.status })
    .from(keys)
    .innerJoin(organizations, eq(organizations.id, keys.organizationId))
    .where(or(eq(keys.tokenSha256, tokenSha256), eq(keys.previousTokenSha256, tokenSha256)))
    .limit(1);
  const row = rows[0];
  if (row === undefined) return fail({ kind: "unauthenticated", reason: "unknown" });
  const { key } = row;
  const nowMs = ports.nowMs();
  if (key.revokedAtMs !== null) return fail({ kind: "unauthenticated", reason: "revoked" });
  if (key.expiresAtMs !== null && key.expiresAtMs <= nowMs) return fail({ kind: "unauthenticated", reason: "expired" });
  const rotatedAway = key.tokenSha256 !== tokenSha256 && (key.previousExpiresAtMs ?? 0) <= nowMs;
  if (rotatedAway) return fail({ kind: "unauthenticated", reason: "revoked" });
  if (row.status === "suspended") return fail({ kind: "organization_suspended" });
  return ok({
    id: key.id,
    organizationId: key.organizationId,
    type: key.type,
    tokenSha256,
    memberId: key.memberId,
    serviceUserId: key.serviceUserId,
    gatewayId: key.gatewayId,
    teamId: key.teamId,
    mayAssertIdentity: key.mayAssertIdentity,
    capabilities: new Set(capabilitiesSchema.parse(JSON.parse(key.capabilitiesJson))),
  });
}
