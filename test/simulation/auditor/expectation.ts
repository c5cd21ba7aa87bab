/** Compares what was predicted with what came. A prediction names the members that matter; what it does not name is free. */

/** A wallet, by whose it is: its id is the ledger's own business, as long as it stays the same. */
export class WalletId {
  readonly name: string;
  readonly prefix: string;

  constructor(name: string, prefix = "") {
    this.name = name;
    this.prefix = prefix;
  }
}

/** An id that the ledger makes: whatever comes first is the one that must come ever after. */
export class LearnedId {
  value: string | null = null;
}

/** An amount as text that may be rounded either way; what came is kept for what follows from it. */
export class Between {
  readonly least: bigint;
  readonly most: bigint;
  /** What came before is taken off; it has been seen by the time this one is. */
  readonly less: Between | null;
  seen: bigint | null = null;

  constructor(least: bigint, most: bigint, less: Between | null = null) {
    this.least = least;
    this.most = most;
    this.less = less;
  }
}

/** A list in any order, in which nothing counts twice. */
export class AnyOrder {
  readonly items: readonly string[];

  constructor(items: readonly string[]) {
    this.items = items;
  }
}

export type WalletIds = Map<string, string>;

/** What differs first, with its path; null: nothing does. */
export function findDifference(expected: unknown, actual: unknown, ids: WalletIds, path = "answer"): string | null {
  if (expected instanceof WalletId) {
    // One that is not stored yet is met in an answer first.
    if (!ids.has(expected.name) && typeof actual === "string")
      ids.set(expected.name, actual.slice(expected.prefix.length));
    return same(`${expected.prefix}${ids.get(expected.name) ?? "?"}`, actual, path);
  }
  if (expected instanceof LearnedId) {
    if (expected.value === null && typeof actual === "string") expected.value = actual;
    return same(expected.value, actual, path);
  }
  if (expected instanceof Between) return checkBetween(expected, actual, path);
  if (expected instanceof AnyOrder) {
    const came = Array.isArray(actual) ? actual.map(String) : [];
    return same([...new Set(expected.items)].toSorted().join(), [...new Set(came)].toSorted().join(), path);
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) {
      return `${path}: expected ${expected.length} items, got ${show(actual)}`;
    }
    for (const [index, item] of expected.entries()) {
      const found = findDifference(item, actual[index], ids, `${path}[${index}]`);
      if (found !== null) return found;
    }
    return null;
  }
  if (typeof expected === "object" && expected !== null) {
    if (typeof actual !== "object" || actual === null)
      return `${path}: expected ${show(expected)}, got ${show(actual)}`;
    const members: Readonly<Record<string, unknown>> = { ...actual };
    for (const [name, value] of Object.entries(expected)) {
      const found = findDifference(value, members[name], ids, `${path}.${name}`);
      if (found !== null) return found;
    }
    return null;
  }
  return same(expected, actual, path);
}

function checkBetween(expected: Between, actual: unknown, path: string): string | null {
  if (typeof actual !== "string") return `${path}: expected an amount as text, got ${show(actual)}`;
  const before = expected.less?.seen ?? 0n;
  const whole = BigInt(actual) + before;
  if (whole < expected.least || whole > expected.most) {
    return `${path}: expected ${expected.least} to ${expected.most}, got ${before} and ${actual}`;
  }
  expected.seen = BigInt(actual);
  return null;
}

function same(expected: unknown, actual: unknown, path: string): string | null {
  return expected === actual ? null : `${path}: expected ${show(expected)}, got ${show(actual)}`;
}

export function show(value: unknown): string {
  const text = JSON.stringify(value, (_name, part: unknown) => (typeof part === "bigint" ? `${part}n` : part));
  return text === undefined ? String(value) : text.slice(0, 600);
}

/** The same text for the same content, whatever the order of its members. */
export function canonical(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`)
    .join()}}`;
}
