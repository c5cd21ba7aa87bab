/**
 * The audit log's chain: every record names the hash of the one before, so that what was written cannot be changed, removed,
 * moved or put in between without a trace (docs/audit.md).
 */

/** Where a chain has got to. */
export interface ChainHead {
  readonly sequence: number;
  readonly hash: string;
}

/** Before the first record. */
export const CHAIN_START: ChainHead = { sequence: 0, hash: "0".repeat(64) };

/** The chain of what concerns no single organization: prices and exchange rates. */
export const PLATFORM_CHAIN = "platform";

/** `gap`: a number is missing, or there twice; `previous_hash`: it does not follow the one before; `hash`: its content is not what was hashed. */
export type ChainFault = "gap" | "previous_hash" | "hash";

/** What is wrong with a record after `head`; null: nothing. `computedHash` is that of its content. */
export function findChainFault(
  head: ChainHead,
  record: ChainHead & { readonly previousHash: string },
  computedHash: string,
): ChainFault | null {
  if (record.sequence !== head.sequence + 1) return "gap";
  if (record.previousHash !== head.hash) return "previous_hash";
  return record.hash === computedHash ? null : "hash";
}

/** What is kept of an object that was changed: only the members whose `textOf` differs, as they were and as they are. */
export function changedMembers(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  textOf: (value: unknown) => string,
): { readonly before: Record<string, unknown>; readonly after: Record<string, unknown> } {
  const isSame = (a: unknown, b: unknown): boolean =>
    a === undefined || b === undefined ? a === b : textOf(a) === textOf(b);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !isSame(before[name], after[name]),
  );
  const only = (state: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(names.filter((name) => state[name] !== undefined).map((name) => [name, state[name]]));
  return { before: only(before), after: only(after) };
}
