/**
 * Requests of signed-in people: who they are, and as whose member they ask. Both are looked up in D1 with every request, so that a
 * member who is removed, or has another role, is that from the next request on.
 */
import { and, asc, desc, eq } from "drizzle-orm";
import { isFromOwnPage, readChosenOrganization } from "../contract/caller-headers.ts";
import type { Credential } from "../contract/commands.ts";
import type { MemberRole } from "../contract/people.ts";
import { fail, ok, type Result } from "../core/failure.ts";
import { members, organizations } from "./d1/control-schema.ts";
import type { ControlDatabase } from "./d1/database.ts";
import { sha256Hex } from "./identifiers.ts";
import { carriesSession, type SignInPort } from "./sign-in-port.ts";
import type { SignedInUser } from "./sign-in.ts";

export interface SessionPorts {
  readonly db: ControlDatabase;
  /** Null: nobody can sign in. */
  readonly signIn: SignInPort | null;
}

/** As whom a person who is signed in acts: a member of one organization. */
export interface Session {
  readonly memberId: string;
  readonly organizationId: string;
  readonly name: string;
}

/** With what is needed to say what they may do there. */
export interface Membership extends Session {
  readonly role: MemberRole;
  readonly organizationStatus: "active" | "suspended";
}

/** Methods that change nothing. */
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/**
 * The person whose session the request brings. Fails with `unauthenticated`, or with `cross_origin` when the request may change
 * something and was not sent by a page of ours. Throws what D1 throws.
 */
export async function readUser(request: Request, { signIn }: SessionPorts): Promise<Result<SignedInUser>> {
  if (signIn === null || !carriesSession(request.headers)) return fail({ kind: "unauthenticated", reason: "missing" });
  if (!SAFE_METHODS.has(request.method) && !isFromOwnPage(request)) return fail({ kind: "cross_origin" });
  const user = await signIn.userOf(request);
  return user === null ? fail({ kind: "unauthenticated", reason: "missing" }) : ok(user);
}

/**
 * The person as a member of the organization that the request chooses, else of the oldest membership in an active one. Fails with
 * `not_found` when there is no such membership. Throws what D1 throws.
 */
export async function findMembership(
  db: ControlDatabase,
  email: string,
  headers: Headers,
): Promise<Result<Membership>> {
  const found = await firstMembership(db, email, { only: readChosenOrganization(headers) });
  return found === null ? fail({ kind: "not_found", what: "organization" }) : ok(found);
}

/**
 * The person as a member of an active organization: of the preferred one where they are one, else the oldest member. Null: there
 * is none. Throws what D1 throws.
 */
export async function findPreferredMembership(
  db: ControlDatabase,
  email: string,
  preferredOrganizationId: string | null,
): Promise<Membership | null> {
  const found = await firstMembership(db, email, { preferred: preferredOrganizationId });
  return found?.organizationStatus === "active" ? found : null;
}

/** Of active organizations first; among those of the preferred one; among the rest the oldest. */
async function firstMembership(
  db: ControlDatabase,
  email: string,
  { only = null, preferred = null }: { readonly only?: string | null; readonly preferred?: string | null },
): Promise<Membership | null> {
  const rows = await db
    .select({
      memberId: members.id,
      organizationId: members.organizationId,
      name: members.name,
      role: members.role,
      organizationStatus: organizations.status,
    })
    .from(members)
    .innerJoin(organizations, eq(organizations.id, members.organizationId))
    .where(and(eq(members.email, email), only === null ? undefined : eq(members.organizationId, only)))
    .orderBy(
      desc(eq(organizations.status, "active")),
      desc(eq(members.organizationId, preferred ?? "")),
      asc(members.id),
    )
    .limit(1);
  return rows[0] ?? null;
}

/** What the organization's object knows a session of the member by. */
export async function sessionCredential(memberId: string): Promise<Credential> {
  return { tokenSha256: await sha256Hex(`session of ${memberId}`), memberId };
}

/**
 * As whom a request with a session uses models. Fails as `readUser` and `findMembership`, or with `organization_suspended`. Throws
 * what D1 throws.
 */
export async function findSession(
  request: Request,
  ports: SessionPorts,
): Promise<Result<{ readonly organizationId: string; readonly credential: Credential }>> {
  const user = await readUser(request, ports);
  if (!user.ok) return user;
  const found = await findMembership(ports.db, user.value.email, request.headers);
  if (!found.ok) return found;
  const { organizationId, memberId, organizationStatus } = found.value;
  if (organizationStatus === "suspended") return fail({ kind: "organization_suspended" });
  return ok({ organizationId, credential: await sessionCredential(memberId) });
}
