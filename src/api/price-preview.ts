/** `POST /v1/admin/model-pricing/preview`: what a change of the price book would alter. It changes nothing. */
import { formatTime, formatTimeOrNull } from "../contract/amount.ts";
import {
  listChanges,
  pricePreviewRequestSchema,
  pricePreviewSchema,
  type PricePreview,
} from "../contract/price-preview.ts";
import { toPrice, type PriceRecord } from "../contract/price-record.ts";
import { ok } from "../core/failure.ts";
import { formatNanos } from "../core/money.ts";
import { priceUsage } from "../core/pricing.ts";
import { plainUsage, type TokenBuckets } from "../core/usage.ts";
import { readModelUse, type RecentUse } from "../platform/d1/recent-use.ts";
import type { ApiDeps } from "./deps.ts";
import { periodOf, readPeriods } from "./model-pricing.ts";
import { planAddition, planReplacement, type PricePeriod, type PricePlan } from "./price-period.ts";
import { recentSinceMs } from "./recent-since.ts";
import { addPlatformRoute, type Api } from "./route.ts";

/** In place of the ids of periods that would be new. */
const NEW_ID = "";

export function addPricePreviewRoute(api: Api, deps: ApiDeps): void {
  addPlatformRoute(
    api,
    deps,
    "POST /v1/admin/model-pricing/preview",
    {
      summary: "Preview a price",
      description:
        "What `POST`, or with `id` `PUT /v1/admin/model-pricing/{id}`, would change: the price before and after, the periods, 1,000 " +
        "tokens in USD, what would need `force`, and what the model was used for lately. Refused as the change itself would be, " +
        "but for `force`.",
      tag: "Prices",
      body: pricePreviewRequestSchema,
      answer: pricePreviewSchema,
      refusals: [404, 409],
    },
    async ({ body: { id, record, needsForce }, nowMs }) => {
      const known = await readPeriods(deps, record);
      const draft = periodOf(id ?? NEW_ID, record);
      const plan = id === null ? planAddition(known, draft, nowMs) : planReplacement(known, draft, NEW_ID, nowMs);
      if (!plan.ok) return plan;
      const written = [...plan.value.added, ...plan.value.changed].find((period) => period.id === draft.id) ?? draft;
      const before = replacedBy(known, plan.value, id);
      const after: PriceRecord = { ...record, effective_from: formatTimeOrNull(written.fromMs) };
      return ok({
        provider: record.provider,
        model: record.model,
        effective_from: after.effective_from,
        before,
        after,
        changes: listChanges(before, after),
        periods: periodsOf(plan.value),
        thousand_tokens: {
          input: beforeAndAfter(before, after, { input: 1_000 }),
          output: beforeAndAfter(before, after, { output: 1_000 }),
        },
        needs_force: needsForce,
        recent: await recentUse(deps, before, after, nowMs),
      });
    },
  );
}

/** The price that holds until the new one begins. */
function replacedBy(known: readonly PricePeriod[], plan: PricePlan, id: string | null): PriceRecord | null {
  const oldId = id ?? plan.changed[0]?.id;
  return known.find((period) => period.id === oldId)?.record ?? null;
}

function periodsOf({ added, changed }: PricePlan): PricePreview["periods"] {
  return [
    ...added.map((period) => writePeriod(period, "added")),
    ...changed.map((period) => writePeriod(period, "changed")),
  ];
}

function writePeriod(period: PricePeriod, change: "added" | "changed"): PricePreview["periods"][number] {
  return {
    id: period.id === NEW_ID ? null : period.id,
    change,
    effective_from: formatTimeOrNull(period.fromMs),
    effective_to: formatTimeOrNull(period.toMs),
  };
}

function beforeAndAfter(before: PriceRecord | null, after: PriceRecord, tokens: Partial<TokenBuckets>) {
  return {
    before: before === null ? null : costAtBaseRates(before, tokens),
    after: costAtBaseRates(after, tokens),
  };
}

/** USD. Sums of many requests say nothing of the length of each, so that no long rates apply. */
function costAtBaseRates(record: PriceRecord, tokens: Partial<TokenBuckets>): string {
  const price = { ...toPrice(record), longContext: null };
  const priced = priceUsage(plainUsage(tokens), () => price);
  return formatNanos(priced.outcome === "priced" ? priced.totalNanos : 0n);
}

async function recentUse(
  deps: ApiDeps,
  before: PriceRecord | null,
  after: PriceRecord,
  nowMs: number,
): Promise<PricePreview["recent"]> {
  const { provider, model, aliases } = after;
  const fromMs = recentSinceMs(nowMs);
  const use = await readModelUse(deps.spendDb, { provider, names: [model, ...aliases], fromMs });
  const sum = (of: (row: RecentUse) => number): number => use.reduce((total, row) => total + of(row), 0);
  const tokens = {
    input: sum((row) => row.inputTokens),
    cachedInput: sum((row) => row.cachedInputTokens),
    // The lifetime that the provider uses by itself.
    [provider === "openai" ? "cacheWrite30m" : "cacheWrite5m"]: sum((row) => row.cacheWriteTokens),
    output: sum((row) => row.outputTokens),
  };
  return {
    since: formatTime(fromMs),
    requests: sum((row) => row.requests),
    billed: use.map(({ currency, totalCostNanos }) => ({ currency, total_cost: formatNanos(totalCostNanos) })),
    at_base_rates: beforeAndAfter(before, after, tokens),
  };
}
