/** Signing in, up and out, and choosing a new password: what the forms do. */
import { z } from "zod";
import type { Form } from "../pages/form.ts";
import { redirectTo } from "../pages/answers.ts";
import { deferEvent, deferSignedIn } from "./events.ts";
import { countGuess, countMail, forgetGuesses, GUESSES } from "./limits.ts";
import { continuePage, mailSentPage, resetPage, signInPage, signUpPage, type PageValues } from "./pages.ts";
import { again, ask, libraryRequest, page, readRefusal, tooOften, withCookies, type Show, type Step } from "./step.ts";

const emailSchema = z
  .string("Give your e-mail address.")
  .trim()
  .toLowerCase()
  .max(254)
  .pipe(z.email("This is no e-mail address."));
export const newPasswordSchema = z
  .string("Choose a password.")
  .min(12, "A password has at least 12 characters.")
  .max(128, "A password has at most 128 characters.");
export const nameSchema = z.string("Give your name.").trim().min(1, "Give your name.").max(200);

const signInSchema = z.object({ email: emailSchema, password: z.string("Give your password.").max(128) });
const signUpSchema = z.object({ name: nameSchema, email: emailSchema, password: newPasswordSchema });
const askResetSchema = z.object({ email: emailSchema });
const resetSchema = z.object({ password: newPasswordSchema });
const tokenSchema = z.object({ email: z.string() });

/** Only there a redirect may go on to an application, which the page's policy forbids as a form's target. */
const AUTHORIZE_PATH = "/v1/oauth/authorize";

type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refuse: (step: Step) => Response };

/** The form's fields; else the page again, with what is wrong first. */
function read<T>(schema: z.ZodType<T>, form: Form, show: Show, values: PageValues): Read<T> {
  const parsed = schema.safeParse(Object.fromEntries(form));
  if (parsed.success) return { ok: true, value: parsed.data };
  const message = parsed.error.issues[0]?.message ?? "The form is incomplete.";
  return { ok: false, refuse: (step) => page(step, show({ ...values, message }), 400) };
}

function valuesOf(form: Form, returnTo: string): PageValues {
  return { returnTo, token: form.get("token") ?? null, email: form.get("email") ?? null, message: null };
}

/** A mail's token verifies the address only together with the password. */
export async function takeSignIn(step: Step, form: Form, returnTo: string): Promise<Response> {
  const values = valuesOf(form, returnTo);
  const fields = read(signInSchema, form, signInPage, values);
  if (!fields.ok) return fields.refuse(step);
  const { email } = fields.value;
  const guess = await countGuess(step.deps, email);
  if (!guess.isAllowed) return tooOften(step, signInPage, values, guess.retryAfterSeconds);
  let answer = await ask(step, "/sign-in/email", fields.value);
  const { token } = values;
  const isUnverified = answer.status === 403 && (await readRefusal(answer)).code === "EMAIL_NOT_VERIFIED";
  if (token !== null && isUnverified && emailOfToken(token) === email) {
    const verified = await ask(step, `/verify-email?${new URLSearchParams({ token }).toString()}`, null);
    answer = verified.ok ? await ask(step, "/sign-in/email", fields.value) : verified;
  }
  if (!answer.ok) {
    // The first one and the last one: whoever guesses does not fill the log.
    if (answer.status === 401 && (guess.count === 1 || guess.count === GUESSES.max)) {
      deferEvent(step, email, {
        action: "member.fail_sign_in",
        isProved: false,
        details: { method: "password", attempts: guess.count },
      });
    }
    return again(step, signInPage, values, answer);
  }
  await forgetGuesses(step.deps, email);
  deferSignedIn(step, email, "password");
  return withCookies(goOn(step, returnTo), answer);
}

/** Browsers hold a form's redirects to its page's `form-action`, all of them: so a page of its own leads on to where others follow. */
function goOn(step: Step, returnTo: string): Response {
  const leadsAway = returnTo.startsWith(`${AUTHORIZE_PATH}?`);
  return leadsAway ? page(step, continuePage(returnTo)) : redirectTo(returnTo, 303);
}

/** Whom a link was sent to, as its token says; whether it is genuine the library tests. */
function emailOfToken(token: string): string | null {
  try {
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    return tokenSchema.parse(JSON.parse(atob(payload))).email.toLowerCase();
  } catch {
    return null;
  }
}

/** Done after the answer, which is the same whether the address has an account or not, in what it says and in its time. */
export async function takeSignUp(step: Step, form: Form, returnTo: string): Promise<Response> {
  const values = valuesOf(form, returnTo);
  const fields = read(signUpSchema, form, signUpPage, values);
  if (!fields.ok) return fields.refuse(step);
  const { email } = fields.value;
  const counted = await countMail(step.deps, "sign_up", email, step.request.headers.get("cf-connecting-ip"));
  if (!counted.isAllowed) return tooOften(step, signUpPage, values, counted.retryAfterSeconds);
  deferAsked(step, libraryRequest(step, "/sign-up/email", { ...fields.value, callbackURL: returnTo }));
  deferEvent(step, email, { action: "member.sign_up", isProved: false });
  return page(step, mailSentPage());
}

export async function takeReset(step: Step, form: Form, returnTo: string): Promise<Response> {
  const values = valuesOf(form, returnTo);
  return values.token === null ? askForReset(step, form, values) : setPassword(step, form, values, values.token);
}

/** As for a sign-up, the answer tells nothing. */
async function askForReset(step: Step, form: Form, values: PageValues): Promise<Response> {
  const fields = read(askResetSchema, form, resetPage, values);
  if (!fields.ok) return fields.refuse(step);
  const { email } = fields.value;
  const counted = await countMail(step.deps, "reset", email, step.request.headers.get("cf-connecting-ip"));
  if (!counted.isAllowed) return tooOften(step, resetPage, values, counted.retryAfterSeconds);
  deferAsked(step, libraryRequest(step, "/request-password-reset", { email }));
  return page(step, mailSentPage());
}

/** With the token of a mail: ends all sessions, removes the passkeys, and verifies the address. */
async function setPassword(step: Step, form: Form, values: PageValues, token: string): Promise<Response> {
  const fields = read(resetSchema, form, resetPage, values);
  if (!fields.ok) return fields.refuse(step);
  const emails: string[] = [];
  const body = { token, newPassword: fields.value.password };
  const answer = await step.signIn.answer(libraryRequest(step, "/reset-password", body), (email) => emails.push(email));
  if (!answer.ok) return again(step, resetPage, values, answer);
  for (const email of emails) {
    await forgetGuesses(step.deps, email);
    deferEvent(step, email, { action: "member.reset_password", isProved: true });
  }
  return redirectTo("/sign-in", 303);
}

export async function takeSignOut(step: Step): Promise<Response> {
  const user = await step.signIn.userOf(step.request);
  const answer = await ask(step, "/sign-out", {});
  if (user !== null) deferEvent(step, user.email, { action: "member.sign_out", isProved: true });
  return withCookies(redirectTo("/sign-in", 303), answer);
}

function deferAsked({ deps, signIn }: Step, request: Request): void {
  deps.defer(async () => {
    const answer = await signIn.answer(request);
    if (!answer.ok) throw new Error(`${new URL(request.url).pathname} was answered with ${answer.status}`);
  });
}
