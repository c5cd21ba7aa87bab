/** What was used lately, over all organizations, from the roll-ups of whole days. */
import { sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { CURRENCIES, type Currency, type Nanos } from "../../core/money.ts";
import type { Provider } from "../../core/endpoint.ts";
import type { SpendDatabase } from "./database.ts";

export interface RecentUse {
  readonly currency: Currency;
  readonly requests: number;
  /** Neither read from nor written to a cache. */
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  readonly totalCostNanos: Nanos;
}

const rowsSchema = z.array(
  z
    .object({
      currency: z.enum(CURRENCIES),
      requests: z.int(),
      input_tokens: z.int(),
      cached_input_tokens: z.int(),
      cache_write_tokens: z.int(),
      output_tokens: z.int(),
      total_cost_nanos: z.string().transform(BigInt),
    })
    .transform((row) => ({
      currency: row.currency,
      requests: row.requests,
      inputTokens: row.input_tokens,
      cachedInputTokens: row.cached_input_tokens,
      cacheWriteTokens: row.cache_write_tokens,
      outputTokens: row.output_tokens,
      totalCostNanos: row.total_cost_nanos,
    })),
);

/** Of a model under any of its names, by currency, since `fromMs`, the beginning of a day in UTC. */
export async function readModelUse(
  db: SpendDatabase,
  {
    provider,
    names,
    fromMs,
  }: { readonly provider: Provider; readonly names: readonly string[]; readonly fromMs: number },
): Promise<readonly RecentUse[]> {
  const list = sql.join(
    names.map((name) => sql`${name}`),
    sql`, `,
  );
  return readUse(db, fromMs, sql`AND provider = ${provider} AND value IN (${list})`);
}

/** Of every model, by currency. */
export async function readCurrencyUse(db: SpendDatabase, fromMs: number): Promise<readonly RecentUse[]> {
  return readUse(db, fromMs, sql``);
}

/** Every row of the spend log is in one group of models, so these are all of them. */
async function readUse(db: SpendDatabase, fromMs: number, which: SQL): Promise<readonly RecentUse[]> {
  const rows = await db.all(sql`
    SELECT currency, sum(requests) AS requests, sum(input_tokens) AS input_tokens,
      sum(cached_input_tokens) AS cached_input_tokens, sum(cache_write_tokens) AS cache_write_tokens,
      sum(output_tokens) AS output_tokens, CAST(sum(total_cost_nanos) AS TEXT) AS total_cost_nanos
    FROM spend_days WHERE dimension = 'model' AND day_ms >= ${fromMs} ${which}
    GROUP BY currency ORDER BY currency`);
  return rowsSchema.parse(rows);
}
