import type { Price } from "../../../src/core/price.ts";
import { KeptContentStore } from "./kept-contents.ts";

/** The prices that reservations were made with: a reservation is settled at them whatever changes later. */
export class PriceStore extends KeptContentStore<Price> {
  constructor(sql: SqlStorage) {
    super(sql, "reserved_price.price");
  }
}
