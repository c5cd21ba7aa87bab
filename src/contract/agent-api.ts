/** Agents and their usage constraints on the wire (contract: Policies, Agents; Names on the wire). */
import { z } from "zod";
import {
  AGENT_STATUSES,
  CONSTRAINT_TYPES,
  CONSTRAINT_WINDOWS,
  type ConstraintType,
  type UsageConstraint,
} from "../core/agent-constraint.ts";
import { MAX_PLAUSIBLE_NANOS, formatNanos, parseAmountNanos } from "../core/money.ts";
import { amountSchema, formatTimeOrNull, timeTextSchema } from "./amount.ts";
import { idSchema } from "./id.ts";
import { tagsSchema } from "./key.ts";
import { listQuerySchema } from "./list.ts";
import { nameSchema } from "./organization.ts";
import type { AgentUsageView, ConstraintUsage } from "./organization-rpc.ts";

export const agentSchema = z
  .strictObject({
    id: z.string().meta({ example: "agt_01k9m3v7x2c4d6f8h0j2k4m6n8", description: "To be sent as `X-Agent-Id`." }),
    name: z.string(),
    status: z.enum(AGENT_STATUSES).meta({ description: "Requests of a paused or disabled agent are refused (403)." }),
    tags: tagsSchema,
    created_at: timeTextSchema,
  })
  .meta({ id: "Agent" });

export const newAgentSchema = z
  .strictObject({
    name: nameSchema,
    status: z.enum(AGENT_STATUSES).default("active"),
    tags: tagsSchema.default([]),
  })
  .meta({ id: "NewAgent", example: { name: "Researcher", tags: ["environment:production"] } });

export const agentPatchSchema = z
  .strictObject({
    name: nameSchema.optional(),
    status: z.enum(AGENT_STATUSES).optional(),
    tags: tagsSchema.optional(),
  })
  .meta({ id: "AgentPatch", example: { status: "paused" } });

/** Credits are decimal strings, counts whole numbers. */
const useTextSchema = z.union([z.string(), z.int()]).meta({
  description: "A decimal string of the organization's currency for `credits`, else a whole number.",
  example: "25.00",
});

/** An amount as the wire has it. Counts above 2^53 lose their last digits; no limit can be that high. */
export function useToWire(unit: ConstraintType, amount: bigint): string | number {
  return unit === "credits" ? formatNanos(amount) : Number(amount);
}

const constraintShape = {
  id: z.string(),
  type: z.enum(CONSTRAINT_TYPES),
  window: z.enum(CONSTRAINT_WINDOWS),
  limit: useTextSchema,
};

export const constraintSchema = z.strictObject(constraintShape).meta({ id: "UsageConstraint" });

export function constraintToWire({ id, type, window, limit }: UsageConstraint): z.infer<typeof constraintSchema> {
  return { id, type, window, limit: useToWire(type, limit) };
}

export const constraintUsageSchema = z
  .strictObject({
    ...constraintShape,
    used: useTextSchema.nullable().meta({ description: "Null for a limit per run, when no run is named." }),
    held: useTextSchema.nullable().meta({ description: "What requests that are under way can still use." }),
    resets_at: timeTextSchema.nullable().meta({ description: "Null: never, or with the run." }),
  })
  .meta({ id: "ConstraintUsage" });

export function constraintUsageToWire(view: ConstraintUsage): z.infer<typeof constraintUsageSchema> {
  const amount = (value: bigint | null): string | number | null =>
    value === null ? null : useToWire(view.type, value);
  return {
    ...constraintToWire(view),
    used: amount(view.used),
    held: amount(view.held),
    resets_at: formatTimeOrNull(view.resetsAtMs),
  };
}

const CREDITS_RULE = "a limit of credits is a decimal of at least zero with at most nine decimals, as string or number";
const COUNT_RULE = "a limit of tokens or requests is a whole number of at least zero";

/** A new constraint, or the whole of one that is replaced. The limit is parsed into what is counted. */
export const newConstraintSchema = z
  .strictObject({
    type: z.enum(CONSTRAINT_TYPES),
    limit: z.union([z.string(), z.number()], { error: "expected a decimal, as string or number" }).meta({
      description: "Credits: a decimal of the organization's currency. Tokens and requests: a whole number.",
    }),
    window: z.enum(CONSTRAINT_WINDOWS).meta({
      description:
        "`total` never resets; `run` counts for each `X-Agent-Run-Id`; the others are calendar windows of the organization's time zone.",
    }),
  })
  .transform((body, context) => {
    const limit = parseLimit(body.type, body.limit);
    if (limit !== null) return { ...body, limit };
    const message = body.type === "credits" ? CREDITS_RULE : COUNT_RULE;
    context.addIssue({ code: "custom", message, path: ["limit"] });
    return z.NEVER;
  })
  .meta({ id: "NewUsageConstraint", example: { type: "credits", limit: "25.00", window: "daily" } });

function parseLimit(type: ConstraintType, limit: string | number): bigint | null {
  if (type !== "credits")
    return typeof limit === "number" && Number.isSafeInteger(limit) && limit >= 0 ? BigInt(limit) : null;
  const nanos = parseAmountNanos(limit);
  return nanos !== null && nanos >= 0n ? nanos : null;
}

export const runQuerySchema = z.strictObject({
  run_id: idSchema.optional().meta({ description: "The run whose usage is asked for, as in `X-Agent-Run-Id`." }),
});

export const constraintQuerySchema = runQuerySchema.extend(listQuerySchema.shape);

export const usageCheckSchema = z
  .strictObject({
    allowed: z.boolean().meta({ description: "The agent is active, and every constraint has room for something." }),
    constraints: z.array(constraintUsageSchema),
  })
  .meta({ id: "UsageCheck" });

export function usageCheckToWire(view: AgentUsageView): z.infer<typeof usageCheckSchema> {
  return { allowed: view.allowed, constraints: view.constraints.map(constraintUsageToWire) };
}

const countSchema = z.int().min(0).max(1_000_000_000_000).default(0);

export const usageIncrementSchema = z
  .strictObject({
    request_id: idSchema.meta({ description: "Counted once; a repeat gets the first answer." }),
    requests: countSchema,
    tokens: countSchema,
    credits: amountSchema
      .refine((nanos) => nanos <= MAX_PLAUSIBLE_NANOS, "more than any request can cost")
      .prefault("0")
      .meta({ description: "In the organization's currency." }),
    run_id: idSchema.optional().meta({ description: "Required when the agent has a limit per run." }),
  })
  .meta({
    id: "UsageIncrement",
    example: { request_id: "call-1", requests: 1, tokens: 1_510, credits: "0.0042" },
  });

export const usageIncrementedSchema = usageCheckSchema
  .extend({ request_id: z.string() })
  .meta({ id: "UsageIncremented", description: "As the constraints stood right after it was counted." });
