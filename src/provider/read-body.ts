/** Reading request bodies: the JSON gate, and readers of single fields that refuse with the field's name. */
import { MAX_MODEL_NAME_LENGTH } from "../core/access.ts";
import { fail, invalid, ok, type Failure, type Result } from "../core/failure.ts";
import { METADATA_LIMITS } from "../core/request-facts.ts";
import { isObject, parseJson, type JsonObject } from "./json-value.ts";
import { MAX_JSON_DEPTH, scanObject, type ScanProblem } from "./json-text.ts";

const exactDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Decodes a body; 400 `invalid_encoding` when it is not UTF-8, because a decoder that repairs would let the gateway and
 * the provider read different texts. A byte order mark is kept, so that `parseBody` can refuse it.
 */
export function decodeBody(bytes: Uint8Array): Result<string> {
  try {
    return ok(exactDecoder.decode(bytes));
  } catch {
    return fail(invalid(null, "invalid_encoding", "The body is not valid UTF-8."));
  }
}

const SCAN_MESSAGES: Readonly<Record<ScanProblem, string>> = {
  byte_order_mark: "The body starts with a byte order mark. Send plain UTF-8 JSON.",
  not_an_object: "The body must be a JSON object.",
  malformed: "The body is not valid JSON.",
  too_deep: `The body is nested deeper than ${MAX_JSON_DEPTH} levels.`,
  duplicate_key: "An object in the body names a key twice, which readers of JSON understand in different ways.",
};

/**
 * Parses a request body that must be a JSON object: at most 200 levels deep, no key twice in one object, no byte order
 * mark. The scan is linear and comes first, so that hostile nesting never meets anything recursive.
 */
export function parseBody(text: string): Result<JsonObject> {
  const scan = scanObject(text);
  if (!scan.ok) {
    const code = scan.problem === "duplicate_key" ? "duplicate_key" : "invalid_json";
    const name = scan.key === undefined ? "" : ` The key is ${JSON.stringify(scan.key.slice(0, 64))}.`;
    return fail(invalid(null, code, SCAN_MESSAGES[scan.problem] + name));
  }
  const body = parseJson(text);
  return isObject(body) ? ok(body) : fail(invalid(null, "invalid_json", SCAN_MESSAGES.malformed));
}

/** Collects the first problem of a body while fields are read one after the other. */
export class FieldReader {
  readonly body: JsonObject;
  #failure: Failure | null = null;

  constructor(body: JsonObject) {
    this.body = body;
  }

  get failure(): Failure | null {
    return this.#failure;
  }

  refuse(param: string, code: string, message: string): void {
    this.#failure ??= invalid(param, code, message);
  }

  /** A member's own value; null and absent are the same. */
  value(name: string): unknown {
    return Object.hasOwn(this.body, name) ? (this.body[name] ?? null) : null;
  }

  model(): string {
    const model = this.value("model");
    if (typeof model === "string" && model.length > 0 && model.length <= MAX_MODEL_NAME_LENGTH) return model;
    if (model === null) this.refuse("model", "missing_required_parameter", "Missing required parameter: 'model'.");
    else this.refuse("model", "invalid_value", `'model' must be a string of 1 to ${MAX_MODEL_NAME_LENGTH} characters.`);
    return "";
  }

  flag(name: string): boolean | null {
    const value = this.value(name);
    if (value === null || typeof value === "boolean") return value;
    this.refuse(name, "invalid_type", `'${name}' must be true or false.`);
    return null;
  }

  /** A whole number within the bounds; null when it is absent. `100.0` and `1e2` are whole numbers. */
  integer(name: string, minimum: number, maximum = Number.MAX_SAFE_INTEGER): number | null {
    const value = this.value(name);
    if (value === null) return null;
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= minimum && value <= maximum) return value;
    const range = maximum === Number.MAX_SAFE_INTEGER ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
    this.refuse(name, "invalid_value", `'${name}' must be a whole number ${range}.`);
    return null;
  }

  /** A string out of a closed set; null when it is absent. */
  choice<T extends string>(name: string, allowed: readonly T[]): T | null {
    const value = this.value(name);
    if (value === null) return null;
    const found = allowed.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    this.refuse(name, "invalid_value", `'${name}' must be one of: ${allowed.join(", ")}.`);
    return null;
  }

  list(name: string): readonly unknown[] {
    const value = this.value(name);
    if (value === null) return [];
    if (Array.isArray(value)) return value;
    this.refuse(name, "invalid_type", `'${name}' must be a list.`);
    return [];
  }

  object(name: string): JsonObject | null {
    const value = this.value(name);
    if (value === null || isObject(value)) return value;
    this.refuse(name, "invalid_type", `'${name}' must be an object.`);
    return null;
  }

  text(name: string): string | null {
    const value = this.value(name);
    if (value === null || typeof value === "string") return value;
    this.refuse(name, "invalid_type", `'${name}' must be a string.`);
    return null;
  }

  /** A non-empty list under `name`, as chat and messages need one. */
  requireList(name: string): void {
    if (this.value(name) === null) {
      this.refuse(name, "missing_required_parameter", `Missing required parameter: '${name}'.`);
    } else if (this.list(name).length === 0 && this.#failure === null) {
      this.refuse(name, "empty_array", `'${name}' must have at least one element.`);
    }
  }

  /** The caller's string pairs, as many and as long as OpenAI allows; others stay in the body and out of our records. */
  metadata(): Readonly<Record<string, string>> {
    const pairs = Object.entries(this.object("metadata") ?? {}).filter(
      (pair): pair is [string, string] =>
        typeof pair[1] === "string" &&
        pair[0].length <= METADATA_LIMITS.nameLength &&
        pair[1].length <= METADATA_LIMITS.valueLength,
    );
    return Object.fromEntries(pairs.slice(0, METADATA_LIMITS.pairs));
  }
}
