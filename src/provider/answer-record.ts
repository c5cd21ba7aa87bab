/** What is known about one answer so far, however it arrives; the three dialects fill it in. */
import { MAX_MODEL_NAME_LENGTH } from "../core/access.ts";
import { EMPTY_BUCKETS, NO_CALLS, type CallCounts, type Usage } from "../core/usage.ts";
import type { MeterContext, MeterSnapshot, UsageContext } from "./adapter.ts";
import { readReportedCost } from "./reported-cost.ts";
import { OutputCounter } from "./token-count.ts";
import { contextCalls, contextSearchSize, openaiTier } from "./usage-counter.ts";

/** Longer ids are nobody's; they and longer names would only fill our messages and tables. */
const MAX_ID_LENGTH = 256;

type Normalize = (usage: unknown, context: UsageContext) => Usage | null;

export class AnswerRecord {
  readonly #context: MeterContext;
  readonly #normalize: Normalize;
  readonly #output: OutputCounter;
  #producedUncounted = false;
  #oversized = false;

  /** The provider's usage object as it stands; null: none yet. */
  usage: unknown = null;
  /** True when the provider will not change `usage` any more. */
  usageIsFinal = false;
  responseId: string | null = null;
  model: string | null = null;
  serviceTier: string | null = null;
  calls: CallCounts = NO_CALLS;
  containerRan = false;
  terminal = false;
  errored = false;

  constructor(context: MeterContext, normalize: Normalize) {
    this.#context = context;
    this.#normalize = normalize;
    this.#output = new OutputCounter(context.tokenizer);
  }

  /** Counts text that the model produced; anything but a string is nothing. */
  addOutput(text: unknown): void {
    if (typeof text === "string" && text !== "") this.#output.add(text);
  }

  /** Something was produced that has no text to count, such as audio. */
  addUncountedOutput(): void {
    this.#producedUncounted = true;
  }

  /** Whether so many tokens were counted while nothing was reported that would replace the count; cheap. */
  hasProduced(tokens: number): boolean {
    return !this.usageIsFinal && !this.terminal && !this.errored && this.#output.hasReached(tokens);
  }

  /** An event passed that was too large to be read: it may have had any output that the request allows. */
  noteOversized(): void {
    this.#oversized = true;
  }

  /** The provider's final usage is here and can be priced: nothing needs to be counted. */
  get isReported(): boolean {
    return this.usageIsFinal && this.#normalize(this.usage, this.#usageContext()) !== null;
  }

  snapshot(): MeterSnapshot {
    const context = this.#usageContext();
    const usage = this.usageIsFinal ? this.#normalize(this.usage, context) : null;
    const flags: string[] = [];
    if (usage === null && this.usageIsFinal && this.usage !== null) flags.push("usage_unusable");
    else if (usage === null && this.terminal && !this.errored) flags.push("usage_missing");
    if (usage === null && this.#oversized) flags.push("event_oversized");
    return {
      usage,
      estimatedUsage: usage ?? this.#estimate(context),
      reportedCostNanos: usage === null ? null : readReportedCost(this.usage),
      terminal: this.terminal,
      errored: this.errored,
      deliveredOutput: usage !== null || this.#producedUncounted || this.#oversized || !this.#output.empty,
      responseId: this.responseId !== null && this.responseId.length <= MAX_ID_LENGTH ? this.responseId : null,
      model: context.model ?? null,
      flags,
    };
  }

  #usageContext(): UsageContext {
    const { facts } = this.#context;
    const { cacheWrite } = facts;
    return {
      model: this.model?.slice(0, MAX_MODEL_NAME_LENGTH) ?? null,
      serviceTier: this.serviceTier,
      requestedTier: facts.requestedTier,
      cacheLifetime: cacheWrite === "none" || cacheWrite === "automatic" ? null : cacheWrite,
      regional: facts.regional,
      webSearchCalls: this.calls.webSearch,
      fileSearchCalls: this.calls.fileSearch,
      codeInterpreterCalls: this.calls.codeInterpreter,
      containerRan: this.containerRan,
      searchContextSize: facts.searchContextSize ?? null,
    };
  }

  /**
   * What was counted, at most the output cap of all choices, which the provider keeps and the hold covers: our count may be
   * too high. All of the cap when an event could not be read.
   */
  #outputTokens(): number {
    const { facts, outputCapTokens = facts.outputCapTokens } = this.#context;
    const counted = this.#output.tokens();
    if (outputCapTokens === null) return counted;
    const most = outputCapTokens * facts.choices;
    return this.#oversized ? most : Math.min(counted, most);
  }

  /** The provider's own input counters where they came with the first event (Anthropic), our estimate where not. */
  #estimate(context: UsageContext): Usage {
    const counted = this.#outputTokens();
    const partial = this.usageIsFinal ? null : this.#normalize(this.usage, context);
    const lastPass = partial?.passes.at(-1);
    if (partial !== null && lastPass !== undefined) {
      const output = Math.max(lastPass.tokens.output, counted);
      const passes = [...partial.passes.slice(0, -1), { ...lastPass, tokens: { ...lastPass.tokens, output } }];
      return { ...partial, passes };
    }
    const { facts, tokenizer } = this.#context;
    return {
      passes: [
        {
          model: context.model ?? null,
          tokens: { ...EMPTY_BUCKETS, input: facts.inputTokens[tokenizer], output: counted },
        },
      ],
      tier: facts.endpoint === "anthropic.messages" ? anthropicTier(facts.requestedTier) : openaiTier(context, []),
      regional: facts.regional,
      calls: contextCalls(context),
      ...contextSearchSize(context),
      reasoningTokens: 0,
      flags: [],
    };
  }
}

function anthropicTier(requested: MeterContext["facts"]["requestedTier"]): Usage["tier"] {
  return requested === "fast" ? "fast" : "standard";
}
