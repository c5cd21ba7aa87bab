/** `/v1/admin/administrators`: people with the platform role; `/v1/platform/claim`: how the first one gets it. */
import { and, asc, count, eq, gt } from "drizzle-orm";
import type { z } from "zod";
import { administratorSchema, claimSchema, newAdministratorSchema } from "../contract/administrator.ts";
import { formatTime } from "../contract/amount.ts";
import type { AuditAction } from "../contract/audit.ts";
import { deleted, deletedSchema, listOf, listQuerySchema, pageOf } from "../contract/list.ts";
import { PLATFORM_CHAIN } from "../core/audit-chain.ts";
import { fail, invalid, ok, type Failure, type Result } from "../core/failure.ts";
import { platformAdministrators, users } from "../platform/d1/control-schema.ts";
import { equalSecrets } from "../platform/identifiers.ts";
import { countAttempt, forgetAttempts, type CountRule } from "../platform/sign-in-counts.ts";
import type { AuditTrail } from "./audit-trail.ts";
import type { ApiDeps } from "./deps.ts";
import { idParams } from "./route-reference.ts";
import { addPersonRoute, addPlatformRoute, type Api } from "./route.ts";
import { saveRecorded, type Keep } from "./save-change.ts";

const TAG = "Platform";

type Administrator = z.input<typeof administratorSchema>;
type User = Pick<typeof users.$inferSelect, "id" | "email" | "name">;

/** Nobody can try secrets. */
const CLAIMS: CountRule = { name: "platform claim", max: 5, windowMs: 15 * 60_000 };

const CLAIMED: Failure = {
  kind: "conflict",
  code: "platform_claimed",
  message: "Somebody has the platform role already. Ask them: POST /v1/admin/administrators.",
};
const IS_ADMINISTRATOR: Failure = {
  kind: "conflict",
  code: "already_administrator",
  message: "This person has the platform role already.",
};
const LAST_ADMINISTRATOR: Failure = {
  kind: "conflict",
  code: "last_administrator",
  message: "The last person with the platform role keeps it. Give it to somebody else first.",
};
const WRONG_TOKEN = invalid("token", "wrong_token", "This is not the PLATFORM_ADMIN_TOKEN of the deployment.");
const NO_ACCOUNT = invalid("email", "not_found", "There is no account with this address, or it is not verified.");

export function addAdministratorRoutes(api: Api, deps: ApiDeps): void {
  addClaimRoute(api, deps);
  addListRoute(api, deps);
  addWriteRoutes(api, deps);
}

function addClaimRoute(api: Api, deps: ApiDeps): void {
  addPersonRoute(
    api,
    deps,
    "POST /v1/platform/claim",
    {
      summary: "Claim the platform role",
      description:
        "With the deployment's own secret, once, while nobody has the role. Five wrong tokens of one person in fifteen minutes are 429.",
      tag: TAG,
      body: claimSchema,
      answer: administratorSchema,
      status: 201,
      refusals: [429],
    },
    async ({ person, body, nowMs, keep, trail }) => {
      const { isAllowed, retryAfterSeconds } = await countAttempt(deps.db, CLAIMS, person.id, nowMs);
      if (!isAllowed) return fail({ kind: "too_many_attempts", retryAfterSeconds });
      if (!(await equalSecrets(body.token, deps.platformAdminToken))) return fail(WRONG_TOKEN);
      await forgetAttempts(deps.db, CLAIMS, person.id);
      await trail.open(PLATFORM_CHAIN);
      if ((await countAdministrators(deps)) > 0) return fail(CLAIMED);
      return giveRole(deps, person, "platform_administrator.claim", { nowMs, keep, trail });
    },
  );
}

