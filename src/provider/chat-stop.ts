/** Ending a chat stream early as the provider does at its output cap: every choice finishes with `length`. */
import type { Usage } from "../core/usage.ts";
import { eventText } from "./event-encoder.ts";
import { member, type JsonObject } from "./json-value.ts";
import { totalTokens } from "./usage-total.ts";

/** What every chunk of one stream repeats. */
const HEAD_KEYS = ["id", "object", "created", "model", "service_tier", "system_fingerprint"];

export class ChatChoices {
  readonly #count: number;
  readonly #includeUsage: boolean;
  readonly #begun = new Set<number>();
  readonly #finished = new Set<number>();
  #last: JsonObject = {};

  /** `includeUsage`: the caller asked for the usage chunk. */
  constructor(count: number, includeUsage: boolean) {
    this.#count = count;
    this.#includeUsage = includeUsage;
  }

  /** Nothing more is to come than the usage. */
  get allFinished(): boolean {
    return this.#finished.size >= this.#count;
  }

  read(chunk: JsonObject, choices: readonly unknown[]): void {
    this.#last = chunk;
    for (const choice of choices) {
      const index = member(choice, "index");
      if (typeof index !== "number") continue;
      this.#begun.add(index);
      if ((member(choice, "finish_reason") ?? null) !== null) this.#finished.add(index);
    }
  }

  stopEvents(usage: Usage): Uint8Array {
    const head: JsonObject = {
      ...Object.fromEntries(HEAD_KEYS.filter((key) => key in this.#last).map((key) => [key, this.#last[key]])),
      object: "chat.completion.chunk",
    };
    const pending = this.#includeUsage ? { usage: null } : {};
    const indexes = Array.from({ length: this.#count }, (_, index) => index).filter(
      (index) => !this.#finished.has(index),
    );
    const chunks: JsonObject[] = indexes.map((index) => {
      // SDKs expect a role of every choice.
      const delta = this.#begun.has(index) ? {} : { role: "assistant", content: "" };
      return { ...head, choices: [{ index, delta, logprobs: null, finish_reason: "length" }], ...pending };
    });
    if (this.#includeUsage) {
      const { input, cachedInput, output } = totalTokens(usage);
      const counters = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
      chunks.push({
        ...head,
        choices: [],
        usage: { ...counters, prompt_tokens_details: { cached_tokens: cachedInput } },
      });
    }
    const events = [...chunks.map((chunk) => JSON.stringify(chunk)), "[DONE]"].map((data) => eventText(null, data));
    return new TextEncoder().encode(events.join(""));
  }
}
