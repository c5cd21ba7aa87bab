/**
 * The one place where a `Failure` becomes a status, headers and a body (contract: Failures). `describeFailure` is the one
 * exhaustive switch; a dialect only chooses between the columns of its rows.
 */
import type { Dialect } from "../core/endpoint.ts";
import type { Failure } from "../core/failure.ts";
import { formatNanos } from "../core/money.ts";
import { constraintFields, constraintMessage } from "./constraint-detail.ts";
import { rateHeaders } from "./headers.ts";
import {
  budgetFields,
  budgetMessage,
  ceilingMessage,
  costTicketFields,
  fundsMessage,
  identityMessage,
  ticketMessage,
  topUpFields,
  unauthenticatedMessage,
} from "./failure-detail.ts";

export interface FailureContext {
  readonly requestId: string;
  readonly nowMs: number;
  /** Of this gateway, as the caller has reached it: addresses of ours in the answer begin with it. */
  readonly origin?: string;
}

/** Headers are lower-case; the body is JSON-ready. */
export interface FailureResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

type OpenaiType =
  | "invalid_request_error"
  | "permission_error"
  | "rate_limit_error"
  | "insufficient_quota"
  | "insufficient_funds"
  | "server_error";
type AnthropicType =
  | "authentication_error"
  | "permission_error"
  | "not_found_error"
  | "invalid_request_error"
  | "request_too_large"
  | "rate_limit_error"
  | "billing_error"
  | "conflict_error"
  | "api_error";

interface Description {
  readonly status: number;
  readonly openai: OpenaiType;
  readonly anthropic: AnthropicType;
  readonly code: string;
  readonly message: string;
  readonly param?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of `error`. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Further members of the body itself. */
  readonly top?: Readonly<Record<string, unknown>>;
}

const NEVER_RETRY = { "x-should-retry": "false" } as const;
/** The longest wait that every official SDK obeys. */
const MAX_RETRY_AFTER_SECONDS = 60;

/**
 * Answers a refusal in the dialect of the caller's SDK. Our own API uses the OpenAI shape.
 * `x-should-retry: false` is on everything that a repeat cannot heal, because SDKs repeat 409 and 429 on their own.
 */
export function failureResponse(dialect: Dialect, failure: Failure, context: FailureContext): FailureResponse {
  const description = describeFailure(withOrigin(failure, context.origin), context.nowMs);
  return {
    status: description.status,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "x-request-id": context.requestId,
      "request-id": context.requestId,
      ...description.headers,
    },
    body: failureBody(dialect, description, context.requestId),
  };
}

function withOrigin(failure: Failure, origin: string | undefined): Failure {
  if (failure.kind !== "insufficient_funds" || failure.topUp.url === null || origin === undefined) return failure;
  return { ...failure, topUp: { ...failure.topUp, url: new URL(failure.topUp.url, origin).href } };
}

/** The `error` member of a dialect for a failure, as it also stands in events inside a stream. */
export function failureError(dialect: Dialect, failure: Failure, nowMs: number): Readonly<Record<string, unknown>> {
  return errorMember(dialect, describeFailure(failure, nowMs));
}

function failureBody(dialect: Dialect, description: Description, requestId: string): Readonly<Record<string, unknown>> {
  const error = errorMember(dialect, description);
  return dialect === "openai"
    ? { error, ...description.top }
    : { type: "error", error, request_id: requestId, ...description.top };
}

function errorMember(dialect: Dialect, description: Description): Readonly<Record<string, unknown>> {
  const { message, code, param = null, details } = description;
  return dialect === "openai"
    ? { message, type: description.openai, param, code, ...details }
    : { type: description.anthropic, message, code, ...(param === null ? {} : { param }), ...details };
}

function creditMessage(setting: string | null): string {
  const why = "This organization issues no credit of its own (`issues_credit`)";
  return setting === null
    ? `${why}: its money comes by top-ups and from the platform. Top up, or ask the platform's administrator for credit.`
    : `${why}: with this \`${setting}\` its requests could leave unpaid. Ask the platform's administrator.`;
}

function forbidden(code: string, message: string, details?: Description["details"]): Description {
  return {
    status: 403,
    openai: "permission_error",
    anthropic: "permission_error",
    code,
    message,
    ...(details === undefined ? {} : { details }),
  };
}

function badRequest(code: string, message: string, param: string | null = null): Description {
  return { status: 400, openai: "invalid_request_error", anthropic: "invalid_request_error", code, message, param };
}

function notFound(code: string, message: string, param: string | null = null): Description {
  return { status: 404, openai: "invalid_request_error", anthropic: "not_found_error", code, message, param };
}

function serverError(status: number, code: string, message: string, headers: Description["headers"] = {}): Description {
  return { status, openai: "server_error", anthropic: "api_error", code, message, headers };
}

