/** What is added up of the spend log: requests, tokens and nano-units of one currency, exact. */

export const MEASURES = [
  "requests",
  "refused_requests",
  "input_tokens",
  "cached_input_tokens",
  "cache_write_tokens",
  "output_tokens",
  "reasoning_tokens",
  "total_tokens",
  "input_cost_nanos",
  "cached_input_cost_nanos",
  "cache_write_cost_nanos",
  "output_cost_nanos",
  "fees_cost_nanos",
  "total_cost_nanos",
  "estimated_avoided_cost_nanos",
] as const;
export type Measure = (typeof MEASURES)[number];

export type SpendSums = Readonly<Record<Measure, bigint>>;

export const NO_SPEND: SpendSums = {
  requests: 0n,
  refused_requests: 0n,
  input_tokens: 0n,
  cached_input_tokens: 0n,
  cache_write_tokens: 0n,
  output_tokens: 0n,
  reasoning_tokens: 0n,
  total_tokens: 0n,
  input_cost_nanos: 0n,
  cached_input_cost_nanos: 0n,
  cache_write_cost_nanos: 0n,
  output_cost_nanos: 0n,
  fees_cost_nanos: 0n,
  total_cost_nanos: 0n,
  estimated_avoided_cost_nanos: 0n,
};

export function addSpend(a: SpendSums, b: SpendSums): SpendSums {
  const sum = { ...NO_SPEND };
  for (const measure of MEASURES) sum[measure] = a[measure] + b[measure];
  return sum;
}
