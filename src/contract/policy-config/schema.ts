/** `policy-config.yaml` as data (contract: Declarative config). Unknown keys are errors everywhere. */
import { z } from "zod";
import { PROVIDERS } from "../../core/endpoint.ts";
import { ROUTING_STRATEGIES } from "../../core/gateway-config.ts";
import { NANOS_PER_UNIT, parseAmountNanos } from "../../core/money.ts";
import { MAX_URL_LENGTH } from "../../core/public-url.ts";
import { MANAGED_PREFIX } from "../../core/target.ts";
import { ZDR_MODES } from "../../core/zdr.ts";
import { newConstraintSchema } from "../agent-api.ts";
import { amountSchema } from "../amount.ts";
import { idSchema } from "../id.ts";
import { modelPatternsSchema } from "../key.ts";
import { rateLimitsSchema } from "../rate-limits.ts";
import { cacheSchema } from "../response-cache.ts";

/** Policy kinds, and what each can be told. */
const policyKinds = {
  "audit-logger": z
    .strictObject({
      immutable: z.literal(true).default(true).meta({ description: "Nothing can change what is recorded." }),
      retention_days: z.int().min(1).max(36_500).default(365),
      log_all_access: z.literal(true).default(true).meta({ description: "Every request is recorded." }),
    })
    .meta({ description: "Events are kept at least for `retention_days`." }),
} as const;

const policiesSchema = z.strictObject(policyKinds);

export const POLICY_KINDS = policiesSchema.keyof().options;

/** What is certainly not a price, but perhaps one per token, or per thousand. */
const MAX_PRICE_PER_MILLION_NANOS = 1_000n * NANOS_PER_UNIT;

const price = amountSchema.refine((nanos) => nanos <= MAX_PRICE_PER_MILLION_NANOS, {
  error: "expected at most 1000: prices are USD per million tokens",
});
const multiplier = amountSchema.refine((nanos) => nanos > 0n, { error: "expected more than 0" });
const ceiling = amountSchema.meta({ description: "USD, of the projected cost of one request." });

export const PRICE_NAMES = {
  input_price_per_million: "prompt",
  output_price_per_million: "completion",
} as const;

export const pricingSchema = z
  .strictObject({
    input_price_per_million: price.optional(),
    output_price_per_million: price.optional(),
    prompt: price.optional().meta({ description: "The older name of `input_price_per_million`." }),
    completion: price.optional().meta({ description: "The older name of `output_price_per_million`." }),
    cached_input_price_per_million: price.optional().meta({ description: "Absent: the input price." }),
    input_multiplier: multiplier.optional(),
    cached_input_multiplier: multiplier.optional(),
    output_multiplier: multiplier.optional(),
  })
  .superRefine((pricing, context) => {
    for (const [name, older] of Object.entries(PRICE_NAMES)) {
      const given = [name, older].filter((key) => key in pricing);
      if (given.length === 1) continue;
      const message = given.length === 0 ? `expected ${name}` : `is ${name} by its older name; give one of them`;
      context.addIssue({ code: "custom", path: given.length === 0 ? [] : [older], message });
    }
  })
  .meta({ description: "USD per million tokens. cost = tokens × multiplier × price." });

const modelName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\s*]+$/, "expected a name without spaces or *");

const targetModelSchema = z.strictObject({
  model_id: modelName.meta({ description: "What the upstream calls it." }),
  aliases: z.array(modelName).max(50).default([]),
  pricing: pricingSchema.optional(),
});

const secretName = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[A-Za-z0-9_.-]+$/, "expected letters, digits, `_`, `-` and `.`");

const secretRefSchema = z
  .strictObject({
    env: secretName.optional().meta({ description: "A secret of the deployment." }),
    store: secretName.optional().meta({ description: "A secret of the organization." }),
  })
  .meta({ description: "Where the credential lies: one of the two." });

/** Addresses are checked again, by the deployment's rules, when a configuration is saved. */
const baseUrlSchema = z.url({ protocol: /^https?$/, error: "expected an http or https address" }).max(MAX_URL_LENGTH);

export const targetSchema = z.strictObject({
  id: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, "expected letters, digits, `_`, `-` and `.`")
    .regex(new RegExp(`^(?!${MANAGED_PREFIX})`), `ids that begin with ${MANAGED_PREFIX} are the gateway's own`),
  provider: z.enum(PROVIDERS).meta({ description: "Whose dialect it speaks." }),
  model: modelName.optional().meta({ description: "The one model that it serves, beside those of `models`." }),
  models: z.array(targetModelSchema).max(200).optional(),
  base_url: baseUrlSchema.optional().meta({ description: "With `/v1`. Absent: the provider's own." }),
  secret_key_ref: secretRefSchema.optional().meta({ description: "Absent: the deployment's credential." }),
  pricing: pricingSchema.optional(),
  trust_upstream_cost: z.boolean().default(false),
  data_policy: z.strictObject({ zero_data_retention: z.boolean() }).optional(),
});

const routingSchema = z.strictObject({
  strategy: z.enum(ROUTING_STRATEGIES).default("ordered"),
  allow_fallbacks: z.boolean().default(true),
  max_price: z
    .strictObject({ prompt: ceiling.optional(), completion: ceiling.optional(), request: ceiling.optional() })
    .refine((ceilings) => Object.keys(ceilings).length > 0, { error: "expected prompt, completion or request" })
    .optional(),
});

export const policyConfigSchema = z
  .strictObject({
    pack: z.strictObject({
      name: z.string().min(1).max(200),
      version: z.string().min(1).max(64),
      enabled: z.boolean().default(true),
    }),
    providers: z
      .strictObject({ routing: routingSchema.prefault({}), targets: z.array(targetSchema).max(100).default([]) })
      .prefault({}),
    policies: z.strictObject({ chain: z.array(policiesSchema.keyof()).max(20) }),
    policy: policiesSchema.partial().prefault({}),
    unified_access: z
      .strictObject({
        enabled: z
          .boolean()
          .default(true)
          .meta({ description: "Models that no target names are served by the managed target of their provider." }),
        allowed_models: modelPatternsSchema.default([]).meta({ description: "Empty: any." }),
        zdr_mode: z.enum(ZDR_MODES).default("off"),
      })
      .prefault({}),
    rate_limits: z
      .strictObject({
        per_key: rateLimitsSchema.prefault({}),
        per_user: rateLimitsSchema.prefault({}),
        per_team: rateLimitsSchema.prefault({}),
        gateway: rateLimitsSchema.prefault({}),
      })
      .optional(),
    cache: cacheSchema.optional(),
    agents: z
      .array(z.strictObject({ id: idSchema, constraints: z.array(newConstraintSchema).min(1).max(20) }))
      .max(200)
      .default([]),
  })
  .meta({ title: "Keeptrusts policy-config.yaml" });

export type PolicyConfig = z.output<typeof policyConfigSchema>;

/** Whether pricing is declared in a form that can be read, whatever else is wrong with it. */
export function isPriced(pricing: unknown): boolean {
  if (typeof pricing !== "object" || pricing === null) return false;
  const given: ReadonlyMap<string, unknown> = new Map(Object.entries(pricing));
  return Object.entries(PRICE_NAMES).every(([name, older]) => {
    const value = given.get(name) ?? given.get(older);
    return (typeof value === "string" || typeof value === "number") && parseAmountNanos(value) !== null;
  });
}
