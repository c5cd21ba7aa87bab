import { afterEach, expect, test, vi } from "vitest";
import type { OrganizationRpc } from "../../../src/contract/organization-rpc.ts";
import { createOrganizationClient } from "../../../src/platform/organization-client.ts";
import { authorizeCommandOf, refused } from "../../support/commands.ts";

class Fault {
  readonly marks: { readonly retryable?: boolean; readonly overloaded?: boolean; readonly remote?: boolean };
  constructor(marks: Fault["marks"] = {}) {
    this.marks = marks;
  }
}

const REFUSED = refused("wallet_unavailable");
const COMMAND = authorizeCommandOf("res_1");

afterEach(() => vi.useRealTimers());

/** An object whose first calls fail like `faults`, which may be anything; counts stubs and what was waited. */
function failingFirst(faults: readonly unknown[], authorize: OrganizationRpc["authorize"] = async () => REFUSED) {
  const seen = { stubs: 0, waitsMs: [] as number[], errors: 0 };
  const unused = () => Promise.reject(new Error("not called"));
  const rpc: OrganizationRpc = {
    authorize,
    settle: unused,
    authorizeMany: () => new Promise(() => {}),
    settleMany: unused,
    books: unused,
    entries: unused,
    auditAnchors: unused,
    checkpoint: unused,
    beginUnreserved: unused,
    settleUnreserved: unused,
    redeemTicket: unused,
    admit: unused,
    estimate: unused,
    models: unused,
    simulateAccess: unused,
    effectiveBudgets: unused,
    allBudgets: unused,
    simulateBudgets: unused,
    transfer: unused,
    closeWallet: unused,
    reopenWallet: unused,
    topUp: unused,
    forgoPayment: unused,
    refundPayment: unused,
    disputePayment: unused,
    endAutoTopUp: unused,
    autoTopUpStanding: unused,
    autoTopUps: unused,
    ticketFunding: unused,
    balance: unused,
    transactions: unused,
    reservations: unused,
    seat: unused,
    agentUsage: unused,
    countUse: unused,
    checkSettings: unused,
    refreshDirectory: unused,
    rememberOAuthToken: unused,
    revokeOAuthGrants: unused,
    revokeOAuthToken: unused,
    oauthToken: unused,
    confirmShipped: unused,
    wallets: async () => {
      const fault = faults[seen.stubs - 1];
      if (fault instanceof Fault) throw Object.assign(new Error("reset"), fault.marks);
      // oxlint-disable-next-line typescript/only-throw-error -- whatever it is, it must not escape
      if (fault !== undefined) throw fault;
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
      authorizeTimeoutMs: 1_000,
      onError: () => {
        seen.errors += 1;
      },
    },
  );
  return { client, seen };
}

test("a retryable fault is tried again on a new stub, ever later", async () => {
  const { client, seen } = failingFirst([new Fault({ retryable: true }), new Fault({ retryable: true })]);
  expect(await client.wallets()).toEqual({ outcome: "found", value: [] });
  expect(seen).toEqual({ stubs: 3, waitsMs: [50, 100], errors: 2 });
});

test.each([
  ["three faults", Array.from({ length: 3 }, () => new Fault({ retryable: true })), 3],
  ["an overloaded object", [new Fault({ retryable: true, overloaded: true })], 1],
  ["a fault of ours", [new Fault({ remote: true })], 1],
  ["a thrown text", ["reset"], 1],
  ["a thrown null", [null], 1],
])("%s: the wallet is unavailable", async (_, faults, stubs) => {
  const { client, seen } = failingFirst(faults);
  expect(await client.wallets()).toEqual(REFUSED);
  expect(seen.stubs).toBe(stubs);
});

test("a stub that cannot even be made is a fault as well", async () => {
  const broken = (): never => {
    throw new TypeError("no such namespace");
  };
  const client = createOrganizationClient({ getByName: broken }, "org_x", {
    sleep: async () => {},
    random: () => 0,
    authorizeTimeoutMs: 1_000,
    onError: () => {},
  });
  expect(await client.authorize(COMMAND)).toEqual(REFUSED);
});

test("an object that is late is given up; what it says afterwards, or throws, changes nothing", async () => {
  vi.useFakeTimers();
  for (const late of ["answers", "throws"] as const) {
    const { client, seen } = failingFirst(
      [],
      () =>
        new Promise((resolve, reject) => {
          const end = late === "answers" ? () => resolve(REFUSED) : () => reject(new Error("late"));
          setTimeout(end, 1_500);
        }),
    );
    const reply = client.authorize(COMMAND);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await reply).toEqual(REFUSED);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(seen).toEqual({ stubs: 1, waitsMs: [], errors: 1 });
  }
});

test("requests that ask together have the same deadline", async () => {
  vi.useFakeTimers();
  const { client } = failingFirst([]);
  const replies = client.authorizeMany([COMMAND, COMMAND]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await replies).toEqual([REFUSED, REFUSED]);
});

test("no further attempt begins after the deadline", async () => {
  vi.useFakeTimers();
  let attempts = 0;
  const { client } = failingFirst([], async () => {
    attempts += 1;
    await new Promise((resolve) => setTimeout(resolve, 600));
    throw Object.assign(new Error("reset"), { retryable: true });
  });
  const reply = client.authorize(COMMAND);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await reply).toEqual(REFUSED);
  expect(attempts).toBe(2);
});
