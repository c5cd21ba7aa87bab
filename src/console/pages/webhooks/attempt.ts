/** How an attempt to deliver went, in one sentence. */
import type { Wire } from "../../api/client.ts";
import { formatCount } from "../../parts/format.ts";

const FAULTS: Readonly<Record<string, string>> = {
  refused: "The address refused it",
  redirect_not_followed: "The address answered with a redirect, which is not followed",
  gone: "The address is gone, and the webhook is disabled",
  timeout: "The address did not answer within 15 seconds",
  unreachable: "The address could not be reached",
  url_not_allowed: "The address is not allowed",
  webhook_disabled: "The webhook is disabled",
};

export function sayAttempt(attempt: Wire<"DeliveryAttempt"> | undefined): string {
  if (attempt === undefined) return "Not tried yet.";
  const said = attempt.error === null ? "Delivered" : (FAULTS[attempt.error] ?? attempt.error);
  const status = attempt.status === null ? "" : `, HTTP ${attempt.status}`;
  return `${said}${status}, after ${formatCount(attempt.duration_ms)} ms.`;
}
