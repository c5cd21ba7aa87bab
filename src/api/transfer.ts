/** One movement of money between wallets, as a command to the organization's object. */
import type { TransferCommand, WalletAddress } from "../contract/organization-rpc.ts";
import { walletToWire } from "../contract/wallet-api.ts";
import type { WalletOwner } from "../core/attribution.ts";
import { fail, invalid, ok, type Failure } from "../core/failure.ts";
import type { Currency, Nanos } from "../core/money.ts";
import { readSettings } from "../platform/directory-loader.ts";
import { deriveId } from "../platform/identifiers.ts";
import type { ApiDeps } from "./deps.ts";
import { findOrganization } from "./organization-rows.ts";
import { checkOwner } from "./owner-wallet.ts";
import { type CallContext } from "./route.ts";

const ONCE = "Send an `Idempotency-Key`: a repeat posts nothing and gets the first answer.";

/** How the routes of a transfer are described, for an organization's keys and for the platform admin. */
export const TRANSFER_WORDS = {
  credit: {
    summary: "Bring money in",
    description: `Into the named wallet, or the organization's. ${ONCE}`,
  },
  allocate: {
    summary: "Move money to a team or a user",
    description: `From the organization's wallet, as far as it is available. ${ONCE}`,
  },
  reclaim: {
    summary: "Move money back to the organization",
    description: `As far as it is available. ${ONCE}`,
  },
} as const satisfies Readonly<Record<TransferCommand["type"], { summary: string; description: string }>>;

const NOT_ISSUED: Failure = { kind: "credit_not_issued", setting: null };

export interface TransferDraft {
  readonly by: "organization" | "platform";
  readonly organizationId: string;
  readonly type: TransferCommand["type"];
  readonly wallet_id?: string | undefined;
  readonly team_id?: string | undefined;
  readonly user_id?: string | undefined;
  readonly amount: Nanos;
  readonly currency?: Currency | undefined;
  readonly note?: string | undefined;
}

/**
 * Posts the transfer once: a repeat with the same `Idempotency-Key` by the same actor gets the first answer, and with other
 * content `conflict`. Refuses also money that an organization gives itself and may not, owners of other organizations and what the object refuses: no such wallet, too little
 * available, another currency.
 */
export async function postTransfer(deps: ApiDeps, call: CallContext, draft: TransferDraft) {
  const named = [draft.wallet_id, draft.team_id, draft.user_id].filter((id) => id !== undefined);
  if (named.length > 1) {
    return fail(invalid("wallet_id", "invalid_value", "Name one of `wallet_id`, `team_id` and `user_id`."));
  }
  if (draft.type !== "credit" && named.length === 0) {
    return fail(
      invalid("team_id", "missing_required_parameter", "Name a team with `team_id` or a user with `user_id`."),
    );
  }
  const organization = await findOrganization(deps, draft.organizationId);
  if (!organization.ok) return organization;
  const isOwnCredit = draft.type === "credit" && draft.by === "organization";
  if (isOwnCredit && !organization.value.issuesCredit) return fail(NOT_ISSUED);
  const owner = ownerOf(draft);
  const checked = owner === null ? ok(null) : await checkOwner(deps, draft.organizationId, owner);
  if (!checked.ok) return checked;
  const reply = await deps.organization(draft.organizationId).transfer({
    commandId: await commandIdOf(deps, call, draft.organizationId),
    type: draft.type,
    target: addressOf(draft),
    amountNanos: draft.amount,
    currency: draft.currency ?? readSettings(organization.value).currency,
    note: draft.note ?? null,
    actor: call.actor,
  });
  if (reply.outcome === "refused") return fail(reply.failure);
  return ok({
    entry_id: reply.entryId,
    wallet: walletToWire(reply.wallet),
    organization_wallet: walletToWire(reply.organizationWallet),
  });
}

/** Null: the wallet is named by its id, or it is the organization's. */
function ownerOf(draft: TransferDraft): WalletOwner | null {
  if (draft.team_id !== undefined) return { scope: "team", ownerId: draft.team_id };
  return draft.user_id === undefined ? null : { scope: "user", ownerId: draft.user_id };
}

function addressOf(draft: TransferDraft): WalletAddress {
  return { walletId: draft.wallet_id ?? null, teamId: draft.team_id ?? null, userId: draft.user_id ?? null };
}

async function commandIdOf(deps: ApiDeps, call: CallContext, organizationId: string): Promise<string> {
  return call.idempotencyKey === null
    ? deps.newId("cmd")
    : deriveId("cmd", [organizationId, call.actor, call.idempotencyKey]);
}
