/**
 * Stripe, on this machine: the part of its interface that the adapter uses, as strict as the real one about keys, versions, parameters
 * and idempotency. It can lose answers, fail, refuse and be slow.
 */
import { StripeAccount, API_VERSION } from "./account.ts";
import { checkFields, ENDPOINTS } from "./endpoints.ts";
import { readFields, type FormFields } from "./form.ts";
import { invalid, StripeRefusal, type EventObject } from "./objects.ts";
import { signPayload } from "./signature.ts";

/** What becomes of the next request. */
export type StandInFault =
  /** It never comes. */
  | "unreachable"
  /** It is done, and nobody hears of it. */
  | "lose_answer"
  /** Nothing is done, and the answer is kept for its idempotency key. */
  | "server_error"
  /** Nothing is done or kept. */
  | "overloaded"
  | "rate_limit"
  | "rate_limit_try_later"
  | "not_json";

export interface StandInRequest {
  readonly method: string;
  readonly path: string;
  readonly idempotencyKey: string | null;
  readonly fields: FormFields;
}

export interface StandInOptions {
  readonly secretKey: string;
  readonly webhookSecret: string;
  nowMs(): number;
}

interface KeptAnswer {
  readonly content: string;
  readonly keptAtMs: number;
  /** Null: it is being made. */
  answer: { readonly status: number; readonly body: string } | null;
}

const KEPT_MS = 24 * 3_600_000;

export class StripeStandIn {
  readonly account: StripeAccount;
  readonly requests: StandInRequest[] = [];
  searchLagSeconds = 60;
  readonly #options: StandInOptions;
  readonly #faults: StandInFault[] = [];
  readonly #kept = new Map<string, KeptAnswer>();
  #gate: Promise<void> = Promise.resolve();

  constructor(options: StandInOptions) {
    this.#options = options;
    this.account = new StripeAccount(() => options.nowMs());
  }

  /** The next requests fail so, one after the other. */
  failNext(...faults: readonly StandInFault[]): void {
    this.#faults.push(...faults);
  }

