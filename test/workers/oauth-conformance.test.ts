/**
 * The OAuth endpoints over HTTP. Each case names the RFC and the section that it shows, or `ours` where a rule is this product's own;
 * docs/oauth.md lists them by section (test/unit/oauth-conformance.test.ts compares).
 */
import { afterEach, beforeEach, describe, expect, it, test, vi } from "vitest";
import { sha256Hex } from "../../src/platform/identifiers.ts";
import { call, errors, makeOrganization, send, signedIn, textOf } from "../support/worker-api.ts";
import {
  authorizePath,
  auditTextOf,
  CHALLENGE,
  codeOf,
  consentOf,
  ISSUER,
  locationOf,
  makeApplication,
  redeem,
  REDIRECT_URI,
  refresh,
  registerClient,
  requestToken,
  revoke,
  sendForm,
  signIn,
  storedTextOf,
  tokensOf,
  userinfo,
  VERIFIER,
  visit,
  type Application,
  type TokenReply,
} from "../support/worker-oauth.ts";

let application: Application;
beforeEach(async () => {
  application = await makeApplication();
});
afterEach(() => {
  vi.useRealTimers();
  expect(errors).toEqual([]);
});

const errorOf = (reply: TokenReply) => [reply.status, reply.body["error"]];
const jsonOf = async (response: Response): Promise<Record<string, unknown>> => response.json();
const sentBack = (response: Response) => Object.fromEntries(locationOf(response).searchParams);

