import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** The real runtime: objects, D1, queues and alarms, with the bindings of wrangler.toml. */
const workers = cloudflareTest(async () => ({
  main: "./test/support/worker-main.ts",
  wrangler: { configPath: "./wrangler.toml" },
  miniflare: {
    bindings: {
      CONTROL_MIGRATIONS: await readD1Migrations("migrations/control"),
      SPEND_MIGRATIONS: await readD1Migrations("migrations/spend"),
      PLATFORM_ADMIN_TOKEN: "test-platform-admin-token",
    },
  },
}));

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"] } },
      { test: { name: "property", include: ["test/property/**/*.test.ts"], testTimeout: 60_000 } },
      { test: { name: "simulation", include: ["test/simulation/**/*.test.ts"] } },
      {
        plugins: [workers],
        test: {
          name: "workers",
          include: ["test/workers/**/*.test.ts"],
          setupFiles: ["./test/support/worker-setup.ts"],
          // It is written as ES modules that its package.json does not announce: only a bundler reads it.
          deps: {
            optimizer: {
              ssr: { enabled: true, include: ["itty-durable/itty-durable.js", "itty-durable/proxy-durable.js"] },
            },
          },
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "console",
          include: ["test/console/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
