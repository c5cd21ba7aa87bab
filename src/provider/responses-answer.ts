/** Reading answers of `POST /v1/responses`: the response object, whole or inside events. */
import type { CallCounts } from "../core/usage.ts";
import type { MeterContext, MeterSnapshot } from "./adapter.ts";
import { AnswerRecord } from "./answer-record.ts";
import { isObject, listOf, member, parseJson, textOf, type JsonObject } from "./json-value.ts";
import { normalizeResponsesUsage } from "./usage-openai.ts";

export function createResponsesRecord(context: MeterContext): AnswerRecord {
  return new AnswerRecord(context, normalizeResponsesUsage);
}

/** Reads a whole answer. */
export function meterResponsesJson(text: string, context: MeterContext): MeterSnapshot {
  const record = createResponsesRecord(context);
  const response = parseJson(text);
  if (!isObject(response)) return record.snapshot();
  record.terminal = true;
  readResponseHead(record, response);
  readFinalResponse(record, response);
  if (record.isReported) return record.snapshot();
  for (const item of listOf(response["output"])) addItemOutput(record, item);
  return record.snapshot();
}

/** Identity and tier, as far as the response object names them yet. */
export function readResponseHead(record: AnswerRecord, response: JsonObject): void {
  record.responseId = textOf(response["id"]) ?? record.responseId;
  record.model = textOf(response["model"]) ?? record.model;
  record.serviceTier = textOf(response["service_tier"]) ?? record.serviceTier;
}

/** Usage, tier, hosted calls and failure of a response object that will not change any more. */
export function readFinalResponse(record: AnswerRecord, response: JsonObject): void {
  // A response that has begun says `auto`: what it says at its end is what was served, also where it says nothing.
  record.serviceTier = textOf(response["service_tier"]);
  if (isObject(response["usage"])) {
    record.usage = response["usage"];
    record.usageIsFinal = true;
  }
  if (isObject(response["error"]) || response["status"] === "failed") record.errored = true;
  const calls = new HostedCalls();
  for (const item of listOf(response["output"])) calls.add(item);
  record.calls = largerOf(record.calls, calls.counts());
}

/** Counts hosted tool calls that have a fee. Search: per call; code interpreter: per container. */
export class HostedCalls {
  #webSearch = 0;
  #fileSearch = 0;
  #unnamedContainers = 0;
  readonly #containers = new Set<string>();

  /** Takes a finished output item. A call that failed has no fee. */
  add(item: unknown): void {
    if (member(item, "status") === "failed") return;
    const type = textOf(member(item, "type"));
    if (type === "web_search_call") this.#webSearch += 1;
    else if (type === "file_search_call") this.#fileSearch += 1;
    else if (type === "code_interpreter_call") {
      const container = textOf(member(item, "container_id"));
      if (container === null) this.#unnamedContainers += 1;
      else this.#containers.add(container);
    }
  }

  counts(): CallCounts {
    return {
      webSearch: this.#webSearch,
      fileSearch: this.#fileSearch,
      codeInterpreter: this.#containers.size + this.#unnamedContainers,
    };
  }
}

function largerOf(a: CallCounts, b: CallCounts): CallCounts {
  return {
    webSearch: Math.max(a.webSearch, b.webSearch),
    fileSearch: Math.max(a.fileSearch, b.fileSearch),
    codeInterpreter: Math.max(a.codeInterpreter, b.codeInterpreter),
  };
}

/** Text that an output item shows: content parts, reasoning summaries, arguments of calls. */
function addItemOutput(record: AnswerRecord, item: unknown): void {
  for (const list of ["content", "summary"]) {
    for (const part of listOf(member(item, list))) {
      record.addOutput(member(part, "text"));
      record.addOutput(member(part, "refusal"));
    }
  }
  for (const key of ["name", "arguments", "input", "code"]) record.addOutput(member(item, key));
}
