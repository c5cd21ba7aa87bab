/** Usage as OpenAI's usage objects count it: all of the prompt in one number, whatever was cached of it. */
import { countPromptTokens } from "../core/price-rates.ts";
import type { Usage } from "../core/usage.ts";

export interface TotalTokens {
  /** Cached tokens included. */
  readonly input: number;
  readonly cachedInput: number;
  readonly output: number;
}

/** Over all passes. */
export function totalTokens({ passes }: Usage): TotalTokens {
  const total = { input: 0, cachedInput: 0, output: 0 };
  for (const { tokens } of passes) {
    total.input += countPromptTokens(tokens);
    total.cachedInput += tokens.cachedInput;
    total.output += tokens.output + tokens.audioOutput;
  }
  return total;
}
