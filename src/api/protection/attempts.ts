/**
 * Limits attempts by address before anybody is authenticated. What decides is Cloudflare's counter (`ABUSE_LIMIT`), which counts
 * for each of its locations and is asked about failed attempts alone, or about attempts that are dear whether they fail or not:
 * a request with a good key never waits for it. An address that the counter has refused is remembered in this isolate, and
 * refused without asking anybody; credentials that were good here before pass all the same, so that one bad script takes nobody
 * in its office down. Where there is no counter, or it fails, requests pass: it guards the service, not the money.
 */
import { hash } from "node:crypto";
import { readToken } from "../../contract/caller-headers.ts";
import { networkOf } from "../../core/client-network.ts";

/** As long as the counter's period in wrangler.toml. */
const REFUSED_MS = 60_000;
const MAX_REMEMBERED = 10_000;

/** Cloudflare's rate limiting binding. */
export interface Counter {
  limit(attempt: { readonly key: string }): Promise<{ readonly success: boolean }>;
}

export interface AttemptPorts {
  /** Null: the deployment has no counter. */
  readonly counter: Counter | null;
  nowMs(): number;
  reportError(error: unknown): void;
}

/** What is counted apart from each other. */
type Group = "credential" | "oauth" | "sign_in" | "webhook";

/** One request's attempt. `begin` and `end` give the seconds to wait when it is refused, else null. */
export interface Attempt {
  begin(): number | null | Promise<number | null>;
  /** Told the status of the answer that it would get. */
  end(status: number): number | null | Promise<number | null>;
}

const UNCOUNTED: Attempt = { begin: () => null, end: () => null };

export class AttemptLimiter {
  readonly #ports: AttemptPorts;
  /** Until when, by group and network. */
  readonly #refused = new Map<string, number>();
  /** Hashes of tokens that were good here. */
  readonly #good = new Set<string>();

  constructor(ports: AttemptPorts) {
    this.#ports = ports;
  }

  of(request: Request, path: string): Attempt {
    const group = groupOf(request.method, path);
    const address = request.headers.get("cf-connecting-ip");
    if (group === null || address === null || this.#ports.counter === null) return UNCOUNTED;
    const key = `${group}:${networkOf(address)}`;
    if (group === "credential") return this.#credentialAttempt(key, readToken(request.headers));
    if (group === "sign_in") return { begin: () => this.#count(key), end: () => null };
    return {
      begin: () => this.#secondsLeft(key),
      end: (status) => (isFailure(status) ? this.#count(key) : null),
    };
  }

  #credentialAttempt(key: string, token: string | null): Attempt {
    if (token === null) return UNCOUNTED;
    return {
      begin: () => {
        const seconds = this.#secondsLeft(key);
        return seconds === null || this.#good.has(hash("sha256", token)) ? null : seconds;
      },
      end: (status) => {
        if (status < 400) remember(this.#good, hash("sha256", token));
        if (status !== 401) return null;
        this.#good.delete(hash("sha256", token));
        return this.#count(key);
      },
    };
  }

  #secondsLeft(key: string): number | null {
    const untilMs = this.#refused.get(key);
    if (untilMs === undefined) return null;
    const leftMs = untilMs - this.#ports.nowMs();
    if (leftMs > 0) return Math.ceil(leftMs / 1_000);
    this.#refused.delete(key);
    return null;
  }

  async #count(key: string): Promise<number | null> {
    const known = this.#secondsLeft(key);
    if (known !== null) return known;
    try {
      const outcome = await this.#ports.counter?.limit({ key });
      if (outcome?.success !== false) return null;
    } catch (error) {
      this.#ports.reportError(error);
      return null;
    }
    if (this.#refused.size >= MAX_REMEMBERED) this.#refused.clear();
    this.#refused.set(key, this.#ports.nowMs() + REFUSED_MS);
    return REFUSED_MS / 1_000;
  }
}

function remember(known: Set<string>, value: string): void {
  if (known.size >= MAX_REMEMBERED) known.clear();
  known.add(value);
}

const SIGN_IN_PATH = /^\/(?:sign-in|sign-up|reset-password|api\/auth\/.*|v1\/oauth\/authorize)$/;

/** Null: nobody is authenticated there, or nothing is dear. */
function groupOf(method: string, path: string): Group | null {
  if (SIGN_IN_PATH.test(path)) return method === "POST" ? "sign_in" : null;
  if (path === "/v1/oauth/token" || path === "/v1/oauth/revoke") return "oauth";
  if (path.startsWith("/v1/payments/webhook")) return "webhook";
  return path.startsWith("/v1/") && path !== "/v1/openapi.json" ? "credential" : null;
}

function isFailure(status: number): boolean {
  return status === 400 || status === 401 || status === 403;
}
