/**
 * Answers that may be given again to exactly the same request (contract: Model traffic, Cache). Whether one is given is the
 * ledger's decision; here is only what makes two requests the same, when it is worth to look, and what is kept.
 */
import { hash } from "node:crypto";
import type { Grant, SettleCommand } from "../contract/commands.ts";
import type { AnswerStore, KeptResponse } from "../contract/kept-answer.ts";
import type { Endpoint } from "../core/endpoint.ts";
import { nameTarget } from "../core/target.ts";
import { jsonIdentity } from "../provider/json-identity.ts";
import type { CapturedAnswer } from "./answer-capture.ts";
import { asksForBeta, type Caller } from "./read-request.ts";

/** What this isolate knows: for which keys the cache was in force when they were last granted something. */
export interface CacheHints {
  isOn(tokenSha256: string): boolean;
  learn(tokenSha256: string, isOn: boolean): void;
}

const MAX_HINTS = 10_000;
/** A larger request is not likely to come twice. */
const MAX_BODY_CHARACTERS = 1024 * 1024;
/** What of the caller's headers may make another answer; `accept` and `user-agent` go upstream too, and do not. */
const ANSWER_HEADERS = ["anthropic-version", "anthropic-beta", "openai-beta"] as const;

export function createCacheHints(): CacheHints {
  const on = new Set<string>();
  return {
    isOn: (tokenSha256) => on.has(tokenSha256),
    learn: (tokenSha256, isOn) => {
      on.delete(tokenSha256);
      if (!isOn) return;
      const [oldest] = on;
      if (on.size >= MAX_HINTS && oldest !== undefined) on.delete(oldest);
      on.add(tokenSha256);
    },
  };
}

export interface CacheableRequest {
  readonly caller: Caller;
  readonly endpoint: Endpoint;
  readonly url: string;
  readonly headers: Headers;
  readonly bodyText: string;
}

/** One request's dealings with the cache. */
export interface CacheTurn {
  /** The answer that is kept for this request; null: none, or this isolate does not know that the cache is on. */
  find(): Promise<KeptResponse | null>;
  /** Whether the answer to this request may be kept. Also notes for `find` whether the cache is on for this key. */
  mayKeep(grant: Grant): boolean;
  /** Keeps the answer of a completed request, where `mayKeep`. */
  keep(grant: Grant, answer: CapturedAnswer, settlement: SettleCommand | null): Promise<void>;
}

export function openCacheTurn(
  request: CacheableRequest,
  ports: { readonly answers: AnswerStore; readonly cacheHints: CacheHints; readonly nowMs: () => number },
): CacheTurn {
  const { headers, bodyText, caller } = request;
  const directives = readDirectives(headers);
  const mayTakePart =
    !directives.has("no-store") &&
    // Such an answer ends with the cost and the reservation of its own request.
    headers.get("x-keeptrusts-include-cost") === null &&
    (headers.get("x-keeptrusts-zdr") ?? "off") === "off" &&
    bodyText.length <= MAX_BODY_CHARACTERS;
  let name: string | null = null;
  const nameOnce = (): string => (name ??= nameOf(request));
  return {
    find: async () => {
      const isWorth =
        mayTakePart && !directives.has("no-cache") && ports.cacheHints.isOn(caller.credential.tokenSha256);
      return isWorth ? ports.answers.find(nameOnce()) : null;
    },
    mayKeep: ({ cacheTtlSeconds, clamped, servedFromCache }) => {
      ports.cacheHints.learn(caller.credential.tokenSha256, cacheTtlSeconds !== undefined);
      return mayTakePart && cacheTtlSeconds !== undefined && !clamped && servedFromCache !== true;
    },
    keep: async ({ cacheTtlSeconds = 0, outputCapTokens, targets }, answer, settlement) => {
      if (!answer.whole || answer.truncated || answer.status !== 200) return;
      if (settlement?.status !== "completed" || settlement.usageSource !== "provider" || settlement.usage === null)
        return;
      const { usage, responseModel, targetId } = settlement;
      const target = targets.find(({ id }) => id === targetId);
      if (target === undefined) return;
      const servedBy = nameTarget(target);
      const kept = { keptAtMs: ports.nowMs(), outputCapTokens, servedBy, usage, responseModel };
      const response: KeptResponse = { kept, contentType: answer.contentType, bytes: answer.bytes };
      await ports.answers.keep(nameOnce(), response, cacheTtlSeconds);
    },
  };
}

/** Of `cache-control` (RFC 9111 §5.2.1): `no-cache` wants a new answer, `no-store` also that it is not kept. */
function readDirectives(headers: Headers): ReadonlySet<string> {
  const value = headers.get("cache-control") ?? "";
  return new Set(value.split(",").map((directive) => directive.trim().toLowerCase()));
}

/** The same for two requests exactly when they ask the same of the same organization. */
function nameOf({ caller, endpoint, url, headers, bodyText }: CacheableRequest): string {
  const parts = [
    endpoint,
    asksForBeta(url),
    ...ANSWER_HEADERS.map((name) => headers.get(name)),
    jsonIdentity(bodyText),
  ];
  return `${caller.organizationId}/${hash("sha256", JSON.stringify([caller.organizationId, ...parts]), "hex")}`;
}
