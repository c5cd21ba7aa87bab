/**
 * Settlements on their way to an organization's object, and behind it a queue. What a request has cost is known only once;
 * when the object cannot take it now, it must not be lost with the Worker that knows it.
 *
 * Settlements of one organization that meet in an isolate share a call: while one is under way the others gather, and the
 * first of them then takes them all. Nobody waits for company, so that a lone settlement leaves at once.
 */
import type { SettleCommand } from "../contract/commands.ts";
import { toSettleMessage, type SettleMessage } from "../contract/settle-message.ts";
import type { OrganizationClient } from "./organization-client.ts";

/** The queue's part that is used here. */
export interface SettlementQueue {
  send(
    message: SettleMessage,
    options: { readonly delaySeconds: number; readonly contentType: "json" },
  ): Promise<unknown>;
}

export interface SettlementPorts {
  organization(organizationId: string): Pick<OrganizationClient, "settleMany">;
  readonly queue: SettlementQueue;
  readonly nowMs: () => number;
  reportError(error: unknown): void;
}

export interface SettlementPort {
  /** Delivers the settlement. Never rejects. */
  settle(organizationId: string, command: SettleCommand): Promise<void>;
}

/** Long enough for an overloaded or restarting object to be itself again, far shorter than a lease. */
const FIRST_DELAY_SECONDS = 2;

const MAX_SHARED = 50;

/** A request that gathers others' settlements may be ended by the platform; theirs then leave by themselves. */
const MAX_WAIT_MS = 2_000;

interface Waiting {
  readonly command: SettleCommand;
  /** Told that its settlement was delivered, or given others' to deliver with its own. */
  readonly wake: (turn: "delivered" | readonly Waiting[]) => void;
}

interface Call {
  readonly beganAtMs: number;
  readonly waiting: Waiting[];
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
      const message = toSettleMessage(organizationId, command);
      await ports.queue.send(message, { delaySeconds: FIRST_DELAY_SECONDS, contentType: "json" });
    } catch (error) {
      // The lease is what is left: the object's alarm ends the reservation at its last checkpoint.
      ports.reportError(error);
    }
  }

  /** Delivers one call, then hands what has gathered meanwhile to the first that waits: each request makes one call at most. */
  async function lead(organizationId: string, own: SettleCommand, others: readonly Waiting[]): Promise<void> {
    const call: Call = { beganAtMs: ports.nowMs(), waiting: [] };
    calls.set(organizationId, call);
    await deliver(organizationId, [own, ...others.map(({ command }) => command)]);
    for (const { wake } of others) wake("delivered");
    const [next, ...rest] = call.waiting;
    if (calls.get(organizationId) === call) calls.delete(organizationId);
    next?.wake(rest);
  }

  return {
    async settle(organizationId, command) {
      const call = calls.get(organizationId);
      const isOpen = call !== undefined && call.waiting.length < MAX_SHARED - 1;
      if (!isOpen || ports.nowMs() - call.beganAtMs > MAX_WAIT_MS) return lead(organizationId, command, []);
      const turn = await gather(call, command);
      if (turn === "delivered") return;
      return lead(organizationId, command, turn);
    },
  };
}

/** Waits for the call under way; when it never ends, the settlement leaves alone: twice is harmless, never is not. */
async function gather(call: Call, command: SettleCommand): Promise<"delivered" | readonly Waiting[]> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve([]), MAX_WAIT_MS);
    const wake: Waiting["wake"] = (turn) => {
      clearTimeout(timer);
      resolve(turn);
    };
    call.waiting.push({ command, wake });
  });
}
