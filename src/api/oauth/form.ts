/** Parameters of OAuth requests: each at most once (RFC 6749 §3.1, §3.2), and an empty one is an absent one. */
import { fail, ok, type Result } from "../../core/failure.ts";
import { equalSecrets, sha256Hex } from "../../platform/identifiers.ts";
import type { ApiDeps } from "../deps.ts";
import { findClient, type OAuthClientRow } from "../oauth-client-rows.ts";
import { INVALID_CLIENT, oauthFailure, type OAuthFailure } from "./answers.ts";

const MAX_FORM_BYTES = 64 * 1024;

export type Form = ReadonlyMap<string, string>;

/** Null: a parameter is there twice. */
function readParameters(parameters: URLSearchParams): Form | null {
  const form = new Map<string, string>();
  for (const [name, value] of parameters) {
    if (form.has(name)) return null;
    form.set(name, value);
  }
  return new Map([...form].filter(([, value]) => value !== ""));
}

/** The body of a form, within its limit. */
export async function readForm(request: Request): Promise<Result<Form, OAuthFailure>> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") {
    return fail(oauthFailure(400, "invalid_request", "The body must be application/x-www-form-urlencoded."));
  }
  const text = await readText(request);
  if (text === null)
    return fail(oauthFailure(413, "invalid_request", `The body has more than ${MAX_FORM_BYTES} bytes.`));
  const form = readParameters(new URLSearchParams(text));
  return form === null ? fail(oauthFailure(400, "invalid_request", "A parameter is there more than once.")) : ok(form);
}

/** Null: it is above the limit. */
export async function readText(request: Request): Promise<string | null> {
  if (request.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let sizeBytes = 0;
  for await (const chunk of request.body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > MAX_FORM_BYTES) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

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
