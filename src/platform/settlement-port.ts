/**
 * Settlements on their way to an organization's object, and behind it a queue. What a request has cost is known only once;
 * when the object cannot take it now, it must not be lost with the Worker that knows it.
 *
 * Settlements of one organization that meet in an isolate share a call, because each call is a transaction of its own: while
 * one is under way the others gather, and on a busy isolate for a moment longer. A lone settlement leaves at once, and so does
 * one that somebody may build on: the next request of the caller may continue the response.
 */
import type { SettleCommand } from "../contract/commands.ts";
import type { OrganizationClient } from "./organization-client.ts";
import { enqueueSettlement, type SettlementQueue } from "./settlement-queue.ts";
import { waitForOthers, type Looks } from "./wait-for-others.ts";

export interface SettlementPorts {
  organization(organizationId: string): Pick<OrganizationClient, "settleMany">;
  readonly queue: SettlementQueue;
  readonly nowMs: () => number;
  sleep(durationMs: number): Promise<void>;
  reportError(error: unknown): void;
}

export interface SettlementPort {
  /** Delivers the settlement. Never rejects. */
  settle(organizationId: string, command: SettleCommand): Promise<void>;
}

const MAX_SHARED = 50;

/** On a busy isolate a call waits this long for company; the caller has its answer already. */
const GATHER_MS = 25;
/** Busy is who settled so recently. */
const BUSY_MS = 100;
/** Calls that are remembered; forgetting one costs no more than company. */
const MAX_REMEMBERED = 1_000;

/** A request that gathers others' settlements may be ended by the platform; theirs then leave by themselves. */
const MAX_WAIT_MS = 2_000;

/** The call under way gathers first, and nobody waits for a settlement. */
const LOOKS: Looks = { firstAfterMs: GATHER_MS, everyMs: 10, atMostEveryMs: 40, untilMs: MAX_WAIT_MS };

interface Waiting {
  readonly command: SettleCommand;
  /** Its settlement was delivered, or it is given others' to deliver with its own. Null: it waits. */
  turn: "delivered" | readonly Waiting[] | null;
}

interface Call {
  readonly beganAtMs: number;
  readonly waiting: Waiting[];
  underWay: boolean;
}

/** One for each isolate: it remembers, by organization, the call that is under way. */
export function createSettlementPort(ports: SettlementPorts): SettlementPort {
  const calls = new Map<string, Call>();

  async function deliver(organizationId: string, commands: readonly SettleCommand[]): Promise<void> {
    const replies = await ports.organization(organizationId).settleMany(commands);
    await Promise.all(
      commands.map(async (command, index) => {
        const reply = replies[index];
        if (reply?.outcome === "ended") return;
        if (reply !== undefined && reply.failure.kind !== "wallet_unavailable") {
          ports.reportError(new Error(`settlement of ${command.reservationId} refused: ${reply.failure.kind}`));
          return;
        }
        await enqueue(organizationId, command);
      }),
    );
  }

  async function enqueue(organizationId: string, command: SettleCommand): Promise<void> {
    try {
      await enqueueSettlement(ports.queue, organizationId, { kind: "settle", command });
    } catch (error) {
      // The lease is what is left: the object's alarm ends the reservation at its last checkpoint.
      ports.reportError(error);
    }
  }

  /** Delivers one call, then hands what has gathered meanwhile to the first that waits: each request makes one call at most. */
  async function lead(organizationId: string, own: SettleCommand, others: readonly Waiting[]): Promise<void> {
    const before = calls.get(organizationId);
    const call: Call = { beganAtMs: ports.nowMs(), waiting: [...others], underWay: true };
    if (calls.size >= MAX_REMEMBERED) calls.clear();
    calls.set(organizationId, call);
    const isBusy = before !== undefined && call.beganAtMs - before.beganAtMs < BUSY_MS;
    if (isBusy && own.responseId === null) await ports.sleep(GATHER_MS);
    const company = call.waiting.splice(0, MAX_SHARED - 1);
    await deliver(organizationId, [own, ...company.map(({ command }) => command)]);
    for (const waiting of company) waiting.turn = "delivered";
    call.underWay = false;
    const [next, ...rest] = call.waiting;
    if (next !== undefined) next.turn = rest;
  }

  return {
    async settle(organizationId, command) {
      const call = calls.get(organizationId);
      const joins = call !== undefined && call.underWay && ports.nowMs() - call.beganAtMs <= MAX_WAIT_MS;
      if (!joins || command.responseId !== null) return lead(organizationId, command, []);
      const turn = await gather(call, command);
      if (turn === "delivered") return;
      return lead(organizationId, command, turn);
    },
  };
}

/** Waits for the call under way; when it never ends, the settlement leaves alone: twice is harmless, never is not. */
async function gather(call: Call, command: SettleCommand): Promise<"delivered" | readonly Waiting[]> {
  const waiting: Waiting = { command, turn: null };
  call.waiting.push(waiting);
  await waitForOthers(() => waiting.turn !== null, LOOKS);
  return waiting.turn ?? [];
}
