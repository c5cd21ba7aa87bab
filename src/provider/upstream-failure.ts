/** Telling apart errors that are the caller's from errors that are about our own account with the provider. */
import type { Dialect } from "../core/endpoint.ts";
import type { Failure } from "../core/failure.ts";
import { member, parseJson, textOf } from "./json-value.ts";
import { repeatsKey } from "./key-echo.ts";

/** Codes and types, in either dialect, that say that our credit or our plan is used up. */
const ACCOUNT_CODES = new Set([
  "insufficient_quota",
  "credit_balance_exhausted",
  "billing_hard_limit_reached",
  "billing_not_active",
  "enforced_spend_limit_reached",
  "access_terminated",
  "account_deactivated",
  "invalid_api_key",
  "invalid_organization",
  "mismatched_organization",
  "billing_error",
]);

/** Anthropic answers 400 `invalid_request_error` for these; only the text tells. */
const ACCOUNT_TEXT =
  /credit balance is too low|purchase credits|spend(?:ing)? limit|(?:reached|exceeded) your .*usage limits?/i;

/**
 * The failure that replaces an upstream error about our account; null: the error is the caller's and passes unchanged.
 * Every 401, 402 and 403 is ours, because the credential, its payment and its permissions are (wire: Errors); so is, of any
 * status, a text that repeats the credential that was sent (`sentKey`).
 */
export function classifyUpstreamFailure(
  dialect: Dialect,
  status: number,
  bodyText: string,
  sentKey: string,
): Failure | null {
  if (status === 401 || status === 402 || status === 403) return ACCOUNT_FAILURE;
  if (repeatsKey(bodyText, sentKey)) return ACCOUNT_FAILURE;
  return namesAccount(dialect, status, bodyText) ? ACCOUNT_FAILURE : null;
}

/**
 * True when nothing that our account sends can be answered: its credential, its credit or its plan is refused. A 403 may be about one
 * model or one feature, unless its text says otherwise.
 */
export function refusesAccount(dialect: Dialect, status: number, bodyText: string): boolean {
  return status === 401 || status === 402 || namesAccount(dialect, status, bodyText);
}

function namesAccount(dialect: Dialect, status: number, bodyText: string): boolean {
  if (status < 400) return false;
  const error = member(parseJson(bodyText), "error");
  const names = [member(error, "code"), member(error, "type"), member(member(error, "details"), "error_code")];
  if (names.some((name) => ACCOUNT_CODES.has(textOf(name) ?? ""))) return true;
  const readsText = dialect === "anthropic" && (status === 400 || status === 429);
  return readsText && ACCOUNT_TEXT.test(textOf(member(error, "message")) ?? "");
}

const ACCOUNT_FAILURE: Failure = { kind: "upstream_account_error" };
