/** What a refusal by an agent's constraint says: which one, how far it is used, and when it starts anew. */
import { useToWire } from "../contract/agent-api.ts";
import type { Failure } from "../core/failure.ts";
import { bindingLimit } from "../core/limit-counter.ts";
import type { EvaluatedLimit, LimitWindow } from "../core/limit-counter.ts";
import { formatNanos } from "../core/money.ts";

type ConstraintFailure = Extract<Failure, { readonly kind: "agent_constraint_exceeded" }>;

/** Every constraint of the agent as it stood, and which of them is the answer's reason. */
export function constraintFields(failure: ConstraintFailure): Readonly<Record<string, unknown>> {
  return {
    agent_id: failure.agent.id,
    constraint_id: bindingLimit(failure.constraints)?.limit.id ?? null,
    constraints: failure.constraints.map((evaluated) => constraintField(evaluated, failure.runId)),
  };
}

function constraintField({ limit, used, held, requested }: EvaluatedLimit, runId: string | null) {
  const amount = (value: bigint): string | number => useToWire(limit.unit, value);
  return {
    id: limit.id,
    type: limit.unit,
    window: limit.window,
    ...(limit.window === "run" ? { run_id: runId } : {}),
    limit: amount(limit.limit),
    used: amount(used),
    held: amount(held),
    requested: amount(requested),
    resets_at: limit.resetsAtMs === null ? null : new Date(limit.resetsAtMs).toISOString(),
  };
}

const PER_WINDOW: Readonly<Record<Exclude<LimitWindow, "run">, string>> = {
  total: "in total",
  hourly: "an hour",
  daily: "a day",
  weekly: "a week",
  monthly: "a month",
};

export function constraintMessage(failure: ConstraintFailure): string {
  const { agent, currency, runId } = failure;
  const exceeded = bindingLimit(failure.constraints);
  if (exceeded === null) return `A limit of the agent "${agent.name}" is reached. An administrator can raise it.`;
  const { limit, used, held, requested } = exceeded;
  const amount = (value: bigint): string => (limit.unit === "credits" ? formatNanos(value) : String(value));
  const unit = limit.unit === "credits" ? currency : limit.unit;
  const per = limit.window === "run" ? `in the run ${runId ?? ""}` : PER_WINDOW[limit.window];
  const takes = limit.unit === "requests" ? "and this is one more" : `and this request may use ${amount(requested)}`;
  return (
    `The agent "${agent.name}" may use ${amount(limit.limit)} ${unit} ${per}: ${amount(used)} are used, ${amount(held)} are ` +
    `held by requests that are under way, ${takes}. ${nextSteps(exceeded)}`
  );
}

function nextSteps({ limit, held, used, requested }: EvaluatedLimit): string {
  const steps = [
    ...(limit.resetsAtMs === null
      ? []
      : [`wait until ${new Date(limit.resetsAtMs).toISOString()}, when it starts anew`]),
    ...(held > 0n && used + requested <= limit.limit ? ["wait for the requests that are under way"] : []),
    ...(limit.unit === "requests" || used + held >= limit.limit ? [] : ["ask for fewer output tokens"]),
    `ask an administrator to raise the constraint ${limit.id}`,
  ];
  const last = steps.at(-1) ?? "";
  return `What to do: ${steps.length > 1 ? `${steps.slice(0, -1).join(", ")}, or ${last}` : last}.`;
}
