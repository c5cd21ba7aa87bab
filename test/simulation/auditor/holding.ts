/** What `authorize` and `redeemTicket` must answer, and what they must have held afterwards. */
import type { Attribution, AuthorizeCommand, RedeemCommand } from "../../../src/contract/commands.ts";
import type { KeyRow, PriceRow } from "../records.ts";
import { chargeTo, findKey, findModel, isForNobody, ownAttribution } from "./admission.ts";
import type { Decided, Limits, Refusal } from "./admission.ts";
import { free } from "./books.ts";
import type { AuditWallet } from "./books.ts";
import { tellOfRefusedBudgets } from "./budget-telling.ts";
import { testEverything } from "./budgeting.ts";
import { canonical, LearnedId, WalletId } from "./expectation.ts";
import { decimal } from "./fractions.ts";
import { countersFor } from "./limiting.ts";
import type { AuditTake } from "./limiting.ts";
import { refusedRow } from "./log-rows.ts";
import { hasSeat, seatMonthOf } from "./seating.ts";
import { tellOfShortage } from "./telling.ts";
import { affordableCap, decideCap, mostTokens } from "./quotation.ts";
import type { AuditReservation, AuditState, AuditTicket } from "./state.ts";

const DAY_MS = 86_400_000;

export function expectAuthorize(state: AuditState, command: AuthorizeCommand, nowMs: number): unknown {
  const purpose = command.forwardedElsewhere ? "control_plane" : "model_traffic";
  const found = findKey(state, command.credential.tokenSha256, purpose, nowMs);
  if ("refusal" in found) return refused(found.refusal);
  const repeat = expectRepeat(state, command.reservationId, command);
  if (repeat !== null) return repeat;
  const key = found.value;
  const who = chargeTo(state, key, command.asserted);
  // What strict zero data retention does not keep is not there for anybody.
  const metadata = command.zdrMode === "strict" ? {} : command.metadata;
  const held: Decided<AuditReservation> =
    "refusal" in who ? who : hold(state, key, who.value, { ...command, metadata }, command, nowMs);
  if ("value" in held) return { outcome: "authorized", status: "open", grant: held.value.grant };
  state.messages.push({
    entry: null,
    row: refusedRow({
      requestId: command.requestId,
      reservationId: command.reservationId,
      attribution: "value" in who ? who.value : ownAttribution(key),
      endpoint: command.facts.endpoint,
      model: isForNobody(state, command.zdrMode === "strict", command.facts.model) ? "" : command.facts.model,
      streamed: command.facts.streamed,
      metadata: isTooMuch(metadata) ? {} : metadata,
      currency: state.settings.currency,
      exchangeRate: state.exchangeRate(),
      flags: [held.refusal.kind],
      nowMs,
    }),
  });
  tellOfRefusedBudgets(state, held.refusal, nowMs);
  return refused(held.refusal);
}

export function expectRedeem(state: AuditState, command: RedeemCommand, nowMs: number): unknown {
  const found = findKey(state, command.credential.tokenSha256, "control_plane", nowMs);
  if ("refusal" in found) return refused(found.refusal);
  const repeat = expectRepeat(state, command.reservationId, command);
  if (repeat !== null) return repeat;
  const key = found.value;
  const ticket = findTicket(state, command.ticketId);
  const isBearer =
    ticket !== null &&
    (ticket.attribution.keyId === key.id || (key.gatewayId !== null && ticket.attribution.gatewayId === key.gatewayId));
  const fault = ticketFault(ticket, command.requestSha256, isBearer, nowMs);
  const suspended: Refusal | null = state.records.status === "active" ? null : { kind: "organization_suspended" };
  if (fault !== null || ticket === null) return refused(suspended ?? { kind: "ticket_invalid", reason: fault });
  const who = { ...ticket.attribution, keyId: key.id };
  const held = suspended === null ? redeem(state, key, who, ticket, command, nowMs) : { refusal: suspended };
  if ("value" in held) return { outcome: "authorized", status: "open", grant: held.value.grant };
  // What is refused is the ticket's request, by whoever brings it.
  state.messages.push({
    entry: null,
    row: refusedRow({
      requestId: command.requestId,
      reservationId: command.reservationId,
      attribution: who,
      endpoint: ticket.facts.endpoint,
      model: ticket.facts.model,
      streamed: ticket.facts.streamed,
      metadata: ticket.metadata,
      currency: state.settings.currency,
      exchangeRate: state.exchangeRate(),
      flags: [held.refusal.kind],
      nowMs,
    }),
  });
  tellOfRefusedBudgets(state, held.refusal, nowMs);
  return refused(held.refusal);
}

