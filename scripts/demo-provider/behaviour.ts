/**
 * How the demo provider answers one request. Everything is optional; an empty behaviour is a healthy provider.
 * It comes from the options of the process, from `POST /__demo/next`, or from a directive in the last user text:
 * `[[demo: status=500 retry_after=2]]`, `[[demo: hang]]`, `[[demo: {"usage": {"prompt_tokens": 7}}]]`.
 */
import { parseJson, readObject, type JsonObject, type JsonValue } from "./json.ts";

/** Each name, with the kind of value that it takes. "Events" are server-sent events, counted from the first. */
const KNOBS = {
  /** Answer with this HTTP status and the dialect's error body. */
  status: "count",
  /** `retry-after` in seconds, beside `status`. */
  retry_after: "count",
  /** The error's code (OpenAI) or type (Anthropic), such as `insufficient_quota`. */
  error_code: "text",
  /** Never send the headers. */
  hang: "flag",
  /** Close the socket before the headers. */
  reset: "flag",
  /** Wait before the headers. */
  delay_ms: "count",
  /** Wait between the headers and the first event. */
  ttft_ms: "count",
  /** Wait between events. */
  frame_gap_ms: "count",
  /** Close the socket after so many events; a plain answer is cut in its middle. */
  cut_after: "count",
  /** End the body properly after so many events. */
  end_after: "count",
  /** Fall silent after so many events and keep the connection open. */
  hang_after: "count",
  /** Send the dialect's error event after so many events, and end. */
  error_after: "count",
  /** Leave out the event that ends a complete stream. */
  no_terminal: "flag",
  /** `missing`, `null`, `negative`, `absurd`, or an object that is merged into the true one. */
  usage: "usage",
  /** `bytes`: one byte a write; `mid_utf8`: writes end inside characters; `split_events`: writes end inside events. */
  chunking: "text",
  /** Frame events with CRLF. */
  crlf: "flag",
  /** Send a content type other than the right one. */
  content_type: "text",
  /** Compress the body, whatever the client accepts. */
  gzip: "flag",
  /** Deliver nothing: no text, no output tokens. */
  empty: "flag",
  /** The exact text of the answer. */
  text: "text",
  /** Produce so many output tokens (the request's cap still holds). */
  output_tokens: "count",
  /** Produce more output than the request's cap, when there is more to say. */
  ignore_cap: "flag",
  /** Report so many input tokens, cached and written ones included. */
  input_tokens: "count",
  /** Report so many of the input tokens as read from the cache. */
  cached_tokens: "count",
  /** Report so many of the input tokens as written to the cache. */
  cache_write_tokens: "count",
  /** Spend so many of the output tokens on reasoning. */
  reasoning_tokens: "count",
  /** Report so many web searches. */
  web_search_calls: "count",
  /** Report this tier. */
  service_tier: "text",
  /** Report this model. */
  response_model: "text",
  /** Send so many content events. */
  frames: "count",
} as const;

type Knob = keyof typeof KNOBS;

export interface Behaviour {
  readonly counts: Readonly<Partial<Record<KnobOf<"count">, number>>>;
  readonly texts: Readonly<Partial<Record<KnobOf<"text">, string>>>;
  readonly flags: Readonly<Partial<Record<KnobOf<"flag">, boolean>>>;
  readonly usage: UsageFault | null;
}

type KnobOf<K> = { [N in Knob]: (typeof KNOBS)[N] extends K ? N : never }[Knob];
export type UsageFault = "missing" | "null" | "negative" | "absurd" | JsonObject;

export const HEALTHY: Behaviour = { counts: {}, texts: {}, flags: {}, usage: null };

/** Reads a behaviour from JSON; a string says what is wrong with it. */
export function parseBehaviour(source: JsonObject): Behaviour | string {
  const counts: Partial<Record<KnobOf<"count">, number>> = {};
  const texts: Partial<Record<KnobOf<"text">, string>> = {};
  const flags: Partial<Record<KnobOf<"flag">, boolean>> = {};
  let usage: UsageFault | null = null;
  for (const [name, value] of Object.entries(source)) {
    if (isKnob(name, "count")) {
      if (typeof value !== "number" || !Number.isInteger(value) || value < 0) return `${name} takes a whole number`;
      counts[name] = value;
    } else if (isKnob(name, "text")) {
      if (typeof value !== "string") return `${name} takes a text`;
      texts[name] = value;
    } else if (isKnob(name, "flag")) {
      if (typeof value !== "boolean") return `${name} takes no value`;
      flags[name] = value;
    } else if (isKnob(name, "usage")) {
      usage = readUsageFault(value);
      if (usage === null) return "usage takes missing, null, negative, absurd or an object";
    } else {
      return `unknown directive ${name}`;
    }
  }
  return { counts, texts, flags, usage };
}

/** Reads the directives in a user's text; null when it has none, a string says what is wrong with one. */
export function parseDirectives(text: string): Behaviour | string | null {
  const source: Record<string, JsonValue> = {};
  const found = [...text.matchAll(/\[\[demo:(.*?)\]\](?!\])/gs)];
  if (found.length === 0) return null;
  for (const [, inner = ""] of found) {
    const body = inner.trim();
    if (body.startsWith("{")) {
      const object = readObject(parseJson(body));
      if (object === null) return `not JSON: ${body}`;
      Object.assign(source, object);
      continue;
    }
    for (const word of body.split(/[\s,]+/).filter((part) => part !== "")) {
      const [name = "", ...rest] = word.split("=");
      source[name] = rest.length === 0 ? true : readWord(rest.join("="));
    }
  }
  return parseBehaviour(source);
}

/** The second behaviour's knobs replace the first's. */
export function mergeBehaviours(first: Behaviour, second: Behaviour): Behaviour {
  return {
    counts: { ...first.counts, ...second.counts },
    texts: { ...first.texts, ...second.texts },
    flags: { ...first.flags, ...second.flags },
    usage: second.usage ?? first.usage,
  };
}

/** The usage object as a misbehaving provider reports it; undefined: the field is left out. */
export function distortUsage(usage: JsonObject, fault: UsageFault | null): JsonObject | null | undefined {
  if (fault === null) return usage;
  if (fault === "missing") return undefined;
  if (fault === "null") return null;
  if (fault === "negative") return mapNumbers(usage, (count) => -count - 1);
  if (fault === "absurd") return mapNumbers(usage, () => 9_007_199_254_740_991);
  return { ...usage, ...fault };
}

function mapNumbers(object: JsonObject, change: (count: number) => number): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => {
      if (typeof value === "number") return [name, change(value)];
      const inner = readObject(value);
      return [name, inner === null ? value : mapNumbers(inner, change)];
    }),
  );
}

function isKnob<K extends "count" | "text" | "flag" | "usage">(name: string, kind: K): name is KnobOf<K> {
  return Object.entries(KNOBS).some(([known, takes]) => known === name && takes === kind);
}

function readWord(word: string): JsonValue {
  if (word === "true") return true;
  if (word === "false") return false;
  return /^\d+$/.test(word) ? Number(word) : word;
}

function readUsageFault(value: JsonValue | undefined): UsageFault | null {
  if (value === null || value === "null") return "null";
  if (value === "missing" || value === "negative" || value === "absurd") return value;
  return readObject(value);
}
