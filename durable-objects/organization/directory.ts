/**
 * The object's copy of its organization's records: in memory, and in storage so that it starts without D1. Changes are pushed
 * by `refresh`; a copy older than 10 s is checked in the background and one older than 15 s before the next decision, for at
 * most 500 ms: when D1 does not answer, the old copy stays in force (design: Where state lives).
 */
import type { Directory } from "../../src/contract/directory.ts";
import { indexDirectory } from "./directory-index.ts";
import type { DirectoryIndex } from "./directory-index.ts";

const CHECK_AFTER_MS = 10_000;
const STALE_AFTER_MS = 15_000;
const MAX_WAIT_MS = 500;

/** A check that takes longer is given up, so that a later one can begin. */
const CHECK_TIMEOUT_MS = 5_000;

/** Where the records come from. Both throw when they cannot be read. */
export interface DirectorySource {
  readVersions(): Promise<Pick<Directory, "version" | "platformVersion"> | null>;
  load(): Promise<Directory | null>;
}

export class DirectoryCopy {
  readonly #source: DirectorySource;
  readonly #checked: (index: DirectoryIndex, nowMs: number) => void;
  readonly #keep: (directory: Directory, known: Directory | null) => Directory;
  #index: DirectoryIndex | null;
  /** D1 was asked and has no such organization: whoever names it holds no key of ours. */
  #absent = false;
  #checkedAtMs = Number.NEGATIVE_INFINITY;
  /** The check that is under way; `ready` is over after `MAX_WAIT_MS` at the latest, for all who wait for it. */
  #check: { readonly checking: Promise<void>; readonly ready: Promise<void> } | null = null;

  /**
   * `stored` is the copy from storage; `keep` writes a newer one there, and gives what is in force of it. `checked` is told of every
   * answer of the source: the copy is as new as the source was at that time.
   */
  constructor(
    source: DirectorySource,
    stored: Directory | null,
    keep: (directory: Directory, known: Directory | null) => Directory,
    checked: (index: DirectoryIndex, nowMs: number) => void,
  ) {
    this.#checked = checked;
    this.#source = source;
    this.#keep = keep;
    this.#index = stored === null ? null : indexDirectory(stored);
  }

  /** Null: there is no such organization, or it was never read and cannot be read now. */
  get index(): DirectoryIndex | null {
    return this.#index;
  }

  /** True when there is no such organization, as far as D1 knew at the last check. */
  get isAbsent(): boolean {
    return this.#absent;
  }

  /**
   * Begins the check that the copy's age asks for. `ready` is to be awaited before deciding, null when the copy is good enough;
   * `checking` goes on in the background, null when there is none.
   */
  freshen(nowMs: number): { readonly ready: Promise<void> | null; readonly checking: Promise<void> | null } {
    const ageMs = nowMs - this.#checkedAtMs;
    if ((this.#index !== null || this.#absent) && ageMs < CHECK_AFTER_MS) return { ready: null, checking: null };
    this.#check ??= this.#beginCheck(nowMs);
    const { checking, ready } = this.#check;
    if (this.#index === null) return { ready: checking, checking };
    return { ready: ageMs < STALE_AFTER_MS ? null : ready, checking };
  }

  /** Re-reads everything now. A read that began before this call does not count: it may be older than the change. */
  async refresh(nowMs: number): Promise<void> {
    this.#accept(await this.#source.load(), nowMs);
  }

  #beginCheck(nowMs: number): { readonly checking: Promise<void>; readonly ready: Promise<void> } {
    const checking = atMost(this.#readNewer(nowMs), CHECK_TIMEOUT_MS).finally(() => {
      this.#check = null;
    });
    return { checking, ready: atMost(checking, MAX_WAIT_MS) };
  }

  async #readNewer(nowMs: number): Promise<void> {
    try {
      const known = this.#index?.directory ?? null;
      if (known !== null) {
        const versions = await this.#source.readVersions();
        if (versions === null || !isNewer(versions, known)) {
          this.#checkedAtMs = Math.max(this.#checkedAtMs, nowMs);
          if (versions !== null && this.#index !== null) this.#checked(this.#index, nowMs);
          return;
        }
      }
      this.#accept(await this.#source.load(), nowMs);
    } catch {
      // The old copy stays in force; the next command tries again.
    }
  }

  #accept(directory: Directory | null, nowMs: number): void {
    this.#checkedAtMs = Math.max(this.#checkedAtMs, nowMs);
    this.#absent = directory === null && this.#index === null;
    if (directory === null) return;
    const known = this.#index?.directory ?? null;
    const isKept = known === null || isNewer(directory, known);
    if (isKept) this.#index = indexDirectory(this.#keep(directory, known));
    if (this.#index !== null) this.#checked(this.#index, nowMs);
  }
}

/** Never backwards: neither version may be lower, and one must be higher. */
function isNewer(
  candidate: Pick<Directory, "version" | "platformVersion">,
  known: Pick<Directory, "version" | "platformVersion">,
): boolean {
  if (candidate.version < known.version || candidate.platformVersion < known.platformVersion) return false;
  return candidate.version > known.version || candidate.platformVersion > known.platformVersion;
}

async function atMost(work: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const elapsed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([work, elapsed]);
  clearTimeout(timer);
}
