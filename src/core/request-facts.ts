/** The few things about a request body that decide what it may cost. Read by `src/provider`, priced by `quote.ts`. */
import type { Endpoint, Tokenizer } from "./endpoint.ts";
import type { CacheLifetime, CallCounts, SearchContextSize } from "./usage.ts";

/** The tier asked for. `auto` leaves the choice to the provider's project setting: the hold takes the dearest. */
export type RequestedTier = "standard" | "auto" | "flex" | "fast" | "batch" | "contract";

export interface RequestFacts {
  readonly endpoint: Endpoint;
  /** As the caller wrote it. */
  readonly model: string;
  readonly streamed: boolean;
  /** A count that the provider's own is not expected to exceed, for each vocabulary family. */
  readonly inputTokens: Readonly<Record<Tokenizer, number>>;
  /** The caller's own cap on output tokens, per choice; null when there is none. */
  readonly outputCapTokens: number | null;
  readonly choices: number;
  readonly requestedTier: RequestedTier;
  /**
   * The dearest cache write that the request can cause: `none` when the body cannot write to a cache, `automatic` when the
   * provider may write on its own (OpenAI), a lifetime when the body asks for one.
   */
  readonly cacheWrite: "none" | "automatic" | CacheLifetime;
  readonly regional: boolean;
  /** Upper bounds of paid hosted tool calls. */
  readonly calls: CallCounts;
  /** Absent: medium, the providers' default. */
  readonly searchContextSize?: SearchContextSize;
  /** False when the body has no audio part, and asks for none; absent: unknown, so an audio rate is held where there is one. */
  readonly audioInput?: boolean;
  readonly audioOutput?: boolean;
  /** A stored response whose whole context is billed as input again; null: none. */
  readonly previousResponseId: string | null;
}

/** Metadata travels in every spend log row, so it must stay small (the limits are those of OpenAI's `metadata`). Lengths in characters. */
export const METADATA_LIMITS = { pairs: 16, nameLength: 64, valueLength: 512 } as const;
