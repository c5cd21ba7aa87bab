/**
 * Holding more in mid-stream: how far a hold reaches, when to ask for more, how much, and from whom (design: Reservations).
 * Output is counted over all choices together.
 */
import type { WalletAmount } from "./ledger-entry.ts";
import type { Nanos } from "./money.ts";
import type { Usage } from "./usage.ts";

/** What the request costs when its output comes to so many tokens. Never falls, and grows evenly. */
export type CostOfOutput = (outputTokens: number) => Nanos;

/** Far apart, so that rounding does not show. */
const PROBE_TOKENS = 1_000_000_000;

/** The most output tokens that an amount pays for beside everything else; 0 when not even that; infinity when output is free. */
export function coveredOutputTokens(amountNanos: Nanos, costOf: CostOfOutput): number {
  const fixedNanos = costOf(0);
  if (amountNanos < fixedNanos) return 0;
  const probeNanos = costOf(PROBE_TOKENS) - fixedNanos;
  if (probeNanos <= 0n) return Number.POSITIVE_INFINITY;
  const tokens = Number(((amountNanos - fixedNanos) * BigInt(PROBE_TOKENS)) / probeNanos);
  if (tokens >= Number.MAX_SAFE_INTEGER) return Number.POSITIVE_INFINITY;
  return largestCovered(tokens, (count) => costOf(count) <= amountNanos);
}

/**
 * The largest count that is covered, searched for from a good guess, with ever longer steps: costs are rounded, and where a
 * token costs next to nothing, a nano-unit is many tokens. 0 is covered.
 */
function largestCovered(guess: number, isCovered: (count: number) => boolean): number {
  let covered = guess;
  for (let step = 1; covered > 0 && !isCovered(covered); step *= 2) covered = Math.max(0, covered - step);
  let beyond = covered + 1;
  for (let step = 1; isCovered(beyond); step *= 2) {
    covered = beyond;
    beyond += step;
  }
  while (beyond - covered > 1) {
    const middle = Math.floor((covered + beyond) / 2);
    if (isCovered(middle)) covered = middle;
    else beyond = middle;
  }
  return covered;
}

export function outputTokensOf({ passes }: Usage): number {
  return passes.reduce((sum, { tokens }) => sum + tokens.output + tokens.audioOutput, 0);
}

/** The same usage with so many output tokens in all, when it has fewer: the last pass goes on. */
export function withOutputTokens(usage: Usage, outputTokens: number): Usage {
  const last = usage.passes.at(-1);
  const more = outputTokens - outputTokensOf(usage);
  if (last === undefined || more <= 0) return usage;
  const grown = { ...last, tokens: { ...last.tokens, output: last.tokens.output + more } };
  return { ...usage, passes: [...usage.passes.slice(0, -1), grown] };
}

/** The same usage before any output. */
export function withoutOutput(usage: Usage): Usage {
  const passes = usage.passes.map((pass) => ({ ...pass, tokens: { ...pass.tokens, output: 0, audioOutput: 0 } }));
  return { ...usage, passes };
}

export interface HoldReach {
  /** Output tokens that the hold pays for. */
  readonly coveredTokens: number;
  /** The cap that the provider was given, or the most that the model can give; null: none is known. */
  readonly limitTokens: number | null;
}

/** Asking begins when this share of the hold is used, so that a slow answer leaves no gap. */
const ASK_PERCENT = 80;
/** A stream that must not go over its hold ends this share before, or so many tokens at most: the next event has a size too. */
const STOP_MARGIN_PERCENT = 5;
const MAX_STOP_MARGIN_TOKENS = 256;

/** At how many output tokens to ask for more. A limit that the hold covers is believed until it is passed. */
export function askAtTokens({ coveredTokens, limitTokens }: HoldReach): number {
  const shareTokens = Math.floor((coveredTokens * ASK_PERCENT) / 100);
  return limitTokens !== null && limitTokens <= coveredTokens
    ? Math.max(limitTokens + 1, shareTokens)
    : Math.max(1, shareTokens);
}

/** At how many output tokens a stream ends that must not go over its hold. One that its limit ends before is left alone. */
export function stopAtTokens({ coveredTokens, limitTokens }: HoldReach): number {
  const marginTokens = Math.min(MAX_STOP_MARGIN_TOKENS, Math.ceil((coveredTokens * STOP_MARGIN_PERCENT) / 100));
  const stopTokens = coveredTokens - marginTokens;
  return limitTokens !== null && limitTokens <= coveredTokens
    ? Math.max(limitTokens, stopTokens)
    : Math.max(1, stopTokens);
}

/** A stretch is half of what was covered so far: few questions on a long stream, little money taken by a short one. */
const MIN_STRETCH_TOKENS = 2_048;
const MAX_STRETCH_TOKENS = 32_768;

/** How many output tokens to ask for: one stretch more, and no more than the limit lets come. */
export function nextTargetTokens({ coveredTokens, limitTokens }: HoldReach, usedTokens: number): number {
  const stretch = Math.min(MAX_STRETCH_TOKENS, Math.max(MIN_STRETCH_TOKENS, Math.ceil(coveredTokens / 2)));
  const target = Math.max(usedTokens, coveredTokens) + stretch;
  const isOpen = limitTokens === null || limitTokens <= Math.max(usedTokens, coveredTokens);
  return isOpen ? target : Math.min(target, limitTokens);
}

/** Nobody needs money for more than this ahead of what was produced: the longest answer of any model. */
const MAX_AHEAD_TOKENS = 131_072;

/** What is granted of a wish, in output tokens. */
export function boundTargetTokens(wantedTokens: number, usedTokens: number): number {
  return Math.min(wantedTokens, usedTokens + MAX_AHEAD_TOKENS);
}

/** A wallet that may hold more. */
export interface HoldingSource {
  readonly walletId: string;
  readonly availableNanos: Nanos;
}

/**
 * What to hold beside `heldNanos` so that the hold comes to `targetNanos`: from each source in order what it has, as far as
 * money goes. Nothing when that much is held already, so a repeated wish changes nothing.
 */
export function planExtension(
  heldNanos: Nanos,
  targetNanos: Nanos,
  sources: readonly HoldingSource[],
): readonly WalletAmount[] {
  const holds: WalletAmount[] = [];
  let dueNanos = targetNanos - heldNanos;
  for (const { walletId, availableNanos } of sources) {
    if (dueNanos <= 0n) break;
    const amountNanos = availableNanos < dueNanos ? availableNanos : dueNanos;
    if (amountNanos <= 0n) continue;
    holds.push({ walletId, amountNanos });
    dueNanos -= amountNanos;
  }
  return holds;
}

/** Holds of one reservation, one for each wallet, in the order in which wallets first held. */
export function mergeHolds(holds: readonly WalletAmount[], more: readonly WalletAmount[]): readonly WalletAmount[] {
  const byWallet = new Map<string, Nanos>();
  for (const { walletId, amountNanos } of [...holds, ...more]) {
    byWallet.set(walletId, (byWallet.get(walletId) ?? 0n) + amountNanos);
  }
  return Array.from(byWallet, ([walletId, amountNanos]) => ({ walletId, amountNanos }));
}
