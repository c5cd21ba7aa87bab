/** What surrounds every request, whoever serves it: limits before anything is read, and headers on every answer. */
import { dialectOf } from "../../core/endpoint.ts";
import type { Failure } from "../../core/failure.ts";
import type { AllowedOrigins } from "../../env.ts";
import { failureResponse } from "../../provider/failure.ts";
import { answerFailure, oauthFailure } from "../pages/answers.ts";
import { answerPageFailure } from "../pages/page.ts";
import type { AttemptLimiter } from "./attempts.ts";
import { answerPreflight, shareAnswer } from "./cors.ts";
import { findOversize } from "./request-limits.ts";
import { secureHeaders } from "./security-headers.ts";

export interface ProtectionPorts {
  readonly allowedOrigins: AllowedOrigins;
  /** Null: the one that each request names. */
  readonly publicOrigin: string | null;
  readonly attempts: AttemptLimiter;
  nowMs(): number;
  newId(prefix: string): string;
}

/** Answers with what `serve` gives, if the request gets as far; every answer has the headers of docs/protection.md. */
export async function protect(
  request: Request,
  serve: () => Response | Promise<Response>,
  ports: ProtectionPorts,
): Promise<Response> {
  const { pathname: path, protocol } = new URL(request.url);
  const served =
    answerPreflight(request, path, ports.allowedOrigins) ?? (await serveWithinLimits(request, path, serve, ports));
  return withHeaders(served, (headers) => {
    secureHeaders(headers, protocol === "https:", isModelTraffic(path));
    shareAnswer(headers, request, path, ports.allowedOrigins);
  });
}

async function serveWithinLimits(
  request: Request,
  path: string,
  serve: () => Response | Promise<Response>,
  ports: ProtectionPorts,
): Promise<Response> {
  const oversize = findOversize(request);
  if (oversize !== null) return refuse(request, path, oversize, ports);
  const attempt = ports.attempts.of(request, path);
  const waitBefore = await attempt.begin();
  if (waitBefore !== null) return refuseAttempt(request, path, waitBefore, ports);
  const answer = await serve();
  const waitAfter = await attempt.end(answer.status);
  if (waitAfter === null) return answer;
  await answer.body?.cancel();
  return refuseAttempt(request, path, waitAfter, ports);
}

function refuseAttempt(request: Request, path: string, retryAfterSeconds: number, ports: ProtectionPorts): Response {
  return refuse(request, path, { kind: "too_many_attempts", retryAfterSeconds }, ports);
}

/** In the words of whoever asks: a page for browsers, the protocol's errors for applications, else the SDK's dialect. */
function refuse(request: Request, path: string, failure: Failure, ports: ProtectionPorts): Response {
  const isAnthropic = request.headers.has("anthropic-version") || /^\/v1(?:\/v1)?\/messages(?:\/|$)/.test(path);
  const dialect = dialectOf(isAnthropic ? "anthropic.messages" : "openai.chat");
  const context = { requestId: ports.newId("req"), nowMs: ports.nowMs() };
  const { status, headers, body } = failureResponse(dialect, failure, context);
  if (failure.kind === "too_many_attempts" && isProtocol(path)) {
    const told = oauthFailure(429, "temporarily_unavailable", "Too many attempts from this address. Wait a minute.");
    const answer = path.startsWith("/v1/oauth/")
      ? answerFailure(told)
      : answerPageFailure(request, told, ports.newId("nonce"));
    answer.headers.set("retry-after", String(failure.retryAfterSeconds));
    return answer;
  }
  return Response.json(body, { status, headers });
}

function isProtocol(path: string): boolean {
  return path.startsWith("/v1/oauth/") || !path.startsWith("/v1/");
}

const MODEL_TRAFFIC =
  /^\/v1(?:\/v1)?\/(?:chat\/completions|responses|messages|messages\/count_tokens|models(?:\/.*)?)$/;

function isModelTraffic(path: string): boolean {
  return MODEL_TRAFFIC.test(path);
}

/** What a fetch or a redirect gives has headers that cannot be changed; its body passes as it is. */
function withHeaders(answer: Response, change: (headers: Headers) => void): Response {
  try {
    change(answer.headers);
    return answer;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const own = new Response(answer.body, answer);
    change(own.headers);
    return own;
  }
}
