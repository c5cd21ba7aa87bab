/** Organizations on the wire. */
import { z } from "zod";
import { amountSchema, amountTextSchema, currencySchema, timeTextSchema } from "./amount.ts";

import { newKeySchema } from "./key.ts";
import { timeZoneSchema, walletSettingsSchema } from "./wallet-settings.ts";

/** Of a plan. */
const MAX_SEATS = 10_000;

export const nameSchema = z.string().trim().min(1).max(200);
export const emailSchema = z.email().max(320).toLowerCase();

const issuesCreditSchema = z.boolean().meta({
  description:
    "Its own people may credit its wallets, declare prices of targets that the deployment pays for, and set `allow_unpriced`, " +
    "`wallet_fail_mode` and `enforce_default_max_output` so that requests leave for which too little is held.",
});

export const organizationSchema = z
  .strictObject({
    id: z.string().meta({ example: "org_01k9m3v7x2c4d6f8h0j2k4m6n8" }),
    name: z.string(),
    status: z.enum(["active", "suspended"]),
    currency: currencySchema,
    owner_email: z.string().nullable(),
    issues_credit: issuesCreditSchema,
    seat_count: z.int().meta({ description: "Of the plan: at most so many seats, and monthly credits." }),
    seat_monthly_credit: amountTextSchema.meta({ description: "What each seat gets on the first of the month." }),
    settings: walletSettingsSchema,
    created_at: timeTextSchema,
  })
  .meta({ id: "Organization" });

/** What every member sees of the organization. */
export const memberOrganizationSchema = organizationSchema
  .pick({ id: true, name: true, status: true, currency: true })
  .extend({
    time_zone: timeZoneSchema.meta({ description: "Of its days, weeks and months.", example: "Europe/Berlin" }),
  })
  .meta({ id: "MemberOrganization" });

export const newOrganizationSchema = z
  .strictObject({
    name: nameSchema,
    currency: currencySchema.default("USD"),
    owner_email: emailSchema.optional().meta({ description: "The owner's account; it becomes a member." }),
    issues_credit: issuesCreditSchema.default(true),
  })
  .meta({ id: "NewOrganization", example: { name: "Acme", currency: "USD", owner_email: "owner@acme.example" } });

export const createdOrganizationSchema = organizationSchema
  .extend({
    key: z.string().meta({ description: "The token of the first access key: the same as `access_key.key`." }),
    access_key: newKeySchema.meta({
      description: "The first access key, with every capability; its secret is shown once.",
    }),
  })
  .meta({ id: "CreatedOrganization" });

/** What a person makes by signing up. */
export const ownOrganizationSchema = z
  .strictObject({
    name: nameSchema,
    currency: currencySchema.default("USD"),
    time_zone: timeZoneSchema.optional().meta({ example: "Europe/Berlin" }),
  })
  .meta({ id: "NewOwnOrganization", example: { name: "Acme", currency: "EUR", time_zone: "Europe/Berlin" } });

export const foundedOrganizationSchema = organizationSchema
  .extend({ member_id: z.string().meta({ description: "The person as the owner: the `user_id` everywhere." }) })
  .meta({ id: "FoundedOrganization" });

export const organizationStatusSchema = z
  .strictObject({
    name: nameSchema.optional(),
    status: z.enum(["active", "suspended"]).optional(),
    issues_credit: issuesCreditSchema.optional(),
    seat_count: z.int().min(0).max(MAX_SEATS).optional(),
    seat_monthly_credit: amountSchema
      .meta({ description: "In the organization's currency. Acts from the next grant on." })
      .optional(),
  })
  .meta({ id: "OrganizationPatch", example: { seat_count: 5, seat_monthly_credit: "20.00" } });

export const organizationPatchSchema = z
  .strictObject({ name: nameSchema.optional() })
  .meta({ id: "OwnOrganizationPatch", example: { name: "Acme Labs" } });
