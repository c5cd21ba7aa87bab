import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "sqlite",
  schema: ["./src/platform/d1/control-schema.ts", "./src/platform/d1/payment-schema.ts"],
  out: "./migrations/control",
});