/** Status, types, code, message and headers of every kind. */
function describeFailure(failure: Failure, nowMs: number): Description {
  switch (failure.kind) {
    case "unauthenticated":
      return {
        status: 401,
        openai: "invalid_request_error",
        anthropic: "authentication_error",
        code: "invalid_api_key",
        message: unauthenticatedMessage(failure.reason),
        headers: {
          "www-authenticate": failure.reason === "missing" ? "Bearer" : 'Bearer error="invalid_token"',
        },
      };
    case "organization_suspended":
      return forbidden(
        failure.kind,
        "This organization is suspended. Ask its administrator or the operator of this gateway.",
      );
    case "access_denied":
      return failure.limit === undefined
        ? forbidden(failure.kind, accessMessage(failure.model, failure.rule), { rule: failure.rule })
        : forbidden(failure.kind, limitMessage(failure.model, failure.limit), {
            rule: failure.rule,
            limit: failure.limit.name,
            allowed_output_tokens: failure.limit.allowedOutputTokens,
          });
    case "identity_not_allowed":
      return forbidden(failure.kind, identityMessage(failure), { header: failure.header });
    case "capability_required":
      return forbidden(
        failure.kind,
        `This needs the capability ${failure.capability}, which you lack. Use a key that has it, or ask an administrator.`,
        { capability: failure.capability },
      );
    case "credit_not_issued":
      return forbidden(
        failure.kind,
        creditMessage(failure.setting),
        failure.setting === null ? {} : { param: failure.setting },
      );
    case "sign_in_required":
      return forbidden(
        failure.kind,
        "Only a person who is signed in can do this. Send the session's cookie and no key.",
      );
    case "cross_origin":
      return forbidden(
        failure.kind,
        "With a session's cookie, a change must come from a page of this gateway: Origin must be its own. Elsewhere use a key.",
      );
    case "model_not_found":
      return notFound(
        failure.kind,
        `The model \`${failure.model}\` does not exist on this endpoint or you do not have access to it. GET /v1/models lists what you can use.`,
        "model",
      );
    case "not_found":
      return notFound(failure.kind, `There is no such ${failure.what}, or it is not yours.`);
    case "method_not_allowed":
      return {
        ...badRequest(failure.kind, `This method is not served here. Allowed: ${failure.allowed.join(", ")}.`),
        status: 405,
        headers: { allow: failure.allowed.join(", ") },
      };
    case "invalid_request":
      return {
        ...badRequest(failure.code, failure.message, failure.param),
        ...(failure.errors === undefined ? {} : { details: { errors: failure.errors } }),
      };
    case "conflict":
      return {
        ...badRequest(failure.code, failure.message),
        status: 409,
        anthropic: "conflict_error",
        headers:
          failure.retryAfterSeconds === undefined
            ? NEVER_RETRY
            : { "retry-after": waitSeconds(failure.retryAfterSeconds) },
        ...(failure.details === undefined ? {} : { details: failure.details }),
      };
    case "body_too_large":
      return {
        ...badRequest("request_too_large", `The body is larger than the limit of ${failure.limitBytes} bytes.`),
        status: 413,
        anthropic: "request_too_large",
      };
    case "url_too_long":
      return {
        ...badRequest(failure.kind, `The address is longer than the limit of ${failure.limitCharacters} characters.`),
        status: 414,
        anthropic: "request_too_large",
      };
    case "headers_too_large":
      return {
        ...badRequest(
          failure.kind,
          `The headers are larger than the limit of ${failure.limitCharacters} characters, names and values together.`,
        ),
        status: 431,
        anthropic: "request_too_large",
      };
    case "too_many_attempts":
      return {
        ...limited(
          failure.kind,
          `Too many attempts. Check the credential, and try again in ${waitSeconds(failure.retryAfterSeconds)} seconds.`,
        ),
        openai: "rate_limit_error",
        headers: { "retry-after": waitSeconds(failure.retryAfterSeconds) },
      };
    case "rate_limited":
      return {
        ...limited("rate_limit_exceeded", rateMessage(failure)),
        openai: "rate_limit_error",
        headers: {
          ...(failure.retryAfterSeconds === null
            ? NEVER_RETRY
            : { "retry-after": waitSeconds(Math.min(failure.retryAfterSeconds, MAX_RETRY_AFTER_SECONDS)) }),
          ...rateHeaders(failure.rates),
        },
        details: { scope: failure.scope.type, limit: failure.limit, unit: failure.unit },
      };
    case "agent_constraint_exceeded":
      return {
        ...limited(failure.kind, constraintMessage(failure)),
        headers: NEVER_RETRY,
        details: constraintFields(failure),
      };
    case "budget_exhausted":
      return {
        ...limited(failure.kind, budgetMessage(failure, nowMs)),
        headers: { ...NEVER_RETRY, "retry-after": waitSeconds(failure.retryAfterSeconds) },
        details: { budgets: failure.budgets.map(budgetFields) },
      };
    case "insufficient_funds":
      return describeFunds(failure);
    case "ticket_invalid":
      return badRequest(`cost_ticket_${failure.reason}`, ticketMessage(failure.reason), "ticket_id");
    case "price_unknown":
      return badRequest(
        "model_not_priced",
        `The model \`${failure.model}\` has no price, so its cost cannot be held. An administrator can add one to the price book or set allow_unpriced.`,
        "model",
      );
    case "exchange_rate_missing":
      return serverError(
        503,
        failure.kind,
        `There is no exchange rate from USD to ${failure.currency}. The operator sets it at PUT /v1/admin/exchange-rates.`,
        NEVER_RETRY,
      );
    case "price_ceiling_exceeded":
      return { ...badRequest(failure.kind, ceilingMessage(failure)), details: { targets: ceilingTargets(failure) } };
    case "top_up_unavailable":
      return forbidden(failure.reason, failure.message);
    case "payment_provider_unavailable":
      return serverError(503, failure.kind, "The payment provider does not answer. Try again.", { "retry-after": "1" });
    case "wallet_unavailable":
      return serverError(
        503,
        failure.kind,
        "The ledger cannot be reached, and nothing is spent without it. Try again.",
        {
          "retry-after": "1",
        },
      );
    case "upstream_account_error":
      return serverError(
        502,
        failure.kind,
        "The provider refused this gateway's own account. Only its operator can resolve that; a repeat will not help.",
        NEVER_RETRY,
      );
    case "upstream_unreachable":
      return serverError(502, failure.kind, "The provider could not be reached. Nothing was charged.");
    case "upstream_timeout":
      return serverError(504, failure.kind, "The provider did not answer in time.");
    case "upstream_incomplete":
      return serverError(502, failure.kind, "The provider's answer ended early or could not be read.");
    case "internal":
      return serverError(
        500,
        "internal_error",
        "This gateway made a mistake. The request id helps its operator to find it.",
      );
    default:
      return failure satisfies never;
  }
}

