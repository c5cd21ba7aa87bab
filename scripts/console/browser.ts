/** Real Chromium on the console: the system's own, driven by playwright-core, which brings no browser along. */
import { chromium, type Browser, type Page } from "playwright-core";
import { ensureChromium } from "../chromium.ts";
import type { Person } from "../seed/person.ts";

/** Headless, and without its sandbox, which root cannot have: it only opens pages of this machine. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: ensureChromium(),
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
  });
}

/** Through the form, to the address at `path`; the page's context has a base URL, and its pages then share the session. */
export async function signIn(
  page: Page,
  { email, password }: Pick<Person, "email" | "password">,
  path: string,
): Promise<void> {
  await page.goto(`/sign-in?${new URLSearchParams({ return_to: path }).toString()}`);
  await page.getByLabel(/e-?mail/i).fill(email);
  await page.getByLabel(/password/i).fill(password);
  await page.getByRole("button", { name: /sign in/i }).click();
  await page.getByRole("heading", { level: 1, name: /^(?!Sign in)/ }).waitFor();
}
