/** After every step: what must hold whatever happened, and what the auditor says there must be. */
import type { LedgerMessage } from "../../src/contract/ledger-message.ts";
import { isWallet } from "./auditor/books.ts";
import type { AuditEntry } from "./auditor/books.ts";
import type { WalletIds } from "./auditor/expectation.ts";
import { AnyOrder, findDifference, WalletId } from "./auditor/expectation.ts";
import { addsUp, wireRow } from "./auditor/log-rows.ts";
import type { ExpectedRow } from "./auditor/log-rows.ts";
import { keptOf, returnedOf } from "./auditor/paying.ts";
import type { AuditMessage, AuditReservation, AuditState } from "./auditor/state.ts";
import { Difference } from "./difference.ts";
import type { LedgerCopy } from "./driver.ts";
import { HardBudgets } from "./hard-budgets.ts";
import type { EndedRow, Inspection, OpenRow, Since } from "./inspection.ts";

const DAY_MS = 86_400_000;

export class Checks {
  readonly #state: AuditState;
  readonly #walletIds = new Map<string, string>();
  /** The sums of all lines ever seen, by account. */
  readonly #sums = new Map<string, bigint>();
  /** What payers and disputes ever took out of wallets, whether or not it was still there. */
  readonly #takenBack = new Map<string, bigint>();
  readonly #unconfirmed = new Set<number>();
  readonly #hardBudgets = new HardBudgets();
  #sequence = 0;
  #outboxNumber = 0;

  constructor(state: AuditState) {
    this.#state = state;
  }

  get walletIds(): WalletIds {
    return this.#walletIds;
  }

