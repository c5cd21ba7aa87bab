/**
 * Wallets that refill themselves: decided here, in the transaction that made it necessary, and charged by whoever gets the
 * `auto_top_up` message, once, because the id is ours. The alarm writes the message again until the charge has ended.
 */
import { refuse } from "../../src/contract/commands.ts";
import type { AutoTopUpRecord } from "../../src/contract/directory.ts";
import type {
  AutoTopUpQuery,
  AutoTopUpStanding,
  AutoTopUpView,
  EndAutoTopUpCommand,
  EndAutoTopUpReply,
  Found,
  Page,
} from "../../src/contract/organization-rpc.ts";
import { decideAfterDecline, decideAutoTopUp } from "../../src/core/auto-top-up.ts";
import type { AutoTopUpDecision, AutoTopUpState } from "../../src/core/auto-top-up.ts";
import { windowAt } from "../../src/core/calendar.ts";
import { formatNanos } from "../../src/core/money.ts";
import type { Nanos } from "../../src/core/money.ts";
import { isClosed } from "../../src/core/wallet.ts";
import type { Wallet } from "../../src/core/wallet.ts";
import type { CommandContext } from "./context.ts";
import { deriveId } from "./digest.ts";
import { notify } from "./notify.ts";
import type { StoredAutoTopUp, StoredStanding } from "./store/auto-top-ups.ts";

/** Longer than a charge takes that goes well; doubled with every message in vain. */
const FIRST_RESEND_MS = 2 * 60_000;
const LAST_RESEND_MS = 60 * 60_000;
const DISPUTED = "disputed";

/**
 * Begins a charge for the wallet when it is due. `requiredNanos` is what a refused request would hold; null: only the
 * threshold counts. Gives whether one is under way afterwards.
 */
export function considerAutoTopUp(context: CommandContext, wallet: Wallet, requiredNanos: Nanos | null): boolean {
  const record = recordOf(context, wallet);
  if (record === null || obstacleOf(context, wallet, record) !== null) return false;
  const isLow = wallet.balanceNanos < record.thresholdNanos;
  if (!isLow && requiredNanos === null) return false;
  const standing = standingOf(context, wallet, record);
  if (standing.isStopped) return false;
  // It was decided before, and nothing has changed but the balance.
  if (requiredNanos === null && standing.checkAtMs !== null && standing.checkAtMs > context.nowMs) return false;
  const decision = decide(context, wallet, record, standing, requiredNanos);
  switch (decision.outcome) {
    case "enough":
      return false;
    case "pending":
      return true;
    case "wait":
      if (isLow) context.store.autoTopUps.saveStanding({ ...standing, checkAtMs: decision.untilMs });
      return false;
    case "charge":
      open(context, wallet, record, decision.amountNanos, isLow ? "low_balance" : "refused_request");
      return true;
  }
}

/** A request was refused for lack of money: the first wallet of its cascade that can refill itself does. */
export function considerShortage(context: CommandContext, cascade: readonly Wallet[], requiredNanos: Nanos): void {
  if (context.index.autoTopUps.size === 0) return;
  cascade.some((wallet) => considerAutoTopUp(context, wallet, requiredNanos));
}

/** Whether money is on its way to one of these wallets. */
export function hasPendingTopUp({ index, store }: CommandContext, cascade: readonly Wallet[]): boolean {
  return index.autoTopUps.size > 0 && cascade.some(({ id }) => store.autoTopUps.findOpen(id) !== null);
}

/** After records were saved: what was turned on acts at once. */
export function considerAutoTopUps(context: CommandContext): void {
  const { index, store } = context;
  for (const { scope, ownerId } of index.autoTopUps.values()) {
    const wallet = store.wallets.find(store.wallets.of({ scope, ownerId }).id);
    if (wallet !== null) recheck(context, wallet);
  }
}

