/** Real Chromium for tests of pages: the system's own, driven by playwright-core, which brings no browser along. */
import { chromium, type Browser } from "playwright-core";
import { ensureChromium } from "../../scripts/chromium.ts";

/** How long a hook may take that launches it: it may have to be installed first. */
export const LAUNCH_TIMEOUT_MS = 300_000;

/** Headless, and without its sandbox, which root cannot have: it only opens pages of tests. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: ensureChromium(),
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
  });
}
