/** What the form of a policy holds, and the policy that it stands for. */
import { z } from "zod";
import type { AccessPolicy, DraftPolicy } from "./queries.ts";

const wholeNumber = z.string().regex(/^(|[1-9]\d{0,11})$/, "A whole number, or nothing for no limit.");
const lists = z.array(z.string());

export const policyFormSchema = z
  .object({
    name: z.string().trim().min(1, "Give the policy a name.").max(200, "At most 200 characters."),
    effect: z.enum(["allow", "deny"]),
    enabled: z.boolean(),
    subjects: z.object({
      users: lists,
      teams: lists,
      service_users: lists,
      keys: lists,
      agents: lists,
      gateways: lists,
      tags: lists,
    }),
    resources: z.object({ providers: z.array(z.enum(["openai", "anthropic"])), models: lists, tags: lists }),
    limits: z.object({
      max_output_tokens: wholeNumber,
      max_cost_per_request: z
        .string()
        .regex(/^(|\d+(\.\d{1,9})?)$/, "An amount such as 0.05, or nothing for no limit."),
      rpm: wholeNumber,
      tpm: wholeNumber,
    }),
  })
  .refine(({ subjects, resources }) => namesSomething(subjects, resources), {
    path: ["resources", "models"],
    message: "Name somebody or some model; * is every model.",
  });

export type PolicyForm = z.output<typeof policyFormSchema>;

function namesSomething(...parts: readonly Readonly<Record<string, readonly string[]>>[]): boolean {
  return parts.some((part) => Object.values(part).some((list) => list.length > 0));
}

const NOTHING: PolicyForm = {
  name: "",
  effect: "allow",
  enabled: true,
  subjects: { users: [], teams: [], service_users: [], keys: [], agents: [], gateways: [], tags: [] },
  resources: { providers: [], models: [], tags: [] },
  limits: { max_output_tokens: "", max_cost_per_request: "", rpm: "", tpm: "" },
};

/** Null: a new one. */
export function formOf(policy: AccessPolicy | null): PolicyForm {
  if (policy === null) return NOTHING;
  const { name, effect, enabled, subjects, resources, limits } = policy;
  return {
    name,
    effect,
    enabled,
    subjects,
    resources,
    limits: {
      max_output_tokens: limits.max_output_tokens?.toString() ?? "",
      max_cost_per_request: limits.max_cost_per_request ?? "",
      rpm: limits.rpm?.toString() ?? "",
      tpm: limits.tpm?.toString() ?? "",
    },
  };
}

export function policyOf({ name, effect, enabled, subjects, resources, limits }: PolicyForm): DraftPolicy {
  const policy = { name: name.trim(), effect, enabled, subjects, resources };
  if (effect === "deny") return policy;
  return {
    ...policy,
    limits: {
      max_output_tokens: countOf(limits.max_output_tokens),
      max_cost_per_request: limits.max_cost_per_request === "" ? null : limits.max_cost_per_request,
      rpm: countOf(limits.rpm),
      tpm: countOf(limits.tpm),
    },
  };
}

function countOf(text: string): number | null {
  return text === "" ? null : Number(text);
}
