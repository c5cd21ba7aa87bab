/**
 * Delivers the bodies of an event, behind the caller's back. They go from the Worker to R2 directly, since a queue takes 128 KB
 * and a body can be larger; a body that three attempts do not bring there is missing, which the log and its event say.
 */
import type { BodyPart, EventAddress, EventBody } from "../contract/event-body.ts";
import type { EventBodies } from "./event-bodies.ts";

const RETRY_DELAYS_MS = [200, 1_000] as const;

export interface BodyPort {
  /** Never rejects. */
  keep(address: EventAddress, part: BodyPart, body: () => EventBody): Promise<void>;
}

export function createBodyPort(ports: {
  readonly bodies: Pick<EventBodies, "put">;
  sleep(durationMs: number): Promise<void>;
  reportError(error: unknown): void;
}): BodyPort {
  return {
    async keep(address, part, makeBody) {
      // The answer is on its way first.
      await ports.sleep(0);
      const body = makeBody();
      for (const delayMs of [...RETRY_DELAYS_MS, null]) {
        try {
          // oxlint-disable-next-line no-await-in-loop -- one attempt after the other
          await ports.bodies.put(address, part, body);
          return;
        } catch (error) {
          if (delayMs === null) ports.reportError(error);
          // oxlint-disable-next-line no-await-in-loop -- one attempt after the other
          else await ports.sleep(delayMs);
        }
      }
    },
  };
}
