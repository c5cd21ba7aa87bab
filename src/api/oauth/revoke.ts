/** `POST /v1/oauth/revoke` (RFC 7009): an access token by itself, a refresh token with everything of its consent. */
import { organizationOfToken } from "../../contract/oauth-token.ts";
import type { RevokeReply } from "../../contract/oauth-rpc.ts";
import { sha256Hex } from "../../platform/identifiers.ts";
import type { ApiDeps } from "../deps.ts";
import { answerFailure, answerJson, oauthFailure } from "../pages/answers.ts";
import { UNAVAILABLE } from "./application-answers.ts";
import { readClientForm } from "./client-form.ts";

/** Answers when the next request with the token is refused. A token that is not known is revoked already. */
export async function answerRevoke(deps: ApiDeps, request: Request): Promise<Response> {
  const read = await readClientForm(deps, request);
  if (!read.ok) return answerFailure(read.failure);
  const { form, client } = read.value;
  const token = form.get("token");
  if (token === undefined) return answerFailure(oauthFailure(400, "invalid_request", "token is missing."));

  // Its form says what it is, so that the hint is not needed.
  switch (await revoke(deps, token, { clientId: client.id, organizationId: client.organizationId })) {
    case "revoked":
    case "unknown":
      return answerJson("{}");
    case "of_another_client":
      return answerFailure(oauthFailure(400, "unauthorized_client", "The token was given to another client."));
    case "unavailable":
      return answerFailure(UNAVAILABLE);
  }
}

async function revoke(
  deps: ApiDeps,
  token: string,
  { clientId, organizationId }: { readonly clientId: string; readonly organizationId: string },
): Promise<RevokeReply> {
  const named = { tokenSha256: await sha256Hex(token), clientId };
  if (organizationOfToken("refresh", token) === organizationId) {
    return deps.oauthServer(organizationId).revokeRefreshToken(named);
  }
  if (organizationOfToken("access", token) !== organizationId) return "unknown";
  const reply = await deps.organization(organizationId).revokeOAuthToken(named);
  return reply.outcome === "found" ? reply.value : "unavailable";
}