  /** Requests are taken, and wait until the returned function is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gate = promise;
    return resolve;
  }

  /** Rejects where a network would. */
  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const answer = await this.answer(new Request(input, init));
    if (answer === null) throw new TypeError("network connection lost");
    return answer;
  };

  /** Null: the connection ends without an answer. */
  async answer(request: Request): Promise<Response | null> {
    const fault = this.#faults.shift();
    if (fault === "unreachable") return null;
    const url = new URL(request.url);
    const fields = readFields(
      request.method === "GET" ? url.search : new TextDecoder().decode(await request.arrayBuffer()),
    );
    const idempotencyKey = request.headers.get("idempotency-key");
    this.requests.push({ method: request.method, path: url.pathname, idempotencyKey, fields });
    if (fault === "not_json") return new Response("<html>", { status: 200 });
    if (fault === "overloaded") return this.#respond(503, { error: { type: "api_error", message: "Try again" } });
    if (fault === "rate_limit" || fault === "rate_limit_try_later") {
      const more = { "stripe-should-retry": String(fault === "rate_limit") };
      return this.#respond(429, { error: { type: "invalid_request_error", code: "rate_limit" } }, more);
    }
    const answer = await this.#decide(request, url.pathname, fields, fault === "server_error");
    return fault === "lose_answer" ? null : answer;
  }

  /** A delivery as Stripe sends it now, or signed with other secrets or at another time. */
  async deliver(
    event: EventObject,
    signing: { readonly secrets?: readonly string[]; readonly atMs?: number } = {},
  ): Promise<{ readonly body: Uint8Array; readonly headers: Headers }> {
    const text = JSON.stringify(event, null, 2);
    const secrets = signing.secrets ?? [this.#options.webhookSecret];
    const signature = await signPayload(text, secrets, signing.atMs ?? this.#options.nowMs());
    const headers = new Headers({ "content-type": "application/json; charset=utf-8", "stripe-signature": signature });
    return { body: new TextEncoder().encode(text), headers };
  }

  async #decide(request: Request, path: string, fields: FormFields, fails: boolean): Promise<Response> {
    try {
      this.#checkRequest(request);
      const key = request.headers.get("idempotency-key");
      if (request.method !== "POST" || key === null) return this.#respond(200, this.#run(request.method, path, fields));
      return await this.#answerOnce(key, path, fields, fails);
    } catch (error) {
      if (!(error instanceof StripeRefusal)) throw error;
      return this.#respond(error.status, { error: error.error });
    }
  }

  #checkRequest(request: Request): void {
    if (request.headers.get("authorization") !== `Bearer ${this.#options.secretKey}`) {
      throw new StripeRefusal(401, {
        type: "invalid_request_error",
        message: "Invalid API Key provided: sk_test_****",
      });
    }
    if (request.headers.get("stripe-version") !== API_VERSION) throw invalid("Invalid Stripe API version");
    const type = request.headers.get("content-type") ?? "";
    if (request.method === "POST" && !type.startsWith("application/x-www-form-urlencoded")) {
      throw invalid(`Invalid content type: ${type}`);
    }
  }

  async #answerOnce(key: string, path: string, fields: FormFields, fails: boolean): Promise<Response> {
    const content = JSON.stringify([path, [...fields].toSorted(([a], [b]) => (a < b ? -1 : 1))]);
    const known = this.#kept.get(key);
    const nowMs = this.#options.nowMs();
    if (known !== undefined && nowMs - known.keptAtMs < KEPT_MS) return this.#replay(known, content, key);
    const kept: KeptAnswer = { content, keptAtMs: nowMs, answer: null };
    this.#kept.set(key, kept);
    await this.#gate;
    const made = this.#make(path, fields, fails);
    // What fails before anything was done is not kept.
    if (made.isKept) kept.answer = made;
    else this.#kept.delete(key);
    return new Response(made.body, { status: made.status, headers: this.#headers({}) });
  }

  #make(path: string, fields: FormFields, fails: boolean): { status: number; body: string; isKept: boolean } {
    if (fails) return { status: 500, body: JSON.stringify({ error: { type: "api_error" } }), isKept: true };
    try {
      return { status: 200, body: JSON.stringify(this.#run("POST", path, fields)), isKept: true };
    } catch (error) {
      if (!(error instanceof StripeRefusal)) throw error;
      return { status: error.status, body: JSON.stringify({ error: error.error }), isKept: error.status === 402 };
    }
  }

  #replay(known: KeptAnswer, content: string, key: string): Response {
    if (known.content !== content) {
      throw new StripeRefusal(400, {
        type: "idempotency_error",
        message: `Keys for idempotent requests can only be used with the same parameters: ${key}`,
      });
    }
    if (known.answer === null) {
      throw new StripeRefusal(409, { type: "invalid_request_error", code: "idempotency_key_in_use", message: key });
    }
    const more = {
      "idempotent-replayed": "true",
      ...(known.answer.status >= 500 ? { "stripe-should-retry": "false" } : {}),
    };
    return new Response(known.answer.body, { status: known.answer.status, headers: this.#headers(more) });
  }

  #run(method: string, path: string, fields: FormFields): unknown {
    for (const endpoint of ENDPOINTS) {
      const match = endpoint.method === method ? endpoint.path.exec(path) : null;
      if (match === null) continue;
      checkFields(endpoint, fields);
      return endpoint.run({
        account: this.account,
        fields,
        id: match[1] ?? "",
        searchLagSeconds: this.searchLagSeconds,
      });
    }
    throw invalid(`Unrecognized request URL (${method}: ${path}).`, {}, 404);
  }

  #respond(status: number, body: unknown, more: Readonly<Record<string, string>> = {}): Response {
    return new Response(JSON.stringify(body), { status, headers: this.#headers(more) });
  }

  #headers(more: Readonly<Record<string, string>>): Record<string, string> {
    return { "content-type": "application/json", "request-id": this.account.newId("req"), ...more };
  }
}
