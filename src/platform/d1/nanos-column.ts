/**
 * Money in D1: an INTEGER column bound as decimal text. D1 returns integers as doubles, so that an amount must be selected
 * through `selectNanos`; reading the bare column throws when the double may have lost digits.
 */
import { sql, type SQL } from "drizzle-orm";
import { customType, type SQLiteColumn } from "drizzle-orm/sqlite-core";

/** An exact int64 of nano-units. */
export const nanos = customType<{ data: bigint; driverData: string | number }>({
  dataType: () => "integer",
  toDriver: (value) => value.toString(),
  fromDriver(value) {
    if (typeof value === "number" && !Number.isSafeInteger(value)) {
      throw new RangeError("an amount was read without CAST(… AS TEXT)");
    }
    return BigInt(value);
  },
});

/** Selects an amount column exactly. */
export function selectNanos(column: SQLiteColumn): SQL<bigint> {
  return sql<bigint>`CAST(${column} AS TEXT)`.mapWith(BigInt);
}
