/** `GET /v1/oauth/userinfo`: for whom an access token acts. */
import { and, eq } from "drizzle-orm";
import { readToken } from "../../contract/caller-headers.ts";
import { organizationOfToken } from "../../contract/oauth-token.ts";
import { members } from "../../platform/d1/control-schema.ts";
import { sha256Hex } from "../../platform/identifiers.ts";
import type { ApiDeps } from "../deps.ts";
import { answerFailure, answerJson, oauthFailure } from "../pages/answers.ts";
import { UNAVAILABLE } from "./application-answers.ts";

export async function answerUserinfo(deps: ApiDeps, request: Request): Promise<Response> {
  const token = readToken(request.headers);
  if (token === null) return challenge('Bearer realm="oauth"');
  const organizationId = organizationOfToken("access", token);
  if (organizationId === null) return challenge(INVALID_TOKEN);
  const reply = await deps.organization(organizationId).oauthToken(await sha256Hex(token));
  if (reply.outcome === "refused") {
    return reply.failure.kind === "wallet_unavailable" ? answerFailure(UNAVAILABLE) : challenge(INVALID_TOKEN);
  }
  const { grant, scopes } = reply.value;
  const rows = await deps.db
    .select({ name: members.name })
    .from(members)
    .where(and(eq(members.id, grant.memberId), eq(members.organizationId, organizationId)));
  if (rows[0] === undefined) return challenge(INVALID_TOKEN);
  return answerJson(
    JSON.stringify({
      sub: grant.memberId,
      name: rows[0].name,
      organization_id: organizationId,
      client_id: grant.clientId,
      scope: scopes.join(" "),
    }),
  );
}

const INVALID_TOKEN = 'Bearer realm="oauth", error="invalid_token", error_description="expired, revoked or unknown"';

/** RFC 6750 §3: a request without a token learns no error. */
function challenge(header: string): Response {
  const answer = answerFailure(oauthFailure(401, "invalid_token", "The access token is missing, expired or revoked."));
  answer.headers.set("www-authenticate", header);
  return answer;
}
