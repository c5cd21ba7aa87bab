import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { gunzipSync } from "node:zlib";
import { request as openRequest, type IncomingMessage } from "node:http";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { startDemoProvider } from "../../scripts/demo-provider/server.ts";

const demo = await startDemoProvider();
const openai = new OpenAI({ apiKey: "sk-demo", baseURL: `${demo.url}/v1`, maxRetries: 0 });
const anthropic = new Anthropic({ apiKey: "sk-ant-demo", baseURL: demo.url, maxRetries: 0 });
const HEADERS = { authorization: "Bearer sk-demo", "x-api-key": "sk-ant-demo", "anthropic-version": "2023-06-01" };

beforeEach(() => demo.clear());
afterAll(() => demo.close());

const ask = (content: string) => ({ model: "gpt-5.4", messages: [{ role: "user" as const, content }] });
const askClaude = (content: string) => ({ ...ask(content), model: "claude-sonnet-5-5", max_tokens: 200 });

interface RawAnswer {
  readonly message: IncomingMessage;
  readonly chunks: readonly Buffer[];
  /** False: the connection broke before the body's end. */
  readonly whole: boolean;
}

/** Reads an answer below the level at which clients hide how it arrived. */
async function readRaw(path: string, body: object, signal?: AbortSignal): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const options = { method: "POST", headers: HEADERS, ...(signal === undefined ? {} : { signal }) };
    const request = openRequest(`${demo.url}${path}`, options, (message) => {
      const chunks: Buffer[] = [];
      message.on("data", (chunk: Buffer) => chunks.push(chunk));
      message.on("error", () => {});
      message.on("close", () => resolve({ message, chunks, whole: message.complete }));
    });
    request.on("error", reject);
    request.end(JSON.stringify(body));
  });
}

const textOf = (answer: RawAnswer): string => Buffer.concat(answer.chunks).toString("utf8");
const eventsOf = (answer: RawAnswer): number => textOf(answer).match(/^data:/gm)?.length ?? 0;
const streamChat = (content: string) => readRaw("/v1/chat/completions", { ...ask(content), stream: true });

describe("errors before the answer", () => {
  test("a status with the error body of each dialect, and retry-after", async () => {
    await expect(openai.chat.completions.create(ask("[[demo: status=429 retry_after=7]]"))).rejects.toMatchObject({
      status: 429,
      code: "rate_limit_exceeded",
    });
    const quota = ask("[[demo: status=429 error_code=insufficient_quota]]");
    await expect(openai.chat.completions.create(quota)).rejects.toMatchObject({ type: "insufficient_quota" });
    await expect(anthropic.messages.create(askClaude("[[demo: status=402]]"))).rejects.toMatchObject({
      status: 402,
      type: "billing_error",
    });
    const answer = await readRaw("/v1/messages", askClaude("[[demo: status=529 retry_after=7]]"));
    expect(answer.message.headers["retry-after"]).toBe("7");
  });

  test("an unknown directive is an error, so that a misspelt test cannot pass", async () => {
    await expect(openai.chat.completions.create(ask("[[demo: stauts=500]]"))).rejects.toMatchObject({ status: 400 });
    expect(() => demo.next({ cut_after: "two" })).toThrow("cut_after takes a whole number");
  });

  test("queued behaviours are used once, in order, for the path that they name", async () => {
    demo.next({ status: 500 }, { path: "/v1/messages" });
    demo.next({ status: 503 });
    await expect(openai.chat.completions.create(ask("hello"))).rejects.toMatchObject({ status: 503 });
    await expect(anthropic.messages.create(askClaude("hello"))).rejects.toMatchObject({ status: 500 });
    await expect(anthropic.messages.create(askClaude("hello"))).resolves.toMatchObject({ type: "message" });
  });

  test("a reset before the headers is a connection error", async () => {
    await expect(readRaw("/v1/messages", askClaude("[[demo: reset]]"))).rejects.toThrow();
    expect(demo.requests[0]?.outcome).toBe("cut");
  });
});

