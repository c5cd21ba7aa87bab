/**
 * Time for objects that run in plain Node: `Date.now` tells the wall clock, which may jump either way, and timers follow the
 * time that really passed. Nothing moves unless the simulation says so.
 */
interface Timer {
  readonly id: number;
  readonly dueMs: number;
  readonly run: () => void;
}

/** What the code under simulation calls. */
interface Globals {
  readonly now: typeof Date.now;
  readonly setTimeout: typeof globalThis.setTimeout;
  readonly clearTimeout: typeof globalThis.clearTimeout;
}

export class VirtualClock {
  nowMs: number;
  #passedMs = 0;
  #timers: Timer[] = [];
  #lastId = 0;
  readonly #real: Globals = { now: Date.now, setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  /** From here to `uninstall`, the globals are those of this clock. */
  install(): void {
    Date.now = () => this.nowMs;
    Object.assign(globalThis, {
      setTimeout: (run: () => void, delayMs = 0) => {
        this.#lastId += 1;
        this.#timers.push({ id: this.#lastId, dueMs: this.#passedMs + delayMs, run });
        return this.#lastId;
      },
      clearTimeout: (id: unknown) => {
        this.#timers = this.#timers.filter((timer) => timer.id !== id);
      },
    });
  }

  uninstall(): void {
    Date.now = this.#real.now;
    Object.assign(globalThis, { setTimeout: this.#real.setTimeout, clearTimeout: this.#real.clearTimeout });
  }

  /** Time passes: timers that are due run, each in its own turn. */
  async advance(durationMs: number): Promise<void> {
    const endMs = this.#passedMs + durationMs;
    for (let next = this.#takeDue(endMs); next !== null; next = this.#takeDue(endMs)) {
      this.nowMs += Math.max(0, next.dueMs - this.#passedMs);
      this.#passedMs = Math.max(this.#passedMs, next.dueMs);
      next.run();
      await turnsOver();
    }
    this.nowMs += endMs - this.#passedMs;
    this.#passedMs = endMs;
  }

  /** The wall clock is set, and no time passes. */
  jump(byMs: number): void {
    this.nowMs += byMs;
  }

  /** What an evicted object was waiting for never comes. */
  dropTimers(): void {
    this.#timers = [];
  }

  #takeDue(endMs: number): Timer | null {
    let first: Timer | null = null;
    for (const timer of this.#timers) {
      if (timer.dueMs <= endMs && (first === null || timer.dueMs < first.dueMs)) first = timer;
    }
    if (first !== null) this.#timers = this.#timers.filter((timer) => timer !== first);
    return first;
  }
}

/** Everything that can go on without time passing has gone on: answers of D1 come a turn later, and several may follow. */
export async function turnsOver(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
