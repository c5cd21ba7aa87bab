/** A budget as its form holds it: empty windows and an empty override are none. */
import { parseAbsoluteToLocal, toCalendarDateTime } from "@internationalized/date";
import { z } from "zod";
import type { Wire } from "../../api/client.ts";
import { amountField } from "../../parts/amount.ts";
import { WINDOWS, type Budget } from "./queries.ts";

const optionalAmount = z.union([z.literal(""), amountField]);

export const formSchema = z
  .object({
    name: z.string().trim().min(1, "Give the budget a name.").max(200, "At most 200 characters."),
    scope: z.object({
      type: z.enum(["organization", "team", "user", "service_user", "agent", "key", "model", "tag"]),
      id: z.string().nullable(),
    }),
    windows: z.object({
      hourly: optionalAmount,
      daily: optionalAmount,
      weekly: optionalAmount,
      monthly: optionalAmount,
    }),
    hard: z.boolean(),
    alert_percentages: z
      .array(z.string().regex(/^[1-9]\d{0,2}$|^1000$/, "Whole percentages from 1 to 1,000."))
      .max(10, "At most ten."),
    override: z.object({ amount: optionalAmount, until: z.string().nullable() }),
  })
  .superRefine(({ scope, windows, override }, context) => {
    const issue = (path: string[], message: string): void => context.addIssue({ code: "custom", path, message });
    if (scope.type !== "organization" && (scope.id ?? "").trim() === "")
      issue(["scope", "id"], "Say whose spend it counts.");
    if (WINDOWS.every((window) => windows[window] === "")) issue(["windows", "monthly"], "Set at least one limit.");
    if (override.amount !== "" && override.until === null) issue(["override", "until"], "Say until when.");
    if (override.amount === "" && override.until !== null) issue(["override", "amount"], "Say how much.");
  });

export type FormValues = z.output<typeof formSchema>;

export const NEW_BUDGET: FormValues = {
  name: "",
  scope: { type: "organization", id: null },
  windows: { hourly: "", daily: "", weekly: "", monthly: "" },
  hard: true,
  alert_percentages: ["50", "80", "100"],
  override: { amount: "", until: null },
};

export function valuesOf(budget: Budget): FormValues {
  const { name, scope, windows, hard, alert_percentages: percentages, override } = budget;
  return {
    name,
    scope: { ...scope },
    windows: { ...NEW_BUDGET.windows, ...windows },
    hard,
    alert_percentages: percentages.map(String),
    override: override === null ? NEW_BUDGET.override : { amount: override.amount, until: localText(override.until) },
  };
}

export function bodyOf(values: FormValues): Wire<"NewBudget"> & { override: Wire<"BudgetOverride"> } {
  const { name, scope, windows, hard, alert_percentages: percentages, override } = values;
  const limits = WINDOWS.flatMap((window) => (windows[window] === "" ? [] : [[window, windows[window]] as const]));
  return {
    name: name.trim(),
    scope: { type: scope.type, id: scope.type === "organization" ? null : (scope.id ?? "").trim() },
    windows: Object.fromEntries(limits),
    hard,
    alert_percentages: percentages.map(Number),
    override:
      override.amount === "" || override.until === null
        ? null
        : { amount: override.amount, until: new Date(override.until.replace(" ", "T")).toISOString() },
  };
}

/** An instant as the picker has it: the viewer's clock, without a zone. */
function localText(iso: string): string {
  return toCalendarDateTime(parseAbsoluteToLocal(iso)).toString().replace("T", " ");
}
