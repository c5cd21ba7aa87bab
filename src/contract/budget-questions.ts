/** How budgets stand for a use, and what they would decide, on the wire (contract: Policies, Budget policy). */
import { z } from "zod";
import { hasRoom, remainingOf, tightestOf } from "../core/budget.ts";
import type { BudgetWindowView } from "../core/budget.ts";
import { CALENDAR_WINDOWS, windowAt } from "../core/calendar.ts";
import type { Calendar } from "../core/calendar.ts";
import { ENDPOINTS } from "../core/endpoint.ts";
import type { Endpoint } from "../core/endpoint.ts";
import { forecastBudget } from "../core/forecast.ts";
import { formatNanos, smaller } from "../core/money.ts";
import type { Nanos } from "../core/money.ts";
import type { RequestFacts } from "../core/request-facts.ts";
import { NO_CALLS } from "../core/usage.ts";
import { amountSchema, amountTextSchema, currencySchema, formatTime, timeTextSchema } from "./amount.ts";
import { SUBJECT_DESCRIPTION, subjectShape, subjectTagsSchema } from "./asked-subject.ts";
import { budgetSchema, draftBudgetSchema } from "./budget.ts";
import { idSchema } from "./id.ts";
import type { BudgetSimulation, BudgetStanding } from "./organization-rpc.ts";

const modelSchema = z.string().min(1).max(256);

export const effectiveBudgetsQuerySchema = z.strictObject({
  ...subjectShape,
  key_id: idSchema.optional().meta({ description: "What that key is charged to, with the other ids as its headers." }),
  model: modelSchema.optional().meta({ description: "Without it no budget of a model, or of a model's tag, matches." }),
  endpoint: z.enum(ENDPOINTS).optional().meta({ description: "By default one that the model has." }),
});

const windowShape = {
  policy_id: z.string(),
  name: z.string(),
  scope: budgetSchema.shape.scope,
  window: z.enum(CALENDAR_WINDOWS),
  hard: z.boolean().meta({ description: "false: it only counts, and refuses nothing." }),
  limit: amountTextSchema.meta({ description: "In force now: an override's while it lasts." }),
  used: amountTextSchema,
  held: amountTextSchema,
  remaining: amountTextSchema.meta({ description: "`limit` without what is used and held; never below zero." }),
  resets_at: timeTextSchema,
};

const standingWindowSchema = z.strictObject(windowShape).meta({ id: "BudgetWindow" });

const TIGHTEST = "The hard window with the least remaining; null: no hard budget counts it.";

export const effectiveBudgetsSchema = z
  .strictObject({
    currency: currencySchema,
    windows: z.array(standingWindowSchema),
    tightest: standingWindowSchema.nullable().meta({ description: TIGHTEST }),
  })
  .meta({ id: "EffectiveBudgets" });

export const budgetStandingsSchema = z
  .strictObject({
    currency: currencySchema,
    windows: z.array(
      z
        .strictObject({
          ...windowShape,
          starts_at: timeTextSchema,
          used_percent: z.int().meta({ description: "Of the limit, rounded down; of a limit of zero 100." }),
          taken_percent: z.int().meta({ description: "The same of what is used and held together." }),
          projected: amountTextSchema.nullable().meta({
            description:
              "What will be used when the window ends, at the pace since it began, or since the budget was made. Null: less than a twentieth of the window is over.",
          }),
          exhausts_at: timeTextSchema
            .nullable()
            .meta({ description: "When `limit` will be used at that pace; null: not before the window ends." }),
        })
        .meta({ id: "StandingBudgetWindow" }),
    ),
  })
  .meta({ id: "BudgetStandings" });

const tokensSchema = z
  .strictObject({
    input: z.int().min(0).max(100_000_000),
    output: z.int().min(1).max(100_000_000).optional().meta({
      description: "The output cap; without it what the model can give.",
    }),
  })
  .meta({ id: "SimulatedTokens" });

export const simulateBudgetsSchema = z
  .strictObject({
    subject: z
      .strictObject({ ...subjectShape, agent_run_id: idSchema.optional(), tags: subjectTagsSchema })
      .meta({ description: SUBJECT_DESCRIPTION }),
    model: modelSchema,
    endpoint: z.enum(ENDPOINTS),
    amount: amountSchema.optional().meta({ description: "What to test, in the organization's currency." }),
    body: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: "A request body: what it would hold is tested." }),
    tokens: tokensSchema.optional().meta({ description: "What a request of so many tokens would hold is tested." }),
    drafts: z
      .array(draftBudgetSchema)
      .max(100)
      .default([])
      .meta({ description: "Budgets to decide with as if they were saved; with an `id` in place of the saved one." }),
  })
  .superRefine((question, context) => {
    const given = (["amount", "body", "tokens"] as const).filter((field) => question[field] !== undefined);
    const second = given[1];
    if (second === undefined) return;
    context.addIssue({ code: "custom", path: [second], message: `expected no \`${second}\` beside \`${given[0]}\`` });
  })
  .meta({
    id: "SimulateBudgets",
    example: {
      subject: { team_id: "team_01k9m3v7x2c4d6f8h0j2k4m6n8" },
      model: "gpt-5.4",
      endpoint: "openai.chat",
      amount: "0.25",
      drafts: [{ name: "Large models", scope: { type: "model", id: "gpt-5.4" }, windows: { hourly: "2.00" } }],
    },
  });

