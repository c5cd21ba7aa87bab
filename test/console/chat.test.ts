/** The chat in real Chromium: three endpoints, stopping, refusals of every kind, and the money beside it. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { callApi } from "../../scripts/seed/api.ts";
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
  test.each(["/chat"])("%s has no errors and no barriers", async (path) => {
    const page = await under.openPage(path, { scheme });
    await under.expectClean(page);
    await page.context().close();
  });
});

test.each([
  ["gpt-5.4-mini", "openai.responses"],
  ["claude-sonnet-5", "anthropic.messages"],
])("%s answers by %s, and its cost is the spend log's", async (model, endpoint) => {
  const page = await under.openPage(`/chat?model=${model}`);
  await say(page, '[[demo: {"text": "Some **bold** words\\n\\n```js\\nconst a = 1;\\n```\\n\\n<b>html</b>"}]]');
  const answer = page.getByRole("region", { name: `Answer of ${model}` });
  await answer.locator("strong", { hasText: "bold" }).waitFor();
  await answer.getByRole("button", { name: "Copy code" }).waitFor();
  expect(await answer.innerText()).toContain("<b>html</b>");
  const receipt = await receiptOf(page);
  const row = await newestRow();
  expect([row.model, row.endpoint, row.status]).toEqual([model, endpoint, "completed"]);
  expect(receipt).toContain(`$${row.total_cost} · ${row.input_tokens} tokens in · ${row.output_tokens} out`);
  await under.expectClean(page);
  await page.context().close();
});
