/** Models that have every rate that the price book can hold, no two of them alike. */
import { priceRecordSchema, toPrice } from "../../../src/contract/price-record.ts";
import type { Provider } from "../../../src/core/endpoint.ts";
import type { Price } from "../../../src/core/price.ts";

function rates(
  input: string,
  cached: string,
  [fiveMinutes, oneHour, thirtyMinutes, twelveHours]: readonly [string, string, string, string],
  [audioInput, output, audioOutput]: readonly [string, string, string],
) {
  return {
    input_price_per_million: input,
    cached_input_price_per_million: cached,
    cache_write_5m_price_per_million: fiveMinutes,
    cache_write_1h_price_per_million: oneHour,
    cache_write_30m_price_per_million: thirtyMinutes,
    cache_write_12h_price_per_million: twelveHours,
    audio_input_price_per_million: audioInput,
    output_price_per_million: output,
    audio_output_price_per_million: audioOutput,
  };
}

export function everyRate(provider: Provider): Price {
  return toPrice(
    priceRecordSchema.parse({
      provider,
      model: "every-rate",
      ...rates("2", "0.2", ["2.3", "3.1", "2.9", "4.1"], ["7", "11", "13"]),
      long_context: { threshold_tokens: 20_000, ...rates("3", "0.3", ["3.7", "5.3", "4.3", "6.1"], ["9", "17", "19"]) },
      tiers: {
        batch: rates("1", "0.1", ["1.1", "1.4", "1.3", "1.9"], ["2.3", "5", "6"]),
        flex: rates("1.5", "0.15", ["1.6", "1.7", "1.8", "2.1"], ["5", "8", "9"]),
        fast: rates("4", "0.4", ["4.7", "5.9", "5.3", "8.3"], ["14", "22", "26"]),
        fast_long_context: rates("6", "0.6", ["7.1", "9.7", "8.7", "12.1"], ["16", "34", "38"]),
      },
      endpoints: provider === "openai" ? ["openai.chat"] : ["anthropic.messages"],
    }),
  );
}
