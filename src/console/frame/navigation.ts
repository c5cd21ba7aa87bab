/** What the sidebar lists. A new page: one line here. */
import {
  IconApps,
  IconArmchair,
  IconBell,
  IconBook2,
  IconBuilding,
  IconCash,
  IconClipboardList,
  IconCoin,
  IconCpu,
  IconCreditCardPay,
  IconGauge,
  IconHistory,
  IconHome,
  IconHourglass,
  IconKey,
  IconListDetails,
  IconLock,
  IconMessage,
  IconPlugConnected,
  IconReceipt,
  IconRobot,
  IconRocket,
  IconRouter,
  IconScale,
  IconSettings,
  IconShieldCheck,
  IconStethoscope,
  IconTags,
  IconUserCog,
  IconUserShield,
  IconUsers,
  IconUsersGroup,
  IconWallet,
  IconWebhook,
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
  /** Until somebody opens it, or is on a page of it. What everybody works with every day begins open. */
  readonly beginsClosed: boolean;
  readonly entries: readonly NavigationEntry[];
}

export const NAVIGATION: readonly NavigationGroup[] = [
  {
    label: "Use",
    beginsClosed: false,
    entries: [
      { label: "Overview", to: "/", icon: IconHome, needs: null },
      { label: "Get started", to: "/start", icon: IconRocket, needs: null },
      { label: "Chat", to: "/chat", icon: IconMessage, needs: null },
      { label: "Models", to: "/models", icon: IconCpu, needs: null },
    ],
  },
  {
    label: "Money",
    beginsClosed: false,
    entries: [
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
    beginsClosed: false,
    entries: [
      { label: "Keys", to: "/keys", icon: IconKey, needs: null },
      { label: "Access policies", to: "/access-policies", icon: IconShieldCheck, needs: "org:read" },
      { label: "Agents", to: "/agents", icon: IconRobot, needs: "agents:read" },
      { label: "Gateways", to: "/gateways", icon: IconRouter, needs: "org:read" },
      { label: "Secrets", to: "/secrets", icon: IconLock, needs: "org:admin" },
      { label: "OAuth clients", to: "/oauth-clients", icon: IconApps, needs: "org:read" },
      { label: "Connected applications", to: "/applications", icon: IconPlugConnected, needs: null },
    ],
  },
  {
    label: "People",
    beginsClosed: true,
    entries: [
      { label: "Members", to: "/members", icon: IconUsers, needs: null },
      { label: "Teams", to: "/teams", icon: IconUsersGroup, needs: null },
      { label: "Seats", to: "/seats", icon: IconArmchair, needs: "org:read" },
      { label: "Service users", to: "/service-users", icon: IconUserCog, needs: "org:read" },
    ],
  },
  {
    label: "Records and settings",
    beginsClosed: true,
    entries: [
      { label: "Events", to: "/events", icon: IconListDetails, needs: null },
      { label: "Audit log", to: "/audit", icon: IconHistory, needs: "org:read" },
      { label: "Notifications", to: "/notifications", icon: IconBell, needs: null },
      { label: "Webhooks", to: "/webhooks", icon: IconWebhook, needs: "org:read" },
      { label: "Settings", to: "/settings", icon: IconSettings, needs: "org:read" },
    ],
  },
  {
    label: "Platform",
    beginsClosed: false,
    entries: [
      { label: "Organizations", to: "/platform/organizations", icon: IconBuilding, needs: "platform_admin" },
      { label: "Price book", to: "/prices", icon: IconTags, needs: "platform_admin" },
      { label: "All payments", to: "/platform/payments", icon: IconCash, needs: "platform_admin" },
      { label: "Books", to: "/platform/books", icon: IconBook2, needs: "platform_admin" },
      { label: "Health", to: "/platform/health", icon: IconStethoscope, needs: "platform_admin" },
      { label: "Platform audit log", to: "/platform/audit", icon: IconClipboardList, needs: "platform_admin" },
      { label: "Administrators", to: "/platform/administrators", icon: IconUserShield, needs: "platform_admin" },
    ],
  },
];
