/** The chat in real Chromium: three endpoints, stopping, refusals of every kind, and the money beside it. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { callApi, textOf } from "../../scripts/seed/api.ts";
import { DEMO_PERSON } from "../../scripts/seed/person.ts";
import { PHONE, SCHEMES, startConsole, type ConsoleUnderTest } from "../support/console.ts";

const rowsSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      status: z.string(),
      endpoint: z.string(),
      model: z.string().nullable(),
      total_cost: z.string(),
      input_tokens: z.int().nullable(),
      output_tokens: z.int().nullable(),
    }),
  ),
});

const listSchema = z.object({ data: z.array(z.looseObject({})) });
const balanceSchema = z.object({ available: z.string() });

const RICH =
  '[[demo: {"text": "Some **bold** words\\n\\n```js\\nconst a = 1;\\n```\\n\\n| a | b |\\n|---|---|\\n| 1 | 2 |\\n\\n<b>html</b>"}]]';

let under: ConsoleUnderTest;

beforeAll(async () => {
  under = await startConsole();
});

afterAll(async () => under.stop());

async function newestRow() {
  const [row] = rowsSchema.parse(await under.ask("/v1/spend/logs?limit=1")).data;
  if (row === undefined) throw new Error("the spend log is empty");
  return row;
}

async function post(path: string, body: Readonly<Record<string, unknown>>) {
  return callApi(under.gateway.url, under.organization.accessKey, "POST", path, body);
}

async function remove(path: string): Promise<void> {
  await callApi(under.gateway.url, under.organization.accessKey, "DELETE", path);
}

async function chooseModel(page: Page, model: string): Promise<void> {
  await page.getByRole("combobox", { name: "Model" }).fill(model);
  await page.getByRole("option", { name: new RegExp(`^${model} `) }).click();
}

async function say(page: Page, prompt: string): Promise<void> {
  await page.getByRole("textbox", { name: "Prompt" }).fill(prompt);
  await page.keyboard.press("Enter");
}

/** The line under the newest answer, once the spend log has it. */
async function receiptOf(page: Page): Promise<string> {
  const receipt = page.locator("[data-receipt]").last();
  await receipt.waitFor({ timeout: 20_000 });
  return receipt.innerText();
}

describe.each(SCHEMES)("in the %s scheme", (scheme) => {
  test("it has no errors and no barriers, empty and with an answer", async () => {
    const page = await under.openPage("/chat?model=gpt-5.4-mini", { scheme });
    await under.expectClean(page);
    await say(page, RICH);
    await receiptOf(page);
    await under.expectClean(page);
    await page.context().close();
  });
});

test("it fits a phone, with conversations and credits in drawers", async () => {
  const page = await under.openPage("/chat?model=gpt-5.4-mini", { viewport: PHONE });
  await say(page, RICH);
  await receiptOf(page);
  expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
  await page.getByRole("button", { name: "Credits" }).click();
  await page.getByRole("dialog").getByText("Available").waitFor();
  await under.expectClean(page);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Conversations" }).click();
  await page.getByRole("dialog").getByRole("link", { name: "New conversation" }).waitFor();
  await under.expectClean(page);
  await page.context().close();
});

test.each([
  ["gpt-5.4-mini", "openai.responses"],
  ["claude-sonnet-5", "anthropic.messages"],
])("%s answers by %s, and its cost is the spend log's", async (model, endpoint) => {
  const page = await under.openPage(`/chat?model=${model}`);
  await say(page, RICH);
  const answer = page.getByRole("region", { name: `Answer of ${model}` });
  await answer.locator("strong", { hasText: "bold" }).waitFor();
  await answer.getByRole("button", { name: "Copy code" }).waitFor();
  expect(await answer.innerText()).toContain("<b>html</b>");
  const receipt = await receiptOf(page);
  const row = await newestRow();
  expect([row.model, row.endpoint, row.status]).toEqual([model, endpoint, "completed"]);
  expect(receipt).toContain(`$${row.total_cost} · ${row.input_tokens} tokens in · ${row.output_tokens} out`);
  await page.context().close();
});

