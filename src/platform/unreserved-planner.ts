/** Decides a request whose object does not answer, with what D1 knows of the organization. */
import type { AuthorizeCommand, UnreservedPlan } from "../contract/commands.ts";
import type { DirectoryCache } from "./directory-cache.ts";

export interface UnreservedPlannerPorts<View> {
  readonly directories: DirectoryCache<View>;
  /** The object's own decision, on the same kind of data. */
  decide(view: View, command: AuthorizeCommand): UnreservedPlan;
  reportError(error: unknown): void;
}

/** Never rejects: what cannot be decided is `wallet_unavailable`, as in fail mode `closed`. */
export type PlanUnreserved = (organizationId: string, command: AuthorizeCommand) => Promise<UnreservedPlan>;

/** A key may be newer than what was read. */
const MAX_AGE_OF_UNKNOWN_MS = 1_000;

const CLOSED: UnreservedPlan = { outcome: "refused", failure: { kind: "wallet_unavailable" }, request: null };

export function createUnreservedPlanner<View>(ports: UnreservedPlannerPorts<View>): PlanUnreserved {
  async function plan(organizationId: string, command: AuthorizeCommand, maxAgeMs?: number): Promise<UnreservedPlan> {
    const view = await ports.directories.read(organizationId, maxAgeMs);
    return view === null ? CLOSED : ports.decide(view, command);
  }
  return async (organizationId, command) => {
    try {
      const first = await plan(organizationId, command);
      const isUnknown = first.outcome === "refused" && first.failure.kind === "unauthenticated";
      return isUnknown ? await plan(organizationId, command, MAX_AGE_OF_UNKNOWN_MS) : first;
    } catch (error) {
      ports.reportError(error);
      return CLOSED;
    }
  };
}
