import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { createBudgetedOrganization, type TestBudget } from "../support/worker-budgets.ts";
import {
  authorizeCommand,
  createOrganization,
  granted,
  HOLD_NANOS,
  releaseCommand,
  settleCommand,
  transferCommand,
} from "../support/worker-organization.ts";
import type { TestOrganization } from "../support/worker-organization.ts";

/** Rows as the platform bills them: an index that changes counts as a row. */
interface Rows {
  readonly read: number;
  readonly written: number;
}

/** The rows that the organization's object reads and writes while `work` runs. */
async function countRows(organization: TestOrganization, work: () => Promise<unknown>): Promise<Rows> {
  const cursors: { readonly rowsRead: number; readonly rowsWritten: number }[] = [];
  const stop = await runInDurableObject(organization.stub, (_instance, { storage }) => {
    const { sql } = storage;
    const plain = sql.exec.bind(sql);
    Object.defineProperty(sql, "exec", {
      configurable: true,
      value: (...statement: Parameters<SqlStorage["exec"]>) => {
        const cursor = plain(...statement);
        cursors.push(cursor);
        return cursor;
      },
    });
    return () => Reflect.deleteProperty(sql, "exec");
  });
  await work();
  await runInDurableObject(organization.stub, () => {
    stop();
  });
  return {
    read: cursors.reduce((sum, cursor) => sum + cursor.rowsRead, 0),
    written: cursors.reduce((sum, cursor) => sum + cursor.rowsWritten, 0),
  };
}

/** A busy organization: its first request is over, so that the object has read what it remembers. */
async function createBusyOrganization(): Promise<TestOrganization> {
  const organization = await createOrganization({ keys: [{ token: "gateway" }] });
  await organization.stub.transfer(transferCommand({ amountNanos: HOLD_NANOS * 1_000n }));
  await request(organization);
  return organization;
}

async function request(organization: TestOrganization): Promise<void> {
  const { reservationId } = granted(await organization.stub.authorize(authorizeCommand(organization, "gateway")));
  await organization.stub.settle(settleCommand(reservationId));
}

async function reserveMany(organization: TestOrganization, count: number): Promise<readonly string[]> {
  const commands = Array.from({ length: count }, () => authorizeCommand(organization, "gateway"));
  const replies = await organization.stub.authorizeMany(commands);
  return replies.map((reply) => granted(reply).reservationId);
}

/** docs/benchmark.md states these numbers. */
function expectAtMost(rows: Rows, most: Rows): void {
  expect({ read: Math.max(rows.read, most.read), written: Math.max(rows.written, most.written) }).toEqual(most);
}

describe("what a request costs the object, in rows", () => {
  it("stays small for a reservation, a settlement and a release", async () => {
    const organization = await createBusyOrganization();
    let id = "";
    const reserved = await countRows(organization, async () => {
      id = granted(await organization.stub.authorize(authorizeCommand(organization, "gateway"))).reservationId;
    });
    const settled = await countRows(organization, () => organization.stub.settle(settleCommand(id)));
    const [other = ""] = await reserveMany(organization, 1);
    const released = await countRows(organization, () => organization.stub.settle(releaseCommand(other)));
    expectAtMost(reserved, { read: 4, written: 4 });
    expectAtMost(settled, { read: 9, written: 8 });
    expectAtMost(released, { read: 6, written: 4 });
  });

  it("is less for each when many come together", async () => {
    const organization = await createBusyOrganization();
    let ids: readonly string[] = [];
    const reserved = await countRows(organization, async () => {
      ids = await reserveMany(organization, 50);
    });
    const settled = await countRows(organization, () =>
      organization.stub.settleMany(ids.map((id) => settleCommand(id))),
    );
    // Three and seven rows for each, and the wallet's once.
    expectAtMost(reserved, { read: 102, written: 151 });
    expectAtMost(settled, { read: 352, written: 351 });
  });

  it("does not grow with what has been before", async () => {
    const organization = await createBusyOrganization();
    const young = await countRows(organization, () => request(organization));
    for (let round = 0; round < 10; round += 1) {
      const ids = await reserveMany(organization, 50);
      await organization.stub.settleMany(ids.map((id) => settleCommand(id)));
    }
    const old = await countRows(organization, () => request(organization));
    expect(old).toEqual(young);
  });
});

describe("what budgets cost the object, in rows", () => {
  const windows = { daily: "10", weekly: "20", monthly: "40" };
  const ofOthers = Array.from({ length: 300 }, (_, index) => ({
    name: `Of ${index}`,
    scope: { type: "user", id: `user_${index}` },
    windows: { daily: "1" },
  }));

  async function costOf(budgets: readonly TestBudget[]): Promise<readonly [reserved: Rows, settled: Rows]> {
    const organization = await createBudgetedOrganization(budgets);
    await request(organization);
    let id = "";
    const reserved = await countRows(organization, async () => {
      id = granted(await organization.stub.authorize(authorizeCommand(organization, "gateway"))).reservationId;
    });
    return [reserved, await countRows(organization, () => organization.stub.settle(settleCommand(id)))];
  }

  it("is nothing for those that do not match, and one write for each window of those that do", async () => {
    const [reserved, settled] = await costOf([]);
    expect(await costOf(ofOthers)).toEqual([reserved, settled]);
    const [withWindows, settledWithWindows] = await costOf([{ windows }, ...ofOthers]);
    expectAtMost(withWindows, { read: reserved.read, written: reserved.written + 3 });
    expectAtMost(settledWithWindows, { read: settled.read, written: settled.written + 3 });
  });
});
