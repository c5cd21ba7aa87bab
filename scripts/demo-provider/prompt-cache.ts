/** The providers' prompt caches: which prefixes of prompts were seen, until when. */
import { createHash } from "node:crypto";

/** OpenAI caches prefixes of at least 1,024 tokens, in steps of 128, by itself. */
const AUTOMATIC_MINIMUM_TOKENS = 1_024;
const AUTOMATIC_STEP_TOKENS = 128;
const AUTOMATIC_LIFETIME_MS = 10 * 60_000;
/** Anthropic's smallest cacheable prefix for most models. */
const MARKED_MINIMUM_TOKENS = 1_024;
const LIFETIME_MS = { "5m": 5 * 60_000, "1h": 60 * 60_000 } as const;

export type Lifetime = keyof typeof LIFETIME_MS;

/** A `cache_control` mark: the tokens of the prompt up to it. */
export interface Breakpoint {
  readonly prefix: string;
  readonly tokens: number;
  readonly lifetime: Lifetime;
}

export class PromptCache {
  readonly #expiresAtMs = new Map<string, number>();

  /** OpenAI's way: returns how many of the prompt's tokens were known and how many are written now. */
  readAutomatic(scope: string, tokens: readonly string[], nowMs: number): { cached: number; written: number } {
    const longest = Math.floor(tokens.length / AUTOMATIC_STEP_TOKENS) * AUTOMATIC_STEP_TOKENS;
    if (longest < AUTOMATIC_MINIMUM_TOKENS) return { cached: 0, written: 0 };
    const digest = createHash("sha256").update(scope);
    let cached = 0;
    for (let end = AUTOMATIC_STEP_TOKENS; end <= longest; end += AUTOMATIC_STEP_TOKENS) {
      digest.update(tokens.slice(end - AUTOMATIC_STEP_TOKENS, end).join("\u0000"));
      if (end < AUTOMATIC_MINIMUM_TOKENS) continue;
      const key = digest.copy().digest("hex");
      if (this.#isKnown(key, nowMs)) cached = end;
      this.#expiresAtMs.set(key, nowMs + AUTOMATIC_LIFETIME_MS);
    }
    return { cached, written: longest - cached };
  }

  /** Anthropic's way: the longest known marked prefix is read, what follows up to the last mark is written. */
  readMarked(
    scope: string,
    breakpoints: readonly Breakpoint[],
    nowMs: number,
  ): { read: number; written: Record<Lifetime, number> } {
    const usable = breakpoints.filter((mark) => mark.tokens >= MARKED_MINIMUM_TOKENS);
    const keys = usable.map((mark) => createHash("sha256").update(`${scope}\u0000${mark.prefix}`).digest("hex"));
    const known = keys.findLastIndex((key) => this.#isKnown(key, nowMs));
    const written: Record<Lifetime, number> = { "5m": 0, "1h": 0 };
    let end = usable[known]?.tokens ?? 0;
    const read = end;
    for (const [index, mark] of usable.entries()) {
      const key = keys[index];
      if (key !== undefined) this.#expiresAtMs.set(key, nowMs + LIFETIME_MS[mark.lifetime]);
      if (index <= known) continue;
      written[mark.lifetime] += mark.tokens - end;
      end = mark.tokens;
    }
    return { read, written };
  }

  clear(): void {
    this.#expiresAtMs.clear();
  }

  #isKnown(key: string, nowMs: number): boolean {
    return (this.#expiresAtMs.get(key) ?? 0) > nowMs;
  }
}
