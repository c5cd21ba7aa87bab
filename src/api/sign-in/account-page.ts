/** What people see of their own account. */
import { formatTime } from "../../contract/amount.ts";
import { escapeHtml } from "../oauth/page.ts";
import { alertOf, passwordField } from "./pages.ts";

export interface ShownSession {
  readonly id: string;
  readonly isThis: boolean;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

export interface AccountView {
  readonly name: string;
  readonly email: string;
  readonly sessions: readonly ShownSession[];
  readonly message: string | null;
}

export function accountPage({ name, email, sessions, message }: AccountView): string {
  return `<h1>Your account</h1>${alertOf(message)}<p>${escapeHtml(email)}</p>
    <section aria-labelledby="name"><h2 id="name">Name</h2>
      <form method="post" action="/account/name">
        <p><label>Name <input name="name" required maxlength="200" autocomplete="name" value="${escapeHtml(name)}"></label></p>
        <button>Save the name</button></form></section>
    <section aria-labelledby="password"><h2 id="password">Password</h2>
      <form method="post" action="/account/password">
        <input type="hidden" name="email" autocomplete="username" value="${escapeHtml(email)}">
        ${passwordField("current-password", "Password now", "current_password")}
        ${passwordField("new-password", "New password", "new_password")}
        <p>At least 12 characters. Your other sessions end.</p><button>Change the password</button></form></section>
    <section aria-labelledby="sessions"><h2 id="sessions">Sessions</h2><ul>${sessions.map(sessionItem).join("")}</ul>
      <form method="post" action="/account/sessions"><input type="hidden" name="session" value="others">
        <button>End all other sessions</button></form></section>
    <form method="post" action="/sign-out"><button>Sign out</button></form>`;
}

function sessionItem({ id, isThis, ipAddress, userAgent, createdAtMs, expiresAtMs }: ShownSession): string {
  const where = [userAgent ?? "Unknown browser", ipAddress].filter((part) => part !== null && part !== "");
  const end = `<form method="post" action="/account/sessions"><input type="hidden" name="session" value="${escapeHtml(id)}">
    <button aria-label="End the session of ${formatTime(createdAtMs)}">End</button></form>`;
  return `<li>${escapeHtml(where.join(", "))}<br>since ${formatTime(createdAtMs)}, until ${formatTime(expiresAtMs)}
    ${isThis ? "<strong>This session</strong>" : end}</li>`;
}
