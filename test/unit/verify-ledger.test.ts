/** The verifier finds every kind of damage, and says where. */
import { describe, expect, it, test } from "vitest";
import type { Books, Entry } from "../../scripts/verify-ledger/books.ts";
import { compareBooks } from "../../scripts/verify-ledger/compare-books.ts";
import type { Get } from "../../scripts/verify-ledger/read-books.ts";
import { describeDifference, verifyOrganization } from "../../scripts/verify-ledger/verify.ts";

const WALLET = "wallet:wal_1";

/** 100 in, then three requests of 10. */
const ENTRIES: readonly Entry[] = [0, 1, 2, 3].map((index) => ({
  id: `ent_1_${index + 1}`,
  sequence: index + 1,
  type: index === 0 ? "credit" : "settle",
  currency: "USD",
  reservationId: index === 0 ? null : `res_${index}`,
  createdAt: "2026-11-20T12:00:00.000Z",
  lines:
    index === 0
      ? [
          { account: "external", amountNanos: -100n, balanceAfterNanos: null },
          { account: WALLET, amountNanos: 100n, balanceAfterNanos: 100n },
        ]
      : [
          { account: WALLET, amountNanos: -10n, balanceAfterNanos: 100n - 10n * BigInt(index) },
          { account: "usage", amountNanos: 10n, balanceAfterNanos: null },
        ],
}));

const SOUND: Books = {
  organizationId: "org_1",
  state: {
    lastSequence: 4,
    archivedThroughSequence: 2,
    archived: new Map([
      ["external", -100n],
      ["usage", 10n],
      [WALLET, 90n],
    ]),
    wallets: [{ id: "wal_1", balanceNanos: 70n, heldNanos: 5n, openHoldsNanos: 5n }],
  },
  endSequence: 4,
  entries: ENTRIES.slice(2),
  copies: ENTRIES,
  spend: [1, 2, 3].map((number) => ({
    id: `log_${number}`,
    reservationId: `res_${number}`,
    currency: "USD",
    totalNanos: 10n,
  })),
};

function withEntry(entries: readonly Entry[], sequence: number, change: (entry: Entry) => Entry): readonly Entry[] {
  return entries.map((entry) => (entry.sequence === sequence ? change(entry) : entry));
}

function withLine(entry: Entry, line: number, change: Partial<Entry["lines"][number]>): Entry {
  return { ...entry, lines: entry.lines.map((each, index) => (index === line ? { ...each, ...change } : each)) };
}

function giveBack(entry: Entry): Entry {
  return {
    ...entry,
    lines: [
      { account: "suspended", amountNanos: -10n, balanceAfterNanos: null },
      { account: WALLET, amountNanos: 10n, balanceAfterNanos: 100n },
    ],
  };
}

