/** Headers that act, as the API reference describes them (contract: Identity, Model traffic). Whoever uses one reads it. */
import { z } from "zod";
import { ZDR_MODES } from "../core/zdr.ts";

export const MAX_IDEMPOTENCY_KEY_LENGTH = 255;

/** On every route of ours that changes something. */
export const idempotencyHeaders = z.object({
  "Idempotency-Key": z
    .string()
    .min(1)
    .max(MAX_IDEMPOTENCY_KEY_LENGTH)
    .optional()
    .meta({
      description:
        "Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with " +
        "other content it is 409 `idempotency_key_reused`.",
      example: "invoice-4711",
    }),
});

export const replayHeaders = z.object({
  "idempotency-replayed": z
    .enum(["true"])
    .optional()
    .meta({ description: "The first answer to this `Idempotency-Key`." }),
});

/** On every route that takes a session; elsewhere it is ignored. */
export const chosenOrganizationHeaders = z.object({
  "x-keeptrusts-organization": z.string().optional().meta({
    description: "With a session: the organization to ask as a member of. Absent: that of the oldest membership.",
    example: "org_01k9m3v7x2c4d6f8h0j2k4m6n8",
  }),
});

const identity = z.string().max(128).optional();

/** Believed from keys with `may_assert_identity`; from others they must agree with the key's owner. */
export const identityHeaders = z.object({
  "X-User-Id": identity.meta({
    description: "Who is charged. Believed from a key with `may_assert_identity`; else it must be the key's owner.",
  }),
  "X-Team-Id": identity.meta({ description: "The team that is charged; likewise." }),
  "X-Agent-Id": identity.meta({
    description:
      "The agent whose limits apply, or a name of your own, which is only logged. Only from a key with `may_assert_identity`.",
  }),
  "X-Agent-Run-Id": identity.meta({
    description: "The agent's run; required where the agent has a limit per run. Likewise.",
  }),
});

export const modelRequestHeaders = identityHeaders.extend({
  "X-Cost-Ticket": z.string().optional().meta({
    description:
      "The id of the ticket of a 402: the same body is held at its frozen estimate. An unusable one is ignored.",
  }),
  "x-keeptrusts-clamp": z.enum(["true"]).optional().meta({
    description: "Lower the request's own output cap to what the funds cover instead of refusing.",
  }),
  "x-keeptrusts-zdr": z.enum(ZDR_MODES).optional().meta({
    description: "Zero data retention for this request. It can only be stricter than the organization and the gateway.",
  }),
  "x-keeptrusts-include-cost": z.enum(["true"]).optional().meta({
    description: "End a stream with the comment `: keeptrusts-cost {…}`; SSE readers skip comments.",
  }),
});

export const countTokensHeaders = identityHeaders.extend({
  "x-keeptrusts-zdr": z.enum(ZDR_MODES).optional().meta({
    description: "Checked as on a message. Nothing of a count is ever kept here.",
  }),
});

export const dialectHeaders = identityHeaders.extend({
  "anthropic-version": z.string().optional().meta({
    description: "With it the answer has Anthropic's shape, without it OpenAI's.",
    example: "2023-06-01",
  }),
});

/** On every answer of ours. */
export const answerHeaders = z.object({
  "x-request-id": z.string().meta({ description: "Ours; `request-id` is the same." }),
  "request-id": z.string(),
});

export const trafficHeaders = answerHeaders.extend({
  "server-timing": z.string().meta({ example: "gw;dur=1, authorize;dur=3, upstream;dur=412" }),
});

export const modelAnswerHeaders = trafficHeaders.extend({
  "x-keeptrusts-reservation": z.string(),
  "x-keeptrusts-wallet-scope": z.string().optional().meta({ description: "Whose wallet pays." }),
  "x-keeptrusts-balance-available": z
    .string()
    .optional()
    .meta({ description: "What that wallet has left beside this hold." }),
  "x-keeptrusts-budget-remaining": z.string().optional().meta({
    description: "What the tightest hard budget window has left beside this hold; absent without such a budget.",
  }),
  "x-keeptrusts-unreserved": z.enum(["true"]).optional().meta({
    description:
      "The ledger did not answer and `wallet_fail_mode` is `open`: nothing is held, the cost is posted later.",
  }),
  "x-keeptrusts-cost": z.string().optional().meta({ description: "In the wallet's currency; not on streams." }),
  "x-keeptrusts-clamped-max-tokens": z.string().optional().meta({
    description: "The output cap that the funds cover, when it was lowered or set to that.",
  }),
  "x-upstream-request-id": z.string().optional().meta({ description: "The provider's own." }),
});
