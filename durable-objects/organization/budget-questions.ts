/** How budgets stand for a use, and what they would decide, by the code that decides requests; changes nothing. */
import type { Attribution } from "../../src/contract/commands.ts";
import type { KeyRecord } from "../../src/contract/directory.ts";
import type {
  AskedSubject,
  BudgetSimulation,
  BudgetsQuestion,
  BudgetStanding,
  SimulateBudgetsQuestion,
} from "../../src/contract/organization-rpc.ts";
import type { PolicyResource } from "../../src/core/access-policy.ts";
import { NO_LIMITS } from "../../src/core/access-policy.ts";
import { providerOf, verifyKey } from "../../src/core/access.ts";
import { AGENT_ID_PREFIX } from "../../src/core/agent-constraint.ts";
import { resolveAttribution } from "../../src/core/attribution.ts";
import { coversUse, findBudgets, hasRoom, remainingOf } from "../../src/core/budget.ts";
import type { BudgetWindowView } from "../../src/core/budget.ts";
import { PROVIDERS } from "../../src/core/endpoint.ts";
import { fail, ok } from "../../src/core/failure.ts";
import type { Failure, Result } from "../../src/core/failure.ts";
import { NO_USE } from "../../src/core/limit-counter.ts";
import type { Use } from "../../src/core/limit-counter.ts";
import { formatNanos } from "../../src/core/money.ts";
import { findPrice } from "../../src/core/price-book.ts";
import { managedTarget } from "../../src/core/target.ts";
import { countBudgets, testBudgets, viewBudgets } from "./budgets.ts";
import type { CommandContext } from "./context.ts";
import { permitBy, subjectOf } from "./model-access.ts";
import { resourceOf } from "./model-resource.ts";
import { planRequest } from "./request-plan.ts";
import { ANY_KEY, attributionOf, reasonOf, withDrafts } from "./simulate-access.ts";

/** See `OrganizationRpc.effectiveBudgets`. */
export function viewEffectiveBudgets(context: CommandContext, question: BudgetsQuestion): Result<BudgetStanding> {
  const { index, directory, nowMs } = context;
  const subject = findSubject(context, question);
  if (!subject.ok) return subject;
  const attributed = attributionFor(context, question, subject.value);
  if (!attributed.ok) return attributed;
  const resource = askedResource(context, question);
  if (!resource.ok) return resource;
  const matching = findBudgets(directory.budgets, subjectOf(index, attributed.value), resource.value);
  return ok({
    currency: directory.settings.currency,
    windows: viewBudgets(context, countBudgets(context, matching, nowMs), NO_USE),
  });
}

/** See `OrganizationRpc.allBudgets`. */
export function viewAllBudgets(context: CommandContext): BudgetStanding {
  const { budgets, settings } = context.directory;
  return {
    currency: settings.currency,
    windows: viewBudgets(context, countBudgets(context, budgets, context.nowMs), NO_USE),
  };
}

/** See `OrganizationRpc.simulateBudgets`. */
export function simulateBudgets(context: CommandContext, question: SimulateBudgetsQuestion): Result<BudgetSimulation> {
  const subject = findSubject(context, question);
  if (!subject.ok) return subject;
  const key = subject.value;
  const verified = key === null ? ok(null) : verifyKey(key, "question", context.nowMs);
  if (!verified.ok) return ok(denied(context, verified.failure));
  const attributed = attributionFor(context, question, key);
  if (!attributed.ok) return ok(denied(context, attributed.failure));
  const planned = planUse(context, key ?? ANY_KEY, attributed.value, question);
  if (!planned.ok) return ok(denied(context, planned.failure));

  const { use, resources } = planned.value;
  const budgets = withDrafts(context.directory.budgets, question.drafts);
  const asker = subjectOf(context.index, attributed.value, question.tags);
  const matching = budgets.filter(({ scope }) => resources.some((resource) => coversUse(scope, asker, resource)));
  const counted = countBudgets(context, matching, context.nowMs);
  const tested = testBudgets(context, counted, use);
  const windows = viewBudgets(context, counted, use);
  return ok({
    decision: tested.ok ? "allow" : "deny",
    currency: context.directory.settings.currency,
    amountNanos: use.credits,
    windows,
    reasons: tested.ok
      ? [windows.length === 0 ? "No budget counts it." : "Every budget has room."]
      : refusalsOf(windows),
  });
}

