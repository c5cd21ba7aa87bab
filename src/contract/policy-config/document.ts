/** YAML with the places of its values, so that every complaint has a line and a column. */
import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import type { Document, Node, Pair, YAMLMap } from "yaml";

export type Path = readonly (string | number)[];

/** Both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface YamlDocument {
  /** Undefined when `problems` is not empty. */
  readonly value: unknown;
  readonly problems: readonly (Place & { readonly message: string; readonly isReference: boolean })[];
  /** Where a value is, or the nearest one above it that there is. */
  placeOf(path: Path): Place;
  /** Where the name of a member is. */
  placeOfKey(path: Path): Place;
}

/** More than any configuration has; what aliases unfold to counts once for each. */
const MAX_ALIASES = 100;

/** Reads one YAML 1.2 document. Keys that are given twice are problems, and so are aliases without an anchor. */
export function readYaml(text: string): YamlDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" });
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problems: YamlDocument["problems"][number][] = [...document.errors, ...document.warnings].map(
    ({ code, message, pos: [offset] }) => ({
      ...place(offset),
      message: code === "MULTIPLE_DOCS" ? "expected one document" : message,
      isReference: false,
    }),
  );
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) !== undefined) return;
      const message = `there is no anchor &${alias.source} above`;
      problems.push({ ...place(offsetOf(alias) ?? 0), message, isReference: true });
    },
  });
  let value: unknown = undefined;
  if (problems.length === 0) {
    try {
      value = document.toJS({ maxAliasCount: MAX_ALIASES });
    } catch (error) {
      const message = error instanceof Error ? error.message : "the document cannot be read";
      problems.push({ line: 1, column: 1, message, isReference: false });
    }
  }
  return {
    value,
    problems,
    placeOf: (path) => place(nodeAt(document, path).value),
    placeOfKey: (path) => place(nodeAt(document, path).key),
  };
}

/** Offsets of the last part of the path that there is. */
function nodeAt(document: Document.Parsed, path: Path): { readonly key: number; readonly value: number } {
  let node: Node | null = document.contents;
  const start = offsetOf(node) ?? 0;
  let found = { key: start, value: start };
  for (const part of path) {
    const next = memberOf(node, part);
    if (next === null) break;
    node = next.node;
    const key = next.keyOffset ?? offsetOf(node) ?? found.key;
    found = { key, value: offsetOf(node) ?? key };
  }
  return found;
}

interface Member {
  readonly node: Node | null;
  readonly keyOffset: number | null;
}

function memberOf(node: Node | null, part: string | number): Member | null {
  if (isSeq<Node | null>(node) && typeof part === "number") {
    return part < node.items.length ? { node: node.items[part] ?? null, keyOffset: null } : null;
  }
  if (!isMap<Node, Node | null>(node)) return null;
  const pair = pairsOf(node).get(String(part));
  return pair === undefined ? null : { node: pair.value, keyOffset: offsetOf(pair.key) };
}

/** By their keys, read once: thousands of complaints about one map look for their places. */
function pairsOf(map: YAMLMap<Node, Node | null>): ReadonlyMap<string, Pair<Node, Node | null>> {
  const known = pairsByMap.get(map);
  if (known !== undefined) return known;
  const pairs = new Map<string, Pair<Node, Node | null>>();
  for (const pair of map.items) {
    if (!isPair(pair) || !isScalar(pair.key)) continue;
    const key = String(pair.key.value);
    if (!pairs.has(key)) pairs.set(key, pair);
  }
  pairsByMap.set(map, pairs);
  return pairs;
}

const pairsByMap = new WeakMap<object, ReadonlyMap<string, Pair<Node, Node | null>>>();

function offsetOf(node: Pick<Node, "range"> | null): number | null {
  return node?.range?.[0] ?? null;
}
