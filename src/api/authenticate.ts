/**
 * Who calls the control plane: the platform admin by the deployment's secret, an organization's key by its hash, an
 * application by its token, or a person by their session.
 */
import { eq, or } from "drizzle-orm";
import { bringsToken, readToken } from "../contract/caller-headers.ts";
import type { Credential } from "../contract/commands.ts";
import type { Capability } from "../contract/directory.ts";
import { capabilitiesSchema, parseToken, type KeyType } from "../contract/key.ts";
import { organizationOfToken } from "../contract/oauth-token.ts";
import { fail, ok, type Result } from "../core/failure.ts";
import type { OAuthScope } from "../core/oauth-family.ts";
import { keys, organizations } from "../platform/d1/control-schema.ts";
import type { ControlDatabase } from "../platform/d1/database.ts";
import type { OrganizationClient } from "../platform/organization-client.ts";
import { equalSecrets, sha256Hex } from "../platform/identifiers.ts";
import type { SessionPorts } from "../platform/session.ts";
import type { SignedInUser } from "../platform/sign-in.ts";
import { allows, lacking, type Access } from "./access-table.ts";
import { authenticateSession } from "./authenticate-session.ts";

/** Who acts in an organization: a key, an application for its user, or a member's session. */
export interface Principal {
  /** `key_…`; of an application `ogr_…`, of a session `ses_…`. */
  readonly id: string;
  readonly organizationId: string;
  readonly type: KeyType;
  /** For commands to the organization's object. */
  readonly credential: Credential;
  readonly memberId: string | null;
  readonly serviceUserId: string | null;
  readonly gatewayId: string | null;
  readonly teamId: string | null;
  readonly mayAssertIdentity: boolean;
  readonly capabilities: ReadonlySet<Capability>;
}

export type Caller =
  | { readonly kind: "anonymous" }
  /** A person, of whatever organizations. */
  | { readonly kind: "person"; readonly person: SignedInUser }
  /** `person` null: by the deployment's secret. */
  | { readonly kind: "platform_admin"; readonly person: SignedInUser | null }
  /** `person` null: by a key or a token. */
  | { readonly kind: "principal"; readonly principal: Principal; readonly person: SignedInUser | null };

export interface AuthenticationPorts extends SessionPorts {
  readonly db: ControlDatabase;
  /** Empty: nobody is the platform admin. */
  readonly platformAdminToken: string;
  organization(organizationId: string): Pick<OrganizationClient, "oauthToken">;
  nowMs(): number;
}

/**
 * Identifies the caller and tests the route's capability; `scope` is what an application needs, null: it may not call.
 * Cookies count only when no key and no token is sent. Refuses with `unauthenticated`, `organization_suspended`,
 * `capability_required` or `sign_in_required`, and sessions also as `authenticateSession`. Throws when D1 does.
 */
export async function authenticate(
  request: Request,
  access: Access,
  ports: AuthenticationPorts,
  scope: OAuthScope | null = null,
): Promise<Result<Caller>> {
  if (access === "public") return ok({ kind: "anonymous" });
  if (!bringsToken(request.headers)) return authenticateSession(request, access, ports);
  const token = readToken(request.headers);
  if (token === null) return fail({ kind: "unauthenticated", reason: "missing" });
  if (ports.platformAdminToken !== "" && (await equalSecrets(token, ports.platformAdminToken))) {
    return access === "platform_admin" ? ok({ kind: "platform_admin", person: null }) : fail(lacking(access));
  }
  const organizationId = organizationOfToken("access", token);
  if (organizationId !== null) return authenticateApplication(token, organizationId, access, scope, ports);
  const key = await findKey(token, ports);
  if (!key.ok) return key;
  return allows(access, key.value.capabilities)
    ? ok({ kind: "principal", principal: key.value, person: null })
    : fail(lacking(access));
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
  if (scope === null) return fail(lacking(access));
  if (!scopes.includes(scope)) return fail({ kind: "capability_required", capability: scope });
  return ok({
    kind: "principal",
    principal: {
      id: grant.id,
      organizationId,
      type: "gateway",
      credential: { tokenSha256, oauth: true },
      memberId: grant.memberId,
      serviceUserId: null,
      gatewayId: null,
      teamId: null,
      mayAssertIdentity: false,
      capabilities: new Set(),
    },
    person: null,
  });
}

async function findKey(token: string, ports: AuthenticationPorts): Promise<Result<Principal>> {
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
    credential: { tokenSha256 },
    memberId: key.memberId,
    serviceUserId: key.serviceUserId,
    gatewayId: key.gatewayId,
    teamId: key.teamId,
    mayAssertIdentity: key.mayAssertIdentity,
    capabilities: new Set(capabilitiesSchema.parse(JSON.parse(key.capabilitiesJson))),
  });
}
