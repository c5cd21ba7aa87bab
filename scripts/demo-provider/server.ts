/**
 * A provider to run against without an account: speaks OpenAI's Chat and Responses and Anthropic's Messages, streaming or
 * not, counts usage, and misbehaves on demand (see behaviour.ts). Control and record are under `/__demo/`.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { refuse, type Answer, type Dialect, type Question, type Refusal } from "./answer.ts";
import { HEALTHY, mergeBehaviours, parseBehaviour, parseDirectives, type Behaviour } from "./behaviour.ts";
import { chat } from "./chat.ts";
import { parseJson, readInteger, readObject, readText, type JsonObject } from "./json.ts";
import { countTokensDialect, messages } from "./messages.ts";
import { listModels } from "./models.ts";
import { PromptCache } from "./prompt-cache.ts";
import { writeProviderHeaders } from "./provider-headers.ts";
import { Recorder, type ReceivedRequest, type RequestProgress } from "./recorder.ts";
import { writeRefusal } from "./refusal.ts";
import { findAuthFault, findModelFault, type ProviderKeys } from "./request-fault.ts";
import { responses } from "./responses.ts";
import { sendAnswer } from "./send.ts";

const DIALECTS: Readonly<Record<string, Dialect>> = {
  "/v1/chat/completions": chat,
  "/v1/responses": responses,
  "/v1/messages": messages,
  "/v1/messages/count_tokens": countTokensDialect,
};

export interface DemoProviderOptions {
  /** 0: any free port. */
  readonly port?: number;
  /** Another seed gives other texts. */
  readonly seed?: number;
  /** The only keys that are accepted; without them any key that is not the gateway's own. */
  readonly keys?: ProviderKeys;
  /** How every request is answered unless something more particular is asked. */
  readonly behaviour?: JsonObject;
  /** How many requests to remember; 10,000 without it. */
  readonly keepRequests?: number;
}

export interface DemoProvider {
  /** With neither path nor slash: `http://127.0.0.1:1234`. */
  readonly url: string;
  readonly port: number;
  readonly requests: readonly ReceivedRequest[];
  /** Requests per path. */
  readonly counts: Readonly<Record<string, number>>;
  /** Queues a behaviour for the next `times` model requests (to `path`, when it is given). */
  next(behaviour: JsonObject, only?: { readonly times?: number; readonly path?: string }): void;
  /** Forgets requests, queued behaviours, prompt caches and stored responses. */
  clear(): void;
  close(): Promise<void>;
}

/** Starts the demo provider on the loopback interface. Throws when the port is taken or a behaviour is unknown. */
export async function startDemoProvider(options: DemoProviderOptions = {}): Promise<DemoProvider> {
  const state = new DemoState(options);
  const server = createServer({ keepAlive: true, noDelay: true }, (request, response) => {
    state.serve(request, response).catch((error: unknown) => response.destroy(toError(error)));
  });
  server.keepAliveTimeout = 60_000;
  const port = await listen(server, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    get requests() {
      return state.recorder.requests;
    },
    get counts() {
      return state.recorder.counts;
    },
    next: (behaviour, only = {}) => state.queue(behaviour, only.times ?? 1, only.path ?? null),
    clear: () => state.clear(),
    close: () => close(server),
  };
}

interface QueuedBehaviour {
  readonly behaviour: Behaviour;
  readonly path: string | null;
  timesLeft: number;
}

class DemoState {
  readonly recorder: Recorder;
  readonly #options: DemoProviderOptions;
  readonly #usual: Behaviour;
  readonly #cache = new PromptCache();
  readonly #storedTokens = new Map<string, number>();
  #queued: QueuedBehaviour[] = [];
  #number = 0;

  constructor(options: DemoProviderOptions) {
    this.#options = options;
    this.#usual = readBehaviour(options.behaviour ?? {});
    this.recorder = new Recorder(options.keepRequests ?? 10_000);
  }

  queue(behaviour: JsonObject, times: number, path: string | null): void {
    this.#queued.push({ behaviour: readBehaviour(behaviour), path, timesLeft: times });
  }

