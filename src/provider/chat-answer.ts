/** Reading answers of `POST /v1/chat/completions`, whole or in chunks. */
import type { MeterContext, MeterSnapshot } from "./adapter.ts";
import { AnswerRecord } from "./answer-record.ts";
import { isObject, listOf, member, parseJson, textOf, type JsonObject } from "./json-value.ts";
import { normalizeChatUsage } from "./usage-openai.ts";

export function createChatRecord(context: MeterContext): AnswerRecord {
  const record = new AnswerRecord(context, normalizeChatUsage);
  // The search models and `web_search_options` search once; neither the usage nor the answer counts it.
  record.calls = { ...record.calls, webSearch: context.facts.calls.webSearch };
  return record;
}

/** Reads a whole answer. */
export function meterChatJson(text: string, context: MeterContext): MeterSnapshot {
  const record = createChatRecord(context);
  const answer = parseJson(text);
  if (!isObject(answer)) return record.snapshot();
  record.terminal = true;
  readChatHead(record, answer);
  record.usageIsFinal = true;
  if (record.isReported) return record.snapshot();
  for (const choice of listOf(answer["choices"])) addChatOutput(record, member(choice, "message"));
  return record.snapshot();
}

/** Identity, tier, error and usage: the members that answers and chunks share. */
export function readChatHead(record: AnswerRecord, answer: JsonObject): void {
  record.responseId = textOf(answer["id"]) ?? record.responseId;
  record.model = textOf(answer["model"]) ?? record.model;
  record.serviceTier = textOf(answer["service_tier"]) ?? record.serviceTier;
  if (isObject(answer["error"])) record.errored = true;
  if (isObject(answer["usage"])) record.usage = answer["usage"];
}

/** Counts what a `message` or a `delta` has that the model wrote. */
export function addChatOutput(record: AnswerRecord, message: unknown): void {
  if (!isObject(message)) return;
  for (const key of ["content", "refusal", "reasoning_content", "reasoning"]) record.addOutput(message[key]);
  addCall(record, message["function_call"]);
  for (const call of listOf(message["tool_calls"])) {
    addCall(record, member(call, "function"));
    addCall(record, member(call, "custom"));
  }
  const audio = message["audio"];
  record.addOutput(member(audio, "transcript"));
  if (textOf(member(audio, "data")) !== null) record.addUncountedOutput();
}

function addCall(record: AnswerRecord, call: unknown): void {
  for (const key of ["name", "arguments", "input"]) record.addOutput(member(call, key));
}
