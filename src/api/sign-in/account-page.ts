/** What people see of their own account. */
import { formatTime } from "../../contract/amount.ts";
import { escapeHtml } from "../pages/page.ts";
import { alertOf, passwordField } from "./pages.ts";

export interface ShownSession {
  readonly id: string;
  readonly isThis: boolean;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

export interface ShownPasskey {
  readonly id: string;
  readonly name: string | null;
  readonly createdAtMs: number | null;
}

export interface AccountView {
  readonly name: string;
  readonly email: string;
  readonly sessions: readonly ShownSession[];
  readonly passkeys: readonly ShownPasskey[];
  readonly message: string | null;
}

export function accountPage({ name, email, sessions, passkeys, message }: AccountView): string {
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
    <section aria-labelledby="passkeys"><h2 id="passkeys">Passkeys</h2>
      <p>A key on your device signs you in without a password.</p><ul>${passkeys.map(passkeyItem).join("")}</ul>
      <div id="passkey-form" hidden><p><label>Name of the passkey <input id="passkey-name" maxlength="100"></label></p>
        <button type="button" id="passkey">Add a passkey</button><p id="passkey-status" role="status"></p></div>
      <noscript><p>Adding one needs scripts.</p></noscript></section>
    <section aria-labelledby="sessions"><h2 id="sessions">Sessions</h2><ul>${sessions.map(sessionItem).join("")}</ul>
      <form method="post" action="/account/sessions"><input type="hidden" name="session" value="others">
        <button>End all other sessions</button></form></section>
    <form method="post" action="/sign-out"><button>Sign out</button></form>`;
}

function passkeyItem({ id, name, createdAtMs }: ShownPasskey): string {
  const label = name === null || name === "" ? "Passkey" : escapeHtml(name);
  const since = createdAtMs === null ? "" : `<br>since ${timeOf(createdAtMs)}`;
  return `<li>${label}${since}<form method="post" action="/account/passkeys">
    <input type="hidden" name="passkey" value="${escapeHtml(id)}"><button aria-label="Remove ${label}">Remove</button></form></li>`;
}

/** To the minute. */
function timeOf(atMs: number): string {
  const time = formatTime(atMs);
  return `<time datetime="${time}">${time.slice(0, 16).replace("T", " ")} UTC</time>`;
}

function sessionItem({ id, isThis, ipAddress, userAgent, createdAtMs, expiresAtMs }: ShownSession): string {
  const where = [userAgent ?? "Unknown browser", ipAddress].filter((part) => part !== null && part !== "");
  const end = `<form method="post" action="/account/sessions"><input type="hidden" name="session" value="${escapeHtml(id)}">
    <button aria-label="End the session since ${formatTime(createdAtMs)}">End</button></form>`;
  return `<li>${escapeHtml(where.join(", "))}<br>since ${timeOf(createdAtMs)}, until ${timeOf(expiresAtMs)}
    ${isThis ? "<strong>This session</strong>" : end}</li>`;
}
