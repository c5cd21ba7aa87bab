/** Where people are sent after they signed in. */
const DEFAULT_PATH = "/sign-in";
const MAX_LENGTH = 8_192;

/** A path of ours with its query, as URLs are read, or the sign-in page for anything else. */
export function readReturnPath(text: string | null): string {
  if (text === null || text.length > MAX_LENGTH || !/^\/(?![/\\])[\x21-\x7e]*$/.test(text)) return DEFAULT_PATH;
  const base = "https://gateway.invalid";
  const url = URL.parse(text, base);
  if (url === null || url.origin !== base || url.pathname.startsWith("//")) return DEFAULT_PATH;
  return url.pathname + url.search;
}
