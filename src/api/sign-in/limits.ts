/** How often the sign-in is asked, counted for each account and for each network: an attacker has many of either. */
import { networkOf } from "../../core/client-network.ts";
import { countAttempt, forgetAttempts, type Counted, type CountRule } from "../../platform/sign-in-counts.ts";
import type { ApiDeps } from "../deps.ts";

const MINUTE_MS = 60_000;

/** Guesses at one account's password, from anywhere. A password that is right, or a new one, begins anew. */
export const GUESSES: CountRule = { name: "guesses", max: 10, windowMs: 15 * MINUTE_MS };
/** Mails to one address that anybody can ask for. */
const MAILS: CountRule = { name: "mails", max: 3, windowMs: 60 * MINUTE_MS };
const SIGN_UPS: CountRule = { name: "sign_ups", max: 5, windowMs: MINUTE_MS };
const RESETS: CountRule = { name: "resets", max: 3, windowMs: MINUTE_MS };

export async function countGuess(deps: ApiDeps, email: string): Promise<Counted> {
  return countAttempt(deps.db, GUESSES, email, deps.nowMs());
}

export async function forgetGuesses(deps: ApiDeps, email: string): Promise<void> {
  await forgetAttempts(deps.db, GUESSES, email);
}

/** Of what mails an address: counted the same whether the address has an account or not. */
export async function countMail(
  deps: ApiDeps,
  kind: "sign_up" | "reset",
  email: string,
  ipAddress: string | null,
): Promise<Counted> {
  const rule = kind === "sign_up" ? SIGN_UPS : RESETS;
  const ofNetwork = await countAttempt(deps.db, rule, networkOf(ipAddress), deps.nowMs());
  return ofNetwork.isAllowed ? countAttempt(deps.db, MAILS, email, deps.nowMs()) : ofNetwork;
}
