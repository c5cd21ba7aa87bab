/**
 * The console in real Chromium, over a gateway with the demo organization: start one for each test file, and walk its pages as
 * the person who is signed in.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { vi } from "vitest";
import { callApi, type Json } from "../../scripts/seed/api.ts";
import { DEMO_PERSON, ensureDemoPerson, ensurePerson } from "../../scripts/seed/person.ts";
import { seedOnce, type DemoOrganization } from "../../scripts/seed/seed.ts";
import { launchBrowser } from "./browser.ts";
import { startTestGateway, type TestGateway } from "./gateway.ts";

export const SCHEMES = ["light", "dark"] as const;
export const PHONE = { width: 390, height: 844 } as const;
const DESK = { width: 1280, height: 720 } as const;

export interface PageOptions {
  readonly scheme?: (typeof SCHEMES)[number];
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Of the viewer's machine. */
  readonly timeZone?: string;
  /** Whose page it is; the demo organization's owner without it. */
  readonly as?: Cookies;
  /** Refusals that the test provokes: the browser's console reports every one. */
  readonly refusals?: readonly number[];
}

export interface ConsoleUnderTest {
  readonly gateway: TestGateway;
  readonly organization: DemoOrganization;
  /** A page of its own, signed in. What its console says wrong is thrown by `expectClean`. */
  openPage(path: string, options?: PageOptions): Promise<Page>;
  /** Throws what the page complained about, and serious findings of axe. */
  expectClean(page: Page): Promise<void>;
  /** Goes to an address on a page that all visits of the person share, and that is not to be closed. */
  visit(path: string, as?: Cookies): Promise<Page>;
  /** Visits an address, and is content with it in every look: light, dark, and on a phone, where nothing may be too wide. */
  walk(path: string, as?: Cookies): Promise<void>;
  /** Signs a member in who has an invitation, for `openPage`. */
  signUp(email: string): Promise<Cookies>;
  /** Asks the API as an administrator. */
  ask(path: string): Promise<Json>;
  stop(): Promise<void>;
}

/** Payments without money. */
const VARIABLES = { SANDBOX_PAYMENTS_KEY: "sandbox-payments-key-of-the-tests-01" };

const AXE_FILE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

export async function startConsole(): Promise<ConsoleUnderTest> {
  const [gateway, browser] = await Promise.all([
    startTestGateway({ console: true, variables: VARIABLES }),
    launchBrowser(),
  ]);
  const organization = await seedOnce(gateway.url, gateway.stateDir, {
    adminToken: gateway.adminToken,
    organization: null,
  });
  await ensureDemoPerson(gateway.url, gateway.logs);
  const cookies = await signIn(browser, gateway.url, DEMO_PERSON);
  const complaints = new WeakMap<Page, string[]>();
  const openPage: ConsoleUnderTest["openPage"] = async (path, options = {}) => {
    const context = await browser.newContext({
      baseURL: gateway.url,
      colorScheme: options.scheme ?? "light",
      locale: "en-US",
      reducedMotion: "reduce",
      ...(options.viewport === undefined ? {} : { viewport: options.viewport }),
      ...(options.timeZone === undefined ? {} : { timezoneId: options.timeZone }),
    });
    await context.addCookies([...(options.as ?? cookies)]);
    const page = await context.newPage();
    complaints.set(page, collectComplaints(page, options.refusals ?? []));
    await page.goto(path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    return page;
  };
  const expectClean: ConsoleUnderTest["expectClean"] = async (page) => {
    await vi.waitFor(
      async () => {
        if ((await page.locator("[aria-busy=true]").count()) > 0) throw new Error(`${page.url()} is still loading`);
      },
      { timeout: 10_000 },
    );
    const found = [...(complaints.get(page) ?? []), ...(await findBarriers(page))];
    if (found.length > 0) throw new Error(`${page.url()}\n${found.join("\n")}`);
  };
  const visitors = new Map<Cookies, Page>();
  const visit: ConsoleUnderTest["visit"] = async (path, as = cookies) => {
    const visitor = visitors.get(as);
    if (visitor === undefined) {
      const page = await openPage(path, { as, viewport: DESK });
      visitors.set(as, page);
      return page;
    }
    complaints.get(visitor)?.splice(0);
    await visitor.setViewportSize(DESK);
    await visitor.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    await visitor.goto(path);
    await visitor.getByRole("heading", { level: 1 }).waitFor();
    return visitor;
  };
  return {
    gateway,
    organization,
    openPage,
    expectClean,
    visit,
    walk: async (path, as) => {
      const page = await visit(path, as);
      await expectClean(page);
      await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
      await page.locator("html[data-mantine-color-scheme=dark]").waitFor();
      await expectClean(page);
      await page.setViewportSize(PHONE);
      await expectClean(page);
      const overflow: unknown = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      if (overflow !== 0) throw new Error(`${page.url()} is ${String(overflow)} pixels wider than a phone`);
    },
    signUp: async (email) => {
      const person = { name: "Grace", email, password: DEMO_PERSON.password };
      await ensurePerson(gateway.url, gateway.logs, person);
      return signIn(browser, gateway.url, person);
    },
    ask: async (path) => callApi(gateway.url, organization.accessKey, "GET", path),
    stop: async () => {
      await browser.close();
      await gateway.stop();
    },
  };
}

type Cookies = Awaited<ReturnType<Awaited<ReturnType<Browser["newContext"]>>["cookies"]>>;

/** Through the form, once; the pages of the test share the session. */
async function signIn(
  browser: Browser,
  url: string,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<Cookies> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${url}/spend`);
  await page.waitForURL(/\/sign-in\?return_to=%2Fspend/);
  await page.getByLabel(/e-?mail/i).fill(email);
  await page.getByLabel(/password/i).fill(password);
  await page.getByRole("button", { name: /sign in/i }).click();
  await page.waitForURL(`${url}/spend`);
  const cookies = await context.cookies();
  await context.close();
  return cookies;
}

function collectComplaints(page: Page, refusals: readonly number[]): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (refusals.some((status) => message.text().includes(`status of ${status}`))) return;
    if (message.type() === "error" || message.type() === "warning") complaints.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  return complaints;
}

/** Half-way between two looks, colours and sizes are neither's. */
const END_TRANSITIONS = `for (const animation of document.getAnimations()) {
  if (animation instanceof CSSTransition) animation.finish();
}`;

interface AxeViolation {
  readonly id: string;
  readonly impact: string | null;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** Through the protocol, which the page's Content-Security-Policy does not bind. */
async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(END_TRANSITIONS);
  if (await page.evaluate("typeof axe === 'undefined'")) await page.evaluate(await readFile(AXE_FILE, "utf8"));
  const violations: readonly AxeViolation[] = await page.evaluate(
    "axe.run({ resultTypes: ['violations'] }).then((result) => result.violations)",
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, help, nodes }) =>
        `axe ${id}: ${help}\n  ${nodes.map((node) => `${node.html}\n  ${node.failureSummary}`).join("\n  ")}`,
    );
}
