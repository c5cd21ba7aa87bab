/** What model traffic refuses (docs/api.md, Failure and FundsFailure), in either dialect, and what the person can do. */
import { z } from "zod";
import { amountBeyond, compareAmounts } from "../../parts/decimal.ts";

const topUpSchema = z.object({
  available: z.boolean(),
  url: z.string().nullable(),
  /** A wallet is refilling itself for the request. */
  pending: z.boolean().default(false),
});

const ticketSchema = z.object({
  id: z.string(),
  estimated_cost: z.string(),
  currency: z.string(),
  expires_at: z.string(),
  affordable_output_tokens: z.int(),
  top_up: topUpSchema,
});

const budgetSchema = z.object({
  name: z.string(),
  window: z.string(),
  limit: z.string(),
  used: z.string(),
  held: z.string(),
  requested: z.string(),
  resets_at: z.string(),
});

/** A refusal as the conversation keeps it. */
export const refusalSchema = z.object({
  status: z.int(),
  code: z.string(),
  message: z.string(),
  requestId: z.string().nullable(),
  /** The access policy, key or gateway that forbids the model. */
  rule: z.string().nullable(),
  /** Under a limit of an access policy; 0: not even the input. */
  allowedOutputTokens: z.int().nullable(),
  /** When a repeat has a chance. */
  retryAt: z.string().nullable(),
  available: z.string().nullable(),
  scope: z.string().nullable(),
  ticket: ticketSchema.nullable(),
  budgets: z.array(budgetSchema),
});
export type Refusal = z.output<typeof refusalSchema>;
export type CostTicket = z.output<typeof ticketSchema>;

/** Providers' own refusals pass unchanged, and have no code of ours. */
const bodySchema = z.object({
  error: z.object({
    message: z.string(),
    code: z.string().nullish(),
    type: z.string().nullish(),
    rule: z.string().nullish(),
    allowed_output_tokens: z.int().nullish(),
    available: z.string().nullish(),
    scope: z.unknown().optional(),
    cost_ticket: ticketSchema.optional(),
    budgets: z.array(budgetSchema).optional(),
  }),
});

const NOTHING = {
  requestId: null,
  rule: null,
  allowedOutputTokens: null,
  retryAt: null,
  available: null,
  scope: null,
  ticket: null,
  budgets: [],
} as const;

export function unreachable(): Refusal {
  return { ...NOTHING, budgets: [], status: 0, code: "unreachable", message: "The gateway does not answer." };
}

export function readRefusal(body: unknown, { status, headers }: Response, nowMs: number): Refusal {
  const requestId = headers.get("x-request-id");
  const read = bodySchema.safeParse(body);
  if (!read.success) {
    const message = `The gateway answered ${status}, and nothing that the chat understands.`;
    return { ...NOTHING, budgets: [], status, code: "unreadable_answer", message, requestId };
  }
  const { error } = read.data;
  const budgets = error.budgets ?? [];
  return {
    status,
    code: error.code ?? error.type ?? "refused",
    message: error.message,
    requestId,
    rule: error.rule ?? null,
    allowedOutputTokens: error.allowed_output_tokens ?? null,
    retryAt: lastReset(budgets) ?? afterSeconds(headers.get("retry-after"), nowMs),
    available: error.available ?? null,
    scope: typeof error.scope === "string" ? error.scope : null,
    ticket: error.cost_ticket ?? null,
    budgets,
  };
}

type Budget = z.output<typeof budgetSchema>;

/** The windows that have no room for the request. */
export function exhaustedBudgets(budgets: readonly Budget[]): readonly Budget[] {
  return budgets.filter((budget) => compareAmounts(roomOf(budget), budget.requested) < 0);
}

function roomOf({ limit, used, held }: Budget): string {
  return amountBeyond(amountBeyond(limit, used), held);
}

/** When every window that has no room has begun anew. */
function lastReset(budgets: readonly Budget[]): string | null {
  const resets = exhaustedBudgets(budgets).map(({ resets_at: at }) => at);
  return resets.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1) ?? null;
}

function afterSeconds(seconds: string | null, nowMs: number): string | null {
  if (seconds === null || !/^\d{1,9}$/.test(seconds)) return null;
  return new Date(nowMs + Number(seconds) * 1_000).toISOString();
}

/** One sentence: what to do about a refusal that has no card of its own. */
export function adviceOn({ status, code, rule, allowedOutputTokens }: Refusal): string {
  switch (code) {
    case "unreachable":
      return "Check your connection and send it again. Nothing was charged for what did not leave.";
    case "access_denied":
      if (allowedOutputTokens !== null && allowedOutputTokens > 0) return "Send it again with fewer output tokens.";
      if (allowedOutputTokens === 0) return "Send a shorter prompt, or begin a new conversation.";
      return rule === null
        ? "Choose another model, or ask an administrator for an access policy that allows this one."
        : `Choose another model, or ask an administrator about “${rule}”.`;
    case "organization_suspended":
      return "Ask the operator of this gateway; nothing can be sent until then.";
    case "model_not_found":
      return "Choose another model: this one is gone, or not served on this endpoint.";
    case "model_not_priced":
      return "Choose another model, or ask an administrator to give this one a price.";
    case "price_ceiling_exceeded":
      return "Lower the output limit in the settings, or choose a cheaper model.";
    case "rate_limit_exceeded":
      return "Wait until the time is over, then send it again.";
    case "agent_constraint_exceeded":
      return "Ask an administrator to raise the agent's limit.";
    case "request_too_large":
      return "Send a shorter prompt, or begin a new conversation.";
    case "upstream_account_error":
      return "Choose a model of another provider, and tell the operator of this gateway.";
    case "exchange_rate_missing":
      return "Ask the operator of this gateway for the rate.";
    default:
  }
  if (status === 400) return "Change what it names in the prompt or in the settings, or choose another model.";
  if (status === 413) return "Send a shorter prompt, or begin a new conversation.";
  if (status === 429) return "Wait a moment, then send it again.";
  if (status >= 500) return "Send it again in a moment, or choose a model of another provider. Nothing was charged.";
  return "Choose another model, or ask an administrator.";
}

/** How many output tokens could be had; null: that would not help. */
export function fewerOutputTokens({ ticket, allowedOutputTokens }: Refusal): number | null {
  const tokens = ticket?.affordable_output_tokens ?? allowedOutputTokens ?? 0;
  return tokens > 0 ? tokens : null;
}