/** Part of what is due by itself: messages that nobody has acted on, and waits that are over. */
export function driveAutoTopUps(context: CommandContext): void {
  const { store, nowMs } = context;
  const dueMs = store.autoTopUps.nextDueMs();
  if (dueMs === null || dueMs > nowMs) return;
  for (const charge of store.autoTopUps.listDueSends(nowMs)) {
    send(context, charge);
    const pauseMs = Math.min(LAST_RESEND_MS, FIRST_RESEND_MS * 2 ** Math.min(charge.sends, 10));
    store.autoTopUps.countSend(charge.sessionId, nowMs + pauseMs);
  }
  for (const standing of store.autoTopUps.listDueChecks(nowMs)) {
    store.autoTopUps.saveStanding({ ...standing, checkAtMs: null });
    const wallet = store.wallets.find(standing.walletId);
    if (wallet !== null) considerAutoTopUp(context, wallet, null);
  }
}

/** Its payment was credited, in this transaction. Also after a decline: money that comes is money that is there. */
export function completeAutoTopUp(context: CommandContext, sessionId: string, entryId: string): void {
  const { store, nowMs } = context;
  const charge = store.autoTopUps.find(sessionId);
  if (charge === null || charge.status === "completed") return;
  store.autoTopUps.end(sessionId, { status: "completed", endedAtMs: nowMs, failureCode: null, entryId });
  const wallet = store.wallets.find(charge.walletId);
  const record = wallet === null ? null : recordOf(context, wallet);
  if (wallet === null || record === null) return;
  const isDisputed = standingOf(context, wallet, record).failureCode === DISPUTED;
  if (record.revision === charge.revision && !isDisputed) store.autoTopUps.saveStanding(freshStanding(wallet, record));
  recheck(context, wallet);
}

/** See `OrganizationRpc.endAutoTopUp`. */
export function endAutoTopUp(context: CommandContext, command: EndAutoTopUpCommand): EndAutoTopUpReply {
  const { store, nowMs } = context;
  const { sessionId, status, code } = command;
  const charge = store.autoTopUps.find(sessionId);
  if (charge === null) return refuse({ kind: "not_found", what: "auto top-up" });
  if (charge.status !== "open") return { outcome: "ended", status: charge.status };
  store.autoTopUps.end(sessionId, { status, endedAtMs: nowMs, failureCode: code, entryId: null });
  if (status === "failed") countDecline(context, charge, command);
  return { outcome: "ended", status };
}

/** Who disputes a charge is not charged again by the same method, until the settings are saved anew. */
export function stopDisputedAutoTopUp(context: CommandContext, sessionId: string): void {
  const { store } = context;
  const charge = store.autoTopUps.find(sessionId);
  const wallet = charge === null ? null : store.wallets.find(charge.walletId);
  const record = wallet === null ? null : recordOf(context, wallet);
  if (wallet === null || record === null || record.methodId !== charge?.methodId) return;
  const standing = standingOf(context, wallet, record);
  store.autoTopUps.saveStanding({ ...standing, isStopped: true, failureCode: DISPUTED, checkAtMs: null });
}

/** Under another record nothing is learnt of it: that one may have another method. */
function countDecline(
  context: CommandContext,
  charge: StoredAutoTopUp,
  { code, isRetryable }: EndAutoTopUpCommand,
): void {
  const { store, nowMs } = context;
  const wallet = store.wallets.find(charge.walletId);
  if (wallet === null) throw new Error(`the auto top-up ${charge.sessionId} names a wallet that does not exist`);
  const record = recordOf(context, wallet);
  const standing = record === null || record.revision !== charge.revision ? null : standingOf(context, wallet, record);
  const after = standing === null ? null : decideAfterDecline(standing.declines, isRetryable, nowMs);
  const isStopped = standing?.isStopped === true || after?.outcome === "off";
  const retryAtMs = after?.outcome === "retry" && !isStopped ? after.retryAtMs : null;
  if (standing !== null && after !== null) {
    store.autoTopUps.saveStanding({
      ...standing,
      declines: after.declines,
      retryAtMs,
      isStopped,
      failureCode: standing.isStopped ? standing.failureCode : code,
      checkAtMs: retryAtMs,
    });
  }
  notify(context, "top_up.failed", [charge.sessionId], {
    session_id: charge.sessionId,
    wallet_id: wallet.id,
    scope: wallet.scope,
    owner_id: wallet.ownerId,
    amount: formatNanos(charge.amountNanos),
    currency: charge.currency,
    balance: formatNanos(wallet.balanceNanos),
    failure_code: code,
    declines: after?.declines ?? null,
    retry_at: retryAtMs === null ? null : new Date(retryAtMs).toISOString(),
    stopped: isStopped,
  });
}