function redeem(
  state: AuditState,
  key: KeyRow,
  who: Attribution,
  ticket: AuditTicket,
  command: RedeemCommand,
  nowMs: number,
): Decided<AuditReservation> {
  const model = findModel(state, key, who, ticket.facts.endpoint, ticket.facts.model, nowMs);
  if ("refusal" in model) return model;
  const excess = excessOf(ticket, model.value.price, model.value.limits);
  if (excess !== null) return { refusal: excess };
  const redeemed = { ...command, forwardedElsewhere: true };
  return holdTicket(state, ticket, who, model.value.price, redeemed, command, nowMs);
}

function refused(failure: Refusal): unknown {
  return { outcome: "refused", failure };
}

function expectRepeat(state: AuditState, reservationId: string, command: unknown): unknown {
  const existing = state.reservation(reservationId);
  if (existing === null) return null;
  if (existing.startContent !== canonical(command)) {
    return refused({ kind: "conflict", code: "reservation_conflict" });
  }
  return { outcome: "authorized", status: existing.status, grant: existing.grant };
}

function hold(
  state: AuditState,
  key: KeyRow,
  who: Attribution,
  command: AuthorizeCommand,
  sent: AuthorizeCommand,
  nowMs: number,
): Decided<AuditReservation> {
  if (isTooMuch(command.metadata)) return { refusal: { kind: "invalid_request", code: "metadata_too_large" } };
  const isStored = command.store === true || command.facts.previousResponseId !== null;
  if (command.zdrMode !== "off" && isStored) return { refusal: { kind: "invalid_request" } };
  const counted = countersFor(state, who, nowMs);
  if ("refusal" in counted) return counted;
  const model = findModel(state, key, who, command.facts.endpoint, command.facts.model, nowMs);
  if ("refusal" in model) return model;
  const continued = withContext(state, command.facts);
  if (continued === null) return { refusal: { kind: "not_found", what: "response" } };
  const { currency } = state.settings;
  const exchangeRate = state.exchangeRate();
  if (exchangeRate === null) return { refusal: { kind: "exchange_rate_missing", currency } };
  const { price, limits } = model.value;
  const { settings } = state;
  const mayLower = command.clamp || settings.clamp;
  const limited = limitCap(continued, price, limits, mayLower, exchangeRate);
  if ("refusal" in limited) return limited;
  const { limitTokens, isLowered } = limited.value;
  const facts = isLowered ? { ...continued, outputCapTokens: limitTokens } : continued;
  const cascade = cascadeOf(state, who);
  const best = fullest(cascade);
  const request = { ...command, ...model.value, who, facts, exchangeRate, currency };
  const purpose = { endpoint: facts.endpoint, model: facts.model, price };
  if (price === null || price.fields.free === true) {
    const cap = continued.outputCapTokens === null || isLowered ? limitTokens : null;
    const tokens = BigInt(mostTokens(price?.fields ?? null, continued, cap));
    const unheld = testEverything(state, who, purpose, { credits: 0n, tokens, requests: 1n }, nowMs);
    if ("refusal" in unheld) return unheld;
    const takes = unheld.value.take();
    const terms = { heldNanos: 0n, cap, clamped: isLowered, available: free(best), takes };
    return { value: keep(state, request, null, terms, sent, nowMs) };
  }
  const terms = {
    fields: price.fields,
    facts,
    bufferPercent: settings.reserve_buffer_pct,
    exchangeRate: decimal(exchangeRate),
  };
  const decision = decideCap(
    terms,
    {
      defaultMaxOutputTokens: settings.default_max_output_tokens,
      enforceDefaultMaxOutput: settings.enforce_default_max_output,
      minimumOutputTokens: settings.minimum_output_tokens,
      mayLower,
      limitTokens,
    },
    free(best),
  );
  const sentCapTokens = decision.sentCapTokens ?? (isLowered ? limitTokens : null);
  const ticket = command.ticketId === null ? null : findTicket(state, command.ticketId);
  const isGood =
    ticket !== null &&
    ticketFault(ticket, command.requestSha256, isSamePayer(ticket, who), nowMs) === null &&
    excessOf(ticket, price, limits) === null;
  // It counts for the key and in the run that redeem it.
  if (isGood) return holdTicket(state, ticket, who, price, command, sent, nowMs);
  const tokens = BigInt(facts.inputTokens[price.fields.tokenizer] + decision.heldCapTokens * facts.choices);
  const use = { credits: decision.holdNanos, tokens, requests: 1n };
  const allowed = testEverything(state, who, purpose, use, nowMs);
  if ("refusal" in allowed) return allowed;
  const payer = openAndChoose(cascade, decision.holdNanos);
  if (payer !== null) {
    const held = {
      heldNanos: decision.holdNanos,
      cap: sentCapTokens,
      clamped: decision.clamped || isLowered,
      takes: allowed.value.take(),
    };
    return { value: keep(state, request, payer, held, sent, nowMs) };
  }
  const issued = issueTicket(state, command, who, {
    holdNanos: decision.holdNanos,
    currency,
    exchangeRate,
    bufferPercent: settings.reserve_buffer_pct,
    price,
    facts,
    outputCapTokens: sentCapTokens,
    coveredTokens: tokens,
    metadata: command.metadata,
    requestSha256: command.requestSha256,
    attribution: who,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + DAY_MS,
  });
  return { refusal: shortage(state, issued, nowMs) };
}

