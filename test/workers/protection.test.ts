/** The whole Worker, with its bindings: what surrounds every request. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ROUTE_ACCESS } from "../../src/api/access-table.ts";
import { createApi } from "../../src/api/app.ts";
import { protect } from "../../src/api/protection/protect.ts";
import { atPublicOrigin } from "../../src/api/protection/public-origin.ts";
import worker from "../../src/index.ts";
import { answerConsolePage } from "../../src/platform/console.ts";
import { portsOf } from "../../src/worker-ports.ts";
import { deps, makeOrganization } from "../support/worker-api.ts";

const ORIGIN = "https://app.example";

function requestOf(url: string, init: RequestInit): Request<unknown, IncomingRequestCfProperties> {
  const { method = "GET", headers = {}, body = null } = init;
  return new Request<unknown, IncomingRequestCfProperties>(url, { method, headers, body });
}

async function send(
  path: string,
  init: RequestInit = {},
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Response> {
  const context = createExecutionContext();
  const bindings = Object.keys(variables).length === 0 ? env : Object.assign(Object.create(null), env, variables);
  const answer = await worker.fetch(requestOf(`https://edge.test${path}`, init), bindings, context);
  await waitOnExecutionContext(context);
  return answer;
}

const OF_EVERY_ANSWER = {
  "strict-transport-security": "max-age=31536000",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
};
const OF_OURS = {
  ...OF_EVERY_ANSWER,
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
  "content-security-policy": expect.stringContaining("frame-ancestors 'none'"),
  "permissions-policy": expect.stringContaining("camera=()"),
  "cache-control": "no-store",
};

const PAGES = ["GET /sign-in", "GET /v1/oauth/authorize", "POST /v1/oauth/token", "GET /nothing", "OPTIONS /v1/keys"];

test.each([...Object.keys(ROUTE_ACCESS), ...PAGES])("%s: the answer has the headers of our own", async (name) => {
  const [method = "", path = ""] = name.split(" ");
  const answer = await send(path.replaceAll(/\{\w+\}/g, "x"), { method });
  expect(Object.fromEntries(answer.headers)).toMatchObject(OF_OURS);
});

test("no strict transport is asked for over http", async () => {
  const request = requestOf("http://localhost/healthz", {});
  const answer = await worker.fetch(request, env, createExecutionContext());
  expect(answer.headers.has("strict-transport-security")).toBe(false);
});

test("model traffic passes byte for byte, with the headers that make sense there", async () => {
  const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31) % 256);
  const given = new Response(bytes, { status: 418, headers: { "content-type": "text/event-stream" } });
  const request = new Request("https://edge.test/v1/chat/completions", { method: "POST" });
  const answer = await protect(request, () => given, portsOf(env).protection);
  expect(answer.status).toBe(418);
  expect(Object.fromEntries(answer.headers)).toEqual({ "content-type": "text/event-stream", ...OF_EVERY_ANSWER });
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes);
});

test("an answer whose headers cannot be changed is given on with its body", async () => {
  const given = Response.redirect("https://edge.test/sign-in", 302);
  const answer = await protect(new Request("https://edge.test/x"), () => given, portsOf(env).protection);
  expect(answer.status).toBe(302);
  expect(Object.fromEntries(answer.headers)).toMatchObject({ location: "https://edge.test/sign-in", ...OF_OURS });
});

test("heads that are too large are refused before anything is read", async () => {
  const long = await send(`/v1/keys?cursor=${"x".repeat(8_200)}`);
  expect(long.status).toBe(414);
  expect(await long.json()).toMatchObject({ error: { code: "url_too_long", type: "invalid_request_error" } });
  const headers = { "anthropic-version": "2023-06-01", "x-user-id": "u".repeat(33_000) };
  const large = await send("/v1/messages", { method: "POST", headers });
  expect(large.status).toBe(431);
  expect(await large.json()).toMatchObject({
    type: "error",
    error: { type: "request_too_large", code: "headers_too_large" },
  });
});

test("without the setting no page of another origin may call", async () => {
  const headers = { origin: ORIGIN, "access-control-request-method": "POST" };
  for (const method of ["OPTIONS", "GET"]) {
    const answer = await send("/v1/keys", { method, headers });
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    expect(answer.headers.has("vary")).toBe(false);
  }
});

const SHARED = { CORS_ALLOWED_ORIGINS: `${ORIGIN}, tauri://localhost` };

test.each([
  ["https://app.example", true],
  ["tauri://localhost", true],
  ["https://app.example:8443", false],
  ["http://app.example", false],
  ["https://evil.example", false],
  ["null", false],
])("a page of %s may call: %s", async (origin, may) => {
  const headers = {
    origin,
    "access-control-request-method": "POST",
    "access-control-request-headers": "x-api-key,x-evil",
  };
  const preflight = await send("/v1/messages", { method: "OPTIONS", headers }, SHARED);
  const refused = await send("/v1/messages", { method: "POST", headers: { origin } }, SHARED);
  expect(preflight.status).toBe(may ? 204 : 404);
  expect(preflight.headers.get("access-control-allow-headers")).toBe(may ? "x-api-key" : null);
  expect(refused.status).toBe(401);
  expect(refused.headers.get("access-control-expose-headers")?.includes("x-keeptrusts-cost") ?? false).toBe(may);
  for (const answer of [preflight, refused]) {
    expect(answer.headers.get("access-control-allow-origin")).toBe(may ? origin : null);
    expect(answer.headers.get("vary")?.split(", ")).toContain("origin");
    expect(answer.headers.has("access-control-allow-credentials")).toBe(false);
  }
});

test("any origin may call where the setting says so, but not the pages of people", async () => {
  const any = { CORS_ALLOWED_ORIGINS: "*" };
  const headers = { origin: ORIGIN, "access-control-request-method": "GET" };
  const api = await send("/v1/keys", { headers }, any);
  expect(api.headers.get("access-control-allow-origin")).toBe("*");
  const large = await send("/v1/keys", { headers: { ...headers, "x-user-id": "u".repeat(33_000) } }, any);
  expect([large.status, large.headers.get("access-control-allow-origin")]).toEqual([431, "*"]);
  for (const path of ["/sign-in", "/api/auth/get-session"]) {
    const answer = await send(path, { headers }, any);
    expect(answer.headers.has("access-control-allow-origin"), path).toBe(false);
  }
});

test("an origin that is none names the variable", async () => {
  for (const value of ["app.example", "https://app.example/", "*, https://app.example", "null"]) {
    await expect(send("/healthz", {}, { CORS_ALLOWED_ORIGINS: value })).rejects.toThrow("CORS_ALLOWED_ORIGINS");
  }
});

test("the counter of wrangler.toml refuses the hundred-and-first failed credential, in the caller's dialect", async () => {
  const { token } = await makeOrganization();
  const attempt = (key: string, path = "/v1/organization", headers = {}) =>
    send(path, {
      method: path === "/v1/messages" ? "POST" : "GET",
      headers: { authorization: `Bearer ${key}`, "cf-connecting-ip": "198.51.100.9", ...headers },
    });
  expect((await attempt(token)).status).toBe(200);
  const statuses = await Promise.all(Array.from({ length: 101 }, async () => (await attempt("kt_ak_wrong")).status));
  expect(statuses.filter((status) => status === 401)).toHaveLength(100);
  expect(statuses.filter((status) => status === 429)).toHaveLength(1);
  const refused = await attempt("kt_ak_wrong", "/v1/messages");
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(refused.headers.get("x-content-type-options")).toBe("nosniff");
  expect(await refused.json()).toMatchObject({ error: { type: "rate_limit_error", code: "too_many_attempts" } });
  expect((await attempt(token)).status).toBe(200);
});

describe("with PUBLIC_URL", () => {
  const known = { PUBLIC_URL: "https://gateway.example/" };
  const METADATA = "/.well-known/oauth-authorization-server";

  test("the issuer and its endpoints have that address, whatever host is named", async () => {
    const metadata = z.object({ issuer: z.string(), token_endpoint: z.string() });
    expect(metadata.parse(await (await send(METADATA, {}, known)).json())).toEqual({
      issuer: "https://gateway.example",
      token_endpoint: "https://gateway.example/v1/oauth/token",
    });
    expect(metadata.parse(await (await send(METADATA)).json()).issuer).toBe("https://edge.test");
  });

  test("a request keeps its method, path, query, headers and body, at the other address", async () => {
    const init = { method: "POST", headers: { "x-api-key": "k" }, body: "bytes" };
    const named = atPublicOrigin(new Request("http://10.0.0.7:8787/v1/messages?beta=true", init), "https://a.example");
    expect([named.url, named.method, named.headers.get("x-api-key"), await named.text()]).toEqual([
      "https://a.example/v1/messages?beta=true",
      "POST",
      "k",
      "bytes",
    ]);
    const own = new Request("https://a.example/");
    expect(atPublicOrigin(own, "https://a.example")).toBe(own);
    expect(atPublicOrigin(own, null)).toBe(own);
  });

  test("a mailed link leads there", async () => {
    const mailed: string[] = [];
    const secret = "auth-secret-of-the-tests-0123456789ab";
    const EMAIL = { send: async ({ text }: { readonly text: string }) => void mailed.push(text) };
    const person = { name: "Ada", email: `${crypto.randomUUID()}@acme.example`, password: "correct horse battery" };
    const variables = { ...known, AUTH_SECRET: secret, NOTIFICATION_EMAIL_FROM: "edge@acme.example", EMAIL };
    const submit = (origin: string) => {
      const headers = { origin, "content-type": "application/x-www-form-urlencoded" };
      return send("/sign-up", { method: "POST", headers, body: new URLSearchParams(person).toString() }, variables);
    };
    expect((await submit("https://edge.test")).status).toBe(403);
    expect((await submit("https://gateway.example")).status).toBe(200);
    await expect
      .poll(() => mailed, { timeout: 15_000 })
      .toEqual([expect.stringContaining("https://gateway.example/sign-in?token=")]);
  });

  test.each(["gateway.example", "https://gateway.example/edge", "ftp://gateway.example", "https://u@gateway.example"])(
    "%s is refused by name",
    async (value) => {
      await expect(send("/healthz", {}, { PUBLIC_URL: value })).rejects.toThrow("PUBLIC_URL");
    },
  );
});

test("the console's page takes the place of none of our own", async () => {
  const console = { fetch: async () => new Response("console") };
  const files = Object.assign(Object.create(null), console);
  const shown = async (path: string) => {
    const headers = { accept: "text/html", "sec-fetch-mode": "navigate" };
    return (await answerConsolePage(new Request(`https://edge.test${path}`, { headers }), files)) !== null;
  };
  const paths = createApi(deps).routes.map(({ path }) => path.replaceAll(/:\w+/g, "x"));
  const own = [...new Set(paths)].filter((path) => !path.includes("*"));
  expect(own.length).toBeGreaterThan(100);
  for (const path of own) expect([path, await shown(path)]).toEqual([path, false]);
  for (const path of ["/", "/spend", "/accounting"]) expect([path, await shown(path)]).toEqual([path, true]);
});
