/**
 * Watches the output of a stream against the money that is held for it, and asks for more in time. What happens when there is
 * no more is the organization's setting (design: Reservations, overspend protection in mid-stream).
 */
import type { Grant, PlannedTarget, Renewal } from "../contract/commands.ts";
import { ONE, parseRational } from "../core/money.ts";
import {
  askAtTokens,
  coveredOutputTokens,
  nextTargetTokens,
  outputTokensOf,
  stopAtTokens,
  withOutputTokens,
  withoutOutput,
  type CostOfOutput,
  type HoldReach,
} from "../core/hold-extension.ts";
import type { Price } from "../core/price.ts";
import { priceUsage } from "../core/pricing.ts";
import type { Usage } from "../core/usage.ts";
import type { MeterSnapshot, StreamMeter } from "../provider/adapter.ts";
import type { Lease, Progress } from "./lease.ts";

export interface HoldWatch {
  /**
   * Asked after each chunk, and cheap. Null: go on. A promise has to be waited for, because what is held is used up: true means
   * that the stream ends here.
   */
  check(): Promise<boolean> | null;
}

export interface WatchedStream {
  readonly grant: Pick<Grant, "wallet" | "heldNanos" | "exchangeRate" | "onHoldExhausted">;
  readonly target: Pick<PlannedTarget, "id" | "price">;
  /** What the provider was told not to exceed, or cannot, for all choices together; null: nothing is known. */
  readonly limitTokens: number | null;
  readonly meter: Pick<StreamMeter, "hasProduced" | "snapshot">;
  readonly lease: Pick<Lease, "follow" | "renew">;
}

/** Follows the stream's lease; for a request that costs nothing, or for which nothing is held, it only does that. */
export function watchHold(stream: WatchedStream): HoldWatch {
  const { grant, target, meter, lease } = stream;
  const price = target.price;
  if (grant.wallet === null || price === null || price.free) {
    lease.follow(
      () => ({ usage: usageSoFar(meter.snapshot()), targetId: target.id }),
      () => undefined,
    );
    return { check: () => null };
  }
  const usage = meter.snapshot().estimatedUsage;
  return new Watch(stream, coveredOutputTokens(grant.heldNanos, costOfOutput(usage, price, grant.exchangeRate)));
}

class Watch implements HoldWatch {
  readonly #stream: WatchedStream;
  readonly #stops: boolean;
  #reach: HoldReach;
  #askAtTokens: number;
  #stopAtTokens: number;
  /** What is asked for and not covered yet; renewals repeat it. */
  #wantedTokens: number | null = null;
  #asking: Promise<void> | null = null;

  constructor(stream: WatchedStream, coveredTokens: number) {
    this.#stream = stream;
    this.#stops = stream.grant.onHoldExhausted === "stop";
    this.#reach = { coveredTokens, limitTokens: stream.limitTokens };
    this.#askAtTokens = askAtTokens(this.#reach);
    this.#stopAtTokens = stopAtTokens(this.#reach);
    stream.lease.follow(
      () => this.#progress(),
      (renewal) => this.#learn(renewal),
    );
  }

  check(): Promise<boolean> | null {
    const { meter } = this.#stream;
    if (meter.hasProduced(this.#askAtTokens)) void this.#ask();
    return this.#stops && meter.hasProduced(this.#stopAtTokens) ? this.#mustStop() : null;
  }

  /** An answer that is under way may still help; without one the ledger is asked once more, now that it counts. */
  async #mustStop(): Promise<boolean> {
    const { meter } = this.#stream;
    if (this.#asking !== null) await this.#asking;
    if (!meter.hasProduced(this.#stopAtTokens)) return false;
    await this.#ask();
    return meter.hasProduced(this.#stopAtTokens);
  }

  /** One question at a time; without an answer, or without money, only the renewals of the lease go on asking. */
  #ask(): Promise<void> {
    if (this.#asking !== null) return this.#asking;
    const usedTokens = outputTokensOf(this.#stream.meter.snapshot().estimatedUsage);
    this.#wantedTokens = nextTargetTokens(this.#reach, usedTokens);
    this.#askAtTokens = Number.POSITIVE_INFINITY;
    this.#asking = this.#stream.lease.renew().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  #progress(): Progress {
    const progress = { usage: usageSoFar(this.#stream.meter.snapshot()), targetId: this.#stream.target.id };
    return this.#wantedTokens === null ? progress : { ...progress, holdForOutputTokens: this.#wantedTokens };
  }

  #learn({ coveredOutputTokens: coveredTokens }: Renewal): void {
    if (coveredTokens === null) return;
    this.#reach = { ...this.#reach, coveredTokens };
    this.#stopAtTokens = stopAtTokens(this.#reach);
    if (this.#wantedTokens !== null && coveredTokens < this.#wantedTokens) return;
    this.#wantedTokens = null;
    this.#askAtTokens = askAtTokens(this.#reach);
  }
}

/** As the ledger will price it; a model that only the ledger knows costs what the granted one does. */
function costOfOutput(usage: Usage, price: Price, exchangeRateText: string): CostOfOutput {
  const exchangeRate = parseRational(exchangeRateText) ?? ONE;
  const silent = withoutOutput(usage);
  return (outputTokens) => {
    const priced = priceUsage(withOutputTokens(silent, outputTokens), () => price, { exchangeRate });
    return priced.outcome === "priced" ? priced.totalNanos : 0n;
  };
}

/** What a checkpoint records: nothing before there is something to charge. */
function usageSoFar(snapshot: MeterSnapshot): Usage | null {
  return snapshot.deliveredOutput ? (snapshot.usage ?? snapshot.estimatedUsage) : null;
}
