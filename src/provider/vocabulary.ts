/**
 * The one public vocabulary that is close enough to every model here: o200k. It is 2.8 MB of script and 19 MB of heap, so
 * it is loaded on first use and never at start-up.
 */

/** Counts tokens of text that came through `splitRuns`. */
type CountTokens = (text: string) => number;

/** Merging inside one unbroken run takes quadratic time; cutting it here can only count slightly more. */
export const MAX_RUN_LENGTH = 512;
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

/** The o200k tokens of a text, unbroken runs cut at 512 characters; null while the vocabulary is not loaded. */
export function countO200k(text: string): number | null {
  if (loaded === null) return null;
  let tokens = 0;
  for (const part of splitRuns(text)) tokens += loaded(part);
  return tokens;
}

const LETTER = 1;
const DIGIT = 2;
const SPACE = 3;
const SYMBOL = 4;

/** Non-ASCII characters are 0: they may be letters or symbols, so they never end a run. */
function runKind(code: number): number {
  if (code >= 0x80) return 0;
  if ((code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a)) return LETTER;
  if (code >= 0x30 && code <= 0x39) return DIGIT;
  return code === 0x20 || (code >= 0x09 && code <= 0x0d) ? SPACE : SYMBOL;
}

/** Cuts a text so that no run of one kind is longer than 512 characters, and never inside a surrogate pair. */
export function splitRuns(text: string): readonly string[] {
  const parts: string[] = [];
  let partStart = 0;
  let runLength = 0;
  let kind = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const next = runKind(code);
    const continues = next === 0 || kind === 0 || next === kind;
    runLength = continues ? runLength + 1 : 1;
    if (next !== 0) kind = next;
    const isLowSurrogate = code >= 0xdc00 && code <= 0xdfff;
    if (runLength > MAX_RUN_LENGTH && !isLowSurrogate) {
      parts.push(text.slice(partStart, at));
      partStart = at;
      runLength = 1;
    }
  }
  parts.push(text.slice(partStart));
  return parts;
}
