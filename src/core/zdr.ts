/**
 * Zero data retention (contract: Model traffic, ZDR). `passthrough`: the provider is told to store nothing, and no cache is
 * read or written. `strict`: besides, no text of a request or an answer is kept in any log, queue, table or error of ours.
 */
import { invalid } from "./failure.ts";
import type { Failure } from "./failure.ts";

export const ZDR_MODES = ["off", "passthrough", "strict"] as const;
export type ZdrMode = (typeof ZDR_MODES)[number];

/** Of the organization, the gateway and the request: each can only tighten. */
export function strictestZdr(...modes: readonly ZdrMode[]): ZdrMode {
  return ZDR_MODES[Math.max(...modes.map((mode) => ZDR_MODES.indexOf(mode)))] ?? "off";
}

/** What a request asks of the provider's storage. */
export interface StorageWish {
  /** What the body says about storing the answer; null: nothing. */
  readonly store: boolean | null;
  readonly previousResponseId: string | null;
}

/** Why a request cannot be served without retention: it needs what is stored, or asks for storing. Null: it can. */
export function findRetention(mode: ZdrMode, { store, previousResponseId }: StorageWish): Failure | null {
  if (mode === "off") return null;
  if (store === true) return retained("store", mode, "leave 'store' out, or set it to false");
  if (previousResponseId === null) return null;
  return retained("previous_response_id", mode, "send the earlier turns in 'input'");
}

function retained(param: string, mode: ZdrMode, remedy: string): Failure {
  const message = `Zero data retention is on (${mode}), so nothing may be stored at the provider: ${remedy}.`;
  return invalid(param, "zdr_not_possible", message);
}
