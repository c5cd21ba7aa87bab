/** What a refusal says, the same in both dialects: a message that names the rule, what is left and what to do, and its data. */
import { hasRoom } from "../core/budget.ts";
import type { BudgetWindowView } from "../core/budget.ts";
import type { CostTicketView, Failure } from "../core/failure.ts";
import { formatNanos } from "../core/money.ts";

type Fields = Readonly<Record<string, unknown>>;
type FailureOf<K extends Failure["kind"]> = Extract<Failure, { readonly kind: K }>;

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** A ticket as it stands in a 402 (contract: Failures). */
export function costTicketFields(ticket: CostTicketView, topUp: FailureOf<"insufficient_funds">["topUp"]): Fields {
  return {
    id: ticket.id,
    estimated_cost: formatNanos(ticket.estimatedCostNanos),
    currency: ticket.currency,
    provider: ticket.provider,
    model: ticket.model,
    request_sha256: ticket.requestSha256,
    created_at: isoTime(ticket.createdAtMs),
    expires_at: isoTime(ticket.expiresAtMs),
    affordable_output_tokens: ticket.affordableOutputTokens,
    top_up: topUpFields(topUp),
  };
}

/** How money can come; `pending` stands there only when some is on its way. */
export function topUpFields({ available, url, isPending }: FailureOf<"insufficient_funds">["topUp"]): Fields {
  return { available, url, ...(isPending === true ? { pending: true } : {}) };
}

/** One evaluated budget window as it stands in a 429 (contract: Names on the wire). */
export function budgetFields(budget: BudgetWindowView): Fields {
  return {
    policy_id: budget.policyId,
    name: budget.name,
    scope: { type: budget.scope.type, id: budget.scope.id },
    window: budget.window,
    limit: formatNanos(budget.limitNanos),
    used: formatNanos(budget.usedNanos),
    held: formatNanos(budget.heldNanos),
    requested: formatNanos(budget.requestedNanos),
    resets_at: isoTime(budget.resetsAtMs),
  };
}

/** Explains a refusal for funds: the need, what is there, and every way forward that exists. */
export function fundsMessage(failure: FailureOf<"insufficient_funds">): string {
  const { ticket, currency } = failure;
  const available = `${formatNanos(failure.availableNanos)} ${currency} available`;
  const required = `${formatNanos(failure.requiredNanos)} ${currency}`;
  if (ticket === null) return `The ${failure.scope} wallet has ${available}, less than the ${required} asked for.`;

  const funded = failure.scope === "seat" ? "another wallet than the seat's" : "the wallet";
  const byHand =
    failure.topUp.url === null ? `ask an administrator to fund ${funded}` : `top up at ${failure.topUp.url}`;
  const steps = [
    failure.topUp.isPending === true ? `wait for the auto top-up that is under way, or ${byHand}` : byHand,
    `then send the same body with the header X-Cost-Ticket: ${ticket.id} (valid until ${isoTime(ticket.expiresAtMs)})`,
  ];
  const smaller =
    ticket.affordableOutputTokens > 0
      ? ` Or, without the ticket, ask for at most ${ticket.affordableOutputTokens} output tokens.`
      : "";
  return (
    `This request may cost up to ${required}, but the ${failure.scope} wallet, the best funded source, has ${available}. ` +
    `What to do: ${steps.join(", ")}.${smaller}`
  );
}

function roomNanos(budget: BudgetWindowView): bigint {
  return budget.limitNanos - budget.usedNanos - budget.heldNanos;
}

/** Names the tightest window that does not fit, and when it starts anew. */
export function budgetMessage(failure: FailureOf<"budget_exhausted">, nowMs: number): string {
  const exhausted = failure.budgets
    .filter((budget) => !hasRoom(budget))
    .toSorted((a, b) => (roomNanos(a) < roomNanos(b) ? -1 : roomNanos(a) > roomNanos(b) ? 1 : 0))[0];
  if (exhausted === undefined) {
    return `A budget is exhausted. It starts anew in ${failure.retryAfterSeconds} seconds; an administrator can raise or override it.`;
  }
  const left = roomNanos(exhausted);
  const resetsInMinutes = Math.max(0, Math.ceil((exhausted.resetsAtMs - nowMs) / 60_000));
  return (
    `The ${exhausted.window} budget "${exhausted.name}" leaves ${formatNanos(left < 0n ? 0n : left)} of ` +
    `${formatNanos(exhausted.limitNanos)} (${formatNanos(exhausted.usedNanos)} used, ${formatNanos(exhausted.heldNanos)} held), ` +
    `and this request may cost ${formatNanos(exhausted.requestedNanos)}. It starts anew at ${isoTime(exhausted.resetsAtMs)} ` +
    `(in ${resetsInMinutes} min). Wait, ask for fewer output tokens, or ask an administrator to raise or override the budget.`
  );
}

export function ceilingMessage(failure: FailureOf<"price_ceiling_exceeded">): string {
  const targets = failure.targets.map(
    (target) =>
      `${target.id} ${formatNanos(target.projectedNanos)} USD over its ceiling of ${formatNanos(target.ceilingNanos)} USD`,
  );
  return `The projected cost is over the price ceiling of every target: ${targets.join("; ")}. Ask for fewer output tokens or raise max_price.`;
}

const UNAUTHENTICATED: Readonly<Record<FailureOf<"unauthenticated">["reason"], string>> = {
  missing: "No API key was sent. Send it as `Authorization: Bearer <key>` or `x-api-key: <key>`.",
  malformed: "The API key does not have the form of a key of this gateway (kt_…). Check that it was copied whole.",
  unknown: "The API key is not known. Check that it was copied whole and belongs to this gateway.",
  expired: "The API key has expired. Ask an administrator for a new one. An application refreshes its access token.",
  revoked: "The API key was revoked. Ask an administrator for a new one. An application asks its user again.",
  wrong_type: "This is an access key (kt_ak_…). Model traffic takes a gateway key (kt_gk_…).",
};

export function unauthenticatedMessage(reason: FailureOf<"unauthenticated">["reason"]): string {
  return UNAUTHENTICATED[reason];
}

const TICKET_INVALID: Readonly<Record<FailureOf<"ticket_invalid">["reason"], string>> = {
  expired: "The cost ticket has expired. Send the request without it to get a fresh estimate.",
  mismatch:
    "The cost ticket was issued for another body or another caller. Send exactly the body that it was issued for.",
  redeemed: "The cost ticket was used already; a ticket pays for one request. Send the request without it.",
  unknown: "There is no such cost ticket. Send the request without it to get a fresh estimate.",
};

export function ticketMessage(reason: FailureOf<"ticket_invalid">["reason"]): string {
  return TICKET_INVALID[reason];
}

export function identityMessage({ header, unknownAgentId }: FailureOf<"identity_not_allowed">): string {
  if (unknownAgentId !== undefined) {
    return (
      `This organization has no agent ${unknownAgentId}, which the header ${header} names. GET /v1/agents lists the agents; ` +
      "a name of your own must not begin with agt_."
    );
  }
  return (
    `This key may not name another identity: the header ${header} does not agree with its owner. Leave the header out, or ` +
    "use a key with may_assert_identity."
  );
}
