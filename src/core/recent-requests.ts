/** The requests of the last sixty seconds, and those that have not ended, by what counts them. Memory alone: no clock, no storage. */
import { RATE_WINDOW_MS } from "./rate-limit.ts";
import type { RecentRequest, RecentUse } from "./rate-limit.ts";

/** A request as it is entered. */
export interface CountedRequest extends RecentRequest {
  readonly id: string;
  readonly isOpen: boolean;
}

/** A request in memory. It stays until it has left the window and has ended. */
interface Entry extends RecentRequest {
  readonly id: string;
  atMs: number;
  readonly scopes: readonly Scope[];
  tokens: number;
  isOpen: boolean;
  isInWindow: boolean;
}

/** Requests in the order in which they were admitted; the oldest leave from the front. */
class Line {
  #entries: Entry[] = [];
  #start = 0;

  get length(): number {
    return this.#entries.length - this.#start;
  }

  at(index: number): Entry | undefined {
    return this.#entries[this.#start + index];
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
  }

  removeOldest(): void {
    this.#start += 1;
    if (this.#start < 1_000 || this.#start * 2 < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#start);
    this.#start = 0;
  }
}

class Scope implements RecentUse {
  readonly name: string;
  readonly line = new Line();
  tokens = 0;
  parallelRequests = 0;

  constructor(name: string) {
    this.name = name;
  }

  get requests(): number {
    return this.line.length;
  }

  get isIdle(): boolean {
    return this.requests === 0 && this.parallelRequests === 0;
  }

  at(index: number): RecentRequest | undefined {
    return this.line.at(index);
  }
}

export class RecentRequests {
  readonly #line = new Line();
  readonly #entries = new Map<string, Entry>();
  readonly #scopes = new Map<string, Scope>();

  /** Counts a request in every scope that is named; in none, it is not remembered. */
  enter(names: readonly string[], request: CountedRequest): void {
    this.#turnTo(request.atMs);
    if (names.length === 0) return;
    const scopes = names.map((name) => {
      const scope = this.#scopes.get(name) ?? new Scope(name);
      this.#scopes.set(name, scope);
      return scope;
    });
    const entry: Entry = { ...request, scopes, isInWindow: true };
    this.#line.add(entry);
    this.#entries.set(entry.id, entry);
    for (const scope of scopes) {
      scope.line.add(entry);
      scope.tokens += entry.tokens;
      if (entry.isOpen) scope.parallelRequests += 1;
    }
  }

  /** A request has ended, or its end is corrected: it has used so many tokens. One that is not known any more changes nothing. */
  end(id: string, usedTokens: number): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    for (const scope of entry.scopes) {
      if (entry.isOpen) scope.parallelRequests -= 1;
      if (entry.isInWindow) scope.tokens += usedTokens - entry.tokens;
      this.#dropIdle(scope);
    }
    entry.tokens = usedTokens;
    entry.isOpen = false;
    if (!entry.isInWindow) this.#entries.delete(id);
  }

  /** How many requests are remembered. */
  get size(): number {
    return this.#entries.size;
  }

  /** Null: the scope has no request in the window and none under way. Good until the next call. */
  useOf(name: string, nowMs: number): RecentUse | null {
    this.#turnTo(nowMs);
    return this.#scopes.get(name) ?? null;
  }

  /**
   * No request was made after now. One that seems to be was made before the clock was set back: it counts as made now, so that
   * it is counted long enough, and no longer than the window is.
   */
  #turnTo(nowMs: number): void {
    for (let index = this.#line.length - 1; index >= 0; index--) {
      const newest = this.#line.at(index);
      if (newest === undefined || newest.atMs <= nowMs) break;
      newest.atMs = nowMs;
    }
    this.#dropOld(nowMs);
  }

  /** The oldest request of all is the oldest one of each of its scopes. */
  #dropOld(nowMs: number): void {
    for (let oldest = this.#line.at(0); oldest !== undefined; oldest = this.#line.at(0)) {
      if (oldest.atMs > nowMs - RATE_WINDOW_MS) return;
      this.#line.removeOldest();
      oldest.isInWindow = false;
      for (const scope of oldest.scopes) {
        scope.line.removeOldest();
        scope.tokens -= oldest.tokens;
        this.#dropIdle(scope);
      }
      if (!oldest.isOpen) this.#entries.delete(oldest.id);
    }
  }

  #dropIdle(scope: Scope): void {
    if (scope.isIdle) this.#scopes.delete(scope.name);
  }
}
