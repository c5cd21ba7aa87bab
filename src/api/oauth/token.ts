/**
 * `POST /v1/oauth/token`: the protocol is `@node-oauth/oauth2-server`'s, single use and rotation are the OAuthServer object's. The
 * library asks what is there, checks it, and asks for tokens to be saved; that last step is the object's one decision.
 */
import OAuth2Server from "@node-oauth/oauth2-server";
import { formatOAuthToken, organizationOfToken } from "../../contract/oauth-token.ts";
import type { IssueReply } from "../../contract/oauth-rpc.ts";
import {
  ACCESS_TOKEN_LIFETIME_MS,
  OAUTH_SCOPES,
  REFRESH_TOKEN_LIFETIME_MS,
  type OAuthScope,
} from "../../core/oauth-family.ts";
import { sha256Hex } from "../../platform/identifiers.ts";
import { openText, sealText } from "../../platform/sealed-text.ts";
import type { ApiDeps } from "../deps.ts";
import { scopesOf, type OAuthClientRow } from "../oauth-client-rows.ts";
import { answerFailure, answerJson, oauthFailure, type OAuthFailure } from "../pages/answers.ts";
import { UNAVAILABLE } from "./application-answers.ts";
import type { Form } from "../pages/form.ts";
import { readClientForm } from "./client-form.ts";

const GRANTS = ["authorization_code", "refresh_token"];
const UNSUPPORTED_GRANT = oauthFailure(400, "unsupported_grant_type", `One of: ${GRANTS.join(", ")}.`);
const { InvalidGrantError, InvalidRequestError, InvalidScopeError, OAuthError, ServerError } = OAuth2Server;

type Model = OAuth2Server.AuthorizationCodeModel & OAuth2Server.RefreshTokenModel;

/** Answers a token request. */
export async function answerToken(deps: ApiDeps, request: Request, requestId: string): Promise<Response> {
  const read = await readClientForm(deps, request);
  if (!read.ok) return answerFailure(read.failure);
  const { form, client } = read.value;
  const grantType = form.get("grant_type");
  if (grantType === undefined) return answerFailure(oauthFailure(400, "invalid_request", "grant_type is missing."));
  if (!GRANTS.includes(grantType)) return answerFailure(UNSUPPORTED_GRANT);

  const issue = new TokenIssue(deps, client, form);
  try {
    await exchange(issue.model(), client, form);
    if (issue.answer === null) throw new Error("the library saved no token");
    return answerJson(issue.answer);
  } catch (error) {
    if (issue.isUnavailable) return answerFailure(UNAVAILABLE);
    const failure = failureOf(error);
    if (failure.status === 500) deps.reportError(error, requestId);
    return answerFailure(failure);
  }
}

/** Runs the library on what was read: the client is authenticated already, and so is named without its secret. */
async function exchange(model: Model, client: OAuthClientRow, form: Form): Promise<void> {
  const body = { ...Object.fromEntries(form), client_id: client.id, client_secret: undefined };
  const server = new OAuth2Server({
    model,
    accessTokenLifetime: ACCESS_TOKEN_LIFETIME_MS / 1_000,
    refreshTokenLifetime: REFRESH_TOKEN_LIFETIME_MS / 1_000,
    requireClientAuthentication: { authorization_code: false, refresh_token: false },
  });
  const headers = { "content-type": "application/x-www-form-urlencoded", "content-length": "1" };
  await server.token(
    new OAuth2Server.Request({ method: "POST", query: {}, headers, body }),
    new OAuth2Server.Response(),
  );
}

function failureOf(error: unknown): OAuthFailure {
  if (!(error instanceof OAuthError) || error.name === "server_error") {
    return oauthFailure(500, "server_error", "A fault of this gateway.");
  }
  return oauthFailure(400, error.name, error.message);
}

/** What the library asks for, for one request. */
class TokenIssue {
  /** The body of the answer, once there is one. */
  answer: string | null = null;
  isUnavailable = false;
  readonly #deps: ApiDeps;
  readonly #client: OAuthClientRow;
  readonly #form: Form;

  constructor(deps: ApiDeps, client: OAuthClientRow, form: Form) {
    this.#deps = deps;
    this.#client = client;
    this.#form = form;
  }

