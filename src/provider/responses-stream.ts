/** The stream of `POST /v1/responses`: named events with sequence numbers, usage on the terminal one. */
import type { Failure } from "../core/failure.ts";
import type { MeterSnapshot, StreamMeter, StreamMeterOptions } from "./adapter.ts";
import type { AnswerRecord } from "./answer-record.ts";
import { encodeEvent, eventText } from "./event-encoder.ts";
import type { StreamEvent } from "./event-splitter.ts";
import { failureError } from "./failure.ts";
import { isObject, member, parseJson, textOf, type JsonObject } from "./json-value.ts";
import { PassThrough } from "./pass-through.ts";
import { ResponseOutput } from "./response-output.ts";
import { createResponsesRecord, HostedCalls, readFinalResponse, readResponseHead } from "./responses-answer.ts";

const TERMINAL_TYPES = new Set(["response.completed", "response.incomplete", "response.failed"]);
/** Deltas that are base64 and have no text to count. */
const BINARY_DELTA = /^response\.(?:output_)?audio\.delta$/;

export class ResponsesStreamMeter implements StreamMeter {
  readonly #record: AnswerRecord;
  readonly #stream: PassThrough;
  readonly #calls = new HostedCalls();
  /** Null: nobody will ask for it. */
  readonly #output: ResponseOutput | null;
  #lastSequenceNumber = -1;
  /** The type of the last event when it was too large to be read, empty when it is unknown; null: it was read. */
  #unreadType: string | null = null;

  constructor(options: StreamMeterOptions) {
    const record = createResponsesRecord(options);
    this.#record = record;
    this.#output = options.mayStop === true ? new ResponseOutput() : null;
    this.#stream = new PassThrough({
      readEvent: (event) => {
        this.#unreadType = null;
        const data = parseJson(event.data);
        if (isObject(data)) this.#read(textOf(data["type"]) ?? event.name, data);
      },
      noteOversized: (head, ended) => {
        record.noteOversized();
        this.#unreadType = head === null ? "" : typeOfHead(head);
        if (ended && TERMINAL_TYPES.has(this.#unreadType)) this.#finish(this.#unreadType);
      },
    });
  }

  push(chunk: Uint8Array): Uint8Array {
    return this.#stream.push(chunk);
  }

  /**
   * The terminal event repeats the whole output, so it can be too large to be read: a stream whose last event was, ended
   * with it, unless it was cut off in it or its type says otherwise.
   */
  end(): Uint8Array {
    const rest = this.#stream.end();
    const type = this.#unreadType;
    const mayEnd = type !== null && (type === "" || TERMINAL_TYPES.has(type));
    if (mayEnd && this.#stream.position !== "in_line") this.#finish(type);
    return rest;
  }

  isFinished(): boolean {
    return this.#record.terminal || this.#record.errored;
  }

  snapshot(): MeterSnapshot {
    return this.#record.snapshot();
  }

  hasProduced(tokens: number): boolean {
    return this.#record.hasProduced(tokens);
  }

  openBytes(): number {
    return this.#stream.openBytes;
  }

  /** As at `max_output_tokens`: what is open is closed, and the terminal event repeats what there is. */
  stopEvents(): Uint8Array {
    const { estimatedUsage } = this.#record.snapshot();
    const events = (this.#output ?? new ResponseOutput()).stopEvents(estimatedUsage, {
      id: this.#record.responseId,
      model: this.#record.model,
    });
    const texts = events.map(({ type, ...members }, index) => {
      const data = { type, sequence_number: this.#lastSequenceNumber + 1 + index, ...members };
      return eventText(type, JSON.stringify(data));
    });
    return new TextEncoder().encode(texts.join(""));
  }

  /** The flat form that this endpoint has: no `error` wrapper. */
  errorEvent(failure: Failure, context: { readonly requestId: string; readonly nowMs: number }): Uint8Array {
    const { code, message, param } = failureError("openai", failure, context.nowMs);
    const event = { type: "error", code, message, param, sequence_number: this.#lastSequenceNumber + 1 };
    return encodeEvent(this.#stream.position, "error", event);
  }

  #finish(type: string): void {
    this.#record.terminal = true;
    if (type === "response.failed") this.#record.errored = true;
  }

  #read(type: string, data: JsonObject): void {
    const record = this.#record;
    const sequenceNumber = data["sequence_number"];
    if (typeof sequenceNumber === "number") this.#lastSequenceNumber = sequenceNumber;
    const response = data["response"];
    if (isObject(response)) readResponseHead(record, response);
    this.#output?.read(type, data);
    if (TERMINAL_TYPES.has(type)) {
      this.#finish(type);
      if (isObject(response)) readFinalResponse(record, response);
    } else if (type === "error") {
      record.errored = true;
    } else if (type === "response.output_item.done") {
      this.#calls.add(data["item"]);
      record.calls = this.#calls.counts();
    } else if (type === "response.output_item.added") {
      record.addOutput(member(data["item"], "name"));
    } else if (type.endsWith(".delta")) {
      if (BINARY_DELTA.test(type)) record.addUncountedOutput();
      else record.addOutput(data["delta"]);
    }
  }
}

/** The type of an event whose data is cut off: it is the first member, and the event's name as well. */
function typeOfHead(head: StreamEvent): string {
  return /^\s*\{\s*"type"\s*:\s*"([^"\\]+)"/.exec(head.data)?.[1] ?? head.name;
}
