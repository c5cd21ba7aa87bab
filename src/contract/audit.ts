/** The audit log on the wire (docs/audit.md). */
import { z } from "zod";
import { timeSchema, timeTextSchema } from "./amount.ts";
import { numberedListQuerySchema } from "./wallet-api.ts";

/** What was done, `<type of object>.<verb>`. */
export const AUDIT_ACTIONS = [
  "organization.create",
  "organization.update",
  "wallet_settings.update",
  "wallet_settings.restore",
  "member.create",
  "member.update",
  "member.delete",
  "member.invite",
  "member.send_invitation",
  "member.accept_invitation",
  "member.sign_up",
  "member.sign_in",
  "member.fail_sign_in",
  "member.sign_out",
  "member.reset_password",
  "member.change_password",
  "member.revoke_session",
  "member.add_passkey",
  "member.remove_passkey",
  "seat.create",
  "seat.delete",
  "team.create",
  "team.update",
  "team.delete",
  "team_member.create",
  "team_member.update",
  "team_member.delete",
  "service_user.create",
  "service_user.update",
  "service_user.delete",
  "gateway.create",
  "gateway.update",
  "gateway.delete",
  "gateway_config.deploy",
  "gateway_config.rollback",
  "gateway_config.delete",
  "agent.create",
  "agent.update",
  "agent.delete",
  "usage_constraint.create",
  "usage_constraint.update",
  "usage_constraint.delete",
  "key.create",
  "key.update",
  "key.rotate",
  "key.revoke",
  "key.delete",
  "webhook.create",
  "webhook.update",
  "webhook.rotate_secret",
  "webhook.test",
  "webhook.delete",
  "webhook_delivery.retry",
  "secret.create",
  "secret.update",
  "secret.delete",
  "access_policy.create",
  "access_policy.update",
  "access_policy.delete",
  "budget.create",
  "budget.update",
  "budget.delete",
  "oauth_client.create",
  "oauth_client.update",
  "oauth_client.rotate_secret",
  "oauth_client.delete",
  "oauth_grant.create",
  "oauth_grant.delete",
  "wallet.credit",
  "wallet.allocate",
  "wallet.reclaim",
  "wallet.top_up",
  "wallet.refund",
  "wallet.dispute",
  "wallet.dispute_won",
  "wallet.dispute_lost",
  "payment.create",
  "payment.refund",
  "payment_settings.update",
  "payment_method.delete",
  "auto_top_up.update",
  "payments_config.update",
  "price.create",
  "price.update",
  "price.delete",
  "exchange_rates.update",
  "platform_administrator.claim",
  "platform_administrator.create",
  "platform_administrator.delete",
] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export function objectTypeOf(action: AuditAction): string {
  return action.slice(0, action.indexOf("."));
}

/** An object as the API shows it, never with a secret. */
export type AuditState = Readonly<Record<string, unknown>>;

const hashSchema = z.string().meta({ description: "SHA-256, lower-case hex.", example: "9f86d081884c7d65…" });
const stateSchema = z.record(z.string(), z.unknown()).nullable();

/** What is hashed: everything of a record but its hash. */
export const auditContentSchema = z.strictObject({
  organization_id: z
    .string()
    .meta({ description: "Whose chain; `platform` for prices, exchange rates and platform administrators." }),
  sequence: z.int().meta({ description: "1, 2, 3 … without a gap." }),
  created_at: timeTextSchema.meta({ description: "When it was done. Money is recorded a moment later." }),
  actor: z.string().meta({
    description:
      "`key_…`; `mem_…`, the member whose session it was or who consented to an application; `platform_admin`; `unknown`, somebody who only " +
      "named the member's address; else the id of who is signed in.",
  }),
  action: z.string().meta({ example: "key.create" }),
  object_type: z.string().meta({ example: "key" }),
  object_id: z.string(),
  request_id: z.string().nullable().meta({ description: "The `x-request-id` of the answer; null for money." }),
  source_id: z.string().nullable().meta({ description: "The ledger entry or the delivery that is recorded." }),
  before: stateSchema.meta({ description: "What was changed or deleted, as it was; null: there was nothing." }),
  after: stateSchema.meta({ description: "As it is since; null: it is gone." }),
  previous_hash: hashSchema.meta({ description: "Of the record before; 64 zeros before the first." }),
});