export type SimulateBudgets = z.output<typeof simulateBudgetsSchema>;

const testedWindowSchema = z
  .strictObject({
    ...windowShape,
    requested: amountTextSchema,
    fits: z.boolean().meta({ description: "`used + held + requested ≤ limit`; always true for a soft budget." }),
  })
  .meta({ id: "TestedBudgetWindow" });

export const budgetSimulationSchema = z
  .strictObject({
    decision: z.enum(["allow", "deny"]),
    currency: currencySchema,
    amount: amountTextSchema.nullable().meta({ description: "What was tested; null: it did not come to that." }),
    windows: z.array(testedWindowSchema),
    tightest: testedWindowSchema.nullable().meta({ description: TIGHTEST }),
    reasons: z.array(z.string()),
  })
  .meta({ id: "BudgetSimulation" });

/** A request of which only its size is known. */
export function tokensToFacts(
  model: string,
  endpoint: Endpoint,
  tokens: z.output<typeof tokensSchema> | undefined,
): RequestFacts {
  const input = tokens?.input ?? 0;
  return {
    endpoint,
    model,
    streamed: false,
    inputTokens: { o200k: input, claude: input, "claude-4-7": input },
    outputCapTokens: tokens?.output ?? null,
    choices: 1,
    requestedTier: "standard",
    cacheWrite: "automatic",
    regional: false,
    calls: NO_CALLS,
    previousResponseId: null,
  };
}

function windowToWire(view: BudgetWindowView): z.infer<typeof standingWindowSchema> {
  return {
    policy_id: view.policyId,
    name: view.name,
    scope: { ...view.scope },
    window: view.window,
    hard: view.hard,
    limit: formatNanos(view.limitNanos),
    used: formatNanos(view.usedNanos),
    held: formatNanos(view.heldNanos),
    remaining: formatNanos(remainingOf(view)),
    resets_at: formatTime(view.resetsAtMs),
  };
}

function testedToWire(view: BudgetWindowView): z.infer<typeof testedWindowSchema> {
  return { ...windowToWire(view), requested: formatNanos(view.requestedNanos), fits: hasRoom(view) };
}

export function standingToWire({ currency, windows }: BudgetStanding): z.infer<typeof effectiveBudgetsSchema> {
  const tightest = tightestOf(windows);
  return {
    currency,
    windows: windows.map(windowToWire),
    tightest: tightest === null ? null : windowToWire(tightest),
  };
}

/** `countedSince` gives when a budget was made: it counts nothing of before. */
export function standingsToWire(
  { currency, windows }: BudgetStanding,
  at: { readonly nowMs: number; readonly calendar: Calendar; readonly countedSince: (policyId: string) => number },
): z.infer<typeof budgetStandingsSchema> {
  const shown = windows.map((view) => {
    const { startMs } = windowAt(view.window, view.resetsAtMs - 1, at.calendar);
    const outlook = forecastBudget(view, { startMs, countedSinceMs: at.countedSince(view.policyId), nowMs: at.nowMs });
    return {
      ...windowToWire(view),
      starts_at: formatTime(startMs),
      used_percent: percentOf(view.usedNanos, view.limitNanos),
      taken_percent: percentOf(view.usedNanos + view.heldNanos, view.limitNanos),
      projected: outlook.projectedNanos === null ? null : formatNanos(outlook.projectedNanos),
      exhausts_at: outlook.exhaustsAtMs === null ? null : formatTime(outlook.exhaustsAtMs),
    };
  });
  return { currency, windows: shown };
}

/** At most a million, so that it is a number like any other. */
function percentOf(partNanos: Nanos, wholeNanos: Nanos): number {
  return wholeNanos <= 0n ? 100 : Number(smaller((partNanos * 100n) / wholeNanos, 1_000_000n));
}

export function simulationToWire(simulation: BudgetSimulation): z.infer<typeof budgetSimulationSchema> {
  const { decision, currency, amountNanos, windows, reasons } = simulation;
  const tightest = tightestOf(windows);
  return {
    decision,
    currency,
    amount: amountNanos === null ? null : formatNanos(amountNanos),
    windows: windows.map(testedToWire),
    tightest: tightest === null ? null : testedToWire(tightest),
    reasons: [...reasons],
  };
}
