import type { Price } from "../../../src/core/price.ts";
import { hashContent } from "../digest.ts";
import { readStored, writeStored } from "../stored-json.ts";
import type { Stored } from "../stored-json.ts";

/** The prices that reservations were made with, each kept once: a reservation is settled at them whatever changes later. */
export class PriceStore {
  readonly #sql: SqlStorage;
  #numbers = new WeakMap<Price, number>();
  readonly #prices = new Map<number, Price>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The number under which exactly this price is stored; stores it when there is none. */
  keep(price: Price): number {
    const known = this.#numbers.get(price);
    if (known !== undefined) return known;
    const contentSha256 = hashContent(price);
    this.#sql.exec(
      "INSERT INTO reserved_price (content_sha256, price) VALUES (?, ?) ON CONFLICT DO NOTHING",
      contentSha256,
      writeStored(price),
    );
    const { number } = this.#sql
      .exec<{ number: number }>("SELECT number FROM reserved_price WHERE content_sha256 = ?", contentSha256)
      .one();
    this.#numbers.set(price, number);
    return number;
  }

  /** Throws when nothing is stored under the number. */
  read(number: number): Price {
    const known = this.#prices.get(number);
    if (known !== undefined) return known;
    const row = this.#sql
      .exec<{ price: Stored<Price> }>("SELECT price FROM reserved_price WHERE number = ?", number)
      .one();
    const price = readStored(row.price);
    this.#prices.set(number, price);
    return price;
  }

  forget(): void {
    this.#numbers = new WeakMap();
    this.#prices.clear();
  }
}
