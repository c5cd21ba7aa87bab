/** What the OAuth endpoints alone answer to applications. */
import { oauthFailure, redirectTo } from "../pages/answers.ts";

export const UNAVAILABLE = oauthFailure(503, "temporarily_unavailable", "Nothing was used up. Try again in a moment.");
export const INVALID_CLIENT = oauthFailure(401, "invalid_client", "The client is unknown, or its secret is wrong.");

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
