/**
 * What a key, a user, a team or an organization has asked for in the last sixty seconds, and what it has running now
 * (contract: Rate limits). The window slides exactly, so that a constant rate under the limit is never refused. Tokens are
 * held at what a request can use at most and corrected when its usage is known.
 */

export interface RateLimits {
  /** Requests in any sixty seconds; null: no limit. */
  readonly rpm: number | null;
  readonly tpm: number | null;
  readonly maxParallelRequests: number | null;
}

export const NO_RATE_LIMITS: RateLimits = { rpm: null, tpm: null, maxParallelRequests: null };

export const RATE_WINDOW_MS = 60_000;

export interface RateRefusal {
  readonly unit: "requests" | "tokens" | "parallel_requests";
  readonly limit: number;
  /** When it may fit, at the earliest; for running requests, nobody knows. */
  readonly retryAfterMs: number;
}

/** What is left of one limit; `resetMs`: until all of it is there again. */
export interface RateRoom {
  readonly limit: number;
  readonly remaining: number;
  readonly resetMs: number;
}

interface Admitted {
  readonly id: string;
  readonly atMs: number;
  tokens: number;
}

/** Asked again after a moment: running requests end at any time. */
const PARALLEL_RETRY_MS = 1_000;

/** The requests of one scope. Memory: one small record for each request of the last sixty seconds, and for each running one. */
export class RateWindow {
  /** Oldest first; those before `#first` have left the window. */
  #admitted: Admitted[] = [];
  #first = 0;
  #tokens = 0;
  readonly #byId = new Map<string, Admitted>();
  readonly #running = new Set<string>();

  /** Why a request with so many tokens does not fit now; null when it does. Changes nothing but what has left the window. */
  refuse(limits: RateLimits, tokens: number, nowMs: number): RateRefusal | null {
    this.#slide(nowMs);
    const { rpm, tpm, maxParallelRequests } = limits;
    if (maxParallelRequests !== null && this.#running.size >= maxParallelRequests) {
      return { unit: "parallel_requests", limit: maxParallelRequests, retryAfterMs: PARALLEL_RETRY_MS };
    }
    if (rpm !== null && this.#count() >= rpm) {
      return { unit: "requests", limit: rpm, retryAfterMs: this.#waitForRequests(rpm, nowMs) };
    }
    if (tpm !== null && this.#tokens + tokens > tpm) {
      return { unit: "tokens", limit: tpm, retryAfterMs: this.#waitForTokens(tpm - tokens, nowMs) };
    }
    return null;
  }

  /** Counts a request. It is running until `end`. The same id counts once. */
  admit(id: string, tokens: number, nowMs: number): void {
    this.#slide(nowMs);
    this.#running.add(id);
    if (this.#byId.has(id)) return;
    const admitted = { id, atMs: nowMs, tokens };
    this.#admitted.push(admitted);
    this.#byId.set(id, admitted);
    this.#tokens += tokens;
  }

  /** The request has ended, and used so many tokens. What has left the window is not corrected. */
  end(id: string, tokens: number): void {
    this.#running.delete(id);
    const admitted = this.#byId.get(id);
    if (admitted === undefined) return;
    this.#tokens += tokens - admitted.tokens;
    admitted.tokens = tokens;
  }

  /** What is left of the limits that there are, for the caller to see. */
  room(limits: RateLimits, nowMs: number): { readonly requests: RateRoom | null; readonly tokens: RateRoom | null } {
    this.#slide(nowMs);
    const last = this.#admitted.at(-1);
    const resetMs = last === undefined || this.#count() === 0 ? 0 : last.atMs + RATE_WINDOW_MS - nowMs;
    return {
      requests: limits.rpm === null ? null : roomOf(limits.rpm, this.#count(), resetMs),
      tokens: limits.tpm === null ? null : roomOf(limits.tpm, this.#tokens, resetMs),
    };
  }

  /** Nothing of it is in the window, and nothing runs. */
  isIdle(nowMs: number): boolean {
    this.#slide(nowMs);
    return this.#count() === 0 && this.#running.size === 0;
  }

  #count(): number {
    return this.#admitted.length - this.#first;
  }

  #slide(nowMs: number): void {
    for (let next = this.#admitted[this.#first]; next !== undefined; next = this.#admitted[this.#first]) {
      if (next.atMs > nowMs - RATE_WINDOW_MS) break;
      this.#tokens -= next.tokens;
      this.#byId.delete(next.id);
      this.#first += 1;
    }
    if (this.#first > 1_000 && this.#first * 2 > this.#admitted.length) {
      this.#admitted = this.#admitted.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Until fewer than `rpm` are left. */
  #waitForRequests(rpm: number, nowMs: number): number {
    const leaving = this.#admitted[this.#first + this.#count() - rpm];
    return leaving === undefined ? RATE_WINDOW_MS : leaving.atMs + RATE_WINDOW_MS - nowMs;
  }

  /** Until at most `room` tokens are left; a whole window when that can never be. */
  #waitForTokens(room: number, nowMs: number): number {
    if (room < 0) return RATE_WINDOW_MS;
    let left = this.#tokens;
    for (const leaving of this.#admitted.slice(this.#first)) {
      left -= leaving.tokens;
      if (left <= room) return leaving.atMs + RATE_WINDOW_MS - nowMs;
    }
    return RATE_WINDOW_MS;
  }
}

function roomOf(limit: number, used: number, resetMs: number): RateRoom {
  return { limit, remaining: Math.max(0, limit - used), resetMs };
}
