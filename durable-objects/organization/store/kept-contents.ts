import { hashContent } from "../digest.ts";
import { readStored, writeStored } from "../stored-json.ts";
import type { Stored } from "../stored-json.ts";

/** Where contents of one kind are kept: a table with `number` and `content_sha256`, and the column of the content. */
export type KeptTable = "reserved_price.price" | "matched_policies.policies";

/** Contents that reservations refer to by number, each kept once: they stay what they were, whatever changes later. */
export class KeptContentStore<T extends object> {
  readonly #sql: SqlStorage;
  readonly #table: string;
  readonly #column: string;
  #numbers = new WeakMap<T, number>();
  readonly #contents = new Map<number, T>();

  constructor(sql: SqlStorage, kept: KeptTable) {
    const [table = "", column = ""] = kept.split(".");
    this.#sql = sql;
    this.#table = table;
    this.#column = column;
  }

  /** The number under which exactly this content is stored; stores it when there is none. */
  keep(content: T): number {
    const known = this.#numbers.get(content);
    if (known !== undefined) return known;
    const contentSha256 = hashContent(content);
    this.#sql.exec(
      `INSERT INTO ${this.#table} (content_sha256, ${this.#column}) VALUES (?, ?) ON CONFLICT DO NOTHING`,
      contentSha256,
      writeStored(content),
    );
    const { number } = this.#sql
      .exec<{ number: number }>(`SELECT number FROM ${this.#table} WHERE content_sha256 = ?`, contentSha256)
      .one();
    this.#numbers.set(content, number);
    return number;
  }

  /** Throws when nothing is stored under the number. */
  read(number: number): T {
    const known = this.#contents.get(number);
    if (known !== undefined) return known;
    const row = this.#sql
      .exec<{ content: Stored<T> }>(`SELECT ${this.#column} AS content FROM ${this.#table} WHERE number = ?`, number)
      .one();
    const content = readStored(row.content);
    this.#contents.set(number, content);
    return content;
  }

  forget(): void {
    this.#numbers = new WeakMap();
    this.#contents.clear();
  }
}
