/** Calls of the objects that remember how targets did, which are built with itty-durable. */
import { proxyDurable } from "itty-durable/proxy-durable.js";
import { targetReportsSchema, targetStandingsSchema } from "../contract/target-health.ts";
import type { ExchangeHealth } from "./target-health-port.ts";

export function createTargetHealthClient(
  namespace: Pick<DurableObjectNamespace, "idFromName" | "get">,
): ExchangeHealth {
  return async (name, reports) => {
    const bounded = targetReportsSchema.parse(reports);
    // Every property of this stub is a call, `then` too: it must not be awaited itself.
    const object: { exchange(reports: unknown): Promise<unknown> } = proxyDurable(namespace, { parse: true }).get(name);
    return targetStandingsSchema.parse(await object.exchange(bounded));
  };
}