describe("authorize", () => {
  it("RFC 6749 §10.13, 9700 §4.16, 9700 §4.2: shows whoever is signed in what is asked, on a page that nobody can frame and that runs no script", async () => {
    const page = await visit(authorizePath(application));
    const html = await page.text();
    expect([page.status, page.headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect(html).toContain("Let Editor act for you?");
    expect(html).toContain("Ada &lt;b&gt;");
    expect(html).toContain(
      `<form method="post" action="/v1/oauth/authorize?organization_id=${application.organizationId}">`,
    );
    expect(html).toContain('name="spend_cap"');
    expect(html).not.toMatch(/<script|onclick|javascript:/);
    const policy = page.headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("form-action 'self' https://editor.example;");
    expect(page.headers.get("x-frame-options")).toBe("DENY");
    expect(page.headers.get("referrer-policy")).toBe("same-origin");
  });

  it("RFC 6749 §3.1: sends whoever is not signed in to the sign-in page, with the way back", async () => {
    signedIn.session = null;
    const path = authorizePath(application);
    const answer = await visit(path);
    expect([answer.status, answer.headers.get("location")]).toEqual([
      302,
      `/sign-in?${new URLSearchParams({ return_to: path }).toString()}`,
    ]);
  });

  it.each([
    ["6749 §4.1.2.1", "an unknown client", { client_id: "ocl_unknown" }, "invalid_client"],
    ["6749 §4.1.2.1", "no client", { client_id: undefined }, "invalid_client"],
    ["6749 §3.1.2.3", "no redirect_uri", { redirect_uri: undefined }, "invalid_redirect_uri"],
    ["9700 §2.1", "another path", { redirect_uri: "https://editor.example/other" }, "invalid_redirect_uri"],
    ["9700 §2.1", "another query", { redirect_uri: "https://editor.example/callback" }, "invalid_redirect_uri"],
    ["9700 §2.1", "a longer path", { redirect_uri: `${REDIRECT_URI}/` }, "invalid_redirect_uri"],
    ["9700 §4.11", "another host", { redirect_uri: "https://evil.example/callback?from=kt" }, "invalid_redirect_uri"],
    ["9700 §2.1", "another case", { redirect_uri: "https://EDITOR.example/callback?from=kt" }, "invalid_redirect_uri"],
    ["7636 §4.4.1, 9700 §2.1.1", "plain", { code_challenge_method: "plain" }, "invalid_request"],
    ["7636 §4.3", "no method", { code_challenge_method: undefined }, "invalid_request"],
    ["7636 §4.4.1, 9700 §2.1.1", "no challenge", { code_challenge: undefined }, "invalid_request"],
    ["7636 §4.2", "a challenge that is no SHA-256", { code_challenge: "short" }, "invalid_request"],
  ])("RFC %s: answers %s itself, and redirects nowhere", async (_rfc, _what, rest, error) => {
    const answer = await visit(authorizePath(application, rest), {});
    expect([answer.status, answer.headers.get("location")]).toEqual([400, null]);
    expect(await jsonOf(answer)).toEqual({ error, error_description: expect.any(String) });
    const page = await visit(authorizePath(application, rest));
    expect([page.status, page.headers.get("location")]).toEqual([400, null]);
    expect(await page.text()).toContain(error);
  });

  it.each([
    ["6749 §3.1.1", "no response_type", { response_type: undefined }, "invalid_request"],
    ["9700 §2.1.2", "response_type=token", { response_type: "token" }, "unsupported_response_type"],
    ["6749 §3.3", "an unknown scope", { scope: "inference everything" }, "invalid_scope"],
  ])("RFC %s, 9207 §2: sends %s back with the state and the issuer", async (_rfc, _what, rest, error) => {
    const answer = await visit(authorizePath(application, rest));
    expect(answer.status).toBe(302);
    expect(locationOf(answer).href.startsWith(`${REDIRECT_URI}&`)).toBe(true);
    expect(sentBack(answer)).toEqual({
      from: "kt",
      error,
      error_description: expect.any(String),
      state: "s&1",
      iss: ISSUER,
    });
  });

  it("RFC 6749 §3.1: sends back a parameter that is there twice, a state that is too long, and a scope beyond the client's", async () => {
    const twice = await visit(`${authorizePath(application)}&scope=inference&scope=inference`);
    expect(sentBack(twice)["error"]).toBe("invalid_request");
    const long = await visit(authorizePath(application, { state: "x".repeat(2_049) }));
    expect(sentBack(long)).not.toHaveProperty("state");
    const narrow = await registerClient(application.accessKey, { scopes: ["models:read"] });
    const beyond = await visit(authorizePath({ ...application, ...narrow }, { scope: "inference" }));
    expect(sentBack(beyond)["error"]).toBe("invalid_scope");
    const redirectTwice = await visit(`${authorizePath(application)}&redirect_uri=https%3A%2F%2Fevil.example`, {});
    expect([redirectTwice.status, redirectTwice.headers.get("location")]).toEqual([400, null]);
  });

  it("ours: gives nothing to the client of another organization", async () => {
    const { id } = await makeOrganization();
    signedIn.session = { ...application.session, organizationId: id };
    expect(sentBack(await visit(authorizePath(application)))).toMatchObject({ error: "access_denied", iss: ISSUER });
  });
});

describe("the decision", () => {
  it("RFC 6749 §4.1.2, 9207 §2, 9700 §4.12: gives a code with state and issuer, once, by 303, and is recorded without a secret", async () => {
    const consent = await consentOf(application);
    const form = { consent, decision: "approve", spend_cap: "2.50", spend_cap_window: "weekly" };
    const answers = await Promise.all(Array.from({ length: 4 }, () => sendForm("/v1/oauth/authorize", form)));
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(3);
    const given = answers.find(({ status }) => status === 303) ?? new Response();
    expect(sentBack(given)).toEqual({ from: "kt", code: expect.stringMatching(/^kt_ac_/), state: "s&1", iss: ISSUER });
    const recorded = await auditTextOf(application.organizationId);
    expect(recorded).toContain("oauth_grant.create");
    expect(recorded).toContain("2.50");
    expect(recorded).not.toMatch(/kt_ac_/);
  });

  it("RFC 6749 §4.1.2.1: to deny is told to the application, and the page is closed", async () => {
    const consent = await consentOf(application);
    const denied = await sendForm("/v1/oauth/authorize", { consent, decision: "deny" });
    expect([denied.status, sentBack(denied)]).toEqual([
      303,
      { from: "kt", error: "access_denied", error_description: expect.any(String), state: "s&1", iss: ISSUER },
    ]);
    expect((await sendForm("/v1/oauth/authorize", { consent, decision: "approve" })).status).toBe(400);
  });

  it("ours: to deny needs no cap that makes sense", async () => {
    const consent = await consentOf(application);
    const denied = await sendForm("/v1/oauth/authorize", { consent, decision: "deny", spend_cap: "not a cent" });
    expect([denied.status, sentBack(denied)]).toEqual([303, expect.objectContaining({ error: "access_denied" })]);
  });

  it.each([
    ["9700 §4.7", "another site's page", { origin: "https://evil.example" }],
    ["9700 §4.7", "a frame of another site", { "sec-fetch-site": "cross-site" }],
    ["9700 §4.7", "a sister site", { "sec-fetch-site": "same-site" }],
    ["9700 §4.7", "a page without an origin, over http", { origin: "null" }],
  ])("RFC %s: from %s is refused, and the page stays open", async (_rfc, _what, headers) => {
    const consent = await consentOf(application);
    const form = { consent, decision: "approve" };
    const refused = await sendForm("/v1/oauth/authorize", form, headers);
    expect([refused.status, refused.headers.get("location")]).toEqual([403, null]);
    const own = { origin: "null", "sec-fetch-site": "same-origin" };
    expect((await sendForm("/v1/oauth/authorize", form, own)).status).toBe(303);
  });

  it("RFC 9700 §4.7: cannot be closed by another site that leads the browser to twenty more", async () => {
    const consent = await consentOf(application);
    const lead = (site: string) =>
      visit(authorizePath(application), { accept: "text/html", "sec-fetch-site": site, "sec-fetch-mode": "navigate" });
    const pages: string[] = [];
    for (let page = 0; page < 21; page += 1) pages.push(await (await lead("cross-site")).text());
    expect(pages.map((html) => html.includes('name="consent"'))).toEqual([
      ...Array.from({ length: 19 }, () => true),
      false,
      false,
    ]);
    const own = /<a href="([^"]+)">Show this request/.exec(pages.at(-1) ?? "")?.[1]?.replaceAll("&amp;", "&");
    expect(own).toBe(authorizePath(application));
    expect((await sendForm("/v1/oauth/authorize", { consent, decision: "deny" })).status).toBe(303);
    // Whoever follows the page's own link gets it, in the place of the oldest one.
    for (const site of ["cross-site", "cross-site"]) await lead(site);
    expect(await (await lead("same-origin")).text()).toContain('name="consent"');
  });

  it("RFC 6749 §10.12: is the user's own: nobody else's, not without a sign-in, not a made-up one", async () => {
    const consent = await consentOf(application);
    const decide = async (named = consent) =>
      (await sendForm("/v1/oauth/authorize", { consent: named, decision: "approve" })).status;
    signedIn.session = null;
    expect(await decide()).toBe(401);
    signedIn.session = { ...application.session, memberId: "usr_mallory" };
    expect(await decide()).toBe(400);
    signedIn.session = application.session;
    expect(await decide("made-up")).toBe(400);
    expect(await decide()).toBe(303);
  });

  it.each([
    { spend_cap: "-1" },
    { spend_cap: "0" },
    { spend_cap: "much" },
    { spend_cap: "1", spend_cap_window: "yearly" },
  ])("ours: with %o is refused, and can be made again", async (cap) => {
    const consent = await consentOf(application);
    const form = { consent, decision: "approve" };
    expect((await sendForm("/v1/oauth/authorize", { ...form, ...cap })).status).toBe(400);
    expect((await sendForm("/v1/oauth/authorize", form)).status).toBe(303);
  });
});

