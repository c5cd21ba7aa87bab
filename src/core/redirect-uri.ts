/** Where applications may have their users sent back to (RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §4.1). */

export const MAX_REDIRECT_URI_LENGTH = 2_048;

/** What is added on the way back; an address that has one already would say it twice (RFC 6749 §4.1.2, RFC 9207). */
const ANSWER_PARAMETERS = ["code", "state", "iss", "error", "error_description"];
/** Other characters that hosts may have would be patterns or separators where a host is named in a header. */
const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/;
/** Without the slashes a browser takes the rest for a path of ours, or reads backslashes as slashes. */
const WEB_ADDRESS = /^https?:\/\/[^/\\]/i;

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(["127.0.0.1", "[::1]", "localhost"]);

/**
 * The rule that an address breaks; null when it may be registered: https, http on the application's own machine, or a private-use
 * scheme that has a dot, as a reversed domain name has.
 */
export function findRedirectUriProblem(text: string): string | null {
  if (text.length > MAX_REDIRECT_URI_LENGTH) return `at most ${MAX_REDIRECT_URI_LENGTH} characters`;
  const url = URL.parse(text);
  if (url === null || !/^[\x21-\x7e]+$/.test(text)) return "expected an absolute address";
  if (text.includes("#")) return "an address must not have a fragment";
  if (url.username !== "" || url.password !== "") return "an address must not contain credentials";
  const repeated = ANSWER_PARAMETERS.find((name) => url.searchParams.has(name));
  if (repeated !== undefined) return `an address must not have the parameter ${repeated}, which every answer has`;
  if (url.protocol.includes(".")) return null;
  const isWeb = WEB_ADDRESS.test(text) && !text.includes("\\") && HOST.test(url.hostname);
  if (isWeb && url.protocol === "https:") return null;
  const isLoopback = isWeb && url.protocol === "http:" && LOOPBACK_HOSTS.has(url.hostname);
  return isLoopback
    ? null
    : "expected https, http on 127.0.0.1, [::1] or localhost, or a scheme such as com.example.app";
}
