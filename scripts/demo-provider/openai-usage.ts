/** The input side of OpenAI's usage: all input in one number, cached and written tokens as subsets of it. */
import type { Question } from "./answer.ts";
import type { JsonObject } from "./json.ts";
import { countToolTokens } from "./draft.ts";
import { splitTokens } from "./text.ts";

/** The models that report, and charge for, cache writes: GPT-5.6 and later. */
const WRITES_CACHE = /^gpt-(5\.[6-9]|[6-9])/;

export interface InputCount {
  readonly tokens: number;
  readonly details: JsonObject;
}

/** Counts a request's input; `earlierTokens` are turns that it does not repeat. */
export function countInput(question: Question, prompt: string, model: string, earlierTokens: number): InputCount {
  const { behaviour, body, cache, nowMs } = question;
  const promptTokens = splitTokens(prompt);
  const hit = cache.readAutomatic(model, promptTokens, nowMs);
  const tokens = behaviour.counts.input_tokens ?? promptTokens.length + countToolTokens(body) + earlierTokens + 7;
  const cached = Math.min(behaviour.counts.cached_tokens ?? hit.cached, tokens);
  const reported = behaviour.counts.cache_write_tokens ?? (WRITES_CACHE.test(model) ? hit.written : null);
  const written = reported === null ? {} : { cache_write_tokens: Math.min(reported, tokens - cached) };
  return { tokens, details: { cached_tokens: cached, ...written } };
}
