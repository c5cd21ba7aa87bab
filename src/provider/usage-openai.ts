/**
 * OpenAI usage objects. Cached and written tokens are subsets of the prompt, reasoning and rejected predictions subsets of
 * the output, audio a subset of both (openai-node `CompletionUsage`, `ResponseUsage`).
 */
import { EMPTY_BUCKETS, type TokenBuckets, type Usage } from "../core/usage.ts";
import type { UsageContext } from "./adapter.ts";
import { isObject, member } from "./json-value.ts";
import {
  contextCalls,
  contextSearchSize,
  CounterReader,
  flagUnknownCounters,
  INCONSISTENT_USAGE,
  openaiTier,
} from "./usage-counter.ts";

interface FieldNames {
  readonly input: string;
  readonly output: string;
  readonly inputDetails: string;
  readonly outputDetails: string;
}

const CHAT_FIELDS: FieldNames = {
  input: "prompt_tokens",
  output: "completion_tokens",
  inputDetails: "prompt_tokens_details",
  outputDetails: "completion_tokens_details",
};

const RESPONSES_FIELDS: FieldNames = {
  input: "input_tokens",
  output: "output_tokens",
  inputDetails: "input_tokens_details",
  outputDetails: "output_tokens_details",
};

/** Counters that are priced, or are inside of one that is. */
const KNOWN_COUNTERS: ReadonlySet<string> = new Set([
  "total_tokens",
  "cached_tokens",
  "cache_write_tokens",
  "audio_tokens",
  "text_tokens",
  "image_tokens",
  "reasoning_tokens",
  "accepted_prediction_tokens",
  "rejected_prediction_tokens",
  ...[CHAT_FIELDS, RESPONSES_FIELDS].flatMap(({ input, output }) => [input, output]),
]);

export function normalizeChatUsage(usage: unknown, context: UsageContext): Usage | null {
  return normalizeOpenaiUsage(usage, CHAT_FIELDS, context);
}

export function normalizeResponsesUsage(usage: unknown, context: UsageContext): Usage | null {
  return normalizeOpenaiUsage(usage, RESPONSES_FIELDS, context);
}

interface Counters {
  readonly input: number;
  readonly cached: number;
  readonly written: number;
  readonly audioInput: number;
  readonly output: number;
  readonly audioOutput: number;
  readonly reasoning: number;
}

function normalizeOpenaiUsage(usage: unknown, names: FieldNames, context: UsageContext): Usage | null {
  if (!isObject(usage)) return null;
  const reader = new CounterReader();
  const inputDetails = usage[names.inputDetails];
  const outputDetails = usage[names.outputDetails];
  const counters: Counters = {
    input: reader.required(usage[names.input]),
    cached: reader.optional(member(inputDetails, "cached_tokens")),
    written: reader.optional(member(inputDetails, "cache_write_tokens")),
    audioInput: reader.optional(member(inputDetails, "audio_tokens")),
    output: reader.required(usage[names.output]),
    audioOutput: reader.optional(member(outputDetails, "audio_tokens")),
    reasoning: reader.optional(member(outputDetails, "reasoning_tokens")),
  };
  if (!reader.usable) return null;
  const flags: string[] = [];
  const tokens = bucketsOf(counters, context.cacheLifetime === "12h", flags);
  flagUnknownCounters(usage, KNOWN_COUNTERS, flags);
  return {
    passes: [{ model: context.model ?? null, tokens }],
    tier: openaiTier(context, flags),
    regional: context.regional ?? false,
    calls: contextCalls(context),
    ...contextSearchSize(context),
    reasoningTokens: Math.min(counters.reasoning, counters.output),
    flags,
  };
}

/**
 * Splits the subsets apart. Parts that exceed their whole are an inconsistent object: the remainder is clamped at zero,
 * the parts are billed as reported, and a flag says so.
 */
function bucketsOf(counters: Counters, twelveHours: boolean, flags: string[]): TokenBuckets {
  const unread = counters.input - counters.cached - counters.written;
  if (unread < 0 || counters.audioOutput > counters.output) flags.push(INCONSISTENT_USAGE);
  // Audio may be cached as well; what is left beside the cache is billed as audio first, the dearer of the two.
  const audioInput = Math.min(counters.audioInput, Math.max(0, unread));
  return {
    ...EMPTY_BUCKETS,
    input: Math.max(0, unread) - audioInput,
    cachedInput: counters.cached,
    [twelveHours ? "cacheWrite12h" : "cacheWrite30m"]: counters.written,
    audioInput,
    output: Math.max(0, counters.output - counters.audioOutput),
    audioOutput: counters.audioOutput,
  };
}
