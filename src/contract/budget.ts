/** Budget policies on the wire (contract: Policies). */
import { z } from "zod";
import { BUDGET_SCOPES } from "../core/budget.ts";
import type { BudgetScopeType, BudgetPolicy } from "../core/budget.ts";
import { CALENDAR_WINDOWS } from "../core/calendar.ts";
import type { CalendarWindow } from "../core/calendar.ts";
import { formatNanos } from "../core/money.ts";
import { amountSchema, amountTextSchema, formatTime, timeSchema, timeTextSchema } from "./amount.ts";
import { idSchema } from "./id.ts";
import { modelPatternSchema, tagSchema } from "./key.ts";
import { nameSchema } from "./organization.ts";

const scopeSchema = z
  .strictObject({
    type: z.enum(BUDGET_SCOPES),
    id: z.union([idSchema, modelPatternSchema, tagSchema]).nullable().default(null).meta({
      description:
        "Of the team, user …; a model is an exact name or `prefix*`, a tag `name:value`. None for `organization`.",
    }),
  })
  .meta({ id: "BudgetScope" });

const windowsSchema = z
  .strictObject({
    hourly: amountSchema.optional(),
    daily: amountSchema.optional(),
    weekly: amountSchema.optional(),
    monthly: amountSchema.optional(),
  })
  .meta({
    id: "BudgetWindows",
    description: "Limits in the organization's currency, of calendar windows in its time zone. At least one.",
  });

const percentagesSchema = z
  .array(z.int().min(1).max(1_000))
  .max(10)
  .transform((percentages) => [...new Set(percentages)].toSorted((a, b) => a - b))
  .meta({
    description: "Of a window's limit. People are told when what is posted reaches one: `budget.threshold_reached`.",
  });

const overrideSchema = z
  .strictObject({
    amount: amountSchema.meta({ description: "In the place of every window's limit." }),
    until: timeSchema,
  })
  .meta({ id: "BudgetOverride" });

const shape = {
  name: nameSchema,
  scope: scopeSchema,
  windows: windowsSchema,
  hard: z.boolean().default(true).meta({ description: "false: it only counts, and refuses nothing." }),
  alert_percentages: percentagesSchema.default([50, 80, 100]),
  override: overrideSchema.nullable().default(null),
};

type BudgetBody = z.output<z.ZodObject<typeof shape>>;

/** What names the holder of a budget: a name of another kind would never meet a request. */
const NAME_OF_SCOPE: Readonly<Record<BudgetScopeType, z.ZodType>> = {
  organization: z.null(),
  team: idSchema,
  user: idSchema,
  service_user: idSchema,
  agent: idSchema,
  key: idSchema,
  model: modelPatternSchema,
  tag: tagSchema,
};

/** What no field alone can say; null: it is a budget. */
export function findBudgetFault({
  scope,
  windows,
}: Pick<BudgetBody, "scope" | "windows">): { readonly field: string; readonly message: string } | null {
  if (scope.type === "organization" && scope.id !== null) {
    return { field: "scope.id", message: "the organization's budget names nobody" };
  }
  if (scope.type !== "organization" && scope.id === null) {
    return { field: "scope.id", message: `name the ${scope.type.replace("_", " ")}` };
  }
  const named = scope.id === null ? null : NAME_OF_SCOPE[scope.type].safeParse(scope.id);
  if (named?.success === false) {
    return { field: "scope.id", message: named.error.issues[0]?.message ?? "not a name of this kind" };
  }
  const isEmpty = CALENDAR_WINDOWS.every((window) => windows[window] === undefined);
  return isEmpty ? { field: "windows", message: "expected at least one of hourly, daily, weekly, monthly" } : null;
}

function checkBudget(body: BudgetBody, context: z.core.$RefinementCtx): void {
  const fault = findBudgetFault(body);
  if (fault !== null) context.addIssue({ code: "custom", path: fault.field.split("."), message: fault.message });
}

export const newBudgetSchema = z
  .strictObject(shape)
  .superRefine(checkBudget)
  .meta({
    id: "NewBudget",
    example: {
      name: "Research, per month",
      scope: { type: "team", id: "team_01k9m3v7x2c4d6f8h0j2k4m6n8" },
      windows: { daily: "25.00", monthly: "400.00" },
    },
  });

export type NewBudget = z.output<typeof newBudgetSchema>;

/** A budget to decide with as if it were saved; with the id of a saved one it takes its place. */
export const draftBudgetSchema = z
  .strictObject({ id: idSchema.optional(), ...shape })
  .superRefine(checkBudget)
  .meta({ id: "DraftBudget" });

export const budgetPatchSchema = z
  .strictObject({
    name: nameSchema.optional(),
    scope: scopeSchema.optional(),
    windows: windowsSchema.optional(),
    hard: z.boolean().optional(),
    alert_percentages: percentagesSchema.optional(),
    override: overrideSchema.nullable().optional(),
  })
  .meta({
    id: "BudgetPatch",
    example: { override: { amount: "600.00", until: "2026-12-24T00:00:00Z" } },
  });

export type BudgetPatch = z.output<typeof budgetPatchSchema>;

const windowsTextSchema = z.strictObject({
  hourly: amountTextSchema.optional(),
  daily: amountTextSchema.optional(),
  weekly: amountTextSchema.optional(),
  monthly: amountTextSchema.optional(),
});

export const budgetSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    scope: z.strictObject({ type: z.enum(BUDGET_SCOPES), id: z.string().nullable() }),
    windows: windowsTextSchema,
    hard: z.boolean(),
    alert_percentages: z.array(z.int()),
    override: z.strictObject({ amount: amountTextSchema, until: timeTextSchema }).nullable(),
    created_at: timeTextSchema,
  })
  .meta({ id: "Budget" });

/** The domain's budget of a wire body. */
export function toBudget(id: string, body: NewBudget): BudgetPolicy {
  return {
    id,
    name: body.name,
    scope: body.scope,
    windows: Object.fromEntries(
      CALENDAR_WINDOWS.flatMap((window) => {
        const limitNanos = body.windows[window];
        return limitNanos === undefined ? [] : [[window, limitNanos]];
      }),
    ),
    hard: body.hard,
    alertPercentages: body.alert_percentages,
    override: body.override === null ? null : { amountNanos: body.override.amount, untilMs: body.override.until },
  };
}

function windowsToWire(windows: BudgetPolicy["windows"]): z.infer<typeof windowsTextSchema> {
  const text = (window: CalendarWindow): Partial<Record<CalendarWindow, string>> => {
    const limitNanos = windows[window];
    return limitNanos === undefined ? {} : { [window]: formatNanos(limitNanos) };
  };
  return Object.assign({}, ...CALENDAR_WINDOWS.map(text));
}

export function budgetToWire(budget: BudgetPolicy, createdAtMs: number): z.infer<typeof budgetSchema> {
  const { override } = budget;
  return {
    id: budget.id,
    name: budget.name,
    scope: { ...budget.scope },
    windows: windowsToWire(budget.windows),
    hard: budget.hard,
    alert_percentages: [...budget.alertPercentages],
    override:
      override === null ? null : { amount: formatNanos(override.amountNanos), until: formatTime(override.untilMs) },
    created_at: formatTime(createdAtMs),
  };
}
