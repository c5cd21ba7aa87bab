/** The two D1 databases through drizzle. */
import { sql, type SQL } from "drizzle-orm";
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import * as controlSchema from "./control-schema.ts";
import * as spendSchema from "./spend-schema.ts";

export type ControlDatabase = DrizzleD1Database<typeof controlSchema>;
export type SpendDatabase = DrizzleD1Database<typeof spendSchema>;

export function openControlDatabase(binding: D1Database): ControlDatabase {
  return drizzle(binding, { schema: controlSchema });
}

export function openSpendDatabase(binding: D1Database): SpendDatabase {
  return drizzle(binding, { schema: spendSchema });
}

/** True when a write was refused by a uniqueness or primary key constraint. */
export function isUniqueViolation(error: unknown): boolean {
  return messagesOf(error).some((message) => message.includes("UNIQUE constraint failed"));
}

/** True when a delete was refused because other records refer to the row, or a write named a row that does not exist. */
export function isForeignKeyViolation(error: unknown): boolean {
  return messagesOf(error).some((message) => message.includes("FOREIGN KEY constraint failed"));
}

/** True when a write was refused by a constraint of a column, named as `<table>.<column>`. */
export function isViolationOf(error: unknown, column: string): boolean {
  return messagesOf(error).some((message) => message.includes(column) && /constraint/i.test(message));
}

/**
 * For a NOT NULL column: the value while a condition holds when it is written, else null, which is refused with all that its
 * batch writes (`isViolationOf` tells). So two writes at once cannot both build on what the other one changes.
 */
export function valueWhile(condition: SQL | undefined, value: string | number): SQL {
  return sql`CASE WHEN ${condition} THEN ${value} END`;
}

/** drizzle wraps the driver's error; its message is in the chain of causes. */
function messagesOf(error: unknown): string[] {
  const messages: string[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) messages.push(cause.message);
  return messages;
}