describe("a code", () => {
  it("RFC 6749 §5.1: becomes tokens of fifteen minutes and thirty days, never cached, with the scope that was consented", async () => {
    const reply = await redeem(application, await codeOf(application, { scope: "models:read inference" }));
    expect(reply.body).toEqual({
      access_token: expect.stringMatching(/^kt_at_[0-9a-z]{26}_[0-9A-Za-z]{43}$/),
      token_type: "Bearer",
      expires_in: 900,
      refresh_token: expect.stringMatching(/^kt_rt_[0-9a-z]{26}_[0-9A-Za-z]{43}$/),
      scope: "inference models:read",
    });
    expect([reply.headers.get("cache-control"), reply.headers.get("pragma")]).toEqual(["no-store", "no-cache"]);
    expect(reply.headers.get("access-control-allow-origin")).toBe("*");
  });

  test("RFC 6749 §4.1.2, 9700 §4.5: eight times at once succeeds once, and the others revoke what it gave", async () => {
    const code = await codeOf(application);
    const replies = await Promise.all(Array.from({ length: 8 }, () => redeem(application, code)));
    const given = replies.filter(({ status }) => status === 200);
    expect(given).toHaveLength(1);
    for (const reply of replies) if (reply.status !== 200) expect(errorOf(reply)).toEqual([400, "invalid_grant"]);
    const { access, refresh: token } = tokensOf(given[0] ?? replies[0] ?? (await redeem(application, code)));
    expect((await userinfo(access)).status).toBe(401);
    expect(errorOf(await refresh(application, token))).toEqual([400, "invalid_grant"]);
  });

  it.each([
    ["7636 §4.6", "a wrong verifier", { code_verifier: "x".repeat(43) }, "invalid_grant"],
    ["7636 §4.5", "no verifier", { code_verifier: undefined }, "invalid_grant"],
    ["7636 §4.6", "the challenge as its verifier", { code_verifier: CHALLENGE }, "invalid_grant"],
    ["7636 §4.1", "a verifier that is too short", { code_verifier: "short" }, "invalid_request"],
    ["6749 §4.1.3", "another redirect_uri", { redirect_uri: "https://editor.example/callback" }, "invalid_grant"],
    ["6749 §4.1.3", "no redirect_uri", { redirect_uri: undefined }, "invalid_request"],
    ["6749 §4.1.3", "no code", { code: undefined }, "invalid_request"],
    ["6749 §5.2", "no grant_type", { grant_type: undefined }, "invalid_request"],
    ["9700 §2.4", "grant_type=password", { grant_type: "password" }, "unsupported_grant_type"],
    ["6749 §5.2", "grant_type=implicit", { grant_type: "implicit" }, "unsupported_grant_type"],
    ["6749 §6", "a refresh token in its place", { grant_type: "refresh_token" }, "invalid_request"],
  ])("RFC %s: with %s is refused, and is not used up", async (_rfc, _what, rest, error) => {
    const code = await codeOf(application);
    expect(errorOf(await redeem(application, code, rest))).toEqual([400, error]);
    expect((await redeem(application, code)).status).toBe(200);
  });

  it("RFC 6749 §4.1.3, 6749 §5.2: is for its own client, which authenticates as its type has to", async () => {
    const code = await codeOf(application);
    const other = { ...application, ...(await registerClient(application.accessKey)) };
    expect(errorOf(await redeem(other, code))).toEqual([400, "invalid_grant"]);
    const stranger = await makeApplication();
    expect(errorOf(await redeem(stranger, code))).toEqual([400, "invalid_grant"]);
    const unknown = await redeem({ ...application, clientId: "ocl_unknown" }, code);
    expect([...errorOf(unknown), unknown.headers.get("www-authenticate")]).toEqual([
      401,
      "invalid_client",
      'Basic realm="oauth"',
    ]);
    expect(errorOf(await redeem({ ...application, secret: "kt_cs_made-up" }, code))).toEqual([401, "invalid_client"]);
    expect((await redeem(application, code)).status).toBe(200);
  });

  it("RFC 6749 §4.1.2: ends after sixty seconds", async () => {
    const code = await codeOf(application);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_001 });
    expect(errorOf(await redeem(application, code))).toEqual([400, "invalid_grant"]);
  });

  it.each(["", "kt_ac_", "nonsense", `kt_ac_${"0".repeat(26)}_${"0".repeat(43)}`])(
    "RFC 6749 §5.2: %s is none",
    async (code) => {
      expect((await redeem(application, code)).status).toBe(400);
    },
  );
});

