/**
 * Sums of the spend log over a range, from its roll-ups where whole days or quarters of an hour lie within it and from the rows
 * at its edges, so that they are exact to the millisecond and to the nano-unit.
 */
import { sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { MEASURES, NO_SPEND } from "../../core/spend-sums.ts";
import type { Measure, SpendSums } from "../../core/spend-sums.ts";
import type { SpendDatabase } from "./database.ts";

export const DIMENSIONS = ["model", "team", "user", "key", "agent"] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export interface GroupedSpend<G> {
  readonly group: G;
  readonly currency: string;
  readonly sums: SpendSums;
}

/** Half-open, in milliseconds since 1970. */
export interface SpendRange {
  readonly organizationId: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Null: of every provider. */
  readonly provider: string | null;
  /** Which rows of `spend_logs`; undefined: all. Roll-ups do not know them, so that the rows themselves are added up. */
  readonly rows?: SQL | undefined;
}

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Hours and days of every zone of today begin with one. */
export const QUARTER_MS = 15 * 60 * 1_000;

const sumsShape = Object.fromEntries(MEASURES.map((measure) => [measure, z.string().transform(BigInt)]));
const rowSchema = z.object({ grouped: z.union([z.string(), z.number()]), currency: z.string(), ...sumsShape });

/** By provider, or by whom or on what. A row without the name is in the group of the empty text. */
export async function sumByName(
  db: SpendDatabase,
  by: Dimension | "provider",
  range: SpendRange,
): Promise<readonly GroupedSpend<string>[]> {
  const isProvider = by === "provider";
  const rows = await readSums(db, range, {
    stepMs: DAY_MS,
    // Every row is in one group of models: what these spent is everything.
    rollUp: { from: `spend_days WHERE dimension = '${isProvider ? "model" : by}' AND`, startsAt: "day_ms" },
    ofRollUp: isProvider ? "provider" : "value",
    ofRow: isProvider ? "coalesce(provider, '')" : COLUMN_OF[by],
  });
  return rows.map(({ grouped, currency, sums }) => ({ group: String(grouped), currency, sums }));
}

/** By quarters of an hour; the group is where one begins. */
export async function sumByQuarter(db: SpendDatabase, range: SpendRange): Promise<readonly GroupedSpend<number>[]> {
  const rows = await readSums(db, range, {
    stepMs: QUARTER_MS,
    rollUp: { from: "spend_quarters WHERE", startsAt: "quarter_ms" },
    ofRollUp: "quarter_ms",
    ofRow: `created_at_ms - created_at_ms % ${QUARTER_MS}`,
  });
  return rows.map(({ grouped, currency, sums }) => ({ group: Number(grouped), currency, sums }));
}

const COLUMN_OF: Readonly<Record<Dimension, string>> = {
  model: "coalesce(model, '')",
  team: "coalesce(team_id, '')",
  user: "coalesce(user_id, service_user_id, '')",
  key: "coalesce(key_id, '')",
  agent: "coalesce(agent_id, '')",
};

/** What a row adds, as the triggers of the roll-ups have it. */
const OF_ROW: Readonly<Partial<Record<Measure, string>>> = {
  requests: "substr(id, -5) <> '_late'",
  refused_requests: "status = 'refused'",
};

function ofRow(measure: Measure): string {
  return OF_ROW[measure] ?? (measure.endsWith("_tokens") ? `coalesce(${measure}, 0)` : measure);
}

async function readSums(
  db: SpendDatabase,
  { organizationId, fromMs, toMs, provider, rows: which }: SpendRange,
  by: {
    readonly stepMs: number;
    readonly rollUp: { readonly from: string; readonly startsAt: string };
    /** The group of a row of the roll-up, and of a row of the log. */
    readonly ofRollUp: string;
    readonly ofRow: string;
  },
) {
  const firstWhole = Math.ceil(fromMs / by.stepMs) * by.stepMs;
  const endWhole = Math.floor(toMs / by.stepMs) * by.stepMs;
  const [wholeMs, endMs] = which === undefined && firstWhole < endWhole ? [firstWhole, endWhole] : [toMs, toMs];
  const ofProvider = provider === null ? sql`` : sql`AND provider = ${provider}`;
  const startsAt = sql.raw(by.rollUp.startsAt);
  // `+` keeps the planner from reading all of the organization's rows of the range by age, where a part of them is asked for.
  const [inOrganization, ofWhich] =
    which === undefined
      ? [sql`INDEXED BY spend_logs_by_age WHERE organization_id`, sql``]
      : [sql`WHERE +organization_id`, sql`AND ${which}`];
  const edge = (edgeFromMs: number, edgeToMs: number): SQL =>
    sql`SELECT ${sql.raw([by.ofRow, "currency", ...MEASURES.map(ofRow)].join(", "))} FROM spend_logs
      ${inOrganization} = ${organizationId} AND created_at_ms >= ${edgeFromMs} AND created_at_ms < ${edgeToMs} ${ofProvider} ${ofWhich}`;
  const summed = MEASURES.map((measure) => `CAST(sum(${measure}) AS TEXT) AS ${measure}`).join(", ");
  const rows = await db.all(sql`
    SELECT grouped, currency, ${sql.raw(summed)} FROM (
      SELECT ${sql.raw(`${by.ofRollUp} AS grouped, currency, ${MEASURES.join(", ")} FROM ${by.rollUp.from}`)}
        organization_id = ${organizationId} AND ${startsAt} >= ${wholeMs} AND ${startsAt} < ${endMs} ${ofProvider}
      UNION ALL ${edge(fromMs, wholeMs)}
      UNION ALL ${edge(endMs, toMs)}
    ) GROUP BY grouped, currency`);
  return z
    .array(rowSchema)
    .parse(rows)
    .map(({ grouped, currency, ...sums }) => ({ grouped, currency, sums: { ...NO_SPEND, ...sums } }));
}
