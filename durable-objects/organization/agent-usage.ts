/** What agents have used of their limits, and uses that happened elsewhere. */
import { refuse } from "../../src/contract/commands.ts";
import type {
  AgentUsageQuery,
  AgentUsageView,
  ConstraintUsage,
  CountUseCommand,
  CountUseReply,
  Found,
} from "../../src/contract/organization-rpc.ts";
import type { AgentRecord } from "../../src/contract/directory.ts";
import { countConstraint, countConstraints } from "../../src/core/agent-constraint.ts";
import { fail, ok } from "../../src/core/failure.ts";
import type { Result } from "../../src/core/failure.ts";
import { countUse } from "../../src/core/limit-counter.ts";
import type { CommandContext } from "./context.ts";
import { hashContent } from "./digest.ts";
import { constraintsOf, countingContext } from "./limits.ts";

/** Where the gateway API names the run. */
const RUN_FIELD = "run_id";

/** How every constraint of an agent stands; those by run only when the run is named. */
export function viewAgentUsage(context: CommandContext, query: AgentUsageQuery): Found<AgentUsageView> {
  const agent = findOwnAgent(context, query);
  if (!agent.ok) return refuse(agent.failure);
  if (query.mustNameRun) {
    const counted = countConstraints(agent.value, query.runId, countingContext(context), RUN_FIELD);
    if (!counted.ok) return refuse(counted.failure);
  }
  return { outcome: "found", value: viewUsage(context, agent.value, query.runId) };
}

/** Counts a use once per request id, also beyond the limits: it has happened. See `OrganizationRpc.countUse`. */
export function countAgentUse(context: CommandContext, command: CountUseCommand): CountUseReply {
  const { store, nowMs } = context;
  const agent = findOwnAgent(context, command);
  if (!agent.ok) return refuse(agent.failure);
  const { gatewayId: _through, ...content } = command;
  const contentSha256 = hashContent(content);
  const earlier = store.useReports.find(command.requestId);
  if (earlier !== null) {
    if (earlier.contentSha256 === contentSha256) return { outcome: "counted", usage: earlier.reply };
    const message = "This request id was used before with other content.";
    return refuse({ kind: "conflict", code: "request_id_reused", message });
  }
  const counted = countConstraints(agent.value, command.runId, countingContext(context), RUN_FIELD);
  if (!counted.ok) return refuse(counted.failure);
  for (const limit of counted.value) {
    store.limits.save(countUse(limit, store.limits.find(limit.counterKey), command.use[limit.unit]));
  }
  const usage = viewUsage(context, agent.value, command.runId);
  store.useReports.insert(command.requestId, contentSha256, usage, nowMs);
  return { outcome: "counted", usage };
}

/** With the constraints that hold where it is asked for. */
function findOwnAgent(
  { index }: CommandContext,
  { agentId, gatewayId = null }: Pick<AgentUsageQuery, "agentId" | "gatewayId">,
): Result<AgentRecord> {
  const agent = index.agentsById.get(agentId);
  if (agent === undefined) return fail({ kind: "not_found", what: "agent" });
  return ok({ ...agent, constraints: constraintsOf(index, agent, gatewayId) });
}

function viewUsage(context: CommandContext, agent: AgentRecord, runId: string | null): AgentUsageView {
  const counting = countingContext(context);
  const constraints = agent.constraints.map((constraint): ConstraintUsage => {
    const limit = countConstraint(constraint, runId, counting);
    if (limit === null) return { ...constraint, used: null, held: null, resetsAtMs: null };
    const counter = context.store.limits.find(limit.counterKey);
    return { ...constraint, used: counter?.used ?? 0n, held: counter?.held ?? 0n, resetsAtMs: limit.resetsAtMs };
  });
  return { agentId: agent.id, allowed: agent.status === "active" && constraints.every(hasRoom), constraints };
}

function hasRoom({ used, held, limit }: ConstraintUsage): boolean {
  return (used ?? 0n) + (held ?? 0n) < limit;
}
