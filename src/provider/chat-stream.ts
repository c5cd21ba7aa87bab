/**
 * The stream of `POST /v1/chat/completions`: unnamed events, the usage in a last chunk without choices, then `[DONE]`.
 * We always ask for that chunk; a caller who did not ask never sees it.
 */
import type { Failure } from "../core/failure.ts";
import type { MeterSnapshot, StreamMeter, StreamMeterOptions } from "./adapter.ts";
import type { AnswerRecord } from "./answer-record.ts";
import { addChatOutput, createChatRecord, readChatHead } from "./chat-answer.ts";
import { ChatChoices } from "./chat-stop.ts";
import { encodeEvent } from "./event-encoder.ts";
import type { EventReader, StreamEvent } from "./event-splitter.ts";
import { failureError } from "./failure.ts";
import { isObject, listOf, member, parseJson } from "./json-value.ts";
import { PassThrough, type ForwardedStream } from "./pass-through.ts";
import { isDone, isUsageChunk, UsageStripper } from "./usage-stripper.ts";

export class ChatStreamMeter implements StreamMeter {
  readonly #record: AnswerRecord;
  readonly #stream: ForwardedStream;
  readonly #choices: ChatChoices;

  constructor(options: StreamMeterOptions) {
    const record = createChatRecord(options);
    this.#record = record;
    this.#choices = new ChatChoices(options.facts.choices, !options.stripUsage);
    const reader: EventReader = {
      readEvent: (event) => this.#read(event),
      noteOversized: () => record.noteOversized(),
    };
    this.#stream = options.stripUsage ? new UsageStripper(reader) : new PassThrough(reader);
  }

  push(chunk: Uint8Array): Uint8Array {
    return this.#stream.push(chunk);
  }

  end(): Uint8Array {
    return this.#stream.end();
  }

  isFinished(): boolean {
    return this.#record.terminal || this.#record.errored;
  }

  snapshot(): MeterSnapshot {
    return this.#record.snapshot();
  }

  hasProduced(tokens: number): boolean {
    return !this.#choices.allFinished && this.#record.hasProduced(tokens);
  }

  openBytes(): number {
    return this.#stream.openBytes;
  }

  stopEvents(): Uint8Array {
    return this.#choices.stopEvents(this.#record.snapshot().estimatedUsage);
  }

  errorEvent(failure: Failure, context: { readonly requestId: string; readonly nowMs: number }): Uint8Array {
    const error = failureError("openai", failure, context.nowMs);
    return encodeEvent(this.#stream.position, null, { error });
  }

  #read(event: StreamEvent): void {
    const record = this.#record;
    if (isDone(event)) {
      record.terminal = true;
      record.usageIsFinal = record.usage !== null;
      return;
    }
    if (event.name === "error") record.errored = true;
    const chunk = parseJson(event.data);
    if (!isObject(chunk)) return;
    readChatHead(record, chunk);
    if (isUsageChunk(chunk)) record.usageIsFinal = true;
    const choices = listOf(chunk["choices"]);
    for (const choice of choices) addChatOutput(record, member(choice, "delta"));
    this.#choices.read(chunk, choices);
  }
}
