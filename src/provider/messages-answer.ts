/** Reading answers of `POST /v1/messages`, whole or in events. */
import type { MeterContext, MeterSnapshot } from "./adapter.ts";
import { AnswerRecord } from "./answer-record.ts";
import { isObject, listOf, member, parseJson, textOf, type JsonObject } from "./json-value.ts";
import { normalizeMessagesUsage } from "./usage-anthropic.ts";

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
  if (record.isReported) return record.snapshot();
  for (const block of listOf(message["content"])) addBlockOutput(record, block);
  return record.snapshot();
}

/** Identity and the usage so far, of an answer or of `message_start`. */
export function readMessageHead(record: AnswerRecord, message: JsonObject): void {
  record.responseId = textOf(message["id"]) ?? record.responseId;
  record.model = textOf(message["model"]) ?? record.model;
  if (isObject(message["usage"])) record.usage = message["usage"];
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
 * Lays a cumulative `message_delta.usage` over what is known: a field that is not null replaces, nothing is added up.
 * A split of cache writes that stayed at zero while their sum arrived late is no split at all.
 */
export function mergeMessagesUsage(known: unknown, delta: JsonObject): JsonObject {
  const merged: Record<string, unknown> = isObject(known) ? { ...known } : {};
  for (const [key, value] of Object.entries(delta)) {
    if (value !== null) merged[key] = value;
  }
  const late = (delta["cache_creation_input_tokens"] ?? 0) !== 0 && (delta["cache_creation"] ?? null) === null;
  const split = merged["cache_creation"];
  const splitIsZero = isObject(split) && Object.values(split).every((value) => value === 0 || value === null);
  if (late && splitIsZero) delete merged["cache_creation"];
  return merged;
}
