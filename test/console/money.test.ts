/** Wallets, budgets, reservations and reconciliation in real Chromium: their actions through the pages, their numbers against the API's. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { callApi, textOf } from "../../scripts/seed/api.ts";
import { DEMO_PERSON } from "../../scripts/seed/person.ts";
import { startConsole, type ConsoleUnderTest } from "../support/console.ts";
import { bodyFor, send } from "../support/traffic.ts";

const walletSchema = z.object({
  id: z.string(),
  scope: z.enum(["seat", "user", "team", "organization"]),
  name: z.string(),
  balance: z.string(),
  held: z.string(),
  available: z.string(),
  total_allocated: z.string(),
  total_spent: z.string(),
  status: z.string(),
});
const walletsSchema = z.object({ data: z.array(walletSchema) });
type Wallet = z.infer<typeof walletSchema>;

const standingSchema = z.object({
  windows: z.array(
    z.object({
      policy_id: z.string(),
      window: z.string(),
      limit: z.string(),
      used: z.string(),
      held: z.string(),
      remaining: z.string(),
      resets_at: z.string(),
    }),
  ),
});

const sessionSchema = z.looseObject({ organizations: z.array(z.looseObject({})) });

const HELD_REQUEST = "console-holds-this";
let under: ConsoleUnderTest;
let organizationWallet: Wallet;
let budgetId: string;
let pages: readonly string[];

beforeAll(async () => {
  under = await startConsole();
  const post = (path: string, body: Record<string, unknown>) =>
    callApi(under.gateway.url, under.organization.accessKey, "POST", path, body);
  const budget = await post("/v1/unified-access/budgets", {
    name: "Research a day",
    scope: { type: "team", id: under.organization.teamId },
    windows: { daily: "5", monthly: "20.5" },
  });
  budgetId = z.string().parse(budget["id"]);
  await post("/v1/unified-access/budgets", {
    name: "Everything",
    scope: { type: "organization" },
    windows: { daily: "1000", monthly: "12345.678901234" },
  });
  await callApi(under.gateway.url, under.gateway.adminToken, "POST", "/v1/admin/administrators", {
    email: DEMO_PERSON.email,
  });
  await hold(HELD_REQUEST);
  organizationWallet = await findWallet("organization");
  pages = [
    "/wallets",
    "/wallets?scope=team",
    `/wallets/${organizationWallet.id}`,
    "/wallets/settings",
    "/wallets/auto-topups",
    "/budgets",
    `/budgets/${budgetId}`,
    "/budgets/check",
    "/reservations",
    "/reconciliation",
    "/add-credits",
    "/payments",
    "/payments/settings",
    "/platform/payments",
  ];
});

/** Of the organization alone, so that its wallet holds it, for as long as a lease lasts. */
async function hold(requestId: string): Promise<void> {
  await callApi(under.gateway.url, under.organization.accessKey, "POST", "/v1/gateway/wallets/reserve", {
    request_id: requestId,
    provider: "openai",
    model: "gpt-5.4-mini",
    input_tokens: 1_000,
    max_output_tokens: 500,
    request_sha256: "ab".repeat(32),
  });
}

afterAll(async () => under.stop());

async function findWallet(scope: Wallet["scope"], name?: string): Promise<Wallet> {
  const { data } = walletsSchema.parse(await under.ask(`/v1/wallets?scope=${scope}`));
  const found = data.find((wallet) => name === undefined || wallet.name === name);
  if (found === undefined) throw new Error(`no ${scope} wallet ${name ?? ""}`);
  return found;
}

/** The machine may be busy. */
const eventually = (read: () => Promise<unknown>) => expect.poll(read, { timeout: 15_000 });

const shown = (amount: string): string =>
  `$${amount.replace(/^\d+/, (whole) => Number(whole).toLocaleString("en-US"))}`;

async function close(page: Page): Promise<void> {
  await under.expectClean(page);
  await page.context().close();
}

