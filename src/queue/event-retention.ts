/**
 * Removes events and their bodies when their time is over: the cron trigger looks for them. Each organization has its own
 * retention (`retention_days`, or longer where the configuration of a gateway says so); whole UTC days go at once. A run does a bounded amount of work, the longest overdue first, and the
 * next one goes on: the bodies of a day go before its rows, so that the rows lead to what is left.
 */
import { and, asc, gt, lte, max } from "drizzle-orm";
import { dayOf, retentionCutoffMs } from "../core/event.ts";
import { gatewayConfigs, organizations } from "../platform/d1/control-schema.ts";
import type { ControlDatabase } from "../platform/d1/database.ts";
import { readSettings } from "../platform/directory-loader.ts";
import type { EventBodies } from "../platform/event-bodies.ts";
import { configsInForce } from "../platform/gateway-record.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const ORGANIZATIONS_PER_PAGE = 500;
const ROWS_PER_DELETE = 1_000;

/** Of one run: a Worker may make a thousand calls. */
const WORK: RetentionWork = { organizations: 20, callsEach: 20 };

export interface RetentionWork {
  readonly organizations: number;
  /** Calls that remove up to a thousand bundles of bodies or rows. */
  readonly callsEach: number;
}

export interface RetentionPorts {
  readonly db: ControlDatabase;
  readonly spendDb: D1Database;
  readonly bodies: Pick<EventBodies, "removeSome">;
  reportError(event: string, error: unknown): void;
}

interface DueOrganization {
  readonly organizationId: string;
  /** Of its oldest event. */
  readonly firstAtMs: number;
  /** What is older is due. */
  readonly cutoffMs: number;
}

/** An organization whose events cannot be removed is reported and holds up nobody. Throws when D1 cannot tell what is due. */
export async function removeOldEvents(ports: RetentionPorts, nowMs: number, work: RetentionWork = WORK): Promise<void> {
  const due = await listDue(ports, nowMs);
  const first = due.toSorted((a, b) => overdueMs(b) - overdueMs(a)).slice(0, work.organizations);
  for (const organization of first) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one after the other: the work of a run is bounded
      await removeOf(ports, organization, work.callsEach);
    } catch (error) {
      ports.reportError("events.not_removed", error);
    }
  }
}

function overdueMs({ cutoffMs, firstAtMs }: DueOrganization): number {
  return cutoffMs - firstAtMs;
}

async function listDue(ports: RetentionPorts, nowMs: number): Promise<readonly DueOrganization[]> {
  const due: DueOrganization[] = [];
  let afterId = "";
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one page after the other
    const page = await ports.db
      .select({
        id: organizations.id,
        settingsJson: organizations.settingsJson,
        issuesCredit: organizations.issuesCredit,
      })
      .from(organizations)
      .where(gt(organizations.id, afterId))
      .orderBy(asc(organizations.id))
      .limit(ORGANIZATIONS_PER_PAGE);
    const last = page.at(-1);
    if (last === undefined) return due;
    // oxlint-disable-next-line no-await-in-loop -- one page after the other
    const configured = await readConfiguredDays(ports.db, afterId, last.id);
    const cutoffs = page.map(({ id, ...organization }) => [
      id,
      retentionCutoffMs(nowMs, Math.max(readSettings(organization).retentionDays, configured.get(id) ?? 0)),
    ]);
    // oxlint-disable-next-line no-await-in-loop -- one page after the other
    due.push(...(await findDue(ports.spendDb, cutoffs)));
    if (page.length < ORGANIZATIONS_PER_PAGE) return due;
    afterId = last.id;
  }
}

/** The longest time that a configuration of a gateway in force asks for, by organization. */
async function readConfiguredDays(
  db: ControlDatabase,
  afterId: string,
  throughId: string,
): Promise<ReadonlyMap<string, number>> {
  const { organizationId, eventRetentionDays } = gatewayConfigs;
  const rows = await db
    .select({ organizationId, days: max(eventRetentionDays) })
    .from(gatewayConfigs)
    .where(and(gt(organizationId, afterId), lte(organizationId, throughId), configsInForce(db)))
    .groupBy(organizationId);
  return new Map(rows.flatMap(({ organizationId: id, days }) => (days === null ? [] : [[id, days] as const])));
}

/** One probe of an index for each organization. */
async function findDue(
  spendDb: D1Database,
  cutoffs: readonly (readonly (string | number)[])[],
): Promise<readonly DueOrganization[]> {
  const { results } = await spendDb
    .prepare(
      `SELECT * FROM (
         SELECT value ->> 0 AS organizationId, value ->> 1 AS cutoffMs,
           (SELECT min(created_at_ms) FROM events WHERE organization_id = value ->> 0) AS firstAtMs
         FROM json_each(?)
       ) WHERE firstAtMs < cutoffMs`,
    )
    .bind(JSON.stringify(cutoffs))
    .all<{ organizationId: string; cutoffMs: number; firstAtMs: number }>();
  return results;
}

/** The oldest day first, until nothing is due or the calls are used up. */
async function removeOf(ports: RetentionPorts, organization: DueOrganization, calls: number): Promise<void> {
  const { organizationId, cutoffMs } = organization;
  const budget = { calls };
  let firstAtMs: number | null = organization.firstAtMs;
  while (firstAtMs !== null && firstAtMs < cutoffMs) {
    const dayMs = Math.floor(firstAtMs / DAY_MS) * DAY_MS;
    // oxlint-disable-next-line no-await-in-loop -- one day after the other
    if (!(await removeDay(ports, organizationId, dayMs, budget))) return;
    // oxlint-disable-next-line no-await-in-loop -- one day after the other
    firstAtMs = await firstEventMs(ports.spendDb, organizationId);
  }
}

/** False: the calls are used up before the day is gone. */
async function removeDay(
  { bodies, spendDb }: RetentionPorts,
  organizationId: string,
  dayMs: number,
  budget: { calls: number },
): Promise<boolean> {
  // A body can lie in the day before its event's: the Worker's clock names the one, the ledger's the other.
  const steps = [
    async () => (await bodies.removeSome(organizationId, dayOf(dayMs - DAY_MS))) === "none_left",
    async () => (await bodies.removeSome(organizationId, dayOf(dayMs))) === "none_left",
    async () => (await removeRows(spendDb, organizationId, dayMs + DAY_MS)) < ROWS_PER_DELETE,
  ];
  for (const removeSome of steps) {
    let isDone = false;
    while (!isDone) {
      if (budget.calls === 0) return false;
      budget.calls -= 1;
      // oxlint-disable-next-line no-await-in-loop -- what is left is known only after each call
      isDone = await removeSome();
    }
  }
  return true;
}

async function removeRows(spendDb: D1Database, organizationId: string, beforeMs: number): Promise<number> {
  const { meta } = await spendDb
    .prepare(
      `DELETE FROM events WHERE id IN (
         SELECT id FROM events WHERE organization_id = ? AND created_at_ms < ? ORDER BY created_at_ms LIMIT ?)`,
    )
    .bind(organizationId, beforeMs, ROWS_PER_DELETE)
    .run();
  return meta.changes;
}

async function firstEventMs(spendDb: D1Database, organizationId: string): Promise<number | null> {
  const row = await spendDb
    .prepare("SELECT min(created_at_ms) AS firstAtMs FROM events WHERE organization_id = ?")
    .bind(organizationId)
    .first<{ firstAtMs: number | null }>();
  return row?.firstAtMs ?? null;
}
