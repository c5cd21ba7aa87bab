/** An owner cannot go while its wallet has money or holds: the money would be nobody's. */
import { fail, ok, type Failure, type Result } from "../core/failure.ts";
import type { ApiDeps } from "./deps.ts";

export async function checkWalletEmpty(deps: ApiDeps, organizationId: string, ownerId: string): Promise<Result<null>> {
  const wallets = await deps.organization(organizationId).wallets();
  if (wallets.outcome === "refused") return fail(wallets.failure);
  const wallet = wallets.value.find((candidate) => candidate.ownerId === ownerId);
  const empty = wallet === undefined || (wallet.balanceNanos === 0n && wallet.heldNanos === 0n);
  return empty ? ok(null) : fail(notEmpty());
}

function notEmpty(): Failure {
  return {
    kind: "conflict",
    code: "wallet_not_empty",
    message: "Its wallet still has money or open reservations. Reclaim the money first with POST /v1/wallets/reclaim.",
  };
}
