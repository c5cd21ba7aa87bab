/** `/v1/admin/model-pricing`: the price book. */
import { and, desc, eq, inArray, lt } from "drizzle-orm";
import { z } from "zod";
import type { AuditAction } from "../contract/audit.ts";
import { PROVIDERS } from "../core/endpoint.ts";
import { fail, ok, type Result } from "../core/failure.ts";
import { deleted, deletedSchema, listOf, wholeListQuerySchema, pageOf } from "../contract/list.ts";
import { priceRecordRequestSchema, type PriceRecord } from "../contract/price-record.ts";
import { storedPriceSchema } from "../contract/unified-access.ts";
import { modelPrices } from "../platform/d1/control-schema.ts";
import { recordOfRow, writeRecordJson, type PriceRow } from "../platform/d1/price-row.ts";
import type { ApiDeps } from "./deps.ts";
import { changePlatform, type PlatformChange } from "./platform-change.ts";
import { planAddition, planRemoval, planReplacement, type PricePeriod, type PricePlan } from "./price-period.ts";
import { idParams } from "./route-reference.ts";
import { addPlatformRoute, type Api } from "./route.ts";
import type { Statement } from "./save-change.ts";

const TAG = "Prices";
const priceQuerySchema = wholeListQuerySchema.extend({
  provider: z.enum(PROVIDERS).optional(),
  model: z.string().optional(),
});

export function addModelPricingRoutes(api: Api, deps: ApiDeps): void {
  addReadRoutes(api, deps);
  addWriteRoutes(api, deps);
}

function addReadRoutes(api: Api, deps: ApiDeps): void {
  addPlatformRoute(
    api,
    deps,
    "GET /v1/admin/model-pricing",
    { summary: "List prices", tag: TAG, query: priceQuerySchema, answer: listOf(storedPriceSchema) },
    async ({ query }) => {
      const rows = await deps.db
        .select()
        .from(modelPrices)
        .where(
          and(
            query.cursor === undefined ? undefined : lt(modelPrices.id, query.cursor),
            query.provider === undefined ? undefined : eq(modelPrices.provider, query.provider),
            query.model === undefined ? undefined : eq(modelPrices.model, query.model),
          ),
        )
        .orderBy(desc(modelPrices.id))
        .limit(query.limit + 1);
      return ok(pageOf(rows, query.limit, (row) => row.id, rowToWire));
    },
  );

  addPlatformRoute(
    api,
    deps,
    "GET /v1/admin/model-pricing/{id}",
    { summary: "Get a price", tag: TAG, params: idParams, answer: storedPriceSchema, refusals: [404] },
    async ({ params }) => {
      const rows = await deps.db.select().from(modelPrices).where(eq(modelPrices.id, params.id));
      return rows[0] === undefined ? fail({ kind: "not_found", what: "price" }) : ok(rowToWire(rows[0]));
    },
  );
}

function addWriteRoutes(api: Api, deps: ApiDeps): void {
  addPlatformRoute(
    api,
    deps,
    "POST /v1/admin/model-pricing",
    {
      summary: "Add a price",
      description:
        "Begins at `effective_from`; without it now, or from ever when the model has no price yet. A running period of the same " +
        "model or alias ends where the new one begins. More than 1,000 USD per million tokens, 10 USD per call or a regional factor " +
        "of 10 needs `force`. `/preview` answers what would change.",
      tag: TAG,
      body: priceRecordRequestSchema,
      answer: storedPriceSchema,
      status: 201,
      refusals: [409],
    },
    async ({ body, nowMs, keep, trail }) => {
      const id = deps.newId("price");
      return changePlatform(deps, "price added", { keep, trail }, async () => {
        const known = await readPeriods(deps, body);
        return changeOf(deps, nowMs, planAddition(known, periodOf(id, body), nowMs), {
          id,
          known,
          action: "price.create",
        });
      });
    },
  );

  addPlatformRoute(
    api,
    deps,
    "PUT /v1/admin/model-pricing/{id}",
    {
      summary: "Replace a price",
      description:
        "A running period ends now, as a row of its own, and goes on from now under its id with the new content. What was settled " +
        "stays as it was.",
      tag: TAG,
      params: idParams,
      body: priceRecordRequestSchema,
      answer: storedPriceSchema,
      refusals: [404, 409],
    },
    async ({ params: { id }, body, nowMs, keep, trail }) => {
      const historyId = deps.newId("price");
      return changePlatform(deps, "price replaced", { keep, trail }, async () => {
        const known = await readPeriods(deps, body);
        const plan = planReplacement(known, periodOf(id, body), historyId, nowMs);
        return changeOf(deps, nowMs, plan, { id, known, action: "price.update" });
      });
    },
  );

  addPlatformRoute(
    api,
    deps,
    "DELETE /v1/admin/model-pricing/{id}",
    {
      summary: "End a price",
      description: "A running period ends now; one that has not begun is removed.",
      tag: TAG,
      params: idParams,
      answer: deletedSchema,
      refusals: [404, 409],
    },
    async ({ params: { id }, nowMs, keep, trail }) =>
      changePlatform(deps, "price ended", { keep, trail }, async () => {
        const rows = await deps.db.select().from(modelPrices).where(eq(modelPrices.id, id));
        const known = rows.map(periodOfRow);
        const plan = planRemoval(known, id, nowMs);
        if (!plan.ok) return plan;
        const recorded = recordOf(plan.value, nowMs, { id, known, action: "price.delete" });
        return ok({ statements: statementsOf(deps, plan.value, nowMs), recorded, answer: deleted(id) });
      }),
  );
}

