/** Makes what the proxy and the control plane need out of one isolate's bindings. */
import type { ApiDeps } from "./api/deps.ts";
import { readConfig } from "./env.ts";
import { openControlDatabase, openSpendDatabase } from "./platform/d1/database.ts";
import { newId, newSecret } from "./platform/identifiers.ts";
import { logLine, reportError } from "./platform/log.ts";
import { createOrganizationClient, type OrganizationClient } from "./platform/organization-client.ts";
import { createPriceBookCache } from "./platform/price-book-cache.ts";
import { createSettlementPort } from "./platform/settlement-port.ts";
import type { ProxyPorts } from "./proxy/ports.ts";

export interface WorkerPorts {
  readonly api: ApiDeps;
  readonly proxy: ProxyPorts;
}

const made = new WeakMap<Env, WorkerPorts>();

/** One set of ports for each set of bindings; throws when a variable is unusable. */
export function portsOf(env: Env): WorkerPorts {
  const known = made.get(env);
  if (known !== undefined) return known;
  const ports = makePorts(env);
  made.set(env, ports);
  return ports;
}

function makePorts(env: Env): WorkerPorts {
  const config = readConfig(env);
  const organization = (organizationId: string): OrganizationClient =>
    createOrganizationClient(env.ORGANIZATION, organizationId, {
      sleep,
      random: Math.random,
      onError: (error) => reportError("organization.call_failed", error),
    });
  const db = openControlDatabase(env.CONTROL_DB);
  const settlements = createSettlementPort({
    organization,
    queue: env.SETTLEMENT_QUEUE,
    nowMs: Date.now,
    sleep,
    reportError: (error) => reportError("settlement.not_delivered", error),
  });
  return {
    api: {
      db,
      spendDb: openSpendDatabase(env.SPEND_DB),
      prices: createPriceBookCache(db),
      platformAdminToken: config.platformAdminToken,
      organization,
      nowMs: Date.now,
      newId: (prefix) => newId(prefix, Date.now()),
      newSecret,
      reportError: (error, requestId) => reportError("api.internal_error", error, requestId),
    },
    proxy: {
      config,
      organization: (organizationId) => ({
        ...organization(organizationId),
        settle: (command) => settlements.settle(organizationId, command),
      }),
      fetchUpstream: (url, init) => fetch(url, init),
      nowMs: Date.now,
      newId: (prefix) => newId(prefix, Date.now()),
      log: logLine,
    },
  };
}

async function sleep(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
