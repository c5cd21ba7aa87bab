/** Estimates the input of a request for its hold: text by vocabulary, media by caps, framing, what hosted tools will add. */
import type { Tokenizer } from "../core/endpoint.ts";
import type { InspectedBody } from "./adapter.ts";
import { isObject, listOf, member, textOf, type JsonObject } from "./json-value.ts";
import { ContentReader } from "./content-reader.ts";
import { countForHold, COUNTED_TEXT_LIMIT, type TokenCounts } from "./token-count.ts";
import { loadVocabulary } from "./vocabulary.ts";

const TOKENS_PER_REQUEST = 16;
const TOKENS_PER_MESSAGE = 4;
/** The hidden system prompt that Claude gets with tools (Anthropic: 264 to 530 by model). */
const CLAUDE_TOOLS_TOKENS = 600;
/** What Anthropic's own client tools add (Anthropic, tool use pricing); prefixes of `type`. */
const CLAUDE_BUILT_IN_TOOLS: readonly (readonly [prefix: string, tokens: number])[] = [
  ["bash_", 245],
  ["text_editor_", 700],
  ["computer_", 1_234],
];
/** Results of one hosted search, which come back as input. */
const TOKENS_PER_HOSTED_CALL = 4_000;

/** Members of a body that become part of the prompt. Others are settings. */
const PROMPT_MEMBERS = ["messages", "input", "system", "instructions", "prediction"] as const;
/** Members whose JSON text the model gets to see, names and punctuation included. */
const SCHEMA_MEMBERS = [
  "tools",
  "functions",
  "response_format",
  "text",
  "output_format",
  "output_config",
  "mcp_servers",
] as const;

/**
 * Input tokens that the provider's count is not expected to exceed, for each vocabulary. Text beyond 64 Ki characters, and all of it
 * when the vocabulary cannot be loaded, is weighed by character class instead of counted.
 */
export async function estimateInputTokens(inspected: InspectedBody): Promise<TokenCounts> {
  const reader = new ContentReader(inspected.facts.model);
  const { body } = inspected;
  for (const name of PROMPT_MEMBERS) reader.readContent(body[name]);
  for (const name of SCHEMA_MEMBERS) {
    const value = body[name] ?? null;
    if (value !== null) reader.readText(JSON.stringify(value));
  }
  const text = reader.text();
  if (text.length <= COUNTED_TEXT_LIMIT) await loadVocabulary().catch(() => undefined);
  const counts = countForHold(text);
  const framing = framingTokens(body) + hostedTokens(inspected);
  const tools = listOf(body["tools"]);
  const claudeTools = tools.length === 0 ? 0 : CLAUDE_TOOLS_TOKENS + builtInTokens(tools);
  const total = (tokenizer: Tokenizer, extra: number): number =>
    counts[tokenizer] + reader.mediaTokens[tokenizer] + framing + extra;
  return {
    o200k: total("o200k", 0),
    claude: total("claude", claudeTools),
    "claude-4-7": total("claude-4-7", claudeTools),
  };
}

function framingTokens(body: JsonObject): number {
  const messages = listOf(body["messages"]).length + listOf(body["input"]).length;
  return TOKENS_PER_REQUEST + TOKENS_PER_MESSAGE * Math.max(1, messages);
}

function hostedTokens(inspected: InspectedBody): number {
  const { webSearch, fileSearch, codeInterpreter } = inspected.facts.calls;
  return TOKENS_PER_HOSTED_CALL * (webSearch + fileSearch + codeInterpreter);
}

function builtInTokens(tools: readonly unknown[]): number {
  let tokens = 0;
  for (const tool of tools) {
    const type = textOf(member(tool, "type")) ?? "";
    tokens += CLAUDE_BUILT_IN_TOOLS.find(([prefix]) => isObject(tool) && type.startsWith(prefix))?.[1] ?? 0;
  }
  return tokens;
}
