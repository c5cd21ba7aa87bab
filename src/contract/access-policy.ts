/** Access policies on the wire (contract: Policies). */
import { z } from "zod";
import { NO_LIMITS } from "../core/access-policy.ts";
import type { AccessDecision, AccessPolicy, PolicyLimits, PolicySubjects } from "../core/access-policy.ts";
import { ENDPOINTS, PROVIDERS } from "../core/endpoint.ts";
import { formatNanos } from "../core/money.ts";
import { amountTextSchema, formatTime, positiveAmountSchema, timeTextSchema } from "./amount.ts";
import { SUBJECT_DESCRIPTION, subjectShape, subjectTagsSchema } from "./asked-subject.ts";
import { idSchema } from "./id.ts";
import { modelPatternsSchema, tagsSchema } from "./key.ts";
import { nameSchema } from "./organization.ts";
import { rateSchema } from "./rate-limits.ts";

const idsSchema = z.array(idSchema).max(200);

const policySubjectsSchema = z
  .strictObject({
    teams: idsSchema.default([]),
    users: idsSchema.default([]),
    service_users: idsSchema.default([]),
    gateways: idsSchema.default([]),
    agents: idsSchema.default([]),
    keys: idsSchema.default([]),
    tags: tagsSchema.default([]).meta({
      description: "Of the key, its owner, the team, the gateway or the agent: one in common is enough.",
    }),
  })
  .meta({ id: "PolicySubjects", description: "Several lists must all match; an empty list means any." });

const policyResourcesSchema = z
  .strictObject({
    providers: z.array(z.enum(PROVIDERS)).max(PROVIDERS.length).default([]),
    models: modelPatternsSchema.default([]).meta({
      description: "Exact names or `prefix*`. A model is reached under every name that it has.",
    }),
    tags: tagsSchema.default([]).meta({ description: "Of the model in the price book: one in common is enough." }),
  })
  .meta({ id: "PolicyResources", description: "Several lists must all match; an empty list means any." });

const countSchema = z.int().min(1).max(1_000_000_000_000);

const policyLimitsSchema = z
  .strictObject({
    max_output_tokens: countSchema.nullable().default(null).meta({ description: "Per choice." }),
    max_cost_per_request: positiveAmountSchema.nullable().default(null).meta({
      description: "Of what a request can cost at most, without the buffer, in the organization's currency.",
    }),
    rpm: rateSchema.nullable().default(null).meta({
      description:
        "Requests that this policy allows within any sixty seconds, to each user or service user, and to each key without one.",
    }),
    tpm: rateSchema
      .nullable()
      .default(null)
      .meta({ description: "Tokens, in and out, within any sixty seconds; as `rpm`." }),
  })
  .meta({ id: "PolicyLimits" });

const shape = {
  name: nameSchema,
  effect: z.enum(["allow", "deny"]),
  enabled: z.boolean().default(true),
  subjects: policySubjectsSchema.prefault({}),
  resources: policyResourcesSchema.prefault({}),
  limits: policyLimitsSchema.prefault({}),
};

type PolicyBody = z.output<z.ZodObject<typeof shape>>;

/** What no field alone can say; null: it is a policy. */
export function findPolicyFault(body: PolicyBody): { readonly field: string; readonly message: string } | null {
  const lists = [...Object.values(body.subjects), ...Object.values(body.resources)];
  if (lists.every((list) => list.length === 0)) {
    return { field: "resources", message: 'name at least one subject or resource; `models: ["*"]` is every model' };
  }
  const isLimited = Object.values(body.limits).some((limit) => limit !== null);
  return body.effect === "deny" && isLimited ? { field: "limits", message: "only an allow has limits" } : null;
}

function checkPolicy(body: PolicyBody, context: z.core.$RefinementCtx): void {
  const fault = findPolicyFault(body);
  if (fault !== null) context.addIssue({ code: "custom", path: [fault.field], message: fault.message });
}

/** What `POST` and `PUT` take. */
export const newAccessPolicySchema = z
  .strictObject(shape)
  .superRefine(checkPolicy)
  .meta({
    id: "NewAccessPolicy",
    example: {
      name: "Research may use small models",
      effect: "allow",
      subjects: { teams: ["team_01k9m3v7x2c4d6f8h0j2k4m6n8"] },
      resources: { models: ["gpt-5.4-mini", "claude-haiku*"] },
      limits: { max_output_tokens: 4_000, max_cost_per_request: "0.05", rpm: 30 },
    },
  });

export type NewAccessPolicy = z.output<typeof newAccessPolicySchema>;

/** A policy to decide with as if it were saved; with the id of a saved one it takes its place. */
const draftPolicySchema = z
  .strictObject({ id: idSchema.optional(), ...shape })
  .superRefine(checkPolicy)
  .meta({ id: "DraftAccessPolicy" });

export const accessPolicyPatchSchema = z
  .strictObject({
    name: nameSchema.optional(),
    effect: z.enum(["allow", "deny"]).optional(),
    enabled: z.boolean().optional(),
    subjects: policySubjectsSchema.optional(),
    resources: policyResourcesSchema.optional(),
    limits: policyLimitsSchema.optional(),
  })
  .meta({ id: "AccessPolicyPatch", example: { enabled: false } });

