/**
 * Character classes with an upper weight in tokens for each vocabulary, for text that is too long, or too foreign to a
 * vocabulary, to be counted exactly. The weights were measured on ten scripts and a dozen formats.
 */
import type { Tokenizer } from "../core/endpoint.ts";

export type Weights = Readonly<Record<Tokenizer, number>>;

interface CharacterClass {
  /** Tokens per byte for ASCII classes, per character for the others. */
  readonly weights: Weights;
}

const ASCII_TEXT: CharacterClass = { weights: { o200k: 1 / 2.2, claude: 1 / 2, "claude-4-7": 1 / 1.4 } };
const UNBROKEN_RUN: CharacterClass = { weights: { o200k: 1 / 1.3, claude: 1 / 1.3, "claude-4-7": 1 / 0.95 } };
const SYMBOL_RUN: CharacterClass = { weights: { o200k: 1 / 1.5, claude: 1 / 1.5, "claude-4-7": 1 / 1.1 } };
const EAST_ASIAN: CharacterClass = { weights: { o200k: 1.1, claude: 1.25, "claude-4-7": 1.7 } };
const EUROPEAN: CharacterClass = { weights: { o200k: 0.35, claude: 0.55, "claude-4-7": 0.75 } };
const OTHER_SCRIPT: CharacterClass = { weights: { o200k: 0.7, claude: 1.95, "claude-4-7": 2.7 } };
const ASTRAL: CharacterClass = { weights: { o200k: 2.6, claude: 3.6, "claude-4-7": 4.6 } };
const CONTROL: CharacterClass = { weights: { o200k: 2, claude: 2, "claude-4-7": 2.6 } };

/** From these lengths on, a run without a break is hardly compressed by any vocabulary (base64, hex, ids; rulers). */
const UNBROKEN_LENGTH = 24;
const SYMBOL_LENGTH = 8;

export interface TextMeasure {
  readonly weights: Weights;
  /** UTF-8. No byte-level vocabulary yields more tokens than bytes. */
  readonly bytes: number;
  /** Weights of the characters for which an o200k count says little about Claude. */
  readonly foreignWeights: Weights;
}

const NO_WEIGHTS: Weights = { o200k: 0, claude: 0, "claude-4-7": 0 };

/** Measures a text in one pass. */
export function measureText(text: string): TextMeasure {
  const measure = new Measure();
  for (let at = 0; at < text.length;) at += measure.take(text, at);
  return measure.finish();
}

const NONE = 0;
const WORD = 1;
const SYMBOL = 2;
const SPACE = 3;

/** True for everything that base64, hex and ids are made of. */
function isWordCode(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x2b ||
    code === 0x3d ||
    code === 0x2d ||
    code === 0x5f ||
    code === 0x2f
  );
}

/** The kind of run that an ASCII character belongs to; control characters belong to none. */
const ASCII_KINDS = Uint8Array.from({ length: 0x80 }, (_, code) => {
  if (isWordCode(code)) return WORD;
  if (code === 0x20 || (code >= 0x09 && code <= 0x0d)) return SPACE;
  return code < 0x20 ? NONE : SYMBOL;
});

/** `NONE` also behind the end. */
function kindAt(text: string, at: number): number {
  return ASCII_KINDS[text.charCodeAt(at)] ?? NONE;
}

function classOf(codePoint: number): CharacterClass {
  if (codePoint < 0x20 || (codePoint >= 0x7f && codePoint < 0xa0)) return CONTROL;
  if (isInvisible(codePoint)) return CONTROL;
  if (codePoint < 0x530 || (codePoint >= 0x1e00 && codePoint < 0x2000)) return EUROPEAN;
  if (codePoint < 0x1100 || (codePoint >= 0x1200 && codePoint < 0x2000)) return OTHER_SCRIPT;
  if (isEastAsian(codePoint)) return EAST_ASIAN;
  return codePoint > 0xffff ? ASTRAL : OTHER_SCRIPT;
}

