/** What becomes of a wallet whose owner goes. */
import type { CloseWalletCommand } from "../../../src/contract/organization-rpc.ts";
import type { Movement } from "./books.ts";
import type { AuditState } from "./state.ts";
import { asDecimal, postAndTell } from "./telling.ts";

const MINUTE_MS = 60_000;

export function expectClosing(
  state: AuditState,
  { owner, reclaim, actor }: CloseWalletCommand,
  nowMs: number,
): unknown {
  const organization = state.organizationWallet();
  const wallet = state.books.wallet(owner.scope, owner.ownerId);
  organization.isStored = true;
  wallet.isStored = true;
  const { balance, held } = wallet;
  if (held > 0n || (balance !== 0n && !reclaim)) {
    const code = held > 0n && reclaim ? "wallet_in_use" : "wallet_not_empty";
    const details = { balance: asDecimal(balance), held: asDecimal(held), currency: state.settings.currency };
    return { outcome: "refused", failure: { kind: "conflict", code, details } };
  }
  const parts: Movement["lines"] = [
    [wallet.name, -balance],
    [organization.name, balance],
  ];
  // What it owes is the organization's to pay, who comes first then.
  const movement: Movement =
    balance > 0n ? { type: "reclaim", lines: parts } : { type: "allocate", lines: parts.toReversed() };
  if (!state.books.fits(movement)) {
    return { outcome: "refused", failure: { kind: "invalid_request", code: "amount_out_of_range" } };
  }
  wallet.closedAtMs = nowMs;
  if (balance !== 0n) {
    const entry = postAndTell(state, movement, {
      currency: state.settings.currency,
      reservationId: null,
      requestId: null,
      actor,
      note: "wallet closed",
      flags: [],
      atMs: nowMs,
    });
    state.messages.push({ entry, row: null });
  }
  return { outcome: "closed", reclaimedNanos: balance };
}

export function expectReopening(state: AuditState, { scope, ownerId }: CloseWalletCommand["owner"]): unknown {
  const wallet = state.books.wallet(scope, ownerId);
  wallet.isStored = true;
  wallet.closedAtMs = null;
  return { outcome: "reopened" };
}

/** Who is still in the records a minute later stays; who is not then is gone. */
export function reopenKept(state: AuditState, readAtMs: number): void {
  const { teams, memberIds, serviceUserIds } = state.records;
  const kept = new Set([
    ...teams.map(({ id }) => `team:${id}`),
    ...[...memberIds, ...serviceUserIds].map((id) => `user:${id}`),
  ]);
  for (const wallet of state.books.wallets) {
    if (wallet.closedAtMs === null || wallet.closedAtMs > readAtMs - MINUTE_MS) continue;
    if (kept.has(wallet.name)) wallet.closedAtMs = null;
  }
}