describe("a confidential client", () => {
  it("RFC 6749 §2.3, 6749 §2.3.1: authenticates by HTTP Basic or in the form, never both, never without its secret", async () => {
    const confidential = await makeApplication({ type: "confidential" });
    const { clientId, secret } = confidential;
    const basic = (id: string, password: string) => ({ authorization: `Basic ${btoa(`${id}:${password}`)}` });
    const ask = async (values: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) => {
      const grant = { grant_type: "authorization_code", redirect_uri: REDIRECT_URI, code_verifier: VERIFIER };
      return requestToken({ ...grant, code: await codeOf(confidential), ...values }, headers);
    };
    expect((await ask({ client_id: clientId, client_secret: secret ?? "" })).status).toBe(200);
    expect((await ask({}, basic(clientId, secret ?? ""))).status).toBe(200);
    expect(errorOf(await ask({ client_id: clientId }))).toEqual([401, "invalid_client"]);
    expect(errorOf(await ask({}))).toEqual([401, "invalid_client"]);
    expect(errorOf(await ask({ client_id: clientId, client_secret: "wrong" }))).toEqual([401, "invalid_client"]);
    expect(errorOf(await ask({}, basic(clientId, "wrong")))).toEqual([401, "invalid_client"]);
    expect(errorOf(await ask({}, { authorization: "Bearer x" }))).toEqual([401, "invalid_client"]);
    const both = await ask({ client_id: clientId, client_secret: secret ?? "" }, basic(clientId, secret ?? ""));
    expect(errorOf(both)).toEqual([400, "invalid_request"]);
    expect(errorOf(await ask({ client_id: "ocl_other" }, basic(clientId, secret ?? "")))).toEqual([
      400,
      "invalid_request",
    ]);
  });

  it("RFC 6749 §3.2.1, 7009 §2.1: needs its secret to refresh and to revoke, too", async () => {
    const confidential = await makeApplication({ type: "confidential" });
    const tokens = await signIn(confidential);
    const nameless = { ...confidential, secret: null };
    expect(errorOf(await refresh(nameless, tokens.refresh))).toEqual([401, "invalid_client"]);
    expect((await revoke(nameless, tokens.refresh)).status).toBe(401);
    expect((await refresh(confidential, tokens.refresh)).status).toBe(200);
  });
});

