/** Access policies, models, agents, gateways and secrets in real Chromium: what is done there is what the API then has. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { callApi } from "../../scripts/seed/api.ts";
import { PHONE, SCHEMES, startConsole, type ConsoleUnderTest } from "../support/console.ts";

const PAGES = [
  "/access-policies",
  "/access-policies?view=simulator&model=gpt-5.4-mini",
  "/access-policies/new",
  "/agents",
  "/gateways",
  "/secrets",
  "/models",
  "/models/openai/gpt-5.4-mini",
  "/prices",
  "/prices?view=rates",
  "/prices/new",
] as const;

const policiesSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      effect: z.string(),
      enabled: z.boolean(),
      resources: z.object({ models: z.array(z.string()) }),
      limits: z.object({ max_output_tokens: z.int().nullable(), max_cost_per_request: z.string().nullable() }),
    }),
  ),
});

let under: ConsoleUnderTest;

beforeAll(async () => {
  under = await startConsole();
  await claimPlatform();
});

/** The platform role is claimed once, with the deployment's own secret. */
async function claimPlatform(): Promise<void> {
  const page = await under.openPage("/keys");
  const status = await page.evaluate(async (token) => {
    const answer = await fetch("/v1/platform/claim", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token }),
    });
    return answer.status;
  }, under.gateway.adminToken);
  expect(status).toBe(201);
  await page.context().close();
}

afterAll(async () => under.stop());

/** The two cores may be busy elsewhere. */
function eventually<T>(look: () => T | Promise<T>) {
  return expect.poll(look, { timeout: 20_000, interval: 100 });
}

async function post(path: string, body: Record<string, unknown>) {
  return callApi(under.gateway.url, under.organization.accessKey, "POST", path, body);
}

async function close(page: Page): Promise<void> {
  await under.expectClean(page);
  await page.context().close();
}

test.each(PAGES)("%s has no errors and no barriers, light, dark and on a phone", async (path) => under.walk(path));

describe("access policies", () => {
  const list = async () => policiesSchema.parse(await under.ask("/v1/unified-access/access-policies")).data;

  test("a draft is simulated before it is saved, then created, changed, switched off and deleted", async () => {
    const page = await under.openPage("/access-policies/new?model=gpt-5.4-mini");
    const now = page.getByRole("region", { name: "As it is now" });
    await eventually(() => now.innerText()).toContain("Allowed");
    expect(await page.getByRole("button", { name: "Create", exact: true }).isDisabled()).toBe(true);
    await page.getByRole("textbox", { name: "Name" }).fill("No small models");
    await page.getByText("Deny, whatever else allows it").click();
    await page.getByRole("combobox", { name: "Models", exact: true }).fill("gpt-5.4-mini");
    await page.keyboard.press("Enter");
    const after = page.getByRole("region", { name: "With your changes" });
    await eventually(() => after.innerText()).toContain("“No small models”".replaceAll(/[“”]/g, '"'));
    expect(await after.innerText()).toContain("Denied");
    expect(await list()).toHaveLength(1);
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await page.waitForURL(/\/access-policies\/pol_/);
    await eventually(() => now.innerText()).toContain("Denied");
    const made = (await list()).find(({ name }) => name === "No small models");
    expect(made).toMatchObject({ effect: "deny", enabled: true, resources: { models: ["gpt-5.4-mini"] } });

    await page.getByText("Allow", { exact: true }).click();
    await page.getByLabel("Output tokens").fill("1200");
    await page.getByLabel("Cost of a request").fill("0.05");
    await eventually(() => after.innerText()).toContain("At most 1,200 output tokens, $0.05 a request.");
    await page.getByRole("button", { name: "Save" }).click();
    await expect
      .poll(async () => (await list()).find(({ id }) => id === made?.id))
      .toMatchObject({
        effect: "allow",
        limits: { max_output_tokens: 1_200, max_cost_per_request: "0.05" },
      });
    await under.expectClean(page);

    await page.getByRole("link", { name: "All policies" }).click();
    await page.getByRole("switch", { name: "“No small models” is in force" }).click({ force: true });
    await page.getByRole("button", { name: "Switch off" }).click();
    await eventually(async () => (await list()).find(({ id }) => id === made?.id)?.enabled).toBe(false);
    await page.getByRole("link", { name: "No small models" }).click();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.waitForURL(/\/access-policies$/);
    await eventually(async () => (await list()).map(({ name }) => name)).not.toContain("No small models");
    await close(page);
  });

  test("the simulator keeps its question in the address", async () => {
    const page = await under.openPage("/access-policies?view=simulator");
    await page.getByRole("combobox", { name: "Model" }).fill("claude-haiku-4-5");
    const now = page.getByRole("region", { name: "As it is now" });
    await eventually(() => now.innerText()).toContain("Allowed");
    expect(page.url()).toContain("model=claude-haiku-4-5");
    expect(await page.getByLabel("Endpoint").first().inputValue()).toBe("Messages");
    await close(page);
  });
});