function addListRoute(api: Api, deps: ApiDeps): void {
  addPlatformRoute(
    api,
    deps,
    "GET /v1/admin/administrators",
    {
      summary: "List the people with the platform role",
      tag: TAG,
      query: listQuerySchema,
      answer: listOf(administratorSchema),
    },
    async ({ query }) => {
      const after = query.cursor === undefined ? undefined : gt(platformAdministrators.userId, query.cursor);
      const rows = await selectAdministrators(deps)
        .where(after)
        .orderBy(asc(platformAdministrators.userId))
        .limit(query.limit + 1);
      const toWire = (row: (typeof rows)[number]) => administratorToWire(row.user, row.createdAtMs);
      return ok(pageOf(rows, query.limit, (row) => row.user.id, toWire));
    },
  );
}

function addWriteRoutes(api: Api, deps: ApiDeps): void {
  addPlatformRoute(
    api,
    deps,
    "POST /v1/admin/administrators",
    {
      summary: "Give a person the platform role",
      description:
        "The person has signed up, and verified the address. Their session then reaches every route of the platform.",
      tag: TAG,
      body: newAdministratorSchema,
      answer: administratorSchema,
      status: 201,
    },
    async ({ body, nowMs, keep, trail }) => {
      await trail.open(PLATFORM_CHAIN);
      const verified = and(eq(users.email, body.email), eq(users.emailVerified, true));
      const [user] = await deps.db.select().from(users).where(verified);
      if (user === undefined) return fail(NO_ACCOUNT);
      const known = await findAdministrator(deps, user.id);
      if (known.ok) return fail(IS_ADMINISTRATOR);
      return giveRole(deps, user, "platform_administrator.create", { nowMs, keep, trail });
    },
  );

  addPlatformRoute(
    api,
    deps,
    "DELETE /v1/admin/administrators/{id}",
    {
      summary: "Take the platform role from a person",
      description: "By the `user_id`; from the next request on. Refused for the last one.",
      tag: TAG,
      params: idParams,
      answer: deletedSchema,
      refusals: [404],
    },
    async ({ params, keep, trail }) => {
      await trail.open(PLATFORM_CHAIN);
      const found = await findAdministrator(deps, params.id);
      if (!found.ok) return found;
      if ((await countAdministrators(deps)) === 1) return fail(LAST_ADMINISTRATOR);
      const answer = deleted(params.id);
      const event = trail.record("platform_administrator.delete", params.id, found.value, null);
      await saveRecorded(deps, PLATFORM_CHAIN, event, [
        deps.db.delete(platformAdministrators).where(eq(platformAdministrators.userId, params.id)),
        ...(await keep(answer)),
      ]);
      return ok(answer);
    },
  );
}

/** With its record in the platform's chain, which takes one at a time: what was counted before still holds when this is saved. */
async function giveRole(
  deps: ApiDeps,
  user: User,
  action: AuditAction,
  { nowMs, keep, trail }: { readonly nowMs: number; readonly keep: Keep<Administrator>; readonly trail: AuditTrail },
): Promise<Result<Administrator>> {
  const answer = administratorToWire(user, nowMs);
  await saveRecorded(deps, PLATFORM_CHAIN, trail.record(action, user.id, null, answer), [
    deps.db.insert(platformAdministrators).values({ userId: user.id, createdAtMs: nowMs }),
    ...(await keep(answer)),
  ]);
  return ok(answer);
}

function selectAdministrators({ db }: ApiDeps) {
  const user = { id: users.id, email: users.email, name: users.name };
  return db
    .select({ user, createdAtMs: platformAdministrators.createdAtMs })
    .from(platformAdministrators)
    .innerJoin(users, eq(users.id, platformAdministrators.userId));
}

async function findAdministrator(deps: ApiDeps, userId: string): Promise<Result<Administrator>> {
  const [row] = await selectAdministrators(deps).where(eq(platformAdministrators.userId, userId));
  if (row === undefined) return fail({ kind: "not_found", what: "administrator" });
  return ok(administratorToWire(row.user, row.createdAtMs));
}

async function countAdministrators({ db }: ApiDeps): Promise<number> {
  const [row] = await db.select({ total: count() }).from(platformAdministrators);
  return row?.total ?? 0;
}

function administratorToWire({ id, email, name }: User, createdAtMs: number): Administrator {
  return { user_id: id, email, name, created_at: formatTime(createdAtMs) };
}
