/** `GET /healthz`: ready when both databases answer and have their tables. */
import { z } from "zod";
import { fail, ok } from "../core/failure.ts";
import { platformVersions } from "../platform/d1/control-schema.ts";
import { spendLogs } from "../platform/d1/spend-schema.ts";
import type { ApiDeps } from "./deps.ts";
import { addPlatformRoute, type Api } from "./route.ts";

export function addHealthRoute(api: Api, deps: ApiDeps): void {
  addPlatformRoute(
    api,
    deps,
    "GET /healthz",
    {
      summary: "Readiness",
      tag: "Platform",
      answer: z.strictObject({ status: z.literal("ok") }),
      refusals: [503],
    },
    async ({ requestId }) => {
      try {
        await Promise.all([
          deps.db.select({ version: platformVersions.version }).from(platformVersions).limit(1),
          deps.spendDb.select({ id: spendLogs.id }).from(spendLogs).limit(1),
        ]);
      } catch (error) {
        deps.reportError(error, requestId);
        return fail({ kind: "wallet_unavailable" });
      }
      return ok({ status: "ok" as const });
    },
  );
}
