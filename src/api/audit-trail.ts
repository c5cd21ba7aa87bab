/**
 * What a request records of its changes. A handler sees the records that it decides by after its chain's head was read, and its
 * change is saved only while that is still the head. So a record's `before` is what was there, and two changes of an organization
 * never mix: the second one is decided again.
 */
import type { AuditAction, AuditState } from "../contract/audit.ts";
import type { ChainHead } from "../core/audit-chain.ts";
import { fail, type Result } from "../core/failure.ts";
import { readChainHead } from "../platform/d1/audit-log.ts";
import type { ApiDeps } from "./deps.ts";

const MAX_ATTEMPTS = 20;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 200;

/** What is recorded with a change. */
export interface AuditEvent {
  readonly trail: AuditTrail;
  readonly action: AuditAction;
  readonly objectId: string;
  readonly before: AuditState | null;
  readonly after: AuditState | null;
  /** What it comes from, where that is to be recorded once. */
  readonly sourceId: string | null;
}

interface Author {
  readonly actor: string;
  readonly requestId: string;
}

export class AuditTrail {
  readonly author: Author;
  readonly #deps: ApiDeps;
  readonly #heads = new Map<string, ChainHead>();

  constructor(deps: ApiDeps, author: Author) {
    this.#deps = deps;
    this.author = author;
  }

  /** The head of a chain when it was first asked for, or after what was saved since. Throws when D1 does. */
  async open(organizationId: string): Promise<ChainHead> {
    const known = this.#heads.get(organizationId);
    if (known !== undefined) return known;
    const head = await readChainHead(this.#deps.db, organizationId);
    this.#heads.set(organizationId, head);
    return head;
  }

  saved(organizationId: string, head: ChainHead): void {
    this.#heads.set(organizationId, head);
  }

  /** For deciding again: with the heads as they are by then. */
  renew(): AuditTrail {
    return new AuditTrail(this.#deps, this.author);
  }

  /** `before` and `after` are whole objects as the API shows them, null when there is none; what stayed the same is left out. */
  record(
    action: AuditAction,
    objectId: string,
    before: AuditState | null,
    after: AuditState | null,
    sourceId: string | null = null,
  ): AuditEvent {
    return { trail: this, action, objectId, before, after, sourceId };
  }
}

/** Another change was recorded since the head was read; nothing was saved. */
export class ChainMoved extends Error {
  override readonly name = "ChainMoved";
}

export const CONCURRENT_CHANGES = {
  kind: "conflict",
  code: "concurrent_change",
  message: "Many changes are made at the same time. Nothing was changed by this one. Try again.",
  retryAfterSeconds: 1,
} as const;

/**
 * Runs `decide`, and again with a new trail as long as others are faster, each time after a longer pause of random length. It
 * must change nothing but by saving. Refuses with `conflict` after twenty rounds.
 */
export async function decideOnTrail<T>(
  trail: AuditTrail,
  decide: (trail: AuditTrail) => Promise<Result<T>>,
  attempt = 1,
): Promise<Result<T>> {
  try {
    return await decide(trail);
  } catch (error) {
    if (!(error instanceof ChainMoved)) throw error;
  }
  if (attempt === MAX_ATTEMPTS) return fail(CONCURRENT_CHANGES);
  await pause(Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt));
  return decideOnTrail(trail.renew(), decide, attempt + 1);
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, durationMs);
  });
}
