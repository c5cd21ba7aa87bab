/** The OAuth 2.0 endpoints (docs/oauth.md). They speak the protocol's own forms, errors and redirects, not those of our API. */
import { OAUTH_SCOPES } from "../../core/oauth-family.ts";
import type { ApiDeps } from "../deps.ts";
import { refuse } from "../respond.ts";
import type { Api } from "../route.ts";
import { ANY_ORIGIN, answerFailure, answerJson, oauthFailure } from "../pages/answers.ts";
import { decideConsent, showConsent } from "./authorize.ts";
import { describeOAuth } from "./reference.ts";
import { answerRevoke } from "./revoke.ts";
import { answerToken } from "./token.ts";
import { answerUserinfo } from "./userinfo.ts";

type Answer = (request: Request, requestId: string) => Promise<Response>;

interface Endpoint {
  readonly methods: Readonly<Partial<Record<"GET" | "POST", Answer>>>;
  /** Applications may call it from a browser. */
  readonly isShared: boolean;
}

export function addOAuthRoutes(api: Api, deps: ApiDeps): void {
  describeOAuth(api);
  const endpoints: Readonly<Record<string, Endpoint>> = {
    "/v1/oauth/authorize": {
      methods: {
        GET: (request) => showConsent(deps, request),
        POST: (request, requestId) => decideConsent(deps, request, requestId),
      },
      isShared: false,
    },
    "/v1/oauth/token": {
      methods: { POST: (request, requestId) => answerToken(deps, request, requestId) },
      isShared: true,
    },
    "/v1/oauth/revoke": { methods: { POST: (request) => answerRevoke(deps, request) }, isShared: true },
    "/v1/oauth/userinfo": { methods: { GET: (request) => answerUserinfo(deps, request) }, isShared: true },
    "/.well-known/oauth-authorization-server": { methods: { GET: answerMetadata }, isShared: true },
  };
  for (const [path, endpoint] of Object.entries(endpoints)) {
    api.all(path, async (c) => answerEndpoint(deps, endpoint, c.req.raw, c.get("requestId")));
  }
}

async function answerEndpoint(
  deps: ApiDeps,
  { methods, isShared }: Endpoint,
  request: Request,
  requestId: string,
): Promise<Response> {
  const allowed = Object.keys(methods);
  if (isShared && request.method === "OPTIONS") return answerPreflight(allowed);
  const method = request.method === "GET" || request.method === "POST" ? request.method : null;
  const answer = method === null ? undefined : methods[method];
  if (answer === undefined) return refuse({ kind: "method_not_allowed", allowed }, { requestId, nowMs: deps.nowMs() });
  try {
    return await answer(request, requestId);
  } catch (error) {
    deps.reportError(error, requestId);
    return answerFailure(oauthFailure(500, "server_error", "A fault of this gateway."));
  }
}

function answerPreflight(allowed: readonly string[]): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...ANY_ORIGIN,
      "access-control-allow-methods": allowed.join(", "),
      "access-control-allow-headers": "authorization, content-type",
      "access-control-max-age": "86400",
    },
  });
}

/** RFC 8414 §2. */
async function answerMetadata(request: Request): Promise<Response> {
  const issuer = new URL(request.url).origin;
  const methods = ["none", "client_secret_basic", "client_secret_post"];
  const metadata = {
    issuer,
    authorization_endpoint: `${issuer}/v1/oauth/authorize`,
    token_endpoint: `${issuer}/v1/oauth/token`,
    revocation_endpoint: `${issuer}/v1/oauth/revoke`,
    userinfo_endpoint: `${issuer}/v1/oauth/userinfo`,
    scopes_supported: OAUTH_SCOPES,
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    grant_types_supported: ["authorization_code", "refresh_token"],
    code_challenge_methods_supported: ["S256"],
    token_endpoint_auth_methods_supported: methods,
    revocation_endpoint_auth_methods_supported: methods,
    authorization_response_iss_parameter_supported: true,
  };
  return answerJson(JSON.stringify(metadata));
}