/** What the policies' limits make of the caller's cap. */
function limitCap(
  facts: AuthorizeCommand["facts"],
  price: PriceRow | null,
  limits: Limits,
  mayLower: boolean,
  exchangeRate: string,
): Decided<{ readonly limitTokens: number | null; readonly isLowered: boolean }> {
  const denied = (name: string, allowedOutputTokens: number) => ({
    refusal: { kind: "access_denied", rule: null, limit: { name, allowedOutputTokens } },
  });
  let limitTokens = limits.tokens;
  let name = "max_output_tokens";
  if (limits.costNanos !== null && price !== null && price.fields.free !== true) {
    const terms = { fields: price.fields, facts, bufferPercent: 0, exchangeRate: decimal(exchangeRate) };
    const paidFor = affordableCap(terms, limits.costNanos);
    if (paidFor === 0) return denied("max_cost_per_request", 0);
    if (limitTokens === null || paidFor < limitTokens) {
      limitTokens = paidFor;
      name = "max_cost_per_request";
    }
  }
  const own = facts.outputCapTokens;
  const isOver = own !== null && limitTokens !== null && own > limitTokens;
  if (isOver && !mayLower) return denied(name, limitTokens ?? 0);
  return { value: { limitTokens, isLowered: isOver } };
}

/** What of the policies' limits of now a ticket is over; null: nothing. */
function excessOf(ticket: AuditTicket, price: PriceRow | null, limits: Limits): Refusal | null {
  const { facts, exchangeRate, outputCapTokens } = ticket;
  const frozen = outputCapTokens ?? facts.outputCapTokens ?? price?.fields.max_output_tokens ?? null;
  const asked = frozen === null ? facts : { ...facts, outputCapTokens: frozen };
  const limited = limitCap(asked, price, limits, false, exchangeRate);
  if ("refusal" in limited) return limited.refusal;
  const { limitTokens } = limited.value;
  if (frozen !== null || limitTokens === null) return null;
  const name = limitTokens === limits.tokens ? "max_output_tokens" : "max_cost_per_request";
  return { kind: "access_denied", rule: null, limit: { name, allowedOutputTokens: limitTokens } };
}

/** A continued response is input again. Null: it is not known here. */
function withContext(state: AuditState, facts: AuthorizeCommand["facts"]): AuthorizeCommand["facts"] | null {
  if (facts.previousResponseId === null) return facts;
  const known = state.responses.find(({ id }) => id === facts.previousResponseId);
  if (known === undefined) return null;
  const { inputTokens } = facts;
  return {
    ...facts,
    inputTokens: {
      o200k: inputTokens.o200k + known.tokens,
      claude: inputTokens.claude + known.tokens,
      "claude-4-7": inputTokens["claude-4-7"] + known.tokens,
    },
  };
}

