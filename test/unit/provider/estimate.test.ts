import { readFileSync } from "node:fs";
import fc from "fast-check";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { beforeAll, describe, expect, it } from "vitest";
import type { Endpoint } from "../../../src/core/endpoint.ts";
import { adapterOf } from "../../../src/provider/dialects.ts";
import {
  countForHold,
  countOutput,
  COUNTED_TEXT_LIMIT,
  OutputCounter,
  type TokenCounts,
} from "../../../src/provider/token-count.ts";
import { countO200k, loadVocabulary } from "../../../src/provider/vocabulary.ts";

const source = (name: string) => readFileSync(new URL(`../../../src/provider/${name}`, import.meta.url), "utf8");
const lines = (text: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${index}. ${text}`).join("\n");

/** Ordinary text in many forms. */
const TEXTS: Readonly<Record<string, string>> = {
  english: lines("The quick brown fox can’t jump over the lazy dog — however hard it tries, “twice” a day.", 60),
  code: source("event-splitter.ts"),
  json: JSON.stringify(
    JSON.parse(readFileSync(new URL("../../fixture/pricing-cases.json", import.meta.url), "utf8")),
  ).slice(0, 20_000),
  french: lines("Les élèves étaient déjà très fatigués à la fin de l’été, où l’on préférait rêver.", 40),
  russian: lines("Быстрая коричневая лиса прыгает через ленивую собаку каждый день.", 40),
  chinese: lines("敏捷的棕色狐狸每天都会跳过那只懒惰的狗，从不感到疲倦。", 40),
  japanese: lines("素早い茶色の狐は毎日、怠け者の犬を飛び越えます。", 40),
  korean: lines("빠른 갈색 여우가 매일 게으른 개를 뛰어넘습니다.", 40),
  arabic: lines("الثعلب البني السريع يقفز فوق الكلب الكسول كل يوم.", 40),
  hindi: lines("तेज़ भूरी लोमड़ी हर दिन आलसी कुत्ते के ऊपर से कूदती है।", 40),
  thai: lines("สุนัขจิ้งจอกสีน้ำตาลกระโดดข้ามสุนัขขี้เกียจทุกวัน", 40),
  emoji: lines("🚅👩‍👩‍👧‍👦🌧️🎉🇩🇪👍🏽", 40),
  base64: Buffer.from(lines("some bytes that nobody can guess", 150)).toString("base64"),
  hex: Buffer.from(lines("some bytes", 250)).toString("hex"),
  symbols: lines("!!!???###$$$%%%&&&***(((]]]>>><<<===---", 60),
};

function tokensOf(count: TokenCounts): readonly number[] {
  return [count.o200k, count.claude, count["claude-4-7"]];
}

beforeAll(loadVocabulary);

describe.each(Object.entries(TEXTS))("%s", (_name, text) => {
  const exact = countTokens(text);
  const bytes = Buffer.byteLength(text);

  it("holds at least the exact count, close to it, and never more than its bytes", () => {
    const counts = countForHold(text);
    expect(counts.o200k).toBeGreaterThanOrEqual(exact);
    expect(counts.o200k).toBeLessThanOrEqual(Math.ceil(exact * 1.06) + 1);
    for (const tokens of tokensOf(counts)) expect(tokens).toBeLessThanOrEqual(bytes);
  });

  it("holds more for Claude, and most for its newer vocabulary", () => {
    const counts = countForHold(text);
    expect(counts.claude).toBeGreaterThanOrEqual(Math.min(bytes, exact * 1.2));
    expect(counts["claude-4-7"]).toBeGreaterThanOrEqual(Math.min(bytes, exact * 1.58));
  });

  it("holds at least the exact count by weights alone", () => {
    const times = Math.ceil((COUNTED_TEXT_LIMIT + 1) / bytes);
    const long = countForHold(`${text}\n`.repeat(times));
    expect(long.o200k).toBeGreaterThanOrEqual(exact * times);
    for (const tokens of tokensOf(long)) expect(tokens).toBeLessThanOrEqual((bytes + 1) * times);
  });
});

describe("hostile text", () => {
  it("is counted to the same sum in pieces, whatever stands between its words", () => {
    const characters = fc.constantFrom(
      ...Array.from(" \n\t\ra1!./'-_B"),
      "é",
      "的",
      "я",
      "😀",
      "\u00a0",
      "\u3000",
      "\u0301",
      "ʰ",
      "٣",
      " ",
      "it's",
      "word ",
      '":"',
      "12",
    );
    fc.assert(
      fc.property(fc.array(characters, { maxLength: 60 }), (parts) => {
        const text = parts.join("");
        expect(countO200k(text)).toBe(countTokens(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(["a", " ", "é", "😀", "!?", "的"])("of %j alone is cut into runs, which adds little", (unit) => {
    const text = unit.repeat(2_000);
    const exact = countTokens(text);
    expect(countO200k(text)).toBeGreaterThanOrEqual(exact);
    expect(countO200k(text)).toBeLessThanOrEqual(exact * 1.02 + 10);
  });

  it("is weighed when it would take long to merge", () => {
    const dense = Array.from({ length: 9_000 }, (_, index) => String.fromCharCode(97 + ((index * index + 7) % 26)));
    expect(countO200k(dense.join("").repeat(5))).toBeNull();
    expect(countForHold(dense.join("").repeat(5)).o200k).toBeGreaterThan(20_000);
  });

  it("counts special tokens as the text that they are", () => {
    expect(countForHold("<|endoftext|><|im_start|>").o200k).toBeGreaterThan(5);
  });
});

async function estimate(endpoint: Endpoint, body: Readonly<Record<string, unknown>>): Promise<TokenCounts> {
  const adapter = adapterOf(endpoint);
  const inspected = adapter.inspectBody(JSON.stringify(body));
  if (!inspected.ok) throw new Error(JSON.stringify(inspected.failure));
  return adapter.estimateInput(inspected.value);
}

const chatBody = (content: unknown, extra = {}) => ({
  model: "gpt-6.1-sol",
  messages: [{ role: "user", content }],
  ...extra,
});
const messagesBody = (content: unknown, extra = {}) => ({
  model: "claude-opus-5-5",
  max_tokens: 9,
  messages: [{ role: "user", content }],
  ...extra,
});

describe("estimateInput", () => {
  it("adds framing to the text and little else", async () => {
    const text = TEXTS["english"] ?? "";
    const { o200k } = await estimate("openai.chat", chatBody(text));
    expect(o200k).toBeGreaterThan(countTokens(text));
    expect(o200k).toBeLessThanOrEqual(Math.ceil(countTokens(text) * 1.05) + 24);
  });

  it("is the same for text in blocks, and for the Responses endpoint", async () => {
    const whole = await estimate("openai.chat", chatBody("Hello there, how are you?"));
    expect(await estimate("openai.chat", chatBody([{ type: "text", text: "Hello there, how are you?" }]))).toEqual(
      whole,
    );
    expect(await estimate("openai.responses", { model: "m", input: "Hello there, how are you?" })).toEqual(whole);
  });

  it("counts images by cap and never as text", async () => {
    const data = "A".repeat(2_000_000);
    const text = await estimate("anthropic.messages", messagesBody("x"));
    const image = await estimate(
      "anthropic.messages",
      messagesBody([
        { type: "text", text: "x" },
        { type: "image", source: { type: "base64", media_type: "image/png", data } },
      ]),
    );
    expect(image.claude - text.claude).toBe(1_600);
    expect(image["claude-4-7"] - text["claude-4-7"]).toBe(4_800);
    const url = `data:image/png;base64,${data}`;
    const chat = await estimate("openai.chat", chatBody([{ type: "image_url", image_url: { url } }]));
    expect(chat.o200k).toBe(4_000 + 20);
    const original = await estimate(
      "openai.chat",
      chatBody([{ type: "image_url", image_url: { url, detail: "original" } }]),
    );
    expect(original.o200k).toBe(16_000 + 20);
    const mini = await estimate("openai.chat", {
      ...chatBody([{ type: "image_url", image_url: { url } }]),
      model: "gpt-4o-mini",
    });
    expect(mini.o200k).toBe(48_169 + 20);
  });

  it("finds images in tool results, and takes what looks like one in tool arguments for text", async () => {
    const image = { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } };
    const inResult = await estimate(
      "anthropic.messages",
      messagesBody([{ type: "tool_result", tool_use_id: "t", content: [image] }]),
    );
    expect(inResult.claude).toBeGreaterThan(1_600);
    const long = "word ".repeat(5_000);
    const inArguments = await estimate(
      "anthropic.messages",
      messagesBody([{ type: "tool_use", id: "t", name: "n", input: { type: "image", text: long } }]),
    );
    expect(inArguments.claude).toBeGreaterThan(5_000);
    const beside = await estimate("anthropic.messages", messagesBody([{ ...image, note: long }]));
    expect(beside.claude).toBeGreaterThan(5_000);
  });

  it("counts documents by size, by their text, or flat when they are only named", async () => {
    const pdf = {
      type: "document",
      source: { type: "base64", media_type: "application/pdf", data: "A".repeat(400_000) },
    };
    expect((await estimate("anthropic.messages", messagesBody([pdf]))).claude).toBe(15_000 + 20);
    const text = { type: "document", source: { type: "text", media_type: "text/plain", data: "word ".repeat(3_000) } };
    expect((await estimate("anthropic.messages", messagesBody([text]))).claude).toBeGreaterThan(3_000);
    const named = { role: "user", content: [{ type: "input_file", file_id: "file_1" }] };
    expect((await estimate("openai.responses", { model: "m", input: [named] })).o200k).toBe(65_000 + 20);
  });

  it("counts audio by its length", async () => {
    const data = Buffer.alloc(160_000).toString("base64");
    const { o200k } = await estimate(
      "openai.chat",
      chatBody([{ type: "input_audio", input_audio: { data, format: "wav" } }]),
    );
    expect(o200k).toBe(11 * 12 + 20);
  });

  it("counts tool schemas whole, and Claude's hidden prompt for them", async () => {
    const tools = [{ name: "get_weather", description: "Weather of a place", input_schema: { type: "object" } }];
    const plain = await estimate("anthropic.messages", messagesBody("x"));
    const withTools = await estimate("anthropic.messages", messagesBody("x", { tools }));
    expect(withTools.claude - plain.claude).toBeGreaterThan(600 + countTokens(JSON.stringify(tools)));
    expect(withTools.o200k - plain.o200k).toBeLessThan(100);
    const computer = await estimate(
      "anthropic.messages",
      messagesBody("x", { tools: [{ type: "computer_20250124", name: "c" }] }),
    );
    expect(computer.claude).toBeGreaterThan(1_800);
  });

  it("leaves room for the results of hosted tools", async () => {
    const plain = await estimate("openai.responses", { model: "m", input: "x" });
    const search = await estimate("openai.responses", {
      model: "m",
      input: "x",
      tools: [{ type: "web_search" }],
      max_tool_calls: 2,
    });
    expect(search.o200k - plain.o200k).toBeGreaterThanOrEqual(8_000);
  });
});

describe("OutputCounter", () => {
  it.each(Object.entries(TEXTS))("counts %s in pieces about as the whole", (_name, text) => {
    const counter = new OutputCounter("o200k");
    for (let at = 0; at < text.length; at += 7) counter.add(text.slice(at, at + 7));
    const exact = countOutput(text, "o200k");
    expect(exact).toBe(countTokens(text));
    expect(counter.tokens()).toBeGreaterThanOrEqual(exact * 0.99);
    expect(counter.tokens()).toBeLessThanOrEqual(exact * 1.03 + 2);
  });

  it("is empty until there is text", () => {
    const counter = new OutputCounter("claude");
    expect([counter.empty, counter.tokens()]).toEqual([true, 0]);
    counter.add("a");
    expect([counter.empty, counter.tokens()]).toEqual([false, 1]);
  });
});
