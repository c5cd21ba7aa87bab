/** What people do at the sign-in, in the audit log of each of their organizations. */
import { eq } from "drizzle-orm";
import type { AuditAction } from "../../contract/audit.ts";
import { ok } from "../../core/failure.ts";
import { members } from "../../platform/d1/control-schema.ts";
import { AuditTrail, decideOnTrail } from "../audit-trail.ts";
import { acceptInvitation } from "../invitations.ts";
import { saveRecorded } from "../save-change.ts";
import { deviceOf, type Step } from "./step.ts";

/** A person of more organizations is recorded in the first ones. */
const MAX_ORGANIZATIONS = 50;

export interface SignInEvent {
  readonly action: AuditAction;
  /** Whoever it was has proved to be the member; else they only named the address. */
  readonly isProved: boolean;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** After the answer: it takes no time that would tell whether somebody is a member. */
export function deferEvent(step: Step, email: string, event: SignInEvent): void {
  step.deps.defer(async () => recordEvent(step, email, event));
}

/** Somebody signed in with a verified address: their invitations are accepted. */
export function deferSignedIn(step: Step, email: string, method: "password" | "passkey"): void {
  step.deps.defer(async () => {
    await recordEvent(step, email, { action: "member.sign_in", isProved: true, details: { method } });
    for (const member of await membersOf(step, email)) {
      await acceptInvitation(step.deps, member, step.requestId);
    }
  });
}

/** Throws what D1 throws. */
async function recordEvent(step: Step, email: string, { action, isProved, details }: SignInEvent): Promise<void> {
  const { deps, requestId } = step;
  for (const { id, organizationId } of await membersOf(step, email)) {
    const trail = new AuditTrail(deps, { actor: isProved ? id : "unknown", requestId });
    const recorded = await decideOnTrail(trail, async (current) => {
      const after = { ...details, ...deviceOf(step) };
      await saveRecorded(deps, organizationId, current.record(action, id, null, after), []);
      return ok(null);
    });
    if (!recorded.ok) throw new Error(`${action} could not be recorded: ${recorded.failure.kind}`);
  }
}

async function membersOf({ deps }: Step, email: string) {
  return deps.db
    .select({ id: members.id, organizationId: members.organizationId })
    .from(members)
    .where(eq(members.email, email))
    .orderBy(members.id)
    .limit(MAX_ORGANIZATIONS);
}
