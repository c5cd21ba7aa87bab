import { OAUTH_SCOPES } from "../../../src/core/oauth-family.ts";
import type { OAuthScope } from "../../../src/core/oauth-family.ts";

/** Scopes of a column, where they are separated by spaces. */
export function readScopes(text: string): readonly OAuthScope[] {
  const named = text.split(" ");
  return OAUTH_SCOPES.filter((scope) => named.includes(scope));
}
