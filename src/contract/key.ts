/** Keys on the wire, and the format of their tokens (contract: Identity). */
import { z } from "zod";
import { timeSchema, timeTextSchema } from "./amount.ts";
import { CAPABILITIES } from "./directory.ts";
import { listQuerySchema } from "./list.ts";
import { ownRateLimitsSchema, rateLimitsShownSchema } from "./rate-limits.ts";

const KEY_TYPES = ["gateway", "access"] as const;
export type KeyType = (typeof KEY_TYPES)[number];

/** What a presented token says about itself, before anybody has verified it. */
export interface ParsedToken {
  readonly type: KeyType;
  readonly organizationId: string;
}

const TOKEN = /^kt_(gk|ak)_([0-9a-z]{26})_([0-9A-Za-z]{43})$/;

/**
 * Reads `kt_gk_<org>_<secret>` or `kt_ak_<org>_<secret>`, where `<org>` is the organization's id without `org_`, and neither
 * part has an underscore. Null for anything else; it proves nothing about the secret.
 */
export function parseToken(token: string): ParsedToken | null {
  const match = TOKEN.exec(token);
  const suffix = match?.[2];
  if (match === null || suffix === undefined) return null;
  return { type: match[1] === "gk" ? "gateway" : "access", organizationId: `org_${suffix}` };
}

/** The token of a new key. `secret` is 43 letters and digits: 256 bits. */
export function formatToken(type: KeyType, organizationId: string, secret: string): string {
  return `kt_${type === "gateway" ? "gk" : "ak"}_${organizationId.replace(/^org_/, "")}_${secret}`;
}

const capabilitySchema = z.enum(CAPABILITIES);
export const capabilitiesSchema = z.array(capabilitySchema);

/** `key:value`. */
export const tagSchema = z
  .string()
  .max(128)
  .regex(/^[^\s:][^:]*:\S.*$/, "a tag is `key:value`")
  .meta({ example: "environment:production" });
export const tagsSchema = z.array(tagSchema).max(50);

/** An exact model name or a prefix that ends in `*`. */
export const modelPatternSchema = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^*]*\*?$/, "an exact model name, or a prefix with one trailing *");
export const modelPatternsSchema = z.array(modelPatternSchema).max(200);

export const keySchema = z
  .strictObject({
    id: z.string().meta({ example: "key_01k9m3v7x2c4d6f8h0j2k4m6n8" }),
    type: z.enum(KEY_TYPES),
    name: z.string(),
    hint: z.string().meta({ description: "The last four characters of the token." }),
    status: z.enum(["active", "expired", "revoked"]),
    member_id: z.string().nullable(),
    service_user_id: z.string().nullable(),
    gateway_id: z.string().nullable(),
    team_id: z.string().nullable(),
    may_assert_identity: z.boolean(),
    capabilities: capabilitiesSchema,
    models: modelPatternsSchema,
    tags: tagsSchema,
    rate_limits: rateLimitsShownSchema.nullable(),
    created_at: timeTextSchema,
    expires_at: timeTextSchema.nullable(),
    revoked_at: timeTextSchema.nullable(),
  })
  .meta({ id: "Key" });

export const listedKeySchema = keySchema
  .extend({
    last_used_at: timeTextSchema.nullable().meta({
      description: "Of model traffic as the spend log has it; of our own API to five minutes. Null: never.",
    }),
  })
  .meta({ id: "ListedKey" });

export type KeyWire = z.infer<typeof keySchema>;

export const newKeySchema = keySchema
  .extend({ key: z.string().meta({ description: "The token. It is shown once and never stored." }) })
  .meta({ id: "NewKey" });

const ownerIdSchema = z.string().min(1).max(128);

export const createKeySchema = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    type: z.enum(KEY_TYPES).meta({ description: "`gateway` for model traffic, `access` for the control plane." }),
    member_id: ownerIdSchema.optional(),
    user_id: ownerIdSchema.optional().meta({ description: "The same as `member_id`." }),
    service_user_id: ownerIdSchema.optional(),
    gateway_id: ownerIdSchema.optional(),
    team_id: ownerIdSchema.optional().meta({ description: "Its spend is charged to this team." }),
    may_assert_identity: z.boolean().default(false).meta({
      description: "`X-User-Id`, `X-Team-Id` and `X-Agent-Id` are trusted; only for a gateway's own key.",
    }),
    capabilities: capabilitiesSchema.optional(),
    models: modelPatternsSchema.default([]).meta({ description: "Exact names or `prefix*`; empty: any." }),
    tags: tagsSchema.default([]),
    rate_limits: ownRateLimitsSchema.default(null),
    expires_at: timeSchema.nullable().optional(),
  })
  .meta({
    id: "CreateKey",
    example: { name: "ci", type: "gateway", service_user_id: "svc_01k9m3v7x2c4d6f8h0j2k4m6n8" },
  });

export type CreateKey = z.output<typeof createKeySchema>;

export const keyPatchSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(200).optional(),
    capabilities: capabilitiesSchema.optional(),
    models: modelPatternsSchema.optional(),
    tags: tagsSchema.optional(),
    rate_limits: ownRateLimitsSchema.optional(),
    expires_at: timeSchema.nullable().optional(),
  })
  .meta({ id: "KeyPatch", example: { models: ["gpt-5*"] } });

export const keyQuerySchema = listQuerySchema.extend({
  member_id: z.string().min(1).max(64).optional(),
  service_user_id: z.string().min(1).max(64).optional(),
});

const MAX_OVERLAP_SECONDS = 30 * 24 * 60 * 60;

export const rotateKeySchema = z
  .strictObject({
    overlap_seconds: z
      .int()
      .min(0)
      .max(MAX_OVERLAP_SECONDS)
      .default(0)
      .meta({ description: "How long the old token stays good; 0 revokes it at once." }),
  })
  .meta({ id: "RotateKey", example: { overlap_seconds: 3_600 } });