  clear(): void {
    this.recorder.clear();
    this.#queued = [];
    this.#cache.clear();
    this.#storedTokens.clear();
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(request.url ?? "/", "http://demo");
    const arrivedAtMs = Date.now();
    const gone = new AbortController();
    let progress: RequestProgress | null = null;
    response.on("close", () => {
      if (!response.writableFinished && progress !== null && progress.outcome !== "cut") {
        progress.outcome = "client_aborted";
        progress.clientAbortedAfterMs = Date.now() - arrivedAtMs;
      }
      gone.abort();
    });
    const body = await readBody(request);
    if (pathname.startsWith("/__demo/")) return this.#control(request.method ?? "", pathname, body, response);
    this.#number += 1;
    progress = {
      number: this.#number,
      method: request.method ?? "",
      path: pathname,
      query: search,
      headers: flattenHeaders(request),
      body,
      receivedAtMs: arrivedAtMs,
      status: null,
      bytesSent: 0,
      eventsSent: 0,
      outcome: "running",
      clientAbortedAfterMs: null,
    };
    this.recorder.add(progress);
    const { answer, behaviour, dialect } = this.#answer(request, pathname, body);
    for (const [name, value] of Object.entries(writeProviderHeaders(dialect.provider, this.#number))) {
      response.setHeader(name, value);
    }
    await sendAnswer(answer, { response, behaviour, progress, dialect, gone: gone.signal });
  }

  #answer(
    request: IncomingMessage,
    path: string,
    text: string,
  ): { answer: Answer; behaviour: Behaviour; dialect: Dialect } {
    const dialect = DIALECTS[path] ?? (request.headers["anthropic-version"] === undefined ? chat : messages);
    const number = this.#number;
    const refused = (refusal: Refusal, retryAfterSeconds: number | null = null): Answer =>
      writeRefusal(dialect.provider, refusal, number, retryAfterSeconds);

    const denied = findAuthFault(request, dialect.provider, this.#options.keys ?? null);
    if (denied !== null) return { answer: refused(denied), behaviour: HEALTHY, dialect };
    if (path === "/v1/models" && request.method === "GET") {
      const answer: Answer = { kind: "json", status: 200, headers: {}, body: listModels(dialect.provider) };
      return { answer, behaviour: HEALTHY, dialect };
    }
    if (DIALECTS[path] === undefined || request.method !== "POST") {
      return { answer: refused(refuse(404, `Not found: ${path}`, null, undefined)), behaviour: HEALTHY, dialect };
    }
    const body = readObject(parseJson(text));
    if (body === null) {
      return { answer: refused(refuse(400, "The body is not a JSON object.")), behaviour: HEALTHY, dialect };
    }
    const directives = parseDirectives(dialect.readLastUserText(body));
    if (typeof directives === "string") {
      return { answer: refused(refuse(400, `Bad directive: ${directives}`)), behaviour: HEALTHY, dialect };
    }
    const behaviour = mergeBehaviours(mergeBehaviours(this.#usual, this.#takeNext(path)), directives ?? HEALTHY);
    const { counts, texts } = behaviour;
    if (counts.status !== undefined && counts.status !== 200) {
      const refusal = refuse(counts.status, "", null, texts.error_code);
      return { answer: refused(refusal, counts.retry_after ?? null), behaviour, dialect };
    }
    const fault = findModelFault(body, dialect.provider) ?? dialect.findFault(body);
    if (fault !== null) return { answer: refused(fault), behaviour, dialect };
    return { answer: dialect.answer(this.#ask(request, path, body, behaviour)), behaviour, dialect };
  }

  #ask(request: IncomingMessage, path: string, body: JsonObject, behaviour: Behaviour): Question {
    const prompt = JSON.stringify([body["model"], body["messages"] ?? body["input"]]);
    return {
      number: this.#number,
      seed: `${this.#options.seed ?? 1} ${prompt}`,
      path,
      headers: request.headers,
      body,
      behaviour,
      cache: this.#cache,
      storedTokens: this.#storedTokens,
      nowMs: Date.now(),
    };
  }

  #takeNext(path: string): Behaviour {
    const found = this.#queued.find((queued) => queued.path === null || queued.path === path);
    if (found === undefined) return HEALTHY;
    found.timesLeft -= 1;
    if (found.timesLeft <= 0) this.#queued = this.#queued.filter((queued) => queued !== found);
    return found.behaviour;
  }

  /** `POST next {…, times?, path?}`, `GET requests`, `DELETE requests` (clears everything). */
  #control(method: string, path: string, text: string, response: ServerResponse): void {
    const reply = (status: number, body: JsonObject): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    if (path === "/__demo/requests" && method === "GET") return reply(200, this.recorder.toJson());
    if (path === "/__demo/requests" && method === "DELETE") {
      this.clear();
      return reply(200, { cleared: true });
    }
    if (path === "/__demo/next" && method === "POST") {
      const { times, path: only, ...source } = readObject(parseJson(text)) ?? { body: "not JSON" };
      const behaviour = parseBehaviour(source);
      if (typeof behaviour === "string") return reply(400, { error: behaviour });
      this.#queued.push({ behaviour, path: readText(only), timesLeft: readInteger(times) ?? 1 });
      return reply(200, { queued: this.#queued.length });
    }
    return reply(404, { error: `unknown control ${method} ${path}` });
  }
}

function readBehaviour(source: JsonObject): Behaviour {
  const behaviour = parseBehaviour(source);
  if (typeof behaviour === "string") throw new TypeError(behaviour);
  return behaviour;
}

function flattenHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : (value ?? ""),
    ]),
  );
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString("utf8");
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
