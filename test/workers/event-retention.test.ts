import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { removeOldEvents } from "../../src/queue/event-retention.ts";
import type { RetentionWork } from "../../src/queue/event-retention.ts";
import { BODY_PARTS } from "../../src/contract/event-body.ts";
import { createEventBodies } from "../../src/platform/event-bodies.ts";
import { gatewayConfigs, gateways } from "../../src/platform/d1/control-schema.ts";
import { events } from "../../src/platform/d1/spend-schema.ts";
import { deps } from "../support/worker-api.ts";
import { createOrganization } from "../support/worker-organization.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const NOW_MS = Date.parse("2026-06-15T10:00:00.000Z");
const BODY = { bytes: new Uint8Array([1]), totalBytes: 1, truncated: false, contentType: null, status: null };
const bodies = createEventBodies(env.BODIES);
const reportError = vi.fn<(event: string, error: unknown) => void>();

async function run(work?: RetentionWork, removing: Pick<typeof bodies, "removeSome"> = bodies): Promise<void> {
  await removeOldEvents({ db: deps.db, spendDb: env.SPEND_DB, bodies: removing, reportError }, NOW_MS, work);
}

/** Events, each so many days old, with both bodies. */
async function addEvents(organizationId: string, ...ages: readonly number[]): Promise<void> {
  for (const [index, days] of ages.entries()) {
    const id = `evt_${organizationId}_${index}`;
    const createdAtMs = NOW_MS - days * DAY_MS;
    const decided = { decision: "allow", matchedJson: "[]", zdrMode: "off", bodies: "kept" } as const;
    await deps.spendDb.insert(events).values({ id, logId: id, organizationId, createdAtMs, ...decided });
    for (const part of BODY_PARTS)
      await bodies.put([{ address: { organizationId, eventId: id, createdAtMs }, part, body: BODY }]);
  }
}

/** How old what is left is: rows, and the days of bodies. */
async function leftOf(organizationId: string) {
  const { results } = await env.SPEND_DB.prepare("SELECT created_at_ms AS at FROM events WHERE organization_id = ?")
    .bind(organizationId)
    .all<{ at: number }>();
  const { objects } = await env.BODIES.list({ prefix: `events/${organizationId}/` });
  const age = (atMs: number): number => Math.floor((NOW_MS - atMs) / DAY_MS);
  const ofBodies = objects.map(({ key }) => age(Date.parse(key.split("/")[2] ?? "")));
  return {
    rows: results.map(({ at }) => age(at)).toSorted((a, b) => a - b),
    bodies: ofBodies.toSorted((a, b) => a - b),
  };
}

it("keeps events as long as the longest configuration in force of a gateway says, and the organization at least", async () => {
  const { id } = await createOrganization({ settings: { retention_days: 7 } });
  const short = await createOrganization({ settings: { retention_days: 7 } });
  const configure = async (organizationId: string, name: string, days: readonly (number | null)[]) => {
    const gatewayId = `gw_${organizationId}_${name}`;
    await deps.db.insert(gateways).values({ id: gatewayId, organizationId, name, createdAtMs: 0 });
    const versions = days.map((eventRetentionDays, index) => ({
      gatewayId,
      organizationId,
      eventRetentionDays,
      actor: "key_1",
      createdAtMs: 0,
      version: index + 1,
    }));
    await deps.db.insert(gatewayConfigs).values(versions);
  };
  await configure(id, "a", [400, 20]);
  await configure(id, "b", [30, null]);
  await configure(short.id, "a", [3]);
  await addEvents(id, 6, 8, 20, 21, 31);
  await addEvents(short.id, 2, 7, 8);
  await run();
  expect((await leftOf(id)).rows).toEqual([6, 8, 20]);
  expect((await leftOf(short.id)).rows).toEqual([2, 7]);
});

