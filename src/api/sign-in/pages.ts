/** What people see who sign in or up, or choose a new password. */
import { escapeHtml } from "../oauth/page.ts";

export interface PageValues {
  readonly returnTo: string;
  /** Of the mail that led here. */
  readonly token: string | null;
  /** What went wrong with the form before. */
  readonly message: string | null;
}

const EMAIL = `<p><label>E-mail <input name="email" type="email" required maxlength="254" autocomplete="username"></label></p>`;

function password(autocomplete: "current-password" | "new-password"): string {
  const rule = autocomplete === "new-password" ? ` minlength="12"` : "";
  return `<p><label>Password <input name="password" type="password" required${rule} maxlength="128"
    autocomplete="${autocomplete}"></label></p>`;
}

function form(path: string, { returnTo, token, message }: PageValues, fields: string, button: string): string {
  const hidden = token === null ? "" : `<input type="hidden" name="token" value="${escapeHtml(token)}">`;
  return `${message === null ? "" : `<p role="alert">${escapeHtml(message)}</p>`}
    <form method="post" action="${path}">
      <input type="hidden" name="return_to" value="${escapeHtml(returnTo)}">${hidden}${fields}
      <button>${button}</button></form>`;
}

export function signInPage(values: PageValues): string {
  const query = escapeHtml(new URLSearchParams({ return_to: values.returnTo }).toString());
  return `<h1>Sign in</h1>${form("/sign-in", values, EMAIL + password("current-password"), "Sign in")}
    <p><a href="/sign-up?${query}">Sign up</a> · <a href="/reset-password?${query}">Choose a new password</a></p>`;
}

export function signUpPage(values: PageValues): string {
  const name = `<p><label>Name <input name="name" required maxlength="200" autocomplete="name"></label></p>`;
  return `<h1>Sign up</h1><p>With the address that your organization knows.</p>
    ${form("/sign-up", values, name + EMAIL + password("new-password"), "Sign up")}`;
}

export function resetPage(values: PageValues): string {
  const fields = values.token === null ? EMAIL : password("new-password");
  return `<h1>Choose a new password</h1>
    ${form("/reset-password", values, fields, values.token === null ? "Send me a link" : "Set the password")}`;
}

export function signedInPage(email: string, memberName: string | null): string {
  const membership =
    memberName === null ? "No organization has this address as a member's." : `You are ${escapeHtml(memberName)}.`;
  return `<h1>You are signed in</h1><p>${escapeHtml(email)}. ${membership}</p>
    <form method="post" action="/sign-out"><button>Sign out</button></form>`;
}

export function mailSentPage(): string {
  return `<h1>Look at your mail</h1><p>If the address can be used, a link is on its way; it is good for an hour.</p>
    <p>No mail after signing up? The address may have an account: <a href="/reset-password">choose a new password</a>.</p>`;
}
