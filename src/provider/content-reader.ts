/** Collects what a model will read from messages and input items: text as text, media as capped token counts. */
import { isObject, member, textOf, type JsonObject } from "./json-value.ts";
import type { TokenCounts } from "./token-count.ts";

/** The most that one image can cost (Anthropic, vision: 1,568 px, from 4.7 on 3.75 MP; OpenAI: patches at their dearest). */
const IMAGE_TOKENS: TokenCounts = { o200k: 4_000, claude: 1_600, "claude-4-7": 4_800 };
const ORIGINAL_DETAIL_TOKENS = 16_000;
/** gpt-4o-mini bills 2,833 tokens per image and 5,667 per tile, of which an image has at most eight. */
const MINI_IMAGE_TOKENS = 2_833 + 8 * 5_667;

const TOKENS_PER_PAGE = 2_600;
/** Bytes of a document per token when its pages are not known. */
const DOCUMENT_BYTES_PER_TOKEN = 20;
/** A document that is only named, by id or address: 25 pages. */
const NAMED_DOCUMENT_TOKENS = 25 * TOKENS_PER_PAGE;
/** A stored item that is only named (`item_reference`). */
const NAMED_ITEM_TOKENS = 4_000;

const AUDIO_TOKENS_PER_SECOND = 12;
/** The slowest rates in use: 8 kHz 16-bit samples, and 32 kbit/s compressed. */
const WAV_BYTES_PER_SECOND = 16_000;
const COMPRESSED_BYTES_PER_SECOND = 4_000;

/** Encrypted reasoning: four characters of it stand for at most one token of what is inside. */
const SEALED_CHARACTERS_PER_TOKEN = 4;

const IMAGE_TYPES = new Set(["image", "image_url", "input_image", "computer_screenshot"]);
const DOCUMENT_TYPES = new Set(["document", "file", "input_file", "container_upload"]);
const AUDIO_TYPES = new Set(["input_audio"]);
/** Names and values that are structure, not prompt; the framing constants cover them. */
const STRUCTURE_KEYS = new Set(["role", "type", "content", "text", "cache_control", "status", "detail", "index"]);
const STRUCTURE_VALUES = new Set(["role", "type", "status", "detail"]);
/** Longer than any name of a role or a type: what is longer is text, whatever it is called. */
const MAX_STRUCTURE_LENGTH = 64;
const MEDIA_KEYS = new Set([
  "source",
  "image_url",
  "file_id",
  "file_url",
  "file_data",
  "file",
  "input_audio",
  "citations",
]);
const SEALED_VALUES = new Set(["encrypted_content", "signature"]);

export class ContentReader {
  readonly #imageTokens: TokenCounts;
  readonly #parts: string[] = [];
  #media: TokenCounts = { o200k: 0, claude: 0, "claude-4-7": 0 };

  constructor(model: string) {
    this.#imageTokens = model.startsWith("gpt-4o-mini") ? { ...IMAGE_TOKENS, o200k: MINI_IMAGE_TOKENS } : IMAGE_TOKENS;
  }

  get mediaTokens(): TokenCounts {
    return this.#media;
  }

  /** Everything that is counted as text. */
  text(): string {
    return this.#parts.join("\n");
  }

  readText(text: string): void {
    if (text !== "") this.#parts.push(text);
  }

  /** Reads messages, blocks or items, in any nesting up to the 200 levels that a body may have. */
  readContent(value: unknown): void {
    if (typeof value === "string") this.readText(value);
    else if (typeof value === "number" || typeof value === "boolean") this.readText(String(value));
    else if (Array.isArray(value)) for (const entry of value) this.readContent(entry);
    else if (isObject(value)) this.#readObject(value);
  }

