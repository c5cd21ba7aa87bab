/**
 * Who may use which models, and with which limits (contract: Policies, Access policy). Deny always wins; what nothing allows
 * is denied; of several allows the smallest of each limit applies. The order of the policies never matters.
 */
import type { Provider } from "./endpoint.ts";
import { tighter } from "./limit.ts";
import { matchesPattern } from "./model-pattern.ts";
import type { Nanos } from "./money.ts";

/** An empty list means any. Several lists must all match; within a list, one member is enough. */
export interface PolicySubjects {
  readonly teams: readonly string[];
  readonly users: readonly string[];
  readonly serviceUsers: readonly string[];
  readonly gateways: readonly string[];
  readonly agents: readonly string[];
  readonly keys: readonly string[];
  readonly tags: readonly string[];
}

/** As `PolicySubjects`. Models are exact names or `prefix*`, and reach a model under every name that it has. */
export interface PolicyResources {
  readonly providers: readonly Provider[];
  readonly models: readonly string[];
  readonly tags: readonly string[];
}

/** Null: no limit. */
export interface PolicyLimits {
  /** Per choice. */
  readonly maxOutputTokens: number | null;
  /** Of what a request can cost at most, without the buffer, in the organization's currency. */
  readonly maxCostPerRequestNanos: Nanos | null;
  /** Requests within sixty seconds, of each user or service user, and of each key without one. */
  readonly rpm: number | null;
  /** Tokens within sixty seconds, of the same. */
  readonly tpm: number | null;
}

export interface AccessPolicy {
  readonly id: string;
  readonly name: string;
  readonly effect: "allow" | "deny";
  readonly enabled: boolean;
  readonly subjects: PolicySubjects;
  readonly resources: PolicyResources;
  /** Only an allow has any. */
  readonly limits: PolicyLimits;
}

/** Who asks, after attribution. Tags are those of the key, its owner, the team, the gateway and the agent together. */
export interface PolicySubject {
  readonly teamId: string | null;
  readonly userId: string | null;
  readonly serviceUserId: string | null;
  readonly gatewayId: string | null;
  readonly agentId: string | null;
  readonly keyId: string | null;
  readonly tags: readonly string[];
}

/** What is asked for. */
export interface PolicyResource {
  readonly provider: Provider;
  /** The name that was asked for, the one that is called, and every alias in between. */
  readonly models: readonly string[];
  readonly tags: readonly string[];
  /** Set: the price book never had such a name, so that nobody can tell which of the provider's models it is. */
  readonly unlisted?: true;
}

export interface MatchedPolicy {
  readonly id: string;
  readonly name: string;
  readonly effect: "allow" | "deny";
}

export interface AccessDecision {
  readonly decision: "allow" | "deny";
  /** Every enabled policy that matches, denies first, then by name and id. */
  readonly matched: readonly MatchedPolicy[];
  /** Of a denied request: none. */
  readonly limits: PolicyLimits;
  /** The allows with a rate limit: each counts the requests that it has allowed. Of a denied request: none. */
  readonly rated: readonly AccessPolicy[];
}

export const NO_LIMITS: PolicyLimits = { maxOutputTokens: null, maxCostPerRequestNanos: null, rpm: null, tpm: null };

/** Decides one subject's use of one resource. */
export function decideAccess(
  policies: readonly AccessPolicy[],
  subject: PolicySubject,
  resource: PolicyResource,
): AccessDecision {
  const matching = findMatching(policies, subject, resource);
  const matched = matching.map(({ id, name, effect }) => ({ id, name, effect })).toSorted(compareMatched);
  const allows = matching.filter(({ effect }) => effect === "allow");
  if (allows.length === 0 || allows.length < matching.length) return denied(matched);
  return {
    decision: "allow",
    matched,
    limits: allows.map(({ limits }) => limits).reduce(tighterLimits),
    rated: allows
      .filter(({ limits }) => limits.rpm !== null || limits.tpm !== null)
      .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/** A denial, by the policies that match. */
export function denied(matched: readonly MatchedPolicy[]): AccessDecision {
  return { decision: "deny", matched, limits: NO_LIMITS, rated: [] };
}

/** The name of the deny that decides, or null when nothing allows. */
export function denyingRule(decision: AccessDecision): string | null {
  return decision.matched.find(({ effect }) => effect === "deny")?.name ?? null;
}

/**
 * The policies that speak about this use. An unlisted name may be another name of any model of the provider, so every deny of
 * models of that provider speaks about it, unless an allow names it in full: that is somebody's decision about this very name.
 */
function findMatching(
  policies: readonly AccessPolicy[],
  subject: PolicySubject,
  resource: PolicyResource,
): readonly AccessPolicy[] {
  const matching = policies.filter((policy) => matchesPolicy(policy, subject, resource));
  if (resource.unlisted !== true || matching.some((policy) => allowsByName(policy, resource))) return matching;
  return policies.filter(
    (policy) => matching.includes(policy) || (policy.effect === "deny" && coversProvider(policy, subject, resource)),
  );
}

/** A pattern is nobody's name, also when it is asked for as one. */
function allowsByName({ effect, resources }: AccessPolicy, { models }: PolicyResource): boolean {
  return effect === "allow" && models.some((name) => !name.endsWith("*") && resources.models.includes(name));
}

/** Whether an enabled policy speaks about this use. */
function matchesPolicy(policy: AccessPolicy, subject: PolicySubject, resource: PolicyResource): boolean {
  const { resources } = policy;
  return (
    coversProvider(policy, subject, resource) &&
    reaches(resources.models, resource.models) &&
    shares(resources.tags, resource.tags)
  );
}

/** Whether an enabled policy speaks about some use of the provider by the subject. */
function coversProvider(policy: AccessPolicy, subject: PolicySubject, { provider }: PolicyResource): boolean {
  const { subjects, resources } = policy;
  return (
    policy.enabled &&
    names(subjects.teams, subject.teamId) &&
    names(subjects.users, subject.userId) &&
    names(subjects.serviceUsers, subject.serviceUserId) &&
    names(subjects.gateways, subject.gatewayId) &&
    names(subjects.agents, subject.agentId) &&
    names(subjects.keys, subject.keyId) &&
    shares(subjects.tags, subject.tags) &&
    names(resources.providers, provider)
  );
}

function names(list: readonly string[], id: string | null): boolean {
  return list.length === 0 || (id !== null && list.includes(id));
}

function shares(list: readonly string[], tags: readonly string[]): boolean {
  return list.length === 0 || list.some((tag) => tags.includes(tag));
}

function reaches(patterns: readonly string[], models: readonly string[]): boolean {
  return patterns.length === 0 || patterns.some((pattern) => models.some((model) => matchesPattern(pattern, model)));
}

/** The smaller of each. */
export function tighterLimits(a: PolicyLimits, b: PolicyLimits): PolicyLimits {
  return {
    maxOutputTokens: tighter(a.maxOutputTokens, b.maxOutputTokens),
    maxCostPerRequestNanos: tighter(a.maxCostPerRequestNanos, b.maxCostPerRequestNanos),
    rpm: tighter(a.rpm, b.rpm),
    tpm: tighter(a.tpm, b.tpm),
  };
}

function compareMatched(a: MatchedPolicy, b: MatchedPolicy): number {
  if (a.effect !== b.effect) return a.effect === "deny" ? -1 : 1;
  const [first, second] = a.name === b.name ? [a.id, b.id] : [a.name, b.name];
  return first < second ? -1 : first > second ? 1 : 0;
}
