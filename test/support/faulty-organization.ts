/** Organizations' objects that fail on purpose: a namespace in front of the real one. */
import type { OrganizationRpc } from "../../src/contract/organization-rpc.ts";
import type { OrganizationNamespace } from "../../src/platform/organization-client.ts";

export const FAULTS = [
  "unreachable",
  "overloaded",
  "throws",
  "no_stub",
  /** Takes the question whether a request may leave, and never answers; everything else is unreachable. */
  "slow",
  /** Runs every attempt, and its answer never arrives. */
  "answer_lost",
  /** As `slow`, but the question is answered long after the caller has given up. */
  "late",
  /** Fails once, then works. */
  "once",
  /** Runs the first attempt, whose answer is lost, then works. */
  "answer_lost_once",
] as const;
export type Fault = (typeof FAULTS)[number];

export interface FaultyNamespace extends OrganizationNamespace {
  /** From now on: one organization's object, or all of them. */
  fail(fault: Fault, organizationId?: string): void;
  /** All of them work again. */
  heal(): void;
  /** Commands that `late` kept back: they run now. */
  runLate(): Promise<void>;
}

const ALL = "*";

type Method = (...args: readonly unknown[]) => Promise<unknown>;

function networkError(marks: object): Error {
  return Object.assign(new Error("Network connection lost."), marks);
}

/** `real` gives a stub of the working object. */
export function createFaultyNamespace(real: (organizationId: string) => OrganizationRpc): FaultyNamespace {
  const faults = new Map<string, Fault>();
  const failedOnce = new Set<string>();
  const kept: (() => Promise<unknown>)[] = [];
  const faultOf = (organizationId: string): Fault | null => faults.get(organizationId) ?? faults.get(ALL) ?? null;

  async function call(organizationId: string, name: string, run: () => Promise<unknown>): Promise<unknown> {
    const fault = faultOf(organizationId);
    switch (fault) {
      case null:
      case "no_stub":
        return run();
      case "unreachable":
        throw networkError({ retryable: true });
      case "overloaded":
        throw networkError({ retryable: true, overloaded: true });
      case "throws":
        throw Object.assign(new TypeError("undefined is not a function"), { remote: true });
      case "slow":
      case "late":
        if (!name.startsWith("authorize")) throw networkError({ retryable: true });
        if (fault === "late") kept.push(run);
        return new Promise(() => undefined);
      case "answer_lost":
        await run();
        throw networkError({ retryable: true });
      case "once":
      case "answer_lost_once": {
        const isFirst = !failedOnce.has(organizationId);
        failedOnce.add(organizationId);
        if (isFirst && fault === "answer_lost_once") await run();
        if (isFirst) throw networkError({ retryable: true });
        return run();
      }
    }
  }

  return {
    fail(fault, organizationId = ALL) {
      faults.set(organizationId, fault);
    },
    heal() {
      faults.clear();
      failedOnce.clear();
    },
    async runLate() {
      await Promise.all(kept.splice(0).map((run) => run()));
    },
    getByName(organizationId) {
      if (faultOf(organizationId) === "no_stub") throw new TypeError("no stub");
      const stub = real(organizationId);
      return new Proxy(stub, {
        get: (_target, name) => {
          const method: Method = (...args) => {
            // A method of a stub is looked up on the stub itself.
            const run = (): Promise<unknown> => Reflect.apply(Reflect.get(stub, name), stub, [...args]);
            return call(organizationId, String(name), run);
          };
          return method;
        },
      });
    },
  };
}