describe("models", () => {
  test("the catalog is searched, and a model's cost equals the API's", async () => {
    const page = await under.openPage("/models");
    await page.getByLabel("Search").fill("gpt-5.4-mi");
    await page.getByRole("link", { name: "gpt-5.4-mini" }).click();
    await page.getByLabel("Input tokens, all of the prompt").fill("12000");
    await page.getByLabel("of them from the cache").fill("2000");
    await page.getByLabel("Output tokens, reasoning too").fill("700");
    const { total_cost: cost } = z.object({ total_cost: z.string() }).parse(
      await post("/v1/unified-access/cost", {
        endpoint: "openai.chat",
        model: "gpt-5.4-mini",
        usage: { prompt_tokens: 12_000, completion_tokens: 700, prompt_tokens_details: { cached_tokens: 2_000 } },
      }),
    );
    await eventually(() => page.getByRole("region", { name: "Cost", exact: true }).innerText()).toContain(`$${cost}`);
    expect(page.url()).toContain("input=12000");
    await page.getByRole("button", { name: "Estimate" }).click();
    await eventually(() => page.getByRole("region", { name: "Hold" }).innerText()).toContain("wallet");
    await close(page);
  });

  test("a price is previewed, asks before what looks like a slip, and is planned and ended", async () => {
    const page = await under.openPage("/prices/new");
    await page.getByRole("textbox", { name: "Model", exact: true }).fill("house-model");
    await page.getByLabel("Input, Standard", { exact: true }).fill("2000");
    await page.getByLabel("Output, Standard", { exact: true }).fill("3.5");
    await page.getByRole("button", { name: "Preview" }).click();
    const preview = page.getByRole("region", { name: "Preview" });
    await eventually(() => preview.innerText()).toContain("This looks like a slip");
    await under.expectClean(page);
    expect(await preview.getByRole("button", { name: "Save price" }).isDisabled()).toBe(true);
    await page.getByLabel("Input, Standard", { exact: true }).fill("0.5");
    await preview.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Preview" }).click();
    await preview.getByRole("button", { name: "Save price" }).click();
    await page.waitForURL(/\/prices\?/);
    await page.getByRole("link", { name: "house-model" }).click();
    await page.getByLabel("Output, Standard", { exact: true }).fill("7");
    await page.getByRole("button", { name: "Preview" }).click();
    await eventually(() => preview.innerText()).toContain("100.00 %");
    await preview.getByRole("button", { name: "Save price" }).click();
    await page.waitForURL(/\/prices\?/);
    const model = z
      .object({ data: z.array(z.object({ model: z.string(), output_price_per_million: z.string() })) })
      .parse(await under.ask("/v1/unified-access/models"))
      .data.find((found) => found.model === "house-model");
    expect(model?.output_price_per_million).toBe("7.00");
    await close(page);
  });

  test("exchange rates are previewed and saved", async () => {
    const page = await under.openPage("/prices?view=rates");
    await page.getByLabel("EUR").fill("0.91");
    await page.getByRole("button", { name: "Preview" }).click();
    await eventually(() => page.getByRole("region", { name: "Preview" }).innerText()).toContain("0.91");
    await page.getByRole("button", { name: "Save rates" }).click();
    await page.getByText("The exchange rates are in force.").waitFor();
    await close(page);
  });
});

