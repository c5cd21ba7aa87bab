import type { WalletOwner } from "../../../src/core/attribution.ts";
import { larger, MAX_NANOS } from "../../../src/core/money.ts";
import type { Nanos } from "../../../src/core/money.ts";
import type { Wallet, WalletScope, WalletStatus } from "../../../src/core/wallet.ts";
import { deriveId } from "../digest.ts";

type WalletRow = {
  id: string;
  scope: WalletScope;
  owner_id: string;
  balance: string;
  held: string;
  allocated: string;
  spent: string;
  last_funded: string;
  alerted: WalletStatus;
  closed_at_ms: number | null;
};

const COLUMNS = `id, scope, owner_id, CAST(balance_nanos AS TEXT) AS balance, CAST(held_nanos AS TEXT) AS held,
  CAST(total_allocated_nanos AS TEXT) AS allocated, CAST(total_spent_nanos AS TEXT) AS spent,
  CAST(last_funded_balance_nanos AS TEXT) AS last_funded, alerted, closed_at_ms`;

/** More wallets than are busy at a time; a few megabytes. */
const MAX_REMEMBERED = 10_000;

/**
 * Wallets. Their ids follow from their owners, so an owner without a row has an empty wallet with a known id. Rows are
 * remembered, and one that changes several times in a transaction is written once, by `writeChanges` at its end.
 */
export class WalletStore {
  readonly #sql: SqlStorage;
  readonly #organizationId: string;
  /** Stored wallets, as they are at this point of the transaction. */
  readonly #remembered = new Map<string, Wallet>();
  readonly #changed = new Set<string>();
  /** By scope and owner. */
  readonly #ids = new Map<string, string>();

  constructor(sql: SqlStorage, organizationId: string) {
    this.#sql = sql;
    this.#organizationId = organizationId;
  }

  /** The owner's wallet; an empty one that is not stored yet when there is no row. */
  of(owner: WalletOwner): Wallet {
    const id = this.#idOf(owner);
    return this.find(id) ?? emptyWallet(id, owner);
  }

  organization(): Wallet {
    return this.of({ scope: "organization", ownerId: this.#organizationId });
  }

  find(id: string): Wallet | null {
    const remembered = this.#remembered.get(id);
    if (remembered !== undefined) return remembered;
    const row = this.#sql.exec<WalletRow>(`SELECT ${COLUMNS} FROM wallet WHERE id = ?`, id).toArray()[0];
    if (row === undefined) return null;
    const wallet = toWallet(row);
    this.#remembered.set(id, wallet);
    return wallet;
  }

  list(): Wallet[] {
    this.writeChanges();
    return this.#sql.exec<WalletRow>(`SELECT ${COLUMNS} FROM wallet ORDER BY scope, owner_id`).toArray().map(toWallet);
  }

  /** Closed at this time or before, and not known yet to be so for good. */
  closedUntil(atMs: number): Wallet[] {
    this.writeChanges();
    const query = `SELECT ${COLUMNS} FROM wallet WHERE closed_at_ms > 0 AND closed_at_ms <= ?`;
    return this.#sql.exec<WalletRow>(query, atMs).toArray().map(toWallet);
  }

  /** Stores an empty wallet for an owner that is seen for the first time. */
  open(owner: WalletOwner): void {
    const id = this.#idOf(owner);
    if (this.#remembered.has(id)) return;
    this.#sql.exec(
      "INSERT INTO wallet (id, scope, owner_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      id,
      owner.scope,
      owner.ownerId,
    );
  }

  /** The wallet must be stored already. */
  save(wallet: Wallet): void {
    this.#remembered.set(wallet.id, wallet);
    this.#changed.add(wallet.id);
  }

  /** Must be called before the transaction ends. Throws when a changed wallet was never stored. */
  writeChanges(): void {
    for (const id of this.#changed) {
      const wallet = this.#remembered.get(id);
      if (wallet === undefined || this.#write(wallet) === 0) throw new Error(`the wallet ${id} is not stored`);
    }
    this.#changed.clear();
    if (this.#remembered.size > MAX_REMEMBERED) this.#remembered.clear();
    if (this.#ids.size > MAX_REMEMBERED) this.#ids.clear();
  }

  /** Drops what is remembered, also what was changed and not written. */
  forget(): void {
    this.#remembered.clear();
    this.#changed.clear();
  }

  /** Gives the number of rows that were written. */
  #write(wallet: Wallet): number {
    return this.#sql.exec(
      `UPDATE wallet SET balance_nanos = ?, covering_nanos = ?, held_nanos = ?, total_allocated_nanos = ?,
         total_spent_nanos = ?, last_funded_balance_nanos = ?, alerted = ?, closed_at_ms = ? WHERE id = ?`,
      wallet.balanceNanos.toString(),
      coveringNanos(wallet).toString(),
      wallet.heldNanos.toString(),
      wallet.totalAllocatedNanos.toString(),
      wallet.totalSpentNanos.toString(),
      wallet.lastFundedBalanceNanos.toString(),
      wallet.alerted,
      wallet.closedAtMs ?? null,
      wallet.id,
    ).rowsWritten;
  }

  #idOf(owner: WalletOwner): string {
    const name = `${owner.scope}:${owner.ownerId}`;
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = deriveId("wal", [this.#organizationId, owner.scope, owner.ownerId]);
    this.#ids.set(name, id);
    return id;
  }
}

/** As if every wallet were as full as can be: for decisions that funds take no part in. */
export const FULL_WALLETS: Pick<WalletStore, "of"> = {
  of: (owner) => ({ ...emptyWallet(owner.ownerId, owner), balanceNanos: MAX_NANOS }),
};

/** Before its first money. */
function emptyWallet(id: string, owner: WalletOwner): Wallet {
  return {
    id,
    scope: owner.scope,
    ownerId: owner.ownerId,
    balanceNanos: 0n,
    heldNanos: 0n,
    totalAllocatedNanos: 0n,
    totalSpentNanos: 0n,
    lastFundedBalanceNanos: 0n,
    alerted: "healthy",
  };
}

/** What the column's CHECK compares with what is held. Paid money that goes back can leave any wallet below that. */
function coveringNanos({ scope, balanceNanos, heldNanos }: Wallet): Nanos {
  return scope === "organization" ? balanceNanos : larger(balanceNanos, heldNanos);
}

function toWallet(row: WalletRow): Wallet {
  return {
    id: row.id,
    scope: row.scope,
    ownerId: row.owner_id,
    balanceNanos: BigInt(row.balance),
    heldNanos: BigInt(row.held),
    totalAllocatedNanos: BigInt(row.allocated),
    totalSpentNanos: BigInt(row.spent),
    lastFundedBalanceNanos: BigInt(row.last_funded),
    alerted: row.alerted,
    ...(row.closed_at_ms === null ? {} : { closedAtMs: row.closed_at_ms }),
  };
}
