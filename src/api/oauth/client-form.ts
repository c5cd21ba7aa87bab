/** Forms of clients: who sends them, authenticated as their type has to (RFC 6749 §2.3). */
import { fail, ok, type Result } from "../../core/failure.ts";
import { equalSecrets, sha256Hex } from "../../platform/identifiers.ts";
import type { ApiDeps } from "../deps.ts";
import { findClient, type OAuthClientRow } from "../oauth-client-rows.ts";
import { oauthFailure, type OAuthFailure } from "../pages/answers.ts";
import { readForm, type Form } from "../pages/form.ts";
import { INVALID_CLIENT } from "./application-answers.ts";

interface ClientCredentials {
  readonly clientId: string;
  /** Null: it names itself only. */
  readonly secret: string | null;
}

/** By HTTP Basic or in the form, never both (RFC 6749 §2.3). */
function readClientCredentials(headers: Headers, form: Form): Result<ClientCredentials, OAuthFailure> {
  const inForm = { clientId: form.get("client_id") ?? null, secret: form.get("client_secret") ?? null };
  const authorization = headers.get("authorization");
  if (authorization === null) {
    const { clientId, secret } = inForm;
    if (clientId === null) return fail(oauthFailure(401, "invalid_client", "The client does not say who it is."));
    return ok({ clientId, secret });
  }
  const basic = readBasic(authorization);
  if (basic === null) return fail(INVALID_CLIENT);
  const contradicts = inForm.clientId !== null && inForm.clientId !== basic.clientId;
  if (inForm.secret !== null || contradicts) {
    return fail(oauthFailure(400, "invalid_request", "The client authenticates in two ways."));
  }
  return ok(basic);
}

function readBasic(authorization: string): ClientCredentials | null {
  const encoded = /^Basic +([A-Za-z0-9+/]+=*) *$/i.exec(authorization)?.[1];
  if (encoded === undefined) return null;
  try {
    const [clientId, ...rest] = atob(encoded).split(":").map(decodePart);
    return clientId === undefined || clientId === "" ? null : { clientId, secret: rest.join(":") || null };
  } catch {
    return null;
  }
}

/** Both are form-encoded before they are joined (RFC 6749 §2.3.1). */
function decodePart(part: string): string {
  return decodeURIComponent(part.replaceAll("+", " "));
}

/** The form of a request to an endpoint of clients, and the client that sends it. */
export async function readClientForm(
  deps: ApiDeps,
  request: Request,
): Promise<Result<{ readonly form: Form; readonly client: OAuthClientRow }, OAuthFailure>> {
  const form = await readForm(request);
  if (!form.ok) return form;
  const credentials = readClientCredentials(request.headers, form.value);
  if (!credentials.ok) return credentials;
  const client = await verifyClient(deps, credentials.value);
  return client === null ? fail(INVALID_CLIENT) : ok({ form: form.value, client });
}

/** Null: unknown, or not authenticated as its type has to. The secret is compared in constant time. */
async function verifyClient(deps: ApiDeps, { clientId, secret }: ClientCredentials): Promise<OAuthClientRow | null> {
  const client = await findClient(deps, clientId);
  if (client === null) return null;
  if (client.secretSha256 === null) return secret === null ? client : null;
  const isGenuine = secret !== null && (await equalSecrets(await sha256Hex(secret), client.secretSha256));
  return isGenuine ? client : null;
}
