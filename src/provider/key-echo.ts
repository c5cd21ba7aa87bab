/** Finding our credential in text that is meant for a caller. */

/** What every key of a kind begins with: public, and no part of the secret. */
const KEY_KIND = /^sk-(?:ant-(?:[a-z]+\d+-)?|proj-|svcacct-|admin-)?/;
/** So much of the secret behind the kind is no coincidence. */
const PREFIX_LENGTH = 4;
/** A tail has no kind before it that would tell it from a word. */
const SUFFIX_LENGTH = 12;
/** Of the secret at either end of a mask; twice as much where only the end of the key is shown. */
const MASKED_LENGTH = 2;
/** Shorter ones are placeholders, and would be found in any text. */
const SHORTEST_KEY = 8;

/** What stands for the part that a provider leaves out when it quotes a key: `sk-ab***yz`, `sk-ab...yz`. */
const MASK = /\*+|\.{2,}|…+|•{2,}/g;

/** True when the text has the key, the beginning or the end of it, or a masked form that shows any of its secret. */
export function repeatsKey(text: string, key: string): boolean {
  if (key.length < SHORTEST_KEY) return false;
  const kindLength = KEY_KIND.exec(key)?.[0].length ?? 0;
  const prefixLength = Math.max(SHORTEST_KEY, kindLength + PREFIX_LENGTH);
  if (text.includes(key.slice(0, prefixLength)) || text.includes(key.slice(-SUFFIX_LENGTH))) return true;
  for (const mask of text.matchAll(MASK)) {
    const shownBefore = keyHeadBefore(text, mask.index, key);
    const shownAfter = keyTailAfter(text, mask.index + mask[0].length, key);
    if (shownBefore >= kindLength + MASKED_LENGTH || shownAfter >= MASKED_LENGTH * 2) return true;
    if (shownBefore > 0 && shownAfter >= MASKED_LENGTH) return true;
  }
  return false;
}

/** How many characters of the word that ends at `end` are the beginning of the key; 0: the word is not. */
function keyHeadBefore(text: string, end: number, key: string): number {
  let start = end;
  while (start > 0 && end - start < key.length && isKeyCharacter(text.charCodeAt(start - 1))) start -= 1;
  return key.startsWith(text.slice(start, end)) ? end - start : 0;
}

/** How many characters of the word that begins at `start` are the end of the key; 0: the word is not. */
function keyTailAfter(text: string, start: number, key: string): number {
  let end = start;
  while (end < text.length && end - start < key.length && isKeyCharacter(text.charCodeAt(end))) end += 1;
  return key.endsWith(text.slice(start, end)) ? end - start : 0;
}

function isKeyCharacter(code: number): boolean {
  const isDigit = code >= 0x30 && code <= 0x39;
  const isLetter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
  return isDigit || isLetter || code === 0x2d || code === 0x5f;
}
