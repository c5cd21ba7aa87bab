/** The console in real Chromium: every page in both schemes and on a phone, and its numbers against the API's. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { startConsole, type ConsoleUnderTest } from "../support/console.ts";

/** A new page: its address here. */
const PAGES = ["/", "/spend", "/spend?view=logs", "/keys"] as const;
const REQUESTS = 3;

const summarySchema = z.object({ total_cost: z.string(), total_tokens: z.int(), top_provider: z.string() });
const logsSchema = z.object({
  data: z.array(z.object({ id: z.string(), total_cost: z.string(), created_at: z.string() })),
});

let under: ConsoleUnderTest;

beforeAll(async () => {
  under = await startConsole();
  for (let sent = 0; sent < REQUESTS; sent += 1) {
    const answer = await fetch(`${under.gateway.url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${under.organization.gatewayKey}`, "content-type": "application/json" },
      body: JSON.stringify({
        model: "gpt-5.4-mini",
        max_completion_tokens: 50,
        messages: [{ role: "user", content: "Hi" }],
      }),
    });
    expect(answer.status).toBe(200);
    await answer.text();
  }
  await vi.waitFor(
    async () => expect(logsSchema.parse(await under.ask("/v1/spend/logs")).data).toHaveLength(REQUESTS),
    { timeout: 20_000, interval: 200 },
  );
});

afterAll(async () => under.stop());

test.each(PAGES)("%s has no errors and no barriers, light, dark and on a phone", async (path) => under.walk(path));

test("the groups of the navigation open and close, and stay so", async () => {
  const page = await under.openPage("/");
  const navigation = page.getByRole("navigation", { name: "Pages of the console" });
  const members = navigation.getByRole("link", { name: "Members" });
  const spend = navigation.getByRole("link", { name: "Spend" });
  await spend.waitFor();
  await members.waitFor({ state: "hidden" });
  await navigation.getByRole("button", { name: "People" }).click();
  await members.click();
  await page.getByRole("heading", { level: 1, name: "Members" }).waitFor();
  await navigation.getByRole("button", { name: "Money" }).press("Enter");
  await spend.waitFor({ state: "hidden" });
  await page.reload();
  await members.waitFor();
  await spend.waitFor({ state: "hidden" });
  await page.goto("/settings");
  await navigation.getByRole("link", { name: "Webhooks" }).waitFor();
  await under.expectClean(page);
  await page.context().close();
});

test.each(["UTC", "Asia/Kathmandu", "America/St_Johns"])(
  "spend equals the API's for a viewer in %s",
  async (timeZone) => {
    const summary = summarySchema.parse(await under.ask("/v1/spend/summary"));
    const page = await under.openPage("/spend", { timeZone });
    const cardOf = (label: string) => page.getByRole("region", { name: label }).innerText();
    await page.getByRole("region", { name: "Spend by provider" }).waitFor();
    expect(await cardOf("Total cost")).toContain(`$${summary.total_cost}`);
    expect((await cardOf("Total tokens")).replaceAll(",", "")).toContain(String(summary.total_tokens));
    expect(await cardOf("Top provider")).toContain(summary.top_provider);
    await page.context().close();
  },
);

test("a browser gets the page with a strict policy for scripts, and the API stays the API", async () => {
  const page = await under.openPage("/spend");
  const shown = await page.reload();
  expect(shown?.headers()["content-security-policy"]).toMatch(/default-src 'none'; script-src 'self';/);
  const missing = await page.goto("/v1/nothing");
  expect(await missing?.json()).toMatchObject({ error: { code: "not_found" } });
  await page.context().close();

  // `fetch` of Node says `sec-fetch-mode: cors`, as scripts of pages do.
  for (const [path, init] of [
    ["/assets/nothing.js", {}],
    ["/models", { headers: { accept: "text/html" } }],
    ["/chat/completions", { method: "POST", body: "{}" }],
  ] as const) {
    const answer = await fetch(under.gateway.url + path, init);
    expect([path, answer.status]).toEqual([path, 404]);
    expect(await answer.json()).toMatchObject({ error: { code: "not_found" } });
  }
});

test("a request opens with its price, its payment and its traces, and has an address of its own", async () => {
  const [log] = logsSchema.parse(await under.ask("/v1/spend/logs")).data;
  const page = await under.openPage("/spend?view=logs");
  await page.getByRole("table").getByRole("link").first().click();
  const dialog = page.getByRole("dialog");
  await expect.poll(() => dialog.innerText()).toContain(`$${log?.total_cost}`);
  expect(await dialog.innerText()).toContain("wallet_catalog");
  expect(page.url()).toContain(`log=${log?.id}`);
  await under.expectClean(page);
  await page.context().close();
});

test("a key is created and shown once, rotated, and revoked after a question", async () => {
  const page = await under.openPage("/keys");
  await page.getByRole("button", { name: "Create key" }).click();
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect.poll(() => page.getByRole("dialog").innerText()).toContain("Give the key a name.");
  await page.getByLabel("Name").fill("browser");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect.poll(() => page.getByRole("dialog").innerText()).toMatch(/kt_gk_\w+/);
  await under.expectClean(page);
  await page.getByRole("button", { name: "I have copied it" }).click();

  await page.getByRole("button", { name: "Actions of browser" }).click();
  await page.getByRole("menuitem", { name: "Rotate" }).click();
  await page.getByRole("button", { name: "Rotate" }).click();
  await expect.poll(() => page.getByRole("dialog").innerText()).toMatch(/kt_gk_\w+/);
  await page.getByRole("button", { name: "I have copied it" }).click();

  await page.getByRole("button", { name: "Actions of browser" }).first().click();
  await page.getByRole("menuitem", { name: "Revoke" }).click();
  await page.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("status").or(page.getByRole("alert")).getByText("is revoked").waitFor();
  await under.expectClean(page);
  await page.context().close();
});

test("a change whose answer was lost happens once, also when a person repeats it", async () => {
  const page = await under.openPage("/keys", { refusals: [503] });
  const sent: (string | undefined)[] = [];
  let isLost = true;
  await page.route("**/v1/keys", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    sent.push(route.request().headers()["idempotency-key"]);
    const answer = await route.fetch();
    if (!isLost) return route.fulfill({ response: answer });
    return route.fulfill({ status: 503, json: { error: { message: "Lost.", code: "wallet_unavailable" } } });
  });
  await page.getByRole("button", { name: "Create key" }).click();
  await page.getByLabel("Name").fill("once");
  const create = page.getByRole("button", { name: "Create", exact: true });
  await create.click();
  await page.getByText("Lost.").first().waitFor();
  isLost = false;
  await create.click();
  await expect.poll(() => page.getByRole("dialog").innerText()).toMatch(/kt_gk_\w+/);
  expect(sent.length).toBeGreaterThan(1);
  expect(new Set(sent).size).toBe(1);
  const { data } = await under.ask("/v1/keys?limit=200");
  expect(Array.isArray(data) && data.filter((key) => JSON.stringify(key).includes('"name":"once"'))).toHaveLength(1);
  await page.context().close();
});
