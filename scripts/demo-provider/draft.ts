/** What the model "thinks of": the content of an answer, before a dialect writes it down. */
import type { Behaviour } from "./behaviour.ts";
import { readArray, readObject, readText, type JsonObject, type JsonValue } from "./json.ts";
import { countTokens, splitTokens, writeSentences, writeTokens } from "./text.ts";

export interface ToolCall {
  readonly name: string;
  /** JSON text, in pieces as they are streamed. */
  readonly argumentPieces: readonly string[];
}

export interface Draft {
  /** The text, in pieces as they are streamed. */
  readonly pieces: readonly string[];
  readonly toolCall: ToolCall | null;
  readonly reasoningTokens: number;
  /** Text, tool call and reasoning together. */
  readonly outputTokens: number;
  readonly ended: "stop" | "length" | "tool";
}

export interface Tool {
  readonly name: string;
  readonly schema: JsonObject;
}

/**
 * Drafts one answer of at most `capTokens` tokens (null: no cap). A request with tools gets a call of the first one.
 * `reasons` says that the request asked for visible reasoning.
 */
export function draftAnswer(
  seed: string,
  capTokens: number | null,
  tool: Tool | null,
  reasons: boolean,
  behaviour: Behaviour,
): Draft {
  const { counts, flags, texts } = behaviour;
  const cap = flags.ignore_cap === true ? Number.MAX_SAFE_INTEGER : (capTokens ?? Number.MAX_SAFE_INTEGER);
  if (flags.empty === true || cap === 0) {
    return { pieces: [], toolCall: null, reasoningTokens: 0, outputTokens: 0, ended: cap === 0 ? "length" : "stop" };
  }
  const reasoningTokens = Math.min(counts.reasoning_tokens ?? (reasons ? 12 : 0), cap);
  const left = cap - reasoningTokens;
  if (tool !== null && texts.text === undefined && counts.output_tokens === undefined && counts.frames === undefined) {
    return draftToolCall(tool, reasoningTokens, left);
  }
  const wanted = wantedTokens(seed, reasoningTokens, behaviour);
  const tokens = wanted.slice(0, left);
  return {
    pieces: groupTokens(tokens, counts.frames ?? null),
    toolCall: null,
    reasoningTokens,
    outputTokens: reasoningTokens + tokens.length,
    ended: tokens.length < wanted.length ? "length" : "stop",
  };
}

/** The first tool that a request offers and allows, in any of the three shapes; null when there is none to call. */
export function pickTool(body: JsonObject, lastRole: string | null): Tool | null {
  const choice = body["tool_choice"];
  if (choice === "none" || readText(readObject(choice)?.["type"]) === "none") return null;
  if (lastRole === "tool") return null;
  const forced = readObject(choice);
  const forcedName = readText(forced?.["name"]) ?? readText(readObject(forced?.["function"])?.["name"]);
  for (const entry of readArray(body["tools"])) {
    const tool = readTool(entry);
    if (tool !== null && (forcedName === null || tool.name === forcedName)) return tool;
  }
  return null;
}

function readTool(entry: JsonValue): Tool | null {
  const outer = readObject(entry);
  const inner = readObject(outer?.["function"]) ?? outer;
  const name = readText(inner?.["name"]);
  const schema = readObject(inner?.["parameters"]) ?? readObject(inner?.["input_schema"]);
  return name === null || schema === null ? null : { name, schema };
}

function draftToolCall(tool: Tool, reasoningTokens: number, left: number): Draft {
  const wanted = splitTokens(JSON.stringify(exampleOf(tool.schema)));
  const argumentPieces = wanted.slice(0, left);
  return {
    pieces: [],
    toolCall: { name: tool.name, argumentPieces },
    reasoningTokens,
    outputTokens: reasoningTokens + argumentPieces.length,
    ended: argumentPieces.length < wanted.length ? "length" : "tool",
  };
}

function wantedTokens(seed: string, reasoningTokens: number, behaviour: Behaviour): string[] {
  const { counts, texts } = behaviour;
  if (texts.text !== undefined) return splitTokens(texts.text);
  const produced = counts.output_tokens ?? counts.frames;
  return produced === undefined ? writeSentences(seed) : writeTokens(seed, Math.max(0, produced - reasoningTokens));
}

/** Spreads the tokens over so many pieces; without a number each token is a piece. */
function groupTokens(tokens: readonly string[], pieces: number | null): readonly string[] {
  if (pieces === null || pieces === 0 || pieces >= tokens.length) return tokens;
  return Array.from({ length: pieces }, (_, index) =>
    tokens
      .slice(Math.floor((index * tokens.length) / pieces), Math.floor(((index + 1) * tokens.length) / pieces))
      .join(""),
  );
}

/** A value that fits a JSON schema of the usual kind. */
function exampleOf(schema: JsonObject): JsonValue {
  const options = readArray(schema["enum"]);
  if (options[0] !== undefined) return options[0];
  switch (schema["type"]) {
    case "object":
      return Object.fromEntries(
        Object.entries(readObject(schema["properties"]) ?? {}).map(([name, inner]) => [
          name,
          exampleOf(readObject(inner) ?? {}),
        ]),
      );
    case "array":
      return [exampleOf(readObject(schema["items"]) ?? {})];
    case "number":
    case "integer":
      return 42;
    case "boolean":
      return true;
    default:
      return "Zürich";
  }
}

/** Tokens of a request's tool definitions, which count as input. */
export function countToolTokens(body: JsonObject): number {
  return readArray(body["tools"]).reduce<number>((sum, tool) => sum + countTokens(JSON.stringify(tool)), 0);
}
