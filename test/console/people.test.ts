/** The pages of people, applications, records, settings and the platform, in real Chromium. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { callApi, textOf } from "../../scripts/seed/api.ts";
import { startConsole, type ConsoleUnderTest } from "../support/console.ts";
import { startWebhookServer, type WebhookServer } from "../support/webhook-server.ts";

const PAGES = [
  "/members",
  "/teams",
  "/seats",
  "/service-users",
  "/oauth-clients",
  "/applications",
  "/applications?of=everybody",
  "/events",
  "/audit",
  "/notifications",
  "/webhooks",
  "/settings",
  "/organizations/new",
  "/platform/organizations",
  "/platform/administrators",
  "/platform/health",
  "/platform/books",
  "/platform/audit",
  "/platform/claim",
] as const;

const namedSchema = z.object({ data: z.array(z.looseObject({ id: z.string(), name: z.string() })) });
const eventsSchema = z.object({ data: z.array(z.object({ id: z.string(), log_id: z.string() })) });
const settingsSchema = z.looseObject({
  time_zone: z.string(),
  retention_days: z.int(),
  keep_event_bodies: z.boolean(),
});

let under: ConsoleUnderTest;
let receiver: WebhookServer;

const asAdmin = (method: string, path: string, body?: Record<string, unknown>) =>
  callApi(under.gateway.url, under.organization.accessKey, method, path, body);

beforeAll(async () => {
  [under, receiver] = await Promise.all([startConsole(), startWebhookServer()]);
  for (const model of ["gpt-5.4-mini", "no-such-model"]) {
    const answer = await fetch(`${under.gateway.url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${under.organization.gatewayKey}`, "content-type": "application/json" },
      body: JSON.stringify({ model, max_completion_tokens: 50, messages: [{ role: "user", content: "Marzipan" }] }),
    });
    await answer.text();
  }
  await vi.waitFor(async () => expect(eventsSchema.parse(await under.ask("/v1/events")).data).toHaveLength(2), {
    timeout: 20_000,
    interval: 200,
  });
});

afterAll(async () => {
  await under.stop();
  await receiver.close();
});

/** Opens the menu of a row and chooses in it. */
async function choose(page: Page, name: string, item: string): Promise<void> {
  await page.getByRole("button", { name: `Actions of ${name}` }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

async function fill(page: Page, label: string, value: string): Promise<void> {
  // A required field's label ends with a star.
  await page
    .getByRole("dialog")
    .getByLabel(new RegExp(`^${label}( \\*)?$`))
    .fill(value);
}

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole("dialog").getByRole("button", { name, exact: true }).click();
}

const namesAt = async (path: string): Promise<string[]> =>
  namedSchema.parse(await under.ask(path)).data.map(({ name }) => name);

test("whoever has the deployment's token claims the platform, and a wrong token is refused", async () => {
  const page = await under.openPage("/platform/organizations");
  await page.getByRole("link", { name: "Claim the platform role" }).click();
  await page.locator("input[type=password]").fill("wrong");
  await page.getByRole("button", { name: "Claim" }).click();
  await page.getByRole("alert").first().waitFor();
  await page.locator("input[type=password]").fill(under.gateway.adminToken);
  await page.getByRole("button", { name: "Claim" }).click();
  await page.getByText("You are a platform administrator").first().waitFor();
  await page.getByRole("link", { name: "Administrators" }).click();
  await page.getByRole("cell", { name: "ada@demo.example" }).waitFor();
  await page.context().close();
});

test.each(PAGES)("%s has no errors and no barriers, light, dark and on a phone", async (path) => under.walk(path));

test("a member is invited, changed, and removed with the money of the wallet", async () => {
  const page = await under.openPage("/members");
  await page.getByRole("button", { name: "Invite member" }).click();
  await press(page, "Invite");
  await page.getByText("Write an e-mail address.").waitFor();
  await fill(page, "E-mail", "mia@demo.example");
  await fill(page, "Requests a minute", "60");
  await under.expectClean(page);
  await press(page, "Invite");
  await page.getByRole("link", { name: "mia@demo.example" }).waitFor();

  await choose(page, "mia@demo.example", "Change");
  await fill(page, "Name", "Mia");
  await press(page, "Save");
  await page.getByRole("link", { name: "Mia", exact: true }).click();
  await page.getByRole("dialog").getByText("60 requests/min").waitFor();
  await under.expectClean(page);
  expect(page.url()).toContain("member=mem_");
  await page.keyboard.press("Escape");

  const members = namedSchema.parse(await under.ask("/v1/members")).data;
  const mia = members.find(({ name }) => name === "Mia")?.id ?? "";
  await asAdmin("POST", "/v1/wallets/allocate", { user_id: mia, amount: "3.50", currency: "USD" });
  await choose(page, "Mia", "Remove");
  await press(page, "Remove");
  await page.getByRole("dialog").getByText("Its wallet has 3.50 USD").waitFor();
  await press(page, "Move the money and remove");
  await page.getByText("“Mia” is removed.").waitFor();
  expect(await namesAt("/v1/members")).not.toContain("Mia");
  await page.context().close();
});

test("a team is created, gets a lead, and is deleted", async () => {
  const page = await under.openPage("/teams");
  await page.getByRole("button", { name: "Create team" }).click();
  await fill(page, "Name", "Design");
  await press(page, "Create");
  await page.getByRole("link", { name: "Design" }).click();
  const drawer = page.getByRole("dialog");
  await drawer.getByRole("combobox", { name: "Add a member" }).click();
  await page.getByRole("option", { name: "ada@demo.example" }).click();
  await drawer.getByRole("button", { name: "Add", exact: true }).click();
  await drawer.getByRole("button", { name: "Make lead: ada@demo.example" }).click();
  await drawer.getByRole("button", { name: "Make member: ada@demo.example" }).waitFor();
  await under.expectClean(page);
  const team = namedSchema.parse(await under.ask("/v1/teams")).data.find(({ name }) => name === "Design")?.id ?? "";
  expect(await under.ask(`/v1/teams/${team}/members`)).toMatchObject({
    data: [{ member_id: under.organization.memberId, role: "lead" }],
  });
  await page.keyboard.press("Escape");
  await choose(page, "Design", "Delete");
  await press(page, "Delete");
  await page.getByText("“Design” is deleted.").waitFor();
  expect(await namesAt("/v1/teams")).not.toContain("Design");
  await page.context().close();
});

test("a seat is given and taken, with the credit that the API says", async () => {
  const page = await under.openPage("/seats");
  const seat = z
    .object({ wallet: z.object({ available: z.string() }) })
    .parse(await under.ask(`/v1/members/${under.organization.memberId}/seat`));
  const row = page.locator(`[data-row="${under.organization.memberId}"]`);
  await row.getByText(`$${seat.wallet.available}`).first().waitFor();
  await page.getByRole("button", { name: "Give a seat" }).click();
  await page.getByRole("dialog").getByRole("combobox", { name: "Member" }).click();
  await page.getByRole("option", { name: "grace@demo.example" }).click();
  await press(page, "Give");
  await page.getByRole("button", { name: "Take the seat of grace@demo.example" }).click();
  await press(page, "Take");
  await page.getByText("has no seat any more").waitFor();
  expect(await namesAt("/v1/members?seat=true")).toEqual(["ada@demo.example"]);
  await page.context().close();
});

test("a service user gets a key that works", async () => {
  const page = await under.openPage("/service-users");
  await page.getByRole("button", { name: "Create service user" }).click();
  await fill(page, "Name", "Nightly job");
  await press(page, "Create");
  await page.getByRole("link", { name: "Nightly job" }).click();
  await page.getByRole("button", { name: "Create key" }).click();
  const form = page.getByRole("dialog", { name: "Create a key of Nightly job" });
  await form.getByLabel("Name").fill("job key");
  await form.getByRole("button", { name: "Create", exact: true }).click();
  const shown = page.getByRole("dialog", { name: "Token of job key" });
  const token = /kt_gk_\w+/.exec(await shown.getByText(/kt_gk_/).innerText())?.[0] ?? "";
  await under.expectClean(page);
  await shown.getByRole("button", { name: "I have copied it" }).click();
  const models = await fetch(`${under.gateway.url}/v1/models`, { headers: { authorization: `Bearer ${token}` } });
  expect(models.status).toBe(200);
  await page.getByRole("button", { name: "Revoke job key" }).click();
  await page.getByRole("button", { name: "Revoke", exact: true }).last().click();
  await page.getByText("is revoked.").waitFor();
  await page.context().close();
});

test("an OAuth client is registered with exact addresses, its secret is shown once and rotated, and it is deleted", async () => {
  const page = await under.openPage("/oauth-clients");
  await page.getByRole("button", { name: "Register client" }).click();
  await fill(page, "Name", "Editor");
  await page.getByRole("dialog").getByText("Confidential", { exact: true }).click();
  await page
    .getByRole("dialog")
    .getByLabel("Redirect URIs")
    .fill("https://editor.example/callback\nhttps://editor.example/other");
  await page
    .getByRole("dialog")
    .getByLabel(/^spend:read/)
    .uncheck();
  await under.expectClean(page);
  await press(page, "Register");
  await page.getByRole("dialog", { name: "Secret of Editor" }).waitFor();
  await press(page, "I have copied it");
  expect(await under.ask("/v1/unified-access/oauth-clients")).toMatchObject({
    data: [
      {
        name: "Editor",
        type: "confidential",
        redirect_uris: ["https://editor.example/callback", "https://editor.example/other"],
        scopes: ["inference", "models:read", "wallet:read"],
      },
    ],
  });
  await choose(page, "Editor", "Rotate secret");
  await press(page, "Replace");
  await page.getByRole("dialog", { name: "Secret of Editor" }).waitFor();
  await press(page, "I have copied it");
  await choose(page, "Editor", "Delete");
  await press(page, "Delete");
  await page.getByText("No applications yet").waitFor();
  await page.context().close();
});

test("an event tells the decision and the bodies, and the spend row leads to it", async () => {
  const page = await under.openPage("/events?decision=deny");
  await page.getByRole("table", { name: "Events" }).getByText("model not found").waitFor();
  expect(await page.getByRole("table", { name: "Events" }).innerText()).not.toContain("allowed");

  const allowed = eventsSchema.parse(await under.ask("/v1/events?decision=allow")).data[0];
  await page.goto(`/spend?view=logs&log=${allowed?.log_id}`);
  await page.getByRole("link", { name: "Decision, policies and bodies" }).click();
  await page.waitForURL(`**/events?event=${allowed?.id}`);
  await page.getByRole("button", { name: "Show request" }).click();
  await page.getByRole("dialog").getByText("Marzipan").waitFor();
  await under.expectClean(page);
  await page.context().close();
});

test("the audit log shows what a change changed, and its chain is verified", async () => {
  await asAdmin("PATCH", `/v1/teams/${under.organization.teamId}`, { name: "Research group" });
  const page = await under.openPage("/audit?action=team.update");
  await page.getByRole("table", { name: "Audit log" }).getByRole("link").first().click();
  const drawer = page.getByRole("dialog");
  await drawer.getByRole("cell", { name: "Research", exact: true }).waitFor();
  await drawer.getByRole("cell", { name: "Research group", exact: true }).waitFor();
  await under.expectClean(page);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Verify", exact: true }).click();
  await page.getByRole("button", { name: "Verify now" }).click();
  await page.getByText("The chain is whole").waitFor();
  await under.expectClean(page);
  await page.keyboard.press("Escape");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "NDJSON" }).click();
  expect((await download).suggestedFilename()).toBe("audit-log.ndjson");
  await page.context().close();
});

