/**
 * What the Worker decides when the object does not answer: by the code that decides in the object, with a directory that was
 * read from D1, and without what only the ledger knows (contract: Wallets, Fail mode).
 */
import type { AuthorizeCommand, Grant, UnreservedPlan, UnreservedRequest } from "../../src/contract/commands.ts";
import { MAX_MODEL_NAME_LENGTH } from "../../src/core/access.ts";
import type { Attribution } from "../../src/core/attribution.ts";
import { findExchangeRate } from "../../src/core/exchange.ts";
import type { Failure } from "../../src/core/failure.ts";
import type { PlanContext } from "./context.ts";
import type { DirectoryIndex } from "./directory-index.ts";
import { checkMetadata, loggableMetadata } from "./metadata.ts";
import { matchedPolicies } from "./model-access.ts";
import { mayKeepModel } from "./model-resource.ts";
import { attribute, authenticate } from "./principal.ts";
import { planRequest, zdrModeOf } from "./request-plan.ts";
import type { MoneyPlan } from "./request-plan.ts";
import { FULL_WALLETS } from "./store/wallets.ts";

const UNAVAILABLE: Failure = { kind: "wallet_unavailable" };

/**
 * Forwards what the directory allows, when the organization's fail mode is `open`. `closed` refuses everything with
 * `wallet_unavailable`, and so does a continued response: whose it is, only the object knows. Tickets are left alone.
 */
export function planUnreserved(
  index: DirectoryIndex,
  command: AuthorizeCommand,
  clock: { readonly nowMs: number; readonly leaseMs: number },
): UnreservedPlan {
  const context = unguardedContext(index, clock.nowMs);
  const isOpen = index.directory.settings.walletFailMode === "open";
  const answer = (failure: Failure): Failure => (isOpen ? failure : UNAVAILABLE);

  const authenticated = authenticate(context, command.credential, "model_traffic");
  if (!authenticated.ok) return { outcome: "refused", failure: answer(authenticated.failure), request: null };
  const key = authenticated.value;
  const attributed = attribute(context, key, command.asserted);
  if (!attributed.ok) return { outcome: "refused", failure: answer(attributed.failure), request: null };
  const request = describeRequest(context, attributed.value, command);
  const refuse = (failure: Failure): UnreservedPlan => ({ outcome: "refused", failure: answer(failure), request });
  if (!isOpen || command.facts.previousResponseId !== null) return refuse(UNAVAILABLE);

  const tooLarge = checkMetadata(command.metadata);
  if (tooLarge !== null) return refuse(tooLarge);
  const planned = planRequest(context, key, attributed.value, command);
  if (!planned.ok) return refuse(planned.failure);
  const { targets, money } = planned.value;
  const grant = unreservedGrant(context, { ...request, targets }, money, clock.leaseMs);
  // What is told of it goes through a queue: the name in it is the one that may be kept.
  const kept = request.requestedModel === "" ? targets.map((target) => ({ ...target, model: "" })) : targets;
  return { outcome: "forward", grant, request: { ...request, targets: kept } };
}

/** Nothing guards the spending: every wallet looks as full as can be. No response and no other request is known. */
function unguardedContext(index: DirectoryIndex, nowMs: number): PlanContext {
  const { directory } = index;
  return {
    store: {
      organizationId: directory.organization.id,
      wallets: FULL_WALLETS,
      responses: { totalTokens: () => null },
      recent: { useOf: () => null },
      rotation: { turnOf: () => 0 },
      oauth: null,
    },
    index,
    directory,
    nowMs,
  };
}

function describeRequest(
  context: PlanContext,
  attribution: Attribution,
  { requestId, reservationId, facts, metadata, zdrMode: askedZdrMode }: AuthorizeCommand,
): UnreservedRequest {
  const { directory, nowMs } = context;
  const zdrMode = zdrModeOf(context, attribution, askedZdrMode);
  const exchange = findExchangeRate(directory.exchangeRates, directory.settings.currency);
  return {
    requestId,
    reservationId,
    attribution,
    endpoint: facts.endpoint,
    streamed: facts.streamed,
    requestedModel: mayKeepModel(context, zdrMode, facts.model) ? facts.model.slice(0, MAX_MODEL_NAME_LENGTH) : "",
    zdrMode,
    metadata: zdrMode === "strict" ? {} : loggableMetadata(metadata),
    currency: directory.settings.currency,
    exchangeRate: exchange.ok ? exchange.value.text : "",
    targets: [],
    createdAtMs: nowMs,
    matched: matchedPolicies(context, { attribution, endpoint: facts.endpoint, model: facts.model }),
    ...(directory.settings.keepEventBodies && zdrMode !== "strict" ? { keepsBodies: true } : {}),
  };
}

function unreservedGrant(
  { directory, nowMs }: PlanContext,
  request: UnreservedRequest,
  { outputCapTokens, clamped }: MoneyPlan,
  leaseMs: number,
): Grant {
  return {
    reservationId: request.reservationId,
    requestId: request.requestId,
    attribution: request.attribution,
    wallet: null,
    heldNanos: 0n,
    currency: request.currency,
    exchangeRate: request.exchangeRate,
    availableNanos: 0n,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + leaseMs,
    leaseMs,
    targets: request.targets,
    outputCapTokens,
    clamped,
    onClientDisconnect: directory.settings.onClientDisconnect,
    // Nothing is held, so that nothing can be exhausted.
    onHoldExhausted: "finish",
    zdrMode: request.zdrMode,
    ticketId: null,
    unreserved: true,
    ...(request.keepsBodies === true ? { keepsBodies: true } : {}),
  };
}
