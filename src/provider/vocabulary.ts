/**
 * The one public vocabulary that is close enough to every model here: o200k. It is 2.8 MB of script and 19 MB of heap, so
 * it is loaded on first use and never at start-up.
 */

/** Counts tokens of a text without long runs. */
type CountTokens = (text: string) => number;

/** Merging inside one unbroken run takes quadratic time; cutting it here can only count slightly more. */
const MAX_RUN_LENGTH = 512;
/** Merged fragments that the tokenizer remembers: enough for the words of a conversation, little enough to stay small. */
const MERGE_CACHE_ENTRIES = 4_096;
/** Special tokens in the text of a caller are ordinary text. */
const PLAIN_TEXT = { disallowedSpecial: new Set<string>() };

let loaded: CountTokens | null = null;
let loading: Promise<void> | null = null;

/** Loads the vocabulary once per isolate. After it, `countO200k` is exact. */
export async function loadVocabulary(): Promise<void> {
  if (loaded !== null) return;
  loading ??= import("gpt-tokenizer/encoding/o200k_base").then((encoding) => {
    encoding.setMergeCacheSize(MERGE_CACHE_ENTRIES);
    loaded = (text) => encoding.countTokens(text, PLAIN_TEXT);
    return undefined;
  });
  try {
    await loading;
  } catch (error) {
    loading = null;
    throw error;
  }
}

/** Merging takes two to four microseconds a character: how many may be merged for one text. */
const MAX_DENSE_CHARACTERS = 8_192;
/** Words and pieces with fewer characters per token were merged from fragments: hex, base64, rare scripts. */
const DENSE_CHARACTERS_PER_TOKEN = 3;

/**
 * The o200k tokens of a text, unbroken runs cut at 512 characters; null while the vocabulary is not loaded, and for a text
 * that would take more than `MAX_DENSE_CHARACTERS` to merge. Words are counted one by one and remembered, which is several
 * times faster than splitting the text with the vocabulary's own expression; the sum is the same, because a space before
 * something visible always begins a token. The same text always gets the same answer.
 */
export function countO200k(text: string): number | null {
  if (loaded === null) return null;
  let tokens = 0;
  let denseCharacters = 0;
  let wordEnd = 0;
  for (let start = 0; start < text.length;) {
    if (start === wordEnd) wordEnd = endOfWord(text, start);
    const end = wordEnd - start <= MAX_KNOWN_LENGTH ? wordEnd : endOfPiece(text, start, wordEnd);
    const piece = text.slice(start, end);
    const count = countPiece(piece, loaded);
    tokens += count;
    if (count > 1 && piece.length < count * DENSE_CHARACTERS_PER_TOKEN) denseCharacters += piece.length;
    if (denseCharacters > MAX_DENSE_CHARACTERS) return null;
    start = end;
  }
  return tokens;
}

/** Words and pieces that were counted. Emptied when it is full. */
const knownCounts = new Map<string, number>();
const MAX_KNOWN_PIECES = 16_384;
const MAX_KNOWN_LENGTH = 24;

function countPiece(piece: string, count: CountTokens): number {
  if (piece.length > MAX_KNOWN_LENGTH) return count(copyText(piece));
  const known = knownCounts.get(piece);
  if (known !== undefined) return known;
  const kept = copyText(piece);
  const tokens = count(kept);
  if (knownCounts.size === MAX_KNOWN_PIECES) knownCounts.clear();
  knownCounts.set(kept, tokens);
  return tokens;
}

/**
 * Where a long word may be cut without a change of the sum: behind ASCII letters or digits, when something else of ASCII
 * follows that is no apostrophe. Else after 512 characters, never inside a surrogate pair.
 */
function endOfPiece(text: string, start: number, wordEnd: number): number {
  const limit = Math.min(wordEnd, start + MAX_RUN_LENGTH);
  let kind = runKind(text.charCodeAt(start));
  for (let at = start + 1; at < limit; at += 1) {
    const code = text.charCodeAt(at);
    const next = runKind(code);
    const isEnd = (kind === LETTER || kind === DIGIT) && next !== kind && next !== OTHER && code !== APOSTROPHE;
    if (isEnd) return at;
    kind = next;
  }
  const isSplitPair = limit < wordEnd && (text.charCodeAt(limit) & 0xfc00) === 0xdc00;
  return isSplitPair ? limit - 1 : limit;
}

/** A slice keeps the whole text that it was cut from in memory, for as long as a cache keeps the slice; a copy does not. */
function copyText(slice: string): string {
  return ` ${slice}`.slice(1);
}

/** The next space that stands before something visible, or the end of the text. */
function endOfWord(text: string, start: number): number {
  for (let at = start + 1; ; at += 1) {
    at = text.indexOf(" ", at);
    if (at === -1) return text.length;
    if (isVisible(text.charCodeAt(at + 1))) return at;
  }
}

/** False for every white space, for some rare characters beside, and behind the end. */
function isVisible(code: number): boolean {
  return (code > 0x20 && code < 0x7f) || (code >= 0xc0 && code < 0x1680) || (code > 0x3000 && code < 0xfeff);
}

const OTHER = 0;
const LETTER = 1;
const DIGIT = 2;
const SPACE = 3;
const SYMBOL = 4;
const APOSTROPHE = 0x27;

/** Characters beyond ASCII are `OTHER`: they may be letters, digits or symbols, so nothing is cut beside them. */
function runKind(code: number): number {
  if (code >= 0x80) return OTHER;
  if ((code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a)) return LETTER;
  if (code >= 0x30 && code <= 0x39) return DIGIT;
  return code === 0x20 || (code >= 0x09 && code <= 0x0d) ? SPACE : SYMBOL;
}
