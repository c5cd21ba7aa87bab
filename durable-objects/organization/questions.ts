/** Questions that hold nothing, answered by the code that decides requests: estimate, admit, list models. */
import { refuse } from "../../src/contract/commands.ts";
import type {
  AdmitCommand,
  AdmitReply,
  AssertedIdentity,
  Attribution,
  AuthorizeCommand,
  Credential,
  EstimateReply,
  ModelsReply,
} from "../../src/contract/commands.ts";
import { chooseSource } from "../../src/core/cascade.ts";
import { endpointsOf } from "../../src/core/endpoint.ts";
import { findPrice, listPricesInForce } from "../../src/core/price-book.ts";
import type { Price } from "../../src/core/price.ts";
import type { CommandContext } from "./context.ts";
import { gatewayOf, permitModel } from "./model-access.ts";
import { cascadeOf, identify } from "./principal.ts";
import { countFreeRequest } from "./rates.ts";
import { planRequest, zdrModeOf } from "./request-plan.ts";
import { routeFreeCall } from "./route-request.ts";
import { planTakings } from "./takings.ts";

/** The same decisions as `authorize`, without the hold. */
export function estimate(context: CommandContext, command: AuthorizeCommand): EstimateReply {
  const identified = identify(context, command.credential, command.asserted, "question");
  if (!identified.ok) return refuse(identified.failure);
  const { key, attribution } = identified.value;
  const planned = planRequest(context, key, attribution, command);
  if (!planned.ok) return refuse(planned.failure);
  const { targets, resources, money, use } = planned.value;
  const limited = planTakings(context, attribution, resources, use);
  if (!limited.ok) return refuse(limited.failure);
  const holdNanos = money.outcome === "nothing_to_hold" ? 0n : money.holdNanos;
  const payer = holdNanos === 0n ? null : chooseSource(cascadeOf(context, attribution), holdNanos);
  return {
    outcome: "estimated",
    holdNanos,
    currency: context.directory.settings.currency,
    targets: targets.map(({ id, provider, model, price }) => ({
      id,
      provider,
      model,
      holdNanos: price === null || money.outcome === "nothing_to_hold" ? 0n : money.holdAtNanos(price),
    })),
    payer: payer === null ? null : { walletId: payer.id, scope: payer.scope },
    affordableOutputTokens:
      money.outcome === "nothing_to_hold"
        ? (targets[0].price?.maxOutputTokens ?? 0)
        : money.countAffordableOutputTokens(),
  };
}

/** Everything but money and tokens, for calls that cost nothing: of the limits, those of requests count it. */
export function admit(context: CommandContext, command: AdmitCommand): AdmitReply {
  const identified = identify(context, command.credential, command.asserted, "model_traffic");
  if (!identified.ok) return refuse(identified.failure);
  const { key, attribution } = identified.value;
  const { endpoint, model } = command;
  const zdrMode = zdrModeOf(context, attribution, command.zdrMode);
  const permitted = permitModel(context, key, { attribution, endpoint, model, zdrMode });
  if (!permitted.ok) return refuse(permitted.failure);
  const route = routeFreeCall(context, attribution, permitted.value);
  const rates = countFreeRequest(context, command, attribution, route);
  if (!rates.ok) return refuse(rates.failure);
  const authorized = { outcome: "authorized", attribution, targets: route.targets } as const;
  return rates.value === undefined ? authorized : { ...authorized, rates: rates.value };
}

/** The prices in force of the models that the caller may use. */
export function listModels(context: CommandContext, credential: Credential, asserted: AssertedIdentity): ModelsReply {
  const identified = identify(context, credential, asserted, "question");
  if (!identified.ok) return refuse(identified.failure);
  const { key, attribution } = identified.value;
  const inForce = listPricesInForce(context.index.priceBook, context.nowMs);
  const zdrMode = zdrModeOf(context, attribution, "off");
  const decisionsOn = ({ model, endpoints }: Pick<Price, "model" | "endpoints">) =>
    endpoints.map((endpoint) => permitModel(context, key, { attribution, endpoint, model, zdrMode }));
  const priceFor = (model: Pick<Price, "model" | "endpoints">): Price | null => {
    const permitted = decisionsOn(model).find((decision) => decision.ok);
    return permitted?.ok === true ? permitted.value[0].target.price : null;
  };
  const models = [...inForce, ...configuredModels(context, attribution)];
  return {
    outcome: "listed",
    prices: [...new Set(models.flatMap((model) => priceFor(model) ?? []))],
    denials: inForce.flatMap((price) => {
      const decisions = decisionsOn(price);
      const rule = decisions.some(({ ok }) => ok) ? null : decisions.map(denyingRuleOf).find((name) => name !== null);
      return rule === null || rule === undefined ? [] : [{ priceId: price.id, rule }];
    }),
  };
}

/** What forbids a model by name; null: nothing does, or no policy allows it. */
function denyingRuleOf(decision: ReturnType<typeof permitModel>): string | null {
  return decision.ok || decision.failure.kind !== "access_denied" ? null : decision.failure.rule;
}

/** The models that only the gateway's configuration names. */
function configuredModels(
  context: CommandContext,
  attribution: Attribution,
): readonly Pick<Price, "model" | "endpoints">[] {
  const targets = gatewayOf(context, attribution)?.config?.targets ?? [];
  return targets.flatMap(({ provider, models }) =>
    models
      .filter(
        ({ modelId }) => findPrice(context.index.priceBook, { model: modelId, provider, atMs: context.nowMs }) === null,
      )
      .map(({ modelId }) => ({ model: modelId, endpoints: endpointsOf(provider) })),
  );
}
