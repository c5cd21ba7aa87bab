/** The OAuth endpoints of the real bundle, as far as nobody can sign in: the protocol library runs in it, and nothing is given away. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { createOrganization, type TestOrganization } from "../support/organization.ts";

let gateway: TestGateway;
let organization: TestOrganization;
let clientId = "";

beforeAll(async () => {
  gateway = await startTestGateway();
  organization = await createOrganization(gateway, { credit: "10" });
  const client = { name: "Editor", type: "public", redirect_uris: ["http://127.0.0.1:7777/callback"] };
  const made = await organization.call("POST", "/v1/unified-access/oauth-clients", client);
  expect(made.status).toBe(201);
  clientId = String(made.body["client_id"]);
}, 120_000);

afterAll(async () => gateway.stop());

const request = (path: string, init: RequestInit = {}) =>
  fetch(`${gateway.url}${path}`, { redirect: "manual", ...init });
const form = (values: Readonly<Record<string, string>>): RequestInit => ({
  method: "POST",
  body: new URLSearchParams(values),
});

test("the metadata names the gateway's own address", async () => {
  const answer = await request("/.well-known/oauth-authorization-server");
  expect(await answer.json()).toMatchObject({ issuer: gateway.url, token_endpoint: `${gateway.url}/v1/oauth/token` });
});

test("whoever is not signed in is sent to the sign-in page, whatever headers say", async () => {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: "http://127.0.0.1:7777/callback",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
  });
  const path = `/v1/oauth/authorize?${query.toString()}`;
  const headers = { authorization: `Bearer ${organization.gatewayKey}`, "x-user-id": "usr_1", cookie: "session=usr_1" };
  const answer = await request(path, { headers });
  expect([answer.status, answer.headers.get("location")]).toEqual([
    302,
    `/sign-in?${new URLSearchParams({ return_to: path }).toString()}`,
  ]);
  const decided = await request("/v1/oauth/authorize", {
    ...form({ consent: "x", decision: "approve" }),
    headers: { ...headers, accept: "application/json" },
  });
  expect(decided.status).toBe(401);
});

test("the library refuses a code that was never given", async () => {
  const code = `kt_ac_${organization.id.replace("org_", "")}_${"0".repeat(43)}`;
  const values = { grant_type: "authorization_code", client_id: clientId, code, redirect_uri: "x", code_verifier: "x" };
  const answer = await request("/v1/oauth/token", form(values));
  expect([answer.status, await answer.json()]).toEqual([
    400,
    { error: "invalid_grant", error_description: "Invalid grant: authorization code is invalid" },
  ]);
  const token = { grant_type: "refresh_token", client_id: clientId, refresh_token: code.replace("_ac_", "_rt_") };
  expect((await request("/v1/oauth/token", form(token))).status).toBe(400);
});

test("an access token that was never given is 401 on every endpoint for models", async () => {
  const authorization = `Bearer kt_at_${organization.id.replace("org_", "")}_${"0".repeat(43)}`;
  for (const path of ["/v1/chat/completions", "/v1/responses", "/v1/messages"]) {
    const body = JSON.stringify({
      model: "gpt-5-mini",
      max_tokens: 5,
      messages: [{ role: "user", content: "Hi" }],
      input: "Hi",
    });
    const headers = { authorization, "content-type": "application/json" };
    expect((await request(path, { method: "POST", headers, body })).status, path).toBe(401);
  }
});
