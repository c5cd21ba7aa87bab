/** Remembers what reached the provider, so that tests can prove what left the gateway. */
import type { JsonObject } from "./json.ts";

export interface ReceivedRequest {
  readonly number: number;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Exactly as received, decoded as UTF-8. */
  readonly body: string;
  readonly receivedAtMs: number;
  /** Null: nothing was sent. */
  readonly status: number | null;
  readonly bytesSent: number;
  readonly eventsSent: number;
  readonly outcome: "running" | "complete" | "cut" | "client_aborted";
  /** Milliseconds after the request arrived; null: the client stayed to the end. */
  readonly clientAbortedAfterMs: number | null;
}

/** What the sender updates while it answers. */
export type RequestProgress = { -readonly [K in keyof ReceivedRequest]: ReceivedRequest[K] };

export class Recorder {
  readonly #keep: number;
  #requests: RequestProgress[] = [];
  #counts = new Map<string, number>();

  /** Keeps the last `keep` requests; the counts have no limit. */
  constructor(keep: number) {
    this.#keep = keep;
  }

  get requests(): readonly ReceivedRequest[] {
    return this.#requests;
  }

  /** Requests per path since the last `clear`. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  add(request: RequestProgress): void {
    this.#counts.set(request.path, (this.#counts.get(request.path) ?? 0) + 1);
    if (this.#keep === 0) return;
    this.#requests.push(request);
    if (this.#requests.length > this.#keep * 2) this.#requests = this.#requests.slice(-this.#keep);
  }

  clear(): void {
    this.#requests = [];
    this.#counts = new Map();
  }

  toJson(): JsonObject {
    return { requests: this.#requests.map(toWire), counts: this.counts };
  }
}

function toWire(request: ReceivedRequest): JsonObject {
  return {
    number: request.number,
    method: request.method,
    path: request.path,
    query: request.query,
    headers: request.headers,
    body: request.body,
    received_at_ms: request.receivedAtMs,
    status: request.status,
    bytes_sent: request.bytesSent,
    events_sent: request.eventsSent,
    outcome: request.outcome,
    client_aborted_after_ms: request.clientAbortedAfterMs,
  };
}
