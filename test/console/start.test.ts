/** A first run in real Chromium, and the console of a plain member. */
import { execFile } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { PROJECT_DIR } from "../../scripts/gateway/project.ts";
import { startConsole, type ConsoleUnderTest, type PageOptions } from "../support/console.ts";

const run = promisify(execFile);

const rowsSchema = z.object({
  data: z.array(
    z.object({ total_cost: z.string(), wallet_scope: z.string().nullable(), key_id: z.string().nullable() }),
  ),
});

let under: ConsoleUnderTest;
let member: NonNullable<PageOptions["as"]>;

beforeAll(async () => {
  under = await startConsole();
  member = await under.signUp("grace@demo.example");
});

afterAll(async () => under.stop());

test.each(["/start", "/start?tool=codex"])(
  "%s has no errors and no barriers, light, dark and on a phone",
  async (path) => under.walk(path),
);

test("a key is made, the copied snippets work, and their requests are shown as they arrive", async () => {
  const page = await under.openPage("/start");
  await page.getByRole("button", { name: "Make the key" }).click();
  await page
    .getByText(/kt_gk_\w+/)
    .first()
    .waitFor();
  const snippetOf = async (tool: string): Promise<string> => {
    await page.getByRole("tab", { name: tool }).click();
    return page.getByLabel(`Snippet for ${tool}`).innerText();
  };
  await run("bash", ["-c", await snippetOf("curl")]);
  await page
    .getByText(/^Answered by/)
    .first()
    .waitFor({ timeout: 20_000 });
  const [row] = rowsSchema.parse(await under.ask("/v1/spend/logs?limit=1")).data;
  const arrived = await page.getByRole("region", { name: "See it arrive" }).innerText();
  expect(arrived).toContain(`$${row?.total_cost}`);
  expect(arrived).toContain(`paid from the ${row?.wallet_scope} wallet`);
  for (const [index, tool] of ["OpenAI, JavaScript", "Anthropic, JavaScript"].entries()) {
    await runModule(await snippetOf(tool));
    await expect.poll(() => page.getByText(/^Answered by/).count(), { timeout: 20_000 }).toBe(index + 2);
  }
  await under.expectClean(page);
  await page.context().close();
});

/** Where the SDKs are installed. */
async function runModule(text: string): Promise<void> {
  const file = join(PROJECT_DIR, "dist", `snippet-${process.pid}.mjs`);
  await writeFile(file, text);
  try {
    await run(process.execPath, [file]);
  } finally {
    await rm(file);
  }
}

describe("a plain member", () => {
  test.each(["/", "/spend", "/spend?view=logs", "/keys", "/chat", "/start"])("%s has no errors", async (path) => {
    await under.expectClean(await under.visit(path, member));
  });

  test("chats, sees what that has cost, and nothing of others", async () => {
    const page = await under.openPage("/chat?model=gpt-5.4-mini", { as: member });
    await page.getByRole("textbox", { name: "Prompt" }).fill("Hello");
    await page.keyboard.press("Enter");
    const receipt = page.locator("[data-receipt]");
    await receipt.waitFor({ timeout: 20_000 });
    const cost = /^\$[\d.]+/.exec(await receipt.innerText())?.[0] ?? "";
    await page.getByRole("link", { name: "Spend" }).click();
    await expect.poll(() => page.getByRole("region", { name: "Total cost" }).innerText()).toContain(cost);
    expect(await page.getByRole("region", { name: "Total cost" }).innerText()).toContain("1 requests");
    await under.expectClean(page);
    await page.context().close();
  });

  test("makes a key of their own, rotates and revokes it", async () => {
    const page = await under.openPage("/keys", { as: member });
    await page.getByText("No keys yet").waitFor();
    await page.getByRole("button", { name: "Create key" }).click();
    await page.getByLabel("Name").fill("laptop");
    expect(await page.getByRole("dialog").getByLabel("Member").count()).toBe(0);
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await expect.poll(() => page.getByRole("dialog").innerText()).toMatch(/kt_gk_\w+/);
    await page.getByRole("button", { name: "I have copied it" }).click();
    await page.getByRole("button", { name: "Actions of laptop" }).click();
    await page.getByRole("menuitem", { name: "Rotate" }).waitFor();
    await page.getByRole("menuitem", { name: "Revoke" }).click();
    await page.getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("status").or(page.getByRole("alert")).getByText("is revoked").waitFor();
    await under.expectClean(page);
    await page.context().close();
  });
});
