/** People with the platform role on the wire. */
import { z } from "zod";
import { timeTextSchema } from "./amount.ts";
import { emailSchema } from "./organization.ts";

export const administratorSchema = z
  .strictObject({
    user_id: z.string(),
    email: z.string(),
    name: z.string(),
    created_at: timeTextSchema.meta({ description: "When the person got the role." }),
  })
  .meta({ id: "Administrator" });

export const newAdministratorSchema = z
  .strictObject({ email: emailSchema.meta({ description: "The verified address of an account." }) })
  .meta({ id: "NewAdministrator", example: { email: "grace@acme.example" } });

export const claimSchema = z
  .strictObject({ token: z.string().min(1).max(512).meta({ description: "`PLATFORM_ADMIN_TOKEN`." }) })
  .meta({ id: "PlatformClaim", example: { token: "…" } });
