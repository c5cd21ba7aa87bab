/**
 * Checks an organization's copy of the ledger and its spend log in SPEND_DB. Reads every entry of the organization: for people
 * who look after the books, not for every page. Each check is one statement, so that it sees one instant; an entry and its row of
 * the spend log are stored together.
 */
import { sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import type { SpendDatabase } from "./database.ts";

/** Amounts are whole nano-units as text. */
export interface CopiedBooks {
  readonly lastSequence: number;
  /** The first number that is missing; null: none. */
  readonly firstGap: number | null;
  readonly unbalanced: { readonly sequence: number; readonly sum: string } | null;
  readonly brokenChain: {
    readonly sequence: number;
    readonly account: string;
    readonly expected: string;
    readonly found: string;
  } | null;
  /** By account, of wallets. */
  readonly walletSums: ReadonlyMap<string, bigint>;
  readonly spent: readonly { readonly currency: string; readonly ledgerNanos: bigint; readonly logNanos: bigint }[];
  readonly unequalSpend: {
    readonly reservationId: string | null;
    readonly currency: string;
    readonly ledger: string;
    readonly log: string;
  } | null;
}

/** Totals can be beyond int64: units and the rest are added apart. */
const TOTAL = (column: SQL) =>
  sql`coalesce(sum(${column} / 1000000000), 0) AS units, coalesce(sum(${column} % 1000000000), 0) AS rest`;

const LINES = (organizationId: string) => sql`
  ledger_entries AS entry JOIN ledger_lines AS line ON line.entry_id = entry.id
  WHERE entry.organization_id = ${organizationId}`;

const lastSchema = z.tuple([z.object({ last: z.int() })]);
const gapSchema = z.array(z.object({ missing: z.int() }));
const unbalancedSchema = z.array(z.object({ sequence: z.int(), sum: z.string() }));
const chainSchema = z.array(
  z.object({ sequence: z.int(), account: z.string(), expected: z.string(), found: z.string() }),
);
const walletsSchema = z.array(z.object({ account: z.string(), sum: z.string() }));
const totalsSchema = z.array(z.object({ source: z.string(), currency: z.string(), units: z.int(), rest: z.int() }));
const unequalSchema = z.array(
  z.object({ reservation_id: z.string().nullable(), currency: z.string(), ledger: z.string(), log: z.string() }),
);

export async function readCopiedBooks(db: SpendDatabase, organizationId: string): Promise<CopiedBooks> {
  const lines = LINES(organizationId);
  // First: what the other answers have beyond it came later.
  const [{ last }] = lastSchema.parse(
    await db.all(
      sql`SELECT coalesce(max(sequence), 0) AS last FROM ledger_entries WHERE organization_id = ${organizationId}`,
    ),
  );
  const [gap, unbalanced, chain, wallets, totals, unequal] = await Promise.all([
    db.all(sql`
      SELECT before + 1 AS missing FROM (
        SELECT sequence, lag(sequence, 1, 0) OVER (ORDER BY sequence) AS before FROM ledger_entries
        WHERE organization_id = ${organizationId})
      WHERE sequence <> before + 1 ORDER BY sequence LIMIT 1`),
    db.all(sql`
      SELECT entry.sequence AS sequence, CAST(coalesce(sum(line.amount_nanos), 0) AS TEXT) AS sum
      FROM ledger_entries AS entry LEFT JOIN ledger_lines AS line ON line.entry_id = entry.id
      WHERE entry.organization_id = ${organizationId}
      GROUP BY entry.id HAVING coalesce(sum(line.amount_nanos), 0) <> 0 OR count(line.line) < 2
      ORDER BY entry.sequence LIMIT 1`),
    db.all(sql`
      SELECT sequence, account, CAST(running AS TEXT) AS expected, CAST(coalesce(after, 0) AS TEXT) AS found FROM (
        SELECT entry.sequence AS sequence, line.account AS account, line.balance_after_nanos AS after,
          sum(line.amount_nanos) OVER (PARTITION BY line.account ORDER BY entry.sequence, line.line) AS running
        FROM ${lines} AND line.account LIKE 'wallet:%')
      WHERE after IS NOT running ORDER BY sequence LIMIT 1`),
    db.all(sql`
      SELECT line.account AS account, CAST(sum(line.amount_nanos) AS TEXT) AS sum
      FROM ${lines} AND line.account LIKE 'wallet:%' GROUP BY line.account`),
    db.all(sql`
      SELECT 'ledger' AS source, entry.currency AS currency, ${TOTAL(sql`line.amount_nanos`)}
      FROM ${lines} AND line.account = 'usage' GROUP BY entry.currency
      UNION ALL
      SELECT 'log', currency, ${TOTAL(sql`total_cost_nanos`)} FROM spend_logs
      WHERE organization_id = ${organizationId} AND reservation_id IS NOT NULL GROUP BY currency`),
    db.all(sql`
      SELECT reservation_id, currency, CAST(sum(ledger) AS TEXT) AS ledger, CAST(sum(log) AS TEXT) AS log FROM (
        SELECT entry.reservation_id AS reservation_id, entry.currency AS currency, line.amount_nanos AS ledger, 0 AS log
        FROM ${lines} AND line.account = 'usage'
        UNION ALL
        SELECT reservation_id, currency, 0, total_cost_nanos FROM spend_logs
        WHERE organization_id = ${organizationId} AND reservation_id IS NOT NULL)
      GROUP BY reservation_id, currency HAVING sum(ledger) <> sum(log) ORDER BY reservation_id LIMIT 1`),
  ]);
  const unequalRow = unequalSchema.parse(unequal)[0];
  return {
    lastSequence: last,
    firstGap: gapSchema.parse(gap)[0]?.missing ?? null,
    unbalanced: unbalancedSchema.parse(unbalanced)[0] ?? null,
    brokenChain: chainSchema.parse(chain)[0] ?? null,
    walletSums: new Map(walletsSchema.parse(wallets).map(({ account, sum }) => [account, BigInt(sum)])),
    spent: joinTotals(totalsSchema.parse(totals)),
    unequalSpend:
      unequalRow === undefined
        ? null
        : {
            reservationId: unequalRow.reservation_id,
            currency: unequalRow.currency,
            ledger: unequalRow.ledger,
            log: unequalRow.log,
          },
  };
}

type Totals = z.infer<typeof totalsSchema>;

function joinTotals(totals: Totals): CopiedBooks["spent"] {
  const currencies = [...new Set(totals.map(({ currency }) => currency))].toSorted();
  return currencies.map((currency) => ({
    currency,
    ledgerNanos: totalOf(totals, "ledger", currency),
    logNanos: totalOf(totals, "log", currency),
  }));
}

function totalOf(totals: Totals, source: string, currency: string): bigint {
  const row = totals.find((candidate) => candidate.source === source && candidate.currency === currency);
  return row === undefined ? 0n : BigInt(row.units) * 1_000_000_000n + BigInt(row.rest);
}