test("every page has no errors and no barriers, light, dark and on a phone", async () => {
  for (const path of pages) await under.walk(path);
});

test("the list and a wallet's page have the API's numbers, and a hold that is under way", async () => {
  await hold("console-shows-this");
  const page = await under.openPage("/wallets?scope=organization");
  const wallet = await findWallet("organization");
  const row = page.getByRole("region", { name: "Wallets", exact: true }).locator(`[data-row="${wallet.id}"]`);
  await eventually(() => row.innerText()).toContain(shown(wallet.balance));
  for (const amount of [wallet.held, wallet.available, wallet.total_allocated, wallet.total_spent]) {
    expect(await row.innerText()).toContain(shown(amount));
  }
  await row.getByRole("link").click();
  await page.waitForURL(`**/wallets/${wallet.id}`);
  const cardOf = (name: string) => page.getByRole("region", { name, exact: true });
  await eventually(() => cardOf("Available").innerText()).toContain(shown(wallet.available));
  expect(await cardOf("Reserved").innerText()).toContain(shown(wallet.held));
  await eventually(() => cardOf("Holds in flight").first().innerText()).toContain("console-shows-this");
  await eventually(() => cardOf("Burn rate").innerText()).toContain("a day");
  await close(page);
});

test.each(["UTC", "Asia/Kathmandu", "America/St_Johns"])(
  "wallets and budgets equal the API's for a viewer in %s",
  async (timeZone) => {
    const page = await under.openPage("/wallets?scope=organization", { timeZone });
    const wallet = await findWallet("organization");
    const row = page.getByRole("region", { name: "Wallets", exact: true }).locator(`[data-row="${wallet.id}"]`);
    for (const amount of [wallet.balance, wallet.held, wallet.available, wallet.total_spent]) {
      await eventually(() => row.innerText()).toContain(shown(amount));
    }
    await page.goto("/budgets");
    const { windows } = standingSchema.parse(await under.ask("/v1/unified-access/budgets/standing"));
    expect(windows.map(({ window }) => window)).toEqual(expect.arrayContaining(["daily", "monthly"]));
    for (const { policy_id: id, window, used, held, limit, remaining, resets_at: resetsAt } of windows) {
      const bar = page.locator(`[data-row="${id}"] [data-window="${window}"]`);
      await eventually(() => bar.innerText()).toContain(
        `${shown(used)} used, ${shown(held)} held of ${shown(limit)}; ${shown(remaining)} left`,
      );
      const resets = new Date(resetsAt).toLocaleString("en-US", { dateStyle: "medium", timeStyle: "medium", timeZone });
      expect(await bar.locator("time").first().getAttribute("title")).toBe(resets);
    }
    await close(page);
  },
);