describe("a refresh token", () => {
  it("RFC 6749 §6, 9700 §2.2.2: rotates on each use, and may ask for less, never for more", async () => {
    const first = await signIn(application, { scope: "inference models:read" });
    const less = await refresh(application, first.refresh, { scope: "models:read" });
    expect(less.body["scope"]).toBe("models:read");
    const second = tokensOf(less);
    expect(second.refresh).not.toBe(first.refresh);
    expect(errorOf(await refresh(application, second.refresh, { scope: "wallet:read" }))).toEqual([
      400,
      "invalid_scope",
    ]);
    expect((await refresh(application, second.refresh)).body["scope"]).toBe("inference models:read");
  });

  it("ours: gives no scope that was taken from the client since the consent, nor does a code", async () => {
    const path = `PATCH /v1/unified-access/oauth-clients/${application.clientId}`;
    const narrow = (scopes: readonly string[]) => call(path, { token: application.accessKey, body: { scopes } });
    const first = await signIn(application, { scope: "inference models:read" });
    const code = await codeOf(application, { scope: "inference models:read" });
    expect((await narrow(["models:read", "spend:read"])).status).toBe(200);
    expect((await redeem(application, code)).body["scope"]).toBe("models:read");
    expect(errorOf(await refresh(application, first.refresh, { scope: "inference" }))).toEqual([400, "invalid_scope"]);
    const second = await refresh(application, first.refresh);
    expect(second.body["scope"]).toBe("models:read");
    await narrow(["spend:read"]);
    expect(errorOf(await refresh(application, tokensOf(second).refresh))).toEqual([400, "invalid_scope"]);
    await narrow(["inference", "models:read"]);
    expect((await refresh(application, tokensOf(second).refresh)).body["scope"]).toBe("inference models:read");
  });

  test("ours: eight times at once gives one answer, twice at most, and the family lives on", async () => {
    const { refresh: token } = await signIn(application);
    const replies = await Promise.all(Array.from({ length: 8 }, () => refresh(application, token)));
    const given = replies.filter(({ status }) => status === 200);
    expect(given).toHaveLength(2);
    expect(new Set(given.map(({ text }) => text)).size).toBe(1);
    for (const reply of replies) if (reply.status !== 200) expect(errorOf(reply)).toEqual([400, "invalid_grant"]);
    const next = tokensOf(given[0] ?? (await refresh(application, token)));
    expect((await userinfo(next.access)).status).toBe(200);
    expect((await refresh(application, next.refresh)).status).toBe(200);
  });

  test("RFC 9700 §4.14: used again after ten seconds revokes the family with its access tokens", async () => {
    const first = await signIn(application);
    const second = tokensOf(await refresh(application, first.refresh));
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10_500 });
    expect(errorOf(await refresh(application, first.refresh))).toEqual([400, "invalid_grant"]);
    expect((await userinfo(second.access)).status).toBe(401);
    expect(errorOf(await refresh(application, second.refresh))).toEqual([400, "invalid_grant"]);
  });

  it("RFC 6749 §6: is for its own client, and is no access token", async () => {
    const { refresh: token } = await signIn(application);
    const other = { ...application, ...(await registerClient(application.accessKey)) };
    expect(errorOf(await refresh(other, token))).toEqual([400, "invalid_grant"]);
    expect((await userinfo(token)).status).toBe(401);
    expect((await refresh(application, token)).status).toBe(200);
  });
});

