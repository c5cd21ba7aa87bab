/**
 * Deliberate faults of the ledger, each a change of one place, to prove that the simulation notices them. The text must be in
 * its file exactly once, so that the list cannot fall behind the code.
 */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const OBJECT = "durable-objects/organization";
const CORE = "src/core";

export const MUTATIONS: readonly Mutation[] = [
  {
    name: "a release does not free its hold",
    file: `${OBJECT}/settle.ts`,
    find: "if (!late) freeHold(context, reservation);",
    replace: 'if (!late && status !== "released") freeHold(context, reservation);',
  },
  {
    name: "a late settlement frees the hold once more",
    file: `${OBJECT}/settle.ts`,
    find: "if (!late) freeHold(context, reservation);",
    replace: "freeHold(context, reservation);",
  },
  {
    name: "a lease that is over keeps its hold until the alarm",
    file: `${OBJECT}/organization.ts`,
    find: "      applyDue(context);\n      return command(context);",
    replace: "      return command(context);",
  },
  {
    name: "a late settlement posts the whole cost again",
    file: `${OBJECT}/payment.ts`,
    find: "const dueNanos = totalNanos - reservation.settledNanos;",
    replace: "const dueNanos = totalNanos;",
  },
  {
    name: "a late settlement is not told from the first one",
    file: `${OBJECT}/settle.ts`,
    find: 'const late = reservation.status === "expired";',
    replace: "const late = false;",
  },
  {
    name: "the log row of a late settlement tells of the whole cost",
    file: `${OBJECT}/settle.ts`,
    find: "spend_log: expired === null ? whole : lateRow(whole, expired.spendLog)",
    replace: "spend_log: whole",
  },
  {
    name: "a late settlement has an event of its own",
    file: `${OBJECT}/settle.ts`,
    find: "...(expired === null ? { event: allowedEvent(reservation.plan) } : {}),",
    replace: "event: allowedEvent(reservation.plan),",
  },
  {
    name: "amounts are rounded down",
    file: `${CORE}/money.ts`,
    find: "numerator: 2n * value.numerator + value.denominator,",
    replace: "numerator: 2n * value.numerator,",
  },
  {
    name: "holds have no buffer",
    file: `${CORE}/quote.ts`,
    find: "rational(BASIS_POINTS + BigInt(bufferBasisPoints), BASIS_POINTS)",
    replace: "rational(BASIS_POINTS + BigInt(bufferBasisPoints) * 0n, BASIS_POINTS)",
  },
  {
    name: "holds are for one answer, however many are asked for",
    file: `${CORE}/quote.ts`,
    find: "rational(BigInt(facts.choices))",
    replace: "rational(BigInt(Math.min(1, facts.choices)))",
  },
  {
    name: "a request that can just be afforded is refused",
    file: `${CORE}/quote.ts`,
    find: "if (affordable < lowest) {",
    replace: "if (affordable <= lowest) {",
  },
  {
    name: "the cascade begins at its end",
    file: `${CORE}/cascade.ts`,
    find: "sources.find((wallet)",
    replace: "sources.findLast((wallet)",
  },
  {
    name: "a wallet with exactly enough is passed over",
    file: `${CORE}/cascade.ts`,
    find: "availableNanos(wallet) >= amountNanos",
    replace: "availableNanos(wallet) > amountNanos",
  },
  {
    name: "the cascade counts what is held already",
    file: `${CORE}/cascade.ts`,
    find: "availableNanos(wallet) >= amountNanos",
    replace: "wallet.balanceNanos >= amountNanos",
  },
  {
    name: "a ticket can be redeemed twice",
    file: `${CORE}/cost-ticket.ts`,
    find: 'if (ticket.reservationId !== null) return refuse("redeemed");',
    replace: "",
  },
  {
    name: "a ticket is good for any body",
    file: `${CORE}/cost-ticket.ts`,
    find: "ticket.requestSha256 !== requestSha256 || ",
    replace: "",
  },
  {
    name: "a ticket is good for ever",
    file: `${CORE}/cost-ticket.ts`,
    find: 'if (ticket.expiresAtMs <= nowMs) return refuse("expired");',
    replace: "",
  },
  {
    name: "a ticket is good for another team",
    file: `${CORE}/cost-ticket.ts`,
    find: "    a.teamId === b.teamId &&\n",
    replace: "",
  },
  {
    name: "a transfer's repeat may have another amount",
    file: `${OBJECT}/transfer.ts`,
    find: "const contentSha256 = hashContent(command);",
    replace: "const contentSha256 = hashContent({ ...command, amountNanos: 0n });",
  },
  {
    name: "a settlement's repeat may have another cost",
    file: `${OBJECT}/settle.ts`,
    find: "    command.costUsdNanos,\n    command.usage === null",
    replace: "    command.usage === null",
  },
  {
    name: "a reservation id may come with another request",
    file: `${CORE}/reservation.ts`,
    find: 'return existing.startSha256 === contentSha256 ? "repeat" : "conflict";',
    replace: 'return "repeat";',
  },
  {
    name: "what a failed transaction wrote is still remembered",
    file: `${OBJECT}/store.ts`,
    find: "    store.forget();\n    throw error;",
    replace: "    throw error;",
  },
  {
    name: "wallets are remembered after a failed transaction",
    file: `${OBJECT}/store.ts`,
    find: "const remembering = [wallets, prices,",
    replace: "const remembering = [prices,",
  },
  {
    name: "entry numbers have gaps",
    file: `${OBJECT}/store/entries.ts`,
    find: "return this.lastSequence() + 1;",
    replace: "return this.lastSequence() + (this.lastSequence() % 7 === 6 ? 2 : 1);",
  },
  {
    name: "a refund goes to whoever paid first",
    file: `${CORE}/settlement.ts`,
    find: "of paid.toReversed()",
    replace: "of paid",
  },
  {
    name: "a checkpoint can shorten the lease",
    file: `${OBJECT}/checkpoint.ts`,
    find: "Math.max(reservation.expiresAtMs, nowMs + leaseMs)",
    replace: "nowMs + leaseMs",
  },
  {
    name: "a checkpoint keeps the first usage, not the last",
    file: `${OBJECT}/store/reservations.ts`,
    find: "checkpoint = coalesce(?, checkpoint)",
    replace: "checkpoint = coalesce(checkpoint, ?)",
  },
  {
    name: "held money can be reclaimed and allocated",
    file: `${OBJECT}/transfer.ts`,
    find: "availableNanos(payer) < amountNanos",
    replace: "payer.balanceNanos < amountNanos",
  },
  {
    name: "cached tokens are priced as input too",
    file: `${CORE}/pricing.ts`,
    find: "const tokens = pass.tokens[kind];",
    replace: 'const tokens = pass.tokens[kind] + (kind === "input" ? pass.tokens.cachedInput : 0);',
  },
  {
    name: "long context begins at its threshold",
    file: `${CORE}/price-rates.ts`,
    find: "promptTokens > price.longContext.thresholdTokens",
    replace: "promptTokens >= price.longContext.thresholdTokens - 500",
  },
  {
    name: "the parts of a cost do not sum to it",
    file: `${CORE}/pricing.ts`,
    find: "costs[index] = (costs[index] ?? 0n) + 1n;",
    replace: "",
  },
  {
    name: "a settlement takes the exchange rate of now",
    file: `${OBJECT}/settle.ts`,
    find: "const rate = frozenRate(reservation);",
    replace:
      'const rate = parseExchangeRate(context.directory.exchangeRates[reservation.currency] ?? "1") ?? frozenRate(reservation);',
  },
  {
    name: "a settlement takes the other models' prices of now",
    file: `${OBJECT}/settle.ts`,
    find: "pricesAt(context, target, reservation.createdAtMs)",
    replace: "pricesAt(context, target, context.nowMs)",
  },
  {
    name: "a changed price is kept under the former one",
    file: `${OBJECT}/store/kept-contents.ts`,
    find: "const contentSha256 = hashContent(content);",
    replace: 'const contentSha256 = hashContent("model" in content ? content.model : content);',
  },
  {
    name: "an overrun takes what others hold in the same wallet",
    file: `${OBJECT}/payment.ts`,
    find: "payers.push(payerOf(wallet, availableNanos(wallet)));",
    replace: "payers.push(payerOf(wallet, wallet.balanceNanos));",
  },
  {
    name: "what nobody can pay is dropped",
    file: `${CORE}/settlement.ts`,
    find: "take((sources[sources.length - 1] ?? sources[0]).walletId, overdraftNanos);",
    replace: "",
  },
  {
    name: "a revoked key is accepted",
    file: `${CORE}/access.ts`,
    find: "if (key.revokedAtMs !== null && key.revokedAtMs <= nowMs)",
    replace: "if (key.revokedAtMs !== null && key.revokedAtMs <= 0)",
  },
  {
    name: "a suspended organization is served",
    file: `${OBJECT}/principal.ts`,
    find: 'if (directory.organization.status !== "active")',
    replace: 'if (directory.organization.status === "never")',
  },
  {
    name: "a lost push is noticed too late",
    file: `${OBJECT}/directory.ts`,
    find: "const STALE_AFTER_MS = 15_000;",
    replace: "const STALE_AFTER_MS = 150_000;",
  },
  {
    name: "a gateway elsewhere can end what the proxy began",
    file: `${OBJECT}/settle.ts`,
    find: "return forwardedElsewhere === true && reservation?.plan.forwardedElsewhere !== true ? null : reservation;",
    replace: "return forwardedElsewhere === true && reservation === null ? null : reservation;",
  },
  {
    name: "a message is forgotten when it was sent, not when it was stored",
    file: `${OBJECT}/store/outbox-rows.ts`,
    find: "    this.#sentThroughNumber = Math.max(",
    replace:
      '    this.#sql.exec("DELETE FROM outbox WHERE number <= ?", throughNumber);\n    this.#sentThroughNumber = Math.max(',
  },
  {
    name: "a confirmation counts for all messages before it",
    file: `${OBJECT}/store/outbox-rows.ts`,
    find: "DELETE FROM outbox WHERE number IN (SELECT value FROM json_each(?))",
    replace: "DELETE FROM outbox WHERE number <= (SELECT max(value) FROM json_each(?))",
  },
  {
    name: "what got lost is not sent again",
    file: `${OBJECT}/outbox.ts`,
    find: "if (overdue === undefined) return true;",
    replace: "if (overdue === undefined || overdue.throughNumber > 0) return true;",
  },
  {
    name: "no alarm is set for the end of a lease",
    file: `${OBJECT}/organization.ts`,
    find: "if (expiryMs !== null) this.#schedule.armBy(expiryMs);",
    replace: "",
  },
  {
    name: "no alarm is set for messages",
    file: `${OBJECT}/organization.ts`,
    find: "if (this.#outbox.hasUnsent()) this.#armForOutbox();",
    replace: "",
  },
  {
    name: "an alarm that was lost stays lost",
    file: `${OBJECT}/schedule.ts`,
    find: "this.armFor(store, otherDueMs, nowMs);\n  }\n\n  /** The alarm is at most",
    replace: "}\n\n  /** The alarm is at most",
  },
  {
    name: "the balance after the last funding is not kept",
    file: `${CORE}/ledger-entry.ts`,
    find: "lastFundedBalanceNanos: balanceNanos,",
    replace: "",
  },
  {
    name: "a seat's credit is carried over to the next month",
    file: `${CORE}/seat.ts`,
    find: "(grant.month !== month || !seated.has(grant.memberId))",
    replace: "!seated.has(grant.memberId)",
  },
  {
    name: "more seats are granted than the plan has",
    file: `${CORE}/seat.ts`,
    find: "Math.max(0, plan.count - granted.size)",
    replace: "Math.max(0, plan.memberIds.length - granted.size)",
  },
  {
    name: "what an ended credit held flows into the next one",
    file: `${OBJECT}/settle.ts`,
    find: "expireLeftover(context, reservation, payment.debits);",
    replace: "",
  },
  {
    name: "the next month's credit pays for the month before",
    file: `${OBJECT}/payment.ts`,
    find: 'holder.scope === "seat" && !seatPays ? 0n : availableNanos(holder)',
    replace: "availableNanos(holder)",
  },
  {
    name: "a service user pays from the wallet of whom it names",
    file: `${CORE}/attribution.ts`,
    find: "const ownerId = serviceUserId ?? userId;",
    replace: "const ownerId = userId ?? serviceUserId;",
  },
  {
    name: "an allow wins over a deny",
    file: `${CORE}/access-policy.ts`,
    find: "if (allows.length === 0 || allows.length < matching.length)",
    replace: "if (allows.length === 0)",
  },
  {
    name: "the largest limit of several policies applies",
    file: `${CORE}/limit.ts`,
    find: "return b === null || a <= b ? a : b;",
    replace: "return b === null || a >= b ? a : b;",
  },
  {
    name: "a policy's limit is held, and not sent",
    file: `${CORE}/quote.ts`,
    find: "isOpen && cap !== policyLimitTokens ? null : cap",
    replace: "isOpen ? null : cap",
  },
  {
    name: "a longer hold counts its own hold as available",
    file: `${OBJECT}/checkpoint.ts`,
    find: "availableNanos: payer.availableNanos - payer.heldNanos,",
    replace: "availableNanos: payer.availableNanos,",
  },
  {
    name: "a longer hold is added once more by every repeat",
    file: `${CORE}/hold-extension.ts`,
    find: "let dueNanos = targetNanos - heldNanos;",
    replace: "let dueNanos = targetNanos;",
  },
  {
    name: "an end frees the first of several holds",
    file: `${OBJECT}/settle.ts`,
    find: "of holdsOf(reservation)) {",
    replace: "of holdsOf(reservation).slice(0, 1)) {",
  },
  {
    name: "a checkpoint that comes late takes usage back",
    file: `${OBJECT}/checkpoint.ts`,
    find: "checkpoint: isNews ? usage : null,",
    replace: "checkpoint: isNews ? usage : usage,",
  },
  {
    name: "a cost is first paid from what the first wallet has, not from the holds",
    file: `${CORE}/settlement.ts`,
    find: "for (const source of sources) take(source.walletId, smaller(dueNanos, source.heldNanos));",
    replace: "for (const source of sources) take(source.walletId, smaller(dueNanos, source.availableNanos));",
  },
  {
    name: "a request that was refused elsewhere is settled as if it had left",
    file: `${OBJECT}/unreserved.ts`,
    find: "if (request.targets.length === 0) return endRefused(context, command);",
    replace: "",
  },
  {
    name: "a request without a hold is told of as an overrun",
    file: `${OBJECT}/payment.ts`,
    find: " && reservation.plan.unreserved !== true;",
    replace: ";",
  },
  {
    name: "an agent's limit forgets what is held",
    file: `${CORE}/limit-counter.ts`,
    find: "fits: used + held + requested <= limit.limit",
    replace: "fits: used + requested <= limit.limit",
  },
  {
    name: "a late end counts in an agent's limit once more",
    file: `${CORE}/limit-counter.ts`,
    find: "bound(counter.used + used[take.unit] - counted[take.unit])",
    replace: "bound(counter.used + used[take.unit])",
  },
  {
    name: "a longer hold takes nothing of an agent's limit",
    file: `${OBJECT}/limits.ts`,
    find: "held: counter.held + addedNanos });",
    replace: "held: counter.held });",
  },
  {
    name: "a redeemed ticket asks no limit",
    file: `${OBJECT}/authorize.ts`,
    find: "const use = { credits: ticket.holdNanos, tokens: ticket.coveredTokens, requests: 1n };",
    replace: "const use = { credits: 0n, tokens: 0n, requests: 0n };",
  },
  {
    name: "limits are remembered after a failed transaction",
    file: `${OBJECT}/store/limit-counters.ts`,
    find: "  forget(): void {\n    this.#remembered.clear();",
    replace: "  forget(): void {",
  },
  {
    name: "money keeps no currency",
    file: `${OBJECT}/currency.ts`,
    find: "if (failure === null) return directory;",
    replace: "if (failure === null || failure.kind !== null) return directory;",
  },
  {
    name: "a low wallet is told of with every request",
    file: `${CORE}/wallet-alert.ts`,
    find: 'level !== "healthy" && alerted === "healthy" && alertThresholdPercent > 0',
    replace: 'level !== "healthy" && alertThresholdPercent > 0',
  },
];