/** Asking for money stores an empty wallet for whoever is named for the first time. */
function openAndChoose(cascade: readonly AuditWallet[], amount: bigint): AuditWallet | null {
  for (const wallet of cascade) wallet.isStored = true;
  for (const wallet of cascade) if (free(wallet) >= amount) return wallet;
  return null;
}

function fullest(cascade: readonly AuditWallet[]): AuditWallet {
  let best: AuditWallet | null = null;
  for (const wallet of cascade) {
    const isMore = best === null || free(wallet) > free(best);
    // Nobody can fund a seat: of equals it comes last.
    if (isMore || (best !== null && best.scope === "seat" && free(wallet) === free(best))) best = wallet;
  }
  if (best === null) throw new Error("the organization's wallet is in every cascade");
  return best;
}

function holdTicket(
  state: AuditState,
  ticket: AuditTicket,
  who: Attribution,
  price: PriceRow | null,
  command: Pick<AuthorizeCommand, "requestId" | "reservationId" | "forwardedElsewhere"> &
    Partial<Pick<AuthorizeCommand, "zdrMode">>,
  content: unknown,
  nowMs: number,
): Decided<AuditReservation> {
  const use = { credits: ticket.holdNanos, tokens: ticket.coveredTokens, requests: 1n };
  const limits = testEverything(
    state,
    who,
    { endpoint: ticket.facts.endpoint, model: ticket.facts.model, price },
    use,
    nowMs,
  );
  if ("refusal" in limits) return limits;
  const payer = openAndChoose(cascadeOf(state, who), ticket.holdNanos);
  if (payer === null) return { refusal: shortage(state, ticket, nowMs) };
  ticket.isRedeemed = true;
  const request = {
    ...command,
    provider: ticket.price.fields.provider,
    price,
    who,
    facts: ticket.facts,
    metadata: command.zdrMode === "strict" ? {} : ticket.metadata,
    exchangeRate: ticket.exchangeRate,
    currency: ticket.currency,
  };
  const terms = {
    heldNanos: ticket.holdNanos,
    cap: ticket.outputCapTokens,
    clamped: false,
    ticket,
    takes: limits.value.take(),
  };
  return { value: keep(state, request, payer, terms, content, nowMs) };
}

interface Kept extends Pick<
  AuthorizeCommand,
  "requestId" | "reservationId" | "forwardedElsewhere" | "metadata" | "facts"
> {
  readonly provider: "openai" | "anthropic";
  readonly price: PriceRow | null;
  readonly zdrMode?: AuthorizeCommand["zdrMode"];
  readonly who: Attribution;
  readonly exchangeRate: string;
  readonly currency: string;
}

function keep(
  state: AuditState,
  request: Kept,
  payer: AuditWallet | null,
  terms: {
    readonly heldNanos: bigint;
    readonly cap: number | null;
    readonly clamped: boolean;
    readonly available?: bigint;
    readonly ticket?: AuditTicket;
    readonly takes: AuditTake[];
  },
  content: unknown,
  nowMs: number,
): AuditReservation {
  if (payer !== null) payer.held += terms.heldNanos;
  const { facts, provider, price } = request;
  const grant = {
    reservationId: request.reservationId,
    requestId: request.requestId,
    attribution: request.who,
    wallet: payer === null ? null : { id: new WalletId(payer.name), scope: payer.scope },
    heldNanos: terms.heldNanos,
    currency: request.currency,
    exchangeRate: request.exchangeRate,
    availableNanos: payer === null ? terms.available : free(payer),
    createdAtMs: nowMs,
    expiresAtMs: nowMs + state.leaseMs,
    leaseMs: state.leaseMs,
    targets: [{ id: `managed-${provider}`, provider, model: facts.model }],
    outputCapTokens: terms.cap,
    clamped: terms.clamped,
    onClientDisconnect: state.settings.on_client_disconnect,
    onHoldExhausted: state.settings.on_hold_exhausted,
    ticketId: terms.ticket?.id ?? null,
  };
  const reservation: AuditReservation = {
    id: request.reservationId,
    requestId: request.requestId,
    startContent: canonical(content),
    takes: terms.takes,
    isUnreserved: false,
    attribution: request.who,
    wallet: payer,
    holds: payer === null ? [] : [{ wallet: payer, amount: terms.heldNanos }],
    currency: request.currency,
    exchangeRate: request.exchangeRate,
    provider,
    requestedModel: facts.model,
    isStrict: request.zdrMode === "strict",
    price,
    endpoint: facts.endpoint,
    streamed: facts.streamed,
    metadata: request.metadata,
    forwardedElsewhere: request.forwardedElsewhere,
    createdAtMs: nowMs,
    seatMonth: seatMonthOf(state, request.who),
    grant,
    status: "open",
    expiresAtMs: nowMs + state.leaseMs,
    settledNanos: 0n,
    endContent: null,
    endedAtMs: 0,
    checkpoint: null,
    flags: [],
    pricingSource: null,
    expiry: null,
  };
  state.reservations.push(reservation);
  return reservation;
}

