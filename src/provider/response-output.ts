/**
 * The response object and its output items as far as a stream has told of them: what an answer that ends early has to close
 * and to repeat (OpenAI, streaming events of the Responses API).
 */
import type { Usage } from "../core/usage.ts";
import { isObject, textOf, type JsonObject } from "./json-value.ts";
import { totalTokens } from "./usage-total.ts";

export type ResponseEvent = { readonly type: string } & JsonObject;

interface Part {
  readonly part: JsonObject;
  /** The member that deltas are appended to. */
  readonly textKey: "text" | "refusal";
  readonly text: string;
  readonly progress: "open" | "text_done" | "done";
}

interface Item {
  readonly item: JsonObject;
  readonly done: boolean;
  /** By content index. */
  readonly parts: Map<number, Part>;
  /** Text of the item itself, such as the arguments of a call; null: none came. */
  readonly ownText: { readonly key: string; readonly text: string } | null;
}

/** Deltas of an item's own text, and the member that they make up. */
const OWN_TEXT_KEYS = new Map([
  ["response.function_call_arguments.delta", "arguments"],
  ["response.mcp_call_arguments.delta", "arguments"],
  ["response.custom_tool_call_input.delta", "input"],
  ["response.code_interpreter_call_code.delta", "code"],
]);

export class ResponseOutput {
  #response: JsonObject = {};
  readonly #items = new Map<number, Item>();

  read(type: string, data: JsonObject): void {
    if (isObject(data["response"])) this.#response = data["response"];
    const outputIndex = data["output_index"];
    if (typeof outputIndex !== "number") return;
    if (type === "response.output_item.added" && isObject(data["item"])) {
      this.#items.set(outputIndex, { item: data["item"], done: false, parts: new Map(), ownText: null });
      return;
    }
    const known = this.#items.get(outputIndex);
    if (known === undefined) return;
    const ownTextKey = OWN_TEXT_KEYS.get(type);
    if (type === "response.output_item.done" && isObject(data["item"])) {
      this.#items.set(outputIndex, { item: data["item"], done: true, parts: new Map(), ownText: null });
    } else if (ownTextKey !== undefined) {
      const text = (known.ownText?.text ?? "") + (textOf(data["delta"]) ?? "");
      this.#items.set(outputIndex, { ...known, ownText: { key: ownTextKey, text } });
    } else if (typeof data["content_index"] === "number") {
      readPart(known.parts, data["content_index"], type, data);
    }
  }

  /** The events that close what is open, and `response.incomplete`. `known` fills in for a response that was never seen. */
  stopEvents(usage: Usage, known: { readonly id: string | null; readonly model: string | null }): ResponseEvent[] {
    const events: ResponseEvent[] = [];
    const output = [...this.#items]
      .toSorted(([a], [b]) => a - b)
      .map(([outputIndex, item]) => (item.done ? item.item : closeItem(item, outputIndex, events)));
    const { input, cachedInput, output: outputTokens } = totalTokens(usage);
    const response: JsonObject = {
      id: known.id,
      object: "response",
      model: known.model,
      ...this.#response,
      status: "incomplete",
      error: null,
      incomplete_details: { reason: "max_output_tokens" },
      output,
      usage: {
        input_tokens: input,
        input_tokens_details: { cached_tokens: cachedInput },
        output_tokens: outputTokens,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: input + outputTokens,
      },
    };
    return [...events, { type: "response.incomplete", response }];
  }
}

function readPart(parts: Map<number, Part>, contentIndex: number, type: string, data: JsonObject): void {
  const part = data["part"];
  if (type === "response.content_part.added" && isObject(part)) {
    const textKey = part["type"] === "refusal" ? "refusal" : "text";
    parts.set(contentIndex, { part, textKey, text: textOf(part[textKey]) ?? "", progress: "open" });
    return;
  }
  const known = parts.get(contentIndex);
  if (known === undefined) return;
  if (type === "response.content_part.done" && isObject(part)) {
    parts.set(contentIndex, { ...known, part, progress: "done" });
  } else if (type === "response.output_text.delta" || type === "response.refusal.delta") {
    parts.set(contentIndex, { ...known, text: known.text + (textOf(data["delta"]) ?? "") });
  } else if (type === "response.output_text.done" || type === "response.refusal.done") {
    parts.set(contentIndex, { ...known, progress: "text_done" });
  }
}

/** Adds the events that end an item in the middle, and gives the item as it is then. */
function closeItem({ item, parts, ownText }: Item, outputIndex: number, events: ResponseEvent[]): JsonObject {
  const content = [...parts]
    .toSorted(([a], [b]) => a - b)
    .map(([contentIndex, part]) => {
      const place = { item_id: item["id"], output_index: outputIndex, content_index: contentIndex };
      return closePart(part, place, events);
    });
  const ended: JsonObject = {
    ...item,
    status: "incomplete",
    ...(content.length === 0 ? {} : { content }),
    ...(ownText === null ? {} : { [ownText.key]: ownText.text }),
  };
  events.push({ type: "response.output_item.done", output_index: outputIndex, item: ended });
  return ended;
}

function closePart({ part, textKey, text, progress }: Part, place: JsonObject, events: ResponseEvent[]): JsonObject {
  if (progress === "done") return part;
  const ended = { ...part, [textKey]: text };
  if (progress === "open" && textKey === "text") {
    events.push({ type: "response.output_text.done", ...place, text, logprobs: [] });
  } else if (progress === "open") {
    events.push({ type: "response.refusal.done", ...place, refusal: text });
  }
  events.push({ type: "response.content_part.done", ...place, part: ended });
  return ended;
}
