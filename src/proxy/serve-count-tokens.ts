/**
 * `POST /v1/messages/count_tokens`: free and not budgeted, but only for callers who may use the model, and counted by limits of
 * requests. It is checked as a message is, and leaves no row, event or body.
 */
import type { AdmitReply } from "../contract/commands.ts";
import { ok, type Failure, type Result } from "../core/failure.ts";
import type { ZdrMode } from "../core/zdr.ts";
import { downstreamHeaders, rateHeaders, upstreamHeaders } from "../provider/headers.ts";
import { inspectCountTokens, messagesAdapter } from "../provider/messages.ts";
import { classifyUpstreamFailure } from "../provider/upstream-failure.ts";
import { baseUrlOf } from "./base-url.ts";
import { findCallerFailure } from "./caller-failure.ts";
import { errorName } from "./error-name.ts";
import type { ProxyPorts } from "./ports.ts";
import { identifyCaller, readAtMost, readBody, readZdrMode } from "./read-request.ts";
import { respondFailure } from "./respond.ts";
import { startTiming } from "./timing.ts";

const ENDPOINT = "anthropic.messages";
const MAX_ANSWER_BYTES = 1024 * 1024;

export async function serveCountTokens(request: Request, ports: ProxyPorts): Promise<Response> {
  const requestId = ports.newId("req");
  const timing = startTiming(ports.nowMs);
  const refuse = (failure: Failure): Response =>
    respondFailure("anthropic", failure, { requestId, nowMs: ports.nowMs() }, timing);

  const caller = await identifyCaller(request, ports);
  if (!caller.ok) return refuse(caller.failure);
  const { organizationId } = caller.value;
  const ledger = ports.organization(organizationId);
  const read = await readQuestion(request, ports.config.maxBodyBytes);
  if (!read.ok) return refuse((await findCallerFailure(ledger, caller.value, ENDPOINT, requestId)) ?? read.failure);
  const { text, model, zdrMode } = read.value;
  const { credential, asserted } = caller.value;
  const admitted: AdmitReply = await timing.measure("authorize", () =>
    ledger.admit({ requestId, credential, asserted, endpoint: ENDPOINT, model, zdrMode }),
  );
  if (admitted.outcome === "refused") return refuse(admitted.failure);

  const [target] = admitted.targets;
  const key = target === undefined ? null : await ports.credentialOf(organizationId, target);
  if (target === undefined || key === null) return refuse({ kind: "upstream_account_error" });
  const url = `${baseUrlOf(target, ports.config)}/messages/count_tokens`;
  try {
    const response = await timing.measure("upstream", () =>
      ports.fetchUpstream(url, {
        method: "POST",
        headers: upstreamHeaders(ENDPOINT, request.headers, key),
        body: target.model === model ? text : messagesAdapter.rewriteBody(text, { model: target.model }),
        redirect: "manual",
        signal: AbortSignal.timeout(ports.config.upstreamTimeoutMs),
      }),
    );
    if (response.status === 401) ports.forgetCredential(organizationId, target);
    const bytes = await readAtMost(response, MAX_ANSWER_BYTES);
    const isRedirect = response.status >= 300 && response.status <= 399;
    if (bytes === null || isRedirect) return refuse({ kind: "upstream_incomplete" });
    const answer = new TextDecoder().decode(bytes);
    const failure = response.ok ? null : classifyUpstreamFailure("anthropic", response.status, answer, key);
    if (failure !== null) {
      ports.log({ event: "upstream.account_error", provider: target.provider, status: response.status });
      return refuse(failure);
    }
    const headers = downstreamHeaders(response.headers);
    headers["x-request-id"] = requestId;
    headers["request-id"] = requestId;
    headers["server-timing"] = timing.header();
    if (admitted.rates !== undefined) Object.assign(headers, rateHeaders(admitted.rates));
    return new Response(bytes, { status: response.status, headers });
  } catch (error) {
    const timedOut = errorName(error) === "TimeoutError";
    return refuse({ kind: timedOut ? "upstream_timeout" : "upstream_unreachable" });
  }
}

/** Nothing of it is kept, whatever the mode; the mode may leave out targets. */
async function readQuestion(
  request: Request,
  limitBytes: number,
): Promise<Result<{ readonly text: string; readonly model: string; readonly zdrMode: ZdrMode }>> {
  const body = await readBody(request, limitBytes);
  if (!body.ok) return body;
  const zdrMode = readZdrMode(request.headers);
  if (!zdrMode.ok) return zdrMode;
  const { text } = body.value;
  const inspected = inspectCountTokens(text);
  return inspected.ok ? ok({ text, model: inspected.value.model, zdrMode: zdrMode.value }) : inspected;
}
