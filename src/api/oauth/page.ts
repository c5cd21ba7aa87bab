/** Pages for people: they work without scripts. */
import { answerFailure, NO_STORE, type OAuthFailure } from "./answers.ts";

interface PageOptions {
  readonly status: number;
  readonly nonce: string;
  /** Where the form's answer redirects to, which browsers test too. */
  readonly formTarget: string | null;
}

/** `body` is HTML. Nobody can frame the page, and it runs no script. */
export function answerPage(body: string, { status, nonce, formTarget }: PageOptions): Response {
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
