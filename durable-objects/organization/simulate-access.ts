/** What the access policies would decide, by the code that decides requests; changes nothing (contract: Policies, simulate). */
import type { Attribution } from "../../src/contract/commands.ts";
import type { AccessSimulation, AskedSubject, SimulateAccessQuestion } from "../../src/contract/organization-rpc.ts";
import { decideAccess, denied as deniedBy } from "../../src/core/access-policy.ts";
import type { AccessDecision } from "../../src/core/access-policy.ts";
import { verifyKey } from "../../src/core/access.ts";
import { resolveAttribution } from "../../src/core/attribution.ts";
import { fail, ok } from "../../src/core/failure.ts";
import type { Failure, Result } from "../../src/core/failure.ts";
import type { CommandContext } from "./context.ts";
import { checkAgentStatus } from "./limits.ts";
import { permitBy, subjectOf } from "./model-access.ts";
import { zdrModeOf } from "./request-plan.ts";

/** With a key: what that key may do; without: what somebody with these ids may do. Refused for a key that does not exist. */
export function simulateAccess(context: CommandContext, question: SimulateAccessQuestion): Result<AccessSimulation> {
  const { index, directory, nowMs } = context;
  const { keyId, drafts, tags } = question;
  const key = keyId === null ? null : (directory.keys.find(({ id }) => id === keyId) ?? null);
  if (keyId !== null && key === null) return fail({ kind: "not_found", what: "key" });
  const verified = key === null ? ok(null) : verifyKey(key, "question", nowMs);
  if (!verified.ok) return ok(denied(verified.failure));
  const attributed = key === null ? ok(attributionOf(question)) : resolveAttribution(key, question, directory.teams);
  if (!attributed.ok) return ok(denied(attributed.failure));
  const active = checkAgentStatus(context, attributed.value, question.model);
  if (!active.ok) return ok(denied(active.failure));

  const policies = withDrafts(directory.accessPolicies, drafts);
  const decided: { readonly decision: AccessDecision; readonly isUnlisted: boolean }[] = [];
  const { endpoint, model } = question;
  const zdrMode = zdrModeOf(context, attributed.value, "off");
  const asked = { attribution: attributed.value, endpoint, model, zdrMode };
  const permitted = permitBy(context, key ?? ANY_KEY, asked, (resource) => {
    const decision = decideAccess(policies, subjectOf(index, attributed.value, tags), resource);
    decided.push({ decision, isUnlisted: resource.unlisted === true });
    return decision;
  });
  const decision = permitted.ok ? permitted.value[0].decision : (decided[0]?.decision ?? deniedBy([]));
  const isUnlisted = decided.find((each) => each.decision === decision)?.isUnlisted ?? false;
  const reasons = [
    ...reasonsOf(decision),
    ...(isUnlisted && decision.decision === "deny" ? [UNLISTED] : []),
    ...(permitted.ok ? [] : reasonOf(permitted.failure)),
  ];
  return ok({ decision: permitted.ok ? decision : { ...decision, decision: "deny" }, reasons });
}

const UNLISTED =
  "The price book never had the name, so that it may be any model of the provider: every deny of its models stands against it, unless an allow names it in full.";

/** A subject without a key has no list of models of its own. */
export const ANY_KEY = { id: "", models: [] };

/** Who somebody with these ids is, without a key. */
export function attributionOf(question: AskedSubject): Attribution {
  const { keyId, userId, teamId, serviceUserId, gatewayId, agentId, agentRunId } = question;
  return { keyId, userId, teamId, serviceUserId, gatewayId, agentId, agentRunId };
}

/** A draft with the id of a saved policy takes its place; that of a budget also has what the saved one has counted. */
export function withDrafts<P extends { readonly id: string }>(saved: readonly P[], drafts: readonly P[]): readonly P[] {
  const replaced = new Set(drafts.map(({ id }) => id));
  return [...saved.filter(({ id }) => !replaced.has(id)), ...drafts];
}

function denied(failure: Failure): AccessSimulation {
  return { decision: deniedBy([]), reasons: reasonOf(failure) };
}

function reasonsOf({ decision, matched }: AccessDecision): string[] {
  const denies = matched.filter(({ effect }) => effect === "deny");
  const allows = matched.filter(({ effect }) => effect === "allow");
  if (denies.length > 0) return denies.map(({ name }) => `"${name}" denies it, and deny always wins.`);
  if (decision === "deny") return ["No access policy allows it."];
  return allows.map(({ name }) => `"${name}" allows it.`);
}

/** What decides beside the policies. */
export function reasonOf(failure: Failure): string[] {
  switch (failure.kind) {
    case "unauthenticated":
      return [`The key is not in force: ${failure.reason}.`];
    case "identity_not_allowed":
      return [
        failure.unknownAgentId === undefined
          ? `The key may not name another identity: ${failure.header}.`
          : `There is no agent ${failure.unknownAgentId}.`,
      ];
    case "model_not_found":
      return ["There is no such model on this endpoint."];
    case "price_unknown":
      return ["The model has no price in force."];
    case "access_denied":
      if (failure.rule?.startsWith("agent ") === true) return [`The agent is not active: ${failure.rule}.`];
      if (failure.rule?.startsWith("gateway ") === true) return ["The gateway's configuration leaves it out."];
      if (failure.rule === "zero data retention") return ["Every target of the model keeps what it is sent."];
      return failure.rule?.startsWith("key ") === true ? ["The key's own list of models does not have it."] : [];
    default:
      return [failure.kind];
  }
}
