/** Payers and providers in tests of payments. */
import type { ProviderEvent } from "../../src/platform/payments/provider.ts";
import { writeContent } from "../../src/platform/payments/event-content.ts";
import { SIGNATURE_HEADER, signBody } from "../../src/platform/payments/sandbox/signature.ts";
import type { TillAction } from "../../src/platform/payments/sandbox/till.ts";
import { call, deps, makeOrganization, payments, SANDBOX_KEY, send, textOf, type Reply } from "./worker-api.ts";

export interface Checkout {
  readonly id: string;
  /** The sandbox's name of it. */
  readonly reference: string;
  readonly token: string;
  readonly organizationId: string;
}

export async function makeCheckout(body: unknown = { amount: "25.00" }, owner = makeOrganization()): Promise<Checkout> {
  const { id: organizationId, token } = await owner;
  const made = await call("POST /v1/payments/create-checkout", { token, body });
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  const reference = textOf(made.body["approval_url"]).split("/").at(-1) ?? "";
  return { id: textOf(made.body["session_id"]), reference, token, organizationId };
}

export async function act({ reference }: Checkout, action: TillAction): Promise<void> {
  await payments.sandbox?.till.act(reference, action);
}

export async function sessionOf({ id, token }: Checkout): Promise<Reply["body"]> {
  return (await call(`GET /v1/payments/sessions/${id}`, { token })).body;
}

export async function balanceOf({ token }: Checkout): Promise<string> {
  const { body } = await call("GET /v1/wallets/balance", { token });
  return textOf(body["balance"]);
}

/** Delivers an event as the sandbox would, to the route. */
export async function deliver(
  event: ProviderEvent,
  { key = SANDBOX_KEY, atMs = deps.nowMs() }: { readonly key?: string; readonly atMs?: number } = {},
): Promise<Response> {
  const body = JSON.stringify({ ...event, content: JSON.parse(writeContent(event.content)) });
  const headers = { [SIGNATURE_HEADER]: await signBody(key, body, atMs) };
  return send("POST /v1/payments/webhooks/sandbox", { token: null, body, headers });
}

let events = 0;

export function eventOf(content: ProviderEvent["content"]): ProviderEvent {
  events += 1;
  const eventId = `evt_${events}`;
  return { eventId, providerType: `test.${content.type}`, occurredAtMs: deps.nowMs(), content };
}

export const subjectOf = ({ id }: Checkout) => ({ sessionId: id, checkoutReference: null, paymentReference: null });

export function capturedEvent(checkout: Checkout, amountNanos = 25_000_000_000n): ProviderEvent {
  const payment = { paymentReference: `sbxpay_${checkout.id}`, amountNanos, currency: "USD", method: null } as const;
  return eventOf({ type: "captured", subject: subjectOf(checkout), payment });
}
