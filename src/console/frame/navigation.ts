/** What the sidebar lists. A new page: one line here. */
import {
  IconCoin,
  IconCreditCardPay,
  IconGauge,
  IconHome,
  IconHourglass,
  IconKey,
  IconReceipt,
  IconScale,
  IconWallet,
  type Icon,
} from "@tabler/icons-react";
import type { LinkProps } from "@tanstack/react-router";
import type { Capability } from "../api/session.ts";

export interface NavigationEntry {
  readonly label: string;
  readonly to: NonNullable<LinkProps["to"]>;
  readonly icon: Icon;
  /** Without the capability the entry is not listed; null: everybody's. */
  readonly needs: Capability | null;
}

export interface NavigationGroup {
  readonly label: string;
  readonly entries: readonly NavigationEntry[];
}

export const NAVIGATION: readonly NavigationGroup[] = [
  {
    label: "Money",
    entries: [
      { label: "Overview", to: "/", icon: IconHome, needs: null },
      { label: "Spend", to: "/spend", icon: IconCoin, needs: null },
      { label: "Wallets", to: "/wallets", icon: IconWallet, needs: null },
      { label: "Top up", to: "/add-credits", icon: IconCreditCardPay, needs: null },
      { label: "Payments", to: "/payments", icon: IconReceipt, needs: "org:billing" },
      { label: "Budgets", to: "/budgets", icon: IconGauge, needs: null },
      { label: "Reservations", to: "/reservations", icon: IconHourglass, needs: null },
      { label: "Reconciliation", to: "/reconciliation", icon: IconScale, needs: "org:billing" },
    ],
  },
  {
    label: "Access",
    entries: [{ label: "Keys", to: "/keys", icon: IconKey, needs: "org:read" }],
  },
];
