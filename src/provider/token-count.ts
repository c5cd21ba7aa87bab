/** Token counts of text: an upper one for holds, and a likely one for output that was delivered but never reported. */
import type { Tokenizer } from "../core/endpoint.ts";
import { isForeign, measureText, type TextMeasure } from "./text-class.ts";
import { countO200k } from "./vocabulary.ts";

export type TokenCounts = Readonly<Record<Tokenizer, number>>;

/** Characters; text beyond this is weighed instead of counted: 64 Ki take about 5 ms to count. */
export const COUNTED_TEXT_LIMIT = 64 * 1024;

/** What a hold adds to an o200k count. Claude's vocabularies are not public; Anthropic's newer one yields about a third more. */
const HOLD_FACTORS: TokenCounts = { o200k: 1.05, claude: 1.25, "claude-4-7": 1.65 };
/** What output is likely to be billed at, per o200k token. */
const OUTPUT_FACTORS = { claude: 1.25, "claude-4-7": 1.6 } as const;

/**
 * Tokens of a text that a provider's own count is not expected to exceed, for each vocabulary; never more than its UTF-8
 * bytes. Exact counting needs `loadVocabulary` first; without it, above 64 Ki characters, and where `countO200k` gives up, weights
 * per character class stand in.
 */
export function countForHold(text: string): TokenCounts {
  const exact = text.length <= COUNTED_TEXT_LIMIT ? countO200k(text) : null;
  if (exact !== null && PLAIN_ASCII.test(text)) return bounded(scaled(exact), text.length);
  const measure = measureText(text);
  if (exact === null) return bounded(measure.weights, measure.bytes);
  // Claude: familiar text by the o200k count, foreign scripts and emoji by weight.
  const familiar = familiarCount(text, exact, measure);
  const counts = {
    o200k: exact * HOLD_FACTORS.o200k,
    claude: familiar * HOLD_FACTORS.claude + measure.foreignWeights.claude,
    "claude-4-7": familiar * HOLD_FACTORS["claude-4-7"] + measure.foreignWeights["claude-4-7"],
  };
  return bounded(counts, measure.bytes);
}

/** The o200k tokens of a text without its foreign characters, by counting whichever of the two parts is shorter. */
function familiarCount(text: string, exact: number, measure: TextMeasure): number {
  if (measure.foreignWeights.o200k === 0) return exact;
  const foreign = pick(text, true);
  if (foreign.length * 2 <= text.length) return Math.max(0, exact - (countO200k(foreign) ?? 0));
  return countO200k(pick(text, false)) ?? exact;
}

/** The foreign characters of a text, or all others, each run of the rest replaced by a space. */
function pick(text: string, foreign: boolean): string {
  let result = "";
  let start = -1;
  for (let at = 0; at < text.length;) {
    const codePoint = text.codePointAt(at) ?? 0;
    const wanted = isForeign(codePoint) === foreign;
    if (wanted && start === -1) start = at;
    if (!wanted && start !== -1) {
      result += `${text.slice(start, at)} `;
      start = -1;
    }
    at += codePoint > 0xffff ? 2 : 1;
  }
  return start === -1 ? result : result + text.slice(start);
}

/** Text whose o200k count carries over to Claude as it is. */
const PLAIN_ASCII = /^[\t-\r\x20-\x7f]*$/;

function scaled(exact: number): TokenCounts {
  return {
    o200k: exact * HOLD_FACTORS.o200k,
    claude: exact * HOLD_FACTORS.claude,
    "claude-4-7": exact * HOLD_FACTORS["claude-4-7"],
  };
}

function bounded(counts: TokenCounts, bytes: number): TokenCounts {
  return {
    o200k: Math.min(bytes, Math.ceil(counts.o200k)),
    claude: Math.min(bytes, Math.ceil(counts.claude)),
    "claude-4-7": Math.min(bytes, Math.ceil(counts["claude-4-7"])),
  };
}

/** The likely tokens of text that a model produced. */
export function countOutput(text: string, tokenizer: Tokenizer): number {
  if (text === "") return 0;
  const measure = measureText(text);
  const exact = countO200k(text);
  const count =
    exact === null
      ? measure.weights[tokenizer]
      : tokenizer === "o200k"
        ? exact
        : familiarCount(text, exact, measure) * OUTPUT_FACTORS[tokenizer] + measure.foreignWeights[tokenizer];
  return Math.max(1, Math.min(measure.bytes, Math.ceil(count)));
}

/** Text is counted when this many characters have come together, so that memory stays flat on any stream. */
const WINDOW_LENGTH = 2_048;

/** Counts output tokens while text arrives in pieces. */
export class OutputCounter {
  readonly #tokenizer: Tokenizer;
  #counted = 0;
  #window = "";
  /** The tokens of all text up to this length of the window. */
  #checked = 0;
  #checkedLength = 0;

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  add(text: string): void {
    this.#window += text;
    while (this.#window.length > WINDOW_LENGTH) {
      const end = endOfWindow(this.#window);
      this.#counted += countOutput(this.#window.slice(0, end), this.#tokenizer);
      this.#window = this.#window.slice(end);
      this.#checked = this.#counted;
      this.#checkedLength = 0;
    }
  }

  /**
   * Whether so many tokens have come. Cheap enough for every piece: text is counted only when it may be enough, which it is not
   * while every character since the last count would have to be a token.
   */
  hasReached(tokens: number): boolean {
    if (this.#checked + this.#window.length - this.#checkedLength < tokens) return false;
    this.#checked = this.tokens();
    this.#checkedLength = this.#window.length;
    return this.#checked >= tokens;
  }

  tokens(): number {
    return this.#counted + countOutput(this.#window, this.#tokenizer);
  }

  get empty(): boolean {
    return this.#counted === 0 && this.#window === "";
  }
}

/** The last space of the window, so that no word is counted in two halves; never inside a surrogate pair. */
function endOfWindow(window: string): number {
  const space = window.lastIndexOf(" ", WINDOW_LENGTH);
  if (space > WINDOW_LENGTH / 2) return space;
  const code = window.charCodeAt(WINDOW_LENGTH);
  return code >= 0xdc00 && code <= 0xdfff ? WINDOW_LENGTH - 1 : WINDOW_LENGTH;
}
