/** Which credential leaves for which address, with targets as a gateway's configuration plans them. */
import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { PlannedTarget } from "../../src/contract/commands.ts";
import type { SecretRef } from "../../src/core/gateway-config.ts";
import { call, deps } from "../support/worker-api.ts";
import {
  chat,
  configured,
  failing,
  makeTenant,
  restartIsolate,
  reconfigure,
  rowsOfTenant,
  upstreamCalls,
  type SentAnswer,
  type Tenant,
} from "../support/worker-proxy.ts";

const DEPLOYMENT_KEY = "sk-upstream";
const SECRET = "sk-own-0123456789abcdefghij";
const ELSEWHERE = "https://llm.example.com/v1";
const OPENAI_KEY: SecretRef = { kind: "env", name: "OPENAI_API_KEY" };
const OWN: SecretRef = { kind: "store", name: "mine" };

const log = vi.spyOn(console, "log").mockImplementation(() => {});
const logged = (): string => JSON.stringify(log.mock.calls);
beforeEach(async () => {
  log.mockClear();
  await restartIsolate();
});

async function putSecret(tenant: Tenant, value: string): Promise<void> {
  const put = await call("PUT /v1/secrets/mine", { token: tenant.accessKey, body: { value } });
  expect(put.status).toBe(200);
}

const refusedWith = ({ status, text }: SentAnswer): string => {
  const { error }: { error?: { code?: string } } = JSON.parse(text);
  return `${status} ${error?.code ?? ""}`;
};

const keysSent = (): (string | null)[] => upstreamCalls.map(({ headers }) => headers.get("authorization"));

describe("the deployment's credentials", () => {
  test.each<Partial<PlannedTarget>>([
    { baseUrl: "https://evil.example/v1", secret: OPENAI_KEY },
    { baseUrl: "https://evil.example/v1" },
    { baseUrl: "https://api.openai.com@evil.example/v1", secret: OPENAI_KEY },
    { baseUrl: "https://api.openai.com.evil.example/v1", secret: { kind: "env", name: "AZURE_API_KEY" } },
    { baseUrl: "http://api.openai.com/v1", secret: OPENAI_KEY },
    { baseUrl: "http://127.0.0.1:9000/v1", secret: OPENAI_KEY },
    { secret: { kind: "env", name: "PLATFORM_ADMIN_TOKEN" } },
    { secret: { kind: "env", name: "SECRETS_ENCRYPTION_KEY" } },
    { secret: { kind: "env", name: "NOBODYS_API_KEY" } },
  ])("do not leave for a target that may not have them: %j", async (target) => {
    reconfigure({ AZURE_API_KEY: "azure-key" });
    const tenant = await makeTenant();
    configured.targets = [target];
    for (const stream of [false, true]) {
      const answer = await chat(tenant, { stream });
      expect(refusedWith(answer)).toBe("502 upstream_account_error");
      await answer.lifeOver;
    }
    expect(upstreamCalls).toEqual([]);
    expect(logged()).not.toMatch(/sk-upstream|azure-key/);
  });

  test("that are kept back leave a request that costs nothing", async () => {
    const tenant = await makeTenant();
    configured.targets = [{ baseUrl: "https://evil.example/v1", secret: OPENAI_KEY }];
    await (
      await chat(tenant)
    ).lifeOver;
    await vi.waitFor(() => expect(rowsOfTenant(tenant)).toHaveLength(1), { timeout: 10_000 });
    expect(rowsOfTenant(tenant)[0]).toMatchObject({ total_cost_nanos: "0", status: "upstream_error" });
  });

  test("are not needed by the next target, which is tried", async () => {
    const tenant = await makeTenant();
    configured.targets = [{ id: "evil", baseUrl: "https://evil.example/v1", secret: OPENAI_KEY }, {}];
    const answer = await chat(tenant);
    expect(answer.status).toBe(200);
    expect(upstreamCalls.map(({ url }) => url)).toEqual(["https://api.openai.com/v1/chat/completions"]);
    expect(keysSent()).toEqual([`Bearer ${DEPLOYMENT_KEY}`]);
    expect(logged()).toMatch(/upstream\.credential_withheld.+evil/);
    await answer.lifeOver;
    await vi.waitFor(() => expect(rowsOfTenant(tenant)).toHaveLength(1), { timeout: 10_000 });
    expect(JSON.parse(JSON.stringify(rowsOfTenant(tenant)[0]?.attempts))).toMatchObject([
      { status: null, error: "no_credential" },
      { status: 200, error: null },
    ]);
  });

  test("leave for hosts that the deployment trusts, by their names", async () => {
    reconfigure({ TRUSTED_UPSTREAM_HOSTS: "llm.example.com", AZURE_API_KEY: "azure-key" });
    const tenant = await makeTenant();
    configured.targets = [{ baseUrl: ELSEWHERE, secret: { kind: "env", name: "AZURE_API_KEY" } }];
    expect((await chat(tenant)).status).toBe(200);
    expect(keysSent()).toEqual(["Bearer azure-key"]);
  });
});

