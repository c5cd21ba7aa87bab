/** The price book in memory, read from D1 again when its version has changed. */
import { asc, max } from "drizzle-orm";
import { buildPriceBook, type PriceBook } from "../core/price-book.ts";
import { modelPrices, platformVersions } from "./d1/control-schema.ts";
import type { ControlDatabase } from "./d1/database.ts";
import { priceOfRow } from "./d1/price-row.ts";

export interface PriceBookCache {
  /** As of now. Throws when D1 does. */
  read(): Promise<PriceBook>;
}

export function createPriceBookCache(db: ControlDatabase): PriceBookCache {
  let known: { readonly version: number; readonly book: PriceBook } | null = null;
  return {
    async read() {
      const version = await readPlatformVersion(db);
      if (known?.version === version) return known.book;
      const rows = await db.select().from(modelPrices).orderBy(asc(modelPrices.id));
      const book = buildPriceBook(rows.map(priceOfRow));
      known = { version, book };
      return book;
    },
  };
}

/** 0 while nothing was ever changed. */
export async function readPlatformVersion(db: ControlDatabase): Promise<number> {
  const rows = await db.select({ version: max(platformVersions.version) }).from(platformVersions);
  return rows[0]?.version ?? 0;
}
