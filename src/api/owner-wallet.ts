/** The owners of wallets: who can be one here, and when one may go. */
import { and, eq } from "drizzle-orm";
import type { WalletOwner } from "../core/attribution.ts";
import { fail, ok, type Failure, type Result } from "../core/failure.ts";
import { members, serviceUsers, teams } from "../platform/d1/control-schema.ts";
import type { ApiDeps } from "./deps.ts";

/** Ids that begin so are made here, or name nobody. All others are the caller's own, known from their first sight on. */
const OUR_PREFIX = /^(?:org|mem|team|svc|gw|agt|key|wal|res)_/;

/**
 * Checks that the team or user is the organization's: by its record, or by a wallet that it has here already, because a
 * gateway has asserted it or because it left money behind. Refuses with `not_found`, or what the ledger refuses.
 */
export async function checkOwner(deps: ApiDeps, organizationId: string, owner: WalletOwner): Promise<Result<null>> {
  if (!OUR_PREFIX.test(owner.ownerId)) return ok(null);
  if (await hasRecord(deps, organizationId, owner)) return ok(null);
  const wallets = await deps.organization(organizationId).wallets();
  if (wallets.outcome === "refused") return fail(wallets.failure);
  const known = wallets.value.some((wallet) => wallet.scope === owner.scope && wallet.ownerId === owner.ownerId);
  return known ? ok(null) : fail({ kind: "not_found", what: owner.scope });
}

async function hasRecord(deps: ApiDeps, organizationId: string, { scope, ownerId }: WalletOwner): Promise<boolean> {
  const tables = scope === "team" ? [teams] : [members, serviceUsers];
  const found = await Promise.all(
    tables.map((table) =>
      deps.db
        .select({ id: table.id })
        .from(table)
        .where(and(eq(table.id, ownerId), eq(table.organizationId, organizationId))),
    ),
  );
  return found.some((rows) => rows.length > 0);
}

/** An owner cannot go while its wallet has money or holds: the money would be nobody's. A seat's credit expires instead. */
export async function checkWalletEmpty(deps: ApiDeps, organizationId: string, ownerId: string): Promise<Result<null>> {
  const wallets = await deps.organization(organizationId).wallets();
  if (wallets.outcome === "refused") return fail(wallets.failure);
  const wallet = wallets.value.find((candidate) => candidate.ownerId === ownerId && candidate.scope !== "seat");
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
