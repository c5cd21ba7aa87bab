/** Invitations: the mail that tells a member where to sign in. A member exists whatever becomes of the mail. */
import { eq } from "drizzle-orm";
import type { z } from "zod";
import { formatTimeOrNull } from "../contract/amount.ts";
import type { invitationSchema } from "../contract/people.ts";
import { fail, ok, type Result } from "../core/failure.ts";
import { keys, memberInvitations, members, organizations } from "../platform/d1/control-schema.ts";
import { AuditTrail, decideOnTrail } from "./audit-trail.ts";
import type { ApiDeps } from "./deps.ts";
import { saveRecorded } from "./save-change.ts";

export type InvitationRow = typeof memberInvitations.$inferSelect;

/** Mails to one member. */
const MAX_MAILS = 3;
const WINDOW_MS = 60 * 60_000;
const MAX_NAME_CHARACTERS = 100;

interface InvitedMember {
  readonly id: string;
  readonly organizationId: string;
}

/** A mail that is to be sent, and who asked for it. */
export interface InvitationOrder {
  readonly member: InvitedMember;
  /** Of the gateway, as the inviting request knows it. */
  readonly origin: string;
  readonly actor: string;
  readonly requestId: string;
}

export function invitationToWire(row: InvitationRow | null): z.input<typeof invitationSchema> {
  return { status: row?.status ?? "none", sent_at: formatTimeOrNull(row?.sentAtMs ?? null) };
}

/** Of a member that is invited now; null where no mail can be sent. */
export function draftInvitation(deps: ApiDeps, memberId: string): InvitationRow | null {
  if (deps.sendMail === null) return null;
  return { memberId, status: "pending", sentAtMs: null, askedCount: 1, windowStartedAtMs: deps.nowMs() };
}

/** The invitation once more: refused when it was accepted, or when the member gets three mails within an hour. */
export function draftNextInvitation(
  deps: ApiDeps,
  memberId: string,
  last: InvitationRow | null,
): Result<InvitationRow> {
  const first = draftInvitation(deps, memberId);
  if (first === null) {
    return fail({ kind: "conflict", code: "mail_not_configured", message: "This deployment can send no mail." });
  }
  if (last === null) return ok(first);
  if (last.status === "accepted") {
    return fail({ kind: "conflict", code: "invitation_accepted", message: "The member has signed in already." });
  }
  const waitMs = last.windowStartedAtMs + WINDOW_MS - deps.nowMs();
  if (waitMs <= 0) return ok({ ...first, sentAtMs: last.sentAtMs });
  if (last.askedCount >= MAX_MAILS) {
    return fail({
      kind: "conflict",
      code: "invited_too_often",
      message: `A member is sent at most ${MAX_MAILS} invitations an hour.`,
      retryAfterSeconds: Math.ceil(waitMs / 1_000),
    });
  }
  return ok({ ...last, status: "pending", askedCount: last.askedCount + 1 });
}

/** Sends the mail of an invitation that was saved, after the answer, and keeps what became of it. */
export function deferInvitation(deps: ApiDeps, order: InvitationOrder): void {
  deps.defer(async () => {
    const status = await trySend(deps, order);
    await moveInvitation(deps, order.member, order, "member.send_invitation", (row) =>
      row.status === "pending" ? { ...row, status, sentAtMs: status === "sent" ? deps.nowMs() : row.sentAtMs } : row,
    );
  });
}

/** Whoever has the address has signed in. Throws what D1 throws. */
export async function acceptInvitation(deps: ApiDeps, member: InvitedMember, requestId: string): Promise<void> {
  const author = { actor: member.id, requestId };
  await moveInvitation(deps, member, author, "member.accept_invitation", (row) => ({ ...row, status: "accepted" }));
}

async function trySend(deps: ApiDeps, order: InvitationOrder): Promise<"sent" | "failed"> {
  try {
    const mail = await writeInvitation(deps, order);
    if (mail === null || deps.sendMail === null) return "failed";
    await deps.sendMail(mail);
    return "sent";
  } catch (error) {
    deps.reportError(error, order.requestId);
    return "failed";
  }
}

/** Recorded when it changes the status; a member who is gone meanwhile has none. */
async function moveInvitation(
  deps: ApiDeps,
  member: InvitedMember,
  author: { readonly actor: string; readonly requestId: string },
  action: "member.send_invitation" | "member.accept_invitation",
  move: (row: InvitationRow) => InvitationRow,
): Promise<void> {
  const { actor, requestId } = author;
  const moved = await decideOnTrail(new AuditTrail(deps, { actor, requestId }), async (trail) => {
    await trail.open(member.organizationId);
    const isMine = eq(memberInvitations.memberId, member.id);
    const [row] = await deps.db.select().from(memberInvitations).where(isMine);
    if (row === undefined) return ok(null);
    const next = move(row);
    if (next.status === row.status) return ok(null);
    const event = trail.record(action, member.id, stateOf(row), stateOf(next));
    await saveRecorded(deps, member.organizationId, event, [deps.db.update(memberInvitations).set(next).where(isMine)]);
    return ok(null);
  });
  if (!moved.ok) throw new Error(`${action} could not be recorded: ${moved.failure.kind}`);
}

function stateOf(row: InvitationRow): Readonly<Record<string, unknown>> {
  return { invitation: invitationToWire(row) };
}

/** Null: the member is gone. */
async function writeInvitation(deps: ApiDeps, { member, origin, actor }: InvitationOrder) {
  const [row] = await deps.db
    .select({ email: members.email, organizationName: organizations.name })
    .from(members)
    .innerJoin(organizations, eq(organizations.id, members.organizationId))
    .where(eq(members.id, member.id));
  if (row === undefined) return null;
  const organization = printable(row.organizationName);
  const inviter = await nameInviter(deps, actor);
  const query = new URLSearchParams({ email: row.email });
  const text = [
    `${inviter} made you a member of the organization "${organization}" on the model gateway ${new URL(origin).host}.`,
    "Sign up with this address, or sign in if you have an account:",
    `${origin}/sign-up?${query.toString()}`,
    "If you did not expect this, do nothing.",
    "",
  ];
  return { to: row.email, subject: `You are invited to ${organization}`, text: text.join("\n\n") };
}

async function nameInviter(deps: ApiDeps, actor: string): Promise<string> {
  const [member] = await deps.db.select({ name: members.name }).from(members).where(eq(members.id, actor));
  if (member !== undefined) return printable(member.name);
  const [key] = await deps.db
    .select({ name: keys.name, member: members.name })
    .from(keys)
    .leftJoin(members, eq(members.id, keys.memberId))
    .where(eq(keys.id, actor));
  if (key === undefined) return "The operator of the gateway";
  return printable(key.member ?? `The key "${key.name}"`);
}

/** Names are what people chose: they make no lines and no links of their own. */
function printable(name: string): string {
  const line = name
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .replaceAll("://", " ")
    .trim();
  return line.length > MAX_NAME_CHARACTERS ? `${line.slice(0, MAX_NAME_CHARACTERS)}…` : line;
}