test("a webhook is made, tested, and its deliveries are there to be sent again", async () => {
  const page = await under.openPage("/webhooks");
  await page.getByRole("button", { name: "Create webhook" }).click();
  await fill(page, "Name", "Finance");
  await fill(page, "Address", receiver.url);
  await press(page, "Create");
  await page
    .getByRole("dialog")
    .getByText(/whsec_/)
    .waitFor();
  await press(page, "I have copied it");
  await choose(page, "Finance", "Send a test");
  await page.getByText("The test arrived").waitFor();
  expect(receiver.requests.at(-1)?.body).toContain("webhook.test");
  await page.getByRole("link", { name: "Finance" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Send again: webhook.test" }).click();
  await expect.poll(() => receiver.requests.length, { timeout: 10_000 }).toBe(2);
  await under.expectClean(page);
  await page.keyboard.press("Escape");
  await choose(page, "Finance", "Rotate secret");
  await press(page, "Replace");
  await page
    .getByRole("dialog")
    .getByText(/whsec_/)
    .waitFor();
  await press(page, "I have copied it");
  await choose(page, "Finance", "Delete");
  await press(page, "Delete");
  await page.getByText("No webhooks yet").waitFor();
  await page.context().close();
});

test("a notification rings the bell until it is read", async () => {
  const gateway = await asAdmin("POST", "/v1/gateways", { name: "Edge" });
  const deployed = await fetch(`${under.gateway.url}/v1/gateways/${textOf(gateway, "id")}/config`, {
    method: "PUT",
    headers: { authorization: `Bearer ${under.organization.accessKey}`, "content-type": "application/yaml" },
    body: 'pack: {name: edge, version: "1"}\npolicies: {chain: []}\n',
  });
  expect(deployed.status).toBe(200);
  const typesSchema = z.object({ data: z.array(z.object({ type: z.string() })) });
  const unread = async () =>
    typesSchema.parse(await under.ask("/v1/notifications?unread=true")).data.map(({ type }) => type);
  await expect.poll(unread, { timeout: 15_000 }).toContain("config.deployed");
  const page = await under.openPage("/notifications?unread=true");
  await page.getByRole("link", { name: `Notifications, ${(await unread()).length} unread` }).waitFor();
  await under.expectClean(page);
  await page.getByRole("button", { name: "Mark all as read" }).click();
  await page.getByText("All notifications are read.").waitFor();
  await page.getByRole("link", { name: "Notifications", exact: true }).first().waitFor();
  expect(await under.ask("/v1/notifications?unread=true")).toMatchObject({ data: [] });
  await page.context().close();
});

test("settings are saved, form by form", async () => {
  const page = await under.openPage("/settings");
  const name = page.getByRole("form", { name: "Name" });
  await name.getByLabel("Name").fill("Demo & Co");
  await name.getByRole("button", { name: "Save" }).click();
  await page.getByText("The organization is renamed.").waitFor();
  const data = page.getByRole("form", { name: "Data" });
  await data.getByLabel("Days that events are kept").fill("20");
  await page.getByText("Removes what is kept now").waitFor();
  await data.getByRole("switch", { name: "Keep bodies" }).click();
  await under.expectClean(page);
  await data.getByRole("button", { name: "Save" }).click();
  await page.getByText("The settings are saved").waitFor();
  expect(await under.ask("/v1/organization")).toMatchObject({ name: "Demo & Co" });
  expect(settingsSchema.parse(await under.ask("/v1/wallets/settings"))).toMatchObject({
    retention_days: 20,
    keep_event_bodies: false,
  });
  await page.context().close();
});

test("the platform makes, plans and suspends organizations, and their books agree", async () => {
  const page = await under.openPage("/platform/organizations");
  await page.getByRole("button", { name: "Create organization" }).click();
  await fill(page, "Name", "Acme");
  await press(page, "Create");
  await page
    .getByRole("dialog")
    .getByText(/kt_ak_/)
    .waitFor();
  await press(page, "I have copied it");
  await choose(page, "Acme", "Change name and plan");
  await fill(page, "Seats", "7");
  await fill(page, "Monthly credit of each seat, USD", "12.345678901");
  await press(page, "Save");
  await page.getByRole("cell", { name: "$12.345678901" }).waitFor();
  await choose(page, "Acme", "Suspend");
  await press(page, "Suspend");
  await page.getByRole("cell", { name: "suspended" }).waitFor();
  await under.expectClean(page);
  await choose(page, "Acme", "Check its books");
  await page.getByRole("cell", { name: "agree" }).waitFor();
  await page.context().close();
});

describe("a plain member", () => {
  const setRole = (role: string) => asAdmin("PATCH", `/v1/members/${under.organization.memberId}`, { role });

  beforeAll(async () => {
    await asAdmin("POST", "/v1/members", { email: "second-owner@demo.example", role: "owner" });
    await setRole("member");
  });

  afterAll(async () => {
    await setRole("owner");
  });

  test.each(PAGES.filter((path) => !path.startsWith("/platform")))(
    "asks for nothing that is refused on %s",
    async (path) => under.expectClean(await under.visit(path)),
  );

  test("reads why a page shows nothing, and why a button does nothing", async () => {
    const page = await under.openPage("/webhooks");
    await page.getByText("Your role does not show this").waitFor();
    await page.goto("/teams");
    await page.getByRole("button", { name: "Create team" }).hover();
    await page.getByText("Your role has no org:admin").waitFor();
    await page.context().close();
  });
});

test("where people may not make organizations the page says why; where they may, one is made", async () => {
  const page = await under.openPage("/organizations/new");
  await page.getByText("People make no organizations here").waitFor();
  await page.context().close();
  await under.gateway.restart({ SIGN_UP_ORGANIZATIONS: "2" });
  const made = await under.openPage("/organizations/new");
  await made.getByLabel("Name").fill("Mine");
  await made.getByRole("button", { name: "Make organization" }).click();
  await made.waitForURL(`${under.gateway.url}/`);
  await expect.poll(() => made.getByRole("banner").innerText()).toContain("Mine");
  await under.expectClean(made);
  await made.context().close();
});