/** See `OrganizationRpc.autoTopUpStanding`. */
export function viewAutoTopUpStanding(context: CommandContext, walletId: string): Found<AutoTopUpStanding> {
  const { store, nowMs } = context;
  const wallet = store.wallets.find(walletId);
  if (wallet === null) return refuse({ kind: "not_found", what: "wallet" });
  const record = recordOf(context, wallet);
  const todayNanos = store.autoTopUps.takenNanos(walletId, dayOf(context));
  if (record === null) {
    const state = store.autoTopUps.findOpen(walletId) === null ? "off" : "pending";
    return { outcome: "found", value: { state, untilMs: null, declines: 0, failureCode: null, todayNanos } };
  }
  const standing = standingOf(context, wallet, record);
  const { declines, failureCode } = standing;
  const base = { declines, failureCode, todayNanos };
  const obstacle = obstacleOf(context, wallet, record);
  if (obstacle !== null) return { outcome: "found", value: { ...base, state: obstacle, untilMs: null } };
  if (standing.isStopped) return { outcome: "found", value: { ...base, state: "stopped", untilMs: null } };
  // As if the wallet were empty now: what would keep it from being refilled.
  const decision = decide(context, { ...wallet, balanceNanos: record.thresholdNanos - 1n }, record, standing, null);
  const untilMs = decision.outcome === "wait" && decision.untilMs > nowMs ? decision.untilMs : null;
  return { outcome: "found", value: { ...base, state: stateOf(decision), untilMs } };
}

/** See `OrganizationRpc.autoTopUps`. */
export function pageAutoTopUps({ store }: CommandContext, query: AutoTopUpQuery): Page<AutoTopUpView> {
  const rows = store.autoTopUps.page(query);
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  const data = shown.map((row): AutoTopUpView => {
    const wallet = store.wallets.find(row.walletId);
    if (wallet === null) throw new Error(`the auto top-up ${row.sessionId} names a wallet that does not exist`);
    const { sessionId: id, walletId, status, amountNanos, currency, methodId, cause, balanceNanos } = row;
    const { failureCode, entryId, createdAtMs, endedAtMs } = row;
    const { scope, ownerId } = wallet;
    const charge = { id, walletId, scope, ownerId, status, amountNanos, currency, methodId, cause, balanceNanos };
    return { ...charge, failureCode, entryId, createdAtMs, endedAtMs };
  });
  return { data, nextCursor: rows.length > query.limit && last !== undefined ? String(last.number) : null };
}

/** Decides anew, whatever was found before. */
function recheck(context: CommandContext, wallet: Wallet): void {
  const standing = context.store.autoTopUps.standingOf(wallet.id);
  if (standing !== null && standing.checkAtMs !== null) {
    context.store.autoTopUps.saveStanding({ ...standing, checkAtMs: null });
  }
  considerAutoTopUp(context, wallet, null);
}

