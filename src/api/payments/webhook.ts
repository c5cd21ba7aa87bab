/** `POST /v1/payments/webhooks/{provider}`: the bytes as they came, since signatures are over bytes. No key; the signature is the proof. */
import { z } from "zod";
import { webhookAnswerSchema } from "../../contract/payment-api.ts";
import { failureSchema } from "../../contract/failure-body.ts";
import type { Failure } from "../../core/failure.ts";
import { invalid } from "../../core/failure.ts";
import { receiveWebhook } from "../../platform/payments/events.ts";
import { findProvider } from "../../platform/payments/ports.ts";
import type { WebhookRefusal } from "../../platform/payments/provider.ts";
import type { ApiDeps } from "../deps.ts";
import { readBytes } from "../read-bounded.ts";
import { refuse } from "../respond.ts";
import { jsonContent } from "../route-reference.ts";
import type { Api } from "../route.ts";
import { PAYMENTS_TAG } from "./checkout.ts";

const MAX_WEBHOOK_BYTES = 256 * 1024;

const MESSAGES: Readonly<Record<WebhookRefusal, string>> = {
  not_configured: "This provider's webhooks are not set up here.",
  signature_missing: "The delivery has no signature.",
  signature_invalid: "The signature does not fit the body.",
  too_old: "The signature's time is too far from now: it may be a replay.",
  malformed: "The event cannot be read.",
};

export function addPaymentWebhookRoute(api: Api, deps: ApiDeps): void {
  describe(api);
  api.all("/v1/payments/webhooks/:provider", async (c) => {
    const context = { requestId: c.get("requestId"), nowMs: deps.nowMs() };
    const no = (failure: Failure): Response => refuse(failure, context);
    if (c.req.method !== "POST") return no({ kind: "method_not_allowed", allowed: ["POST"] });
    const { flow } = deps.payments;
    const provider = findProvider(flow, c.req.param("provider"));
    if (provider === null) return no({ kind: "not_found", what: "payment provider" });
    const body = await readBytes(c.req.raw, MAX_WEBHOOK_BYTES);
    if (body === null) return no({ kind: "body_too_large", limitBytes: MAX_WEBHOOK_BYTES });
    const received = await receiveWebhook(flow, provider, { body, headers: c.req.raw.headers, nowMs: context.nowMs });
    if (!received.ok) return no(invalid(null, `webhook_${received.failure}`, MESSAGES[received.failure]));
    return Response.json({ received: true });
  });
}

function refusal(description: string) {
  return { description, content: jsonContent(failureSchema) };
}

function describe({ openAPIRegistry }: Api): void {
  openAPIRegistry.registerPath({
    method: "post",
    path: "/v1/payments/webhooks/{provider}",
    summary: "Receive a provider's webhook",
    description:
      "For payment providers: the signature over the raw body is the proof. Each event acts once, however often and in whatever order " +
      "events come; anything but 200 has the provider send it again.",
    tags: [PAYMENTS_TAG],
    security: [],
    request: {
      params: z.strictObject({ provider: z.string() }),
      body: { required: true, content: { "application/octet-stream": { schema: z.string() } } },
    },
    responses: {
      200: { description: "Taken", content: jsonContent(webhookAnswerSchema) },
      400: refusal("The signature is missing, wrong or too old, or the event cannot be read."),
      404: refusal("There is no such provider."),
      413: refusal("The body is larger than 256 KiB."),
    },
  });
}