/** The key that is asked about; null: none is. Refused for records that do not exist. */
function findSubject({ index, directory }: CommandContext, question: AskedSubject): Result<KeyRecord | null> {
  const { keyId, serviceUserId, gatewayId, agentId } = question;
  if (isUnknown(keyId, directory.keys)) return fail({ kind: "not_found", what: "key" });
  if (isUnknown(serviceUserId, directory.serviceUsers)) return fail({ kind: "not_found", what: "service user" });
  if (isUnknown(gatewayId, directory.gateways)) return fail({ kind: "not_found", what: "gateway" });
  if (agentId !== null && agentId.startsWith(AGENT_ID_PREFIX) && !index.agentsById.has(agentId)) {
    return fail({ kind: "not_found", what: "agent" });
  }
  return ok(directory.keys.find(({ id }) => id === keyId) ?? null);
}

function isUnknown(id: string | null, records: readonly { readonly id: string }[]): boolean {
  return id !== null && !records.some((record) => record.id === id);
}

function attributionFor(context: CommandContext, question: AskedSubject, key: KeyRecord | null): Result<Attribution> {
  return key === null ? ok(attributionOf(question)) : resolveAttribution(key, question, context.directory.teams);
}

/** The model under all its names, where it is priced now. */
function askedResource(context: CommandContext, { model, endpoint }: BudgetsQuestion): Result<PolicyResource> {
  const [first] = PROVIDERS;
  if (model === null) return ok({ provider: first, models: [], tags: [] });
  const { index, directory, nowMs } = context;
  const providers = endpoint === null ? PROVIDERS : [providerOf(endpoint)];
  const price = providers
    .map((provider) => findPrice(index.priceBook, { model, provider, atMs: nowMs }))
    .find((found) => found !== null && (endpoint === null || found.endpoints.includes(endpoint)));
  if (price === undefined && !directory.settings.allowUnpriced) return fail({ kind: "model_not_found", model });
  const provider = price?.provider ?? providers[0] ?? first;
  return ok(resourceOf(index, model, { ...managedTarget(provider, model), price: price ?? null }));
}

interface PlannedUse {
  readonly use: Use;
  readonly resources: readonly PolicyResource[];
}

/** An amount is tested as it is; a request takes what it would take, or is refused by what comes before the budgets. */
function planUse(
  context: CommandContext,
  key: Pick<KeyRecord, "id" | "models">,
  attribution: Attribution,
  { use, model, endpoint }: SimulateBudgetsQuestion,
): Result<PlannedUse> {
  if ("facts" in use) {
    const planned = planRequest(context, key, attribution, {
      facts: use.facts,
      clamp: false,
      zdrMode: "off",
      store: null,
    });
    if (!planned.ok) return planned;
    const { use: mostUse, resources } = planned.value;
    return ok({ use: mostUse, resources });
  }
  const permitted = permitBy(context, key, { attribution, endpoint, model, zdrMode: "off" }, () => ({
    decision: "allow",
    matched: [],
    limits: NO_LIMITS,
    rated: [],
  }));
  if (!permitted.ok) return permitted;
  const resources = permitted.value.map(({ resource }) => resource);
  return ok({ use: { ...NO_USE, credits: use.amountNanos }, resources });
}

/** Something that comes before the budgets refuses it. */
function denied({ directory }: CommandContext, failure: Failure): BudgetSimulation {
  const { currency } = directory.settings;
  return { decision: "deny", currency, amountNanos: null, windows: [], reasons: whyNot(failure) };
}

function whyNot(failure: Failure): readonly string[] {
  if (failure.kind === "invalid_request") return [failure.message];
  const reasons = reasonOf(failure);
  if (failure.kind !== "access_denied" || reasons.length > 0) return reasons;
  if (failure.limit !== undefined) return [`An access policy allows at most so much of it: ${failure.limit.name}.`];
  return [failure.rule === null ? "No access policy allows it." : `The access policy "${failure.rule}" denies it.`];
}

function refusalsOf(windows: readonly BudgetWindowView[]): readonly string[] {
  return windows
    .filter((view) => !hasRoom(view))
    .map(
      (view) =>
        `The ${view.window} budget "${view.name}" leaves ${formatNanos(remainingOf(view))} of ` +
        `${formatNanos(view.limitNanos)}, and this may cost ${formatNanos(view.requestedNanos)}.`,
    );
}
