/** Reads answers of the API. */
import { parseDecimalNanos, type Nanos } from "../../src/core/money.ts";
import { textOf, type Json } from "../seed/api.ts";

export function toObject(value: unknown): Json {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

export function objectIn(object: Json, name: string): Json {
  return toObject(object[name]);
}

/** The objects of a list; empty when there is none. */
export function listIn(object: Json, name: string): readonly Json[] {
  const value = object[name];
  return Array.isArray(value) ? value.map(toObject) : [];
}

/** An amount, which the API writes as a decimal string. Throws when the field is none. */
export function nanosIn(object: Json, name: string): Nanos {
  const nanos = parseDecimalNanos(textOf(object, name));
  if (nanos === null) throw new Error(`${name} is not an amount`);
  return nanos;
}
