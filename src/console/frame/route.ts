/** The frame around every page. It waits for the session: whoever is not signed in leaves for the sign-in page. */
import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext } from "@tanstack/react-router";
import { sessionQuery } from "../api/session.ts";
import { Shell } from "./shell.tsx";
import { FailedPage, PendingPage } from "./states.tsx";

export interface RouteContext {
  readonly queryClient: QueryClient;
}

export const frameRoute = createRootRouteWithContext<RouteContext>()({
  loader: async ({ context }) => context.queryClient.ensureQueryData(sessionQuery),
  component: Shell,
  pendingComponent: PendingPage,
  errorComponent: FailedPage,
});
