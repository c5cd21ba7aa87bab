/** The console: built into static files that the Worker's assets serve (wrangler.toml), or served while it is worked on. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `npm run console:dev` finds a running gateway. */
const GATEWAY_URL = process.env["GATEWAY_URL"] ?? "http://127.0.0.1:8787";

/** What the Worker answers itself (src/platform/console.ts). */
const WORKER_PATHS =
  "^/(v1|api|\\.well-known|payments/sandbox)/|^/(healthz|sign-in|sign-up|sign-out|reset-password|account|top-up|payments/return)(\\?|$)";

export default defineConfig({
  root: "src/console",
  plugins: [react()],
  build: {
    outDir: "../../dist/console",
    emptyOutDir: true,
    // A file inlined as `data:` would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    // scripts/build-console.ts has its own limit.
    chunkSizeWarningLimit: 1_000,
    manifest: "manifest.json",
    reportCompressedSize: false,
  },
  // The gateway takes changes only from pages of its own origin.
  server: {
    proxy: { [WORKER_PATHS]: { target: GATEWAY_URL, changeOrigin: true, headers: { origin: GATEWAY_URL } } },
  },
});