  get since(): Since {
    return { sequence: this.#sequence, outboxNumber: this.#outboxNumber };
  }

  isShipped(): boolean {
    return this.#unconfirmed.size === 0;
  }

  check(seen: Inspection, nowMs: number): void {
    this.#checkInvariants(seen);
    this.#hardBudgets.check(seen, this.#state.records, nowMs);
    this.#checkWallets(seen);
    this.#checkEntries(seen);
    this.#checkOpen(seen, nowMs);
    this.#checkCounters(seen);
    this.#checkPayments(seen);
    this.#checkMessages(seen);
  }

  /** Whatever happened, an alarm is set, not later than the first lease ends: nobody else may ever come. */
  checkAlarm(alarmAtMs: number | null | undefined, nowMs: number): void {
    if (alarmAtMs === undefined) return;
    let dueMs = Number.POSITIVE_INFINITY;
    for (const { expiresAtMs } of this.#state.open()) dueMs = Math.min(dueMs, expiresAtMs);
    const isNeeded = this.#unconfirmed.size > 0 || dueMs !== Number.POSITIVE_INFINITY;
    if (!isNeeded || (alarmAtMs !== null && alarmAtMs <= Math.max(dueMs, nowMs))) return;
    throw new Difference("the alarm", `something is due at ${dueMs}, and the alarm is set for ${alarmAtMs}`);
  }

  /** Messages that are in the database now. When they were confirmed, the object may forget them. */
  checkArrivals(stored: readonly LedgerMessage[], isConfirmed: boolean): void {
    for (const message of stored) {
      const number = message.outbox_number ?? 0;
      const expected = this.#state.messages[number - 1];
      if (expected === undefined) throw new Difference("a message that arrived", `nobody wrote number ${number}`);
      const found = findDifference(this.#wire(expected), message, this.#walletIds, `message ${number}`);
      if (found !== null) throw new Difference("a message that arrived", found);
      if (isConfirmed) this.#unconfirmed.delete(number);
    }
  }

  /** The copy has every entry and every row, once. */
  checkEnd(copy: LedgerCopy, reservations: readonly EndedRow[]): void {
    const { entries } = this.#state.books;
    expectSame("the copy's entries", this.#walletIds, entries.map(copiedEntry), copy.entries);
    const lines = entries.flatMap((entry) =>
      entry.lines.map(({ amount }, line) => ({ entry_id: this.#entryId(entry), line, amount: String(amount) })),
    );
    const byEntry = lines.toSorted((a, b) =>
      a.entry_id < b.entry_id ? -1 : a.entry_id > b.entry_id ? 1 : a.line - b.line,
    );
    expectSame("the copy's lines", this.#walletIds, byEntry, copy.lines);
    const rows = new Map<string, unknown>();
    for (const { row } of this.#state.messages) {
      // The first of a refused request's rows is kept.
      const id = String(row?.fields["id"]);
      if (row !== null && !rows.has(id))
        rows.set(id, { id, total: String(row.totalNanos), status: row.fields["status"] });
    }
    const byId = [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
    expectSame("the copy's spend logs", this.#walletIds, byId, copy.logs);
    const ended = this.#state.reservations.map(({ id, status, settledNanos, endContent }) => ({
      id,
      status,
      settled: String(settledNanos),
      has_end: endContent === null ? 0 : 1,
    }));
    expectSame("the reservations", this.#walletIds, ended, reservations);
  }

  /** True whatever was asked: no word of this comes from the auditor's rules. */
  #checkInvariants({ wallets, entries, lines, open }: Inspection): void {
    for (const { sequence, type } of entries) {
      this.#sequence += 1;
      if (sequence !== this.#sequence) throw new Difference("sequence without a gap", `got ${sequence}`);
      let sum = 0n;
      for (const line of lines) {
        if (line.sequence !== sequence) continue;
        sum += BigInt(line.amount);
        if (type !== "refund" && !type.startsWith("dispute")) continue;
        const taken = BigInt(line.amount) < 0n ? -BigInt(line.amount) : 0n;
        this.#takenBack.set(line.account, (this.#takenBack.get(line.account) ?? 0n) + taken);
      }
      if (sum !== 0n) throw new Difference("entries sum to zero", `entry ${sequence} sums to ${sum}`);
    }
    for (const { account, amount } of lines) {
      this.#sums.set(account, (this.#sums.get(account) ?? 0n) + BigInt(amount));
    }
    for (const wallet of wallets) {
      const sum = this.#sums.get(`wallet:${wallet.id}`) ?? 0n;
      const name = `${wallet.scope}:${wallet.owner_id}`;
      if (BigInt(wallet.balance) !== sum) {
        throw new Difference("balance = sum of lines", `${name} has ${wallet.balance}, its lines ${sum}`);
      }
      let held = 0n;
      for (const row of open) held += heldIn(row, wallet.id);
      if (BigInt(wallet.held) !== held) {
        throw new Difference("held = sum of open holds", `${name} holds ${wallet.held}, its reservations ${held}`);
      }
      if (
        wallet.scope !== "organization" &&
        BigInt(wallet.balance) + (this.#takenBack.get(`wallet:${wallet.id}`) ?? 0n) < held
      ) {
        throw new Difference("no wallet below what it holds", `${name} has ${wallet.balance} and holds ${held}`);
      }
    }
  }

  #checkWallets({ wallets }: Inspection): void {
    for (const { scope, owner_id, id } of wallets) {
      const known = this.#walletIds.get(`${scope}:${owner_id}`) ?? id;
      if (known !== id) throw new Difference("a wallet keeps its id", `${scope}:${owner_id} was ${known} and is ${id}`);
      this.#walletIds.set(`${scope}:${owner_id}`, id);
    }
    const stored = this.#state.books.wallets.filter(({ isStored }) => isStored);
    if (stored.length !== wallets.length) {
      const names = wallets.map((row) => `${row.scope}:${row.owner_id}`);
      throw new Difference(
        "which wallets there are",
        `expected ${stored.map(({ name }) => name).join()}, got ${names.join()}`,
      );
    }
    for (const wallet of stored) {
      const row = wallets.find(({ scope, owner_id }) => scope === wallet.scope && owner_id === wallet.owner);
      const expected = {
        balance: String(wallet.balance),
        held: String(wallet.held),
        allocated: String(wallet.allocated),
        spent: String(wallet.spent),
        funded: String(wallet.funded),
      };
      const found = findDifference(expected, row, this.#walletIds, wallet.name);
      if (found !== null) throw new Difference("a wallet", found);
    }
  }

  #checkEntries({ entries, lines }: Inspection): void {
    const all = this.#state.books.entries;
    if (all.length !== this.#sequence) {
      throw new Difference("how many entries", `expected ${all.length}, got ${this.#sequence}`);
    }
    for (const row of entries) {
      const expected = all[row.sequence - 1];
      if (expected === undefined) throw new Difference("an entry", `nobody expected ${row.sequence}`);
      const wire = this.#wireEntry(expected);
      const own = lines.filter(({ sequence }) => sequence === row.sequence);
      const actual = {
        ...row,
        flags: JSON.parse(row.flags),
        lines: own.map((line) => ({ ...line, amount_nanos: line.amount, balance_after_nanos: line.balance_after })),
      };
      const found = findDifference(wire, actual, this.#walletIds, `entry ${row.sequence}`);
      if (found !== null) throw new Difference("an entry", found);
    }
  }

  #checkOpen({ open, reservations }: Inspection, nowMs: number): void {
    const expected = this.#state.open().toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const wire = expected.map((reservation) => ({
      id: reservation.id,
      wallet_id: reservation.wallet === null ? null : new WalletId(reservation.wallet.name),
      holds: reservation.holds
        .filter(({ amount }) => amount > 0n)
        .map(({ wallet, amount }) => `${wallet.name} ${amount}`)
        .join(" "),
      expires_at_ms: reservation.expiresAtMs,
    }));
    const actual = open.map((row) => ({ ...row, holds: this.#holdsIn(row) }));
    const found = findDifference(wire, actual, this.#walletIds, "open reservations");
    if (found !== null) throw new Difference("the open reservations", found);
    this.#checkKept(new Set(reservations.map(({ id }) => id)), nowMs);
  }

  /** What is gone was allowed to go; when exactly it goes is the object's own affair. */
  #checkKept(kept: ReadonlySet<string>, nowMs: number): void {
    const known = this.#state.reservations.filter((reservation) => {
      if (kept.has(reservation.id)) return true;
      if (this.#mayForget(reservation, nowMs)) return false;
      throw new Difference("which reservations are kept", `${reservation.id} is gone`);
    });
    if (known.length !== kept.size) {
      throw new Difference("how many reservations are kept", `expected ${known.length}, got ${kept.size}`);
    }
    this.#state.reservations = known;
  }

  /** A day after its end, or thirty where a late settlement may follow; and the message of its end is confirmed. */
  #mayForget({ id, status, endedAtMs }: AuditReservation, nowMs: number): boolean {
    if (status === "open") return false;
    if (endedAtMs + (status === "expired" ? 30 : 1) * DAY_MS > nowMs) return false;
    const told = this.#state.messages.findLastIndex(({ row }) => row?.fields["reservation_id"] === id);
    return told === -1 || !this.#unconfirmed.has(told + 1);
  }

  #checkCounters({ counters }: Inspection): void {
    const expected = this.#state.counters.map(({ key, used, held }) => ({
      key,
      used: String(used),
      held: String(held),
    }));
    const byKey = expected.toSorted((a, b) => (a.key < b.key ? -1 : 1));
    expectSame("the counters of limits", this.#walletIds, byKey, counters);
    for (const { key, held } of counters) {
      let sum = 0n;
      for (const { takes } of this.#state.open()) for (const take of takes) if (take.key === key) sum += take.held;
      if (String(sum) !== held)
        throw new Difference("counters hold what open reservations took", `${key}: ${held}, ${sum}`);
    }
  }

  #checkPayments({ payments }: Inspection): void {
    const expected = this.#state.payments.map((payment) => ({
      session_id: payment.sessionId,
      wallet_id: new WalletId(payment.wallet.name),
      credited: String(payment.credited),
      returned: String(returnedOf(payment)),
      suspended: String(keptOf(payment)),
    }));
    const byId = expected.toSorted((a, b) => (a.session_id < b.session_id ? -1 : 1));
    expectSame("the payments", this.#walletIds, byId, payments);
    let suspended = 0n;
    for (const payment of payments) suspended += BigInt(payment.suspended);
    if (suspended !== (this.#sums.get("suspended") ?? 0n)) {
      throw new Difference("suspended = sum of open disputes", `lines ${this.#sums.get("suspended")}, ${suspended}`);
    }
  }

  /** In funding order, as holds are made. */
  #holdsIn(row: OpenRow): string {
    const scopes = ["seat", "user", "team", "organization"];
    const holds: { readonly order: number; readonly text: string }[] = [];
    for (const [name, id] of this.#walletIds) {
      const amount = heldIn(row, id);
      const order = scopes.indexOf(name.split(":")[0] ?? "");
      if (amount > 0n) holds.push({ order, text: `${name} ${amount}` });
    }
    return holds
      .toSorted((a, b) => a.order - b.order)
      .map(({ text }) => text)
      .join(" ");
  }

  #checkMessages({ messages, outbox }: Inspection): void {
    for (const { number, message } of messages) {
      this.#outboxNumber += 1;
      const expected = this.#state.messages[number - 1];
      if (number !== this.#outboxNumber || expected === undefined) {
        throw new Difference("the outbox", `expected number ${this.#outboxNumber} at most, got ${number}: ${message}`);
      }
      const found = findDifference(this.#wire(expected), JSON.parse(message), this.#walletIds, `message ${number}`);
      if (found !== null) throw new Difference("a message of the outbox", found);
      if (expected.row !== null && !addsUp(expected.row)) {
        throw new Difference("the parts of a log row sum to its total", message);
      }
      this.#unconfirmed.add(number);
    }
    if (this.#outboxNumber !== this.#state.messages.length) {
      throw new Difference("the outbox", `expected ${this.#state.messages.length} messages, got ${this.#outboxNumber}`);
    }
    let sum = 0;
    for (const number of this.#unconfirmed) sum += number;
    if (outbox.count !== this.#unconfirmed.size || outbox.sum !== sum) {
      throw new Difference(
        "the outbox keeps what nobody confirmed",
        `expected ${this.#unconfirmed.size} rows, got ${outbox.count}`,
      );
    }
  }

  #wire({ entry, row, notification }: AuditMessage): unknown {
    return {
      notification,
      entry: entry === null ? null : this.#wireEntry(entry),
      spend_log: row === null ? null : { ...wireRow(row), organization_id: this.#state.organizationId },
      event: row === null ? undefined : eventOf(row),
    };
  }

  #wireEntry(entry: AuditEntry): Readonly<Record<string, unknown>> {
    return {
      id: this.#entryId(entry),
      sequence: entry.sequence,
      type: entry.type,
      currency: entry.currency,
      reservation_id: entry.reservationId,
      request_id: entry.requestId,
      actor: entry.actor,
      note: entry.note,
      flags: new AnyOrder(entry.flags),
      created_at_ms: entry.atMs,
      lines: entry.lines.map(({ account, amount, after }, line) => ({
        line,
        account: isWallet(account) ? new WalletId(account, "wallet:") : account,
        amount_nanos: String(amount),
        balance_after_nanos: after === null ? null : String(after),
      })),
    };
  }

  #entryId({ sequence }: AuditEntry): string {
    return `ent_${this.#state.organizationId.replace("org_", "")}_${sequence}`;
  }
}

/** A request has one event, with the row that tells of its end: a late settlement's row comes after that. */
function eventOf({ fields }: ExpectedRow): unknown {
  if (String(fields["id"]).endsWith("_late")) return undefined;
  return { decision: fields["status"] === "refused" ? "deny" : "allow" };
}

/** What a reservation holds in a wallet, by its row. */
function heldIn({ wallet_id, held, extension }: OpenRow, walletId: string): bigint {
  let sum = wallet_id === walletId ? BigInt(held) : 0n;
  for (const [, holder, amount] of (extension ?? "").matchAll(/"walletId":"([^"]+)","amountNanos":"#n(\d+)"/g)) {
    if (holder === walletId) sum += BigInt(amount ?? 0);
  }
  return sum;
}

function copiedEntry({ sequence, type, currency, reservationId, atMs }: AuditEntry): unknown {
  return { sequence, type, currency, reservation_id: reservationId, created_at_ms: atMs };
}

function expectSame(what: string, ids: WalletIds, expected: readonly unknown[], actual: readonly unknown[]): void {
  const found = findDifference(expected, actual, ids, what);
  if (found !== null) throw new Difference(what, found);
}
