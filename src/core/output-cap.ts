/** The output cap of a request: what is held for, what is sent upstream, and what that projects (contract: Model traffic). */
import type { Endpoint } from "./endpoint.ts";
import { add, multiply, rational, roundHalfUp } from "./money.ts";
import type { Nanos } from "./money.ts";
import type { Price } from "./price.ts";
import {
  affordableOutputTokens,
  dearestTerms,
  largestInput,
  pricesOf,
  quoteHold,
  smallestMaximum,
  UNKNOWN_MODEL_OUTPUT_TOKENS,
} from "./quote.ts";
import type { Quote, QuoteRequest } from "./quote.ts";
import type { RequestFacts } from "./request-facts.ts";
import type { WalletSettings } from "./wallet.ts";

export type OutputCapSettings = Pick<
  WalletSettings,
  "defaultMaxOutputTokens" | "enforceDefaultMaxOutput" | "minimumOutputTokens" | "clamp"
>;

export interface OutputCapRequest extends QuoteRequest {
  readonly settings: OutputCapSettings;
  /** The caller asked to have its own cap lowered (`x-keeptrusts-clamp`). */
  readonly clampRequested: boolean;
  /** What the best funded source can still hold, in the wallet's currency. */
  readonly availableNanos: Nanos;
  /** The smallest output limit of the access policies that apply; it bounds a request without a cap. Null: none. */
  readonly policyLimitTokens?: number | null;
}

export type OutputCapPlan =
  | {
      readonly outcome: "covered";
      readonly quote: Quote;
      /** Per choice; what `quote` holds. */
      readonly holdCapTokens: number;
      /** The cap to write into the body; null: the body keeps what it has. */
      readonly sendCapTokens: number | null;
      /** The cap is lower than it would be with more money. */
      readonly clamped: boolean;
    }
  | {
      readonly outcome: "short";
      /** What would have to be available. */
      readonly quote: Quote;
      readonly holdCapTokens: number;
      readonly sendCapTokens: number | null;
      readonly affordableOutputTokens: number;
    };

/** Decides the output cap that is held and the one that is sent (contract: Model traffic, "No cap in the request"). */
export function planOutputCap(request: OutputCapRequest): OutputCapPlan {
  const { settings, facts, availableNanos } = request;
  const { holdCapTokens, sendCapTokens } = wantedCap(request);
  const quote = quoteHold({ ...request, outputCapTokens: holdCapTokens });
  if (quote.holdNanos <= availableNanos) {
    return { outcome: "covered", quote, holdCapTokens, sendCapTokens, clamped: false };
  }
  const affordable = affordableOutputTokens({ ...request, amountNanos: availableNanos });
  const lowest =
    facts.outputCapTokens === null
      ? settings.minimumOutputTokens
      : request.clampRequested || settings.clamp
        ? SMALLEST_CAP_TOKENS[facts.endpoint]
        : Number.POSITIVE_INFINITY;
  if (affordable < lowest) {
    return { outcome: "short", quote, holdCapTokens, sendCapTokens, affordableOutputTokens: affordable };
  }
  return {
    outcome: "covered",
    quote: quoteHold({ ...request, outputCapTokens: affordable }),
    holdCapTokens: affordable,
    sendCapTokens: affordable,
    clamped: true,
  };
}

/** The smallest cap that the endpoint accepts (OpenAI: `max_output_tokens` is at least 16). */
const SMALLEST_CAP_TOKENS: Readonly<Record<Endpoint, number>> = {
  "openai.chat": 1,
  "openai.responses": 16,
  "anthropic.messages": 1,
};

/** The caps before money is looked at. */
function wantedCap(
  request: Pick<OutputCapRequest, "price" | "fallbackPrices" | "facts" | "settings" | "policyLimitTokens">,
): {
  readonly holdCapTokens: number;
  readonly sendCapTokens: number | null;
} {
  const { facts, settings, policyLimitTokens = null } = request;
  if (facts.outputCapTokens !== null) return { holdCapTokens: facts.outputCapTokens, sendCapTokens: null };
  const prices = pricesOf(request);
  const limits = [settings.defaultMaxOutputTokens, smallestMaximum(prices), policyLimitTokens];
  const known = limits.filter((tokens) => tokens !== null);
  if (known.length === 0) {
    return { holdCapTokens: UNKNOWN_MODEL_OUTPUT_TOKENS, sendCapTokens: UNKNOWN_MODEL_OUTPUT_TOKENS };
  }
  const cap = Math.min(...known);
  if (prices.every((price) => price.maxOutputTokens === cap)) return { holdCapTokens: cap, sendCapTokens: null };
  // Only the organization's own default may be held without being sent: everything else binds.
  const isOpen = cap === settings.defaultMaxOutputTokens && !settings.enforceDefaultMaxOutput;
  return { holdCapTokens: cap, sendCapTokens: isOpen && cap !== policyLimitTokens ? null : cap };
}

/**
 * The cap per choice that keeps a request without one within `tokenRoom`, what the rate limits leave. Null: it needs none, or
 * would get fewer than the organization's minimum, and is refused as it is.
 */
export function planRateCap(request: {
  /** Of every target. */
  readonly prices: readonly (Price | null)[];
  readonly facts: RequestFacts;
  readonly tokenRoom: number | null;
  readonly minimumOutputTokens: number;
}): number | null {
  const { prices, facts, tokenRoom, minimumOutputTokens } = request;
  if (tokenRoom === null || facts.outputCapTokens !== null) return null;
  const cap = Math.floor((tokenRoom - largestInput(prices, facts)) / facts.choices);
  const isNeeded = prices.some((price) => cap < (price?.maxOutputTokens ?? Number.POSITIVE_INFINITY));
  return isNeeded && cap >= minimumOutputTokens ? cap : null;
}

/** In nano-USD, without a buffer, each rounded half-up. */
export interface ProjectedCost {
  readonly promptNanos: Nanos;
  readonly completionNanos: Nanos;
  /** With the fees of hosted tools. */
  readonly requestNanos: Nanos;
}

/** What a request costs at most at a price, with the cap that it would be sent with (contract: `max_price`). */
export function projectCost(
  request: Pick<OutputCapRequest, "price" | "facts" | "settings" | "policyLimitTokens">,
): ProjectedCost {
  const { prompt, fees, perOutputToken } = dearestTerms(request.price, request.facts);
  const completion = multiply(perOutputToken, rational(BigInt(wantedCap(request).holdCapTokens)));
  return {
    promptNanos: roundHalfUp(prompt),
    completionNanos: roundHalfUp(completion),
    requestNanos: roundHalfUp(add(add(prompt, fees), completion)),
  };
}
