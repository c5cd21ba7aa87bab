/**
 * JSON as text: finds members without rebuilding anything, so that a body can be changed in one place and stay the same,
 * to the byte, everywhere else (number forms, key order, escapes, white space).
 */

/** A member of an object in JSON text; offsets are UTF-16 indexes into that text. */
export interface TextMember {
  readonly key: string;
  readonly keyStart: number;
  readonly valueStart: number;
  /** Exclusive. */
  readonly valueEnd: number;
}

export type ScanProblem = "byte_order_mark" | "not_an_object" | "malformed" | "too_deep" | "duplicate_key";

export type ScanReply =
  | { readonly ok: true; readonly members: readonly TextMember[]; readonly end: number }
  | { readonly ok: false; readonly problem: ScanProblem; readonly key?: string };

/** Far above what any request needs, far below what a recursive reader survives. */
export const MAX_JSON_DEPTH = 200;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

/** The index after the string that opens at `start`; -1 when it never closes. */
function endOfString(text: string, start: number): number {
  let at = start;
  for (;;) {
    at = text.indexOf('"', at + 1);
    if (at === -1) return -1;
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return at + 1;
  }
}

/** The key as a reader sees it: `"mod\u0065l"` is `model`. Null when its escapes are broken. */
function readKey(text: string, start: number, end: number): string | null {
  const raw = text.slice(start + 1, end - 1);
  if (!raw.includes("\\")) return raw;
  try {
    return String(JSON.parse(text.slice(start, end)));
  } catch {
    return null;
  }
}

/**
 * Scans one JSON object in one pass without recursion, before anything recursive may see it, and lists its own members.
 * Refuses depth over 200 and a repeated key at any depth, because readers disagree about which of the two counts
 * (RFC 8259 §4), and a leading byte order mark (RFC 8259 §8.1). It is no validator: text that passes still needs `JSON.parse`.
 */
export function scanObject(text: string): ScanReply {
  if (text.charCodeAt(0) === 0xfeff) return { ok: false, problem: "byte_order_mark" };
  const start = skipSpace(text, 0);
  if (text.charCodeAt(start) !== OPEN_OBJECT) return { ok: false, problem: "not_an_object" };
  return new ObjectScanner(text).scan(start);
}

/** An open object or list while scanning; a list has no keys. */
interface Frame {
  readonly keys: Set<string> | null;
  expectsKey: boolean;
}

class ObjectScanner {
  readonly #text: string;
  readonly #frames: Frame[] = [];
  readonly #members: TextMember[] = [];
  /** The member of the outermost object whose value is being passed. */
  #open: Omit<TextMember, "valueEnd"> | null = null;
  #problem: ScanReply | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  scan(start: number): ScanReply {
    for (let at = start; at < this.#text.length;) {
      const code = this.#text.charCodeAt(at);
      at = code === QUOTE ? this.#takeString(at) : this.#takeMark(code, at);
      if (this.#problem !== null) return this.#problem;
      if (this.#frames.length === 0) return { ok: true, members: this.#members, end: at };
    }
    return { ok: false, problem: "malformed" };
  }

  #refuse(problem: ScanProblem, key?: string): number {
    this.#problem = key === undefined ? { ok: false, problem } : { ok: false, problem, key };
    return this.#text.length;
  }

  /** Passes a key and its colon, or a string value; returns where to go on. */
  #takeString(at: number): number {
    const end = endOfString(this.#text, at);
    if (end === -1) return this.#refuse("malformed");
    const frame = this.#frames.at(-1);
    if (frame === undefined || frame.keys === null || !frame.expectsKey) return end;
    const key = readKey(this.#text, at, end);
    const colon = skipSpace(this.#text, end);
    if (key === null || this.#text.charCodeAt(colon) !== COLON) return this.#refuse("malformed");
    if (frame.keys.has(key)) return this.#refuse("duplicate_key", key);
    frame.keys.add(key);
    frame.expectsKey = false;
    const valueStart = skipSpace(this.#text, colon + 1);
    if (this.#frames.length === 1) this.#open = { key, keyStart: at, valueStart };
    return valueStart;
  }

  /** Passes one character outside of strings. */
  #takeMark(code: number, at: number): number {
    if (code === OPEN_OBJECT || code === OPEN_LIST) {
      if (this.#frames.length === MAX_JSON_DEPTH) return this.#refuse("too_deep");
      this.#frames.push({ keys: code === OPEN_OBJECT ? new Set() : null, expectsKey: true });
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
      this.#closeMember(at);
      this.#frames.pop();
    } else if (code === COMMA) {
      this.#closeMember(at);
      const frame = this.#frames.at(-1);
      if (frame !== undefined) frame.expectsKey = true;
    }
    return at + 1;
  }

  #closeMember(end: number): void {
    if (this.#open === null || this.#frames.length !== 1) return;
    this.#members.push({ ...this.#open, valueEnd: trimEnd(this.#text, this.#open.valueStart, end) });
    this.#open = null;
  }
}

function trimEnd(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && isSpace(text.charCodeAt(at - 1))) at -= 1;
  return at;
}

/** Replacement of `[start, end)` by `text`. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Applies edits that do not overlap. */
function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = "";
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

/** The text of a member's value; null when it is not there. */
export type ReadMember = (key: string) => string | null;

/**
 * Sets members of the object in `text` to JSON texts: in place where a member exists, else behind the last one. What to set
 * is decided with a look at the members, in the same scan.
 * The text must be an object that passes `scanObject`; anything else comes back unchanged.
 */
export function changeMembers(text: string, choose: (read: ReadMember) => ReadonlyMap<string, string>): string {
  const scan = scanObject(text);
  if (!scan.ok) return text;
  const find = (key: string): TextMember | undefined => scan.members.find((candidate) => candidate.key === key);
  const edits: Edit[] = [];
  const added: string[] = [];
  const values = choose((key) => {
    const member = find(key);
    return member === undefined ? null : text.slice(member.valueStart, member.valueEnd);
  });
  for (const [key, value] of values) {
    const existing = find(key);
    if (existing === undefined) added.push(`${JSON.stringify(key)}:${value}`);
    else edits.push({ start: existing.valueStart, end: existing.valueEnd, text: value });
  }
  if (added.length > 0) {
    const last = scan.members.at(-1);
    const at = last?.valueEnd ?? scan.end - 1;
    edits.push({ start: at, end: at, text: `${last === undefined ? "" : ","}${added.join(",")}` });
  }
  return applyEdits(text, edits);
}

/** `changeMembers` with values that are known before; nothing to set takes no scan. */
export function setMembers(text: string, values: ReadonlyMap<string, string>): string {
  return values.size === 0 ? text : changeMembers(text, () => values);
}

/** Takes one member and one comma out of the object in `text`; unchanged when it is not there. */
export function removeMember(text: string, key: string): string {
  const scan = scanObject(text);
  if (!scan.ok) return text;
  const index = scan.members.findIndex((candidate) => candidate.key === key);
  const target = scan.members[index];
  if (target === undefined) return text;
  const before = scan.members[index - 1];
  const after = scan.members[index + 1];
  if (before !== undefined) return text.slice(0, before.valueEnd) + text.slice(target.valueEnd);
  return text.slice(0, target.keyStart) + text.slice(after === undefined ? target.valueEnd : after.keyStart);
}
