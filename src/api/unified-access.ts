/** `/v1/unified-access`: the catalog, and what requests cost before and after they are made. */
import type { z } from "zod";
import { readAssertedIdentity } from "../contract/caller-headers.ts";
import {
  costAnswerSchema,
  costRequestSchema,
  writeCostAnswer,
  type CostAnswer,
  type CostRequest,
} from "../contract/cost-answer.ts";
import { listOf, wholeListQuerySchema, pageOfAll } from "../contract/list.ts";
import { fromPrice } from "../contract/price-record.ts";
import {
  catalogModelSchema,
  estimateRequestSchema,
  estimateSchema,
  estimateToWire,
} from "../contract/unified-access.ts";
import { providerOf } from "../core/access.ts";
import { fail, invalid, ok, type Result } from "../core/failure.ts";
import { showMultiplied } from "../core/declared-price.ts";
import { findPrice, listPricesInForce } from "../core/price-book.ts";
import type { Price } from "../core/price.ts";
import { priceUsage } from "../core/pricing.ts";
import { adapterOf, normalizeUsage } from "../provider/dialects.ts";
import { isServedRegionally } from "../core/regional-host.ts";
import { sha256Hex } from "../platform/identifiers.ts";
import type { ApiDeps } from "./deps.ts";
import { identityHeaders } from "../contract/request-headers.ts";
import { addPrincipalRoute, type Api, type PrincipalCall } from "./route.ts";

const TAG = "Unified access";

export function addUnifiedAccessRoutes(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/unified-access/models",
    {
      summary: "List the catalog",
      description:
        "Every model in force with its prices and limits, and whether the caller may use it. What the configuration of the caller's " +
        "gateway declares is shown at its declared price.",
      tag: TAG,
      headers: identityHeaders,
      query: wholeListQuerySchema,
      answer: listOf(catalogModelSchema),
      refusals: [503],
    },
    async ({ principal, query, headers, nowMs }) => {
      const [book, reply] = await Promise.all([
        deps.prices.read(),
        deps.organization(principal.organizationId).models(principal.credential, readAssertedIdentity(headers)),
      ]);
      if (reply.outcome === "refused") return fail(reply.failure);
      // What the caller may use, at its prices there, in the place of the price book's own.
      const reached = new Map(reply.prices.map((price) => [nameOfModel(price), price]));
      const catalog = new Map(listPricesInForce(book, nowMs).map((price) => [nameOfModel(price), price]));
      return ok(
        pageOfAll([...new Map([...catalog, ...reached]).values()], query, nameOfModel, (price) =>
          Object.assign(fromPrice(showMultiplied(price)), { id: price.id, allowed: reached.has(nameOfModel(price)) }),
        ),
      );
    },
  );

  addPrincipalRoute(
    api,
    deps,
    "POST /v1/unified-access/cost",
    {
      summary: "Price a usage object",
      description: "As a settlement would, at the prices of the price book at that time.",
      tag: TAG,
      body: costRequestSchema,
      answer: costAnswerSchema,
    },
    async ({ body }) => priceRequest(deps, body),
  );

  addPrincipalRoute(
    api,
    deps,
    "POST /v1/unified-access/estimate",
    {
      summary: "Estimate a request",
      description: "What would be held, per target, and who would pay. Nothing is held.",
      tag: TAG,
      headers: identityHeaders,
      body: estimateRequestSchema,
      answer: estimateSchema,
      refusals: [404, 429, 503],
    },
    async (call) => estimateRequest(deps, call),
  );
}

function nameOfModel({ provider, model }: Pick<Price, "provider" | "model">): string {
  return `${provider}/${model}`;
}

async function priceRequest(deps: ApiDeps, request: CostRequest): Promise<Result<CostAnswer>> {
  const usage = normalizeUsage(request.endpoint, request.usage, request.context);
  if (usage === null) {
    return fail(invalid("usage", "invalid_usage", "`usage` is not a usage object of this endpoint."));
  }
  const book = await deps.prices.read();
  const atMs = request.atMs ?? deps.nowMs();
  const provider = providerOf(request.endpoint);
  const priced = priceUsage(usage, (model) => findPrice(book, { model: model ?? request.model, atMs, provider }));
  if (priced.outcome === "unpriced") return fail({ kind: "price_unknown", model: priced.model ?? request.model });
  return ok(writeCostAnswer(priced, "wallet_catalog", usage.flags));
}

async function estimateRequest(
  deps: ApiDeps,
  call: PrincipalCall<unknown, unknown, z.output<typeof estimateRequestSchema>>,
): Promise<Result<z.infer<typeof estimateSchema>>> {
  const { body, principal, headers, requestId } = call;
  const adapter = adapterOf(body.endpoint);
  const text = JSON.stringify(body.body);
  const inspected = adapter.inspectBody(text);
  if (!inspected.ok) return inspected;
  const { facts } = inspected.value;
  const reply = await deps.organization(principal.organizationId).estimate({
    requestId,
    reservationId: deps.newId("res"),
    credential: principal.credential,
    asserted: readAssertedIdentity(headers),
    facts: {
      ...facts,
      inputTokens: await adapter.estimateInput(inspected.value),
      regional: isServedRegionally(facts, adapter.provider, deps.upstreamUrls[adapter.provider]),
    },
    requestSha256: await sha256Hex(text),
    ticketId: null,
    clamp: false,
    zdrMode: "off",
    store: inspected.value.store,
    forwardedElsewhere: false,
    metadata: {},
  });
  return reply.outcome === "refused" ? fail(reply.failure) : ok(estimateToWire(reply));
}