test("settings choose the endpoint, the system prompt and the output limit; what was said goes along", async () => {
  const page = await under.openPage("/chat?model=gpt-5.4-mini");
  await page.getByRole("button", { name: "Settings of this conversation" }).click();
  await page.getByLabel("System prompt").fill("You answer briefly.");
  await page.getByLabel("Output limit").fill("321");
  await page.getByRole("combobox", { name: "Endpoint" }).click();
  await page.getByRole("option", { name: "/v1/chat/completions" }).click();
  await under.expectClean(page);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("textbox", { name: "Prompt" }).fill("first line");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("second line");
  await page.keyboard.press("Enter");
  await receiptOf(page);
  await say(page, "And then?");
  await expect.poll(() => page.locator("[data-receipt]").count(), { timeout: 20_000 }).toBe(2);
  const body: unknown = JSON.parse(under.gateway.demo.requests.at(-1)?.body ?? "");
  expect(body).toMatchObject({
    model: "gpt-5.4-mini",
    max_completion_tokens: 321,
    messages: [
      { role: "system", content: "You answer briefly." },
      { role: "user", content: "first line\nsecond line" },
      { role: "assistant" },
      { role: "user", content: "And then?" },
    ],
  });
  await page.context().close();
});

test("an answer that is stopped stays as far as it came, and shows what it has cost", async () => {
  const page = await under.openPage("/chat?model=gpt-5.4-mini");
  await say(page, "Slowly [[demo: frame_gap_ms=400 output_tokens=400 frames=200]]");
  const answer = page.getByRole("region", { name: "Answer of gpt-5.4-mini" });
  await expect.poll(async () => (await answer.innerText()).length, { timeout: 20_000 }).toBeGreaterThan(30);
  await page.keyboard.press("Escape");
  await answer.getByText("Stopped.").waitFor();
  const receipt = await receiptOf(page);
  const row = await newestRow();
  expect(row.status).toBe("client_disconnected");
  expect(receipt).toContain(`$${row.total_cost}`);
  await page.context().close();
});

