/** `/v1/organization`: the caller's own. */
import { eq } from "drizzle-orm";
import { z } from "zod";
import { memberOrganizationSchema, organizationPatchSchema, organizationSchema } from "../contract/organization.ts";
import { ok } from "../core/failure.ts";
import { organizations } from "../platform/d1/control-schema.ts";
import type { ApiDeps } from "./deps.ts";
import { findOrganization, memberOrganizationToWire, organizationToWire } from "./organization-rows.ts";
import { addPrincipalRoute, type Api } from "./route.ts";
import { saveChange } from "./save-change.ts";

const TAG = "Organization";

export function addOrganizationRoutes(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/organization",
    {
      summary: "Get the organization of the key",
      description: "All of it with `org:read`; else what a member needs to read amounts and days.",
      tag: TAG,
      answer: z.union([organizationSchema, memberOrganizationSchema]),
    },
    async ({ principal }) => {
      const row = await findOrganization(deps, principal.organizationId);
      if (!row.ok) return row;
      const isReader = principal.capabilities.has("org:read");
      return ok(isReader ? organizationToWire(row.value) : memberOrganizationToWire(row.value));
    },
  );

  addPrincipalRoute(
    api,
    deps,
    "PATCH /v1/organization",
    { summary: "Rename the organization", tag: TAG, body: organizationPatchSchema, answer: organizationSchema },
    async ({ principal, body, keep, trail }) => {
      const found = await findOrganization(deps, principal.organizationId);
      if (!found.ok) return found;
      const row = { ...found.value, name: body.name ?? found.value.name };
      const answer = organizationToWire(row);
      const event = trail.record("organization.update", row.id, organizationToWire(found.value), answer);
      await saveChange(deps, row.id, event, [
        deps.db.update(organizations).set({ name: row.name }).where(eq(organizations.id, row.id)),
        ...(await keep(answer)),
      ]);
      return ok(answer);
    },
  );
}