export const auditRecordSchema = auditContentSchema.extend({ hash: hashSchema }).meta({ id: "AuditRecord" });

export type AuditContent = z.input<typeof auditContentSchema>;
export type AuditRecord = z.input<typeof auditRecordSchema>;

const filters = {
  actor: z.string().min(1).max(128).optional().meta({ description: "Who did it." }),
  action: z.enum(AUDIT_ACTIONS).optional(),
  object_type: z.string().min(1).max(64).optional().meta({ example: "key" }),
  object_id: z.string().min(1).max(256).optional(),
  from: timeSchema.optional().meta({ description: "Done at this instant or later." }),
  to: timeSchema.optional().meta({ description: "Done before this instant." }),
};

const filterSchema = z.strictObject(filters);
export type AuditFilter = z.output<typeof filterSchema>;

export const NO_FILTER: AuditFilter = {};

export const auditQuerySchema = numberedListQuerySchema.extend(filters);

export const MAX_EXPORTED_RECORDS = 10_000;

const afterSequenceSchema = z
  .string()
  .regex(/^\d{1,15}$/, "expected the number of a record")
  .default("0")
  .transform(Number)
  .meta({ description: "Begins after this record: the last one that you have." });

export const auditExportQuerySchema = z.strictObject({
  ...filters,
  format: z.enum(["ndjson", "csv"]).default("ndjson"),
  after_sequence: afterSequenceSchema,
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_EXPORTED_RECORDS)
    .default(MAX_EXPORTED_RECORDS)
    .meta({ description: `Records, at most ${MAX_EXPORTED_RECORDS}.` }),
});

export const MAX_VERIFIED_RECORDS = 10_000;

export const auditVerifyQuerySchema = z.strictObject({
  after_sequence: afterSequenceSchema,
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_VERIFIED_RECORDS)
    .default(MAX_VERIFIED_RECORDS)
    .meta({ description: `Records to check, at most ${MAX_VERIFIED_RECORDS}.` }),
  head: z
    .string()
    .regex(/^\d{1,15}:[0-9a-f]{64}$/, "expected <sequence>:<hash>")
    .transform((text) => ({ sequence: Number(text.slice(0, text.indexOf(":"))), hash: text.slice(-64) }))
    .optional()
    .meta({ description: "A head that you kept, `<sequence>:<hash>`: it must still be there." }),
});

const headSchema = z.strictObject({ sequence: z.int(), hash: hashSchema });

export const AUDIT_FAULTS = ["gap", "previous_hash", "hash", "head", "anchor"] as const;

export const auditVerificationSchema = z
  .strictObject({
    organization_id: z.string(),
    valid: z.boolean(),
    first_fault: z
      .strictObject({
        sequence: z.int(),
        check: z.enum(AUDIT_FAULTS).meta({
          description:
            "`gap`: a record is missing or out of place; `previous_hash`: it does not follow the one before; `hash`: its content was " +
            "changed; `head`, `anchor`: the record that you, or the organization's object, have seen there is not there any more.",
        }),
      })
      .nullable()
      .meta({ description: "The first record that is wrong." }),
    checked_after_sequence: z.int(),
    checked_through_sequence: z.int(),
    next_after_sequence: z
      .int()
      .nullable()
      .meta({ description: "There is more: ask again with this `after_sequence`. Null: all was checked." }),
    anchors_checked: z.int().nullable().meta({
      description:
        "Heads that the organization's object has seen, and that were compared. Null: it has none or did not answer.",
    }),
    head: headSchema
      .nullable()
      .meta({ description: "The newest record. Keep it: it proves later that nothing before it was changed." }),
    checked_at: timeTextSchema,
  })
  .meta({ id: "AuditVerification" });

export type AuditVerification = z.input<typeof auditVerificationSchema>;
export type AuditFault = (typeof AUDIT_FAULTS)[number];
