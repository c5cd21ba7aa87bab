import "@mantine/core/styles.css";
import "./theme.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { lazy, StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "./api/query-client.ts";
import { router } from "./router.ts";
import { theme } from "./theme.ts";

const RELOAD_PAUSE_MS = 10_000;

// After a deployment the pages of the one before are gone: the browser gets the new ones, once.
window.addEventListener("vite:preloadError", () => {
  const lastMs = Number(sessionStorage.getItem("reloaded-at-ms") ?? 0);
  if (Date.now() - lastMs < RELOAD_PAUSE_MS) return;
  sessionStorage.setItem("reloaded-at-ms", String(Date.now()));
  location.reload();
});

// The browser brings a page back as it was left, maybe by somebody who has signed out since.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

/** Nothing of the first page needs it. */
const Overlays = lazy(async () => ({ default: (await import("./frame/overlays.tsx")).Overlays }));

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <Suspense fallback={null}>
          <Overlays />
        </Suspense>
        <RouterProvider router={router} />
      </MantineProvider>
    </QueryClientProvider>
  </StrictMode>,
);
