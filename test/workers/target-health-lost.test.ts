/** Losing the objects that remember how targets did changes no answer, no cost and no row. */
import { env } from "cloudflare:workers";
import { afterEach, expect, it, vi } from "vitest";
import {
  chat,
  COST_NANOS,
  failing,
  makeTenant,
  reconfigure,
  restartIsolate,
  rowsOfTenant,
} from "../support/worker-proxy.ts";

afterEach(restartIsolate);

/** The binding, with objects that answer in some way of their own. */
function objectsThat(answer: (request: Request) => Promise<Response>): object {
  return {
    idFromName: (name: string) => env.TARGET_HEALTH.idFromName(name),
    get: () => ({ fetch: answer }),
  };
}

const LOST: readonly (readonly [string, () => unknown])[] = [
  ["throw", () => objectsThat(async () => Promise.reject(new Error("Network connection lost.")))],
  ["never answer", () => objectsThat(async () => new Promise(() => undefined))],
  ["answer nonsense", () => objectsThat(async () => Response.json([{ circuit: "ajar" }]))],
  ["refuse", () => objectsThat(async () => Response.json({ error: "no" }, { status: 500 }))],
  ["are not there", () => undefined],
];

it.each(LOST)("objects that %s", async (_name, namespace) => {
  const tenant = await makeTenant();
  reconfigure({ TARGET_HEALTH: namespace() });
  const fine = await chat(tenant);
  expect(fine.status).toBe(200);
  expect(fine.headers.get("x-keeptrusts-cost")).toBe("0.000453");
  failing.status = 503;
  expect((await chat(tenant)).status).toBe(503);
  failing.status = 0;
  const again = await chat(tenant, { stream: true });
  expect(again.status).toBe(200);
  await Promise.all([fine.lifeOver, again.lifeOver]);
  await vi.waitFor(() => expect(rowsOfTenant(tenant)).toHaveLength(3), { timeout: 10_000 });
  const costs = rowsOfTenant(tenant).map((row) => BigInt(row.total_cost_nanos));
  expect(costs.toSorted((a, b) => Number(a - b))).toEqual([0n, COST_NANOS, COST_NANOS]);
});
