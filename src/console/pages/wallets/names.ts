/** What a wallet is called. */
import type { Wallet } from "./queries.ts";

const SCOPE_NAMES = {
  seat: "Seat credits",
  user: "User",
  team: "Team",
  organization: "Organization",
} as const satisfies Record<Wallet["scope"], string>;

export function scopeName(scope: Wallet["scope"]): string {
  return SCOPE_NAMES[scope];
}

export function walletName({ name, owner_id: ownerId }: Pick<Wallet, "name" | "owner_id">): string {
  return name === "" ? ownerId : name;
}
