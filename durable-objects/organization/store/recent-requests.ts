import type { PlannedTarget } from "../../../src/contract/commands.ts";
import type { MatchedPolicy } from "../../../src/core/access-policy.ts";
import type { Attribution } from "../../../src/core/attribution.ts";
import type { Endpoint } from "../../../src/core/endpoint.ts";
import { RATE_WINDOW_MS } from "../../../src/core/rate-limit.ts";
import type { RecentUse } from "../../../src/core/rate-limit.ts";
import { RecentRequests } from "../../../src/core/recent-requests.ts";
import type { CountedRequest } from "../../../src/core/recent-requests.ts";
import type { ReservationPlan } from "./reservation-rows.ts";
import type { ReservationStore } from "./reservations.ts";

/** What decides which limits count a request. */
export interface CountedUse {
  readonly attribution: Attribution;
  readonly endpoint: Endpoint;
  /** As it was asked for; empty: the name is forgotten. */
  readonly model: string;
  /** Where it may have gone. */
  readonly targets: readonly PlannedTarget[];
  /** The access policies that allowed it. */
  readonly matched: readonly MatchedPolicy[];
}

/** What a use is counted in. */
export type FindScopes = (use: CountedUse) => readonly string[];

interface FreeRequest {
  readonly use: CountedUse;
  atMs: number;
}

/**
 * The requests that rate limits count. A memo of reservations and of the directory: it has no rows of its own, and what is
 * forgotten is read again from the reservations. Only requests that are free, and have none, are known here alone.
 */
export class RecentRequestStore {
  readonly #reservations: ReservationStore;
  /** By id, the oldest first; they outlive a new directory and a transaction that was taken back. */
  readonly #free = new Map<string, FreeRequest>();
  #freeTurnedToMs = Number.NEGATIVE_INFINITY;
  #source: { readonly version: unknown; readonly findScopes: FindScopes } | null = null;
  #requests: RecentRequests | null = null;

  constructor(reservations: ReservationStore) {
    this.#reservations = reservations;
  }

  /** Counts requests by `findScopes` from now on, also those that were made before. The same version changes nothing. */
  track(version: unknown, findScopes: FindScopes): void {
    if (this.#source?.version === version) return;
    this.#source = { version, findScopes };
    this.#requests = null;
  }

  /** Nothing is limited: nothing is counted. */
  rest(): void {
    this.#source = null;
    this.#requests = null;
    this.#free.clear();
  }

  useOf(scope: string, nowMs: number): RecentUse | null {
    if (this.#source === null) throw new Error("rates are asked for, and no request is counted");
    this.#turnFreeTo(nowMs);
    this.#requests ??= this.#read(this.#source.findScopes, nowMs);
    return this.#requests.useOf(scope, nowMs);
  }

  /** A reservation was made. */
  enter(plan: ReservationPlan): void {
    const use = usedBy(plan);
    if (this.#source === null || this.#requests === null || use === null) return;
    const { reservationId: id, createdAtMs: atMs } = plan.grant;
    this.#requests.enter(this.#source.findScopes(use), { id, atMs, tokens: plan.coveredTokens, isOpen: true });
  }

  /** A request that costs nothing was let through. It counts as one of no tokens that has ended. */
  enterFree(id: string, use: CountedUse, atMs: number): void {
    if (this.#source === null) return;
    this.#turnFreeTo(atMs);
    this.#free.set(id, { use, atMs });
    this.#requests?.enter(this.#source.findScopes(use), { id, atMs, tokens: 0, isOpen: false });
  }

  hasFree(id: string): boolean {
    return this.#free.has(id);
  }

  /** A reservation has ended, or was settled after its expiry: it has used so many tokens. */
  end(id: string, usedTokens: number): void {
    this.#requests?.end(id, usedTokens);
  }

  forget(): void {
    this.#requests = null;
  }

  #read(findScopes: FindScopes, nowMs: number): RecentRequests {
    const requests = new RecentRequests();
    const known = [...this.#listFree(), ...this.#listReserved(nowMs)].toSorted((a, b) => a.atMs - b.atMs);
    for (const { use, ...request } of known) requests.enter(findScopes(use), request);
    return requests;
  }

  #listReserved(nowMs: number): (CountedRequest & { readonly use: CountedUse })[] {
    return this.#reservations.listRecent(nowMs - RATE_WINDOW_MS, nowMs).flatMap(({ reservation, atMs }) => {
      const { id, plan, status, ending } = reservation;
      const use = usedBy(plan);
      const tokens = ending?.usedTokens ?? plan.coveredTokens;
      return use === null ? [] : [{ id, atMs, tokens, isOpen: status === "open", use }];
    });
  }

  #listFree(): (CountedRequest & { readonly use: CountedUse })[] {
    return [...this.#free].map(([id, { use, atMs }]) => ({ id, atMs, tokens: 0, isOpen: false, use }));
  }

  /** One from before the clock was set back counts as made when that was seen; what is older than the window is forgotten. */
  #turnFreeTo(nowMs: number): void {
    if (nowMs < this.#freeTurnedToMs) {
      for (const free of this.#free.values()) free.atMs = Math.min(free.atMs, nowMs);
    }
    this.#freeTurnedToMs = nowMs;
    for (const [id, { atMs }] of this.#free) {
      if (atMs > nowMs - RATE_WINDOW_MS) return;
      this.#free.delete(id);
    }
  }
}

/** Null: it was let through unasked, and counts in nothing. */
function usedBy({ unreserved, endpoint, requestedModel: model, grant, matched }: ReservationPlan): CountedUse | null {
  const { attribution, targets } = grant;
  return unreserved === true ? null : { attribution, endpoint, model, targets, matched };
}
