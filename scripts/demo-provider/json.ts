/** Narrowing of unknown JSON, without a library: the demo provider depends on Node alone. */

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** The value as an object; null for anything else, arrays too. */
export function readObject(value: JsonValue | undefined): JsonObject | null {
  return typeof value === "object" && value !== null && !isArray(value) ? value : null;
}

/** The value as an array; empty for anything else. */
export function readArray(value: JsonValue | undefined): readonly JsonValue[] {
  return isArray(value) ? value : [];
}

/** The value as text; null for anything else. */
export function readText(value: JsonValue | undefined): string | null {
  return typeof value === "string" ? value : null;
}

/** The value as a whole number; null for anything else. */
export function readInteger(value: JsonValue | undefined): number | null {
  return typeof value === "number" && Number.isInteger(value) ? value : null;
}

/** Parses JSON text; undefined when it is none. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
