import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { frameRoute } from "../../frame/route.ts";
import { choiceParameter, pagesParameter, textParameter } from "../../parts/search.ts";

export const SCOPES = ["organization", "team", "user", "seat"] as const;

export const walletsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/wallets",
  validateSearch: z.object({
    scope: choiceParameter(SCOPES),
    /** Whose cascade is drawn; absent: the viewer's. */
    user: textParameter,
    team: textParameter,
    pages: pagesParameter,
  }),
  component: lazyRouteComponent(() => import("./page.tsx"), "WalletsPage"),
});

export const walletSettingsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/wallets/settings",
  component: lazyRouteComponent(() => import("./settings-page.tsx"), "WalletSettingsPage"),
});

export const walletRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/wallets/$walletId",
  validateSearch: z.object({ pages: pagesParameter }),
  component: lazyRouteComponent(() => import("./wallet-page.tsx"), "WalletPage"),
});
