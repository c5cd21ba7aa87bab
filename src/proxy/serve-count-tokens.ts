/** `POST /v1/messages/count_tokens`: free and not budgeted, but only for callers who may use the model. */
import type { AdmitReply } from "../contract/commands.ts";
import type { Failure } from "../core/failure.ts";
import { downstreamHeaders, upstreamHeaders } from "../provider/headers.ts";
import { inspectCountTokens } from "../provider/messages.ts";
import { classifyUpstreamFailure } from "../provider/upstream-failure.ts";
import { errorName } from "./error-name.ts";
import type { ProxyPorts } from "./ports.ts";
import { readAtMost, readBody, readCaller } from "./read-request.ts";
import { respondFailure } from "./respond.ts";
import { startTiming } from "./timing.ts";

const MAX_ANSWER_BYTES = 1024 * 1024;

export async function serveCountTokens(request: Request, ports: ProxyPorts): Promise<Response> {
  const requestId = ports.newId("req");
  const timing = startTiming(ports.nowMs);
  const refuse = (failure: Failure): Response =>
    respondFailure("anthropic", failure, { requestId, nowMs: ports.nowMs() }, timing);

  const caller = readCaller(request.headers);
  if (!caller.ok) return refuse(caller.failure);
  const body = await readBody(request, ports.config.maxBodyBytes);
  const inspected = body.ok ? inspectCountTokens(body.value.text) : body;
  const model = inspected.ok ? inspected.value.model : "";
  const admitted: AdmitReply = await timing.measure("authorize", () =>
    ports.organization(caller.value.organizationId).admit({
      credential: caller.value.credential,
      asserted: caller.value.asserted,
      endpoint: "anthropic.messages",
      model,
    }),
  );
  if (admitted.outcome === "refused" && admitted.failure.kind !== "model_not_found") return refuse(admitted.failure);
  if (!body.ok) return refuse(body.failure);
  if (!inspected.ok) return refuse(inspected.failure);
  if (admitted.outcome === "refused") return refuse(admitted.failure);

  const [target] = admitted.targets;
  const key = target === undefined ? "" : ports.config.upstreamKeys[target.provider];
  if (target === undefined || key === "") return refuse({ kind: "upstream_account_error" });
  const url = `${target.baseUrl ?? ports.config.upstreamUrls[target.provider]}/messages/count_tokens`;
  try {
    const response = await timing.measure("upstream", () =>
      ports.fetchUpstream(url, {
        method: "POST",
        headers: upstreamHeaders("anthropic.messages", request.headers, key),
        body: body.value.text,
        redirect: "manual",
        signal: AbortSignal.timeout(ports.config.upstreamTimeoutMs),
      }),
    );
    const bytes = await readAtMost(response, MAX_ANSWER_BYTES);
    if (bytes === null) return refuse({ kind: "upstream_incomplete" });
    const text = new TextDecoder().decode(bytes);
    const failure = response.ok ? null : classifyUpstreamFailure("anthropic", response.status, text, key);
    if (failure !== null) {
      ports.log({ event: "upstream.account_error", provider: target.provider, status: response.status });
      return refuse(failure);
    }
    const headers = downstreamHeaders(response.headers);
    headers["x-request-id"] = requestId;
    headers["request-id"] = requestId;
    headers["server-timing"] = timing.header();
    return new Response(bytes, { status: response.status, headers });
  } catch (error) {
    const timedOut = errorName(error) === "TimeoutError";
    return refuse({ kind: timedOut ? "upstream_timeout" : "upstream_unreachable" });
  }
}
