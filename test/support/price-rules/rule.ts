/** One rule of what an answer costs, with the bytes that carry it and the bill worked out by hand. */
import type { Endpoint } from "../../../src/core/endpoint.ts";
import type { Price } from "../../../src/core/price.ts";

export interface PriceRule {
  readonly rule: string;
  /** `<wire>.json` and `<wire>.sse` in `test/fixture/wire/prices/<endpoint>`. */
  readonly wire: string;
  readonly endpoints: readonly Endpoint[];
  /** As the caller asked for it. */
  readonly model: string;
  /** Members of the request beside the model, the prompt and the cap. */
  readonly request?: Readonly<Record<string, unknown>>;
  /** The provider's address, where it is not the usual one. */
  readonly upstream?: string;
  /** A date in UTC; by default the day of the price list. */
  readonly at?: string;
  /** In place of the price list's. */
  readonly price?: Price;
  /** `<tokens> <class> × <USD per million>[ × <factor>…]` and `<calls> <tool> at <USD>`; null: there is no price. */
  readonly bill: string | null;
  readonly usd: string;
  readonly flags?: readonly string[];
}

export const CHAT: readonly Endpoint[] = ["openai.chat"];
export const RESPONSES: readonly Endpoint[] = ["openai.responses"];
export const OPENAI: readonly Endpoint[] = ["openai.chat", "openai.responses"];
export const ANTHROPIC: readonly Endpoint[] = ["anthropic.messages"];
