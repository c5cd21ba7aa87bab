/** What an application asks of its user (RFC 6749 §4.1.1, RFC 7636 §4.3). */
import type { AuthorizationRequest } from "../../contract/oauth-rpc.ts";
import { OAUTH_SCOPES, type OAuthScope } from "../../core/oauth-family.ts";
import type { ApiDeps } from "../deps.ts";
import { findClient, redirectUrisOf, scopesOf, type OAuthClientRow } from "../oauth-client-rows.ts";
import { oauthFailure, type OAuthFailure } from "../pages/answers.ts";

const MAX_STATE_LENGTH = 2_048;

export type ReadRequest =
  | { readonly outcome: "valid"; readonly client: OAuthClientRow; readonly request: AuthorizationRequest }
  /** Told to whoever asked: it may be anybody, or it asks without what protects the code on its way. */
  | { readonly outcome: "refused"; readonly failure: OAuthFailure }
  /** Told to the application. */
  | {
      readonly outcome: "sent_back";
      readonly redirectUri: string;
      readonly state: string | null;
      readonly error: string;
      readonly description: string;
    };

/** Reads and checks the parameters. Nothing is sent to an address that the client has not registered, to the letter. */
export async function readAuthorizationRequest(deps: ApiDeps, parameters: URLSearchParams): Promise<ReadRequest> {
  const clientId = only(parameters, "client_id");
  const client = clientId === null ? null : await findClient(deps, clientId);
  if (client === null) return refuse("invalid_client", "There is no such client.");
  const redirectUri = only(parameters, "redirect_uri");
  if (redirectUri === null || !redirectUrisOf(client).includes(redirectUri)) {
    return refuse("invalid_redirect_uri", "redirect_uri is missing, or is none that the client has registered.");
  }
  const codeChallenge = only(parameters, "code_challenge");
  if (only(parameters, "code_challenge_method") !== "S256" || !/^[A-Za-z0-9_-]{43}$/.test(codeChallenge ?? "")) {
    return refuse("invalid_request", "A code_challenge with code_challenge_method=S256 is required.");
  }
  const state = only(parameters, "state");
  const sendBack = (error: string, description: string): ReadRequest => ({
    outcome: "sent_back",
    redirectUri,
    state: state !== null && state.length > MAX_STATE_LENGTH ? null : state,
    error,
    description,
  });
  const repeated = [...parameters.keys()].find((name) => parameters.getAll(name).length > 1);
  if (repeated !== undefined) return sendBack("invalid_request", "A parameter is there more than once.");
  if (state !== null && state.length > MAX_STATE_LENGTH) return sendBack("invalid_request", "state is too long.");
  const responseType = only(parameters, "response_type");
  if (responseType === null) return sendBack("invalid_request", "response_type is missing.");
  if (responseType !== "code") return sendBack("unsupported_response_type", "Only response_type=code is supported.");
  const scopes = readAskedScopes(only(parameters, "scope"), scopesOf(client));
  if (scopes === null) return sendBack("invalid_scope", "The client may not ask for this scope.");
  const request = { clientId: client.id, clientName: client.name, redirectUri, scopes, state };
  return { outcome: "valid", client, request: { ...request, codeChallenge: codeChallenge ?? "" } };
}

/** Null: absent, empty, or there more than once. */
function only(parameters: URLSearchParams, name: string): string | null {
  const values = parameters.getAll(name);
  return values.length === 1 ? values[0] || null : null;
}

/** Without a scope all that the client may ask for. Null: more than that. */
function readAskedScopes(text: string | null, allowed: readonly OAuthScope[]): readonly OAuthScope[] | null {
  if (text === null) return allowed;
  const named = text.split(" ").filter((scope) => scope !== "");
  const scopes = OAUTH_SCOPES.filter((scope) => named.includes(scope) && allowed.includes(scope));
  return named.length > 0 && named.every((scope) => scopes.some((known) => known === scope)) ? scopes : null;
}

function refuse(error: string, description: string): ReadRequest {
  return { outcome: "refused", failure: oauthFailure(400, error, description) };
}
