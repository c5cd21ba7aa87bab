/** Members, teams, service users and gateways on the wire (contract: Identity). */
import { z } from "zod";
import { ZDR_MODES } from "../core/zdr.ts";
import { amountTextSchema, currencySchema, timeTextSchema } from "./amount.ts";
import { tagsSchema } from "./key.ts";
import { listQuerySchema } from "./list.ts";
import { emailSchema, nameSchema } from "./organization.ts";
import { cacheSchema } from "./response-cache.ts";
import { ownRateLimitsSchema, rateLimitsShownSchema } from "./rate-limits.ts";
import { walletSchema } from "./wallet-api.ts";

export const MEMBER_ROLES = ["owner", "admin", "billing_admin", "member"] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];
export const TEAM_ROLES = ["member", "lead"] as const;

export const invitationSchema = z
  .strictObject({
    status: z.enum(["none", "pending", "sent", "failed", "accepted"]).meta({
      description:
        "`none`: no mail was asked for, or this deployment sends none; `pending`: it is on its way; `failed`: it was not taken, ask for " +
        "another one; `accepted`: the member has signed in.",
    }),
    sent_at: timeTextSchema.nullable().meta({ description: "When the newest mail was taken." }),
  })
  .meta({ id: "Invitation" });

export const memberSchema = z
  .strictObject({
    id: z.string().meta({ description: "The `user_id` everywhere." }),
    email: z.string(),
    name: z.string(),
    role: z.enum(MEMBER_ROLES),
    seat: z.boolean().meta({ description: "Has a seat: monthly credits of its own." }),
    rate_limits: rateLimitsShownSchema.nullable(),
    invitation: invitationSchema,
    created_at: timeTextSchema,
  })
  .meta({ id: "Member" });

export const memberQuerySchema = listQuerySchema.extend({
  seat: z
    .enum(["true", "false"])
    .optional()
    .meta({ description: "`true`: only those with a seat; `false`: only the others." }),
});

export const seatSchema = z
  .strictObject({
    member_id: z.string(),
    monthly_credit: amountTextSchema.meta({ description: "Of the plan, for the next grant." }),
    currency: currencySchema,
    granted_amount: amountTextSchema.nullable().meta({ description: "Null: nothing was granted this month." }),
    granted_at: timeTextSchema.nullable(),
    expires_at: timeTextSchema.nullable(),
    wallet: walletSchema,
    created_at: timeTextSchema.meta({ description: "When the member got the seat." }),
  })
  .meta({ id: "Seat" });

export const newMemberSchema = z
  .strictObject({
    email: emailSchema,
    name: nameSchema.optional(),
    role: z.enum(MEMBER_ROLES).default("member"),
    rate_limits: ownRateLimitsSchema.default(null),
  })
  .meta({ id: "NewMember", example: { email: "ada@acme.example", role: "member" } });

export const memberPatchSchema = z
  .strictObject({
    name: nameSchema.optional(),
    role: z.enum(MEMBER_ROLES).optional(),
    rate_limits: ownRateLimitsSchema.optional(),
  })
  .meta({ id: "MemberPatch", example: { role: "billing_admin" } });

/** Teams, service users and gateways have the same few fields. */
const namedRecordSchema = z
  .strictObject({ id: z.string(), name: z.string(), tags: tagsSchema, created_at: timeTextSchema })
  .meta({ id: "NamedRecord" });

const newNamedRecordSchema = z
  .strictObject({ name: nameSchema, tags: tagsSchema.default([]) })
  .meta({ id: "NewNamedRecord", example: { name: "Research", tags: ["cost-center:42"] } });

const namedRecordPatchSchema = z
  .strictObject({ name: nameSchema.optional(), tags: tagsSchema.optional() })
  .meta({ id: "NamedRecordPatch", example: { name: "Applied research" } });

/** Teams and service users, whose requests can be limited. */
export const limitedRecordSchema = namedRecordSchema
  .extend({ rate_limits: rateLimitsShownSchema.nullable() })
  .meta({ id: "LimitedRecord" });

export const newLimitedRecordSchema = newNamedRecordSchema
  .extend({ rate_limits: ownRateLimitsSchema.default(null) })
  .meta({ id: "NewLimitedRecord", example: { name: "Research", rate_limits: { rpm: 600 } } });

export const limitedRecordPatchSchema = namedRecordPatchSchema
  .extend({ rate_limits: ownRateLimitsSchema.optional() })
  .meta({ id: "LimitedRecordPatch", example: { name: "Applied research" } });

const zdrModeSchema = z.enum(ZDR_MODES).meta({ description: "Zero data retention of what goes through this gateway." });

const gatewayCacheSchema = cacheSchema.nullable().meta({ description: "Null: as the organization's settings say." });

export const gatewaySchema = namedRecordSchema
  .extend({ zdr_mode: zdrModeSchema, cache: gatewayCacheSchema })
  .meta({ id: "Gateway" });

export const newGatewaySchema = newNamedRecordSchema
  .extend({ zdr_mode: zdrModeSchema.default("off"), cache: gatewayCacheSchema.default(null) })
  .meta({ id: "NewGateway", example: { name: "Clinic", tags: ["env:prod"], zdr_mode: "strict" } });

export const gatewayPatchSchema = namedRecordPatchSchema
  .extend({ zdr_mode: zdrModeSchema.optional(), cache: gatewayCacheSchema.optional() })
  .meta({ id: "GatewayPatch", example: { zdr_mode: "passthrough" } });

export const teamMemberSchema = z
  .strictObject({ team_id: z.string(), member_id: z.string(), role: z.enum(TEAM_ROLES), created_at: timeTextSchema })
  .meta({ id: "TeamMember" });

export const newTeamMemberSchema = z
  .strictObject({ member_id: z.string().min(1).max(128), role: z.enum(TEAM_ROLES).default("member") })
  .meta({ id: "NewTeamMember", example: { member_id: "mem_01k9m3v7x2c4d6f8h0j2k4m6n8", role: "lead" } });
