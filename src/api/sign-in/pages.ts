/** What people see who sign in or up, or choose a new password. */
import { escapeHtml } from "../pages/page.ts";

export interface PageValues {
  readonly returnTo: string;
  /** Of the mail that led here. */
  readonly token: string | null;
  /** What is filled in already. */
  readonly email: string | null;
  /** What went wrong with the form before. */
  readonly message: string | null;
}

function emailField(email: string | null): string {
  const value = email === null ? "" : ` value="${escapeHtml(email)}"`;
  return `<p><label>E-mail <input name="email" type="email" required maxlength="254" autocomplete="username"${value}></label></p>`;
}

export function passwordField(
  autocomplete: "current-password" | "new-password",
  label = "Password",
  name = "password",
): string {
  const rule = autocomplete === "new-password" ? ` minlength="12"` : "";
  return `<p><label>${label} <input name="${name}" type="password" required${rule} maxlength="128"
    autocomplete="${autocomplete}"></label></p>`;
}

export function alertOf(message: string | null): string {
  return message === null ? "" : `<p role="alert">${escapeHtml(message)}</p>`;
}

function form(path: string, { returnTo, token, message }: PageValues, fields: string, button: string): string {
  const hidden = token === null ? "" : `<input type="hidden" name="token" value="${escapeHtml(token)}">`;
  return `${alertOf(message)}
    <form method="post" action="${path}">
      <input type="hidden" name="return_to" value="${escapeHtml(returnTo)}">${hidden}${fields}
      <button>${button}</button></form>`;
}

export function signInPage(values: PageValues): string {
  const query = escapeHtml(new URLSearchParams({ return_to: values.returnTo }).toString());
  const fields = emailField(values.email) + passwordField("current-password");
  return `<h1>Sign in</h1>${form("/sign-in", values, fields, "Sign in")}
    <p><button type="button" id="passkey" hidden data-return-to="${escapeHtml(values.returnTo)}">Sign in with a passkey</button></p>
    <p id="passkey-status" role="status"></p>
    <p><a href="/sign-up?${query}">Sign up</a> · <a href="/reset-password?${query}">Choose a new password</a></p>`;
}

export function signUpPage(values: PageValues): string {
  const name = `<p><label>Name <input name="name" required maxlength="200" autocomplete="name"></label></p>`;
  const query = escapeHtml(new URLSearchParams({ return_to: values.returnTo }).toString());
  const fields = name + emailField(values.email) + passwordField("new-password");
  return `<h1>Sign up</h1><p>With the address that your organization knows. A password has at least 12 characters.</p>
    ${form("/sign-up", values, fields, "Sign up")}
    <p>You have an account? <a href="/sign-in?${query}">Sign in</a></p>`;
}

export function resetPage(values: PageValues): string {
  const fields = values.token === null ? emailField(values.email) : passwordField("new-password");
  return `<h1>Choose a new password</h1>
    ${form("/reset-password", values, fields, values.token === null ? "Send me a link" : "Set the password")}`;
}

export function signedInPage(email: string, memberName: string | null): string {
  const membership =
    memberName === null ? "No organization has this address as a member's." : `You are ${escapeHtml(memberName)}.`;
  return `<h1>You are signed in</h1><p>${escapeHtml(email)}. ${membership}</p>
    <p><a href="/account">Your account and its sessions</a></p>
    <form method="post" action="/sign-out"><button>Sign out</button></form>`;
}

export function mailSentPage(): string {
  return `<h1>Look at your mail</h1><p>If the address can be used, a link is on its way; it is good for an hour.</p>
    <p>No mail? Look at the address again, or <a href="/reset-password">choose a new password</a>.</p>`;
}

/** Leads on by itself, without a script. */
export function continuePage(path: string): string {
  const target = escapeHtml(path);
  return `<meta http-equiv="refresh" content="0;url=${target}"><h1>You are signed in</h1>
    <p><a href="${target}">Continue</a></p>`;
}
