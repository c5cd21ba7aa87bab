/** `/v1/unified-access/budgets/effective` and `/simulate`: how budgets stand for a use, and what they would decide. */
import { toAskedSubject } from "../contract/asked-subject.ts";
import {
  budgetSimulationSchema,
  effectiveBudgetsQuerySchema,
  effectiveBudgetsSchema,
  simulateBudgetsSchema,
  simulationToWire,
  standingToWire,
  tokensToFacts,
  type SimulateBudgets,
} from "../contract/budget-questions.ts";
import { toBudget } from "../contract/budget.ts";
import type { AskedSubject, SimulateBudgetsQuestion } from "../contract/organization-rpc.ts";
import { fail, invalid, ok, type Result } from "../core/failure.ts";
import { leadsTeam, seesPayer, type Visibility } from "../core/visibility.ts";
import { adapterOf } from "../provider/dialects.ts";
import type { Principal } from "./authenticate.ts";
import type { ApiDeps } from "./deps.ts";
import { addPrincipalRoute, type Api } from "./route.ts";
import { findVisibility } from "./visibility.ts";

const TAG = "Budgets";

export function addBudgetQuestionRoutes(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/unified-access/budgets/effective",
    {
      summary: "See how budgets stand for a use",
      description:
        "Every window that a request of this subject, for this model, would be tested against. Without `org:read` the subject is the " +
        "caller itself, with a team of its own, or a team that it leads.",
      tag: TAG,
      query: effectiveBudgetsQuerySchema,
      answer: effectiveBudgetsSchema,
      refusals: [404, 503],
    },
    async ({ principal, query }) => {
      const asked = subjectFor(principal, await findVisibility(deps, principal), toAskedSubject(query));
      if (!asked.ok) return asked;
      const reply = await deps.organization(principal.organizationId).effectiveBudgets({
        ...asked.value,
        model: query.model ?? null,
        endpoint: query.endpoint ?? null,
      });
      return reply.outcome === "refused" ? fail(reply.failure) : ok(standingToWire(reply.value));
    },
  );

  addPrincipalRoute(
    api,
    deps,
    "POST /v1/unified-access/budgets/simulate",
    {
      summary: "Ask what the budgets would decide",
      description:
        "Decided by the code that decides requests, with the drafts as if they were saved. Of `amount`, `body` and `tokens` at most one; without any, a request without input and output cap. An `amount` is tested against budgets alone; a request is first planned as it would be. Changes nothing.",
      tag: TAG,
      body: simulateBudgetsSchema,
      answer: budgetSimulationSchema,
      refusals: [404, 503],
    },
    async ({ principal, body }) => {
      const use = await readUse(body);
      if (!use.ok) return use;
      const reply = await deps.organization(principal.organizationId).simulateBudgets({
        ...toAskedSubject(body.subject),
        model: body.model,
        endpoint: body.endpoint,
        drafts: body.drafts.map(({ id, ...draft }, index) => toBudget(id ?? `draft_${index + 1}`, draft)),
        use: use.value,
      });
      return reply.outcome === "refused" ? fail(reply.failure) : ok(simulationToWire(reply.value));
    },
  );
}

/** What the caller may ask about; without `org:read` nothing but itself and its teams, and that by default. */
function subjectFor(principal: Principal, sight: Visibility, asked: AskedSubject): Result<AskedSubject> {
  if (sight.sees === "organization") return ok(asked);
  const { keyId, userId, teamId, serviceUserId, gatewayId, agentId } = asked;
  const isForeign =
    (keyId !== null && keyId !== principal.id) ||
    (serviceUserId !== null && serviceUserId !== sight.serviceUserId) ||
    gatewayId !== null ||
    agentId !== null ||
    !seesPayer(sight, { userId, teamId });
  if (isForeign) return fail({ kind: "capability_required", capability: "org:read" });
  const isNamed = keyId !== null || userId !== null || serviceUserId !== null;
  if (isNamed || (teamId !== null && leadsTeam(sight, teamId))) return ok(asked);
  if (sight.memberId !== null) return ok({ ...asked, userId: sight.memberId });
  return ok(
    sight.serviceUserId === null ? { ...asked, keyId: principal.id } : { ...asked, serviceUserId: sight.serviceUserId },
  );
}

/** What is tested. A body is read as the endpoint would read it. */
async function readUse(question: SimulateBudgets): Promise<Result<SimulateBudgetsQuestion["use"]>> {
  const { model, endpoint, amount, body, tokens } = question;
  if (amount !== undefined) return ok({ amountNanos: amount });
  if (body === undefined) return ok({ facts: tokensToFacts(model, endpoint, tokens) });
  if (body["model"] !== undefined && body["model"] !== model) {
    return fail(invalid("body.model", "invalid_value", "`body.model`: expected the same as `model`, or nothing."));
  }
  const adapter = adapterOf(endpoint);
  const inspected = adapter.inspectBody(JSON.stringify({ ...body, model }));
  if (!inspected.ok) return inspected;
  return ok({ facts: { ...inspected.value.facts, inputTokens: await adapter.estimateInput(inspected.value) } });
}
