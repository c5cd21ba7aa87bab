/** An organization's books as a gateway's API answers them. Amounts are nano-units. */

export interface Line {
  readonly account: string;
  readonly amountNanos: bigint;
  readonly balanceAfterNanos: bigint | null;
}

export interface Entry {
  readonly id: string;
  readonly sequence: number;
  readonly type: string;
  readonly currency: string;
  readonly reservationId: string | null;
  readonly createdAt: string;
  readonly lines: readonly Line[];
}

export interface SpendRow {
  readonly id: string;
  readonly reservationId: string;
  readonly currency: string;
  readonly totalNanos: bigint;
}

/** The ledger's own state at one instant. */
export interface State {
  readonly lastSequence: number;
  readonly archivedThroughSequence: number;
  /** By account, of the entries that are archived. */
  readonly archived: ReadonlyMap<string, bigint>;
  readonly wallets: readonly {
    readonly id: string;
    readonly balanceNanos: bigint;
    readonly heldNanos: bigint;
    readonly openHoldsNanos: bigint;
  }[];
}

export interface Books {
  readonly organizationId: string;
  readonly state: State;
  /** The object's newest entry after everything else was read. */
  readonly endSequence: number;
  /** What the object still has, oldest first. */
  readonly entries: readonly Entry[];
  /** What the database has, oldest first. */
  readonly copies: readonly Entry[];
  /** Those that name a reservation. */
  readonly spend: readonly SpendRow[];
}

export interface Difference {
  readonly organizationId: string;
  readonly check: string;
  readonly sequence: number | null;
  /** A ledger account, or a reservation. */
  readonly account: string | null;
  readonly expected: string;
  readonly found: string;
}
