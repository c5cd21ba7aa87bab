import { expect, test } from "vitest";
import type { OrganizationRpc } from "../../../src/contract/organization-rpc.ts";
import { createOrganizationClient } from "../../../src/platform/organization-client.ts";

interface Fault {
  readonly retryable?: boolean;
  readonly overloaded?: boolean;
}

/** An object whose first calls fail like `faults`; counts stubs and what was waited. */
function failingFirst(faults: readonly Fault[]) {
  const seen = { stubs: 0, waitsMs: [] as number[], errors: 0 };
  const unused = () => Promise.reject(new Error("not called"));
  const rpc: OrganizationRpc = {
    authorize: unused,
    settle: unused,
    settleMany: unused,
    checkpoint: unused,
    redeemTicket: unused,
    admit: unused,
    estimate: unused,
    models: unused,
    simulateAccess: unused,
    transfer: unused,
    balance: unused,
    transactions: unused,
    reservations: unused,
    seat: unused,
    checkSettings: unused,
    refreshDirectory: unused,
    confirmShipped: unused,
    wallets: async () => {
      const fault = faults[seen.stubs - 1];
      if (fault !== undefined) throw Object.assign(new Error("reset"), fault);
      return [];
    },
  };
  const client = createOrganizationClient(
    {
      getByName: () => {
        seen.stubs += 1;
        return rpc;
      },
    },
    "org_x",
    {
      sleep: async (durationMs) => {
        seen.waitsMs.push(durationMs);
      },
      random: () => 0.5,
      onError: () => {
        seen.errors += 1;
      },
    },
  );
  return { client, seen };
}

test("a retryable fault is tried again on a new stub, ever later", async () => {
  const { client, seen } = failingFirst([{ retryable: true }, { retryable: true }]);
  expect(await client.wallets()).toEqual({ outcome: "found", value: [] });
  expect(seen).toEqual({ stubs: 3, waitsMs: [50, 100], errors: 2 });
});

test.each([
  ["three faults", [{ retryable: true }, { retryable: true }, { retryable: true }], 3],
  ["an overloaded object", [{ retryable: true, overloaded: true }], 1],
  ["a fault of ours", [{}], 1],
])("%s: the wallet is unavailable", async (_, faults, stubs) => {
  const { client, seen } = failingFirst(faults);
  expect(await client.wallets()).toEqual({ outcome: "refused", failure: { kind: "wallet_unavailable" } });
  expect(seen.stubs).toBe(stubs);
});
