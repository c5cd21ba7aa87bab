/** Who is signed in, on the wire: what the console starts from. */
import { z } from "zod";
import { CAPABILITIES } from "./directory.ts";
import { MEMBER_ROLES, TEAM_ROLES } from "./people.ts";

const sessionOrganizationSchema = z
  .strictObject({
    id: z.string().meta({ example: "org_01k9m3v7x2c4d6f8h0j2k4m6n8" }),
    name: z.string(),
    status: z.enum(["active", "suspended"]),
    member_id: z.string().meta({ description: "The person there: the `user_id` everywhere." }),
    role: z.enum(MEMBER_ROLES),
    capabilities: z.array(z.enum(CAPABILITIES)).meta({ description: "What the role may do." }),
    teams: z.array(z.strictObject({ id: z.string(), name: z.string(), role: z.enum(TEAM_ROLES) })),
  })
  .meta({ id: "SessionOrganization" });

export const sessionSchema = z
  .strictObject({
    user: z.strictObject({ id: z.string(), email: z.string(), name: z.string() }),
    organization_id: z.string().nullable().meta({
      description:
        "The organization that requests without `x-keeptrusts-organization` are about, or the one that the header of this request names. Null: there is none yet.",
    }),
    organizations: z.array(sessionOrganizationSchema).meta({ description: "Oldest membership first." }),
    platform_admin: z.boolean(),
    new_organizations: z.strictObject({ allowed: z.int(), left: z.int() }).meta({
      description:
        "How many organizations the person may make, ever, and how many of these are left. 0 allowed: it is off.",
    }),
  })
  .meta({ id: "Session" });
