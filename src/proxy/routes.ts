/** The paths of model traffic. A base URL with a doubled `/v1` works; a path that is not here is not proxied. */
import { Hono } from "hono";
import type { Endpoint } from "../core/endpoint.ts";
import type { ProxyPorts } from "./ports.ts";
import { serveCountTokens } from "./serve-count-tokens.ts";
import { serveModelRequest } from "./serve-model-request.ts";
import { serveModels } from "./serve-models.ts";

const METERED: readonly (readonly [path: string, endpoint: Endpoint])[] = [
  ["/chat/completions", "openai.chat"],
  ["/responses", "openai.responses"],
  ["/messages", "anthropic.messages"],
];

/** `portsOf` makes the ports of one isolate from its bindings. */
export function createProxyRoutes<Bindings extends object>(
  portsOf: (env: Bindings) => ProxyPorts,
): Hono<{ Bindings: Bindings }> {
  const routes = new Hono<{ Bindings: Bindings }>();
  for (const base of ["/v1", "/v1/v1"]) {
    for (const [path, endpoint] of METERED) {
      routes.post(base + path, (c) => {
        const answer = serveModelRequest(endpoint, c.req.raw, c.executionCtx, portsOf(c.env));
        // A caller that resets its connection takes the handler with it, unless the handler is waited for.
        c.executionCtx.waitUntil(answer);
        return answer;
      });
    }
    routes.post(`${base}/messages/count_tokens`, (c) => serveCountTokens(c.req.raw, portsOf(c.env)));
    routes.get(`${base}/models`, (c) => serveModels(c.req.raw, null, portsOf(c.env)));
    routes.get(`${base}/models/:id{.+}`, (c) => serveModels(c.req.raw, c.req.param("id"), portsOf(c.env)));
  }
  return routes;
}
