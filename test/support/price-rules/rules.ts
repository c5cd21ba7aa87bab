/** Every rule of what an answer costs. */
import { ANTHROPIC_RULES } from "./anthropic.ts";
import { ANTHROPIC_EVERY_RATE, OPENAI_EVERY_RATE } from "./every-rate-rules.ts";
import { OPENAI_RATE_RULES } from "./openai-rates.ts";
import { OPENAI_TOKEN_RULES } from "./openai.ts";
import type { PriceRule } from "./rule.ts";

export const PRICE_RULES: readonly PriceRule[] = [
  ...OPENAI_TOKEN_RULES,
  ...OPENAI_RATE_RULES,
  ...OPENAI_EVERY_RATE,
  ...ANTHROPIC_RULES,
  ...ANTHROPIC_EVERY_RATE,
];