it("removes rows and bodies of whole days that are over, by each organization's own time, and nothing else", async () => {
  const week = await createOrganization({ settings: { retention_days: 7 } });
  const usual = await createOrganization({});
  const ages = [0, 1, 7, 8, 29, 30, 31, 400];
  await addEvents(week.id, ...ages);
  await addEvents(usual.id, ...ages);
  await run();
  expect(await leftOf(week.id)).toEqual({ rows: [0, 1, 7], bodies: [0, 0, 1, 1, 7, 7] });
  const left = [0, 1, 7, 8, 29, 30];
  expect(await leftOf(usual.id)).toEqual({ rows: left, bodies: left.flatMap((age) => [age, age]) });
  await run();
  expect((await leftOf(usual.id)).rows).toEqual(left);
});

it("does a bounded amount of work in a run, the longest overdue first, and goes on in the next", async () => {
  const organizations = await Promise.all([1, 2].map(() => createOrganization({ settings: { retention_days: 1 } })));
  const [busy = "", quiet = ""] = organizations.map(({ id }) => id);
  await addEvents(busy, 10, 11, 12);
  await addEvents(quiet, 5);
  // A day takes three calls: the bodies of the day before, its own, and its rows.
  const work = { organizations: 1, callsEach: 4 };
  await run(work);
  expect([(await leftOf(busy)).rows, (await leftOf(quiet)).rows]).toEqual([[10, 11], [5]]);
  for (let time = 0; time < 2; time += 1) await run(work);
  expect([(await leftOf(busy)).rows, (await leftOf(quiet)).rows]).toEqual([[], [5]]);
  await run(work);
  expect(await leftOf(quiet)).toEqual({ rows: [], bodies: [] });
});

it("keeps the rows while their bodies cannot be removed, reports it, and holds up nobody", async () => {
  const settings = { retention_days: 1 };
  const broken = await createOrganization({ settings });
  const sound = await createOrganization({ settings });
  await addEvents(broken.id, 9);
  await addEvents(sound.id, 8);
  await run(undefined, {
    removeSome: async (organizationId, day) => {
      if (organizationId === broken.id) throw new Error("We encountered an internal error. (10001)");
      return bodies.removeSome(organizationId, day);
    },
  });
  expect(reportError.mock.calls.map(([event]) => event)).toEqual(["events.not_removed"]);
  expect((await leftOf(sound.id)).rows).toEqual([]);
  expect(await leftOf(broken.id)).toEqual({ rows: [9], bodies: [9, 9] });
  await run();
  expect(await leftOf(broken.id)).toEqual({ rows: [], bodies: [] });
});

it("removes more of a day than one call can, and bodies that the clocks put a day apart from their event", async () => {
  const { id } = await createOrganization({ settings: { retention_days: 1 } });
  await addEvents(id, 3);
  const dayBefore = { organizationId: id, eventId: "evt_before", createdAtMs: NOW_MS - 4 * DAY_MS };
  await bodies.put([{ address: dayBefore, part: "request", body: BODY }]);
  const many = Array.from({ length: 1_005 }, (_, index) => index);
  await Promise.all(
    many.map((index) =>
      bodies.put([
        {
          address: { organizationId: id, eventId: `evt_${index}`, createdAtMs: NOW_MS - 3 * DAY_MS },
          part: "request",
          body: BODY,
        },
      ]),
    ),
  );
  await env.SPEND_DB.prepare(
    `INSERT INTO events (id, log_id, organization_id, created_at_ms, decision, matched_json, zdr_mode, bodies)
     SELECT 'evt_many_' || value, 'log_many_' || value, ?, ?, 'allow', '[]', 'off', 'kept' FROM json_each(?)`,
  )
    .bind(id, NOW_MS - 3 * DAY_MS, JSON.stringify(many))
    .run();
  await run();
  expect(await leftOf(id)).toEqual({ rows: [], bodies: [] });
  expect((await env.BODIES.list({ prefix: `events/${id}/` })).objects).toEqual([]);
});
