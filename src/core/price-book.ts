/** Finds the price of a model at an instant. Built once per directory version; a lookup is one map access. */
import type { Provider } from "./endpoint.ts";
import type { Price } from "./price.ts";

export interface PriceBook {
  /** Every price, in the order in which it was given. */
  readonly prices: readonly Price[];
  /** Candidates by model name or alias, the preferred one first. */
  readonly candidatesByName: ReadonlyMap<string, readonly Price[]>;
}

export interface PriceQuery {
  /** A model name or an alias, matched exactly: a prefix would give a new model an old price. */
  readonly model: string;
  readonly atMs: number;
  /** Null or absent: any provider. */
  readonly provider?: Provider | null;
}

/** Indexes prices by model name and alias. */
export function buildPriceBook(prices: readonly Price[]): PriceBook {
  const candidates = new Map<string, Price[]>();
  // The latest entry comes first, so that the stable sort below prefers it between equals.
  for (const price of prices.toReversed()) {
    for (const name of new Set([price.model, ...price.aliases])) {
      const known = candidates.get(name);
      if (known === undefined) candidates.set(name, [price]);
      else known.push(price);
    }
  }
  for (const [name, named] of candidates) named.sort((a, b) => comparePreference(name, a, b));
  return { prices, candidatesByName: candidates };
}

/** The price in force at `atMs`, or null: an unknown price is never zero (contract: Prices and spend). */
export function findPrice(book: PriceBook, query: PriceQuery): Price | null {
  const { model, atMs, provider = null } = query;
  const candidates = book.candidatesByName.get(model) ?? [];
  return (
    candidates.find((price) => isInForce(price, atMs) && (provider === null || price.provider === provider)) ?? null
  );
}

/** The prices in force at `atMs`, one per provider and model, in the order in which they were given. */
export function listPricesInForce(book: PriceBook, atMs: number): Price[] {
  return book.prices.filter(
    (price) => findPrice(book, { model: price.model, provider: price.provider, atMs }) === price,
  );
}

/** From is inclusive, to is exclusive. */
function isInForce(price: Price, atMs: number): boolean {
  const { effectiveFromMs, effectiveToMs } = price;
  return (effectiveFromMs === null || effectiveFromMs <= atMs) && (effectiveToMs === null || atMs < effectiveToMs);
}

/** A model's own name goes before an alias, then the period that began last: a new price ends an open older one. */
function comparePreference(name: string, a: Price, b: Price): number {
  const byName = Number(b.model === name) - Number(a.model === name);
  if (byName !== 0) return byName;
  const startA = a.effectiveFromMs ?? Number.NEGATIVE_INFINITY;
  const startB = b.effectiveFromMs ?? Number.NEGATIVE_INFINITY;
  return startA === startB ? 0 : startB > startA ? 1 : -1;
}
