/** `/account`: people see and end their sessions, and change their name and password. */
import { and, desc, eq, gt, ne } from "drizzle-orm";
import { z } from "zod";
import { passkeys, users, userSessions } from "../../platform/d1/control-schema.ts";
import type { SignedInUser } from "../../platform/sign-in.ts";
import { redirectTo } from "../pages/answers.ts";
import type { Form } from "../pages/form.ts";
import { accountPage, type ShownPasskey, type ShownSession } from "./account-page.ts";
import { deferEvent } from "./events.ts";
import { nameSchema, newPasswordSchema } from "./forms.ts";
import { countGuess, forgetGuesses } from "./limits.ts";
import { ADD_PASSKEY_SCRIPT } from "./passkey-scripts.ts";
import { ask, page, readRefusal, withCookies, type Step } from "./step.ts";

const MAX_SHOWN = 50;
const ACCOUNT_PATH = "/account";

const nameFormSchema = z.object({ name: nameSchema });
const passwordFormSchema = z.object({
  current_password: z.string("Give your password.").max(128),
  new_password: newPasswordSchema,
});
const passkeyFormSchema = z.object({ passkey: z.string("Choose a passkey.").max(128) });
const sessionFormSchema = z.object({ session: z.string("Choose a session.").max(128) });

export async function showAccount(step: Step): Promise<Response> {
  const user = await step.signIn.userOf(step.request);
  return user === null ? toSignIn() : answerAccount(step, user, null, 200);
}

export async function takeName(step: Step, form: Form): Promise<Response> {
  const user = await step.signIn.userOf(step.request);
  if (user === null) return toSignIn();
  const fields = nameFormSchema.safeParse(Object.fromEntries(form));
  if (!fields.success) return answerAccount(step, user, firstIssue(fields.error), 400);
  const { deps } = step;
  const changes = { name: fields.data.name, updatedAt: new Date(deps.nowMs()) };
  await deps.db.update(users).set(changes).where(eq(users.id, user.id));
  return redirectTo(ACCOUNT_PATH, 303);
}

/** Needs the password of now, whose guesses are counted as those at the sign-in; the other sessions end. */
export async function takePassword(step: Step, form: Form): Promise<Response> {
  const user = await step.signIn.userOf(step.request);
  if (user === null) return toSignIn();
  const fields = passwordFormSchema.safeParse(Object.fromEntries(form));
  if (!fields.success) return answerAccount(step, user, firstIssue(fields.error), 400);
  const guess = await countGuess(step.deps, user.email);
  if (!guess.isAllowed) return answerAccount(step, user, "Too many attempts. Try again later.", 429);
  const answer = await ask(step, "/change-password", {
    currentPassword: fields.data.current_password,
    newPassword: fields.data.new_password,
    revokeOtherSessions: true,
  });
  if (!answer.ok) {
    const { message } = await readRefusal(answer);
    return answerAccount(step, user, message ?? "That did not work. Try again.", answer.status);
  }
  await forgetGuesses(step.deps, user.email);
  deferEvent(step, user.email, { action: "member.change_password", isProved: true });
  return withCookies(redirectTo(ACCOUNT_PATH, 303), answer);
}

/** Ends one of the person's sessions, or all but this one. Another person's is left alone. */
export async function takeSessions(step: Step, form: Form): Promise<Response> {
  const user = await step.signIn.userOf(step.request);
  if (user === null) return toSignIn();
  const fields = sessionFormSchema.safeParse(Object.fromEntries(form));
  if (!fields.success) return answerAccount(step, user, firstIssue(fields.error), 400);
  const { session } = fields.data;
  const which = session === "others" ? ne(userSessions.id, user.sessionId) : eq(userSessions.id, session);
  const ended = await step.deps.db
    .delete(userSessions)
    .where(and(eq(userSessions.userId, user.id), which))
    .returning({ id: userSessions.id });
  if (ended.length > 0) {
    deferEvent(step, user.email, {
      action: "member.revoke_session",
      isProved: true,
      details: { sessions: ended.length },
    });
  }
  return redirectTo(ACCOUNT_PATH, 303);
}

/** Removes one of the person's passkeys. Another person's is left alone. */
export async function takePasskeys(step: Step, form: Form): Promise<Response> {
  const user = await step.signIn.userOf(step.request);
  if (user === null) return toSignIn();
  const fields = passkeyFormSchema.safeParse(Object.fromEntries(form));
  if (!fields.success) return answerAccount(step, user, firstIssue(fields.error), 400);
  const removed = await step.deps.db
    .delete(passkeys)
    .where(and(eq(passkeys.userId, user.id), eq(passkeys.id, fields.data.passkey)))
    .returning({ id: passkeys.id });
  if (removed.length > 0) {
    deferEvent(step, user.email, { action: "member.remove_passkey", isProved: true });
  }
  return redirectTo(ACCOUNT_PATH, 303);
}

async function answerAccount(
  step: Step,
  user: SignedInUser,
  message: string | null,
  status: number,
): Promise<Response> {
  const { name, email } = user;
  const sessions = await readSessions(step, user);
  const shownPasskeys = await readPasskeys(step, user);
  const body = accountPage({ name, email, sessions, passkeys: shownPasskeys, message });
  return page(step, body, status, ADD_PASSKEY_SCRIPT);
}

async function readPasskeys({ deps }: Step, { id: userId }: SignedInUser): Promise<ShownPasskey[]> {
  const rows = await deps.db
    .select({ id: passkeys.id, name: passkeys.name, createdAt: passkeys.createdAt })
    .from(passkeys)
    .where(eq(passkeys.userId, userId))
    .orderBy(desc(passkeys.createdAt))
    .limit(MAX_SHOWN);
  return rows.map(({ createdAt, ...row }) => ({ ...row, createdAtMs: createdAt?.getTime() ?? null }));
}

async function readSessions({ deps }: Step, { id: userId, sessionId }: SignedInUser): Promise<ShownSession[]> {
  const rows = await deps.db
    .select()
    .from(userSessions)
    .where(and(eq(userSessions.userId, userId), gt(userSessions.expiresAt, new Date(deps.nowMs()))))
    .orderBy(desc(userSessions.createdAt))
    .limit(MAX_SHOWN);
  return rows.map(({ id, ipAddress, userAgent, createdAt, expiresAt }) => ({
    id,
    isThis: id === sessionId,
    ipAddress,
    userAgent: userAgent?.slice(0, 200) ?? null,
    createdAtMs: createdAt.getTime(),
    expiresAtMs: expiresAt.getTime(),
  }));
}

function toSignIn(): Response {
  return redirectTo(`/sign-in?${new URLSearchParams({ return_to: ACCOUNT_PATH }).toString()}`, 303);
}

function firstIssue(error: z.ZodError): string {
  return error.issues[0]?.message ?? "The form is incomplete.";
}
