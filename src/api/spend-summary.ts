/** `/v1/spend/summary`: what was spent, by whom, on what and when. */
import type { z } from "zod";
import { formatTime } from "../contract/amount.ts";
import { spendSummaryQuerySchema, spendSummarySchema, spendSumsToWire } from "../contract/spend-summary.ts";
import type { SpendSummary } from "../contract/spend-summary.ts";
import { windowAt } from "../core/calendar.ts";
import type { Calendar } from "../core/calendar.ts";
import { fail, invalid, ok } from "../core/failure.ts";
import { addSpend, NO_SPEND } from "../core/spend-sums.ts";
import type { SpendSums } from "../core/spend-sums.ts";
import { sumByName, sumByQuarter } from "../platform/d1/spend-sums.ts";
import type { GroupedSpend, SpendRange } from "../platform/d1/spend-sums.ts";
import { readSettings } from "../platform/directory-loader.ts";
import type { ApiDeps } from "./deps.ts";
import { findOrganization } from "./organization-rows.ts";
import { addPrincipalRoute, type Api } from "./route.ts";
import { findVisibility } from "./visibility.ts";
import { visibleSpend } from "./visible-rows.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const DEFAULT_RANGE_MS = 30 * DAY_MS;
const MAX_RANGE_MS = 400 * DAY_MS;
const MAX_HOURS_RANGE_MS = 62 * DAY_MS;

type Query = z.output<typeof spendSummaryQuerySchema>;

export function addSpendSummaryRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/spend/summary",
    {
      summary: "Sum up what was spent",
      description:
        "Exact to the nano-unit and to the millisecond in every time zone: the days of a range add up to the range. At most 400 " +
        "days; 62 by hours. A request counts where it began. Without `org:read` it sums the rows that `GET /v1/spend/logs` shows.",
      tag: "Spend",
      query: spendSummaryQuerySchema,
      answer: spendSummarySchema,
    },
    async ({ principal, query, nowMs }) => {
      const organization = await findOrganization(deps, principal.organizationId);
      if (!organization.ok) return organization;
      const settings = readSettings(organization.value);
      const toMs = query.to ?? nowMs;
      const fromMs = query.from ?? toMs - DEFAULT_RANGE_MS;
      const longestMs = query.group_by === "hour" ? MAX_HOURS_RANGE_MS : MAX_RANGE_MS;
      if (fromMs >= toMs) return fail(invalid("from", "invalid_value", "`from` must be before `to`."));
      if (toMs - fromMs > longestMs) {
        const message = `The range is at most ${longestMs / DAY_MS} days with \`group_by=${query.group_by}\`.`;
        return fail(invalid("from", "range_too_long", message));
      }
      const rows = visibleSpend(await findVisibility(deps, principal), principal.organizationId);
      const range = { organizationId: principal.organizationId, fromMs, toMs, provider: query.provider ?? null, rows };
      const calendar = { timeZone: query.time_zone ?? settings.timeZone, weekStartsOn: settings.weekStartsOn };
      return ok(await summarize(deps, query, range, calendar, query.currency ?? settings.currency));
    },
  );
}