describe("a secret of the organization", () => {
  test("is what its target is called with, and nobody else's is", async () => {
    const [tenant, other] = [await makeTenant(), await makeTenant()];
    await putSecret(tenant, SECRET);
    configured.targets = [{ baseUrl: ELSEWHERE, secret: OWN }];
    expect((await chat(tenant)).status).toBe(200);
    expect(refusedWith(await chat(other))).toBe("502 upstream_account_error");
    expect(upstreamCalls.map(({ url }) => url)).toEqual([`${ELSEWHERE}/chat/completions`]);
    expect(keysSent()).toEqual([`Bearer ${SECRET}`]);
    expect(JSON.stringify([logged(), rowsOfTenant(tenant)])).not.toContain(SECRET);
  });

  test("goes to Anthropic's dialect as x-api-key, also to count tokens", async () => {
    const tenant = await makeTenant();
    await putSecret(tenant, SECRET);
    configured.targets = [{ baseUrl: ELSEWHERE, secret: OWN }];
    const body = { model: "claude-haiku-4-5", max_tokens: 100, max_completion_tokens: undefined };
    await chat(tenant, { path: "/v1/messages", body });
    await chat(tenant, { path: "/v1/messages/count_tokens", body: { ...body, max_tokens: undefined } });
    expect(upstreamCalls.map(({ url }) => url)).toEqual([
      `${ELSEWHERE}/messages`,
      `${ELSEWHERE}/messages/count_tokens`,
    ]);
    expect(upstreamCalls.map(({ headers }) => headers.get("x-api-key"))).toEqual([SECRET, SECRET]);
    expect(keysSent()).toEqual([null, null]);
  });

  test("that was replaced is used as soon as the upstream has refused the old one", async () => {
    const tenant = await makeTenant();
    await putSecret(tenant, SECRET);
    configured.targets = [{ baseUrl: ELSEWHERE, secret: OWN }];
    await chat(tenant);
    await putSecret(tenant, "sk-new-0123456789abcdefghij");
    failing.status = 401;
    expect(refusedWith(await chat(tenant))).toBe("502 upstream_account_error");
    failing.status = 0;
    expect((await chat(tenant)).status).toBe(200);
    expect(keysSent()).toEqual([`Bearer ${SECRET}`, `Bearer ${SECRET}`, "Bearer sk-new-0123456789abcdefghij"]);
  });

  test("does not open in another organization's row", async () => {
    const [tenant, thief] = [await makeTenant(), await makeTenant()];
    await putSecret(tenant, SECRET);
    await putSecret(thief, "sk-thief-0123456789abcdefghij");
    await deps.db.run(
      sql`UPDATE secrets SET sealed = (SELECT sealed FROM secrets WHERE organization_id = ${tenant.id})
        WHERE organization_id = ${thief.id}`,
    );
    configured.targets = [{ baseUrl: ELSEWHERE, secret: OWN }];
    expect(refusedWith(await chat(thief))).toBe("502 upstream_account_error");
    expect(upstreamCalls).toEqual([]);
  });

  test.each([
    `Incorrect API key provided: ${SECRET}.`,
    `Incorrect API key provided: ${SECRET.slice(0, 6)}***${SECRET.slice(-4)}.`,
    `{"nested": "\\"${SECRET.slice(-16)}\\""}`,
  ])("that an upstream quotes in an error is not shown (%#)", async (message) => {
    const tenant = await makeTenant();
    await putSecret(tenant, SECRET);
    configured.targets = [{ baseUrl: ELSEWHERE, secret: OWN }];
    failing.answer = () => Response.json({ error: { message } }, { status: 400 });
    const answer = await chat(tenant);
    expect(refusedWith(answer)).toBe("502 upstream_account_error");
    expect(answer.text).not.toContain(SECRET.slice(-4));
  });

  test.each([301, 302, 307, 308])("does not follow a redirect: %d", async (status) => {
    const tenant = await makeTenant();
    await putSecret(tenant, SECRET);
    configured.targets = [{ baseUrl: ELSEWHERE, secret: OWN }];
    failing.answer = () =>
      new Response(JSON.stringify({ echo: SECRET }), { status, headers: { location: "https://evil.example/" } });
    const paths = ["/v1/chat/completions", "/v1/messages", "/v1/messages/count_tokens"];
    for (const path of paths) {
      const body = path.startsWith("/v1/messages") ? { model: "claude-haiku-4-5", max_tokens: 100 } : {};
      const answer = await chat(tenant, { path, body });
      expect([path, answer.status, answer.headers.get("location")]).toEqual([path, 502, null]);
      expect(answer.text).not.toContain(SECRET);
    }
    expect(upstreamCalls.map(({ url }) => new URL(url).host)).toEqual(paths.map(() => "llm.example.com"));
    expect(upstreamCalls.map(({ redirect }) => redirect)).toEqual(paths.map(() => "manual"));
  });
});
