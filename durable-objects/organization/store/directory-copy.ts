import type { Directory } from "../../../src/contract/directory.ts";
import { readStoredParts, writeStored } from "../stored-json.ts";
import type { Stored } from "../stored-json.ts";

/** Under the 2 MB that a row may have, also when every character takes three bytes. */
const PART_CHARACTERS = 600_000;

/** The last directory that was read, so that the object starts without D1. */
export class DirectoryCopyStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  read(): Directory | null {
    const parts = this.#sql
      .exec<{ text: Stored<Directory> }>("SELECT text FROM directory_part ORDER BY part")
      .toArray();
    return parts.length === 0 ? null : readStoredParts(parts.map((part) => part.text));
  }

  /** Replaces the copy; must run inside a transaction. */
  write(directory: Directory): void {
    const text = writeStored(directory);
    this.#sql.exec("DELETE FROM directory_part");
    for (const [part, slice] of slices(text).entries()) {
      this.#sql.exec("INSERT INTO directory_part (part, text) VALUES (?, ?)", part, slice);
    }
  }
}

/** Never cuts between the two halves of a character. */
function slices(text: string): string[] {
  const parts: string[] = [];
  for (let start = 0; start < text.length;) {
    const end = start + PART_CHARACTERS;
    const cutsPair = /[\uD800-\uDBFF]/.test(text.charAt(end - 1));
    parts.push(text.slice(start, cutsPair ? end - 1 : end));
    start = cutsPair ? end - 1 : end;
  }
  return parts;
}