test("conversations are kept in the browser: they come back, are exported and deleted", async () => {
  const page = await under.openPage("/chat?model=gpt-5.4-mini");
  await say(page, "Remember this");
  await receiptOf(page);
  await page.reload();
  await page.getByRole("region", { name: "Answer of gpt-5.4-mini" }).waitFor();
  await page.getByRole("button", { name: "Actions of Remember this" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: "Export" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("conversations.json");
  await page.getByRole("button", { name: "Actions of Remember this" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("What would you like to know?").waitFor();
  await page.reload();
  await page.getByRole("textbox", { name: "Prompt" }).waitFor();
  expect(await page.getByText("Remember this").count()).toBe(0);
  await page.context().close();
});

test("the credits beside it are the API's, and fall with an answer", async () => {
  const page = await under.openPage("/chat?model=gpt-5.4-mini");
  await say(page, "Hello");
  await receiptOf(page);
  const { available } = balanceSchema.parse(
    await under.ask(`/v1/wallets/balance?user_id=${under.organization.memberId}`),
  );
  const credits = page.getByRole("region", { name: "Credits" });
  await expect.poll(() => credits.innerText()).toContain(`$${available}`);
  await page.context().close();
});

describe("refused", () => {
  test("by an access policy: with its name, and the model is marked in the picker", async () => {
    const page = await under.openPage("/chat?model=claude-sonnet-5", { refusals: [403] });
    await page.getByRole("textbox", { name: "Prompt" }).waitFor();
    const made = await post("/v1/unified-access/access-policies", {
      name: "No Claude",
      effect: "deny",
      resources: { models: ["claude-*"] },
    });
    try {
      await say(page, "Hello");
      await page.getByRole("alert").getByText("ask an administrator about “No Claude”").waitFor();
      await under.expectClean(page);
      await page.reload();
      await page.getByRole("combobox", { name: "Model" }).fill("claude-sonnet-5");
      const option = page.getByRole("option", { name: /^claude-sonnet-5 / }).first();
      expect(await option.innerText()).toContain("“No Claude” forbids it");
      await page.keyboard.press("Escape");
      await chooseModel(page, "gpt-5.4-mini");
      await page.getByRole("button", { name: "Send again" }).click();
      await receiptOf(page);
    } finally {
      await remove(`/v1/unified-access/access-policies/${String(made["id"])}`);
    }
    await page.context().close();
  });

  test("by a budget: it waits with a countdown, and sends again by itself when the window begins anew", async () => {
    const page = await under.openPage("/chat?model=gpt-5.4-mini", { refusals: [429] });
    await page.clock.install();
    const made = await post("/v1/unified-access/budgets", {
      name: "Tiny",
      scope: { type: "user", id: under.organization.memberId },
      windows: { hourly: "0.000001" },
    });
    const card = page.getByRole("alert");
    try {
      await say(page, "Hello");
      await card.getByText("The budget has no room for this").waitFor();
      expect(await card.innerText()).toContain("hourly budget “Tiny”");
      expect(await card.getByRole("timer").innerText()).toMatch(/^\d+:\d\d(:\d\d)? to wait$/);
      await under.expectClean(page);
      await card.getByRole("switch", { name: "Send it again by itself then" }).check();
    } finally {
      await remove(`/v1/unified-access/budgets/${String(made["id"])}`);
    }
    await page.clock.fastForward("01:01:00");
    await page.getByRole("region", { name: "Answer of gpt-5.4-mini" }).waitFor();
    await page.context().close();
  });

  test.each([
    ["[[demo: status=429 retry_after=30]]", 429, /0:\d\d to wait/],
    ["[[demo: status=500]]", 500, /Send it again in a moment/],
    ["[[demo: status=400]]", 400, /Change what it names in the prompt/],
    ["[[demo: status=401]]", 502, /Choose a model of another provider/],
  ])("%s: it says what to do", async (prompt, status, advice) => {
    const page = await under.openPage("/chat?model=claude-sonnet-5", { refusals: [status] });
    await say(page, prompt);
    await page.getByRole("alert").getByText(advice).waitFor();
    await under.expectClean(page);
    await page.context().close();
  });

  test("in mid-answer: what came stays, with what went wrong", async () => {
    const page = await under.openPage("/chat?model=claude-sonnet-5");
    await say(page, "Hello [[demo: error_after=8]]");
    await page.getByText(/Ask again; what came until then is charged/).waitFor();
    await page.getByRole("button", { name: "Ask again" }).waitFor();
    await page.context().close();
  });
});

describe("without enough credits", () => {
  /** In an organization of the same person with one cent. */
  async function openPoor({ id } = poor): Promise<Page> {
    const page = await under.openPage("/chat", { refusals: [402] });
    await page.evaluate(`localStorage.setItem("keeptrusts-organization", ${JSON.stringify(id)})`);
    await page.goto("/chat?model=gpt-5.4");
    await page.getByRole("textbox", { name: "Prompt" }).waitFor();
    return page;
  }
  let poor: { readonly id: string; readonly key: string };

  async function makePoor(name: string): Promise<typeof poor> {
    const { url, adminToken } = under.gateway;
    const owner_email = DEMO_PERSON.email;
    const made = await callApi(url, adminToken, "POST", "/v1/admin/organizations", { name, owner_email });
    const key = textOf(made, "key");
    await callApi(url, key, "POST", "/v1/wallets/credit", { amount: "0.01", currency: "USD", note: "A cent" });
    return { id: textOf(made, "id"), key };
  }

  beforeAll(async () => {
    poor = await makePoor("Poor");
  });

  /** Its wallet refills itself from a card whose charges stay under way. */
  async function refillSlowly({ key }: typeof poor): Promise<void> {
    const ask = async (method: string, path: string, body?: Readonly<Record<string, unknown>>) =>
      callApi(under.gateway.url, key, method, path, body);
    const checkout = await ask("POST", "/v1/payments/create-checkout", { amount: "1.00", save_payment_method: true });
    const form = new URLSearchParams({ action: "pay", card: "pends" });
    await fetch(textOf(checkout, "approval_url"), { method: "POST", body: form, redirect: "manual" });
    const firstOf = async (path: string) => textOf(listSchema.parse(await ask("GET", path)).data[0] ?? {}, "id");
    await ask("PUT", `/v1/wallets/${await firstOf("/v1/wallets")}/auto-topup`, {
      enabled: true,
      threshold: "0",
      amount: "5.00",
      daily_cap: "100.00",
      payment_method: await firstOf("/v1/payments/methods"),
    });
  }

  test("a prompt goes through after a top-up in a popup, with the same ticket", async () => {
    const page = await openPoor();
    await say(page, "Tell me everything");
    const card = page.getByRole("alert").filter({ hasText: "Not enough credits" });
    await card.getByText("Missing").waitFor();
    expect(await card.innerText()).toContain("$0.01 in the organization's wallet");
    await under.expectClean(page);
    const [popup] = await Promise.all([
      page.waitForEvent("popup"),
      card.getByRole("button", { name: "Top up" }).click(),
    ]);
    await popup.getByRole("heading", { name: "Top up" }).waitFor();
    await popup.getByRole("button").first().click();
    await popup.getByRole("button", { name: "Pay", exact: true }).click();
    await popup.getByText("the wallet has it").waitFor();
    await popup.close();
    await page.getByText("The credits are there").waitFor({ timeout: 20_000 });
    const [sent] = await Promise.all([
      page.waitForRequest((request) => request.url().includes("/v1/responses")),
      page.getByRole("button", { name: "Send again with the ticket" }).click(),
    ]);
    expect(sent.headers()["x-cost-ticket"]).toMatch(/^ctk_/);
    const receipt = await receiptOf(page);
    const logs = await callApi(under.gateway.url, poor.key, "GET", "/v1/spend/logs?limit=1");
    const [row] = rowsSchema.parse(logs).data;
    expect(row?.status).toBe("completed");
    expect(receipt).toContain(`$${row?.total_cost}`);
    await page.context().close();
  });

  test("a prompt whose wallet refills itself waits for that, and goes through with the same ticket", async () => {
    const refilling = await makePoor("Refilling");
    await refillSlowly(refilling);
    const page = await openPoor(refilling);
    await page.getByRole("button", { name: "Settings of this conversation" }).click();
    await page.getByLabel("Output limit").fill("100000");
    await page.getByRole("button", { name: "Save" }).click();
    await say(page, "Tell me everything");
    await page.getByText("A top-up is under way").waitFor();
    await page.getByText("The wallet is being refilled by itself.").waitFor();
    await under.expectClean(page);
    await callApi(under.gateway.url, refilling.key, "POST", "/v1/wallets/credit", { amount: "5.00", currency: "USD" });
    await page.getByText("The credits are there").waitFor({ timeout: 20_000 });
    await page.getByRole("button", { name: "Send again with the ticket" }).click();
    await receiptOf(page);
    await page.context().close();
  });

  test("fewer tokens are offered, and who cannot pay is told whom to ask", async () => {
    await callApi(under.gateway.url, poor.key, "PUT", "/v1/payments/settings", { target_scopes: [] });
    const page = await openPoor();
    await page.getByRole("button", { name: "Settings of this conversation" }).click();
    await page.getByLabel("Output limit").fill("100000");
    await page.getByRole("button", { name: "Save" }).click();
    await say(page, "Tell me everything");
    const card = page.getByRole("alert").filter({ hasText: "Not enough credits" });
    await card.getByText("Contact your org admin to add credits").waitFor();
    expect(await card.getByRole("button", { name: "Top up" }).count()).toBe(0);
    await card.getByRole("button", { name: /^Use fewer tokens/ }).click();
    await receiptOf(page);
    await page.context().close();
  });
});
