/** Commands and replies for tests of what carries them to the object; nothing here looks into them. */
import { refuse, type AuthorizeCommand, type Refused, type SettleReply } from "../../src/contract/commands.ts";
import { NO_IDENTITY } from "../../src/core/attribution.ts";
import { NO_CALLS } from "../../src/core/usage.ts";

export const refused = (kind: "wallet_unavailable" | "internal"): Refused => refuse({ kind });

/** A settlement that was taken. */
export const ENDED: SettleReply = {
  outcome: "ended",
  status: "settled",
  settledNanos: 1n,
  releasedNanos: 0n,
  currency: "USD",
  wallet: null,
  flags: [],
  pricingSource: null,
};

export const authorizeCommandOf = (reservationId: string): AuthorizeCommand => ({
  requestId: `req_of_${reservationId}`,
  reservationId,
  credential: { tokenSha256: "a".repeat(64) },
  asserted: NO_IDENTITY,
  facts: {
    endpoint: "openai.chat",
    model: "m",
    streamed: false,
    inputTokens: { o200k: 1, claude: 1, "claude-4-7": 1 },
    outputCapTokens: 1,
    choices: 1,
    requestedTier: "standard",
    cacheWrite: "none",
    regional: false,
    calls: NO_CALLS,
    audioInput: false,
    audioOutput: false,
    previousResponseId: null,
  },
  requestSha256: "b".repeat(64),
  ticketId: null,
  clamp: false,
  zdrMode: "off",
  store: null,
  forwardedElsewhere: false,
  metadata: {},
});
