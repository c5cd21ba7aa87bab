/** What the object stores of each target. */
import { z } from "zod";
import { idSchema } from "../../src/contract/id.ts";
import { MAX_TARGETS } from "../../src/contract/target-health.ts";
import { MAX_PROBES, type TargetHealth } from "../../src/core/target-health.ts";

const healthSchema: z.ZodType<TargetHealth> = z.object({
  failures: z.number(),
  failedAtMs: z.number().nullable(),
  succeededAtMs: z.number().nullable(),
  opened: z.object({ atMs: z.number(), untilMs: z.number() }).nullable(),
  probesUntilMs: z.array(z.number()).max(MAX_PROBES),
  latency: z.object({ smoothedMs: z.number(), atMs: z.number() }).nullable(),
});

export const knownTargetsSchema = z
  .array(
    z.object({
      /** Null: a managed target. */
      gatewayId: idSchema.nullable(),
      targetId: idSchema,
      toldAtMs: z.number(),
      health: healthSchema,
    }),
  )
  .max(MAX_TARGETS);

export type KnownTarget = z.infer<typeof knownTargetsSchema>[number];