type StoredPrice = z.input<typeof storedPriceSchema>;

/** The statements of a plan, and the period `id` as the answer. */
function changeOf(
  deps: ApiDeps,
  nowMs: number,
  plan: Result<PricePlan>,
  asked: AskedChange,
): Result<PlatformChange<StoredPrice>> {
  if (!plan.ok) return plan;
  const { added, changed } = plan.value;
  const answer = [...added, ...changed].find((period) => period.id === asked.id);
  if (answer === undefined) return fail({ kind: "internal" });
  return ok({
    statements: statementsOf(deps, plan.value, nowMs),
    recorded: recordOf(plan.value, nowMs, asked),
    answer: rowToWire(rowOf(answer, nowMs)),
  });
}

interface AskedChange {
  readonly id: string;
  readonly known: readonly PricePeriod[];
  readonly action: AuditAction;
}

/** Every period that changes, by its id: a new one can end another one. */
function recordOf({ added, changed, removedIds }: PricePlan, nowMs: number, { id, known, action }: AskedChange) {
  const touched = new Set([...changed.map((period) => period.id), ...removedIds]);
  const stateOf = (periods: readonly PricePeriod[]) =>
    Object.fromEntries(periods.map((period) => [period.id, rowToWire(rowOf(period, nowMs))]));
  const before = stateOf(known.filter((period) => touched.has(period.id)));
  return { action, objectId: id, before, after: stateOf([...added, ...changed]) };
}

function statementsOf(deps: ApiDeps, plan: PricePlan, nowMs: number): Statement[] {
  return [
    ...plan.added.map((period) => deps.db.insert(modelPrices).values(rowOf(period, nowMs))),
    ...plan.changed.map(({ id, ...period }) => {
      const { recordJson, effectiveFromMs, effectiveToMs } = rowOf({ id, ...period }, nowMs);
      return deps.db
        .update(modelPrices)
        .set({ recordJson, effectiveFromMs, effectiveToMs })
        .where(eq(modelPrices.id, id));
    }),
    ...(plan.removedIds.length === 0
      ? []
      : [deps.db.delete(modelPrices).where(inArray(modelPrices.id, [...plan.removedIds]))]),
  ];
}

/** Aliases can be shared across models, so that all periods of the provider are looked at. */
export async function readPeriods(deps: ApiDeps, record: PriceRecord): Promise<PricePeriod[]> {
  const rows = await deps.db.select().from(modelPrices).where(eq(modelPrices.provider, record.provider));
  return rows.map(periodOfRow);
}

function periodOfRow(row: PriceRow): PricePeriod {
  return { id: row.id, record: recordOfRow(row), fromMs: row.effectiveFromMs, toMs: row.effectiveToMs };
}

export function periodOf(id: string, record: PriceRecord): PricePeriod {
  return { id, record, fromMs: instantOf(record.effective_from), toMs: instantOf(record.effective_to) };
}

function instantOf(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}

function rowOf(period: PricePeriod, nowMs: number): PriceRow {
  return {
    id: period.id,
    provider: period.record.provider,
    model: period.record.model,
    recordJson: writeRecordJson(period.record),
    effectiveFromMs: period.fromMs,
    effectiveToMs: period.toMs,
    createdAtMs: nowMs,
  };
}

function rowToWire(row: PriceRow): StoredPrice {
  return { id: row.id, ...recordOfRow(row) };
}