describe("revoke", () => {
  test.each(["access", "refresh"] as const)(
    "RFC 7009 §2.1, 7009 §2.2: an %s token, whatever the hint says, and again",
    async (kind) => {
      const tokens = await signIn(application);
      for (const hint of ["access_token", "refresh_token", "other"]) {
        const answer = await revoke(application, tokens[kind], { token_type_hint: hint });
        expect([answer.status, await answer.text()]).toEqual([200, "{}"]);
        expect((await userinfo(tokens.access)).status).toBe(401);
      }
      expect((await refresh(application, tokens.refresh)).status).toBe(kind === "access" ? 200 : 400);
    },
  );

  it("RFC 7009 §2.2, 7009 §2.2.1: answers 200 for what is no token, 400 without one, and leaves another client's alone", async () => {
    expect((await revoke(application, "nonsense")).status).toBe(200);
    expect((await revoke(application, `kt_rt_${"0".repeat(26)}_${"0".repeat(43)}`)).status).toBe(200);
    expect((await revoke(application, "")).status).toBe(400);
    const tokens = await signIn(application);
    const other = { ...application, ...(await registerClient(application.accessKey)) };
    for (const token of [tokens.access, tokens.refresh]) {
      const answer = await revoke(other, token);
      expect([answer.status, (await jsonOf(answer))["error"]]).toEqual([400, "unauthorized_client"]);
    }
    expect((await userinfo(tokens.access)).status).toBe(200);
  });
});

describe("userinfo", () => {
  it("ours: says for whom the token acts", async () => {
    const { access } = await signIn(application, { scope: "inference" });
    expect(await jsonOf(await userinfo(access))).toEqual({
      sub: application.session.memberId,
      name: "Ada <b>",
      organization_id: application.organizationId,
      client_id: application.clientId,
      scope: "inference",
    });
  });

  it("RFC 6750 §3, 6750 §3.1: challenges whoever has no good token", async () => {
    const none = await send("GET /v1/oauth/userinfo", { token: null });
    expect([none.status, none.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="oauth"']);
    for (const token of ["nonsense", application.accessKey, `kt_at_${"0".repeat(26)}_${"0".repeat(43)}`]) {
      const refused = await userinfo(token);
      expect(refused.status).toBe(401);
      expect(refused.headers.get("www-authenticate")).toContain('error="invalid_token"');
    }
  });

  it("RFC 6750 §3.1: ends with the token", async () => {
    const { access } = await signIn(application);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 15 * 60_000 + 1_000 });
    expect((await userinfo(access)).status).toBe(401);
  });
});

