/** Pages for people: they work without scripts. */
import { answerFailure, NO_STORE, type OAuthFailure } from "./answers.ts";

interface PageOptions {
  readonly status: number;
  readonly nonce: string;
  /** Where the form's answer redirects to, which browsers test too. */
  readonly formTarget: string | null;
  /** JavaScript that talks to this gateway only; what the page is for works without it. */
  readonly script?: string;
}

/** Light and dark as the person has it; contrasts are at least 4.5 to 1. */
const STYLE = `:root{color-scheme:light dark;--ink:#1b1f24;--quiet:#57606a;--paper:#fff;--ground:#f4f6f8;--line:#8c959f;--accent:#0b57d0;--on:#fff;--alert:#b3261e}
@media (prefers-color-scheme:dark){:root{--ink:#e8eaed;--quiet:#a6adb5;--paper:#1d2126;--ground:#121519;--line:#6e7681;--accent:#8ab4f8;--on:#101418;--alert:#ffb4ab}}
*{box-sizing:border-box}body{font:1rem/1.5 system-ui,sans-serif;margin:0;padding:2rem 1rem;color:var(--ink);background:var(--ground)}
main{max-width:28rem;margin:0 auto;padding:1.5rem 2rem;background:var(--paper);border:1px solid var(--line);border-radius:.75rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem}h2{font-size:1.125rem;margin:1.5rem 0 .5rem}a{color:var(--accent)}
label{display:block;font-weight:500}input,select{font:inherit;color:inherit;background:var(--paper);width:100%;padding:.5rem .75rem;border:1px solid var(--line);border-radius:.375rem}
button{font:inherit;font-weight:600;padding:.5rem 1.25rem;color:var(--on);background:var(--accent);border:1px solid var(--accent);border-radius:.375rem;cursor:pointer}
button[value=deny],li button{color:var(--accent);background:transparent}:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
fieldset{margin:1rem 0;border:1px solid var(--line);border-radius:.375rem}ul{padding-left:1.25rem}li{margin:.5rem 0;overflow-wrap:anywhere}code{overflow-wrap:anywhere}
[role=alert]{padding:.5rem .75rem;border-left:4px solid var(--alert);color:var(--alert)}`;

/** `body` is HTML. Nobody can frame the page, and it runs no script but its own. */
export function answerPage(body: string, { status, nonce, formTarget, script }: PageOptions): Response {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Keeptrusts</title><style nonce="${nonce}">
${STYLE}
</style></head><body><main>${body}</main>${script === undefined ? "" : `<script nonce="${nonce}">${script}</script>`}</body></html>`;
  const scripts = script === undefined ? "" : ` script-src 'nonce-${nonce}'; connect-src 'self';`;
  const forms = formTarget === null ? "'none'" : `'self' ${sourceOf(formTarget)}`;
  return new Response(html, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": `default-src 'none'; style-src 'nonce-${nonce}';${scripts} form-action ${forms}; frame-ancestors 'none'; base-uri 'none'`,
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      // With none at all, browsers would say `null` for the origin of our own forms.
      "referrer-policy": "same-origin",
      ...NO_STORE,
    },
  });
}

/** The address as a source of a content security policy, which has no form for IPv6 addresses and private-use schemes. */
function sourceOf(address: string): string {
  const { protocol, hostname, origin } = new URL(address);
  return protocol.startsWith("http") && !hostname.startsWith("[") ? origin : protocol;
}

export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
}

/** For whoever asks with a browser a page, for everybody else JSON. Never a redirect. */
export function answerPageFailure(request: Request, failure: OAuthFailure, nonce: string): Response {
  const wantsPage = request.headers.get("accept")?.includes("text/html") === true;
  if (!wantsPage) return answerFailure(failure);
  const body = `<h1>This request cannot be granted</h1><p>${escapeHtml(failure.description)}</p>
    <p><code>${escapeHtml(failure.error)}</code></p>`;
  return answerPage(body, { status: failure.status, nonce, formTarget: null });
}
