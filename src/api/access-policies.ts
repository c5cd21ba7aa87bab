/** `/v1/unified-access/access-policies`: who may use which models, and what a change would do. */
import {
  accessDecisionSchema,
  accessDecisionToWire,
  accessPolicyPatchSchema,
  accessPolicySchema,
  accessPolicyToWire,
  findPolicyFault,
  newAccessPolicySchema,
  simulateAccessSchema,
  toAccessPolicy,
  type AccessPolicyPatch,
  type NewAccessPolicy,
} from "../contract/access-policy.ts";
import { toAskedSubject } from "../contract/asked-subject.ts";
import { fail, ok } from "../core/failure.ts";
import { accessPolicyOfRow } from "../platform/d1/policy-row.ts";
import type { ApiDeps } from "./deps.ts";
import { addPolicyRoutes, type PolicyKind } from "./policies.ts";
import { addPrincipalRoute, type Api } from "./route.ts";

const TAG = "Access policies";

export const ACCESS_POLICY: PolicyKind<NewAccessPolicy, AccessPolicyPatch, typeof accessPolicySchema> = {
  kind: "access",
  path: "access-policies",
  prefix: "pol",
  noun: "an access policy",
  audited: "access_policy",
  plural: "access policies",
  tag: TAG,
  description:
    "Deny always wins; what nothing allows is denied; of several allows the smallest of each limit applies. It is in force with the next request.",
  newSchema: newAccessPolicySchema,
  patchSchema: accessPolicyPatchSchema,
  shownSchema: accessPolicySchema,
  merge: (before, patch) => ({
    name: patch.name ?? before.name,
    effect: patch.effect ?? before.effect,
    enabled: patch.enabled ?? before.enabled,
    subjects: patch.subjects ?? before.subjects,
    resources: patch.resources ?? before.resources,
    limits: patch.limits ?? before.limits,
  }),
  findFault: findPolicyFault,
  toJson: (body) => {
    const { id: _id, created_at: _createdAt, ...wire } = accessPolicyToWire(toAccessPolicy("", body), 0);
    return JSON.stringify(wire);
  },
  toWire: (row) => accessPolicyToWire(accessPolicyOfRow(row), row.createdAtMs),
};

export function addAccessPolicyRoutes(api: Api, deps: ApiDeps): void {
  addPolicyRoutes(api, deps, ACCESS_POLICY);
  addPrincipalRoute(
    api,
    deps,
    "POST /v1/unified-access/access-policies/simulate",
    {
      summary: "Ask what the access policies would decide",
      description: "Decided by the code that decides requests, with the drafts as if they were saved. Changes nothing.",
      tag: TAG,
      body: simulateAccessSchema,
      answer: accessDecisionSchema,
      refusals: [404, 503],
    },
    async ({ principal, body }) => {
      const reply = await deps.organization(principal.organizationId).simulateAccess({
        ...toAskedSubject(body.subject),
        endpoint: body.endpoint,
        model: body.model,
        drafts: body.drafts.map(({ id, ...draft }, index) => toAccessPolicy(id ?? `draft_${index + 1}`, draft)),
      });
      if (reply.outcome === "refused") return fail(reply.failure);
      return ok(accessDecisionToWire(reply.value.decision, reply.value.reasons));
    },
  );
}
