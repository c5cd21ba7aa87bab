import type { Endpoint } from "../core/endpoint.ts";
import type { Failure } from "../core/failure.ts";
import type { OrganizationLedger } from "./ports.ts";
import type { Caller } from "./read-request.ts";

/** A bad key comes before a bad body: asks whether the caller would have got as far as the body. Counts in no limit. */
export async function findCallerFailure(
  ledger: Pick<OrganizationLedger, "admit">,
  { credential, asserted }: Caller,
  endpoint: Endpoint,
  requestId: string,
): Promise<Failure | null> {
  const reply = await ledger.admit({ requestId, credential, asserted, endpoint, model: "", zdrMode: "off" });
  if (reply.outcome === "authorized") return null;
  switch (reply.failure.kind) {
    case "unauthenticated":
    case "organization_suspended":
    case "identity_not_allowed":
    case "wallet_unavailable":
      return reply.failure;
    default:
      return null;
  }
}
