/** How often a model request asks anybody before it goes upstream: every call that leaves the Worker is counted. */
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { createProxyRoutes } from "../../src/proxy/routes.ts";
import { portsOf } from "../../src/worker-ports.ts";
import { signedIn } from "../support/worker-api.ts";
import { makeApplication, signIn } from "../support/worker-oauth.ts";
import { makeTenant } from "../support/worker-proxy.ts";

const BINDINGS = [
  "ORGANIZATION",
  "OAUTH_SERVER",
  "TARGET_HEALTH",
  "CONTROL_DB",
  "SPEND_DB",
  "BODIES",
  "LEDGER_QUEUE",
  "SETTLEMENT_QUEUE",
  "ABUSE_LIMIT",
] as const;

/** What a binding's methods give that are no calls yet: their own methods are. */
const HANDLES = new Set(["getByName", "get", "idFromName", "prepare", "bind"]);

function counted(name: string, target: object, calls: string[]): object {
  return new Proxy(target, {
    get(_target, member) {
      const value: unknown = Reflect.get(target, member, target);
      if (typeof value !== "function") return value;
      return (...given: readonly unknown[]): unknown => {
        const isHandle = HANDLES.has(String(member));
        if (!isHandle) calls.push(`${name}.${String(member)}`);
        const result: unknown = Reflect.apply(value, target, given);
        return isHandle && typeof result === "object" && result !== null ? counted(name, result, calls) : result;
      };
    },
  });
}

/** Sends requests through one isolate; gives the calls that each made before it went upstream. */
async function callsBeforeUpstream(token: string, requests: number): Promise<readonly (readonly string[])[]> {
  const calls: string[] = [];
  const bindings: Env = Object.assign(Object.create(null), env, {
    OPENAI_API_KEY: "sk-upstream",
    ...Object.fromEntries(BINDINGS.map((name) => [name, counted(name, env[name], calls)])),
  });
  const before: (readonly string[])[] = [];
  const routes = createProxyRoutes(() => ({
    ...portsOf(bindings).proxy,
    fetchUpstream: async () => {
      before.push(calls.splice(0));
      return Response.json({
        id: "x",
        object: "chat.completion",
        choices: [],
        usage: { prompt_tokens: 1, completion_tokens: 1 },
      });
    },
  }));
  for (let index = 0; index < requests; index += 1) {
    const own: Promise<unknown>[] = [];
    const lifetime = {
      waitUntil: (work: Promise<unknown>) => void own.push(work),
      passThroughOnException: () => {},
      props: {},
    };
    const request = new Request("https://edge.test/v1/chat/completions", {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({
        model: "gpt-5.4-mini",
        messages: [{ role: "user", content: "Hi" }],
        max_completion_tokens: 10,
      }),
    });
    const answer = await routes.fetch(request, {}, lifetime);
    expect(answer.status).toBe(200);
    await answer.text();
    await Promise.all(own);
    calls.length = 0;
  }
  return before;
}

const ONE_CALL = [["ORGANIZATION.authorize"], ["ORGANIZATION.authorize"], ["ORGANIZATION.authorize"]];

test("a gateway key costs one call of the organization's object, also in a new isolate", async () => {
  const { gatewayKey } = await makeTenant();
  expect(await callsBeforeUpstream(gatewayKey, 3)).toEqual(ONE_CALL);
});

test("an application's access token costs the same one call", async () => {
  const application = await makeApplication();
  const { access } = await signIn(application);
  signedIn.session = null;
  expect(await callsBeforeUpstream(access, 3)).toEqual(ONE_CALL);
});
