/** An application and its user, over HTTP. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Session } from "../../src/platform/session.ts";
import { sha256Hex } from "../../src/platform/identifiers.ts";
import { call, deps, makeOrganization, oauthServerOf, send, signedIn, textOf, type Json } from "./worker-api.ts";
import { stubOf } from "./worker-organization.ts";

export const REDIRECT_URI = "https://editor.example/callback?from=kt";
/** RFC 7636, Appendix B. */
export const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
export const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
export const ISSUER = "https://edge.test";

export interface Application {
  readonly organizationId: string;
  readonly accessKey: string;
  readonly session: Session;
  readonly clientId: string;
  /** Null: it is public. */
  readonly secret: string | null;
}

export async function makeApplication(
  client: Readonly<Record<string, unknown>> = {},
  credit = "10",
): Promise<Application> {
  const { id, token } = await makeOrganization({ credit });
  const member = await call("POST /v1/members", { token, body: { email: "ada@acme.example", name: "Ada <b>" } });
  const session = { memberId: textOf(member.body["id"]), organizationId: id, name: "Ada <b>" };
  signedIn.session = session;
  const made = await registerClient(token, client);
  return { organizationId: id, accessKey: token, session, ...made };
}

/** A member's consent to an application, without its pages and its record. Gives its id. */
export async function makeGrant(organizationId: string, memberId: string): Promise<string> {
  const server = deps.oauthServer(organizationId);
  const grantId = deps.newId("ogr");
  const [consentSha256, codeSha256] = [await sha256Hex(`consent ${grantId}`), await sha256Hex(`code ${grantId}`)];
  const request = {
    clientId: "ocl_1",
    clientName: "Editor",
    redirectUri: REDIRECT_URI,
    scopes: ["inference"],
    codeChallenge: CHALLENGE,
    state: null,
  } as const;
  await server.openConsent({
    consentSha256,
    memberId,
    request,
    expiresAtMs: Date.now() + 600_000,
    mayCloseOldest: true,
  });
  await server.decideConsent({ consentSha256, memberId, approval: { grantId, codeSha256, spendCap: null } });
  return grantId;
}

export async function registerClient(
  accessKey: string,
  client: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly clientId: string; readonly secret: string | null }> {
  const body = { name: "Editor", type: "public", redirect_uris: [REDIRECT_URI], ...client };
  const made = await call("POST /v1/unified-access/oauth-clients", { token: accessKey, body });
  const secret: unknown = made.body["client_secret"];
  return { clientId: textOf(made.body["client_id"]), secret: typeof secret === "string" ? secret : null };
}

type Values = Readonly<Record<string, string>>;
/** Values that are undefined are left out. */
type SomeValues = Readonly<Record<string, string | undefined>>;

function encode(values: SomeValues): string {
  const given = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new URLSearchParams(given).toString();
}

/** Where the user's browser is sent. */
export function authorizePath({ clientId }: Application, rest: SomeValues = {}): string {
  return `/v1/oauth/authorize?${encode({
    response_type: "code",
    client_id: clientId,
    redirect_uri: REDIRECT_URI,
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
    state: "s&1",
    ...rest,
  })}`;
}

export function visit(path: string, headers: Values = { accept: "text/html" }): Promise<Response> {
  return send(`GET ${path}`, { token: null, headers });
}

export function sendForm(path: string, values: SomeValues, headers: Values = {}): Promise<Response> {
  return send(`POST ${path}`, {
    token: null,
    body: encode(values),
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
  });
}

/** What the consent page's form has hidden. */
export async function consentOf(application: Application, rest: SomeValues = {}): Promise<string> {
  const page = await visit(authorizePath(application, rest));
  const html = await page.text();
  return textOf(/name="consent" value="([^"]+)"/.exec(html)?.[1]);
}

export function locationOf(response: Response): URL {
  return new URL(textOf(response.headers.get("location")));
}

/** A code, by the user's consent. */
export async function codeOf(application: Application, rest: SomeValues = {}, form: Values = {}): Promise<string> {
  const consent = await consentOf(application, rest);
  const decided = await sendForm("/v1/oauth/authorize", { consent, decision: "approve", ...form });
  return textOf(locationOf(decided).searchParams.get("code"));
}

export interface TokenReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Json;
}

export async function requestToken(values: SomeValues, headers: Values = {}): Promise<TokenReply> {
  const response = await sendForm("/v1/oauth/token", values, headers);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
}

function clientFields({ clientId, secret }: Application): SomeValues {
  return { client_id: clientId, ...(secret === null ? {} : { client_secret: secret }) };
}

export function redeem(application: Application, code: string, rest: SomeValues = {}): Promise<TokenReply> {
  return requestToken({
    grant_type: "authorization_code",
    code,
    redirect_uri: REDIRECT_URI,
    code_verifier: VERIFIER,
    ...clientFields(application),
    ...rest,
  });
}

export function refresh(application: Application, refreshToken: string, rest: SomeValues = {}): Promise<TokenReply> {
  return requestToken({
    grant_type: "refresh_token",
    refresh_token: refreshToken,
    ...clientFields(application),
    ...rest,
  });
}

export interface Tokens {
  readonly access: string;
  readonly refresh: string;
}

export function tokensOf(reply: TokenReply): Tokens {
  if (reply.status !== 200) throw new Error(reply.text);
  return { access: textOf(reply.body["access_token"]), refresh: textOf(reply.body["refresh_token"]) };
}

export async function signIn(application: Application, rest: SomeValues = {}, form: Values = {}): Promise<Tokens> {
  return tokensOf(await redeem(application, await codeOf(application, rest, form)));
}

export function userinfo(access: string): Promise<Response> {
  return send("GET /v1/oauth/userinfo", { token: access });
}

export function revoke(application: Application, token: string, rest: SomeValues = {}): Promise<Response> {
  return sendForm("/v1/oauth/revoke", { token, ...clientFields(application), ...rest });
}

/** The audit log of the organization, as it is stored. */
export async function auditTextOf(organizationId: string): Promise<string> {
  const { results } = await env.CONTROL_DB.prepare("SELECT * FROM audit_log WHERE organization_id = ?")
    .bind(organizationId)
    .all();
  return JSON.stringify(results);
}

/** Every row of both objects of the organization, of its clients and of its audit log. */
export async function storedTextOf(organizationId: string): Promise<string> {
  const dump = (_: unknown, { storage }: DurableObjectState): string => {
    const tables = storage.sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
      )
      .toArray();
    const rows = tables.flatMap(({ name }) => storage.sql.exec(`SELECT * FROM "${name}"`).toArray());
    return JSON.stringify(rows, (_key, value: unknown) =>
      value instanceof ArrayBuffer ? new TextDecoder("latin1").decode(value) : value,
    );
  };
  const clients = await env.CONTROL_DB.prepare("SELECT * FROM oauth_clients").all();
  return [
    await runInDurableObject(oauthServerOf(organizationId), dump),
    await runInDurableObject(stubOf(organizationId), dump),
    JSON.stringify(clients.results),
    await auditTextOf(organizationId),
  ].join("\n");
}
