/** Gives every test file migrated databases. */
import { applyD1Migrations, type D1Migration } from "cloudflare:test";
import { env } from "cloudflare:workers";

declare global {
  namespace Cloudflare {
    interface Env {
      CONTROL_MIGRATIONS: D1Migration[];
      SPEND_MIGRATIONS: D1Migration[];
    }
  }
}

await applyD1Migrations(env.CONTROL_DB, env.CONTROL_MIGRATIONS);
await applyD1Migrations(env.SPEND_DB, env.SPEND_MIGRATIONS);
