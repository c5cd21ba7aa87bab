/** Every rate that the price book can hold, in every situation in which it is billed. */
import { everyRate } from "./every-rate.ts";
import { ANTHROPIC, CHAT, type PriceRule } from "./rule.ts";

const TWELVE_HOURS = { prompt_cache_options: { mode: "implicit", ttl: "12h" } };

const openaiRule = (wire: string, request: PriceRule["request"], bill: string, usd: string): PriceRule => ({
  rule: `every class has its own rate: ${wire}, ${request === undefined ? "30m" : "12h"}`,
  wire,
  endpoints: CHAT,
  model: "every-rate",
  ...(request === undefined ? {} : { request }),
  price: everyRate("openai"),
  bill,
  usd,
});

export const OPENAI_EVERY_RATE: readonly PriceRule[] = [
  openaiRule(
    "every-class-default",
    undefined,
    "4000 input × 2 + 1000 cached_input × 0.2 + 2000 cache_write_30m × 2.9 + 3000 audio_input × 7 + 500 output × 11 + 400 audio_output × 13",
    "0.0457",
  ),
  openaiRule(
    "every-class-default",
    TWELVE_HOURS,
    "4000 input × 2 + 1000 cached_input × 0.2 + 2000 cache_write_12h × 4.1 + 3000 audio_input × 7 + 500 output × 11 + 400 audio_output × 13",
    "0.0481",
  ),
  openaiRule(
    "every-class-default-long",
    undefined,
    "14001 input × 3 + 1000 cached_input × 0.3 + 2000 cache_write_30m × 4.3 + 3000 audio_input × 9 + 500 output × 17 + 400 audio_output × 19",
    "0.094003",
  ),
  openaiRule(
    "every-class-default-long",
    TWELVE_HOURS,
    "14001 input × 3 + 1000 cached_input × 0.3 + 2000 cache_write_12h × 6.1 + 3000 audio_input × 9 + 500 output × 17 + 400 audio_output × 19",
    "0.097603",
  ),
  openaiRule(
    "every-class-batch",
    undefined,
    "4000 input × 1 + 1000 cached_input × 0.1 + 2000 cache_write_30m × 1.3 + 3000 audio_input × 2.3 + 500 output × 5 + 400 audio_output × 6",
    "0.0185",
  ),
  openaiRule(
    "every-class-batch",
    TWELVE_HOURS,
    "4000 input × 1 + 1000 cached_input × 0.1 + 2000 cache_write_12h × 1.9 + 3000 audio_input × 2.3 + 500 output × 5 + 400 audio_output × 6",
    "0.0197",
  ),
  openaiRule(
    "every-class-batch-long",
    undefined,
    "14001 input × 3 × 0.5 + 1000 cached_input × 0.3 × 0.5 + 2000 cache_write_30m × 4.3 × 0.5 + 3000 audio_input × 9 × 0.5 + 500 output × 17 × 0.5 + 400 audio_output × 19 × 0.5",
    "0.0470015",
  ),
  openaiRule(
    "every-class-flex",
    undefined,
    "4000 input × 1.5 + 1000 cached_input × 0.15 + 2000 cache_write_30m × 1.8 + 3000 audio_input × 5 + 500 output × 8 + 400 audio_output × 9",
    "0.03235",
  ),
  openaiRule(
    "every-class-flex",
    TWELVE_HOURS,
    "4000 input × 1.5 + 1000 cached_input × 0.15 + 2000 cache_write_12h × 2.1 + 3000 audio_input × 5 + 500 output × 8 + 400 audio_output × 9",
    "0.03295",
  ),
  openaiRule(
    "every-class-flex-long",
    undefined,
    "14001 input × 3 × 0.75 + 1000 cached_input × 0.3 × 0.75 + 2000 cache_write_30m × 4.3 × 0.75 + 3000 audio_input × 9 × 0.75 + 500 output × 17 × 0.75 + 400 audio_output × 19 × 0.75",
    "0.07050225",
  ),
  openaiRule(
    "every-class-priority",
    undefined,
    "4000 input × 4 + 1000 cached_input × 0.4 + 2000 cache_write_30m × 5.3 + 3000 audio_input × 14 + 500 output × 22 + 400 audio_output × 26",
    "0.0904",
  ),
  openaiRule(
    "every-class-priority",
    TWELVE_HOURS,
    "4000 input × 4 + 1000 cached_input × 0.4 + 2000 cache_write_12h × 8.3 + 3000 audio_input × 14 + 500 output × 22 + 400 audio_output × 26",
    "0.0964",
  ),
  openaiRule(
    "every-class-priority-long",
    undefined,
    "14001 input × 6 + 1000 cached_input × 0.6 + 2000 cache_write_30m × 8.7 + 3000 audio_input × 16 + 500 output × 34 + 400 audio_output × 38",
    "0.182206",
  ),
  openaiRule(
    "every-class-priority-long",
    TWELVE_HOURS,
    "14001 input × 6 + 1000 cached_input × 0.6 + 2000 cache_write_12h × 12.1 + 3000 audio_input × 16 + 500 output × 34 + 400 audio_output × 38",
    "0.189006",
  ),
];

const anthropicRule = (wire: string, bill: string, usd: string): PriceRule => ({
  rule: `every class has its own rate: ${wire}`,
  wire,
  endpoints: ANTHROPIC,
  model: "every-rate",
  price: everyRate("anthropic"),
  bill,
  usd,
});

export const ANTHROPIC_EVERY_RATE: readonly PriceRule[] = [
  anthropicRule(
    "every-class-standard",
    "5000 input × 2 + 1000 cached_input × 0.2 + 2000 cache_write_5m × 2.3 + 3000 cache_write_1h × 3.1 + 900 output × 11",
    "0.034",
  ),
  anthropicRule(
    "every-class-standard-long",
    "15001 input × 3 + 1000 cached_input × 0.3 + 2000 cache_write_5m × 3.7 + 3000 cache_write_1h × 5.3 + 900 output × 17",
    "0.083903",
  ),
  anthropicRule(
    "every-class-batch",
    "5000 input × 1 + 1000 cached_input × 0.1 + 2000 cache_write_5m × 1.1 + 3000 cache_write_1h × 1.4 + 900 output × 5",
    "0.016",
  ),
  anthropicRule(
    "every-class-batch-long",
    "15001 input × 3 × 0.5 + 1000 cached_input × 0.3 × 0.5 + 2000 cache_write_5m × 3.7 × 0.5 + 3000 cache_write_1h × 5.3 × 0.5 + 900 output × 17 × 0.5",
    "0.0419515",
  ),
  anthropicRule(
    "every-class-fast",
    "5000 input × 4 + 1000 cached_input × 0.4 + 2000 cache_write_5m × 4.7 + 3000 cache_write_1h × 5.9 + 900 output × 22",
    "0.0673",
  ),
  anthropicRule(
    "every-class-fast-long",
    "15001 input × 6 + 1000 cached_input × 0.6 + 2000 cache_write_5m × 7.1 + 3000 cache_write_1h × 9.7 + 900 output × 34",
    "0.164506",
  ),
];