function findTicket(state: AuditState, id: string): AuditTicket | null {
  for (const ticket of state.tickets) {
    if (ticket.id.value === id) return ticket.currency === state.settings.currency ? ticket : null;
  }
  return null;
}

function ticketFault(
  ticket: AuditTicket | null,
  requestSha256: string,
  isBearer: boolean,
  nowMs: number,
): string | null {
  if (ticket === null) return "unknown";
  if (ticket.isRedeemed) return "redeemed";
  if (ticket.expiresAtMs <= nowMs) return "expired";
  return ticket.requestSha256 === requestSha256 && isBearer ? null : "mismatch";
}

function isSamePayer({ attribution }: AuditTicket, who: Attribution): boolean {
  const members = ["userId", "teamId", "serviceUserId", "gatewayId", "agentId"] as const;
  return members.every((member) => attribution[member] === who[member]);
}

/** A refused request that is sent again finds the ticket that it has got, as long as that is good. */
function issueTicket(
  state: AuditState,
  command: AuthorizeCommand,
  who: Attribution,
  terms: Omit<AuditTicket, "id" | "requestKey" | "isRedeemed">,
): AuditTicket {
  const requestKey = [command.reservationId, command.requestSha256, who.keyId].join("/");
  const index = state.tickets.findIndex((ticket) => ticket.requestKey === requestKey);
  const known = state.tickets[index];
  if (known !== undefined && !known.isRedeemed && known.expiresAtMs > terms.createdAtMs) return known;
  const ticket = { ...terms, id: known?.id ?? new LearnedId(), requestKey, isRedeemed: false };
  if (known === undefined) state.tickets.push(ticket);
  else state.tickets[index] = ticket;
  return ticket;
}

function cascadeOf(state: AuditState, who: Attribution): readonly AuditWallet[] {
  return state.cascade(who, hasSeat(state, who));
}

function shortage(state: AuditState, ticket: AuditTicket, nowMs: number): Refusal {
  const cascade = cascadeOf(state, ticket.attribution);
  tellOfShortage(state, cascade, ticket.holdNanos, nowMs);
  const best = fullest(cascade);
  const terms = {
    fields: ticket.price.fields,
    facts: ticket.facts,
    bufferPercent: ticket.bufferPercent,
    exchangeRate: decimal(ticket.exchangeRate),
  };
  return {
    kind: "insufficient_funds",
    ticket: {
      id: ticket.id,
      estimatedCostNanos: ticket.holdNanos,
      currency: ticket.currency,
      provider: ticket.price.fields.provider,
      model: ticket.facts.model,
      requestSha256: ticket.requestSha256,
      createdAtMs: ticket.createdAtMs,
      expiresAtMs: ticket.expiresAtMs,
      affordableOutputTokens: affordableCap(terms, free(best)),
    },
    requiredNanos: ticket.holdNanos,
    availableNanos: free(best),
    currency: ticket.currency,
    scope: best.scope,
  };
}

function isTooMuch(metadata: Readonly<Record<string, string>>): boolean {
  const pairs = Object.entries(metadata);
  return pairs.length > 16 || pairs.some(([name, value]) => name.length > 64 || value.length > 512);
}
