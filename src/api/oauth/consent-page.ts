/** What a user is asked. */
import type { CalendarWindow } from "../../core/calendar.ts";
import type { OAuthScope } from "../../core/oauth-family.ts";
import { answerPage, escapeHtml } from "../pages/page.ts";

export interface ConsentView {
  readonly clientName: string;
  readonly organizationId: string;
  readonly organizationName: string;
  readonly memberName: string;
  readonly redirectUri: string;
  readonly scopes: readonly OAuthScope[];
  readonly currency: string;
  /** What the form sends back, once. */
  readonly consent: string;
}

const MEANINGS: Readonly<Record<OAuthScope, string>> = {
  inference: "Send requests to models. They are paid from your credits and wallets, within your limits.",
  "models:read": "See which models you may use.",
  "wallet:read": "See your balances.",
  "spend:read": "See your spend log.",
};

export const CAP_WINDOWS = ["daily", "weekly", "monthly"] as const satisfies readonly CalendarWindow[];
const WINDOW_NAMES = { daily: "a day", weekly: "a week", monthly: "a month" };

/** A form that works without scripts. */
export function answerConsentPage(view: ConsentView, nonce: string): Response {
  const scopes = view.scopes.map((scope) => `<li>${escapeHtml(MEANINGS[scope])} <code>${scope}</code></li>`).join("");
  const windows = CAP_WINDOWS.map(
    (window) => `<option value="${window}"${window === "monthly" ? " selected" : ""}>${WINDOW_NAMES[window]}</option>`,
  ).join("");
  const cap = `<fieldset><legend>Spend cap</legend>
      <label>At most <input name="spend_cap" inputmode="decimal" maxlength="32" autocomplete="off" aria-describedby="cap">
        ${escapeHtml(view.currency)}</label>
      <label>in <select name="spend_cap_window">${windows}</select></label>
      <p id="cap">Empty: only the limits that hold for you anyway.</p></fieldset>`;
  const body = `<h1>Let ${escapeHtml(view.clientName)} act for you?</h1>
    <p>You are ${escapeHtml(view.memberName)} of ${escapeHtml(view.organizationName)}. It asks to:</p>
    <ul>${scopes}</ul>
    <form method="post" action="/v1/oauth/authorize?organization_id=${escapeHtml(view.organizationId)}">
      <input type="hidden" name="consent" value="${escapeHtml(view.consent)}">
      ${view.scopes.includes("inference") ? cap : ""}
      <button name="decision" value="approve">Allow</button>
      <button name="decision" value="deny">Deny</button>
    </form>
    <p>Afterwards you are sent to <code>${escapeHtml(view.redirectUri)}</code>.</p>`;
  return answerPage(body, { status: 200, nonce, formTarget: view.redirectUri });
}

/** The user has too many open pages; `path` opens this one all the same, when it is followed from here. */
export function answerCrowdedPage(path: string, nonce: string): Response {
  const body = `<h1>Many applications are asking</h1>
    <p>You have many requests open that you have not decided. If you began this one just now, go on: the oldest is closed for it.</p>
    <p><a href="${escapeHtml(path)}">Show this request</a></p>`;
  return answerPage(body, { status: 200, nonce, formTarget: null });
}
