/** What the sidebar lists. A new page: one line here. */
import {
  IconCoin,
  IconCpu,
  IconHome,
  IconKey,
  IconLock,
  IconMessage,
  IconReceipt,
  IconRobot,
  IconRocket,
  IconRouter,
  IconShieldCheck,
  type Icon,
} from "@tabler/icons-react";
import type { LinkProps } from "@tanstack/react-router";
import type { Capability } from "../api/session.ts";

export interface NavigationEntry {
  readonly label: string;
  readonly to: NonNullable<LinkProps["to"]>;
  readonly icon: Icon;
  /** Without the capability, or the platform role, the entry is not listed; null: everybody's. */
  readonly needs: Capability | "platform_admin" | null;
}

export interface NavigationGroup {
  readonly label: string;
  readonly entries: readonly NavigationEntry[];
}

export const NAVIGATION: readonly NavigationGroup[] = [
  {
    label: "Use",
    entries: [
      { label: "Chat", to: "/chat", icon: IconMessage, needs: null },
      { label: "Get started", to: "/start", icon: IconRocket, needs: null },
    ],
  },
  {
    label: "Money",
    entries: [
      { label: "Overview", to: "/", icon: IconHome, needs: null },
      { label: "Spend", to: "/spend", icon: IconCoin, needs: null },
    ],
  },
  {
    label: "Access",
    entries: [
      { label: "Keys", to: "/keys", icon: IconKey, needs: null },
      { label: "Models", to: "/models", icon: IconCpu, needs: null },
      { label: "Gateways", to: "/gateways", icon: IconRouter, needs: "org:read" },
      { label: "Secrets", to: "/secrets", icon: IconLock, needs: "org:admin" },
      { label: "Agents", to: "/agents", icon: IconRobot, needs: "agents:read" },
      { label: "Access policies", to: "/access-policies", icon: IconShieldCheck, needs: "org:read" },
    ],
  },
  {
    label: "Platform",
    entries: [{ label: "Price book", to: "/prices", icon: IconReceipt, needs: "platform_admin" }],
  },
];
