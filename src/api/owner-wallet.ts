/** The owners of wallets: who can be one here, and when one may go. */
import { and, eq } from "drizzle-orm";
import { z } from "zod";
import type { ClosableOwner } from "../contract/organization-rpc.ts";
import type { WalletOwner } from "../core/attribution.ts";
import { fail, ok, type Result } from "../core/failure.ts";
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

/** Of a request that removes an owner. */
export const removalQuery = z.strictObject({
  reclaim: z.enum(["true", "false"]).optional().meta({
    description: "`true` moves what its wallet has to the organization's wallet; else a wallet with money refuses.",
  }),
});

export interface Removal {
  readonly owner: ClosableOwner;
  readonly query: z.output<typeof removalQuery>;
  readonly actor: string;
}

/**
 * Closes the wallet of an owner that is about to be removed, so that no money can come to it any more. A seat's credit expires by itself. Refuses
 * with `conflict` while the wallet has money that is not to be reclaimed, or that requests under way hold.
 */
export async function closeWallet(
  deps: ApiDeps,
  organizationId: string,
  { owner, query, actor }: Removal,
): Promise<Result<null>> {
  const command = { owner, reclaim: query.reclaim === "true", actor };
  const reply = await deps.organization(organizationId).closeWallet(command);
  return reply.outcome === "refused" ? fail(reply.failure) : ok(null);
}

/** The owner cannot be removed after all. */
export async function reopenWallet(deps: ApiDeps, organizationId: string, owner: ClosableOwner): Promise<void> {
  await deps.organization(organizationId).reopenWallet(owner);
}
