/** An answer that was kept, given again as it was, streamed or not, with the headers of the new request. */
import type { Grant } from "../contract/commands.ts";
import type { KeptResponse } from "../contract/kept-answer.ts";
import { answerHeaders } from "./respond.ts";
import type { Timing } from "./timing.ts";

/** `age` is how many seconds ago the answer was made (RFC 9111 §5.1). */
export function answerKept(
  { kept, contentType, bytes }: KeptResponse,
  grant: Grant,
  timing: Timing,
  nowMs: number,
): Response {
  const upstream = new Headers(contentType === null ? {} : { "content-type": contentType });
  const headers = answerHeaders(upstream, grant, timing, 0n);
  headers["age"] = String(Math.max(0, Math.floor((nowMs - kept.keptAtMs) / 1_000)));
  return new Response(bytes, { headers });
}
