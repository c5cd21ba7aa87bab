/** Gives the bodies of one request to the event log, once the caller has what it waits for. */
import type { LoggedRefusal } from "../contract/commands.ts";
import type { EventAddress } from "../contract/event-body.ts";
import { eventIdOfReservation } from "../contract/event.ts";
import type { TakeCaptured } from "./answer-capture.ts";
import type { Admitted } from "./authorize-request.ts";
import type { Lifetime, ProxyPorts } from "./ports.ts";
import type { RequestBody } from "./read-request.ts";

export interface EventKeeper {
  /** As the caller sent it: the body alone, never a header. */
  readonly keepRequest: (body: RequestBody) => void;
  readonly keepAnswer: TakeCaptured;
}

/** Null: nothing of this request may be kept, or nobody could say whether it may. */
export function findKeeper(
  request: { readonly organizationId: string; readonly reservationId: string },
  admitted: Admitted | LoggedRefusal,
  lifetime: Lifetime,
  ports: Pick<ProxyPorts, "config" | "keepBody">,
): EventKeeper | null {
  const address = addressOf(request, admitted);
  if (address === null) return null;
  const { eventBodyLimitBytes } = ports.config;
  return {
    keepRequest({ text, sizeBytes }) {
      const keeping = ports.keepBody(address, "request", () => {
        const bytes = encodeAtMost(text, sizeBytes, eventBodyLimitBytes);
        const truncated = bytes.byteLength < sizeBytes;
        return { bytes, totalBytes: sizeBytes, truncated, contentType: "application/json", status: null };
      });
      lifetime.waitUntil(keeping);
    },
    keepAnswer(answer) {
      lifetime.waitUntil(ports.keepBody(address, "response", () => answer));
    },
  };
}

function addressOf(
  { organizationId, reservationId }: { readonly organizationId: string; readonly reservationId: string },
  admitted: Admitted | LoggedRefusal,
): EventAddress | null {
  if (admitted.outcome === "admitted") {
    const { createdAtMs, keepsBodies } = admitted.grant;
    return keepsBodies === true ? { organizationId, eventId: eventIdOfReservation(reservationId), createdAtMs } : null;
  }
  const { keepsBodiesAtMs: createdAtMs } = admitted;
  const eventId = eventIdOfReservation(reservationId, true);
  return createdAtMs === undefined ? null : { organizationId, eventId, createdAtMs };
}

const encoder = new TextEncoder();

/** The bytes of a text, without those of a character that is not whole within the limit. */
function encodeAtMost(text: string, sizeBytes: number, limitBytes: number): Uint8Array {
  if (sizeBytes <= limitBytes) return encoder.encode(text);
  const bytes = new Uint8Array(limitBytes);
  return bytes.subarray(0, encoder.encodeInto(text, bytes).written);
}
