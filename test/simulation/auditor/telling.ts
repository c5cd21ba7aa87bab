/** What people must be told of, each once. */
import type { AuditEntry, AuditWallet, Movement } from "./books.ts";
import { LearnedId, WalletId } from "./expectation.ts";
import { heldFor } from "./state.ts";
import type { AuditReservation, AuditState } from "./state.ts";

const HOUR_MS = 3_600_000;

/** Posts, and tells of wallets that ran low or empty by it, before the entry's own message. */
export function postAndTell(
  state: AuditState,
  movement: Movement,
  reference: Omit<AuditEntry, "sequence" | "type" | "lines">,
): AuditEntry {
  return state.books.post(movement, reference, (wallet, amount) => {
    if (!isWatched(wallet) || wallet.closedAtMs !== null) return;
    const level = levelOf(state, wallet);
    if (amount > 0n) {
      if (movement.type !== "settle" && level === "healthy") wallet.told = "healthy";
      return;
    }
    const isLow = level !== "healthy" && wallet.told === "healthy" && state.settings.alert_threshold_pct > 0;
    const isEmpty = level === "depleted" && wallet.told !== "depleted";
    if (isLow) tellOf(state, wallet, "wallet.low_balance", reference.atMs);
    if (isEmpty) tellOf(state, wallet, "wallet.depleted", reference.atMs);
    if (isLow) wallet.told = "low";
    if (isEmpty) wallet.told = "depleted";
  });
}

/** A low wallet could not pay for a request, not even with all that it holds: what is left of it is dust. */
export function tellOfShortage(
  state: AuditState,
  cascade: readonly AuditWallet[],
  required: bigint,
  nowMs: number,
): void {
  for (const wallet of cascade) {
    if (!isWatched(wallet) && wallet.told !== "low") continue;
    if (wallet.told !== "low" || levelOf(state, wallet) !== "low" || wallet.balance >= required) continue;
    wallet.told = "depleted";
    tellOf(state, wallet, "wallet.depleted", nowMs);
  }
}

export function tellOfOverdraft(state: AuditState, reservation: AuditReservation, cost: bigint, nowMs: number): void {
  const organization = state.organizationWallet();
  tell(state, "ledger.overrun", nowMs, {
    reservation_id: reservation.id,
    request_id: reservation.requestId,
    wallet_id: new WalletId(organization.name),
    held_amount: asDecimal(heldFor(reservation)),
    cost: asDecimal(cost),
    balance: asDecimal(organization.balance),
    currency: reservation.currency,
  });
}

/** Of one provider in one hour there is one, however many requests tell of it. */
export function accountError(state: AuditState, reservation: AuditReservation, nowMs: number): unknown {
  const name = `${reservation.provider}/${Math.floor(nowMs / HOUR_MS)}`;
  const id = state.accountErrors.get(name) ?? new LearnedId();
  state.accountErrors.set(name, id);
  return {
    id,
    organization_id: state.organizationId,
    type: "upstream.account_error",
    created_at_ms: nowMs,
    data: { provider: reservation.provider, status: null, request_id: reservation.requestId },
  };
}

function tellOf(state: AuditState, wallet: AuditWallet, type: string, nowMs: number): void {
  tell(state, type, nowMs, {
    wallet_id: new WalletId(wallet.name),
    scope: wallet.scope,
    owner_id: wallet.owner,
    balance: asDecimal(wallet.balance),
    last_funded_balance: asDecimal(wallet.funded),
    currency: state.settings.currency,
    alert_threshold_pct: state.settings.alert_threshold_pct,
  });
}

export function tell(state: AuditState, type: string, nowMs: number, data: Readonly<Record<string, unknown>>): void {
  const notification = { id: new LearnedId(), organization_id: state.organizationId, type, created_at_ms: nowMs, data };
  state.messages.push({ entry: null, row: null, notification });
}

function levelOf(state: AuditState, { balance, funded }: AuditWallet): AuditWallet["told"] {
  if (balance <= 0n) return "depleted";
  const threshold = BigInt(state.settings.alert_threshold_pct);
  return balance < funded && balance * 100n <= funded * threshold ? "low" : "healthy";
}

/** Seats refill by themselves, and what never had money cannot run out of it. */
function isWatched({ scope, allocated, funded }: AuditWallet): boolean {
  return scope !== "seat" && (allocated !== 0n || funded !== 0n);
}

/** At least two and at most nine decimals. */
export function asDecimal(nanos: bigint): string {
  const sign = nanos < 0n ? "-" : "";
  const digits = String(nanos < 0n ? -nanos : nanos).padStart(10, "0");
  let decimals = digits.slice(-9);
  while (decimals.length > 2 && decimals.endsWith("0")) decimals = decimals.slice(0, -1);
  return `${sign}${digits.slice(0, -9)}.${decimals}`;
}
