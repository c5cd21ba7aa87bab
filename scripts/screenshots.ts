/**
 * Pictures of the console's main pages for the README, into docs/images: a gateway of its own with the demo organization and some
 * traffic, in real Chromium. Add a page to `PICTURES`.
 * Usage: npm run screenshots
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { launchBrowser, signIn } from "./console/browser.ts";
import { buildConsole, CONSOLE_DIR } from "./console/build.ts";
import { startDemoProvider } from "./demo-provider/server.ts";
import { PROJECT_DIR } from "./gateway/project.ts";
import { startGateway } from "./gateway/start-gateway.ts";
import { callApi, textOf } from "./seed/api.ts";
import { DEMO_PERSON, ensureDemoPerson } from "./seed/person.ts";
import { seedOnce, type DemoOrganization } from "./seed/seed.ts";

const IMAGE_DIR = join(PROJECT_DIR, "docs/images");
const ADMIN_TOKEN = "platform-admin-of-the-screenshots";
const SECRET = "secret-of-the-screenshots-0123456789ab";
const MAX_BYTES = 150_000;
const VIEWPORT = { width: 1280, height: 800 };
const SETTLE_MS = 2_500;

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly scheme?: "light" | "dark";
  /** What is done on the page first. */
  readonly prepare?: (page: Page) => Promise<void>;
}

const PICTURES: readonly Picture[] = [
  { name: "overview", path: "/" },
  { name: "spend", path: "/spend?group=model" },
  { name: "spend-dark", path: "/spend?group=model", scheme: "dark" },
  { name: "chat", path: "/chat?model=claude-sonnet-5", prepare: chat },
  { name: "chat-dark", path: "/chat?model=claude-sonnet-5", scheme: "dark", prepare: chat },
  { name: "start", path: "/start", prepare: makeKey },
  { name: "keys", path: "/keys" },
];

const QUESTION = "How do I reverse a list in Python, and does it copy?";
const REPLY = [
  "Both are possible:",
  "",
  "```python",
  "numbers.reverse()        # in place, returns None",
  "backwards = numbers[::-1]  # a new list",
  "```",
  "",
  "| way | copies | time |",
  "|---|---|---|",
  "| `list.reverse()` | no | O(n) |",
  "| `numbers[::-1]` | yes | O(n) |",
  "| `reversed(numbers)` | no, an iterator | O(1) |",
  "",
  "Use **`reversed`** when you only walk through it once.",
].join("\n");

const provider = await startDemoProvider();
const stateDir = await mkdtemp(join(tmpdir(), "screenshots-"));
const logs: string[] = [];
await buildConsole((message) => process.stderr.write(`${message}\n`));
const gateway = await startGateway({
  stateDir,
  port: 0,
  consoleDir: CONSOLE_DIR,
  log: (message) => logs.push(message),
  variables: {
    PLATFORM_ADMIN_TOKEN: ADMIN_TOKEN,
    OPENAI_API_KEY: "sk-demo-openai",
    ANTHROPIC_API_KEY: "sk-demo-anthropic",
    OPENAI_UPSTREAM_URL: provider.url,
    ANTHROPIC_UPSTREAM_URL: provider.url,
    AUTH_SECRET: SECRET,
    SANDBOX_PAYMENTS_KEY: SECRET,
    WEBHOOK_SIGNING_KEY: SECRET,
    SECRETS_ENCRYPTION_KEY: SECRET,
    ALLOW_INSECURE_ADDRESSES: "true",
  },
});
const browser = await launchBrowser();
try {
  const organization = await seedOnce(gateway.url, stateDir, { adminToken: ADMIN_TOKEN, organization: null });
  await ensureDemoPerson(gateway.url, logs);
  await sendTraffic(organization);
  await mkdir(IMAGE_DIR, { recursive: true });
  for (const picture of PICTURES) await take(browser, picture);
} finally {
  await browser.close();
  await gateway.stop();
  await provider.close();
  await rm(stateDir, { recursive: true, force: true });
}

/** Requests of several models, so that sums and charts have something to show. */
async function sendTraffic({ accessKey, gatewayKey, memberId }: DemoOrganization): Promise<void> {
  const models = { "gpt-5.4": 6, "gpt-5.4-mini": 14, "gpt-5.5": 3, "gpt-5-nano": 9 };
  for (const [model, times] of Object.entries(models)) {
    for (let sent = 0; sent < times; sent += 1) {
      const messages = [{ role: "user", content: `Question ${sent} [[demo: output_tokens=${120 + sent * 35}]]` }];
      const body = { model, messages, max_completion_tokens: 1_000 };
      await callApi(gateway.url, gatewayKey, "POST", "/v1/chat/completions", body);
    }
  }
  for (let sent = 0; sent < 8; sent += 1) {
    const messages = [{ role: "user", content: "Hello [[demo: output_tokens=300]]" }];
    await callApi(gateway.url, gatewayKey, "POST", "/v1/messages", {
      model: "claude-sonnet-5",
      messages,
      max_tokens: 500,
    });
  }
  const key = await callApi(gateway.url, accessKey, "POST", "/v1/keys", {
    name: "ci",
    type: "gateway",
    member_id: memberId,
  });
  await callApi(gateway.url, accessKey, "POST", `/v1/keys/${textOf(key, "id")}/revoke`);
}

async function take(of: Browser, { name, path, scheme = "light", prepare }: Picture): Promise<void> {
  const context = await of.newContext({
    baseURL: gateway.url,
    colorScheme: scheme,
    locale: "en-US",
    timezoneId: "UTC",
    viewport: VIEWPORT,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await signIn(page, DEMO_PERSON, path);
  await prepare?.(page);
  // Charts, and rows of the spend log, come a moment later.
  await page.waitForTimeout(SETTLE_MS);
  const png = await sharp(await page.screenshot())
    .png({ palette: true, effort: 10, compressionLevel: 9 })
    .toBuffer();
  if (png.length > MAX_BYTES) throw new Error(`${name}.png has ${png.length} bytes, more than ${MAX_BYTES}`);
  await writeFile(join(IMAGE_DIR, `${name}.png`), png);
  process.stdout.write(`docs/images/${name}.png, ${Math.round(png.length / 1_000)} kB\n`);
  await context.close();
}

async function chat(page: Page): Promise<void> {
  provider.next({ text: REPLY });
  await page.getByRole("textbox", { name: "Prompt" }).fill(QUESTION);
  await page.keyboard.press("Enter");
  await page.locator("[data-receipt]").waitFor();
}

async function makeKey(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Make the key" }).click();
  await page.getByText("Copy it now").waitFor();
}
