/**
 * Checks a chain of the audit log from its exported records, by code of its own: what the records are and how they are hashed is
 * written in docs/audit.md. Pure.
 */
import { createHash } from "node:crypto";

export interface Head {
  readonly sequence: number;
  readonly hash: string;
}

export interface Fault {
  readonly sequence: number;
  readonly what: string;
}

/** Takes the records of one chain in order, and knows the first that is wrong. */
export class ChainCheck {
  readonly #chain: string;
  readonly #known: readonly Head[];
  #head: Head = { sequence: 0, hash: "0".repeat(64) };
  #fault: Fault | null = null;

  /** `known` are heads that somebody has kept: their records must be there as they were. */
  constructor(chain: string, known: readonly Head[]) {
    this.#chain = chain;
    this.#known = known;
  }

  get head(): Head {
    return this.#head;
  }

  /** Null so far: nothing is wrong. */
  get fault(): Fault | null {
    return this.#fault;
  }

  /** One line of the NDJSON export. What comes after a fault is not looked at. */
  take(line: string): void {
    if (this.#fault !== null) return;
    const expected = this.#head.sequence + 1;
    const record = parseRecord(line);
    if (record === null) return this.#fail(expected, "is no record");
    const { hash, ...content } = record;
    const { sequence } = content;
    if (sequence !== expected) return this.#fail(expected, `is missing; record ${String(sequence)} comes instead`);
    if (content["organization_id"] !== this.#chain) return this.#fail(expected, "belongs to another chain");
    if (content["previous_hash"] !== this.#head.hash) return this.#fail(expected, "does not follow the record before");
    const computed = createHash("sha256").update(canonicalText(content), "utf8").digest("hex");
    if (hash !== computed)
      return this.#fail(expected, `was changed: its hash is ${String(hash)}, its content's ${computed}`);
    const known = this.#known.find((head) => head.sequence === sequence);
    if (known !== undefined && known.hash !== computed) {
      return this.#fail(expected, `was written anew: its hash was ${known.hash} and is ${computed}`);
    }
    this.#head = { sequence: expected, hash: computed };
  }

  /** To be called after the last record. */
  end(): Fault | null {
    const { sequence } = this.#head;
    const beyond = this.#known.find((head) => head.sequence > sequence);
    if (this.#fault === null && beyond !== undefined) {
      this.#fail(sequence + 1, `is missing: the chain went to ${beyond.sequence} before`);
    }
    return this.#fault;
  }

  #fail(sequence: number, what: string): void {
    this.#fault = { sequence, what };
  }
}

/** `<sequence>:<hash>`; null: it is not that. */
export function parseHead(text: string): Head | null {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text);
  return match === null ? null : { sequence: Number(match[1]), hash: match[2] ?? "" };
}

function parseRecord(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

/** RFC 8785: the names of members in the order of their code units, no spaces. */
function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = new Map<string, unknown>(Object.entries(value));
  // By code units, where a collation would have opinions.
  const names = [...members.keys()].toSorted();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalText(members.get(name))}`).join(",")}}`;
}