type FailureOf<K extends Failure["kind"]> = Extract<Failure, { readonly kind: K }>;

function limited(code: string, message: string): Description {
  return { status: 429, openai: "insufficient_quota", anthropic: "rate_limit_error", code, message };
}

function describeFunds(failure: FailureOf<"insufficient_funds">): Description {
  const ticket = failure.ticket === null ? {} : { cost_ticket: costTicketFields(failure.ticket, failure.topUp) };
  return {
    status: 402,
    openai: "insufficient_funds",
    anthropic: "billing_error",
    code: failure.kind,
    message: fundsMessage(failure),
    headers: NEVER_RETRY,
    details: {
      required: formatNanos(failure.requiredNanos),
      available: formatNanos(failure.availableNanos),
      currency: failure.currency,
      scope: failure.scope,
      top_up: topUpFields(failure.topUp),
      ...ticket,
    },
    top: ticket,
  };
}

/** `rule` is the name of an access policy, or says which key or agent it is. */
function accessMessage(model: string, rule: string | null): string {
  const why = rule === null ? "no access policy allows it" : `"${rule}" forbids it`;
  return `You may not use the model \`${model}\`: ${why}. GET /v1/models lists what you can use.`;
}

function limitMessage(model: string, limit: NonNullable<FailureOf<"access_denied">["limit"]>): string {
  const { name, allowedOutputTokens } = limit;
  const what = `The access policies that allow you the model \`${model}\` have a limit, ${name}`;
  return allowedOutputTokens === 0
    ? `${what}, and this request's input alone is over it. Send less input.`
    : `${what}: ask for at most ${allowedOutputTokens} output tokens, or send x-keeptrusts-clamp: true to have the cap lowered.`;
}

function rateMessage(failure: FailureOf<"rate_limited">): string {
  const what = failure.unit === "parallel_requests" ? "parallel requests" : `${failure.unit} per minute`;
  const { type, name } = failure.scope;
  const whose = name === null ? type : `access policy "${name}"`;
  const advice =
    failure.retryAfterSeconds === null
      ? "This request alone can use more: lower its output cap."
      : `Try again in ${waitSeconds(failure.retryAfterSeconds)} seconds.`;
  return `The limit of the ${whose} is ${failure.limit} ${what}. ${advice}`;
}

function waitSeconds(seconds: number): string {
  return String(Math.max(1, Math.ceil(seconds)));
}

function ceilingTargets(failure: FailureOf<"price_ceiling_exceeded">): readonly Readonly<Record<string, string>>[] {
  return failure.targets.map((target) => ({
    id: target.id,
    projected_cost: formatNanos(target.projectedNanos),
    ceiling: formatNanos(target.ceilingNanos),
    currency: "USD",
  }));
}