test("money is credited, allocated and reclaimed, exactly and once", async () => {
  const before = await findWallet("team", "Research");
  const page = await under.openPage(`/wallets/${before.id}`);
  const move = async (verb: string, amount: string): Promise<void> => {
    await page.getByRole("button", { name: verb, exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(/^Amount/).fill(amount);
    await dialog.getByLabel("Note").fill("by the console");
    await dialog.getByRole("button", { name: verb, exact: true }).dblclick();
    await dialog.waitFor({ state: "hidden" });
  };
  await move("Allocate", "1.000000001");
  await move("Credit", "2.5");
  await move("Reclaim", "0.500000001");
  const after = await findWallet("team", "Research");
  expect(nanos(after.balance) - nanos(before.balance)).toBe(3_000_000_000n);
  await eventually(() => page.getByRole("region", { name: "Balance", exact: true }).innerText()).toContain(
    shown(after.balance),
  );
  await eventually(() => page.getByRole("region", { name: "Transactions", exact: true }).first().innerText()).toMatch(
    /reclaim\s+-\$0\.500000001/,
  );
  await close(page);
});

test("a transfer says what is wrong with it before and after it is sent", async () => {
  const page = await under.openPage("/wallets");
  await page.getByRole("button", { name: "Allocate" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(/^Amount/).fill("1,5");
  await dialog.getByRole("button", { name: "Allocate" }).click();
  await eventually(() => dialog.innerText()).toContain("A decimal with a point");
  expect(await dialog.innerText()).toContain("Choose one.");
  await dialog.locator("input[aria-haspopup=listbox]").click();
  await page.getByRole("option", { name: "Support" }).click();
  await dialog.getByLabel(/^Amount/).fill("1000000");
  await dialog.getByRole("button", { name: "Allocate" }).click();
  await dialog.getByRole("alert").waitFor();
  await page.context().close();
});

test("settings are changed where they differ, and kept", async () => {
  const page = await under.openPage("/wallets/settings");
  const buffer = page.getByLabel("Reserve buffer");
  await buffer.fill("17.5");
  await page.getByRole("switch", { name: "Shorten also what callers ask for" }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("The settings are saved").waitFor();
  expect(await under.ask("/v1/wallets/settings")).toMatchObject({ reserve_buffer_pct: 17.5, clamp: true });
  await close(page);
});

test("a budget is made, shown as it stands, changed and deleted", async () => {
  const page = await under.openPage("/budgets");
  await page.getByRole("button", { name: "Create budget" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await eventually(() => dialog.innerText()).toContain("Set at least one limit.");
  await dialog.getByLabel("Name").fill("All, hourly");
  await dialog.getByLabel("Per hour").fill("12.25");
  await under.expectClean(page);
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await dialog.waitFor({ state: "hidden" });
  const made = page.getByRole("row").filter({ hasText: "All, hourly" });
  await eventually(() => made.innerText()).toContain("of $12.25");

  await page.getByRole("button", { name: "Actions of All, hourly" }).click();
  await page.getByRole("menuitem", { name: "Change" }).click();
  await dialog.getByLabel("Per hour").fill("13");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "hidden" });
  const budgets = z
    .object({ data: z.array(z.object({ name: z.string(), windows: z.object({ hourly: z.string().optional() }) })) })
    .parse(await under.ask("/v1/unified-access/budgets"));
  expect(budgets.data.find(({ name }) => name === "All, hourly")?.windows.hourly).toBe("13.00");

  await page.getByRole("button", { name: "Actions of All, hourly" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete" }).click();
  await made.waitFor({ state: "detached" });
  await close(page);
});

test("a request is tried against the budgets that count it", async () => {
  const page = await under.openPage(`/budgets/check?team=${under.organization.teamId}&model=gpt-5.4-mini`);
  const simulator = page.getByRole("region", { name: "Simulator" });
  await page.getByRole("region", { name: "Budgets that count it" }).getByText("Research a day").first().waitFor();
  await simulator.getByText("By amount").click();
  await simulator.getByLabel(/^Amount/).fill("5.000000001");
  await simulator.getByRole("button", { name: "Would it pass?" }).click();
  await simulator.getByText("It would be refused").waitFor();
  await simulator.getByText("By tokens").click();
  await simulator.getByRole("button", { name: "Would it pass?" }).click();
  await simulator.getByText("It would pass").waitFor();
  await close(page);
});

test("reservations are filtered, and the books agree", async () => {
  await hold("console-lists-this");
  const page = await under.openPage(`/reservations?status=open&wallet=${organizationWallet.id}`);
  const rows = page.getByRole("region", { name: "Reservations" }).getByRole("row");
  await eventually(async () => (await rows.allInnerTexts()).join(" ")).toContain("open");
  await page.goto("/reservations?status=released");
  await page.getByText("No reservations here").waitFor();
  await close(page);
  const books = await under.openPage("/reconciliation");
  const { balance } = z.object({ balance: z.string() }).parse(await under.ask("/v1/reconciliation"));
  await books.getByText("Everything agrees").waitFor();
  expect(await books.getByRole("region", { name: "Balance" }).innerText()).toContain(shown(balance));
  await close(books);
});

test("credits are paid for in the provider's window, arrive, and are listed", async () => {
  const before = await findWallet("organization");
  const page = await under.openPage("/add-credits");
  await page.getByRole("button", { name: "$25.00" }).click();
  const opened = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Continue to payment" }).click();
  const checkout = await opened;
  await checkout.getByRole("button", { name: "Pay", exact: true }).click();
  await checkout.getByText("The payment has arrived, and the wallet has it.").waitFor();
  await checkout.getByText("You can close this window").waitFor();
  await checkout.close();
  await page.getByText("The payment has arrived, and the wallet has it.").waitFor();
  await under.expectClean(page);
  const after = await findWallet("organization");
  expect(nanos(after.balance) - nanos(before.balance)).toBe(25_000_000_000n);

  await page.goto("/payments?status=completed");
  const rows = page.getByRole("region", { name: "Payments" }).getByRole("row");
  await eventually(() => rows.last().innerText()).toContain("$25.00");
  await rows.last().getByRole("link").click();
  await eventually(() => page.getByRole("dialog").innerText()).toContain("pay_");
  await close(page);
});

test("the platform sees every payment, and refunds a part", async () => {
  const before = await findWallet("organization");
  const page = await under.openPage("/platform/payments?status=completed");
  await page.getByRole("button", { name: "Refund", exact: true }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(/^Amount/).fill("5");
  await dialog.getByRole("button", { name: "Refund", exact: true }).click();
  await dialog.waitFor({ state: "hidden" });
  await eventually(async () => nanos(before.balance) - nanos((await findWallet("organization")).balance)).toBe(
    5_000_000_000n,
  );
  await close(page);
});

describe("auto top-up", () => {
  const autoTopUpsSchema = z.object({
    data: z.array(z.object({ status: z.string(), amount: z.string(), cause: z.string(), owner_id: z.string() })),
  });
  const autoTopUpSchema = z.object({
    state: z.string(),
    charged_today: z.string(),
    failure_code: z.string().nullable(),
  });
  const autoTopUpsOf = async (wallet: Wallet) =>
    autoTopUpsSchema.parse(await under.ask(`/v1/wallets/auto-topups?wallet_id=${wallet.id}`)).data;
  const standingOf = async (wallet: Wallet) =>
    autoTopUpSchema.parse(await under.ask(`/v1/wallets/${wallet.id}/auto-topup`));
  const cardOf = (page: Page) => page.getByRole("region", { name: "Auto top-up", exact: true });

  /** Pays with a card that is saved, from a page that offers it. */
  async function saveCard(page: Page, card: string): Promise<void> {
    await page.getByLabel(/^Another amount/).fill("10");
    expect(await page.getByLabel("Save this payment method").isChecked()).toBe(true);
    const opened = page.waitForEvent("popup");
    await page.getByRole("button", { name: "Continue to payment" }).click();
    const checkout = await opened;
    await checkout.getByLabel("The saved card").selectOption(card);
    await checkout.getByRole("button", { name: "Pay", exact: true }).click();
    await checkout.getByText("The payment has arrived, and the wallet has it.").waitFor();
    await checkout.close();
    await page.getByText("The payment has arrived, and the wallet has it.").waitFor();
  }

  async function setUp(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
    const dialog = page.getByRole("dialog");
    for (const [label, value] of Object.entries(values)) await dialog.getByLabel(new RegExp(`^${label}`)).fill(value);
  }

  test("is set up from a saved method; a request that falls below the threshold is followed by a charge", async () => {
    const { id } = organizationWallet;
    const page = await under.openPage(`/wallets/${id}`, { refusals: [400] });
    await cardOf(page).getByText("It is not set up.").waitFor();
    await page.getByRole("button", { name: "Set up" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("There is no payment method to charge yet.").waitFor();
    await under.expectClean(page);
    await dialog.getByRole("link", { name: "Top up and save a payment method" }).click();
    await saveCard(page, "works");
    await page.goto("/payments/settings");
    await page.getByRole("region", { name: "Kept payment methods" }).first().getByRole("button").first().waitFor();

    await page.goto(`/wallets/${id}`);
    const before = await findWallet("organization");
    await page.getByRole("button", { name: "Set up" }).click();
    await setUp(page, { Threshold: before.balance, Amount: "10", "Daily cap": "9" });
    await dialog.getByRole("button", { name: "Turn on" }).click();
    await dialog.getByText("The daily cap is below one charge.").first().waitFor();
    await setUp(page, { Threshold: "100000", "Daily cap": "50" });
    await dialog.getByText("once this is saved, it charges").waitFor();
    await under.expectClean(page);
    await setUp(page, { Threshold: before.balance });
    await dialog.getByRole("button", { name: "Turn on" }).click();
    await dialog.waitFor({ state: "hidden" });
    await eventually(() => cardOf(page).innerText()).toContain("$0.00 of at most $50.00");
    expect(await standingOf(before)).toMatchObject({ state: "ready", charged_today: "0.00" });

    const ofNobody = await callApi(under.gateway.url, under.organization.accessKey, "POST", "/v1/keys", {
      name: "of nobody",
      type: "gateway",
    });
    const answer = await send(under.gateway, textOf(ofNobody, "key"), "openai.chat", bodyFor("openai.chat"));
    expect(answer.status).toBe(200);
    await eventually(async () => (await autoTopUpsOf(before)).map(({ status, cause }) => [status, cause])).toEqual([
      ["completed", "low_balance"],
    ]);
    const after = await findWallet("organization");
    expect(nanos(after.balance)).toBeGreaterThan(nanos(before.balance));
    const balance = page.getByRole("region", { name: "Balance", exact: true });
    await eventually(() => balance.innerText()).toContain(shown(after.balance));
    await eventually(() => cardOf(page).innerText()).toContain("$10.00 of at most $50.00");
    expect(await cardOf(page).innerText()).toContain("cooling down");

    await cardOf(page).getByRole("link", { name: "History" }).click();
    const rows = page.getByRole("region", { name: "Auto top-ups" }).getByRole("row");
    await eventually(() => rows.last().innerText()).toMatch(/completed\s+\$10\.00/);
    await page.getByRole("combobox", { name: "Status" }).click();
    await page.getByRole("option", { name: "failed" }).click();
    await page.getByText("No auto top-up here").waitFor();
    await under.expectClean(page);
    await page.goto(`/wallets/auto-topups?wallet=${id}&to=2020-01-01`);
    await page.getByText("No auto top-up here").waitFor();

    await page.goto(`/wallets/${id}`);
    await page.getByRole("button", { name: "Turn off" }).click();
    await page.getByText("The wallet is not refilled by itself.").waitFor();
    expect(await standingOf(before)).toMatchObject({ state: "off" });
    await close(page);
  });

  test("stops at a card that is of no use any more, says why, and starts again", async () => {
    const wallet = await findWallet("team", "Support");
    const page = await under.openPage("/add-credits?scope=organization&save=true");
    await saveCard(page, "dies");
    await page.goto(`/wallets/${wallet.id}`);
    await page.getByRole("button", { name: "Set up" }).click();
    const dialog = page.getByRole("dialog");
    await setUp(page, { Threshold: "500", Amount: "50", "Daily cap": "1000" });
    await dialog.getByRole("combobox", { name: "Payment method" }).click();
    await page.getByRole("option").last().click();
    await dialog.getByRole("button", { name: "Turn on" }).click();
    await dialog.waitFor({ state: "hidden" });
    await eventually(() => cardOf(page).innerText()).toContain("Auto top-up has stopped");
    expect(await cardOf(page).innerText()).toContain("The card has expired.");
    await under.expectClean(page);
    await page.getByRole("button", { name: "Start again" }).click();
    // Within the cooldown of the charge that failed.
    await eventually(() => cardOf(page).innerText()).toContain("cooling down");
    expect(await standingOf(wallet)).toMatchObject({ state: "cooling_down", failure_code: null });
    expect((await autoTopUpsOf(wallet)).map(({ status }) => status)).toEqual(["failed"]);
    expect((await findWallet("team", "Support")).balance).toBe(wallet.balance);
    await page.getByRole("button", { name: "Turn off" }).click();
    await page.getByText("The wallet is not refilled by itself.").waitFor();
    await close(page);
  });

  test("of the own wallet is the member's, once people may top up", async () => {
    const grace = await under.signUp("grace@demo.example");
    const wallet = await findWallet("user", "grace@demo.example");
    const page = await under.openPage(`/wallets/${wallet.id}`, { as: grace });
    await cardOf(page).getByText("Contact your org admin to add credits").waitFor();
    expect(await page.getByRole("button", { name: "Set up" }).isDisabled()).toBe(true);
    await under.expectClean(page);
    await callApi(under.gateway.url, under.organization.accessKey, "PUT", "/v1/wallets/settings", {
      self_service_user_top_up: true,
    });
    await page.reload();
    await page.getByRole("button", { name: "Set up" }).click();
    await page.getByRole("link", { name: "Top up and save a payment method" }).click();
    await saveCard(page, "works");
    await page.goto(`/wallets/${wallet.id}`);
    await page.getByRole("button", { name: "Set up" }).click();
    await setUp(page, { Threshold: "15", Amount: "10", "Daily cap": "10" });
    await page.getByRole("dialog").getByRole("button", { name: "Turn on" }).click();
    await eventually(async () => (await autoTopUpsOf(wallet)).map(({ status }) => status)).toEqual(["completed"]);
    const { balance } = await findWallet("user", "grace@demo.example");
    await eventually(() => page.getByRole("region", { name: "Balance", exact: true }).innerText()).toContain(
      shown(balance),
    );
    await cardOf(page).getByRole("link", { name: "History" }).click();
    await page.getByRole("region", { name: "Auto top-ups" }).getByText("completed").waitFor();
    await under.expectClean(page);
    await page.goto("/payments/settings");
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("None is kept").waitFor();
    await close(page);
  });
});

test("a top-up outside of the limits is refused at its field, and the settings move them", async () => {
  const page = await under.openPage("/payments/settings");
  await page.getByLabel(/^Minimum/).fill("5.5");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("The payment settings are saved").waitFor();
  await page.goto("/add-credits");
  await page.getByText("From $5.50 to").waitFor();
  await page.getByLabel(/^Another amount/).fill("5.49");
  await page.getByRole("button", { name: "Continue to payment" }).click();
  await page.getByText("The smallest top-up is 5.50 USD.").first().waitFor();
  await page.context().close();
});

test("whoever sees only their own is asked for nothing else, and told why", async () => {
  const page = await under.openPage("/");
  await page.route("**/v1/session", async (route) => {
    const session = sessionSchema.parse(await (await route.fetch()).json());
    const organizations = session.organizations.map((each) => ({ ...each, role: "member", capabilities: ["self"] }));
    await route.fulfill({ json: { ...session, platform_admin: false, organizations } });
  });
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  for (const path of pages) {
    await page.goto(path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await under.expectClean(page);
  }
  const ofOthers =
    /^\/v1\/(admin|reconciliation|wallets\/settings|payments\/(history|settings)|unified-access\/budgets(\/(standing|bud_\w+))?$)/;
  expect([...new Set(asked.filter((path) => ofOthers.test(path)))]).toEqual([]);
  await page.goto("/wallets");
  await page.getByRole("button", { name: "Credit", exact: true }).hover();
  await page.getByText("Your role has no org:billing.").first().waitFor();
  await page.context().close();
});

function nanos(amount: string): bigint {
  const [whole = "0", fraction = ""] = amount.split(".");
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0"));
}
