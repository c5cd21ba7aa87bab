/** The sign-in as Chromium shows it: with scripts switched off, and on to an application. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, LAUNCH_TIMEOUT_MS } from "../support/browser.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { mailedLink } from "../support/mails.ts";
import { createOrganization, type TestOrganization } from "../support/organization.ts";

const PASSWORD = "correct horse battery";
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/** Runs in the page: signs in with a passkey whose device was not asked who uses it. */
const UNVERIFIED = `(async () => {
  const base = "/api/auth/passkey/";
  const options = await (await fetch(base + "generate-authenticate-options")).json();
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON({ ...options, userVerification: "discouraged" });
  const credential = await navigator.credentials.get({ publicKey });
  const body = JSON.stringify({ response: credential.toJSON() });
  const headers = { "content-type": "application/json" };
  return (await fetch(base + "verify-authentication", { method: "POST", headers, body })).status;
})()`;

let gateway: TestGateway;
let organization: TestOrganization;
let browser: Browser;
let application: Server;
let redirectUri = "";

beforeAll(async () => {
  application = createServer((_request, response) => response.end("the application"));
  await new Promise<void>((resolve) => application.listen(0, "127.0.0.1", resolve));
  redirectUri = `http://127.0.0.1:${portOf(application)}/callback`;
  [gateway, browser] = await Promise.all([startTestGateway(), launchBrowser()]);
  organization = await createOrganization(gateway, { credit: "10" });
}, LAUNCH_TIMEOUT_MS);

afterAll(async () => {
  await browser.close();
  application.close();
  await gateway.stop();
});

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("it does not listen");
  return address.port;
}

async function authorizePath(): Promise<string> {
  const client = { name: "Editor", type: "public", redirect_uris: [redirectUri] };
  const made = await organization.call("POST", "/v1/unified-access/oauth-clients", client);
  const query = new URLSearchParams({
    response_type: "code",
    client_id: String(made.body["client_id"]),
    redirect_uri: redirectUri,
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
  });
  return `/v1/oauth/authorize?${query.toString()}`;
}

test("without scripts an invited person signs up, verifies, signs in and consents; another organization's is sent back", async () => {
  await organization.call("POST", "/v1/members", { email: "ada@acme.example", name: "Ada" });
  const other = await createOrganization(gateway, { credit: "10" });
  await other.call("POST", "/v1/members", { email: "eve@acme.example", name: "Eve" });
  const authorize = await authorizePath();
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const refused: string[] = [];
  page.on("console", (message) => refused.push(message.text()));

  for (const email of ["ada@acme.example", "eve@acme.example"]) {
    const isMember = email.startsWith("ada");
    await page.goto(await mailedLink(gateway, email, "You are invited"));
    expect(await page.getByLabel("E-mail").inputValue()).toBe(email);
    await page.getByLabel("Name").fill("Somebody");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign up" }).click();
    await page.getByRole("heading", { name: "Look at your mail" }).waitFor();

    const token = new URL(await mailedLink(gateway, email, "Verify")).searchParams.get("token") ?? "";
    await page.goto(`${gateway.url}${authorize}`);
    await page.goto(`${page.url()}&token=${token}`);
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    if (isMember) await page.getByRole("button", { name: "Allow" }).click();
    await page.waitForURL(`${redirectUri}?**`);
    expect(new URL(page.url()).searchParams.get(isMember ? "code" : "error")).toEqual(
      isMember ? expect.any(String) : "access_denied",
    );
    await context.clearCookies();
  }
  expect(refused).toEqual([]);
  await context.close();
});

test("a passkey is added, signs in without the password if the device knows its person, and is removed", async () => {
  // Passkeys belong to names, not to addresses of networks.
  const origin = gateway.url.replace("127.0.0.1", "localhost");
  const email = "grace@acme.example";
  await organization.call("POST", "/v1/members", { email, name: "Grace" });
  const context = await browser.newContext();
  const page = await context.newPage();
  const devices = await context.newCDPSession(page);
  await devices.send("WebAuthn.enable");
  const { authenticatorId } = await devices.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    },
  });

  await page.goto(`${origin}/sign-up?email=${email}`);
  await page.getByLabel("Name").fill("Grace");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign up" }).click();
  const link = new URL(await mailedLink(gateway, email, "Verify"));
  await page.goto(`${origin}${link.pathname}${link.search}`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("link", { name: "Your account" }).click();
  await page.getByLabel("Name of the passkey").fill("<b>Laptop</b>");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByText("<b>Laptop</b>").waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();

  const signIn = page.getByRole("button", { name: "Sign in with a passkey" });
  await devices.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  await signIn.click();
  await page.getByText("That passkey did not sign you in.").waitFor();
  // A script that does not insist on it is refused by the gateway.
  expect(await page.evaluate(UNVERIFIED)).toBe(401);
  await devices.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
  await page.goto(`${origin}/sign-in?return_to=/account`);
  await signIn.click();
  await page.getByRole("heading", { name: "Your account" }).waitFor();
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByText("<b>Laptop</b>").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Sign out" }).click();
  await signIn.click();
  await page.getByText("That passkey did not sign you in.").waitFor();
  const records = await organization.call("GET", "/v1/audit-log?object_type=member&limit=20");
  const told = JSON.stringify(records.body);
  for (const action of ["add_passkey", "remove_passkey", "sign_out"]) expect(told).toContain(`member.${action}`);
  expect(told).toContain('"method":"passkey"');
  await context.close();
});
