/** Applications that people have allowed to act for them, on the wire (docs/oauth.md). */
import { z } from "zod";
import { CALENDAR_WINDOWS } from "../core/calendar.ts";
import type { Currency } from "../core/money.ts";
import { formatNanos } from "../core/money.ts";
import { OAUTH_SCOPES } from "../core/oauth-family.ts";
import { amountTextSchema, currencySchema, formatTime, timeTextSchema } from "./amount.ts";
import { idSchema } from "./id.ts";
import { listQuerySchema } from "./list.ts";
import type { GrantView } from "./oauth-rpc.ts";

export const oauthGrantSchema = z
  .strictObject({
    id: z.string().meta({
      description: "What stands for a key's id wherever a request says by what it was made.",
      example: "ogr_01k9m3v7x2c4d6f8h0j2k4m6n8",
    }),
    client_id: z.string(),
    client_name: z.string().meta({ description: "As it was when the user consented." }),
    member_id: z.string().meta({ description: "Who consented, and pays." }),
    scopes: z.array(z.enum(OAUTH_SCOPES)),
    spend_cap: amountTextSchema
      .nullable()
      .meta({ description: "The most that it may spend in each window; null: no cap." }),
    spend_cap_window: z.enum(CALENDAR_WINDOWS).nullable(),
    currency: currencySchema,
    created_at: timeTextSchema,
    last_used_at: timeTextSchema.meta({ description: "When it last got tokens, or sent a request for a model." }),
  })
  .meta({ id: "OAuthGrant" });

export const oauthGrantQuerySchema = listQuerySchema.extend({ user_id: idSchema.optional() });

/** `lastRequestAtMs`: of the spend log; null: none. */
export function oauthGrantToWire(
  { grant, scopes, consentedAtMs, lastTokenAtMs }: GrantView,
  currency: Currency,
  lastRequestAtMs: number | null,
): z.input<typeof oauthGrantSchema> {
  const { id, clientId, clientName, memberId, spendCap } = grant;
  return {
    id,
    client_id: clientId,
    client_name: clientName,
    member_id: memberId,
    scopes: [...scopes],
    spend_cap: spendCap === null ? null : formatNanos(spendCap.amountNanos),
    spend_cap_window: spendCap?.window ?? null,
    currency,
    created_at: formatTime(consentedAtMs),
    last_used_at: formatTime(Math.max(lastTokenAtMs, lastRequestAtMs ?? 0)),
  };
}
