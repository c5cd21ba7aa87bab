/** `GET /v1/models` and `/v1/models/{id}`: exactly the models that this caller may use, in the caller's dialect. */
import type { Dialect } from "../core/endpoint.ts";
import type { Failure } from "../core/failure.ts";
import { findModel, modelList } from "../provider/model-list.ts";
import type { ProxyPorts } from "./ports.ts";
import { identifyCaller } from "./read-request.ts";
import { respondFailure } from "./respond.ts";
import { startTiming } from "./timing.ts";

/** `modelId` null lists all. Anthropic's SDK is told apart by the `anthropic-version` header that it always sends. */
export async function serveModels(request: Request, modelId: string | null, ports: ProxyPorts): Promise<Response> {
  const dialect: Dialect = request.headers.has("anthropic-version") ? "anthropic" : "openai";
  const requestId = ports.newId("req");
  const timing = startTiming(ports.nowMs);
  const refuse = (failure: Failure): Response =>
    respondFailure(dialect, failure, { requestId, nowMs: ports.nowMs() }, timing);

  const caller = await identifyCaller(request, ports);
  if (!caller.ok) return refuse(caller.failure);
  const reply = await timing.measure("authorize", () =>
    ports.organization(caller.value.organizationId).models(caller.value.credential, caller.value.asserted),
  );
  if (reply.outcome === "refused") return refuse(reply.failure);
  const body = modelId === null ? modelList(dialect, reply.prices) : findModel(dialect, reply.prices, modelId);
  if (body === null) return refuse({ kind: "model_not_found", model: modelId ?? "" });
  return Response.json(body, {
    headers: {
      "x-request-id": requestId,
      "request-id": requestId,
      "cache-control": "no-store",
      "server-timing": timing.header(),
    },
  });
}
