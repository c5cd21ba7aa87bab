/** Endpoints of webhooks that exist only in the tests: what they got, and what they answer. A URL without a rule answers 204. */
import { createWebhookSender, type SendEvent } from "../../src/platform/webhook-sender.ts";
import { createWebhookSigner } from "../../src/platform/webhook-signer.ts";

export const SIGNING_KEY = "signing-key-of-the-tests-0123456789";
export const signer = createWebhookSigner(SIGNING_KEY);

export interface Received {
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
}

export const received: Received[] = [];

/** A status to answer with; `hang`: no answer; `break`: the connection fails. */
const rules = new Map<string, number | "hang" | "break">();

export function answerWith(url: string, rule: number | "hang" | "break"): void {
  rules.set(url, rule);
}

export function receivedAt(url: string): Received[] {
  return received.filter((request) => request.url === url);
}

async function fetchEndpoint(url: string, init: RequestInit): Promise<Response> {
  const request = new Request(url, init);
  received.push({ url, headers: request.headers, body: await request.text() });
  const rule = rules.get(url) ?? 204;
  if (rule === "break") throw new TypeError("connection refused");
  if (rule === "hang") {
    return new Promise((_resolve, reject) => {
      init.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "TimeoutError")));
    });
  }
  return new Response(null, { status: rule, headers: { location: "https://elsewhere.example.com/" } });
}

/** Waits for an answer for a twentieth of a second. */
export function testSender(nowMs: () => number, allowInsecure = false): SendEvent {
  return createWebhookSender({ signer, fetchEndpoint, allowInsecure, timeoutMs: 50, nowMs });
}