async function summarize(
  deps: ApiDeps,
  query: Query,
  range: SpendRange,
  calendar: Calendar,
  currency: SpendSummary["currency"],
): Promise<SpendSummary> {
  const { group_by: groupBy } = query;
  const [providers, rows] = await Promise.all([
    sumByName(deps.spendDb, "provider", range),
    groupBy === "day" || groupBy === "hour"
      ? rowsOfTime(deps, groupBy, range, calendar, currency)
      : rowsOfNames(await sumByName(deps.spendDb, groupBy, range), currency),
  ]);
  const ofCurrency = providers.filter((each) => each.currency === currency);
  const shown = groupBy === "day" || groupBy === "hour" ? rows : rows.slice(0, query.limit);
  const rest = rows.slice(shown.length);
  return {
    // Of the rows themselves: what is stored between the two reads is in both or in neither.
    ...spendSumsToWire(total(rows.map(({ sums }) => sums))),
    from: formatTime(range.fromMs),
    to: formatTime(range.toMs),
    time_zone: calendar.timeZone,
    group_by: groupBy,
    currency,
    other_currencies: [...new Set(providers.map((each) => each.currency))]
      .filter((each) => each !== currency)
      .toSorted(),
    top_provider: topProvider(ofCurrency),
    rows: shown.map(({ group, interval, sums }) => ({
      group: group === "" ? null : group,
      from: interval === null ? null : formatTime(interval.startMs),
      to: interval === null ? null : formatTime(interval.endMs),
      ...spendSumsToWire(sums),
    })),
    rest: rest.length === 0 ? null : spendSumsToWire(total(rest.map(({ sums }) => sums))),
  };
}

interface Row {
  readonly group: string;
  readonly interval: { readonly startMs: number; readonly endMs: number } | null;
  readonly sums: SpendSums;
}

/** What costs most comes first. */
function rowsOfNames(groups: readonly GroupedSpend<string>[], currency: string): Row[] {
  return groups
    .filter((each) => each.currency === currency)
    .map(({ group, sums }) => ({ group, interval: null, sums }))
    .toSorted((a, b) => compareCost(a.sums, b.sums) || (a.group < b.group ? -1 : 1));
}

/** Every day or hour of the range, also those in which nothing was spent, as far as they lie within it. */
async function rowsOfTime(
  deps: ApiDeps,
  groupBy: "day" | "hour",
  range: SpendRange,
  calendar: Calendar,
  currency: string,
): Promise<Row[]> {
  const quarters = (await sumByQuarter(deps.spendDb, range)).filter((each) => each.currency === currency);
  const window = groupBy === "day" ? "daily" : "hourly";
  const rows: Row[] = [];
  const waiting = quarters.toSorted((a, b) => a.group - b.group);
  let next = 0;
  for (let atMs = range.fromMs; atMs < range.toMs;) {
    const { startMs, endMs } = windowAt(window, atMs, calendar);
    let sums = NO_SPEND;
    for (let quarter = waiting[next]; quarter !== undefined && quarter.group < endMs; quarter = waiting[next]) {
      sums = addSpend(sums, quarter.sums);
      next += 1;
    }
    const interval = { startMs: Math.max(startMs, range.fromMs), endMs: Math.min(endMs, range.toMs) };
    rows.push({ group: localName(groupBy, startMs, calendar.timeZone), interval, sums });
    atMs = endMs;
  }
  return rows;
}

/** `2026-11-25`, or `2026-11-25T14:00+05:45`, as the zone's clocks show it. */
function localName(groupBy: "day" | "hour", atMs: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    ...(groupBy === "day" ? {} : { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "longOffset" }),
  });
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? "";
  const date = `${part("year")}-${part("month")}-${part("day")}`;
  if (groupBy === "day") return date;
  const offset = part("timeZoneName").replace("GMT", "");
  return `${date}T${part("hour")}:${part("minute")}${offset === "" ? "+00:00" : offset}`;
}

function topProvider(providers: readonly GroupedSpend<string>[]): string | null {
  const named = providers.filter(({ group }) => group !== "");
  return named.toSorted((a, b) => compareCost(a.sums, b.sums) || (a.group < b.group ? -1 : 1))[0]?.group ?? null;
}

/** More cost first, then more tokens. */
function compareCost(a: SpendSums, b: SpendSums): number {
  const byCost = b.total_cost_nanos - a.total_cost_nanos;
  const order = byCost === 0n ? b.total_tokens - a.total_tokens : byCost;
  return order < 0n ? -1 : order > 0n ? 1 : 0;
}

function total(sums: readonly SpendSums[]): SpendSums {
  return sums.reduce(addSpend, NO_SPEND);
}
