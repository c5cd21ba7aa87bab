/** Recomputes an organization's books from their entries, by code of its own, and tells where they differ. Pure. */
import type { Books, Difference, Entry } from "./books.ts";

/** In the order of the ledger; empty: everything agrees. */
export function compareBooks(books: Books): readonly Difference[] {
  const found = [
    ...checkEntries(books.copies),
    ...checkEntries(books.entries),
    ...checkSequences(books),
    ...checkCopies(books),
    ...checkBalances(books),
    ...checkSuspended(books),
    ...checkHolds(books),
    ...checkSpend(books),
  ];
  const { organizationId } = books;
  return found.toSorted(compareSequences).map((one) => ({ organizationId, ...one }));
}

/** Those without a number come last. */
function compareSequences(a: Found, b: Found): number {
  return (a.sequence ?? Number.MAX_SAFE_INTEGER) - (b.sequence ?? Number.MAX_SAFE_INTEGER);
}

const SUSPENDED = "suspended";

type Found = Omit<Difference, "organizationId">;

/** The lines of every entry sum to zero. */
function checkEntries(entries: readonly Entry[]): readonly Found[] {
  return entries.flatMap(({ sequence, lines }) => {
    const sum = lines.reduce((total, line) => total + line.amountNanos, 0n);
    if (sum === 0n && lines.length > 1) return [];
    const found = lines.length > 1 ? decimal(sum) : `${lines.length} lines`;
    return [{ check: "the lines of an entry sum to zero", sequence, account: null, expected: "0", found }];
  });
}

/** No number is missing, and none is there twice or beyond the ledger's end. */
function checkSequences({ state, endSequence, entries, copies }: Books): readonly Found[] {
  const own = missingFrom(
    entries,
    state.archivedThroughSequence,
    state.lastSequence,
    "the ledger's entries have no gap",
  );
  const copied = missingFrom(copies, 0, state.lastSequence, "the copy's entries have no gap");
  const beyond = copies
    .filter(({ sequence }) => sequence > endSequence)
    .map(({ sequence, id }) => ({
      check: "the copy has nothing that the ledger has not",
      sequence,
      account: null,
      expected: "nothing",
      found: id,
    }));
  return [...own, ...copied, ...beyond];
}

function missingFrom(entries: readonly Entry[], after: number, through: number, check: string): readonly Found[] {
  const there = new Set(entries.map(({ sequence }) => sequence));
  const found: Found[] = [];
  for (let sequence = after + 1; sequence <= through; sequence += 1) {
    if (!there.has(sequence)) {
      found.push({ check, sequence, account: null, expected: `entry ${sequence}`, found: "nothing" });
    }
  }
  return found;
}

/** What the ledger still has is in the copy, word for word. */
function checkCopies({ entries, copies }: Books): readonly Found[] {
  const bySequence = new Map(copies.map((copy) => [copy.sequence, copy]));
  return entries.flatMap((entry) => {
    const copy = bySequence.get(entry.sequence);
    if (copy === undefined || describe(copy) === describe(entry)) return [];
    const differing = entry.lines.findIndex((line, index) => describe(line) !== describe(copy.lines[index]));
    const [line, copied] = [entry.lines[differing], copy.lines[differing]];
    return [
      {
        check: "the copy has the ledger's entries",
        sequence: entry.sequence,
        account: line?.account ?? null,
        expected: line === undefined ? describe(entry) : describe(line),
        found: line === undefined ? describe(copy) : describe(copied),
      },
    ];
  });
}

/** Balances follow from the lines: after each of them, where the archive ends, and now. */
function checkBalances({ state, entries, copies }: Books): readonly Found[] {
  const found: Found[] = [];
  const fromCopies = addUp(copies, new Map(), state.lastSequence, found);
  const fromEntries = addUp(entries, state.archived, state.lastSequence, found);
  const archived = addUp(copies, new Map(), state.archivedThroughSequence, []);
  for (const account of new Set([...archived.keys(), ...state.archived.keys()])) {
    const [expected, actual] = [archived.get(account) ?? 0n, state.archived.get(account) ?? 0n];
    if (expected !== actual) {
      found.push(difference("what is archived is the sum of its entries", null, account, expected, actual));
    }
  }
  for (const { id, balanceNanos } of state.wallets) {
    const account = `wallet:${id}`;
    const told = "a wallet's balance is the sum of its lines";
    const sums = new Set([fromEntries.get(account) ?? 0n, fromCopies.get(account) ?? 0n]);
    for (const sum of sums) if (sum !== balanceNanos) found.push(difference(told, null, account, sum, balanceNanos));
  }
  return found;
}

