import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "sqlite",
  schema: "./src/platform/d1/spend-schema.ts",
  out: "./migrations/spend",
});