  model(): Model {
    const { organizationId } = this.#client;
    const newToken = (kind: "access" | "refresh") => async () =>
      formatOAuthToken(kind, organizationId, this.#deps.newSecret());
    return {
      getClient: async () => this.#clientData(),
      getAuthorizationCode: (code) => this.#findCode(code),
      getRefreshToken: (token) => this.#findRefreshToken(token),
      // Nothing is used up before the last step, which decides whether it may be.
      revokeAuthorizationCode: async () => true,
      revokeToken: async () => true,
      generateAccessToken: newToken("access"),
      generateRefreshToken: newToken("refresh"),
      saveToken: (token, client, user) => this.#save(token, client, user),
      // Asked for by other endpoints of the library alone, which are not used here.
      getAccessToken: async () => null,
      saveAuthorizationCode: async () => null,
    };
  }

  #clientData(): OAuth2Server.Client {
    return { id: this.#client.id, grants: GRANTS };
  }

  async #findCode(code: string): Promise<OAuth2Server.AuthorizationCode | null> {
    if (organizationOfToken("code", code) !== this.#client.organizationId) return null;
    const view = await this.#server().findCode(await sha256Hex(code));
    if (view === null || view.clientId !== this.#client.id) return null;
    const redirectUri = this.#form.get("redirect_uri");
    if (redirectUri === undefined) throw new InvalidRequestError("Missing parameter: `redirect_uri`");
    if (redirectUri !== view.redirectUri) {
      throw new InvalidGrantError("Invalid grant: `redirect_uri` is not the one of the authorization request");
    }
    return {
      authorizationCode: code,
      expiresAt: new Date(view.expiresAtMs),
      // Compared already, with the error of RFC 6749 §5.2.
      redirectUri: "",
      scope: this.#stillAllowed(view.scopes),
      client: this.#clientData(),
      user: { id: view.memberId },
      codeChallenge: view.codeChallenge,
      codeChallengeMethod: "S256",
    };
  }

  async #findRefreshToken(token: string): Promise<OAuth2Server.RefreshToken | null> {
    if (organizationOfToken("refresh", token) !== this.#client.organizationId) return null;
    const view = await this.#server().findRefreshToken(await sha256Hex(token));
    if (view === null || view.clientId !== this.#client.id) return null;
    const scope = this.#stillAllowed(view.scopes);
    return { refreshToken: token, scope, client: this.#clientData(), user: { id: view.memberId } };
  }

  /** What was consented to and has not been taken from the client since. */
  #stillAllowed(consented: readonly OAuthScope[]): OAuthScope[] {
    const allowed = scopesOf(this.#client);
    const scopes = consented.filter((scope) => allowed.includes(scope));
    if (scopes.length === 0) throw new InvalidScopeError("Invalid scope: the client may ask for none of the consent's");
    return scopes;
  }

  async #save(
    token: OAuth2Server.Token,
    client: OAuth2Server.Client,
    user: OAuth2Server.User,
  ): Promise<OAuth2Server.Token> {
    const { accessToken, refreshToken, scope } = token;
    if (refreshToken === undefined) throw new ServerError("a refresh token belongs to every answer");
    const scopes = OAUTH_SCOPES.filter((known) => scope?.includes(known) === true);
    const answer = JSON.stringify({
      access_token: accessToken,
      token_type: "Bearer",
      expires_in: ACCESS_TOKEN_LIFETIME_MS / 1_000,
      refresh_token: refreshToken,
      scope: scopes.join(" "),
    });
    const hashes = { accessSha256: await sha256Hex(accessToken), refreshSha256: await sha256Hex(refreshToken) };
    const { authorizationCode } = token;
    if (typeof authorizationCode === "string") {
      const codeSha256 = await sha256Hex(authorizationCode);
      this.answer = await this.#take(await this.#server().redeemCode({ codeSha256, scopes, ...hashes }), answer);
    } else {
      this.answer = await this.#rotate(answer, scopes, hashes);
    }
    return { ...token, client, user };
  }

  async #rotate(
    answer: string,
    scopes: readonly OAuthScope[],
    hashes: { readonly accessSha256: string; readonly refreshSha256: string },
  ): Promise<string> {
    const presented = this.#form.get("refresh_token") ?? "";
    const requestSha256 = await sha256Hex(JSON.stringify([this.#client.id, scopes]));
    const secret = { token: presented, salt: requestSha256 };
    const reply = await this.#server().rotate({
      presentedSha256: await sha256Hex(presented),
      requestSha256,
      scopes,
      sealedAnswer: await sealText(answer, secret, this.#client.id),
      ...hashes,
    });
    return this.#take(reply, answer, (sealed) => openText(sealed, secret, this.#client.id));
  }

  async #take(
    reply: IssueReply,
    answer: string,
    open?: (sealed: Uint8Array) => Promise<string | null>,
  ): Promise<string> {
    if (reply.outcome === "issued") return answer;
    const repeated = reply.outcome === "repeated" ? await open?.(reply.sealedAnswer) : null;
    if (typeof repeated === "string") return repeated;
    this.isUnavailable = reply.outcome === "unavailable";
    throw new InvalidGrantError("Invalid grant: it is expired, revoked, or was used before");
  }

  #server() {
    return this.#deps.oauthServer(this.#client.organizationId);
  }
}
