/** How a wallet stands against its alert threshold. */
import { Badge } from "@mantine/core";
import type { Wire } from "../api/client.ts";

type WalletStatus = Wire<"Wallet">["status"];

const COLORS = { healthy: "green", low: "yellow", depleted: "red" } as const satisfies Record<WalletStatus, string>;

export function WalletStatusBadge({ of }: { readonly of: WalletStatus }) {
  return (
    <Badge variant="dot" color={COLORS[of]} tt="none">
      {of}
    </Badge>
  );
}
