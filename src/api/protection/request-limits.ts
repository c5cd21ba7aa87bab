/** How large the head of a request may be. Its body has a limit of its own wherever one is read. */
import type { Failure } from "../../core/failure.ts";

export const MAX_URL_CHARACTERS = 8_192;
export const MAX_HEADER_CHARACTERS = 32_768;

/** Null: it is within the limits. */
export function findOversize(request: Request): Failure | null {
  if (request.url.length > MAX_URL_CHARACTERS) return { kind: "url_too_long", limitCharacters: MAX_URL_CHARACTERS };
  let characters = 0;
  for (const [name, value] of request.headers) characters += name.length + value.length;
  return characters > MAX_HEADER_CHARACTERS
    ? { kind: "headers_too_large", limitCharacters: MAX_HEADER_CHARACTERS }
    : null;
}
