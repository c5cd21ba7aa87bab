/** Answers to forms and applications: JSON, errors as OAuth has them, and redirects. None is ever cached. */

/** RFC 6749 §4.1.2.1 and §5.2, RFC 7009 §2.2.1, RFC 6750 §3.1; `invalid_redirect_uri` is ours. */
export interface OAuthFailure {
  readonly status: 400 | 401 | 403 | 404 | 413 | 429 | 500 | 503;
  readonly error: string;
  readonly description: string;
}

export function oauthFailure(status: OAuthFailure["status"], error: string, description: string): OAuthFailure {
  return { status, error, description };
}

export const NO_STORE = { "cache-control": "no-store", pragma: "no-cache" };
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

export function redirectTo(location: string, status: 302 | 303): Response {
  return new Response(null, { status, headers: { location, ...NO_STORE, "referrer-policy": "no-referrer" } });
}