function decide(
  context: CommandContext,
  { id, balanceNanos, heldNanos }: Wallet,
  record: AutoTopUpRecord,
  { retryAtMs }: StoredStanding,
  requiredNanos: Nanos | null,
): AutoTopUpDecision {
  const { store, nowMs } = context;
  const day = dayOf(context);
  const history = {
    openNanos: store.autoTopUps.findOpen(id)?.amountNanos ?? null,
    lastOpenedAtMs: store.autoTopUps.findLast(id)?.createdAtMs ?? null,
    todayNanos: store.autoTopUps.takenNanos(id, day),
    retryAtMs,
  };
  return decideAutoTopUp(record, history, { balanceNanos, heldNanos, requiredNanos }, { nowMs, dayEndMs: day.endMs });
}

function open(
  context: CommandContext,
  wallet: Wallet,
  { currency, methodId, revision }: AutoTopUpRecord,
  amountNanos: Nanos,
  cause: StoredAutoTopUp["cause"],
): void {
  const { store, nowMs } = context;
  store.wallets.open(wallet);
  const number = store.autoTopUps.nextNumber();
  const sessionId = deriveId("pay", [store.organizationId, wallet.id, String(number), String(nowMs)]);
  const { id: walletId, balanceNanos } = wallet;
  const decided = { number, sessionId, walletId, amountNanos, currency, methodId, revision, cause, balanceNanos };
  store.autoTopUps.insert({ ...decided, createdAtMs: nowMs }, nowMs + FIRST_RESEND_MS);
  send(context, { ...decided, createdAtMs: nowMs });
}

function send(
  { store }: CommandContext,
  charge: Omit<StoredAutoTopUp, "status" | "failureCode" | "entryId" | "endedAtMs" | "sends">,
): void {
  const wallet = store.wallets.find(charge.walletId);
  if (wallet === null || wallet.scope === "seat")
    throw new Error(`${charge.walletId} is no wallet that refills itself`);
  store.outbox.add({
    entry: null,
    spend_log: null,
    auto_top_up: {
      session_id: charge.sessionId,
      organization_id: store.organizationId,
      scope: wallet.scope,
      owner_id: wallet.ownerId,
      amount_nanos: charge.amountNanos.toString(),
      currency: charge.currency,
      method_id: charge.methodId,
      revision: charge.revision,
      created_at_ms: charge.createdAtMs,
    },
  });
}

/** Null: the wallet does not refill itself. */
function recordOf({ index }: CommandContext, { scope, ownerId }: Wallet): AutoTopUpRecord | null {
  return index.autoTopUps.get(`${scope}:${ownerId}`) ?? null;
}

/** Why nothing is charged, whatever the balance. */
function obstacleOf({ directory }: CommandContext, wallet: Wallet, record: AutoTopUpRecord): AutoTopUpState | null {
  if (directory.organization.status !== "active") return "organization_suspended";
  if (isClosed(wallet)) return "wallet_closed";
  return record.currency === directory.settings.currency ? null : "currency_changed";
}

function standingOf({ store }: CommandContext, wallet: Wallet, record: AutoTopUpRecord): StoredStanding {
  const stored = store.autoTopUps.standingOf(wallet.id);
  return stored?.revision === record.revision ? stored : freshStanding(wallet, record);
}

function freshStanding({ id: walletId }: Wallet, { revision }: AutoTopUpRecord): StoredStanding {
  return {
    walletId,
    revision,
    declines: 0,
    retryAtMs: null,
    isStopped: false,
    failureCode: null,
    checkAtMs: null,
  };
}

function dayOf({ directory, nowMs }: CommandContext) {
  return windowAt("daily", nowMs, directory.settings);
}

function stateOf(decision: AutoTopUpDecision): AutoTopUpState {
  switch (decision.outcome) {
    case "enough":
    case "charge":
      return "ready";
    case "pending":
      return "pending";
    case "wait":
      return WAITING[decision.reason];
  }
}

const WAITING = {
  cooldown: "cooling_down",
  declined: "backing_off",
  daily_cap: "daily_cap_reached",
} as const satisfies Readonly<Record<Extract<AutoTopUpDecision, { outcome: "wait" }>["reason"], AutoTopUpState>>;
