/** What the limits of access policies make of a request's output cap (contract: Policies, limits). */
import type { PolicyLimits } from "./access-policy.ts";
import { fail, ok } from "./failure.ts";
import type { Failure, Result } from "./failure.ts";
import { tighter } from "./limit.ts";
import type { Nanos } from "./money.ts";
import type { RequestFacts } from "./request-facts.ts";

export interface PolicyCap {
  /** The most output tokens per choice that the policies allow; null: as many as the model has. */
  readonly limitTokens: number | null;
  /** The caller's own cap is over it and is lowered to it, because the caller or the organization wants that. */
  readonly lowered: boolean;
}

/**
 * The output cap of a request under limits. A request without a cap gets the limit; one whose own cap is over it is refused,
 * or lowered where `clamp` says so. What costs too much already by its input is refused. `countTokens` gives how many output
 * tokens per choice an amount pays for at worst, without the buffer; null: the model costs nothing.
 */
export function planPolicyCap(
  facts: RequestFacts,
  limits: PolicyLimits,
  clamp: boolean,
  countTokens: ((amountNanos: Nanos) => number) | null,
): Result<PolicyCap> {
  const { maxCostPerRequestNanos } = limits;
  const byCost = maxCostPerRequestNanos === null || countTokens === null ? null : countTokens(maxCostPerRequestNanos);
  if (byCost === 0) return fail(limitReached(facts.model, "max_cost_per_request", 0));
  const limitTokens = tighter(limits.maxOutputTokens, byCost);
  const { outputCapTokens } = facts;
  if (outputCapTokens === null || limitTokens === null || outputCapTokens <= limitTokens) {
    return ok({ limitTokens, lowered: false });
  }
  if (clamp) return ok({ limitTokens, lowered: true });
  const name = limitTokens === limits.maxOutputTokens ? "max_output_tokens" : "max_cost_per_request";
  return fail(limitReached(facts.model, name, limitTokens));
}

function limitReached(
  model: string,
  limit: "max_output_tokens" | "max_cost_per_request",
  allowedOutputTokens: number,
): Failure {
  return { kind: "access_denied", rule: null, model, limit: { name: limit, allowedOutputTokens } };
}
