/** The providers' error bodies (OpenAI: {error: {message, type, param, code}}; Anthropic: {type: "error", error, request_id}). */
import type { Answer, Refusal } from "./answer.ts";
import { writeId } from "./text.ts";

const OPENAI: Readonly<Record<number, { type: string; code: string | null; message: string }>> = {
  400: { type: "invalid_request_error", code: null, message: "The request is invalid." },
  401: { type: "invalid_request_error", code: "invalid_api_key", message: "Incorrect API key provided: sk-demo-****." },
  403: { type: "permission_error", code: null, message: "You are not allowed to sample from this model." },
  404: { type: "invalid_request_error", code: "model_not_found", message: "The model does not exist." },
  429: { type: "requests", code: "rate_limit_exceeded", message: "Rate limit reached for requests in org-demo." },
  500: { type: "server_error", code: null, message: "The server had an error while processing your request." },
  503: { type: "service_unavailable_error", code: "server_is_overloaded", message: "The server is overloaded." },
};

const ANTHROPIC: Readonly<Record<number, { type: string; message: string }>> = {
  400: { type: "invalid_request_error", message: "The request is invalid." },
  401: { type: "authentication_error", message: "invalid x-api-key" },
  402: { type: "billing_error", message: "Your credit balance is too low to access the API." },
  403: { type: "permission_error", message: "Your API key does not have permission to use the resource." },
  404: { type: "not_found_error", message: "model" },
  413: { type: "request_too_large", message: "Request exceeds the maximum size" },
  429: { type: "rate_limit_error", message: "This request would exceed your organization's rate limit." },
  500: { type: "api_error", message: "Internal server error" },
  504: { type: "timeout_error", message: "Request timed out" },
  529: { type: "overloaded_error", message: "Overloaded" },
};

const QUOTA_CODES = new Set(["insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached"]);

/** Writes an error as the provider would. */
export function writeRefusal(
  provider: "openai" | "anthropic",
  refusal: Refusal,
  requestNumber: number,
  retryAfterSeconds: number | null,
): Answer {
  const headers = retryAfterSeconds === null ? {} : { "retry-after": String(retryAfterSeconds) };
  if (provider === "openai") {
    const known = OPENAI[refusal.status] ?? OPENAI[refusal.status >= 500 ? 500 : 400];
    const code = refusal.code ?? known?.code ?? null;
    const type = code !== null && QUOTA_CODES.has(code) ? "insufficient_quota" : known?.type;
    const message = refusal.message === "" ? known?.message : refusal.message;
    const error = { message, type, param: refusal.param, code };
    return { kind: "json", status: refusal.status, headers, body: { error } };
  }
  const known = ANTHROPIC[refusal.status] ?? ANTHROPIC[refusal.status >= 500 ? 500 : 400];
  const message = refusal.message === "" ? known?.message : refusal.message;
  const error = { type: refusal.code ?? known?.type, message };
  const requestId = writeId("req_01", String(requestNumber));
  return { kind: "json", status: refusal.status, headers, body: { type: "error", error, request_id: requestId } };
}
