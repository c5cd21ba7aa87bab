/** Answers of the OAuth endpoints: JSON errors of the protocol, pages for people, and redirects back to applications. */
import type { CalendarWindow } from "../../core/calendar.ts";
import type { OAuthScope } from "../../core/oauth-family.ts";

/** RFC 6749 §4.1.2.1 and §5.2, RFC 7009 §2.2.1, RFC 6750 §3.1; `invalid_redirect_uri` is ours. */
export interface OAuthFailure {
  readonly status: 400 | 401 | 403 | 413 | 500 | 503;
  readonly error: string;
  readonly description: string;
}

export function oauthFailure(status: OAuthFailure["status"], error: string, description: string): OAuthFailure {
  return { status, error, description };
}

export const UNAVAILABLE = oauthFailure(503, "temporarily_unavailable", "Nothing was used up. Try again in a moment.");
export const INVALID_CLIENT = oauthFailure(401, "invalid_client", "The client is unknown, or its secret is wrong.");

const NO_STORE = { "cache-control": "no-store", pragma: "no-cache" };
/** For endpoints that applications call from a browser; none of them looks at cookies. */
export const ANY_ORIGIN = { "access-control-allow-origin": "*" };

export function answerJson(body: string, status = 200): Response {
  return new Response(body, { status, headers: { "content-type": "application/json", ...NO_STORE, ...ANY_ORIGIN } });
}

export function answerFailure({ status, error, description }: OAuthFailure): Response {
  const answer = answerJson(JSON.stringify({ error, error_description: plain(description) }), status);
  if (error === "invalid_client" && status === 401) answer.headers.set("www-authenticate", 'Basic realm="oauth"');
  if (status === 503) answer.headers.set("retry-after", "1");
  return answer;
}

/** RFC 6749 allows neither quotes nor backslashes in a description. */
function plain(description: string): string {
  return description.replaceAll(/["\\]/g, "'").replaceAll(/[^\x20-\x7e]/g, "?");
}

/** Back to the application, with `iss` (RFC 9207); `state` as it came. A form that was sent is answered with 303. */
export function redirectBack(
  to: { readonly redirectUri: string; readonly state: string | null; readonly issuer: string },
  values: Readonly<Record<string, string>>,
  status: 302 | 303,
): Response {
  const query = new URLSearchParams({ ...values, ...(to.state === null ? {} : { state: to.state }), iss: to.issuer });
  const separator = to.redirectUri.includes("?") ? (/[?&]$/.test(to.redirectUri) ? "" : "&") : "?";
  return redirectTo(`${to.redirectUri}${separator}${query.toString()}`, status);
}

export function redirectTo(location: string, status: 302 | 303): Response {
  return new Response(null, { status, headers: { location, ...NO_STORE, "referrer-policy": "no-referrer" } });
}

/** For whoever asks with a browser a page, for everybody else JSON. Never a redirect. */
export function answerPageFailure(request: Request, failure: OAuthFailure, nonce: string): Response {
  const wantsPage = request.headers.get("accept")?.includes("text/html") === true;
  if (!wantsPage) return answerFailure(failure);
  const body = `<h1>This request cannot be granted</h1><p>${escapeHtml(failure.description)}</p>
    <p><code>${escapeHtml(failure.error)}</code></p>`;
  return answerPage(body, { status: failure.status, nonce, formTarget: null });
}

export interface ConsentView {
  readonly clientName: string;
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
    <form method="post" action="/v1/oauth/authorize">
      <input type="hidden" name="consent" value="${escapeHtml(view.consent)}">
      ${view.scopes.includes("inference") ? cap : ""}
      <button name="decision" value="approve">Allow</button>
      <button name="decision" value="deny">Deny</button>
    </form>
    <p>Afterwards you are sent to <code>${escapeHtml(view.redirectUri)}</code>.</p>`;
  return answerPage(body, { status: 200, nonce, formTarget: view.redirectUri });
}

interface PageOptions {
  readonly status: number;
  readonly nonce: string;
  /** Where the form's answer redirects to, which browsers test too. */
  readonly formTarget: string | null;
}

function answerPage(body: string, { status, nonce, formTarget }: PageOptions): Response {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Keeptrusts</title><style nonce="${nonce}">
body{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:3rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
button,input,select{font:inherit;padding:.4rem .8rem}fieldset{margin:1rem 0}code{overflow-wrap:anywhere}
</style></head><body><main>${body}</main></body></html>`;
  const forms = formTarget === null ? "'none'" : `'self' ${sourceOf(formTarget)}`;
  return new Response(html, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": `default-src 'none'; style-src 'nonce-${nonce}'; form-action ${forms}; frame-ancestors 'none'; base-uri 'none'`,
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      ...NO_STORE,
    },
  });
}

/** The address as a source of a content security policy, which has no form for IPv6 addresses and private-use schemes. */
function sourceOf(address: string): string {
  const { protocol, hostname, origin } = new URL(address);
  return protocol.startsWith("http") && !hostname.startsWith("[") ? origin : protocol;
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
}
