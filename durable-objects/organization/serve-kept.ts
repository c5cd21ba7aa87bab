/** Answers that were kept and are given again (contract: Model traffic, Cache). */
import type { Attribution, AuthorizeCommand, Grant } from "../../src/contract/commands.ts";
import type { KeyRecord } from "../../src/contract/directory.ts";
import { ok } from "../../src/core/failure.ts";
import type { Result } from "../../src/core/failure.ts";
import { mayServe } from "../../src/core/response-cache.ts";
import { nameTarget } from "../../src/core/target.ts";
import type { CommandContext } from "./context.ts";
import { baseGrant, openReservation, remainingAfter, requestOf } from "./open-reservation.ts";
import { bestAvailableNanos } from "./principal.ts";
import { cacheOf, planRequest } from "./request-plan.ts";
import { endCached } from "./settle.ts";
import { FULL_WALLETS } from "./store/wallets.ts";
import { planTakings } from "./takings.ts";

const NOTHING_RECENT = { useOf: () => null };

/**
 * Gives an answer that was kept, to whoever may send the request and whatever is left in the wallets. It counts as a request of
 * no tokens, and its reservation ends at once. Null: the answer may not be given, and the request goes its usual way.
 */
export function serveKept(
  context: CommandContext,
  key: KeyRecord,
  attribution: Attribution,
  command: AuthorizeCommand,
  startSha256: string,
): Result<Grant> | null {
  const cache = cacheOf(context, attribution, command.zdrMode);
  if (command.kept === undefined || cache === null) return null;
  // As if nothing were used of any money or rate, so that neither lowers a cap: such an answer needs none of it.
  const unguarded = { ...context, store: { ...context.store, wallets: FULL_WALLETS, recent: NOTHING_RECENT } };
  const planned = planRequest(unguarded, key, attribution, command);
  if (!planned.ok) return planned;
  const { targets, resources, matched, exchangeRate, money } = planned.value;
  const wanted = { outputCapTokens: money.outputCapTokens, servers: targets.map(nameTarget) };
  if (!mayServe(command.kept, cache, wanted, context.nowMs)) return null;
  const taking = planTakings(context, attribution, resources, { credits: 0n, tokens: 0n, requests: 1n });
  if (!taking.ok) return taking;
  const grant: Grant = {
    ...baseGrant(context, command, attribution),
    ...remainingAfter(taking.value),
    exchangeRate,
    targets,
    wallet: null,
    heldNanos: 0n,
    availableNanos: bestAvailableNanos(context, attribution),
    outputCapTokens: money.outputCapTokens,
    clamped: false,
    ticketId: null,
    servedFromCache: true,
  };
  const plan = { grant, ...requestOf(context, command, attribution), matched, coveredTokens: 0 };
  const opened = openReservation(context, plan, taking.value, startSha256);
  const reservation = context.store.reservations.find(opened.reservationId);
  if (reservation === null) throw new Error("a reservation that was just written is there");
  endCached(context, reservation, command.kept);
  return ok(opened);
}
