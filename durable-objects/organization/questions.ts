/** Questions that hold nothing, answered by the code that decides requests: estimate, admit, list models. */
import { refuse } from "../../src/contract/commands.ts";
import type {
  AdmitCommand,
  AdmitReply,
  AssertedIdentity,
  AuthorizeCommand,
  Credential,
  EstimateReply,
  ModelsReply,
} from "../../src/contract/commands.ts";
import { chooseSource } from "../../src/core/cascade.ts";
import { listPricesInForce } from "../../src/core/price-book.ts";
import type { Price } from "../../src/core/price.ts";
import type { CommandContext } from "./context.ts";
import { permitModel } from "./model-access.ts";
import { cascadeOf, identify } from "./principal.ts";
import { countFreeRequest } from "./rates.ts";
import { planRequest } from "./request-plan.ts";
import { planTakings } from "./takings.ts";

/** The same decisions as `authorize`, without the hold. */
export function estimate(context: CommandContext, command: AuthorizeCommand): EstimateReply {
  const identified = identify(context, command.credential, command.asserted, "question");
  if (!identified.ok) return refuse(identified.failure);
  const { key, attribution } = identified.value;
  const planned = planRequest(context, key, attribution, command);
  if (!planned.ok) return refuse(planned.failure);
  const { target, resource, money, use } = planned.value;
  const limited = planTakings(context, attribution, resource, use);
  if (!limited.ok) return refuse(limited.failure);
  const holdNanos = money.outcome === "nothing_to_hold" ? 0n : money.holdNanos;
  const payer = holdNanos === 0n ? null : chooseSource(cascadeOf(context, attribution), holdNanos);
  return {
    outcome: "estimated",
    holdNanos,
    currency: context.directory.settings.currency,
    targets: [{ id: target.id, provider: target.provider, model: target.model, holdNanos }],
    payer: payer === null ? null : { walletId: payer.id, scope: payer.scope },
    affordableOutputTokens:
      money.outcome === "nothing_to_hold" ? (target.price?.maxOutputTokens ?? 0) : money.countAffordableOutputTokens(),
  };
}

/** Everything but money and tokens, for calls that cost nothing: of the limits, those of requests count it. */
export function admit(context: CommandContext, command: AdmitCommand): AdmitReply {
  const identified = identify(context, command.credential, command.asserted, "model_traffic");
  if (!identified.ok) return refuse(identified.failure);
  const { key, attribution } = identified.value;
  const permitted = permitModel(context, key, attribution, command.endpoint, command.model);
  if (!permitted.ok) return refuse(permitted.failure);
  const rates = countFreeRequest(context, command, attribution, permitted.value);
  if (!rates.ok) return refuse(rates.failure);
  const authorized = { outcome: "authorized", attribution, targets: [permitted.value.target] } as const;
  return rates.value === undefined ? authorized : { ...authorized, rates: rates.value };
}

/** The prices in force of the models that the caller may use. */
export function listModels(context: CommandContext, credential: Credential, asserted: AssertedIdentity): ModelsReply {
  const identified = identify(context, credential, asserted, "question");
  if (!identified.ok) return refuse(identified.failure);
  const { key, attribution } = identified.value;
  const inForce = listPricesInForce(context.index.priceBook, context.nowMs);
  const mayUse = (price: Price): boolean =>
    price.endpoints.some((endpoint) => permitModel(context, key, attribution, endpoint, price.model).ok);
  return { outcome: "listed", prices: inForce.filter(mayUse) };
}
