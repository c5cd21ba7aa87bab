/** Whom a question about access policies or budgets is about. */
import type { z } from "zod";
import { idSchema } from "./id.ts";
import { tagsSchema } from "./key.ts";
import type { AskedSubject } from "./organization-rpc.ts";

export const subjectShape = {
  key_id: idSchema.optional(),
  user_id: idSchema.optional(),
  team_id: idSchema.optional(),
  service_user_id: idSchema.optional(),
  gateway_id: idSchema.optional(),
  agent_id: idSchema.optional(),
};

export const SUBJECT_DESCRIPTION =
  "With `key_id`: what that key would be charged to, with the other ids as its headers.";

export const subjectTagsSchema = tagsSchema
  .default([])
  .meta({ description: "Beside those that the named records have." });

type SubjectFields = z.output<z.ZodObject<typeof subjectShape>> & {
  readonly agent_run_id?: string | undefined;
  readonly tags?: readonly string[];
};

export function toAskedSubject(subject: SubjectFields): AskedSubject {
  return {
    keyId: subject.key_id ?? null,
    userId: subject.user_id ?? null,
    teamId: subject.team_id ?? null,
    serviceUserId: subject.service_user_id ?? null,
    gatewayId: subject.gateway_id ?? null,
    agentId: subject.agent_id ?? null,
    agentRunId: subject.agent_run_id ?? null,
    tags: subject.tags ?? [],
  };
}
