/** Real Chromium for tests of pages. */
export { launchBrowser } from "../../scripts/console/browser.ts";

/** How long a hook may take that launches it: it may have to be installed first. */
export const LAUNCH_TIMEOUT_MS = 300_000;