export type AccessPolicyPatch = z.output<typeof accessPolicyPatchSchema>;

const limitsTextSchema = z
  .strictObject({
    max_output_tokens: z.int().nullable(),
    max_cost_per_request: amountTextSchema.nullable(),
    rpm: z.int().nullable(),
    tpm: z.int().nullable(),
  })
  .meta({ id: "PolicyLimitsShown" });

export const accessPolicySchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    effect: z.enum(["allow", "deny"]),
    enabled: z.boolean(),
    subjects: z.strictObject({
      teams: z.array(z.string()),
      users: z.array(z.string()),
      service_users: z.array(z.string()),
      gateways: z.array(z.string()),
      agents: z.array(z.string()),
      keys: z.array(z.string()),
      tags: z.array(z.string()),
    }),
    resources: z.strictObject({
      providers: z.array(z.enum(PROVIDERS)),
      models: z.array(z.string()),
      tags: z.array(z.string()),
    }),
    limits: limitsTextSchema,
    created_at: timeTextSchema,
  })
  .meta({ id: "AccessPolicy" });

/** The domain's policy of a wire body. */
export function toAccessPolicy(id: string, body: NewAccessPolicy): AccessPolicy {
  return {
    id,
    name: body.name,
    effect: body.effect,
    enabled: body.enabled,
    subjects: toSubjects(body.subjects),
    resources: body.resources,
    limits: toLimits(body.limits),
  };
}

function toSubjects(wire: z.output<typeof policySubjectsSchema>): PolicySubjects {
  const { service_users: serviceUsers, ...rest } = wire;
  return { ...rest, serviceUsers };
}

function toLimits(wire: z.output<typeof policyLimitsSchema>): PolicyLimits {
  return {
    maxOutputTokens: wire.max_output_tokens,
    maxCostPerRequestNanos: wire.max_cost_per_request,
    rpm: wire.rpm,
    tpm: wire.tpm,
  };
}

function fromLimits(limits: PolicyLimits): z.infer<typeof limitsTextSchema> {
  return {
    max_output_tokens: limits.maxOutputTokens,
    max_cost_per_request: limits.maxCostPerRequestNanos === null ? null : formatNanos(limits.maxCostPerRequestNanos),
    rpm: limits.rpm,
    tpm: limits.tpm,
  };
}

export function accessPolicyToWire(policy: AccessPolicy, createdAtMs: number): z.infer<typeof accessPolicySchema> {
  const { subjects, resources } = policy;
  return {
    id: policy.id,
    name: policy.name,
    effect: policy.effect,
    enabled: policy.enabled,
    subjects: {
      teams: [...subjects.teams],
      users: [...subjects.users],
      service_users: [...subjects.serviceUsers],
      gateways: [...subjects.gateways],
      agents: [...subjects.agents],
      keys: [...subjects.keys],
      tags: [...subjects.tags],
    },
    resources: {
      providers: [...resources.providers],
      models: [...resources.models],
      tags: [...resources.tags],
    },
    limits: fromLimits(policy.limits),
    created_at: formatTime(createdAtMs),
  };
}

/** The policy that a new organization has: visible, and changeable like any other. */
export const FIRST_POLICY: NewAccessPolicy = newAccessPolicySchema.parse({
  name: "Everyone may use every model",
  effect: "allow",
  resources: { models: ["*"] },
});

export const simulateAccessSchema = z
  .strictObject({
    subject: z.strictObject({ ...subjectShape, tags: subjectTagsSchema }).meta({ description: SUBJECT_DESCRIPTION }),
    model: z.string().min(1).max(256),
    endpoint: z.enum(ENDPOINTS),
    drafts: z
      .array(draftPolicySchema)
      .max(100)
      .default([])
      .meta({ description: "Policies to decide with as if they were saved; with an `id` in place of the saved one." }),
  })
  .meta({
    id: "SimulateAccess",
    example: {
      subject: { team_id: "team_01k9m3v7x2c4d6f8h0j2k4m6n8" },
      model: "gpt-5.4",
      endpoint: "openai.chat",
      drafts: [{ name: "No large models", effect: "deny", resources: { models: ["gpt-5.4"] } }],
    },
  });

export const accessDecisionSchema = z
  .strictObject({
    decision: z.enum(["allow", "deny"]),
    matched: z.array(z.strictObject({ id: z.string(), name: z.string(), effect: z.enum(["allow", "deny"]) })),
    effective_limits: limitsTextSchema,
    reasons: z.array(z.string()),
  })
  .meta({ id: "AccessDecision" });

export function accessDecisionToWire(
  decision: AccessDecision,
  reasons: readonly string[],
): z.infer<typeof accessDecisionSchema> {
  return {
    decision: decision.decision,
    matched: decision.matched.map((policy) => ({ ...policy })),
    effective_limits: fromLimits(decision.decision === "allow" ? decision.limits : NO_LIMITS),
    reasons: [...reasons],
  };
}