describe("metadata", () => {
  it("RFC 8414 §2, 8414 §3, 9207 §3: names the endpoints and what they take, S256 alone, where it has to be", async () => {
    const answer = await send("GET /.well-known/oauth-authorization-server", { token: null });
    expect(await jsonOf(answer)).toMatchObject({
      issuer: ISSUER,
      authorization_endpoint: `${ISSUER}/v1/oauth/authorize`,
      token_endpoint: `${ISSUER}/v1/oauth/token`,
      revocation_endpoint: `${ISSUER}/v1/oauth/revoke`,
      response_types_supported: ["code"],
      grant_types_supported: ["authorization_code", "refresh_token"],
      code_challenge_methods_supported: ["S256"],
      authorization_response_iss_parameter_supported: true,
    });
  });
});

describe("the form of requests", () => {
  it.each(["/v1/oauth/token", "/v1/oauth/revoke"])(
    "RFC 6749 §3.2, 7009 §2.3: %s takes forms alone, by POST, from any origin, each field once",
    async (path) => {
      const json = await send(`POST ${path}`, {
        token: null,
        body: {},
        headers: { "content-type": "application/json" },
      });
      expect([json.status, (await jsonOf(json))["error"]]).toEqual([400, "invalid_request"]);
      const type = { "content-type": "application/x-www-form-urlencoded" };
      const twice = await send(`POST ${path}`, { token: null, body: "token=a&token=b&client_id=c", headers: type });
      expect([twice.status, (await jsonOf(twice))["error"]]).toEqual([400, "invalid_request"]);
      const large = await send(`POST ${path}`, { token: null, body: `token=${"x".repeat(65_536)}`, headers: type });
      expect(large.status).toBe(413);
      const get = await send(`GET ${path}`, { token: null });
      expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
      const preflight = await send(`OPTIONS ${path}`, { token: null });
      expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([204, "*"]);
    },
  );
});

describe("a client that is deleted", () => {
  it("ours: takes its tokens, codes and pages with it", async () => {
    const tokens = await signIn(application);
    const [code, consent] = [await codeOf(application), await consentOf(application)];
    const path = `/v1/unified-access/oauth-clients/${application.clientId}`;
    expect((await call(`DELETE ${path}`, { token: application.accessKey })).status).toBe(200);
    expect((await userinfo(tokens.access)).status).toBe(401);
    expect(errorOf(await refresh(application, tokens.refresh))).toEqual([401, "invalid_client"]);
    expect(errorOf(await redeem(application, code))).toEqual([401, "invalid_client"]);
    expect((await sendForm("/v1/oauth/authorize", { consent, decision: "approve" })).status).toBe(400);
  });

  it("ours: or changed closes its pages", async () => {
    const consent = await consentOf(application);
    const path = `/v1/unified-access/oauth-clients/${application.clientId}`;
    const body = { redirect_uris: ["https://editor.example/new"] };
    expect((await call(`PATCH ${path}`, { token: application.accessKey, body })).status).toBe(200);
    expect((await sendForm("/v1/oauth/authorize", { consent, decision: "approve" })).status).toBe(400);
    expect((await visit(authorizePath(application), {})).status).toBe(400);
  });
});

test("RFC 6749 §10.3, 6749 §10.4: no code, token or secret is stored anywhere as it is, nor what a page sends back", async () => {
  const confidential = await makeApplication({ type: "confidential" });
  const consent = await consentOf(confidential);
  const code = await codeOf(confidential);
  const first = tokensOf(await redeem(confidential, code));
  const second = tokensOf(await refresh(confidential, first.refresh));
  const stored = await storedTextOf(confidential.organizationId);
  expect(stored).toContain(await sha256Hex(second.access));
  for (const secret of [consent, code, confidential.secret ?? "", ...Object.values(first), ...Object.values(second)]) {
    expect(stored).not.toContain(secret.slice(-43));
  }
});

test("ours: a member who is removed takes the tokens along", async () => {
  const tokens = await signIn(application);
  const removed = await call(`DELETE /v1/members/${textOf(application.session.memberId)}`, {
    token: application.accessKey,
  });
  expect(removed.status).toBe(200);
  expect((await userinfo(tokens.access)).status).toBe(401);
  expect(errorOf(await refresh(application, tokens.refresh))).toEqual([400, "invalid_grant"]);
});
