/** Reads an object's rows with SQL of its own, in whatever place the object runs. */

/** What was seen before. */
export interface Since {
  readonly sequence: number;
  readonly outboxNumber: number;
}

export interface WalletRow {
  readonly id: string;
  readonly scope: string;
  readonly owner_id: string;
  readonly balance: string;
  readonly held: string;
  readonly allocated: string;
  readonly spent: string;
  readonly funded: string;
}

export interface EntryRow {
  readonly sequence: number;
  readonly id: string;
  readonly type: string;
  readonly currency: string;
  readonly reservation_id: string | null;
  readonly request_id: string | null;
  readonly actor: string;
  readonly note: string | null;
  readonly flags: string;
  readonly created_at_ms: number;
}

export interface LineRow {
  readonly sequence: number;
  readonly line: number;
  readonly account: string;
  readonly amount: string;
  readonly balance_after: string | null;
}

export interface OpenRow {
  readonly id: string;
  readonly wallet_id: string | null;
  readonly held: string;
  /** JSON: what other wallets, or the same one, hold beside that. */
  readonly extension: string | null;
  readonly expires_at_ms: number;
}

export interface OutboxRow {
  readonly number: number;
  readonly message: string;
}

export interface Inspection {
  readonly wallets: readonly WalletRow[];
  readonly entries: readonly EntryRow[];
  readonly lines: readonly LineRow[];
  readonly open: readonly OpenRow[];
  readonly messages: readonly OutboxRow[];
  /** Of all rows that are in the outbox: how many, and the sum of their numbers. */
  readonly outbox: { readonly count: number; readonly sum: number };
  readonly counters: readonly { readonly key: string; readonly used: string; readonly held: string }[];
  readonly payments: readonly {
    readonly session_id: string;
    readonly wallet_id: string;
    readonly credited: string;
    readonly returned: string;
    readonly suspended: string;
  }[];
  /** Every reservation that is kept. */
  readonly reservations: readonly { readonly id: string }[];
}

/** The part of `SqlStorage` that is used here. */
interface Sql {
  exec(query: string, ...bindings: (string | number)[]): { toArray(): readonly unknown[] };
}

export function inspectStorage(sql: Sql, since: Since): Inspection {
  const rows = (query: string, ...bindings: (string | number)[]): readonly unknown[] =>
    sql.exec(query, ...bindings).toArray();
  const seen = {
    wallets: rows(
      `SELECT id, scope, owner_id, CAST(balance_nanos AS TEXT) AS balance, CAST(held_nanos AS TEXT) AS held,
         CAST(total_allocated_nanos AS TEXT) AS allocated, CAST(total_spent_nanos AS TEXT) AS spent,
         CAST(last_funded_balance_nanos AS TEXT) AS funded FROM wallet`,
    ),
    entries: rows(
      `SELECT sequence, id, type, currency, reservation_id, request_id, actor, note, flags, created_at_ms
         FROM ledger_entry WHERE sequence > ? ORDER BY sequence`,
      since.sequence,
    ),
    lines: rows(
      `SELECT sequence, line, account, CAST(amount_nanos AS TEXT) AS amount, CAST(balance_after_nanos AS TEXT) AS balance_after
         FROM ledger_line WHERE sequence > ? ORDER BY sequence, line`,
      since.sequence,
    ),
    open: rows(
      `SELECT id, wallet_id, CAST(held_nanos AS TEXT) AS held, extension, expires_at_ms FROM reservation WHERE status = 'open'
         ORDER BY id`,
    ),
    messages: rows("SELECT number, message FROM outbox WHERE number > ? ORDER BY number", since.outboxNumber),
    outbox: rows("SELECT count(*) AS count, coalesce(sum(number), 0) AS sum FROM outbox")[0],
    counters: rows(
      "SELECT key, CAST(used AS TEXT) AS used, CAST(held AS TEXT) AS held FROM limit_counter ORDER BY key",
    ),
    payments: rows(
      `SELECT session_id, wallet_id, CAST(credited_nanos AS TEXT) AS credited, CAST(returned_nanos AS TEXT) AS returned,
         CAST(suspended_nanos AS TEXT) AS suspended FROM payment ORDER BY session_id`,
    ),
    reservations: rows("SELECT id FROM reservation"),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- SQL gives no types: the columns are listed above
  return seen as Inspection;
}

export interface EndedRow {
  readonly id: string;
  readonly status: string;
  readonly settled: string;
  readonly has_end: number;
}

/** Every reservation that is kept, for the last look. */
export function inspectReservations(sql: Sql): readonly EndedRow[] {
  const rows = sql
    .exec(
      `SELECT id, status, CAST(settled_nanos AS TEXT) AS settled, end_sha256 IS NOT NULL AS has_end
         FROM reservation ORDER BY number`,
    )
    .toArray();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
  return rows as readonly EndedRow[];
}
