/** Which targets a request is sent to, in which cases the next is tried, and what is told of each. */
import { describe, expect, it } from "vitest";
import type { Endpoint } from "../../src/core/endpoint.ts";
import { createFakeProxy, target, type Upstream } from "../support/worker-fake-ports.ts";

const USAGE = { prompt_tokens: 4, completion_tokens: 2, total_tokens: 6 };
const ANSWER = {
  id: "chatcmpl-1",
  object: "chat.completion",
  model: "gpt-5.4-mini",
  choices: [{ index: 0, message: { role: "assistant", content: "Hi." }, finish_reason: "stop" }],
  usage: USAGE,
};
const fine: Upstream = async () => Response.json(ANSWER);

function refusing(status: number, error: object = { message: "no" }): Upstream {
  return async () => Response.json({ error }, { status });
}

/** Each target answers in its own way. */
function upstreams(answers: Readonly<Record<string, Upstream>>): Upstream {
  return async (url, init) => {
    const answer = answers[new URL(url).hostname.split(".")[0] ?? ""];
    return answer === undefined ? Response.error() : answer(url, init);
  };
}

const [FIRST, SECOND] = [target("first"), target("second")];

function proxyWith(first: Upstream, second: Upstream = fine, rest: { readonly upstreamTimeoutMs?: number } = {}) {
  return createFakeProxy({ targets: [FIRST, SECOND], upstream: upstreams({ first, second }), ...rest });
}

const neverAnswers: Upstream = async (_url, init) =>
  new Promise((_resolve, reject) => {
    init.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
  });

describe("the next target is tried", () => {
  it.each<[string, Endpoint, Upstream, { readonly status: number; readonly error: string; readonly told: string }]>([
    ["503", "openai.chat", refusing(503), { status: 503, error: "status 503", told: "failure" }],
    ["529", "anthropic.messages", refusing(529), { status: 529, error: "status 529", told: "failure" }],
    ["408", "openai.chat", refusing(408), { status: 408, error: "status 408", told: "failure" }],
    [
      "a rate limit",
      "openai.chat",
      refusing(429, { code: "rate_limit_exceeded", type: "requests" }),
      { status: 429, error: "status 429", told: "failure" },
    ],
    [
      "our credential is refused",
      "openai.chat",
      refusing(401),
      { status: 401, error: "account_error", told: "account_error" },
    ],
    ["a payment is due", "openai.chat", refusing(402), { status: 402, error: "account_error", told: "account_error" }],
    [
      "our account may not do this",
      "openai.responses",
      refusing(403, { code: "model_not_available" }),
      { status: 403, error: "account_error", told: "failure" },
    ],
    [
      "our account is closed",
      "openai.responses",
      refusing(403, { code: "account_deactivated" }),
      { status: 403, error: "account_error", told: "account_error" },
    ],
    [
      "our quota is used up",
      "openai.chat",
      refusing(429, { code: "insufficient_quota" }),
      { status: 429, error: "account_error", told: "account_error" },
    ],
    [
      "our credit is used up",
      "anthropic.messages",
      refusing(400, { type: "invalid_request_error", message: "Your credit balance is too low to access the API." }),
      { status: 400, error: "account_error", told: "account_error" },
    ],
  ])("after %s, which is told and noted", async (_name, endpoint, first, { status, error, told }) => {
    const proxy = proxyWith(first);
    expect((await proxy.send(endpoint)).status).toBe(200);
    expect(proxy.story).toEqual([
      "refresh",
      "begin first",
      "call first",
      `end first of gw_1: ${told}`,
      "begin second",
      "call second",
      "end second of gw_1: success",
    ]);
    expect(proxy.settled).toMatchObject([
      {
        targetId: "second",
        attempts: [
          { targetId: "first", status, error },
          { targetId: "second", status: 200, error: null },
        ],
      },
    ]);
    const line = { event: "upstream.account_error", provider: "openai", status };
    expect(proxy.lines).toEqual(error === "account_error" ? [line] : []);
  });

  it("when one cannot be reached, or is too late", async () => {
    const unreachable: Upstream = async () => Promise.reject(new TypeError("fetch failed"));
    for (const [first, error] of [
      [unreachable, "TypeError"],
      [neverAnswers, "timeout"],
    ] as const) {
      const proxy = proxyWith(first, fine, { upstreamTimeoutMs: 20 });
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect((await proxy.send()).status).toBe(200);
      expect(proxy.story).toContain("end first of gw_1: failure");
      expect(proxy.settled[0]?.attempts).toMatchObject([{ status: null, error }, { status: 200 }]);
    }
  });

  it("when there is no credential for one, of which nothing is told because it was not called", async () => {
    const first = target("first", { provider: "anthropic" });
    const upstream = upstreams({ second: fine });
    const keys = { openai: "sk-ours", anthropic: "" };
    const proxy = createFakeProxy({ targets: [first, SECOND], upstream, keys });
    expect((await proxy.send()).status).toBe(200);
    expect(proxy.story).toEqual([
      "refresh",
      "begin first",
      "begin second",
      "call second",
      "end second of gw_1: success",
    ]);
    expect(proxy.settled[0]?.attempts).toMatchObject([{ status: null, error: "no_credential" }, { status: 200 }]);
  });

  it("without waiting for the rest of what is left, which is ended", async () => {
    let cancelled = 0;
    const endless: Upstream = async () =>
      new Response(new ReadableStream({ cancel: () => void (cancelled += 1) }), { status: 503 });
    expect((await proxyWith(endless).send()).status).toBe(200);
    expect(cancelled).toBe(1);
  });

  it("also when the answer that is left broke off", async () => {
    const broken: Upstream = async () =>
      new Response(new ReadableStream({ start: (controller) => controller.error(new Error("reset")) }), {
        status: 503,
      });
    expect((await proxyWith(broken).send()).status).toBe(200);
  });

  it("twice at most", async () => {
    const ids = ["first", "second", "third", "fourth"];
    const upstream = refusing(500);
    const proxy = createFakeProxy({ targets: ids.map((id) => target(id)), upstream });
    expect((await proxy.send()).status).toBe(500);
    expect(proxy.story.filter((step) => step.startsWith("call"))).toEqual(["call first", "call second", "call third"]);
    expect(proxy.settled[0]?.attempts.map(({ error }) => error)).toEqual(["status 500", "status 500", null]);
  });
});

