/**
 * What the proxy asks of an endpoint dialect: pure functions and small state machines over bytes and text. No network, no
 * clock, no environment. One implementation per endpoint, chosen by endpoint and never by a provider's name.
 */
import type { Endpoint, Provider, Tokenizer } from "../core/endpoint.ts";
import type { Failure, Result } from "../core/failure.ts";
import type { Nanos } from "../core/money.ts";
import type { RequestFacts, RequestedTier } from "../core/request-facts.ts";
import type { CacheLifetime, SearchContextSize, Usage } from "../core/usage.ts";
import type { JsonObject } from "./json-value.ts";

/** A request body that is sound enough to be priced. The text itself stays with the caller. */
export interface InspectedBody {
  /** Everything that decides the cost, but for the token counts: `estimateInput` gives those. */
  readonly facts: Omit<RequestFacts, "inputTokens">;
  readonly body: JsonObject;
  /** True when the caller of a chat stream asked for the usage chunk; always true where usage is part of the stream. */
  readonly includeUsage: boolean;
  /** What the body says about storing the answer; null: nothing. */
  readonly store: boolean | null;
  /** A stored conversation (Responses). We cannot know whose it is: the proxy answers 404. */
  readonly conversationId: string | null;
  /** The caller's own string pairs, for the spend log. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What may change in a body on its way upstream; a member that is absent stays as it is, to the byte. */
export interface BodyChanges {
  readonly model?: string;
  /** Written to the endpoint's cap field, or to the one that the caller used. */
  readonly outputCapTokens?: number;
  /** Chat streams only: sets `stream_options.include_usage` to true. */
  readonly includeUsage?: true;
  /** OpenAI endpoints only (zero data retention). */
  readonly store?: boolean;
}

/** What is known besides the usage object itself. Everything is optional; what the usage object says wins. */
export interface UsageContext {
  /** The model that the answer names. */
  readonly model?: string | null;
  /** The answer's `service_tier`, as the provider writes it (`default`, `priority`, `flex`, `standard`, …). */
  readonly serviceTier?: string | null;
  /** The tier asked for: used when the answer names none. */
  readonly requestedTier?: RequestedTier;
  /** The lifetime of cache entries that the request asked for. */
  readonly cacheLifetime?: CacheLifetime | null;
  readonly regional?: boolean;
  readonly webSearchCalls?: number;
  readonly fileSearchCalls?: number;
  readonly codeInterpreterCalls?: number;
  /** Code ran in a container of the provider's, whose time no usage object counts (Anthropic, code execution). */
  readonly containerRan?: boolean;
  /** The search context size that the request asked for. */
  readonly searchContextSize?: SearchContextSize | null;
}

/** What a meter knows about the request whose answer it reads. */
export interface MeterContext {
  readonly facts: RequestFacts;
  /** The vocabulary of the model that was called: `price.tokenizer`. */
  readonly tokenizer: Tokenizer;
  /** The output cap that the hold covers, per choice; null: there is none. Absent: the cap of the request itself. */
  readonly outputCapTokens?: number | null;
}

export interface StreamMeterOptions extends MeterContext {
  /** Chat: hide the usage that only we asked for. Other endpoints pass unchanged whatever it says. */
  readonly stripUsage: boolean;
  /** `stopEvents` may be asked for: the meter remembers what they take. */
  readonly mayStop?: boolean;
}

/** What an answer has used and delivered so far. */
export interface MeterSnapshot {
  /** The provider's own final usage; null while it has not come, or when it cannot be used (see `flags`). */
  readonly usage: Usage | null;
  /** Never null: the provider's counters where they came, estimated input and counted output where not. */
  readonly estimatedUsage: Usage;
  /** What the upstream says that `usage` cost, in nano-USD; null: nothing, or `usage` is null. */
  readonly reportedCostNanos: Nanos | null;
  /** The answer is whole: its terminal event came (stream), or it could be read (JSON). */
  readonly terminal: boolean;
  /** The provider reported an error inside the answer. */
  readonly errored: boolean;
  /**
   * The provider reported a usable final usage, or something was produced that the caller could see. False: no charge.
   * A settlement takes `usage` when there is one, else `estimatedUsage` when this is true, else it is a release.
   */
  readonly deliveredOutput: boolean;
  readonly responseId: string | null;
  readonly model: string | null;
  /**
   * `usage_missing` or `usage_unusable` when a whole answer has no usage that can be priced; `event_oversized` when an event
   * was too large to be read, so that the estimate is the output cap.
   */
  readonly flags: readonly string[];
}

export interface StreamMeter {
  /** Takes the next bytes, split anywhere, and returns what to forward now. Empty: nothing yet. */
  push(chunk: Uint8Array): Uint8Array;
  /** The upstream's stream is over: returns what was held back. */
  end(): Uint8Array;
  /** True once the terminal event, or an error event of the provider's own, has passed; cheap enough for every chunk. */
  isFinished(): boolean;
  /** At any time; cheap enough for every checkpoint. */
  snapshot(): MeterSnapshot;
  /** Whether so many output tokens were counted while the provider's own count has not come; cheap enough for every chunk. */
  hasProduced(tokens: number): boolean;
  /** How many of the bytes that were forwarded last belong to an event that is not complete; infinity: it began too long ago. */
  openBytes(): number;
  /** The events with which the provider itself ends an answer at its output cap. Between events only; nothing follows them. */
  stopEvents(): Uint8Array;
  /** The dialect's own error event, for a stream that cannot go on. Sent after `end()` or in its place; nothing follows it. */
  errorEvent(failure: Failure, context: { readonly requestId: string; readonly nowMs: number }): Uint8Array;
}

export interface ProviderAdapter {
  readonly endpoint: Endpoint;
  readonly provider: Provider;
  /** Appended to a base URL that ends in `/v1`. */
  readonly upstreamPath: string;
  /** Reads the few fields that decide access and cost; refuses what is malformed or cannot be priced. Every refusal is 400. */
  inspectBody(text: string): Result<InspectedBody>;
  /** Conservative input tokens for a hold, by vocabulary. Loads the vocabulary on first use. */
  estimateInput(inspected: InspectedBody): Promise<RequestFacts["inputTokens"]>;
  /** Changes named members in the JSON text and nothing else. The text has passed `inspectBody`. */
  rewriteBody(text: string, changes: BodyChanges): string;
  /** Null: the object cannot be priced (missing, negative, fractional or absurd counters). */
  normalizeUsage(usage: unknown, context: UsageContext): Usage | null;
  /** Reads a whole JSON answer of status 2xx. */
  meterJson(text: string, context: MeterContext): MeterSnapshot;
  createStreamMeter(options: StreamMeterOptions): StreamMeter;
}