  #readObject(block: JsonObject): void {
    const type = textOf(block["type"]) ?? "";
    if (IMAGE_TYPES.has(type)) this.#addImage(block);
    else if (DOCUMENT_TYPES.has(type)) this.#addDocument(block);
    else if (AUDIO_TYPES.has(type)) this.#addAudio(block);
    else if (type === "item_reference") this.#addTokens(NAMED_ITEM_TOKENS);
    else this.#readMembers(block);
  }

  #readMembers(block: JsonObject): void {
    for (const [key, value] of Object.entries(block)) {
      if (value === null || isStructure(key, value)) continue;
      if (typeof value === "string" && (SEALED_VALUES.has(key) || this.#isRedacted(block, key))) {
        this.#addTokens(Math.ceil(value.length / SEALED_CHARACTERS_PER_TOKEN));
        continue;
      }
      if (!STRUCTURE_KEYS.has(key)) this.readText(key);
      // The arguments of a tool call are data of the caller: what looks like a block in them is text.
      if (key === "input" && isObject(value)) this.readText(JSON.stringify(value));
      else this.readContent(value);
    }
  }

  /** Reads what a media block has besides its media, so that nothing hides in it. */
  #readBeside(block: JsonObject): void {
    for (const [key, value] of Object.entries(block)) {
      if (MEDIA_KEYS.has(key) || isStructure(key, value)) continue;
      this.readContent(value);
    }
  }

  #isRedacted(block: JsonObject, key: string): boolean {
    return key === "data" && block["type"] === "redacted_thinking";
  }

  #addImage(block: JsonObject): void {
    this.#readBeside(block);
    const detail = textOf(block["detail"]) ?? textOf(member(block["image_url"], "detail"));
    if (detail === "original") {
      this.#addCounts({ ...this.#imageTokens, o200k: Math.max(this.#imageTokens.o200k, ORIGINAL_DETAIL_TOKENS) });
    } else {
      this.#addCounts(this.#imageTokens);
    }
  }

  /** Text documents are text; others count by size, and by a flat number of pages when only their name is here. */
  #addDocument(block: JsonObject): void {
    const source = block["source"];
    const sourceType = textOf(member(source, "type"));
    this.#readBeside(block);
    if (sourceType === "text" || sourceType === "content") {
      this.readContent(member(source, "data") ?? member(source, "content"));
      return;
    }
    const data =
      textOf(member(source, "data")) ?? textOf(block["file_data"]) ?? textOf(member(block["file"], "file_data"));
    if (data === null) this.#addTokens(NAMED_DOCUMENT_TOKENS);
    else this.#addTokens(Math.max(TOKENS_PER_PAGE, Math.ceil(base64Bytes(data) / DOCUMENT_BYTES_PER_TOKEN)));
  }

  #addAudio(block: JsonObject): void {
    this.#readBeside(block);
    const audio = block["input_audio"];
    const bytes = base64Bytes(textOf(member(audio, "data")) ?? "");
    const bytesPerSecond = member(audio, "format") === "wav" ? WAV_BYTES_PER_SECOND : COMPRESSED_BYTES_PER_SECOND;
    this.#addTokens(Math.ceil(bytes / bytesPerSecond) * AUDIO_TOKENS_PER_SECOND);
  }

  #addTokens(tokens: number): void {
    this.#addCounts({ o200k: tokens, claude: tokens, "claude-4-7": tokens });
  }

  #addCounts(counts: TokenCounts): void {
    this.#media = {
      o200k: this.#media.o200k + counts.o200k,
      claude: this.#media.claude + counts.claude,
      "claude-4-7": this.#media["claude-4-7"] + counts["claude-4-7"],
    };
  }
}

function isStructure(key: string, value: unknown): boolean {
  if (key === "cache_control") return true;
  return STRUCTURE_VALUES.has(key) && typeof value === "string" && value.length <= MAX_STRUCTURE_LENGTH;
}

/** Decoded size of base64 text, with or without a `data:` prefix. */
function base64Bytes(data: string): number {
  const start = data.startsWith("data:") ? data.indexOf(",") + 1 : 0;
  return Math.floor(((data.length - start) * 3) / 4);
}
