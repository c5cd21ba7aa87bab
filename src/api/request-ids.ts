/** Ids that follow from a request's own id, so that a repeat, and a report of the same request, find what is there. */
import { deriveId } from "../platform/identifiers.ts";

/** The same request of the same organization has the same reservation, whoever repeats it. */
export function reservationIdOf(organizationId: string, requestId: string): Promise<string> {
  return deriveId("res", [organizationId, requestId]);
}

/** The row that the request's reservation would get: the organization's object names it so when the reservation ends. */
export async function spendLogIdOf(organizationId: string, requestId: string): Promise<string> {
  return (await reservationIdOf(organizationId, requestId)).replace(/^res_/, "log_");
}