describe("the answer of the first target passes", () => {
  it.each([400, 404, 409, 413, 422])(
    "when it is %i: the caller's own fault, which says nothing of it",
    async (status) => {
      const proxy = proxyWith(refusing(status, { message: "your fault" }));
      const answer = await proxy.send();
      expect(answer).toMatchObject({ status, text: JSON.stringify({ error: { message: "your fault" } }) });
      expect(proxy.story).toEqual(["refresh", "begin first", "call first"]);
      expect(proxy.settled[0]?.attempts).toMatchObject([{ status, error: null }]);
    },
  );

  it("when it broke off after its beginning", async () => {
    const cut: Upstream = async () => {
      const start = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
        controller.enqueue(new TextEncoder().encode('{"id":'));
        controller.error(new Error("reset"));
      };
      return new Response(new ReadableStream({ start }), { headers: { "content-type": "application/json" } });
    };
    const proxy = proxyWith(cut);
    expect((await proxy.send()).status).toBe(502);
    expect(proxy.story).not.toContain("call second");
  });

  it("when the caller has left, which says nothing of the target", async () => {
    const leaving = new AbortController();
    const first: Upstream = async (url, init) => {
      leaving.abort();
      return neverAnswers(url, init);
    };
    const proxy = proxyWith(first);
    await proxy.send("openai.chat", leaving.signal);
    expect(proxy.story).toEqual(["refresh", "begin first", "call first"]);
    expect(proxy.settled).toMatchObject([{ status: "client_disconnected" }]);
  });
});

describe("the last target", () => {
  it("passes what it says of the moment, whatever the others said", async () => {
    const proxy = proxyWith(refusing(401), refusing(429, { code: "rate_limit_exceeded", type: "tokens" }));
    expect(await proxy.send()).toMatchObject({ status: 429 });
    expect(proxy.settled[0]).toMatchObject({ flags: [], attempts: [{ error: "account_error" }, { error: null }] });
  });

  it("that refuses our account is not shown, and nothing is charged", async () => {
    const proxy = proxyWith(refusing(503), refusing(402, { message: "recharge at https://secret.test" }));
    const answer = await proxy.send();
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: "upstream_account_error" } });
    expect(answer.text).not.toContain("recharge");
    expect(proxy.settled).toMatchObject([
      {
        status: "upstream_error",
        usage: null,
        flags: ["upstream_account_error"],
        attempts: [{ error: "status 503" }, { status: 402, error: "account_error" }],
      },
    ]);
  });

  it("whose refusal does not come is not waited for longer than an answer", async () => {
    const hanging: Upstream = async (_url, init) => {
      const start = (controller: ReadableStreamDefaultController): void =>
        init.signal?.addEventListener("abort", () => controller.error(new Error("aborted")));
      return new Response(new ReadableStream({ start }), { status: 400 });
    };
    const proxy = proxyWith(refusing(503), hanging, { upstreamTimeoutMs: 20 });
    expect((await proxy.send()).status).toBe(502);
    expect(proxy.settled[0]?.flags).toEqual(["upstream_incomplete"]);
  });
});

describe("what is known of targets", () => {
  const views = [{ gatewayId: null, targetId: "managed-openai", isOpen: true, latencyMs: null }];

  it("goes with the question to the ledger, and is asked for again when the request is admitted", async () => {
    const proxy = createFakeProxy({ targets: [FIRST], upstream: fine, views });
    await proxy.send();
    expect(proxy.authorized).toMatchObject([{ health: views }]);
    expect(proxy.story[0]).toBe("refresh");
  });

  it("is not asked for by a request that is refused, and goes with no question when it is nothing", async () => {
    const proxy = createFakeProxy({ targets: [FIRST], upstream: fine, isRefused: true });
    expect((await proxy.send()).status).toBe(401);
    expect(proxy.authorized[0]).not.toHaveProperty("health");
    expect(proxy.story).toEqual([]);
  });
});
