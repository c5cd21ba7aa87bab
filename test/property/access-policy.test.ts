/** Access decisions against a second evaluator, written from the contract's sentences and sharing no code with the first. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { decideAccess } from "../../src/core/access-policy.ts";
import type { AccessPolicy, PolicyResource, PolicySubject } from "../../src/core/access-policy.ts";

const id = (prefix: string): fc.Arbitrary<string> => fc.constantFrom(`${prefix}-1`, `${prefix}-2`, `${prefix}-3`);
const few = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant<T[]>([]) }, { weight: 1, arbitrary: fc.array(value, { maxLength: 2 }) });
const tag = fc.constantFrom("env:prod", "env:dev", "team:core");
const model = fc.constantFrom("gpt-5", "gpt-5-mini", "gpt-5.4", "claude-sonnet-5", "claude-opus-5", "o9");
const pattern = fc.oneof(model, fc.constantFrom("gpt-5*", "gpt-*", "claude-*", "*", "gpt-5-*", "o9*"));
const provider = fc.constantFrom("openai" as const, "anthropic" as const);
const limit = fc.option(fc.integer({ min: 1, max: 1_000 }));

const policy: fc.Arbitrary<AccessPolicy> = fc.record({
  id: fc.uuid(),
  name: fc.constantFrom("a", "b", "c", "d"),
  effect: fc.constantFrom("allow" as const, "allow" as const, "deny" as const),
  enabled: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  subjects: fc.record({
    teams: few(id("team")),
    users: few(id("user")),
    serviceUsers: few(id("svc")),
    gateways: few(id("gw")),
    agents: few(id("agt")),
    keys: few(id("key")),
    tags: few(tag),
  }),
  resources: fc.record({ providers: few(provider), models: few(pattern), tags: few(tag) }),
  limits: fc.record({
    maxOutputTokens: limit,
    maxCostPerRequestNanos: fc.option(fc.bigInt({ min: 1n, max: 1_000n })),
    rpm: limit,
    tpm: limit,
  }),
});

const subject: fc.Arbitrary<PolicySubject> = fc.record({
  teamId: fc.option(id("team")),
  userId: fc.option(id("user")),
  serviceUserId: fc.option(id("svc")),
  gatewayId: fc.option(id("gw")),
  agentId: fc.option(id("agt")),
  keyId: id("key"),
  tags: fc.array(tag, { maxLength: 2 }),
});

const listed: fc.Arbitrary<PolicyResource> = fc.record({
  provider,
  models: fc.array(model, { minLength: 1, maxLength: 3 }),
  tags: fc.array(tag, { maxLength: 2 }),
});
const unlisted: fc.Arbitrary<PolicyResource> = fc.record({
  provider,
  models: fc.tuple(pattern),
  tags: fc.constant([]),
  unlisted: fc.constant(true as const),
});
const resource = fc.oneof({ weight: 3, arbitrary: listed }, { weight: 1, arbitrary: unlisted });

/** Says, for each policy, why it does not apply; then counts. */
function decideByTheBook(policies: readonly AccessPolicy[], who: PolicySubject, what: PolicyResource) {
  const applying: AccessPolicy[] = [];
  const denyingOthers: AccessPolicy[] = [];
  for (const each of policies) {
    const objections: string[] = [];
    if (!each.enabled) objections.push("disabled");
    const { subjects, resources } = each;
    const named: [readonly string[], string | null][] = [
      [subjects.teams, who.teamId],
      [subjects.users, who.userId],
      [subjects.serviceUsers, who.serviceUserId],
      [subjects.gateways, who.gatewayId],
      [subjects.agents, who.agentId],
      [subjects.keys, who.keyId],
      [resources.providers, what.provider],
    ];
    for (const [list, one] of named) {
      if (list.length > 0 && !list.some((entry) => entry === one)) objections.push(`not ${list.join()}`);
    }
    if (
      subjects.tags.length > 0 &&
      new Set([...subjects.tags, ...who.tags]).size === new Set(subjects.tags).size + new Set(who.tags).size
    ) {
      objections.push("no subject tag in common");
    }
    if (objections.length === 0 && each.effect === "deny") denyingOthers.push(each);
    if (
      resources.tags.length > 0 &&
      new Set([...resources.tags, ...what.tags]).size === new Set(resources.tags).size + new Set(what.tags).size
    ) {
      objections.push("no resource tag in common");
    }
    if (resources.models.length > 0) {
      const expressions = resources.models.map(
        (text) => new RegExp(`^${text.replaceAll(".", "\\.").replace(/\*$/, ".*")}$`),
      );
      if (!what.models.some((name) => expressions.some((expression) => expression.test(name))))
        objections.push("model");
    }
    if (objections.length === 0) applying.push(each);
  }
  const isNamed = applying.some(
    ({ effect, resources }) =>
      effect === "allow" && resources.models.some((text) => what.models.includes(text) && !text.includes("*")),
  );
  if (what.unlisted === true && !isNamed) applying.push(...denyingOthers);
  const denied = applying.some(({ effect }) => effect === "deny");
  const allows = applying.filter(({ effect }) => effect === "allow");
  const least = (values: (number | bigint | null)[]): number | bigint | null => {
    const set = values.filter((value) => value !== null);
    return set.length === 0 ? null : (set.toSorted((a, b) => (a < b ? -1 : 1))[0] ?? null);
  };
  const isAllowed = !denied && allows.length > 0;
  const counted = isAllowed ? allows : [];
  return {
    decision: isAllowed ? "allow" : "deny",
    matched: new Set(applying.map((each) => each.id)),
    limits: {
      maxOutputTokens: least(counted.map(({ limits }) => limits.maxOutputTokens)),
      maxCostPerRequestNanos: least(counted.map(({ limits }) => limits.maxCostPerRequestNanos)),
      rpm: least(counted.map(({ limits }) => limits.rpm)),
      tpm: least(counted.map(({ limits }) => limits.tpm)),
    },
    rated: new Set(counted.flatMap((each) => ((each.limits.rpm ?? each.limits.tpm) === null ? [] : [each.id]))),
  };
}

it("10,000 policy sets and requests: as the second evaluator says, in whatever order the policies come", () => {
  let allowed = 0;
  fc.assert(
    fc.property(fc.array(policy, { maxLength: 8 }), subject, resource, fc.nat(), (policies, who, what, turn) => {
      const decision = decideAccess(policies, who, what);
      const expected = decideByTheBook(policies, who, what);
      expect(decision.decision).toBe(expected.decision);
      expect(decision.limits).toEqual(expected.limits);
      expect(new Set(decision.matched.map((each) => each.id))).toEqual(expected.matched);
      expect(new Set(decision.rated.map((each) => each.id))).toEqual(expected.rated);
      const middle = turn % (policies.length + 1);
      const permuted = [...policies.slice(middle), ...policies.slice(0, middle)].toReversed();
      expect(decideAccess(permuted, who, what)).toEqual(decision);
      if (decision.decision === "allow") allowed += 1;
    }),
    { numRuns: 10_000 },
  );
  // Both answers are common, so that the comparison means something.
  expect(allowed).toBeGreaterThan(1_000);
  expect(allowed).toBeLessThan(9_000);
});
