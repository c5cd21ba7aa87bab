/** Organizations on the wire. */
import { z } from "zod";
import { currencySchema, timeTextSchema } from "./amount.ts";

import { newKeySchema } from "./key.ts";
import { walletSettingsSchema } from "./wallet-settings.ts";

export const nameSchema = z.string().trim().min(1).max(200);
export const emailSchema = z.email().max(320).toLowerCase();

export const organizationSchema = z
  .strictObject({
    id: z.string().meta({ example: "org_01k9m3v7x2c4d6f8h0j2k4m6n8" }),
    name: z.string(),
    status: z.enum(["active", "suspended"]),
    currency: currencySchema,
    owner_email: z.string().nullable(),
    settings: walletSettingsSchema,
    created_at: timeTextSchema,
  })
  .meta({ id: "Organization" });

export const newOrganizationSchema = z
  .strictObject({
    name: nameSchema,
    currency: currencySchema.default("USD"),
    owner_email: emailSchema.optional().meta({ description: "The owner's account; it becomes a member." }),
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

export const organizationStatusSchema = z
  .strictObject({ name: nameSchema.optional(), status: z.enum(["active", "suspended"]).optional() })
  .meta({ id: "OrganizationPatch", example: { status: "suspended" } });

export const organizationPatchSchema = z
  .strictObject({ name: nameSchema.optional() })
  .meta({ id: "OwnOrganizationPatch", example: { name: "Acme Labs" } });
