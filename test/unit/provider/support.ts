import { readFileSync } from "node:fs";
import type { MeterContext } from "../../../src/provider/adapter.ts";
import type { Endpoint } from "../../../src/core/endpoint.ts";
import { NO_CALLS } from "../../../src/core/usage.ts";

/** Real bytes of a provider, from `test/fixture/wire`. */
export function readWire(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../../fixture/wire/${name}`, import.meta.url)));
}

export function textOfBytes(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

export function bytesOfText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function meterContext(endpoint: Endpoint, facts: Partial<MeterContext["facts"]> = {}): MeterContext {
  return {
    tokenizer: endpoint === "anthropic.messages" ? "claude-4-7" : "o200k",
    facts: {
      endpoint,
      model: "a-model",
      streamed: true,
      inputTokens: { o200k: 100, claude: 120, "claude-4-7": 160 },
      outputCapTokens: 1_000,
      choices: 1,
      requestedTier: "standard",
      cacheWrite: endpoint === "anthropic.messages" ? "none" : "automatic",
      regional: false,
      calls: NO_CALLS,
      previousResponseId: null,
      ...facts,
    },
  };
}
