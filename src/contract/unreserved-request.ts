/** An unreserved request as JSON, on its way through a queue: prices as wire records, since JSON has no bigint. */
import { z } from "zod";
import { ENDPOINTS, PROVIDERS } from "../core/endpoint.ts";
import { CURRENCIES, rational } from "../core/money.ts";
import type { Rational } from "../core/money.ts";
import type { Price } from "../core/price.ts";
import { TOKEN_CLASSES } from "../core/usage.ts";
import type { TokenClass } from "../core/usage.ts";
import { ZDR_MODES } from "../core/zdr.ts";
import type { UnreservedRequest } from "./commands.ts";
import { matchedPolicySchema } from "./event.ts";
import { priceRecordShape } from "./price-fields.ts";
import { fromPrice, toPrice } from "./price-record.ts";

const id = z.string().nullable();
const integer = z.string().regex(/^\d+$/, "an integer as text");

const priceSchema = z.strictObject({
  id: z.string(),
  record: priceRecordShape,
  /** Exact factors of declared pricing: numerator and denominator. */
  multipliers: z.partialRecord(z.enum(TOKEN_CLASSES), z.tuple([integer, integer])).nullable(),
});

export const unreservedRequestSchema = z.strictObject({
  requestId: z.string(),
  reservationId: z.string(),
  attribution: z.strictObject({
    keyId: id,
    gatewayId: id,
    userId: id,
    teamId: id,
    serviceUserId: id,
    agentId: id,
    agentRunId: id,
  }),
  endpoint: z.enum(ENDPOINTS),
  streamed: z.boolean(),
  requestedModel: z.string(),
  zdrMode: z.enum(ZDR_MODES),
  metadata: z.record(z.string(), z.string()),
  currency: z.enum(CURRENCIES),
  exchangeRate: z.string(),
  targets: z.array(
    z.strictObject({
      id: z.string(),
      provider: z.enum(PROVIDERS),
      baseUrl: z.string().nullable(),
      secret: z.strictObject({ kind: z.enum(["env", "store"]), name: z.string() }).exactOptional(),
      model: z.string(),
      aliases: z.array(z.string()).exactOptional(),
      price: priceSchema.nullable(),
      declared: z.literal(true).exactOptional(),
      trustsUpstreamCost: z.literal(true).exactOptional(),
    }),
  ),
  createdAtMs: z.int(),
  /** Absent in messages from before there were events. */
  matched: z.array(matchedPolicySchema).default([]),
  keepsBodies: z.literal(true).exactOptional(),
});

export type WireUnreservedRequest = z.output<typeof unreservedRequestSchema>;
type WirePrice = z.output<typeof priceSchema>;

export function toWireUnreserved(request: UnreservedRequest): WireUnreservedRequest {
  return {
    ...request,
    metadata: { ...request.metadata },
    matched: [...request.matched],
    targets: request.targets.map(({ aliases, ...target }) => ({
      ...target,
      ...(aliases === undefined ? {} : { aliases: [...aliases] }),
      price: target.price === null ? null : writePrice(target.price),
    })),
  };
}

export function fromWireUnreserved(wire: WireUnreservedRequest): UnreservedRequest {
  return {
    ...wire,
    targets: wire.targets.map((target) => ({
      ...target,
      price: target.price === null ? null : readPrice(target.price),
    })),
  };
}

function writePrice(price: Price): WirePrice {
  const multipliers =
    price.multipliers === undefined
      ? null
      : mapFactors(price.multipliers, ({ numerator, denominator }): [string, string] => [
          numerator.toString(),
          denominator.toString(),
        ]);
  return { id: price.id, record: fromPrice(price), multipliers };
}

function readPrice({ id: priceId, record, multipliers }: WirePrice): Price {
  const price = { ...toPrice(record), id: priceId };
  if (multipliers === null) return price;
  const factors = mapFactors(multipliers, ([numerator, denominator]): Rational =>
    rational(BigInt(numerator), BigInt(denominator)),
  );
  return { ...price, multipliers: factors };
}

function mapFactors<From, To>(
  factors: Readonly<Partial<Record<TokenClass, From>>>,
  map: (factor: From) => To,
): Partial<Record<TokenClass, To>> {
  const mapped: Partial<Record<TokenClass, To>> = {};
  for (const name of TOKEN_CLASSES) {
    const factor = factors[name];
    if (factor !== undefined) mapped[name] = map(factor);
  }
  return mapped;
}