describe("broken streams", () => {
  test("cut, ended and silent streams stop after exactly the events asked for", async () => {
    const cut = await streamChat("[[demo: cut_after=3]]");
    expect([eventsOf(cut), cut.whole]).toEqual([3, false]);
    const ended = await streamChat("[[demo: end_after=3]]");
    expect([eventsOf(ended), ended.whole]).toEqual([3, true]);
    const stop = new AbortController();
    const silent = readRaw("/v1/chat/completions", { ...ask("[[demo: hang_after=3]]"), stream: true }, stop.signal);
    await vi.waitFor(() => expect(demo.requests[2]?.eventsSent).toBe(3));
    stop.abort();
    await silent.catch(() => {});
    await vi.waitFor(() => expect(demo.requests[2]?.outcome).toBe("client_aborted"));
    expect(demo.requests[2]?.clientAbortedAfterMs).not.toBeNull();
  });

  test("a plain answer is cut in its middle", async () => {
    const answer = await readRaw("/v1/chat/completions", ask("[[demo: cut_after=0]]"));
    expect(answer.whole).toBe(false);
    expect(textOf(answer)).toMatch(/^\{"id"/);
  });

  test("the terminal event alone can be left out", async () => {
    expect(textOf(await streamChat("[[demo: no_terminal]]"))).not.toContain("[DONE]");
    const claude = textOf(await readRaw("/v1/messages", { ...askClaude("[[demo: no_terminal]]"), stream: true }));
    expect(claude).toContain("event: message_delta");
    expect(claude).not.toContain("message_stop");
  });

  test("an error event inside the stream, in each dialect's form", async () => {
    const chat = textOf(await streamChat("[[demo: error_after=2]]"));
    expect(chat).toContain('data: {"error":{');
    const body = { model: "gpt-5.4", input: "[[demo: error_after=2]]", stream: true };
    const responses = textOf(await readRaw("/v1/responses", body));
    expect(responses).toContain('event: error\ndata: {"type":"error","code":"server_error"');
    expect(responses).toContain('"sequence_number":2}');
    const claude = textOf(await readRaw("/v1/messages", { ...askClaude("[[demo: error_after=2]]"), stream: true }));
    expect(claude).toContain('event: error\ndata: {"type":"error","error":{"type":"overloaded_error"');
  });
});

describe("odd framing", () => {
  test("chunks of one byte, and chunks that end inside characters, add up to the plain stream", async () => {
    const text = '[[demo: {"text": "€ 🙂 ü", "chunking": "CHUNKING"}]]';
    const bytes = await streamChat(text.replace("CHUNKING", "bytes"));
    expect(textOf(bytes)).toContain("🙂");
    expect(textOf(bytes)).toContain("data: [DONE]\n\n");
    const split = await streamChat(text.replace("CHUNKING", "mid_utf8"));
    const strict = new TextDecoder("utf8", { fatal: true });
    expect(split.chunks.some((chunk) => isBroken(strict, chunk))).toBe(true);
    expect(textOf(split)).toContain("🙂");
  });

  test("CRLF, a wrong content type, gzip", async () => {
    const odd = await streamChat("[[demo: crlf content_type=text/plain]]");
    expect(odd.message.headers["content-type"]).toBe("text/plain");
    expect(textOf(odd)).not.toMatch(/[^\r]\n/);
    const zipped = await streamChat("[[demo: gzip]]");
    expect(zipped.message.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(Buffer.concat(zipped.chunks)).toString()).toContain("data: [DONE]");
  });

  test("a stream of exactly as many content events as asked", async () => {
    const raw = textOf(await streamChat("[[demo: frames=5000 output_tokens=20000]]"));
    expect(raw.match(/"content":"[^"]/g)?.length).toBe(5_000);
  });
});

describe("odd usage", () => {
  test("missing, null, negative, absurd and given usage", async () => {
    const usageOf = async (directive: string) => (await openai.chat.completions.create(ask(directive))).usage;
    expect(await usageOf("[[demo: usage=missing]]")).toBeUndefined();
    expect(await usageOf("[[demo: usage=null]]")).toBeNull();
    expect((await usageOf("[[demo: usage=negative]]"))?.completion_tokens).toBeLessThan(0);
    expect((await usageOf("[[demo: usage=absurd]]"))?.completion_tokens).toBe(Number.MAX_SAFE_INTEGER);
    expect((await usageOf('[[demo: {"usage": {"prompt_tokens": 7}}]]'))?.prompt_tokens).toBe(7);
  });

  test("counters can be set exactly", async () => {
    const directive =
      "[[demo: input_tokens=100 cached_tokens=60 output_tokens=30 reasoning_tokens=10 service_tier=flex]]";
    const answer = await openai.chat.completions.create(ask(directive));
    expect(answer.service_tier).toBe("flex");
    expect(answer.usage).toMatchObject({
      prompt_tokens: 100,
      prompt_tokens_details: { cached_tokens: 60 },
      completion_tokens: 30,
      completion_tokens_details: { reasoning_tokens: 10 },
    });
    const claude = await anthropic.messages.create(
      askClaude("[[demo: input_tokens=100 cached_tokens=60 cache_write_tokens=10 web_search_calls=2]]"),
    );
    expect(claude.usage).toMatchObject({
      input_tokens: 30,
      cache_read_input_tokens: 60,
      cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 0 },
      server_tool_use: { web_search_requests: 2 },
    });
  });

  test("an empty answer has neither text nor output tokens", async () => {
    const answer = await openai.chat.completions.create(ask("[[demo: empty]]"));
    expect(answer.choices[0]?.message.content).toBe("");
    expect(answer.usage?.completion_tokens).toBe(0);
  });
});

describe("the record", () => {
  test("keeps headers and the exact body, counts by path, and is cleared", async () => {
    const body = '{ "model":"gpt-5.4",  "messages":[{"role":"user","content":"ü"}] }';
    await fetch(`${demo.url}/v1/chat/completions`, { method: "POST", headers: HEADERS, body });
    const record: unknown = await (await fetch(`${demo.url}/__demo/requests`)).json();
    expect(record).toMatchObject({
      requests: [
        { body, path: "/v1/chat/completions", headers: { authorization: "Bearer sk-demo" }, outcome: "complete" },
      ],
      counts: { "/v1/chat/completions": 1 },
    });
    await fetch(`${demo.url}/__demo/requests`, { method: "DELETE" });
    expect(demo.requests).toEqual([]);
    expect(demo.counts).toEqual({});
  });
});

function isBroken(decoder: { decode(bytes: Buffer): string }, chunk: Buffer): boolean {
  try {
    decoder.decode(chunk);
    return false;
  } catch {
    return true;
  }
}