const { copies, entries, spend, state } = SOUND;
const [wallet] = state.wallets;
const DAMAGES: readonly (readonly [string, Partial<Books>, string])[] = [
  [
    "a changed amount",
    { copies: withEntry(copies, 3, (entry) => withLine(entry, 0, { amountNanos: -11n })) },
    "sequence 3: the lines of an entry sum to zero: expected 0, found -0.000000001",
  ],
  [
    "an amount that was changed on both sides of its entry",
    {
      copies: withEntry(copies, 3, (entry) =>
        withLine(withLine(entry, 0, { amountNanos: -11n }), 1, { amountNanos: 11n }),
      ),
    },
    `sequence 3, ${WALLET}: the copy has the ledger's entries`,
  ],
  [
    "a missing entry",
    { copies: copies.filter(({ sequence }) => sequence !== 2) },
    "sequence 2: the copy's entries have no gap: expected entry 2, found nothing",
  ],
  [
    "a gap in the ledger itself",
    { entries: entries.filter(({ sequence }) => sequence !== 3) },
    "sequence 3: the ledger's entries have no gap: expected entry 3, found nothing",
  ],
  [
    "a wrong balance_after",
    { copies: withEntry(copies, 2, (entry) => withLine(entry, 0, { balanceAfterNanos: 91n })) },
    `sequence 2, ${WALLET}: a balance follows from the one before: expected 0.00000009, found 0.000000091`,
  ],
  [
    "a wrong balance of a wallet",
    { state: { ...state, wallets: wallet === undefined ? [] : [{ ...wallet, balanceNanos: 71n }] } },
    `${WALLET}: a wallet's balance is the sum of its lines: expected 0.00000007, found 0.000000071`,
  ],
  [
    "a wrong hold",
    { state: { ...state, wallets: wallet === undefined ? [] : [{ ...wallet, heldNanos: 6n }] } },
    `${WALLET}: a wallet holds what open reservations hold: expected 0.000000005, found 0.000000006`,
  ],
  [
    "a wrong sum of the archive",
    { state: { ...state, archived: new Map([...state.archived, ["usage", 9n]]) } },
    "usage: what is archived is the sum of its entries: expected 0.00000001, found 0.000000009",
  ],
  [
    "a missing row of the spend log",
    { spend: spend.slice(1) },
    "sequence 2, res_1 in USD: the spend log agrees with the ledger: expected 0.00000001, found 0.00",
  ],
  [
    "an extra row of the spend log",
    { spend: [...spend, { id: "log_9", reservationId: "res_9", currency: "USD", totalNanos: 1n }] },
    "res_9 in USD: the spend log agrees with the ledger: expected 0.00, found 0.000000001",
  ],
  [
    "a cost in another currency",
    { spend: spend.map((row) => (row.id === "log_2" ? { ...row, currency: "EUR" } : row)) },
    "sequence 3, res_2 in USD: the spend log agrees with the ledger: expected 0.00000001, found 0.00",
  ],
  [
    "an entry that the ledger never wrote",
    { copies: [...copies, ...copies.slice(0, 1).map((entry) => ({ ...entry, id: "ent_1_5", sequence: 5 }))] },
    "sequence 5: the copy has nothing that the ledger has not: expected nothing, found ent_1_5",
  ],
  [
    "a dispute that gives back what it never took",
    { copies: withEntry(copies, 3, giveBack), entries: withEntry(entries, 3, giveBack) },
    "sequence 3, suspended: no more comes back from disputes than was suspended: expected 0.00, found -0.00000001",
  ],
  [
    "a line that is not there",
    { copies: withEntry(copies, 3, (entry) => ({ ...entry, lines: entry.lines.slice(1) })) },
    "sequence 3: the lines of an entry sum to zero: expected 0, found 1 lines",
  ],
];

describe("the verifier", () => {
  it("finds nothing in sound books", () => {
    expect(compareBooks(SOUND)).toEqual([]);
  });

  it.each(DAMAGES)("finds %s", (_name, damage, told) => {
    const [first] = compareBooks({ ...SOUND, ...damage });
    if (first === undefined) throw new Error("nothing was found");
    expect(describeDifference(first)).toContain(`organization org_1, ${told}`);
  });
});

test("what differs only because the gateway was at work is not told; what stays is", async () => {
  let looks = 0;
  const answer = (path: string): unknown => {
    if (path.startsWith("/admin/ledger?")) {
      looks += 1;
      return {
        last_sequence: 1,
        archived_through_sequence: 0,
        archived: [],
        // The balance moves until the third look; the hold stays wrong.
        wallets: [{ id: "wal_1", balance: looks < 5 ? "2.00" : "1.00", held: "0.50", open_holds: "0.25" }],
      };
    }
    const lines = [
      { account: "external", amount: "-1.00", balance_after: null },
      { account: WALLET, amount: "1.00", balance_after: "1.00" },
    ];
    const entry = {
      id: "ent_1_1",
      sequence: 1,
      type: "credit",
      currency: "USD",
      reservation_id: null,
      created_at: "2026-11-20T12:00:00.000Z",
      lines,
    };
    return { data: path.startsWith("/admin/ledger/entries") ? [entry] : [], next_cursor: null };
  };
  const get: Get = async (path) => {
    const body = answer(path);
    return typeof body === "object" && body !== null ? { ...body } : {};
  };
  const { differences } = await verifyOrganization(get, "org_1", 0);
  expect(differences.map(describeDifference)).toEqual([
    `organization org_1, ${WALLET}: a wallet holds what open reservations hold: expected 0.25, found 0.50`,
  ]);
});
