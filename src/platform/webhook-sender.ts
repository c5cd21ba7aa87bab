/** Sends one event to one endpoint, once. */
import { findAnswerError, type AttemptResult } from "../core/webhook-delivery.ts";
import { findUrlProblem } from "../core/public-url.ts";
import type { WebhookSecretVersions, WebhookSigner } from "./webhook-signer.ts";

export const WEBHOOK_TIMEOUT_MS = 15_000;

export interface WebhookEndpoint extends WebhookSecretVersions {
  readonly url: string;
}

export interface WebhookEvent {
  readonly id: string;
  /** The body, byte for byte. */
  readonly payload: string;
}

/** Never rejects: what goes wrong is the result. */
export type SendEvent = (endpoint: WebhookEndpoint, event: WebhookEvent) => Promise<AttemptResult>;

export interface WebhookSenderPorts {
  readonly signer: WebhookSigner;
  fetchEndpoint(url: string, init: RequestInit): Promise<Response>;
  readonly allowInsecure: boolean;
  readonly timeoutMs: number;
  nowMs(): number;
}

export function createWebhookSender(ports: WebhookSenderPorts): SendEvent {
  return async (endpoint, event) => {
    const beganAtMs = ports.nowMs();
    const answer = await post(ports, endpoint, event, beganAtMs);
    return { ...answer, durationMs: Math.max(0, ports.nowMs() - beganAtMs) };
  };
}

/** The answer's body is not read: it says nothing that we keep. Redirects could lead the event anywhere and are not followed. */
async function post(
  ports: WebhookSenderPorts,
  endpoint: WebhookEndpoint,
  event: WebhookEvent,
  nowMs: number,
): Promise<Omit<AttemptResult, "durationMs">> {
  if (findUrlProblem(endpoint.url, ports.allowInsecure) !== null) return { status: null, error: "url_not_allowed" };
  const signal = AbortSignal.timeout(ports.timeoutMs);
  try {
    const signature = await ports.signer.sign(endpoint, event.id, event.payload, nowMs);
    const response = await ports.fetchEndpoint(endpoint.url, {
      method: "POST",
      redirect: "manual",
      signal,
      headers: { "content-type": "application/json", "user-agent": "Keeptrusts-Webhooks/1", ...signature },
      body: event.payload,
    });
    await response.body?.cancel();
    return { status: response.status, error: findAnswerError(response.status) };
  } catch {
    return { status: null, error: signal.aborted ? "timeout" : "unreachable" };
  }
}
