import type { WalletOwner } from "../../../src/core/attribution.ts";
import type { Wallet, WalletScope } from "../../../src/core/wallet.ts";
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
};

const COLUMNS = `id, scope, owner_id, CAST(balance_nanos AS TEXT) AS balance, CAST(held_nanos AS TEXT) AS held,
  CAST(total_allocated_nanos AS TEXT) AS allocated, CAST(total_spent_nanos AS TEXT) AS spent,
  CAST(last_funded_balance_nanos AS TEXT) AS last_funded`;

/** Wallets. Their ids follow from their owners, so an owner without a row has an empty wallet with a known id. */
export class WalletStore {
  readonly #sql: SqlStorage;
  readonly #organizationId: string;

  constructor(sql: SqlStorage, organizationId: string) {
    this.#sql = sql;
    this.#organizationId = organizationId;
  }

  /** The owner's wallet; an empty one that is not stored yet when there is no row. */
  of(owner: WalletOwner): Wallet {
    const id = deriveId("wal", [this.#organizationId, owner.scope, owner.ownerId]);
    return this.find(id) ?? emptyWallet(id, owner);
  }

  organization(): Wallet {
    return this.of({ scope: "organization", ownerId: this.#organizationId });
  }

  find(id: string): Wallet | null {
    const rows = this.#sql.exec<WalletRow>(`SELECT ${COLUMNS} FROM wallet WHERE id = ?`, id).toArray();
    return rows[0] === undefined ? null : toWallet(rows[0]);
  }

  list(): Wallet[] {
    return this.#sql.exec<WalletRow>(`SELECT ${COLUMNS} FROM wallet ORDER BY scope, owner_id`).toArray().map(toWallet);
  }

  /** Stores an empty wallet for an owner that is seen for the first time. */
  open(owner: WalletOwner): void {
    this.#sql.exec(
      "INSERT INTO wallet (id, scope, owner_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      deriveId("wal", [this.#organizationId, owner.scope, owner.ownerId]),
      owner.scope,
      owner.ownerId,
    );
  }

  save(wallet: Wallet): void {
    this.#sql.exec(
      `INSERT INTO wallet (id, scope, owner_id, balance_nanos, held_nanos, total_allocated_nanos, total_spent_nanos, last_funded_balance_nanos)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET balance_nanos = excluded.balance_nanos, held_nanos = excluded.held_nanos,
         total_allocated_nanos = excluded.total_allocated_nanos, total_spent_nanos = excluded.total_spent_nanos,
         last_funded_balance_nanos = excluded.last_funded_balance_nanos`,
      wallet.id,
      wallet.scope,
      wallet.ownerId,
      wallet.balanceNanos.toString(),
      wallet.heldNanos.toString(),
      wallet.totalAllocatedNanos.toString(),
      wallet.totalSpentNanos.toString(),
      wallet.lastFundedBalanceNanos.toString(),
    );
  }
}

function emptyWallet(id: string, owner: WalletOwner): Wallet {
  return {
    id,
    ...owner,
    balanceNanos: 0n,
    heldNanos: 0n,
    totalAllocatedNanos: 0n,
    totalSpentNanos: 0n,
    lastFundedBalanceNanos: 0n,
  };
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
  };
}
