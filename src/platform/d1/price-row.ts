/** A period of the price book: the row in D1 and the `Price` of the domain. */
import { priceRecordSchema, toPrice, type PriceRecord } from "../../contract/price-record.ts";
import type { Price } from "../../core/price.ts";
import type { modelPrices } from "./control-schema.ts";

export type PriceRow = typeof modelPrices.$inferSelect;

/** The wire record of a row; its dates are in columns of their own. Throws on a row that the schema does not know. */
export function recordOfRow(row: PriceRow): PriceRecord {
  const stored: unknown = JSON.parse(row.recordJson);
  return priceRecordSchema.parse({
    ...(typeof stored === "object" ? stored : {}),
    effective_from: row.effectiveFromMs === null ? null : new Date(row.effectiveFromMs).toISOString(),
    effective_to: row.effectiveToMs === null ? null : new Date(row.effectiveToMs).toISOString(),
  });
}

/** Parsing a whole price book takes tens of milliseconds, and rows hardly ever change: all objects of an isolate share these. */
const parsedPrices = new Map<string, Price>();
const MAX_PARSED_PRICES = 2_000;

/** The price of a row, with the row's id. Throws on a row that the schema does not know. */
export function priceOfRow(row: PriceRow): Price {
  const content = JSON.stringify([row.id, row.effectiveFromMs, row.effectiveToMs, row.recordJson]);
  const known = parsedPrices.get(content);
  if (known !== undefined) return known;
  const price = { ...toPrice(recordOfRow(row)), id: row.id };
  if (parsedPrices.size >= MAX_PARSED_PRICES) parsedPrices.clear();
  parsedPrices.set(content, price);
  return price;
}

/** What `record_json` holds: the record without its dates. */
export function writeRecordJson(record: PriceRecord): string {
  const { effective_from: _from, effective_to: _to, ...rest } = record;
  return JSON.stringify(rest);
}
