/** What an account has had in entries that only SPEND_DB holds by now. */
export interface ArchivedAccount {
  readonly account: string;
  readonly sumNanos: bigint;
  /** The last archived entry that has a line of the account. */
  readonly lastSequence: number;
}

type ArchivedAccountRow = { account: string; sum_nanos: string; last_sequence: number };

/**
 * The sums of archived lines: an account's balance is its archived sum and its remaining lines. A sum is decimal text, since
 * `external` and `usage` add up a life of the organization, beyond what a column of integers takes.
 */
export class ArchivedAccountStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The last entry that was archived; 0 when none was. */
  throughSequence(): number {
    return this.#sql
      .exec<{ last: number }>("SELECT coalesce(max(last_sequence), 0) AS last FROM archived_account")
      .one().last;
  }

  list(): ArchivedAccount[] {
    return this.#sql
      .exec<ArchivedAccountRow>("SELECT account, sum_nanos, last_sequence FROM archived_account ORDER BY account")
      .toArray()
      .map(toArchivedAccount);
  }

  add({ account, sumNanos, lastSequence }: ArchivedAccount): void {
    const row = this.#sql
      .exec<ArchivedAccountRow>("SELECT * FROM archived_account WHERE account = ?", account)
      .toArray()[0];
    const before = row === undefined ? 0n : BigInt(row.sum_nanos);
    this.#sql.exec(
      `INSERT INTO archived_account (account, sum_nanos, last_sequence) VALUES (?, ?, ?)
       ON CONFLICT (account) DO UPDATE SET sum_nanos = excluded.sum_nanos, last_sequence = excluded.last_sequence`,
      account,
      (before + sumNanos).toString(),
      lastSequence,
    );
  }
}

function toArchivedAccount(row: ArchivedAccountRow): ArchivedAccount {
  return { account: row.account, sumNanos: BigInt(row.sum_nanos), lastSequence: row.last_sequence };
}