function isInvisible(codePoint: number): boolean {
  return (
    (codePoint >= 0x300 && codePoint < 0x370) ||
    (codePoint >= 0x200b && codePoint <= 0x200f) ||
    (codePoint >= 0x202a && codePoint <= 0x202e) ||
    (codePoint >= 0x2060 && codePoint <= 0x206f) ||
    (codePoint >= 0x20d0 && codePoint <= 0x20ff) ||
    (codePoint >= 0xfe00 && codePoint <= 0xfe0f) ||
    (codePoint >= 0xd800 && codePoint <= 0xdfff) ||
    codePoint === 0xfeff ||
    codePoint === 0x00ad
  );
}

function isEastAsian(codePoint: number): boolean {
  return (
    (codePoint >= 0x1100 && codePoint < 0x1200) ||
    (codePoint >= 0x2e80 && codePoint < 0xa4d0) ||
    (codePoint >= 0xa960 && codePoint < 0xa980) ||
    (codePoint >= 0xac00 && codePoint < 0xd7ff) ||
    (codePoint >= 0xf900 && codePoint < 0xfb00) ||
    (codePoint >= 0xfe30 && codePoint < 0xfe50) ||
    (codePoint >= 0xff00 && codePoint < 0xfff0)
  );
}

/** Latin letters with accents and typographic punctuation: an o200k count carries over to Claude with its factor. */
function isFamiliar(codePoint: number): boolean {
  return (
    (codePoint >= 0xa0 && codePoint < 0x250 && codePoint !== 0xad) ||
    (codePoint >= 0x2010 && codePoint <= 0x2027) ||
    (codePoint >= 0x2030 && codePoint <= 0x205e) ||
    (codePoint >= 0x20a0 && codePoint < 0x20c0)
  );
}

/** True when an o200k count of the character does not carry over to Claude. */
export function isForeign(codePoint: number): boolean {
  if (codePoint < 0x80) return codePoint < 0x20 && (codePoint < 0x09 || codePoint > 0x0d);
  return !isFamiliar(codePoint);
}

/** The running sums of `measureText`. ASCII is taken run by run: it is nearly all of most texts. */
class Measure {
  readonly #counts = new Map<CharacterClass, number>();
  readonly #foreign = new Map<CharacterClass, number>();
  #bytes = 0;
  #asciiText = 0;
  #unbroken = 0;
  #symbols = 0;

  /** Takes the ASCII run, or the one other character, at `at`; returns its length in UTF-16 units. */
  take(text: string, at: number): number {
    const kind = kindAt(text, at);
    if (kind === NONE) return this.#takeCharacter(text.codePointAt(at) ?? 0);
    let end = at + 1;
    while (kindAt(text, end) === kind) end += 1;
    const length = end - at;
    this.#bytes += length;
    if (kind === WORD && length >= UNBROKEN_LENGTH) this.#unbroken += length;
    else if (kind === SYMBOL && length >= SYMBOL_LENGTH) this.#symbols += length;
    else this.#asciiText += length;
    return length;
  }

  finish(): TextMeasure {
    add(this.#counts, ASCII_TEXT, this.#asciiText);
    add(this.#counts, UNBROKEN_RUN, this.#unbroken);
    add(this.#counts, SYMBOL_RUN, this.#symbols);
    return { weights: sum(this.#counts), bytes: this.#bytes, foreignWeights: sum(this.#foreign) };
  }

  #takeCharacter(codePoint: number): number {
    this.#bytes += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    const kind = classOf(codePoint);
    add(this.#counts, kind, 1);
    if (isForeign(codePoint)) add(this.#foreign, kind, 1);
    return codePoint > 0xffff ? 2 : 1;
  }
}

function add(counts: Map<CharacterClass, number>, kind: CharacterClass, count: number): void {
  counts.set(kind, (counts.get(kind) ?? 0) + count);
}

function sum(counts: ReadonlyMap<CharacterClass, number>): Weights {
  let { o200k, claude, "claude-4-7": claude47 } = NO_WEIGHTS;
  for (const [kind, count] of counts) {
    o200k += kind.weights.o200k * count;
    claude += kind.weights.claude * count;
    claude47 += kind.weights["claude-4-7"] * count;
  }
  return { o200k, claude, "claude-4-7": claude47 };
}
