/** `/v1/organizations`: a person who signed up makes one of their own. */
import { count, eq } from "drizzle-orm";
import { foundedOrganizationSchema, ownOrganizationSchema } from "../contract/organization.ts";
import { fail, ok, type Failure } from "../core/failure.ts";
import { foundedOrganizations } from "../platform/d1/control-schema.ts";
import { isUniqueViolation } from "../platform/d1/database.ts";
import { CONCURRENT_CHANGES } from "./audit-trail.ts";
import type { ApiDeps } from "./deps.ts";
import { draftOrganization } from "./new-organization.ts";
import { organizationToWire } from "./organization-rows.ts";
import { addPersonRoute, type Api } from "./route.ts";
import { saveRecorded } from "./save-change.ts";

const SIGN_UP_OFF: Failure = {
  kind: "conflict",
  code: "sign_up_off",
  message: "People make no organizations here. The operator of this gateway does: POST /v1/admin/organizations.",
};

export function addFoundingRoute(api: Api, deps: ApiDeps): void {
  addPersonRoute(
    api,
    deps,
    "POST /v1/organizations",
    {
      summary: "Make an organization",
      description:
        "The person becomes its owner; it has no key yet, and issues no credit: its money comes by top-ups and from the platform. Each " +
        "person makes at most `SIGN_UP_ORGANIZATIONS` of them, ever.",
      tag: "Organization",
      body: ownOrganizationSchema,
      answer: foundedOrganizationSchema,
      status: 201,
    },
    async ({ person, body, keep, trail }) => {
      const { signUpOrganizations: most } = deps;
      if (most === 0) return fail(SIGN_UP_OFF);
      const made = await countFounded(deps, person.id);
      if (made >= most) return fail(tooMany(most));
      const { row, owner, statements } = draftOrganization(deps, {
        name: body.name,
        issuesCredit: false,
        settings: { currency: body.currency, ...(body.time_zone === undefined ? {} : { time_zone: body.time_zone }) },
        owner: { email: person.email, name: person.name },
      });
      if (owner === null) return fail({ kind: "internal" });
      const organization = organizationToWire(row);
      const answer = { ...organization, member_id: owner.id };
      const event = trail.record("organization.create", row.id, null, { ...organization, owner_id: owner.id });
      const founded = { userId: person.id, ordinal: made + 1, organizationId: row.id };
      try {
        await saveRecorded(deps, row.id, event, [
          ...statements,
          deps.db.insert(foundedOrganizations).values(founded),
          ...(await keep(answer)),
        ]);
      } catch (error) {
        // Another request of the person was faster.
        if (isUniqueViolation(error)) return fail(CONCURRENT_CHANGES);
        throw error;
      }
      return ok(answer);
    },
  );
}

async function countFounded({ db }: ApiDeps, userId: string): Promise<number> {
  const of = eq(foundedOrganizations.userId, userId);
  const [row] = await db.select({ total: count() }).from(foundedOrganizations).where(of);
  return row?.total ?? 0;
}

function tooMany(most: number): Failure {
  return {
    kind: "conflict",
    code: "too_many_organizations",
    message: `Each person makes at most ${most} organizations here. Ask the operator of this gateway for more.`,
  };
}