test("an agent is created, limited, paused and deleted, and shows what it used", async () => {
  const page = await under.openPage("/agents");
  await page.getByRole("button", { name: "Create agent" }).click();
  await page.getByLabel("Name").fill("Nightly");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.waitForURL(/\/agents\/agt_/);
  const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  await page.getByText("Nothing limits it").waitFor();
  await page.getByRole("button", { name: "Add limit" }).click();
  await page.getByLabel("At most").fill("2.5");
  await page.getByRole("button", { name: "Save" }).click();
  const limits = page.getByRole("table", { name: "Limits" });
  await eventually(() => limits.innerText()).toContain("$2.50 a day");

  const key = z
    .object({ key: z.string() })
    .parse(await post("/v1/keys", { name: "for agents", type: "gateway", may_assert_identity: true })).key;
  const answer = await fetch(`${under.gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      "x-agent-id": id,
      "x-team-id": under.organization.teamId,
    },
    body: JSON.stringify({
      model: "gpt-5.4-mini",
      max_completion_tokens: 50,
      messages: [{ role: "user", content: "Hi" }],
    }),
  });
  expect(answer.status).toBe(200);
  await answer.text();
  const usage = async () =>
    z
      .object({ data: z.array(z.object({ used: z.string(), held: z.string() })) })
      .parse(await under.ask(`/v1/agents/${id}/usage-constraints`)).data[0];
  await eventually(async () => (await usage())?.used).not.toBe("0.00");
  const used = await usage();
  await eventually(() => limits.innerText()).toContain(`$${used?.used} used, $${used?.held} held`);

  await page.getByRole("button", { name: "Actions of Nightly" }).click();
  await page.getByRole("menuitem", { name: "Pause" }).click();
  await page.getByText("It is paused: its requests are refused until it is active again.").waitFor();
  await under.expectClean(page);
  await page.getByRole("button", { name: "Delete the daily limit of credits" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("Nothing limits it").waitFor();
  await page.getByRole("button", { name: "Actions of Nightly" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.waitForURL(/\/agents$/);
  await eventually(async () => JSON.stringify(await under.ask("/v1/agents"))).not.toContain(id);
  await close(page);
});

describe("gateways", () => {
  const YAML = 'pack: {name: shop, version: "1"}\npolicies: {chain: []}\n';
  const versionSchema = z.object({
    version: z.int(),
    yaml: z.string().nullable(),
    rolled_back_from: z.int().nullable(),
  });
  const inForce = async (id: string) => versionSchema.parse(await under.ask(`/v1/gateways/${id}/config`));
  const create = async (name: string): Promise<string> =>
    z.object({ id: z.string() }).parse(await post("/v1/gateways", { name })).id;

  test("a configuration is linted while it is typed, deployed, changed, compared and brought back", async () => {
    const page = await under.openPage("/gateways");
    await page.getByRole("button", { name: "Create gateway" }).click();
    await page.getByLabel("Name").fill("Shop");
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await page.waitForURL(/\/gateways\/gw_/);
    const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    await page.getByRole("button", { name: "Begin with an example" }).click();
    const editor = page.getByRole("textbox", { name: "policy-config.yaml" });
    const findings = page.getByRole("status", { name: "Findings" });
    await eventually(() => findings.innerText()).toContain("Valid: my-gateway 1.0.0");
    await under.expectClean(page);
    await editor.fill(`${YAML}provider: {}\n`);
    await eventually(() => findings.innerText()).toMatch(/3:1.* did you mean providers\?/s);
    expect(await page.getByRole("button", { name: "Deploy version 1" }).isDisabled()).toBe(true);
    await under.expectClean(page);
    await page.getByRole("button", { name: "3:1" }).click();
    await page.locator(".cm-lintRange-error").hover();
    await page.getByRole("button", { name: "Replace with providers" }).click();
    await eventually(() => findings.innerText()).toContain("Valid: shop 1");
    await page.getByRole("button", { name: "Deploy version 1" }).click();
    await page.getByText("Version 1 is in force.").waitFor();
    expect(await inForce(id)).toMatchObject({ version: 1, yaml: `${YAML}providers: {}\n` });

    await page.getByRole("button", { name: "Edit" }).click();
    await editor.fill(YAML.replace("1", "2"));
    await page.getByText("Changes", { exact: true }).click();
    await page.locator(".cm-deletedChunk").first().waitFor();
    await under.expectClean(page);
    await page.getByRole("button", { name: "Deploy version 2" }).click();
    await page.getByText("Version 2 is in force.").waitFor();
    await page.getByText("Versions", { exact: true }).click();
    await page.getByRole("button", { name: "Look at 2" }).click();
    await page.locator(".cm-deletedChunk").first().waitFor();
    expect(page.url()).toContain("version=2");
    await under.expectClean(page);
    await page.getByRole("button", { name: "Bring back" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Bring back" }).click();
    await eventually(async () => inForce(id)).toMatchObject({ version: 3, rolled_back_from: 1 });
    await page.getByRole("button", { name: "Look at 3" }).waitFor();
    await close(page);
  });

  test.each(SCHEMES)("the editor is readable in the %s scheme and on a phone", async (scheme) => {
    const id = await create(`In ${scheme}`);
    const page = await under.openPage(`/gateways/${id}`, { scheme, viewport: PHONE });
    await page.getByRole("button", { name: "Begin with an example" }).click();
    await eventually(() => page.getByRole("status", { name: "Findings" }).innerText()).toContain("Valid");
    const overflow: unknown = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    expect(overflow).toBe(0);
    await close(page);
  });

  test("a push from a version that is no longer in force is held up, and goes on from the new one", async () => {
    const id = await create("Contested");
    const page = await under.openPage(`/gateways/${id}`);
    await page.getByRole("button", { name: "Begin with an example" }).click();
    await page.getByRole("textbox", { name: "policy-config.yaml" }).fill(YAML);
    await page.getByRole("button", { name: "Deploy version 1", disabled: false }).waitFor();
    const pushed = await fetch(`${under.gateway.url}/v1/gateways/${id}/config`, {
      method: "PUT",
      headers: { authorization: `Bearer ${under.organization.accessKey}`, "content-type": "application/yaml" },
      body: YAML.replace("1", "9"),
    });
    expect(pushed.status).toBe(200);
    await page.getByRole("button", { name: "Deploy version 1" }).click();
    await page.getByText("Meanwhile somebody deployed version 1").waitFor();
    await page.getByRole("button", { name: "Compare with version 1, and go on from it" }).click();
    await page.getByRole("button", { name: "Deploy version 2" }).click();
    await page.getByText("Version 2 is in force.").waitFor();
    expect((await inForce(id)).yaml).toBe(YAML);
    await page.context().close();
  });
});

test("a secret is stored, replaced and deleted, and its value is never shown", async () => {
  const page = await under.openPage("/secrets");
  await page.getByRole("button", { name: "Store secret" }).click();
  await page.getByLabel("Name").fill("azure-eu");
  await page.getByRole("textbox", { name: "Value" }).fill("sk-0123456789abcdef");
  await page.getByRole("button", { name: "Store", exact: true }).click();
  const table = page.getByRole("table", { name: "Secrets" });
  await eventually(() => table.innerText()).toContain("…cdef");
  await page.getByRole("button", { name: "Replace the value of azure-eu" }).click();
  await page.getByRole("textbox", { name: "Value" }).fill("sk-0123456789ab9999");
  await page.getByRole("button", { name: "Store", exact: true }).click();
  await eventually(() => table.innerText()).toContain("…9999");
  expect(await page.content()).not.toContain("sk-0123456789");
  await under.expectClean(page);
  await page.getByRole("button", { name: "Delete azure-eu" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("No secrets yet").waitFor();
  expect(await under.ask("/v1/secrets")).toMatchObject({ data: [] });
  await close(page);
});
