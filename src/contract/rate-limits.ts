/** Rate limits on the wire (contract: Policies, Rate limits). */
import { z } from "zod";
import type { RateLimits, RateLimitTiers } from "../core/rate-limit.ts";

/** A limit of zero would be a denial, which is what access policies are for. */
export const rateSchema = z.int().min(1).max(1_000_000_000_000);

const rateShape = {
  rpm: rateSchema.nullable().meta({ description: "Requests within any sixty seconds." }),
  tpm: rateSchema.nullable().meta({
    description:
      "Tokens within any sixty seconds, in and out. A request counts with the most that it can use until it ends.",
  }),
  max_parallel_requests: rateSchema.nullable().meta({ description: "Requests under way at the same time." }),
};

/** What bodies take: what is not named is not limited. */
export const rateLimitsSchema = z
  .strictObject({
    rpm: rateShape.rpm.default(null),
    tpm: rateShape.tpm.default(null),
    max_parallel_requests: rateShape.max_parallel_requests.default(null),
  })
  .meta({ id: "RateLimits", example: { rpm: 60, tpm: 100_000, max_parallel_requests: 10 } });

/** What answers show. */
export const rateLimitsShownSchema = z.strictObject(rateShape).meta({ id: "RateLimitsShown" });

/** Of a key, a member, a service user or a team. */
export const ownRateLimitsSchema = rateLimitsSchema.nullable().meta({
  description: "In the place of the organization's limits for each of its kind; what is null has the organization's.",
});

export const rateLimitTiersSchema = z
  .strictObject({
    per_key: rateLimitsSchema.prefault({}),
    per_user: rateLimitsSchema.prefault({}).meta({ description: "Also of each service user." }),
    per_team: rateLimitsSchema.prefault({}),
    organization: rateLimitsSchema.prefault({}).meta({ description: "Of all requests of the organization together." }),
  })
  .meta({
    id: "RateLimitTiers",
    description: "Tested in this order; keys, members, service users and teams can have limits of their own.",
  });

type RateLimitsWire = z.output<typeof rateLimitsSchema>;

export function toRateLimits(wire: RateLimitsWire): RateLimits {
  return { rpm: wire.rpm, tpm: wire.tpm, maxParallelRequests: wire.max_parallel_requests };
}

export function fromRateLimits(limits: RateLimits): RateLimitsWire {
  return { rpm: limits.rpm, tpm: limits.tpm, max_parallel_requests: limits.maxParallelRequests };
}

/** A record's own limits, from its stored wire JSON. Null: none. Throws when it is unreadable. */
export function readRateLimits(json: string | null): RateLimits | null {
  return json === null ? null : toRateLimits(rateLimitsSchema.parse(JSON.parse(json)));
}

/** What is stored of a record's own limits; limits that limit nothing are none. */
export function writeRateLimits(wire: RateLimitsWire | null): string | null {
  return wire === null || Object.values(wire).every((limit) => limit === null) ? null : JSON.stringify(wire);
}

export function showRateLimits(json: string | null): RateLimitsWire | null {
  const limits = readRateLimits(json);
  return limits === null ? null : fromRateLimits(limits);
}

export function toRateLimitTiers(wire: z.output<typeof rateLimitTiersSchema>): RateLimitTiers {
  return {
    perKey: toRateLimits(wire.per_key),
    perUser: toRateLimits(wire.per_user),
    perTeam: toRateLimits(wire.per_team),
    organization: toRateLimits(wire.organization),
  };
}

export function fromRateLimitTiers(tiers: RateLimitTiers): z.output<typeof rateLimitTiersSchema> {
  return {
    per_key: fromRateLimits(tiers.perKey),
    per_user: fromRateLimits(tiers.perUser),
    per_team: fromRateLimits(tiers.perTeam),
    organization: fromRateLimits(tiers.organization),
  };
}
