import { afterEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { createApi } from "../../src/api/app.ts";
import { parseDecimalNanos } from "../../src/core/money.ts";
import { deps, makeOrganization, send } from "../support/worker-api.ts";
import {
  chat,
  COST_NANOS,
  makeTenant,
  reconfigure,
  restartIsolate,
  rowsOfTenant,
  upstreamCalls,
} from "../support/worker-proxy.ts";

afterEach(restartIsolate);

test.each([false, true])("a data-residency host holds and costs a tenth more; streamed: %s", async (stream) => {
  const tenant = await makeTenant();
  const plain = await chat(tenant, { stream });
  await plain.lifeOver;
  reconfigure({ OPENAI_UPSTREAM_URL: "https://eu.api.openai.com" });
  const regional = await chat(tenant, { stream });
  await regional.lifeOver;
  expect(upstreamCalls.map(({ url }) => url)).toEqual([
    "https://api.openai.com/v1/chat/completions",
    "https://eu.api.openai.com/v1/chat/completions",
  ]);
  if (!stream) expect(regional.headers.get("x-keeptrusts-cost")).toBe("0.0004983");
  await vi.waitFor(() => expect(rowsOfTenant(tenant)).toHaveLength(2), { timeout: 10_000 });
  const costs = new Map(
    rowsOfTenant(tenant).map((row) => [BigInt(row.total_cost_nanos), BigInt(row.held_amount_nanos)]),
  );
  const regionalCostNanos = (COST_NANOS * 11n) / 10n;
  expect(new Set(costs.keys())).toEqual(new Set([COST_NANOS, regionalCostNanos]));
  expect((costs.get(COST_NANOS) ?? 0n) * 11n).toBe((costs.get(regionalCostNanos) ?? 0n) * 10n);
});

test("an estimate for such a host is a tenth higher", async () => {
  const { token } = await makeOrganization({ credit: "10" });
  const body = { model: "gpt-5.4-mini", messages: [{ role: "user", content: "Hi" }], max_completion_tokens: 100 };
  const holdAt = async (openai: string): Promise<bigint> => {
    const api = createApi({ ...deps, upstreamUrls: { ...deps.upstreamUrls, openai } });
    const options = { token, body: { endpoint: "openai.chat", body } };
    const answer = await send("POST /v1/unified-access/estimate", options, api);
    return parseDecimalNanos(z.object({ hold: z.string() }).parse(await answer.json()).hold) ?? 0n;
  };
  const [plain, regional] = [await holdAt("https://api.openai.com/v1"), await holdAt("https://eu.api.openai.com/v1")];
  expect(plain).toBeGreaterThan(0n);
  expect(regional * 10n).toBe(plain * 11n);
});
