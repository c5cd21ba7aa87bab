/** How soon the console's Spend page shows data, in real Chromium, from its address to what a person reads. */
import type { Page } from "playwright-core";
import { launchBrowser, signIn } from "../console/browser.ts";
import { callApi } from "../seed/api.ts";
import { DEMO_PERSON, ensureDemoPerson } from "../seed/person.ts";

export interface SpendPageBench {
  readonly url: string;
  /** An access key of the organization. */
  readonly token: string;
  /** The Worker's log lines, in which mails appear. */
  readonly logs: readonly string[];
  readonly rounds: number;
  /** The organization's last days that have rows. */
  readonly from: string;
  readonly to: string;
}

interface View {
  readonly name: string;
  readonly path: string;
  shown(page: Page): Promise<void>;
}

/** Milliseconds of each round, by view. Each round loads the page anew, as a person who comes back with a warm cache of its scripts. */
export async function measureSpendPage(bench: SpendPageBench): Promise<ReadonlyMap<string, readonly number[]>> {
  const { url, token, logs, rounds } = bench;
  await callApi(url, token, "POST", "/v1/members", { email: DEMO_PERSON.email, role: "owner" });
  await ensureDemoPerson(url, logs);
  const browser = await launchBrowser();
  try {
    const page = await (await browser.newContext({ baseURL: url, timezoneId: "UTC" })).newPage();
    await signIn(page, DEMO_PERSON, "/spend");
    const times = new Map<string, number[]>();
    for (const view of viewsOf(bench)) {
      for (let round = 0; round <= rounds; round++) {
        const start = performance.now();
        await page.goto(view.path);
        await view.shown(page);
        // The first loads the scripts.
        if (round > 0) times.set(view.name, [...(times.get(view.name) ?? []), performance.now() - start]);
      }
    }
    return times;
  } finally {
    await browser.close();
  }
}

function viewsOf({ from, to }: SpendPageBench): readonly View[] {
  const range = `from=${from}&to=${to}`;
  return [
    { name: "Spend page, summary of 90 days by model", path: `/spend?group=model&${range}`, shown: showsTotal },
    { name: "Spend page, summary of 90 days by user", path: `/spend?group=user&${range}`, shown: showsTotal },
    { name: "Spend page, logs", path: `/spend?view=logs&${range}`, shown: showsRow },
  ];
}

async function showsTotal(page: Page): Promise<void> {
  const total = page.getByRole("region", { name: "Total cost" });
  await total.getByText(/^\$[\d,.]+$/).waitFor();
}

async function showsRow(page: Page): Promise<void> {
  const firstRow = page.getByRole("row").nth(1);
  await firstRow
    .getByText(/model_/)
    .first()
    .waitFor();
}
