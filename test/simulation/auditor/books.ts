/** The auditor's books: a list of wallets and a list of entries. A wallet is known by whose it is: `team:red`. */
export const LARGEST = 2n ** 63n - 1n;

export interface AuditWallet {
  readonly name: string;
  readonly scope: string;
  readonly owner: string;
  balance: bigint;
  held: bigint;
  allocated: bigint;
  spent: bigint;
  funded: bigint;
  /** What people were told of it since it was funded. */
  told: "healthy" | "low" | "depleted";
  isStored: boolean;
  /** Since when its owner is about to go; null: it is open. */
  closedAtMs: number | null;
}

export interface AuditLine {
  /** A wallet's name, `external`, `usage` or `suspended`. */
  readonly account: string;
  readonly amount: bigint;
  readonly after: bigint | null;
}

export interface AuditEntry {
  readonly sequence: number;
  readonly type: string;
  readonly currency: string;
  readonly reservationId: string | null;
  readonly requestId: string | null;
  readonly actor: string;
  readonly note: string | null;
  readonly flags: readonly string[];
  readonly atMs: number;
  readonly lines: readonly AuditLine[];
}

export interface Movement {
  readonly type: string;
  readonly lines: readonly (readonly [account: string, amount: bigint])[];
}

export class Books {
  readonly wallets: AuditWallet[] = [];
  readonly entries: AuditEntry[] = [];

  /** Empty and not stored for an owner that nobody has named yet. */
  wallet(scope: string, owner: string): AuditWallet {
    const name = `${scope}:${owner}`;
    for (const wallet of this.wallets) if (wallet.name === name) return wallet;
    const wallet = {
      name,
      scope,
      owner,
      balance: 0n,
      held: 0n,
      allocated: 0n,
      spent: 0n,
      funded: 0n,
      told: "healthy" as const,
      isStored: false,
      closedAtMs: null,
    };
    this.wallets.push(wallet);
    return wallet;
  }

  named(name: string): AuditWallet {
    for (const wallet of this.wallets) if (wallet.name === name) return wallet;
    throw new Error(`the auditor knows no wallet ${name}`);
  }

  /** Whether every balance can be stored after the movement. */
  fits({ lines }: Movement): boolean {
    for (const [account, amount] of lines) {
      if (isTooLarge(amount)) return false;
      if (isWallet(account) && isTooLarge(this.named(account).balance + amount)) return false;
    }
    return true;
  }

  /** `onPosted` sees each wallet right after its line. */
  post(
    movement: Movement,
    reference: Omit<AuditEntry, "sequence" | "type" | "lines">,
    onPosted: (wallet: AuditWallet, amount: bigint) => void,
  ): AuditEntry {
    const { type } = movement;
    let sum = 0n;
    const lines: AuditLine[] = [];
    for (const [account, amount] of movement.lines) {
      sum += amount;
      const wallet = isWallet(account) ? this.named(account) : null;
      if (wallet !== null) {
        wallet.balance += amount;
        if ((type === "credit" || type === "allocate" || type === "seat_grant" || type === "top_up") && amount > 0n) {
          wallet.allocated = capped(wallet.allocated + amount);
          wallet.funded = wallet.balance;
        }
        if ((type === "reclaim" || type === "seat_expiry") && amount < 0n)
          wallet.allocated = capped(wallet.allocated + amount);
        // What goes back to a payer was never allocated, and what comes back was.
        if (type === "refund" || type.startsWith("dispute")) wallet.allocated = capped(wallet.allocated + amount);
        if (type === "settle") wallet.spent = capped(wallet.spent - amount);
        onPosted(wallet, amount);
      }
      lines.push({ account, amount, after: wallet === null ? null : wallet.balance });
    }
    if (sum !== 0n) throw new Error("the auditor's own entry does not sum to zero");
    const entry = { ...reference, type, sequence: this.entries.length + 1, lines };
    this.entries.push(entry);
    return entry;
  }
}

export function free(wallet: Pick<AuditWallet, "balance" | "held">): bigint {
  return wallet.balance - wallet.held;
}

export function isWallet(account: string): boolean {
  return account !== "external" && account !== "usage" && account !== "suspended";
}

function isTooLarge(amount: bigint): boolean {
  return amount > LARGEST || amount < -LARGEST;
}

function capped(total: bigint): bigint {
  return total > LARGEST ? LARGEST : total < -LARGEST ? -LARGEST : total;
}