/** The balances after a sequence number; what `balance_after` says otherwise is added to `found`. */
function addUp(
  entries: readonly Entry[],
  before: ReadonlyMap<string, bigint>,
  throughSequence: number,
  found: Found[],
): ReadonlyMap<string, bigint> {
  const balances = new Map(before);
  for (const { sequence, lines } of entries) {
    if (sequence > throughSequence) continue;
    for (const { account, amountNanos, balanceAfterNanos } of lines) {
      const balance = (balances.get(account) ?? 0n) + amountNanos;
      balances.set(account, balance);
      if (balanceAfterNanos === null || balanceAfterNanos === balance) continue;
      found.push(difference("a balance follows from the one before", sequence, account, balance, balanceAfterNanos));
      // One fault is told once.
      balances.set(account, balanceAfterNanos);
    }
  }
  return balances;
}

/** Disputes give back, or to the payer, what they have taken: the account of disputed money is never below zero. */
function checkSuspended({ copies }: Books): readonly Found[] {
  const found: Found[] = [];
  let suspendedNanos = 0n;
  for (const { sequence, lines } of copies) {
    for (const { account, amountNanos } of lines) if (account === SUSPENDED) suspendedNanos += amountNanos;
    if (suspendedNanos >= 0n) continue;
    found.push(
      difference("no more comes back from disputes than was suspended", sequence, SUSPENDED, 0n, suspendedNanos),
    );
    // One fault is told once.
    suspendedNanos = 0n;
  }
  return found;
}

function checkHolds({ state }: Books): readonly Found[] {
  return state.wallets
    .filter(({ heldNanos, openHoldsNanos }) => heldNanos !== openHoldsNanos)
    .map(({ id, heldNanos, openHoldsNanos }) =>
      difference("a wallet holds what open reservations hold", null, `wallet:${id}`, openHoldsNanos, heldNanos),
    );
}

/** What each reservation has cost by the ledger is what its rows of the spend log say, in each currency. */
function checkSpend({ copies, spend }: Books): readonly Found[] {
  const spent = new Map<string, { ledger: bigint; log: bigint; sequence: number | null }>();
  const sumsOf = (reservationId: string | null, currency: string) => {
    const name = `${reservationId ?? "no reservation"} in ${currency}`;
    const sums = spent.get(name) ?? { ledger: 0n, log: 0n, sequence: null };
    spent.set(name, sums);
    return sums;
  };
  for (const { sequence, reservationId, currency, lines } of copies) {
    for (const { account, amountNanos } of lines) {
      if (account !== "usage") continue;
      const sums = sumsOf(reservationId, currency);
      sums.ledger += amountNanos;
      sums.sequence ??= sequence;
    }
  }
  for (const { reservationId, currency, totalNanos } of spend) sumsOf(reservationId, currency).log += totalNanos;
  return [...spent]
    .filter(([, { ledger, log }]) => ledger !== log)
    .map(([name, { ledger, log, sequence }]) =>
      difference("the spend log agrees with the ledger", sequence, name, ledger, log),
    );
}

function difference(check: string, sequence: number | null, account: string, expected: bigint, found: bigint): Found {
  return { check, sequence, account, expected: decimal(expected), found: decimal(found) };
}

function describe(value: unknown): string {
  return JSON.stringify(value, writePart) ?? "nothing";
}

function writePart(_name: string, part: unknown): unknown {
  return typeof part === "bigint" ? decimal(part) : part;
}

function decimal(amountNanos: bigint): string {
  const digits = (amountNanos < 0n ? -amountNanos : amountNanos).toString().padStart(10, "0");
  const fraction = digits.slice(-9).replace(/0+$/, "").padEnd(2, "0");
  return `${amountNanos < 0n ? "-" : ""}${digits.slice(0, -9)}.${fraction}`;
}
