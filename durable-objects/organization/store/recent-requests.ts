import { RATE_WINDOW_MS } from "../../../src/core/rate-limit.ts";
import type { RecentUse } from "../../../src/core/rate-limit.ts";
import { RecentRequests } from "../../../src/core/recent-requests.ts";
import type { ReservationPlan } from "./reservation-rows.ts";
import type { ReservationStore } from "./reservations.ts";

/** What a request is counted in. Null: it was let through unasked, and counts in nothing. */
export type FindScopes = (plan: ReservationPlan) => readonly string[] | null;

/**
 * The requests that rate limits count. A memo of reservations and of the directory: it has no rows of its own, and what is
 * forgotten is read again from the reservations.
 */
export class RecentRequestStore {
  readonly #reservations: ReservationStore;
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
  }

  useOf(scope: string, nowMs: number): RecentUse | null {
    if (this.#source === null) throw new Error("rates are asked for, and no request is counted");
    this.#requests ??= this.#read(this.#source.findScopes, nowMs);
    return this.#requests.useOf(scope, nowMs);
  }

  /** A reservation was made. */
  enter(plan: ReservationPlan): void {
    if (this.#source === null || this.#requests === null) return;
    const { reservationId: id, createdAtMs: atMs } = plan.grant;
    const scopes = this.#source.findScopes(plan);
    if (scopes !== null) this.#requests.enter(scopes, { id, atMs, tokens: plan.coveredTokens, isOpen: true });
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
    for (const { id, createdAtMs: atMs, plan, status, ending } of this.#reservations.listRecent(
      nowMs - RATE_WINDOW_MS,
    )) {
      const scopes = findScopes(plan);
      const tokens = ending?.usedTokens ?? plan.coveredTokens;
      if (scopes !== null) requests.enter(scopes, { id, atMs, tokens, isOpen: status === "open" });
    }
    return requests;
  }
}
