/** Anthropic's usage: uncached, read and written input are disjoint, and writes are split by lifetime. */
import { collectText, type Question } from "./answer.ts";
import { countToolTokens, type Draft } from "./draft.ts";
import { readArray, readObject, readText, type JsonObject, type JsonValue } from "./json.ts";
import type { Breakpoint, Lifetime } from "./prompt-cache.ts";
import { countTokens } from "./text.ts";

interface PromptCount {
  readonly total: number;
  readonly breakpoints: readonly Breakpoint[];
}

/** Counts tools, system and messages in this order, and notes the `cache_control` marks on the way. */
export function countPrompt(question: Question): PromptCount {
  const { body } = question;
  let prefix = "";
  let tokens = countToolTokens(body);
  const breakpoints: Breakpoint[] = [];
  const mark = (control: JsonObject): void => {
    breakpoints.push({ prefix, tokens, lifetime: readLifetime(control) });
  };
  const add = (part: JsonValue): void => {
    const text = collectText(part);
    prefix += `<${text}>`;
    tokens += countTokens(text);
    const control = readObject(readObject(part)?.["cache_control"]);
    if (control !== null) mark(control);
  };
  for (const tool of readArray(body["tools"])) {
    prefix += JSON.stringify(tool);
    const control = readObject(readObject(tool)?.["cache_control"]);
    if (control !== null) mark(control);
  }
  for (const part of partsOf(body["system"])) add(part);
  for (const message of readArray(body["messages"])) {
    tokens += 4;
    for (const part of partsOf(readObject(message)?.["content"])) add(part);
  }
  const whole = readObject(body["cache_control"]);
  if (whole !== null) mark(whole);
  return { total: tokens + 3, breakpoints };
}

/** The whole usage object of an answer. */
export function countUsage(question: Question, draft: Draft): JsonObject {
  const { behaviour, body, cache, nowMs } = question;
  const { counts, texts } = behaviour;
  const prompt = countPrompt(question);
  const hit = cache.readMarked(readText(body["model"]) ?? "", prompt.breakpoints, nowMs);
  const total = counts.input_tokens ?? prompt.total;
  const read = Math.min(counts.cached_tokens ?? hit.read, total);
  const written = writtenTokens(hit.written, counts.cache_write_tokens ?? null, prompt.breakpoints, total - read);
  const created = written["5m"] + written["1h"];
  const searches = counts.web_search_calls ?? 0;
  const speed = readText(body["speed"]);
  return {
    input_tokens: total - read - created,
    cache_creation_input_tokens: created,
    cache_read_input_tokens: read,
    cache_creation: { ephemeral_5m_input_tokens: written["5m"], ephemeral_1h_input_tokens: written["1h"] },
    output_tokens: draft.outputTokens,
    ...(draft.reasoningTokens === 0 ? {} : { output_tokens_details: { thinking_tokens: draft.reasoningTokens } }),
    ...(searches === 0 ? {} : { server_tool_use: { web_search_requests: searches, web_fetch_requests: 0 } }),
    service_tier: texts.service_tier ?? "standard",
    inference_geo: body["inference_geo"] ?? "not_available",
    ...(speed === null ? {} : { speed }),
  };
}

/** A number given by a directive counts for the longest lifetime that the request asks for. */
function writtenTokens(
  hit: Readonly<Record<Lifetime, number>>,
  override: number | null,
  breakpoints: readonly Breakpoint[],
  room: number,
): Record<Lifetime, number> {
  const long = override === null ? hit["1h"] : breakpoints.some((mark) => mark.lifetime === "1h") ? override : 0;
  const short = override === null ? hit["5m"] : override - long;
  const oneHour = Math.min(long, room);
  return { "1h": oneHour, "5m": Math.min(short, room - oneHour) };
}

function partsOf(content: JsonValue | undefined): readonly JsonValue[] {
  return typeof content === "string" ? [content] : readArray(content);
}

function readLifetime(control: JsonObject): Lifetime {
  return control["ttl"] === "1h" ? "1h" : "5m";
}
