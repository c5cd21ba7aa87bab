/** Reading answers of `POST /v1/messages`, whole or in events. */
import type { MeterContext, MeterSnapshot } from "./adapter.ts";
import { AnswerRecord } from "./answer-record.ts";
import { isObject, listOf, member, parseJson, textOf, type JsonObject } from "./json-value.ts";
import { normalizeMessagesUsage } from "./usage-anthropic.ts";
import { isCounter } from "./usage-counter.ts";

export function createMessagesRecord(context: MeterContext): AnswerRecord {
  return new AnswerRecord(context, normalizeMessagesUsage);
}

/** Reads a whole answer. */
export function meterMessagesJson(text: string, context: MeterContext): MeterSnapshot {
  const record = createMessagesRecord(context);
  const message = parseJson(text);
  if (!isObject(message)) return record.snapshot();
  record.terminal = true;
  if (message["type"] === "error" || isObject(message["error"])) record.errored = true;
  readMessageHead(record, message);
  record.usageIsFinal = true;
  const blocks = listOf(message["content"]);
  for (const block of blocks) noteContainer(record, block);
  if (record.isReported) return record.snapshot();
  for (const block of blocks) addBlockOutput(record, block);
  return record.snapshot();
}

/** Identity and the usage so far, of an answer or of `message_start`; a repeated start lowers nothing. */
export function readMessageHead(record: AnswerRecord, message: JsonObject): void {
  record.responseId = textOf(message["id"]) ?? record.responseId;
  record.model = textOf(message["model"]) ?? record.model;
  const usage = message["usage"];
  if (isObject(usage)) record.usage = record.usage === null ? usage : mergeMessagesUsage(record.usage, usage);
}

/** Remembers code execution, which its container's time is billed for (`code_execution`, `bash_code_execution`, …). */
export function noteContainer(record: AnswerRecord, block: unknown): void {
  if (member(block, "type") !== "server_tool_use") return;
  if (textOf(member(block, "name"))?.endsWith("code_execution") === true) record.containerRan = true;
}

/** Counts what a content block, or the start of one, has that the model wrote. */
export function addBlockOutput(record: AnswerRecord, block: unknown): void {
  const type = textOf(member(block, "type")) ?? "";
  // Results of server tools are input, not output.
  if (type.endsWith("_tool_result")) return;
  for (const key of ["text", "thinking", "name"]) record.addOutput(member(block, key));
  const input = member(block, "input");
  if (isObject(input) && Object.keys(input).length > 0) record.addOutput(JSON.stringify(input));
  if (type === "redacted_thinking") record.addUncountedOutput();
}

/**
 * Lays cumulative usage over what is known, field by field: null says nothing, a counter never falls, nothing is added up
 * (anthropic-sdk-typescript `MessageDeltaUsage`). A split of cache writes that stayed at zero while their sum arrived late
 * is no split at all.
 */
export function mergeMessagesUsage(known: unknown, delta: JsonObject): JsonObject {
  const merged = mergeObjects(isObject(known) ? known : {}, delta, MAX_USAGE_DEPTH);
  const late = (delta["cache_creation_input_tokens"] ?? 0) !== 0 && (delta["cache_creation"] ?? null) === null;
  const split = merged["cache_creation"];
  const splitIsZero = isObject(split) && Object.values(split).every((value) => value === 0 || value === null);
  if (!late || !splitIsZero) return merged;
  const { cache_creation: _split, ...unsplit } = merged;
  return unsplit;
}

/** Usage, its iterations, one of them, its split of cache writes; what lies deeper is no counter. */
const MAX_USAGE_DEPTH = 4;

function mergeObjects(known: JsonObject, next: JsonObject, depth: number): JsonObject {
  const merged = new Map(Object.entries(known));
  for (const [key, value] of Object.entries(next)) {
    if (value !== null) merged.set(key, mergeValues(merged.get(key), value, depth - 1));
  }
  return Object.fromEntries(merged);
}

/** The larger of two counters; anything that is no counter replaces what was known, so that a fault is seen. */
function mergeValues(known: unknown, next: unknown, depth: number): unknown {
  if (next === null || next === undefined) return known;
  if (isCounter(known) && isCounter(next)) return Math.max(known, next);
  if (depth === 0) return next;
  if (isObject(known) && isObject(next)) return mergeObjects(known, next, depth);
  if (!Array.isArray(known) || !Array.isArray(next)) return next;
  const entries: readonly unknown[] = known.length > next.length ? known : next;
  return entries.map((_, index) => mergeValues(known[index], next[index], depth - 1));
}
